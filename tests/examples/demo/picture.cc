// SPDX-License-Identifier: LGPL-2.1-or-later
#include "picture.hh"

#include "chart.hh"
#include "save.hh"

#include <algorithm>
#include <cmath>

namespace demo {

namespace {

constexpr double kWidth = 1680;
constexpr double kLeft = 84;
constexpr double kRight = kWidth - 124;
constexpr double kHeaderHeight = 142;

constexpr const char *kPatterns =
    "<defs><pattern id=\"removed\" width=\"7\" height=\"7\" "
    "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
    "<line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"7\" stroke=\"#4a5578\" "
    "stroke-width=\"1.6\"/></pattern></defs>";

// A row of samples with their names, from `x` on.
class Legend {
public:
  Legend (Svg &svg, double x, double y) : svg_ (svg), x_ (x), y_ (y) {}

  void area (const std::string &style, const std::string &name)
  {
    svg_.rect ({x_, y_ - 11, 22, 13}, style);
    caption (name);
  }

  void line (const std::string &style, const std::string &name)
  {
    svg_.line ({x_, y_ - 4}, {x_ + 22, y_ - 4}, style);
    caption (name);
  }

  void append ()
  {
    svg_.rect ({x_ + 6, y_ - 13, 3, 17}, "fill=\"white\"");
    svg_.text ({x_ + 12, y_}, "7", "font-size=\"10\" fill=\"white\"");
    caption ("media segment 7 appended");
  }

private:
  void caption (const std::string &name)
  {
    svg_.text ({x_ + 29, y_}, name,
        format ("font-size=\"12.5\" fill=\"%s\"", kTextColor));
    x_ += 29 + text_width (name, 12.5) + 16;
  }

  Svg &svg_;
  double x_;
  const double y_;
};

void
draw_header (Svg &svg, const std::vector<const Timeline *> &timelines)
{
  svg.text ({kLeft, 48}, "Two workers append, two pipelines play",
      format ("font-size=\"28\" font-weight=\"bold\" fill=\"%s\"", kTextColor));
  svg.text ({kLeft, 74},
      "To the right: wall time. Upwards: presentation time. Each worker thread "
      "owns a MediaSource; its handle went through a message port to the "
      "thread that plays it.",
      format ("font-size=\"13.5\" fill=\"%s\"", kMutedColor));

  Legend buffered (svg, kLeft, 104);
  for (const Timeline *timeline : timelines)
    for (const StreamRecord &stream : timeline->streams)
      for (const std::string &quality : stream.qualities)
        buffered.area (format ("fill=\"%s\"", quality_color (quality)),
            "buffered: " + stream.name + " " + quality);
  Legend rest (svg, kLeft, 128);
  rest.area ("fill=\"#a855f7\" opacity=\"0.5\"", "buffered, already passed");
  rest.area ("fill=\"url(#removed)\" stroke=\"#4a5578\"", "removed");
  rest.area ("fill=\"#121a30\" stroke=\"#2a375c\"", "never appended");
  rest.append ();
  rest.line ("stroke=\"white\" stroke-width=\"2.2\"", "playhead");
  rest.line (format ("stroke=\"%s\" stroke-width=\"2.2\" "
                     "stroke-dasharray=\"6 4\"",
                 kSeekColor),
      "seek, until its first frame");
}

} // namespace

std::string
write_picture (
    const std::vector<const Timeline *> &timelines, const std::string &folder)
{
  double wall_end = 0;
  for (const Timeline *timeline : timelines)
    wall_end = std::max (wall_end, timeline->end_wall);
  wall_end = std::ceil (wall_end + 0.2);

  std::vector<Chart> charts;
  double height = kHeaderHeight + 16;
  for (const Timeline *timeline : timelines) {
    charts.emplace_back (*timeline, kLeft, kRight, wall_end);
    height += charts.back ().height () + 22;
  }
  Svg svg (kWidth, height);
  svg.raw (kPatterns);
  svg.rect ({0, 0, kWidth, height}, "fill=\"#0a0f1f\"");
  draw_header (svg, timelines);
  double top = kHeaderHeight + 16;
  for (const Chart &chart : charts) {
    chart.draw (svg, top);
    top += chart.height () + 22;
  }

  return save_picture (svg, folder + "/demo");
}

} // namespace demo
