// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/device-modes.hh"

#include "devices/frame-size.hh"

#include <gst/audio/audio.h>

namespace webmedia::devices {

namespace {

struct Size {
  int width;
  int height;
};

// What to choose from where a size has a step.
constexpr Size kUsualSizes[] = {{160, 120}, {176, 144}, {320, 180}, {320, 240},
    {352, 288}, {640, 360}, {640, 480}, {800, 600}, {960, 540}, {1024, 768},
    {1280, 720}, {1280, 960}, {1600, 1200}, {1920, 1080}, {2560, 1440},
    {3840, 2160}};

// https://w3c.github.io/mediacapture-main/#def-constraint-frameRate: where the
// rate is not known, that of the display counts. DEVIATION: it is taken to be
// 60, whatever display there is. Frames are left out of what comes for less.
constexpr Interval kUnknownRate{60, 60};

template <typename Function>
void
for_each_value (const GValue *value, Function function)
{
  if (!value)
    return;
  if (GST_VALUE_HOLDS_LIST (value)) {
    for (guint i = 0; i < gst_value_list_get_size (value); i++)
      for_each_value (gst_value_list_get_value (value, i), function);
    return;
  }
  function (value);
}

// A number or a range of them, as far as this goes.
std::vector<Interval>
whole_numbers (const GValue *value, double limit)
{
  std::vector<Interval> numbers;
  for_each_value (value, [&] (const GValue *one) {
    double low = 0;
    double high = -1;
    if (G_VALUE_HOLDS_INT (one)) {
      low = high = g_value_get_int (one);
    } else if (GST_VALUE_HOLDS_INT_RANGE (one)) {
      low = std::max (gst_value_get_int_range_min (one), 1);
      high = std::min<double> (gst_value_get_int_range_max (one), limit);
    }
    if (low <= high && low >= 1)
      numbers.push_back ({low, high});
  });
  return numbers;
}

bool
has_step (const GValue *value)
{
  bool found = false;
  for_each_value (value, [&] (const GValue *one) {
    found = found
            || (GST_VALUE_HOLDS_INT_RANGE (one)
                && gst_value_get_int_range_step (one) > 1);
  });
  return found;
}

bool
allows (const GValue *value, int number)
{
  bool found = false;
  for_each_value (value, [&] (const GValue *one) {
    if (G_VALUE_HOLDS_INT (one))
      found = found || g_value_get_int (one) == number;
    else if (GST_VALUE_HOLDS_INT_RANGE (one))
      found = found
              || (number >= gst_value_get_int_range_min (one)
                  && number <= gst_value_get_int_range_max (one)
                  && number % gst_value_get_int_range_step (one) == 0);
  });
  return found;
}

std::vector<Interval>
frame_rates (const GValue *value)
{
  std::vector<Interval> rates;
  auto rate_of = [] (const GValue *fraction) {
    return double (gst_value_get_fraction_numerator (fraction))
           / gst_value_get_fraction_denominator (fraction);
  };
  for_each_value (value, [&] (const GValue *one) {
    Interval rate{0, 0};
    if (GST_VALUE_HOLDS_FRACTION (one)) {
      rate.low = rate.high = rate_of (one);
    } else if (GST_VALUE_HOLDS_FRACTION_RANGE (one)) {
      rate.low = rate_of (gst_value_get_fraction_range_min (one));
      rate.high = std::min (
          rate_of (gst_value_get_fraction_range_max (one)), kMaxFrameRate);
      if (rate.low <= 0) // which a decimated rate comes as near to as one likes
        rate.low = std::min (1., rate.high);
    }
    if (rate.low > 0 && rate.low <= rate.high)
      rates.push_back (rate);
  });
  return rates.empty () ? std::vector{kUnknownRate} : rates;
}

// The sizes of a structure.
std::vector<std::pair<Interval, Interval>>
sizes_of (const GstStructure *structure)
{
  const GValue *width = gst_structure_get_value (structure, "width");
  const GValue *height = gst_structure_get_value (structure, "height");
  const Interval open{1, kMaxSide};
  auto widths = width ? whole_numbers (width, kMaxSide) : std::vector{open};
  auto heights = height ? whole_numbers (height, kMaxSide) : std::vector{open};
  std::vector<std::pair<Interval, Interval>> sizes;
  if ((width && has_step (width)) || (height && has_step (height))) {
    Size largest{0, 0};
    for (const Interval &w : widths)
      largest.width = std::max (largest.width, int (w.high));
    for (const Interval &h : heights)
      largest.height = std::max (largest.height, int (h.high));
    auto add = [&sizes] (const Size &size) {
      double w = size.width;
      double h = size.height;
      sizes.push_back ({{w, w}, {h, h}});
    };
    for (const Size &size : kUsualSizes)
      if ((!width || allows (width, size.width))
          && (!height || allows (height, size.height))
          && (size.width != largest.width || size.height != largest.height))
        add (size);
    if (largest.width > 0 && largest.height > 0)
      add (largest);
    return sizes;
  }
  for (const Interval &w : widths)
    for (const Interval &h : heights)
      sizes.push_back ({w, h});
  return sizes;
}

Ptr<GstCaps>
caps_of (const GstCaps *caps, guint index)
{
  auto one = Ptr<GstCaps>::adopt (gst_caps_new_empty ());
  gst_caps_append_structure_full (one.get (),
      gst_structure_copy (gst_caps_get_structure (caps, index)),
      gst_caps_features_copy (gst_caps_get_features (caps, index)));
  return one;
}

class VideoModes {
public:
  // The same mode may come in several formats.
  void add (const VideoMode &mode, const Ptr<GstCaps> &caps)
  {
    for (size_t i = 0; i < modes_.size (); i++)
      if (modes_[i].width == mode.width && modes_[i].height == mode.height
          && modes_[i].frame_rates == mode.frame_rates) {
        if (mode.efficient) // what is raw is taken
          modes_[i].efficient = *modes_[i].efficient || *mode.efficient;
        caps_[i] = Ptr<GstCaps>::adopt (gst_caps_merge (
            gst_caps_copy (caps_[i].get ()), gst_caps_ref (caps.get ())));
        return;
      }
    modes_.push_back (mode);
    caps_.push_back (caps);
  }

