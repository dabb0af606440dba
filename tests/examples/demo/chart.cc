// SPDX-License-Identifier: LGPL-2.1-or-later
#include "chart.hh"

#include "ranges.hh"
#include "thumbnails.hh"

#include <algorithm>
#include <cmath>

namespace demo {

namespace {

constexpr double kTitleHeight = 34;
constexpr double kLabelHeight = 24;
constexpr double kLabelSize = 12;
constexpr double kAxisHeight = 26;
constexpr double kGap = 12;

double
ticks_for (double height)
{
  return height < 150 ? 10 : 5;
}

const std::vector<Rendered> &
rendered_of (const Timeline &timeline, size_t stream)
{
  return stream == 0 ? timeline.video : timeline.audio;
}

} // namespace

const char *
quality_color (const std::string &quality)
{
  return quality == "180p"   ? "#3b82f6"
         : quality == "360p" ? "#a855f7"
         : quality == "AAC"  ? "#14b8a6"
                             : "#f59e0b";
}

Chart::Chart (
    const Timeline &timeline, double left, double right, double wall_end)
    : timeline_ (timeline),
      left_ (left),
      right_ (right),
      wall_end_ (wall_end)
{
  place_labels ();
}

// Into the first row in which a label fits.
void
Chart::place_labels ()
{
  std::vector<double> row_ends;
  for (const Mark &mark : timeline_.marks) {
    double x = x_of (mark.wall);
    double width = text_width (mark.text, kLabelSize) + 18;
    double left = std::min (x - 9, right_ - width);
    size_t row = 0;
    while (row < row_ends.size () && row_ends[row] > left)
      row++;
    if (row == row_ends.size ())
      row_ends.push_back (0);
    row_ends[row] = left + width + 6;
    labels_.push_back ({x, left, int (row), mark.text});
  }
  label_rows_ = std::max (1, int (row_ends.size ()));
}

double
Chart::x_of (double wall) const
{
  return left_ + wall / wall_end_ * (right_ - left_);
}

double
Chart::y_of (const Box &plot, double time) const
{
  return plot.y + plot.height * (1 - time / timeline_.duration);
}

double
Chart::plot_height (size_t stream) const
{
  return stream == 0 ? 270 : 110;
}

double
Chart::height () const
{
  double height = kTitleHeight + label_rows_ * kLabelHeight + kThumbnailHeight
                  + 2 * kGap + kAxisHeight;
  for (size_t i = 0; i < timeline_.streams.size (); i++)
    height += plot_height (i) + (i ? kGap : 0);
  return height;
}

void
Chart::draw (Svg &svg, double top) const
{
  svg.text ({left_, top + 20}, timeline_.name,
      format ("font-size=\"20\" font-weight=\"bold\" fill=\"%s\"", kTextColor));
  svg.text ({left_ + 78, top + 20}, timeline_.description,
      format ("font-size=\"14\" fill=\"%s\"", kMutedColor));

  double labels_top = top + kTitleHeight;
  double y = labels_top + label_rows_ * kLabelHeight;
  double plots_bottom = y;
  std::vector<Box> plots;
  for (size_t i = 0; i < timeline_.streams.size (); i++) {
    plots.push_back ({left_, y, right_ - left_, plot_height (i)});
    y += plot_height (i) + kGap;
    plots_bottom = y - kGap;
    if (i == 0)
      y += kThumbnailHeight + kGap;
  }

  for (size_t i = 0; i < plots.size (); i++) {
    draw_grid (svg, plots[i]);
    draw_buffered (svg, plots[i], i);
    draw_appends (svg, plots[i], i);
  }
  draw_labels (svg, labels_top, plots_bottom);
  svg.rect ({left_ - 4, plots[0].y + plots[0].height + 1, right_ - left_ + 8,
                kThumbnailHeight + 2 * kGap - 2},
      "fill=\"#0a0f1f\"");
  draw_thumbnails (svg, plots[0], plots[0].y + plots[0].height + kGap);
  for (size_t i = 0; i < plots.size (); i++) {
    draw_playhead (svg, plots[i], rendered_of (timeline_, i));
    draw_totals (svg, plots[i], i, rendered_of (timeline_, i));
  }
  draw_wall_axis (svg, std::max (y - kGap, plots[0].y + plots[0].height
                                               + kThumbnailHeight + 2 * kGap));
}

// The lines first: a label covers those of others that cross it.
void
Chart::draw_labels (Svg &svg, double top, double bottom) const
{
  auto color_of = [] (const Label &label) {
    return label.text.starts_with ("seek") ? kSeekColor : "#cbd5f5";
  };
  auto y_of_row = [&] (const Label &label) {
    return top + (label_rows_ - 1 - label.row) * kLabelHeight;
  };
  for (const Label &label : labels_)
    svg.line ({label.x, y_of_row (label) + 18}, {label.x, bottom},
        format ("stroke=\"%s\" stroke-width=\"1\" stroke-dasharray=\"2 4\" "
                "opacity=\"0.8\"",
            color_of (label)));
  for (const Label &label : labels_) {
    double width = text_width (label.text, kLabelSize) + 18;
    double y = y_of_row (label);
    svg.rect ({label.left, y, width, 19},
        format ("rx=\"9\" fill=\"#0a0f1f\" stroke=\"%s\"", color_of (label)));
    svg.text ({label.left + width / 2, y + 14}, label.text,
        format ("font-size=\"%.0f\" text-anchor=\"middle\" fill=\"%s\"",
            kLabelSize, color_of (label)));
  }
}

void
Chart::draw_grid (Svg &svg, const Box &plot) const
{
  svg.rect (plot, "fill=\"#121a30\"");
  for (int wall = 0; wall <= wall_end_; wall++)
    svg.line ({x_of (wall), plot.y}, {x_of (wall), plot.y + plot.height},
        wall % 5 ? "stroke=\"#1a2440\"" : "stroke=\"#2a375c\"");
  double step = ticks_for (plot.height);
  for (double time = 0; time <= timeline_.duration; time += step) {
    double y = y_of (plot, time);
    svg.line ({plot.x, y}, {plot.x + plot.width, y}, "stroke=\"#2a375c\"");
    svg.text ({plot.x - 8, y + 4}, format ("%.0f s", time),
        format (
            "font-size=\"11\" text-anchor=\"end\" fill=\"%s\"", kMutedColor));
  }
}

// From each snapshot to the next: what is buffered, coloured by the quality
// that was appended last, and what once was.
void
Chart::draw_buffered (Svg &svg, const Box &plot, size_t stream) const
{
  const StreamRecord &record = timeline_.streams[stream];
  std::vector<Ranges> painted (record.qualities.size ());
  Ranges ever;
  auto append = record.appends.begin ();
  for (size_t i = 0; i < record.snapshots.size (); i++) {
    const Snapshot &snapshot = record.snapshots[i];
    for (; append != record.appends.end () && append->wall <= snapshot.wall;
         ++append)
      for (int q = 0; q < int (painted.size ()); q++)
        painted[q] = q == append->quality
                         ? unite (painted[q], {append->range})
                         : subtract (painted[q], {append->range});
    double from = x_of (snapshot.wall);
    double to =
        x_of (i + 1 < record.snapshots.size () ? record.snapshots[i + 1].wall
                                               : timeline_.end_wall);
    // A little wider than it is: no seam before the next one.
    auto fill = [&] (const Ranges &ranges, const std::string &style) {
      for (const Range &range : ranges)
        svg.rect ({from, y_of (plot, range.end), to - from + 0.5,
                      y_of (plot, range.start) - y_of (plot, range.end)},
            style);
    };
    fill (subtract (ever, snapshot.buffered), "fill=\"url(#removed)\"");
    for (size_t q = 0; q < painted.size (); q++)
      fill (intersect (snapshot.buffered, painted[q]),
          format ("fill=\"%s\" shape-rendering=\"crispEdges\"",
              quality_color (record.qualities[q])));
    ever = unite (ever, snapshot.buffered);
  }

  // What the playhead has passed is darker.
  int span = 0;
  std::vector<Point> shade;
  auto flush = [&] {
    if (shade.size () > 1) {
      shade.push_back ({shade.back ().x, plot.y + plot.height});
      shade.insert (shade.begin (), {shade.front ().x, plot.y + plot.height});
      svg.polygon (shade, "fill=\"#0a0f1f\" opacity=\"0.5\"");
    }
    shade.clear ();
  };
  for (const Rendered &each : rendered_of (timeline_, stream)) {
    if (each.span != span)
      flush ();
    span = each.span;
    shade.push_back ({x_of (each.wall), y_of (plot, each.time)});
  }
  flush ();
}

void
Chart::draw_appends (Svg &svg, const Box &plot, size_t stream) const
{
  const StreamRecord &record = timeline_.streams[stream];
  for (const Append &append : record.appends) {
    double x = x_of (append.wall);
    double top = y_of (plot, append.range.end);
    double bottom = y_of (plot, append.range.start);
    svg.rect ({x - 1, top + 0.5, 3, bottom - top - 1},
        "fill=\"white\" opacity=\"0.9\"");
    if (bottom - top >= 12)
      svg.text ({x + 5, (top + bottom) / 2 + 4}, format ("%d", append.segment),
          "font-size=\"10\" fill=\"white\"");
  }
  svg.text ({plot.x + 12, plot.y + 20}, record.name,
      format ("font-size=\"14\" font-weight=\"bold\" fill=\"%s\"", kTextColor));
}

void
Chart::draw_playhead (
    Svg &svg, const Box &plot, const std::vector<Rendered> &rendered) const
{
  auto stroke = [&] (const std::vector<Point> &points) {
    svg.polyline (points, "fill=\"none\" stroke=\"#0a0f1f\" stroke-width=\"5\" "
                          "opacity=\"0.6\"");
    svg.polyline (
        points, "fill=\"none\" stroke=\"white\" stroke-width=\"2.2\"");
  };
  std::vector<Point> points;
  int span = 0;
  for (const Rendered &each : rendered) {
    Point point{x_of (each.wall), y_of (plot, each.time)};
    if (each.span != span) {
      stroke (points);
      const Seek &seek = timeline_.seeks[each.span - 1];
      svg.polyline (
          {points.back (), {x_of (seek.wall), y_of (plot, seek.to)}, point},
          format ("fill=\"none\" stroke=\"%s\" stroke-width=\"2.2\" "
                  "stroke-dasharray=\"6 4\"",
              kSeekColor));
      points.clear ();
    }
    span = each.span;
    // One point in so many is enough for a straight line.
    if (points.empty () || point.x - points.back ().x > 2)
      points.push_back (point);
  }
  stroke (points);
}

// At the right edge: all that was ever buffered, and all that was played.
void
Chart::draw_totals (Svg &svg, const Box &plot, size_t stream,
    const std::vector<Rendered> &rendered) const
{
  const StreamRecord &record = timeline_.streams[stream];
  Ranges appended;
  for (const Append &append : record.appends)
    appended = unite (appended, {append.range});
  auto bar = [&] (double x, const Ranges &ranges, const char *color,
                 const char *name) {
    svg.rect ({x, plot.y, 16, plot.height}, "fill=\"#121a30\"");
    for (const Range &range : ranges)
      svg.rect ({x, y_of (plot, range.end), 16,
                    y_of (plot, range.start) - y_of (plot, range.end)},
          format ("fill=\"%s\"", color));
    Point at{x + 28, plot.y + plot.height};
    svg.text (at, name,
        format ("font-size=\"11\" fill=\"%s\" "
                "transform=\"rotate(-90 %.1f %.1f)\"",
            kMutedColor, at.x, at.y));
  };
  bar (plot.x + plot.width + 14, appended, "#64789f", "appended");
  bar (plot.x + plot.width + 52, played_ranges (rendered), "#f1f5ff", "played");
}

void
Chart::draw_thumbnails (Svg &svg, const Box &plot, double top) const
{
  std::vector<double> xs;
  for (const Thumbnail &thumbnail : timeline_.thumbnails)
    xs.push_back (x_of (thumbnail.wall));
  for (const PlacedThumbnail &placed :
      place_thumbnails (timeline_.thumbnails, xs, left_, right_)) {
    Point on_line{
        x_of (placed.thumbnail->wall), y_of (plot, placed.thumbnail->time)};
    Point below{placed.left + kThumbnailWidth / 2, top};
    svg.line (
        on_line, below, "stroke=\"white\" stroke-width=\"1\" opacity=\"0.45\"");
    svg.circle (on_line, 4.5, "fill=\"white\" stroke=\"#0a0f1f\"");
    Box box{placed.left, top, kThumbnailWidth, kThumbnailHeight};
    svg.png (box, encode_png (placed.thumbnail->picture.get ()));
    svg.rect (
        box, format ("fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"",
                 placed.thumbnail->first_of_span ? kSeekColor : "#cbd5f5"));
  }
}

void
Chart::draw_wall_axis (Svg &svg, double top) const
{
  svg.text ({right_, top + 20}, "wall time",
      format ("font-size=\"11\" text-anchor=\"end\" fill=\"%s\"", kMutedColor));
  for (int wall = 0; wall <= wall_end_; wall++) {
    svg.line ({x_of (wall), top}, {x_of (wall), top + (wall % 5 ? 4 : 7)},
        "stroke=\"#51618a\"");
    if (wall % 5 == 0 && x_of (wall) < right_ - 80)
      svg.text ({x_of (wall), top + 20}, format ("%d s", wall),
          format ("font-size=\"11\" text-anchor=\"middle\" fill=\"%s\"",
              kMutedColor));
  }
}

} // namespace demo
