// SPDX-License-Identifier: LGPL-2.1-or-later
// Width, height and aspect ratio at once: whole numbers of which none are
// better, by branch and bound over the heights. docs/devices.md says why.
#include "devices/frame-size.hh"

#include "devices/fitness.hh"
#include "devices/fraction.hh"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <vector>

namespace webmedia::devices {

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity ();

// Heights in a row, and what their sizes have at least as a distance.
struct Part {
  Interval height;
  double bound;
};

class Search {
public:
  explicit Search (const FrameSizeProblem &problem) : problem_ (problem) {}

  std::optional<FrameSize> run ();

private:
  bool bound_ratios ();
  void consider (double width, double height);
  void consider_around (double width, double height);
  void consider_line (double ratio);
  void consider_multiples (const Fraction &fraction);
  void consider_height (double height);
  void consider_likely (double bound);
  double bound_at (double height) const;
  double bound_of (const Interval &height) const;
  Interval likely_heights () const;
  void push (const Interval &height);

  const FrameSizeProblem &problem_;
  std::optional<FrameSize> best_;
  std::vector<Part> parts_;
  double ratio_bound_ = 0; // no size comes nearer to the ideal ratio
  Fraction nearest_[2]{};  // fractions that do, or nearly
};

// Whether any fraction with such terms is within the required ratios, and how
// near to the ideal one comes.
bool
Search::bound_ratios ()
{
  double middle = problem_.ideal_ratio
                      ? problem_.ratio.nearest (*problem_.ideal_ratio)
                  : problem_.ratio.low > 0 ? problem_.ratio.low
                                           : std::min (problem_.ratio.high, 1.);
  Neighbours around = nearest_fractions (problem_.width.high,
      problem_.height.high, [middle] (const Fraction &fraction) {
        return aspect_ratio (fraction.top, fraction.bottom) >= middle;
      });
  nearest_[0] = around.above;
  nearest_[1] = around.below;
  ratio_bound_ = kInfinite;
  for (const Fraction &fraction : nearest_) {
    if (fraction.top == 0 || fraction.bottom == 0)
      continue;
    double ratio = aspect_ratio (fraction.top, fraction.bottom);
    if (ratio >= problem_.ratio.low && ratio <= problem_.ratio.high)
      ratio_bound_ = std::min (
          ratio_bound_, number_distance (ratio, problem_.ideal_ratio));
  }
  return ratio_bound_ < kInfinite;
}

void
Search::consider (double width, double height)
{
  if (width < problem_.width.low || width > problem_.width.high
      || height < problem_.height.low || height > problem_.height.high)
    return;
  FrameSize size{width, height, 0};
  double ratio = size.ratio ();
  if (ratio < problem_.ratio.low || ratio > problem_.ratio.high)
    return;
  size.distance = number_distance (width, problem_.ideal_width)
                  + number_distance (height, problem_.ideal_height)
                  + number_distance (ratio, problem_.ideal_ratio);
  if (!best_ || size.distance < best_->distance)
    best_ = size;
}

void
Search::consider_around (double width, double height)
{
  for (double w : {std::floor (width), std::ceil (width)})
    for (double h : {std::floor (height), std::ceil (height)})
      consider (w, h);
}

// Sizes of this ratio with one of the likely widths or heights.
void
Search::consider_line (double ratio)
{
  for (double width : {problem_.ideal_width.value_or (problem_.default_width),
           problem_.width.high, problem_.width.low}) {
    width = problem_.width.nearest (width);
    consider_around (width, width / ratio);
  }
  for (double height :
      {problem_.ideal_height.value_or (problem_.default_height),
          problem_.height.high, problem_.height.low}) {
    height = problem_.height.nearest (height);
    consider_around (height * ratio, height);
  }
}

void
Search::consider_multiples (const Fraction &fraction)
{
  if (fraction.top == 0 || fraction.bottom == 0)
    return;
  auto [top, bottom] = fraction;
  for (double scale :
      {problem_.ideal_width.value_or (problem_.default_width) / top,
          problem_.ideal_height.value_or (problem_.default_height) / bottom,
          problem_.width.high / top, problem_.height.high / bottom,
          problem_.width.low / top, problem_.height.low / bottom})
    for (double whole : {std::floor (scale), std::ceil (scale)})
      consider (whole * top, whole * bottom);
}

// The best widths for a height. Between the ideal width and that of the ideal
// ratio, one distance falls in a line and the other grows ever more slowly, so
// their sum is least at an end; outside both grow.
void
Search::consider_height (double height)
{
  Interval width = problem_.width;
  double low = problem_.ratio.low * height;
  double high = problem_.ratio.high * height;
  // As ratios are rounded, the limits are good to about a pixel.
  if (low > width.low)
    width.low = std::floor (low);
  if (high < width.high)
    width.high = std::ceil (high);
  while (aspect_ratio (width.low, height) < problem_.ratio.low
         && width.low <= width.high)
    width.low++;
  while (aspect_ratio (width.high, height) > problem_.ratio.high
         && width.low <= width.high)
    width.high--;
  consider (
      width.nearest (problem_.ideal_width.value_or (problem_.default_width)),
      height);
  if (problem_.ideal_ratio) {
    double ideal = *problem_.ideal_ratio * height;
    consider (width.nearest (std::floor (ideal)), height);
    consider (width.nearest (std::ceil (ideal)), height);
  }
}

// The least distance of width and ratio, for a height, if widths were not
// whole. The ideal width is taken, or the end of the widths before it, or else
// the width of the ideal ratio.
double
Search::bound_at (double height) const
{
  const Interval &width = problem_.width;
  double ratio = *problem_.ideal_ratio;
  if (!problem_.ideal_width)
    return number_distance (height,
        Interval{width.low / ratio, width.high / ratio}.nearest (height));
  double ideal = *problem_.ideal_width;
  double nearest = width.nearest (ideal);
  double matching = nearest / ratio;
  if ((nearest < ideal && height < matching)
      || (nearest > ideal && height > matching))
    return number_distance (height * ratio, ideal);
  return number_distance (nearest, ideal) + number_distance (height, matching);
}

// No size with one of these heights has a smaller distance: each distance on
// its own, or the first with the two others together. As functions of the
// height, all are made of |h - i| / max (h, i) for some i, which falls in a
// line up to i and grows ever more slowly from there: so they are least at such
// an i, or an end.
double
Search::bound_of (const Interval &height) const
{
  // What the rounding of ratios can make smaller.
  constexpr double kRounding = 1e-10;
  auto least = [&height] (std::initializer_list<double> turns, auto distance) {
    double bound = std::min (distance (height.low), distance (height.high));
    for (double turn : turns)
      if (turn > height.low && turn < height.high)
        bound = std::min (bound, distance (turn));
    return bound;
  };
  const Interval &width = problem_.width;
  const std::optional<double> &ideal = problem_.ideal_width;
  double turn = problem_.ideal_height.value_or (height.low);
  double nearest = ideal ? width.nearest (*ideal) : width.low;
  double bound = ratio_bound_ + number_distance (nearest, ideal)
                 + least ({turn}, [&] (double h) {
                     return number_distance (h, problem_.ideal_height);
                   });
  if (problem_.ideal_ratio) {
    double ratio = *problem_.ideal_ratio;
    double together =
        least ({turn, nearest / ratio, width.high / ratio}, [&] (double h) {
          return number_distance (h, problem_.ideal_height) + bound_at (h);
        });
    bound = std::max (bound, together - kRounding / std::min (ratio, 1.));
  }
  if (!ideal)
    return bound;
  double flattest = std::max (problem_.ratio.low - kRounding, 0.);
  double steepest = problem_.ratio.high + kRounding;
  double required =
      least ({turn, *ideal / steepest, flattest > 0 ? *ideal / flattest : turn},
          [&] (double h) {
            return number_distance (h, problem_.ideal_height)
                   + number_distance (
                       Interval{flattest * h, steepest * h}.nearest (*ideal),
                       ideal);
          });
  return std::max (bound, ratio_bound_ + required);
}

// Those that have a width with a ratio that is required, and perhaps one more.
Interval
Search::likely_heights () const
{
  Interval height = problem_.height;
  height.low = std::max (
      height.low, std::floor (problem_.width.low / problem_.ratio.high));
  if (problem_.ratio.low > 0)
    height.high = std::min (
        height.high, std::ceil (problem_.width.high / problem_.ratio.low));
  return height;
}

void
Search::push (const Interval &height)
{
  double bound = bound_of (height);
  if (bound <= problem_.limit && (!best_ || bound < best_->distance))
    parts_.push_back ({height, bound});
}

// Until one is as near as any can be.
void
Search::consider_likely (double bound)
{
  for (const Fraction &fraction : nearest_) {
    consider_multiples (fraction);
    if (best_ && best_->distance <= bound)
      return;
  }
  for (double ratio : {problem_.ideal_ratio.value_or (0), problem_.ratio.low,
           problem_.ratio.high})
    if (ratio > 0 && ratio < kInfinite)
      consider_line (ratio);
}

std::optional<FrameSize>
Search::run ()
{
  if (problem_.width.low == problem_.width.high
      && problem_.height.low == problem_.height.high) {
    consider (problem_.width.low, problem_.height.low);
    return best_;
  }
  Interval height = likely_heights ();
  if (problem_.ratio.low > problem_.ratio.high || height.low > height.high
      || bound_of (height) > problem_.limit || !bound_ratios ())
    return {};
  double bound = bound_of (height); // now with what is known of the ratio
  if (bound > problem_.limit)
    return {};
  consider_likely (bound);
  push (height);
  while (!parts_.empty ()) {
    Part part = parts_.back ();
    parts_.pop_back ();
    if (best_ && part.bound >= best_->distance)
      continue;
    if (part.height.low == part.height.high) {
      consider_height (part.height.low);
      continue;
    }
    double middle = std::floor ((part.height.low + part.height.high) / 2);
    push ({middle + 1, part.height.high});
    push ({part.height.low, middle});
  }
  return best_;
}

} // namespace

std::optional<FrameSize>
search_frame_size (const FrameSizeProblem &problem)
{
  return Search (problem).run ();
}

} // namespace webmedia::devices