  DeviceModes take (Domains common)
  {
    if (modes_.empty ())
      add ({{1, kMaxSide}, {1, kMaxSide}, {kUnknownRate}},
          Ptr<GstCaps>::adopt (gst_caps_new_empty_simple ("video/x-raw")));
    return {video_space (std::move (common), modes_, true), std::move (caps_)};
  }

private:
  std::vector<VideoMode> modes_;
  std::vector<Ptr<GstCaps>> caps_;
};

bool
has_name (const GstStructure *structure, std::initializer_list<const char *> of)
{
  return std::any_of (of.begin (), of.end (), [structure] (const char *name) {
    return gst_structure_has_name (structure, name);
  });
}

void
add_domain (Box &box, Property property, std::vector<Interval> numbers)
{
  if (!numbers.empty ())
    box.domains.emplace_back (property,
        Domain{.values = {},
            .numbers = {.intervals = std::move (numbers), .whole = true}});
}

std::vector<Interval>
sample_sizes (const GValue *formats)
{
  std::vector<Interval> sizes;
  for_each_value (formats, [&sizes] (const GValue *format) {
    if (!G_VALUE_HOLDS_STRING (format))
      return;
    GstAudioFormat known =
        gst_audio_format_from_string (g_value_get_string (format));
    if (known == GST_AUDIO_FORMAT_UNKNOWN || known == GST_AUDIO_FORMAT_ENCODED)
      return;
    double depth =
        GST_AUDIO_FORMAT_INFO_DEPTH (gst_audio_format_get_info (known));
    Interval size{depth, depth};
    if (std::find (sizes.begin (), sizes.end (), size) == sizes.end ())
      sizes.push_back (size);
  });
  return sizes;
}

} // namespace

DeviceModes
video_modes (Domains common, const GstCaps *caps)
{
  VideoModes modes;
  bool tells_efficiency = find_domain (common, Property::power_efficient);
  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    const GstStructure *structure = gst_caps_get_structure (caps, i);
    if (!has_name (structure, {"video/x-raw", "image/jpeg"}))
      continue;
    Ptr<GstCaps> own = caps_of (caps, i);
    std::optional<bool> efficient;
    if (tells_efficiency)
      efficient = has_name (structure, {"video/x-raw"});
    auto rates = frame_rates (gst_structure_get_value (structure, "framerate"));
    for (const auto &[width, height] : sizes_of (structure))
      modes.add ({width, height, rates, efficient}, own);
  }
  return modes.take (std::move (common));
}

DeviceModes
audio_modes (Domains common, const GstCaps *caps)
{
  DeviceModes result;
  result.space.kind = TrackKind::audio;
  result.space.common = std::move (common);
  auto add = [&result] (Box box, Ptr<GstCaps> own) {
    box.mode = result.modes.size ();
    result.space.boxes.push_back (std::move (box));
    result.modes.push_back (std::move (own));
  };
  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    const GstStructure *structure = gst_caps_get_structure (caps, i);
    if (!has_name (structure, {"audio/x-raw"}))
      continue;
    Box box;
    auto field = [structure] (const char *name) {
      return gst_structure_get_value (structure, name);
    };
    add_domain (box, Property::sample_rate,
        whole_numbers (field ("rate"), kMaxSampleRate));
    add_domain (box, Property::sample_size, sample_sizes (field ("format")));
    add_domain (box, Property::channel_count,
        whole_numbers (field ("channels"), kMaxChannels));
    add (std::move (box), caps_of (caps, i));
  }
  if (result.modes.empty ())
    add (Box (),
        Ptr<GstCaps>::adopt (gst_caps_new_empty_simple ("audio/x-raw")));
  return result;
}

} // namespace webmedia::devices
