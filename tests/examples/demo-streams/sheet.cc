// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sheet.hh"

#include "../demo/save.hh"
#include "../demo/thumbnails.hh"

#include <algorithm>
#include <cmath>

namespace demo {

namespace {

constexpr double kWidth = 1480;
constexpr double kLeft = 60;
constexpr double kRight = kWidth - 60;
constexpr double kTop = 132;
constexpr double kTicksHeight = 26;
constexpr double kRowHeight = 32 + kTicksHeight + 10 + kThumbnailHeight + 26;
constexpr double kGap = 6;

constexpr const char *kText = "#e8eefb";
constexpr const char *kMuted = "#8ea2c8";
constexpr const char *kColors[] = {"#fbbf24", "#38bdf8", "#34d399", "#fb7185"};

class Sheet {
public:
  Sheet (double duration, size_t rows)
      : duration_ (duration),
        svg_ (kWidth, kTop + double (rows) * kRowHeight + 20)
  {
    svg_.rect ({0, 0, kWidth, kTop + double (rows) * kRowHeight + 20},
        "fill=\"#0a0f1f\"");
    svg_.text ({kLeft, 48}, "One camera, three consumers",
        text_style (28, kText, "font-weight=\"bold\""));
    svg_.text ({kLeft, 76},
        "To the right: wall time. A tick is a picture that came; below are "
        "some of them. Each consumer has a pipeline of its own, and nothing is "
        "copied on the way.",
        text_style (13.5, kMuted));
    for (int second = 0; second <= int (duration_); second++)
      svg_.text ({x_of (second), kTop - 22}, format ("%d s", second),
          text_style (11.5, kMuted, "text-anchor=\"middle\""));
  }

  void add (const std::string &name, const std::string &what,
      const std::string &figures, const std::vector<double> &ticks,
      const std::vector<Picture> &pictures)
  {
    const char *color = kColors[row_ % std::size (kColors)];
    double top = kTop + double (row_++) * kRowHeight;
    svg_.text ({kLeft, top + 20}, name,
        text_style (17, color, "font-weight=\"bold\""));
    svg_.text ({kLeft + 104, top + 20}, what, text_style (13.5, kText));
    svg_.text ({kRight, top + 20}, figures,
        text_style (13.5, kMuted, "text-anchor=\"end\""));
    Box box{kLeft, top + 32, kRight - kLeft, kTicksHeight};
    svg_.rect (box, "fill=\"#121a30\" stroke=\"#2a375c\"");
    for (double tick : ticks)
      svg_.line ({x_of (tick), box.y + 3},
          {x_of (tick), box.y + box.height - 3},
          format ("stroke=\"%s\" stroke-width=\"1.2\"", color));
    draw_pictures (pictures, box.y + box.height + 10, color);
  }

  std::string save (const std::string &name) const
  {
    return save_picture (svg_, name);
  }

private:
  double x_of (double wall) const
  {
    return kLeft + std::clamp (wall / duration_, 0.0, 1.0) * (kRight - kLeft);
  }

  // Side by side, each below the moment at which it came, or none.
  void draw_pictures (
      const std::vector<Picture> &pictures, double top, const char *color)
  {
    double free = 0;
    for (const Picture &picture : pictures) {
      double x = x_of (picture.wall);
      double left = std::clamp (x - 8, kLeft, kRight - kThumbnailWidth);
      if (left < free)
        continue;
      free = left + kThumbnailWidth + kGap;
      svg_.line ({x, top - 10}, {x, top},
          format ("stroke=\"%s\" stroke-width=\"1.2\"", color));
      svg_.png ({left, top, kThumbnailWidth, kThumbnailHeight},
          encode_png (picture.sample.get ()));
    }
  }

  const double duration_;
  Svg svg_;
  size_t row_ = 0;
};

} // namespace

std::string
write_sheet (const Act &camera,
    const std::vector<std::unique_ptr<Act>> &consumers, double duration,
    const std::string &name)
{
  Sheet sheet (duration, consumers.size () + 1);
  auto ticks = camera.ticks ();
  sheet.add (camera.name, camera.what, format ("%zu pictures", ticks.size ()),
      ticks, camera.pictures ());
  for (const auto &each : consumers) {
    Meter::Reading reading = each->reading ();
    sheet.add (each->name, each->what,
        format ("%" G_GUINT64_FORMAT " delivered, %" G_GUINT64_FORMAT
                " dropped, %.2f ms after the camera (p50)",
            reading.delivered, reading.dropped, reading.median),
        each->ticks (), each->pictures ());
  }
  return sheet.save (name);
}

} // namespace demo
