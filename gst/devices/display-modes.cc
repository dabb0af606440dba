// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/device-modes.hh"

#include "devices/frame-size.hh"

namespace webmedia::devices {

namespace {

// What the device does by itself; the rest of its space is made of that.
std::vector<VideoMode>
all_modes (const SettingsSpace &space)
{
  std::vector<VideoMode> modes;
  for (const Box &box : space.boxes) {
    if (box.shape)
      continue;
    const Domain *rates = find_domain (box.domains, Property::frame_rate);
    auto side = [&box] (Property property) {
      return find_domain (box.domains, property)->numbers.intervals.front ();
    };
    VideoMode mode{.width = side (Property::width),
        .height = side (Property::height),
        .frame_rates =
            rates ? rates->numbers.intervals : std::vector<Interval> ()};
    if (const Domain *cursor = find_domain (box.domains, Property::cursor))
      mode.cursor = *std::get_if<std::string> (&cursor->values.front ());
    modes.push_back (std::move (mode));
  }
  return modes;
}

// DEVIATION: the specification has the rate of the surface. X tells it only of
// a screen, and caps mostly leave it open: then it is one that screens usually
// have.
void
end_at_usual (std::vector<Interval> &rates)
{
  for (Interval &rate : rates)
    if (rate.high >= kMaxFrameRate)
      rate.high = std::max (rate.low, kDisplayFrameRate);
}

bool
is_open (const VideoMode &mode)
{
  return mode.width.high >= kMaxSide || mode.height.high >= kMaxSide;
}

double
area_of (const VideoMode &mode)
{
  return mode.width.high * mode.height.high;
}

bool
is_size_of (const VideoMode &mode, const VideoMode &other)
{
  return mode.width == other.width && mode.height == other.height
         && mode.width.low == mode.width.high
         && mode.height.low == mode.height.high;
}

// So that it may have another one.
Ptr<GstCaps>
without_size (const Ptr<GstCaps> &caps)
{
  auto other = Ptr<GstCaps>::adopt (gst_caps_copy (caps.get ()));
  for (guint i = 0; i < gst_caps_get_size (other.get ()); i++)
    gst_structure_remove_fields (
        gst_caps_get_structure (other.get (), i), "width", "height", nullptr);
  return other;
}

// What differs in nothing but that.
void
add_cursors (std::vector<VideoMode> &modes, std::vector<Ptr<GstCaps>> &caps,
    const std::vector<std::string> &cursors)
{
  size_t count = modes.size ();
  for (const std::string &cursor : cursors)
    for (size_t i = 0; i < count; i++) {
      if (cursor != cursors.front ()) {
        modes.push_back (modes[i]);
        caps.push_back (caps[i]);
      }
      (cursor == cursors.front () ? modes[i] : modes.back ()).cursor = cursor;
    }
}

} // namespace

DeviceModes
display_modes (Domains common, const GstCaps *caps,
    const std::vector<std::string> &cursors)
{
  DeviceModes all = video_modes (std::move (common), caps);
  std::vector<VideoMode> found = all_modes (all.space);
  const VideoMode *largest = nullptr;
  for (const VideoMode &mode : found)
    if (!is_open (mode) && (!largest || area_of (mode) > area_of (*largest)))
      largest = &mode;
  bool has_one_size = largest
                      && std::all_of (found.begin (), found.end (),
                          [largest] (const VideoMode &mode) {
                            return is_size_of (mode, *largest);
                          });
  std::vector<VideoMode> modes;
  std::vector<Ptr<GstCaps>> kept;
  for (size_t i = 0; largest && i < found.size (); i++) {
    const Interval width = found[i].width;
    const Interval height = found[i].height;
    std::vector<Interval> rates = found[i].frame_rates;
    if (width.high != largest->width.high
        || height.high != largest->height.high)
      continue;
    end_at_usual (rates);
    modes.push_back ({{width.high, width.high}, {height.high, height.high},
        std::move (rates)});
    kept.push_back (
        has_one_size ? without_size (all.modes[i]) : std::move (all.modes[i]));
  }
  add_cursors (modes, kept, cursors);
  return {
      display_space (std::move (all.space.common), modes), std::move (kept)};
}

SettingsSpace
resized_display (const SettingsSpace &space, double width, double height)
{
  std::vector<VideoMode> modes = all_modes (space);
  for (VideoMode &mode : modes) {
    mode.width = {width, width};
    mode.height = {height, height};
  }
  return display_space (space.common, modes);
}

} // namespace webmedia::devices
