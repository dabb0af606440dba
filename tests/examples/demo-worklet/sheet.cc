// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sheet.hh"

#include "../demo/save.hh"

#include <algorithm>
#include <cmath>
#include <utility>

namespace demo {

namespace {

constexpr double kWidth = 1480;
constexpr double kLeft = 70;
constexpr double kRight = kWidth - 150;
constexpr double kWaveHeight = 110;
constexpr double kSpectrumHeight = 230;
constexpr double kTop = 128;
constexpr double kPartHeight = 40 + kWaveHeight + 8 + kSpectrumHeight + 30;
constexpr double kHeight = kTop + 2 * kPartHeight + 20;

constexpr const char *kText = "#e8eefb";
constexpr const char *kMuted = "#8ea2c8";
constexpr const char *kWave = "#38bdf8";
constexpr const char *kGain = "#fbbf24";
constexpr const char *kPan = "#fb7185";
constexpr const char *kTone = "#34d399";
constexpr const char *kCutoff = "#ffffff";

double
x_of (double time)
{
  return kLeft + std::clamp (time / kLength, 0.0, 1.0) * (kRight - kLeft);
}

class Sheet {
public:
  Sheet () : svg_ (kWidth, kHeight)
  {
    svg_.rect ({0, 0, kWidth, kHeight}, "fill=\"#0a0f1f\"");
    svg_.text ({kLeft, 46}, "Speech and a tone through AudioWorklet",
        text_style (28, kText, "font-weight=\"bold\""));
    svg_.text ({kLeft, 74},
        "mixer, biquad, delay, panner, gain, meter: seven elements "
        "audioworklet with the oscillator. Time lines of AudioParams drive "
        "the parameters, frame by frame.",
        text_style (13.5, kMuted));
    for (int second = 0; second <= int (kLength); second++)
      svg_.text ({x_of (second), kTop - 8}, format ("%d s", second),
          text_style (11.5, kMuted, "text-anchor=\"middle\""));
  }

  void add_sound (const char *name, const Recording &recording)
  {
    std::vector<float> left = recording.left ();
    std::vector<float> right = recording.right ();
    left.resize (size_t (kLength * kRate));
    right.resize (left.size ());
    top_ = kTop + double (parts_++) * kPartHeight;
    svg_.text ({kLeft, top_ + 26}, name,
        text_style (17, kText, "font-weight=\"bold\""));
    wave_ = {kLeft, top_ + 40, kRight - kLeft, kWaveHeight};
    spectrum_ = {
        kLeft, wave_.y + kWaveHeight + 8, kRight - kLeft, kSpectrumHeight};
    svg_.rect (wave_, "fill=\"#121a30\" stroke=\"#2a375c\"");
    draw_wave (left, right);
    for (const auto &[channel, part] : {std::pair ("L", 0.25), {"R", 0.75}})
      svg_.text ({kLeft - 8, wave_.y + part * kWaveHeight + 4}, channel,
          text_style (10.5, kMuted, "text-anchor=\"end\""));
    std::vector<float> mean (left.size ());
    for (size_t i = 0; i < mean.size (); i++)
      mean[i] = (left[i] + right[i]) / 2;
    svg_.png (spectrum_,
        draw_spectrogram (mean, int (kRight - kLeft), int (kSpectrumHeight)));
    for (double frequency : {100, 300, 1000, 3000, 10000})
      svg_.text ({kLeft - 8, y_of_frequency (frequency) + 4},
          frequency < 1000 ? format ("%.0f Hz", frequency)
                           : format ("%.0f kHz", frequency / 1000),
          text_style (10.5, kMuted, "text-anchor=\"end\""));
  }

  // Over the spectrogram, where it is a frequency.
  void add_frequency (const Curve &curve, const char *color)
  {
    add_curve (
        curve, color, [this] (double value) { return y_of_frequency (value); });
  }
  // Over the wave form.
  void add_level (
      const Curve &curve, double least, double most, const char *color)
  {
    add_curve (curve, color, [this, least, most] (double value) {
      return wave_.y
             + (1 - (value - least) / (most - least)) * (kWaveHeight - 6) + 3;
    });
  }

  void add_notes (const std::vector<Note> &notes)
  {
    for (const Note &note : notes) {
      const double x = x_of (note.time);
      svg_.line ({x, wave_.y - 10}, {x, spectrum_.y + kSpectrumHeight},
          "stroke=\"#e8eefb\" stroke-width=\"1\" stroke-dasharray=\"3 4\"");
      svg_.text ({x + 5, wave_.y - 4}, note.text, text_style (12, kText, ""));
    }
  }
  void add_figures (const std::string &text)
  {
    svg_.text ({kRight, top_ + 12}, text,
        text_style (13, kMuted, "text-anchor=\"end\""));
  }

  std::string save (const std::string &name) const
  {
    return save_picture (svg_, name);
  }

private:
  double y_of_frequency (double frequency) const
  {
    return spectrum_.y + (1 - height_of (frequency)) * kSpectrumHeight;
  }

  // The peaks of each column: the left channel's upwards, the right one's
  // downwards.
  void draw_wave (
      const std::vector<float> &left, const std::vector<float> &right)
  {
    constexpr auto columns = size_t (kRight - kLeft);
    std::vector<Point> outline;
    const double middle = wave_.y + kWaveHeight / 2;
    auto peak_of = [] (const std::vector<float> &samples, size_t i) {
      double peak = 0;
      for (size_t n = samples.size () * i / columns;
           n < samples.size () * (i + 1) / columns; n++)
        peak = std::max (peak, std::abs (double (samples[n])));
      return std::min (peak, 1.0) * (kWaveHeight / 2 - 3) + 0.4;
    };
    std::vector<Point> lower;
    for (size_t i = 0; i < columns; i++) {
      const double x = kLeft + double (i);
      outline.push_back ({x, middle - peak_of (left, i)});
      lower.push_back ({x, middle + peak_of (right, i)});
    }
    outline.insert (outline.end (), lower.rbegin (), lower.rend ());
    svg_.polygon (outline, format ("fill=\"%s\" fill-opacity=\"0.75\"", kWave));
  }

  template <typename YOf>
  void add_curve (const Curve &curve, const char *color, YOf y_of)
  {
    std::vector<Point> points;
    const std::vector<double> values = curve.values (1000);
    for (size_t i = 0; i < values.size (); i++)
      points.push_back ({x_of (kLength * double (i) / double (values.size ())),
          y_of (values[i])});
    svg_.polyline (points, format ("fill=\"none\" stroke=\"%s\" "
                                   "stroke-width=\"2\"",
                               color));
    svg_.text ({kRight + 10, points.back ().y + 4}, curve.name,
        text_style (12.5, color));
  }

  Svg svg_;
  int parts_ = 0;
  double top_ = 0;
  Box wave_{};
  Box spectrum_{};
};

} // namespace

std::string
write_sheet (const Chain &chain, const std::string &name)
{
  Sheet sheet;
  sheet.add_sound ("Before", chain.before ());
  sheet.add_frequency (chain.curve ("tone"), kTone);
  sheet.add_sound ("After", chain.after ());
  sheet.add_frequency (chain.curve ("cutoff"), kCutoff);
  sheet.add_level (chain.curve ("gain"), 0, 1, kGain);
  sheet.add_level (chain.curve ("pan"), 1, -1, kPan); // up is left
  sheet.add_notes (chain.sent ());
  sheet.add_figures (
      format ("%zu messages to the processors, %zu levels from the meter",
          chain.sent ().size (), chain.received ()));
  return sheet.save (name);
}

} // namespace demo
