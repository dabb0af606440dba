// SPDX-License-Identifier: LGPL-2.1-or-later
// One presentation, drawn: a plot for each SourceBuffer, wall time to the
// right, presentation time upwards; what happened above, thumbnails between.
#pragma once

#include "svg.hh"
#include "timeline.hh"

namespace demo {

constexpr const char *kTextColor = "#e8eefb";
constexpr const char *kMutedColor = "#8ea2c8";
constexpr const char *kSeekColor = "#fb7185";

// The colour of a quality of a SourceBuffer, by its name.
const char *quality_color (const std::string &quality);

class Chart {
public:
  // The plots reach from `left` to `right` for wall times of 0 to `wall_end`.
  Chart (const Timeline &timeline, double left, double right, double wall_end);

  double height () const;
  void draw (Svg &svg, double top) const;

private:
  struct Label {
    double x;
    double left;
    int row;
    std::string text;
  };

  double x_of (double wall) const;
  double y_of (const Box &plot, double time) const;
  double plot_height (size_t stream) const;
  void place_labels ();

  void draw_labels (Svg &svg, double top, double bottom) const;
  void draw_grid (Svg &svg, const Box &plot) const;
  void draw_buffered (Svg &svg, const Box &plot, size_t stream) const;
  void draw_appends (Svg &svg, const Box &plot, size_t stream) const;
  void draw_playhead (
      Svg &svg, const Box &plot, const std::vector<Rendered> &rendered) const;
  void draw_totals (Svg &svg, const Box &plot, size_t stream,
      const std::vector<Rendered> &rendered) const;
  void draw_thumbnails (Svg &svg, const Box &plot, double top) const;
  void draw_wall_axis (Svg &svg, double top) const;

  const Timeline &timeline_;
  const double left_, right_, wall_end_;
  std::vector<Label> labels_;
  int label_rows_ = 1;
};

} // namespace demo
