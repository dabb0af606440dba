// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/v4l2-controls.hh"

#include "devices/words.hh"

#if __has_include(<linux/videodev2.h>)

  #include <algorithm>
  #include <cerrno>
  #include <cmath>
  #include <cstring>
  #include <fcntl.h>
  #include <linux/videodev2.h>
  #include <sys/ioctl.h>
  #include <unistd.h>

namespace webmedia::devices {

namespace {

// How many of V4L2's units are one of the web's. Both have exposure times in
// units of 100 microseconds, pan and tilt in seconds of arc, clockwise and
// upwards.
struct NumberControl {
  Property property;
  uint32_t id;
  double parts = 1;
};

constexpr double kThousandths = 1000;

// DEVIATION: focusDistance and zoom are what the driver counts in: V4L2 has no
// unit for either.
constexpr NumberControl kNumbers[] = {
    {Property::exposure_compensation, V4L2_CID_AUTO_EXPOSURE_BIAS,
        kThousandths},
    {Property::exposure_time, V4L2_CID_EXPOSURE_ABSOLUTE},
    {Property::color_temperature, V4L2_CID_WHITE_BALANCE_TEMPERATURE},
    {Property::iso, V4L2_CID_ISO_SENSITIVITY, kThousandths},
    {Property::brightness, V4L2_CID_BRIGHTNESS},
    {Property::contrast, V4L2_CID_CONTRAST},
    {Property::saturation, V4L2_CID_SATURATION},
    {Property::sharpness, V4L2_CID_SHARPNESS},
    {Property::focus_distance, V4L2_CID_FOCUS_ABSOLUTE},
    {Property::pan, V4L2_CID_PAN_ABSOLUTE},
    {Property::tilt, V4L2_CID_TILT_ABSOLUTE},
    {Property::zoom, V4L2_CID_ZOOM_ABSOLUTE},
};

// Of a mode: what goes on by itself, what is set instead, and what is done
// once.
struct ModeControl {
  Property property;
  uint32_t automatic; // a boolean, or the menu of exposure
  uint32_t by_hand;   // counts when it is not automatic
  uint32_t once;      // a button; 0: there is none
};

constexpr ModeControl kModes[] = {
    {Property::white_balance_mode, V4L2_CID_AUTO_WHITE_BALANCE,
        V4L2_CID_WHITE_BALANCE_TEMPERATURE, V4L2_CID_DO_WHITE_BALANCE},
    {Property::exposure_mode, V4L2_CID_EXPOSURE_AUTO,
        V4L2_CID_EXPOSURE_ABSOLUTE, 0},
    {Property::focus_mode, V4L2_CID_FOCUS_AUTO, V4L2_CID_FOCUS_ABSOLUTE,
        V4L2_CID_AUTO_FOCUS_START},
};

// In each pair, the one to set first. The exposure time is the camera's own in
// both of the first, and set in both of the second; the aperture is nobody's
// property.
constexpr int32_t kAutomaticExposure[] = {
    V4L2_EXPOSURE_AUTO, V4L2_EXPOSURE_APERTURE_PRIORITY};
constexpr int32_t kManualExposure[] = {
    V4L2_EXPOSURE_MANUAL, V4L2_EXPOSURE_SHUTTER_PRIORITY};

// What a number can be: all of a range, or some of a menu.
struct KnownNumber {
  NumberControl control;
  Interval range;
  double step = 0;
  std::vector<std::pair<int32_t, double>> menu{}; // indices, and their numbers
};

struct KnownMode {
  ModeControl control;
  bool has_automatic = false;
  std::vector<int32_t> menu{}; // of exposure
  std::vector<Value> values{};
  bool was_once = false; // and nothing has been set since
};

// The device, by ioctls that fail in one way.
class Controls {
public:
  explicit Controls (Ioctl ioctl) : ioctl_ (std::move (ioctl)) {}

  // None: the device has no such control, or it can't be set and read.
  std::optional<v4l2_queryctrl> query (uint32_t id) const
  {
    v4l2_queryctrl about{};
    about.id = id;
    if (id == 0 || ioctl_ (VIDIOC_QUERYCTRL, &about) != 0
        || (about.flags & (V4L2_CTRL_FLAG_DISABLED | V4L2_CTRL_FLAG_READ_ONLY)))
      return {};
    bool is_button = about.type == V4L2_CTRL_TYPE_BUTTON;
    if ((about.flags & V4L2_CTRL_FLAG_WRITE_ONLY) && !is_button)
      return {};
    return about;
  }
  bool has (uint32_t id) const { return query (id).has_value (); }

  std::vector<v4l2_querymenu> menu_of (const v4l2_queryctrl &about) const
  {
    std::vector<v4l2_querymenu> items;
    for (int32_t i = about.minimum; i <= about.maximum; i++) {
      v4l2_querymenu item{};
      item.id = about.id;
      item.index = uint32_t (i);
      if (ioctl_ (VIDIOC_QUERYMENU, &item) == 0)
        items.push_back (item);
    }
    return items;
  }

  std::optional<int32_t> get (uint32_t id) const
  {
    v4l2_control control{};
    control.id = id;
    if (ioctl_ (VIDIOC_G_CTRL, &control) != 0)
      return {};
    return control.value;
  }

  // What does not count in the mode of the device is not tried: some drivers
  // take it all the same, and some fail.
  bool set (uint32_t id, int32_t value) const
  {
    auto about = query (id);
    if (!about || (about->flags & V4L2_CTRL_FLAG_INACTIVE))
      return false;
    v4l2_control control{};
    control.id = id;
    control.value = value;
    return ioctl_ (VIDIOC_S_CTRL, &control) == 0;
  }

private:
  const Ioctl ioctl_;
};

template <size_t N>
std::optional<int32_t>
first_of (const int32_t (&wanted)[N], const std::vector<int32_t> &menu)
{
  for (int32_t item : wanted)
    if (std::find (menu.begin (), menu.end (), item) != menu.end ())
      return item;
  return {};
}

std::optional<KnownNumber>
find_number (const Controls &controls, const NumberControl &control)
{
  auto about = controls.query (control.id);
  if (!about || about->minimum >= about->maximum)
    return {};
  KnownNumber known{.control = control,
      .range = {double (about->minimum) / control.parts,
          double (about->maximum) / control.parts},
      .step = double (std::max (about->step, 1)) / control.parts};
  if (about->type != V4L2_CTRL_TYPE_INTEGER_MENU)
    return known;
  for (const v4l2_querymenu &item : controls.menu_of (*about))
    known.menu.emplace_back (
        int32_t (item.index), double (item.value) / control.parts);
  std::sort (known.menu.begin (), known.menu.end (),
      [] (const auto &a, const auto &b) { return a.second < b.second; });
  return known.menu.size () > 1 ? std::optional (std::move (known))
                                : std::nullopt;
}

// What is not automatic is set by hand, or else off.
std::optional<KnownMode>
find_mode (const Controls &controls, const ModeControl &control)
{
  KnownMode known{.control = control};
  bool by_hand = controls.has (control.by_hand);
  auto about = controls.query (control.automatic);
  if (about && about->type == V4L2_CTRL_TYPE_MENU) {
    for (const v4l2_querymenu &item : controls.menu_of (*about))
      known.menu.push_back (int32_t (item.index));
    known.has_automatic =
        first_of (kAutomaticExposure, known.menu).has_value ();
    by_hand = by_hand && first_of (kManualExposure, known.menu);
  } else if (about) {
    known.has_automatic = true;
  }
  bool is_boolean = about && about->type == V4L2_CTRL_TYPE_BOOLEAN;
  if (by_hand)
    known.values.emplace_back (metering_mode::kManual);
  else if (is_boolean)
    known.values.emplace_back (metering_mode::kNone);
  if (known.has_automatic)
    known.values.emplace_back (metering_mode::kContinuous);
  if (controls.has (control.once) && !known.values.empty ())
    known.values.emplace_back (metering_mode::kSingleShot);
  return known.values.empty () ? std::nullopt
                               : std::optional (std::move (known));
}

class V4l2Controls final : public CameraControls {
public:
  explicit V4l2Controls (Ioctl ioctl) : controls_ (std::move (ioctl))
  {
    for (const ModeControl &control : kModes)
      if (auto mode = find_mode (controls_, control))
        modes_.push_back (std::move (*mode));
    for (const NumberControl &control : kNumbers)
      if (auto number = find_number (controls_, control))
        numbers_.push_back (std::move (*number));
    find_torch ();
    has_automatic_iso_ = controls_.has (V4L2_CID_ISO_SENSITIVITY_AUTO);
  }

  Domains domains () const override;
  Settings values () const override;
  bool set (Property property, const Value &value) override;
  bool put_back (Property property, const Value &value) override;
  bool is_iso_automatic () const override;
  void free_iso () override;

private:
  void find_torch ();
  KnownMode *find_known_mode (Property property);
  std::optional<Value> mode_now (const KnownMode &mode) const;
  bool set_mode (KnownMode &mode, const Value &value) const;
  std::optional<double> number_now (const KnownNumber &known) const;
  bool set_number (const KnownNumber &known, double number) const;

  const Controls controls_;
  std::vector<KnownMode> modes_;
  std::vector<KnownNumber> numbers_;
  bool has_automatic_iso_ = false;
  std::vector<Value> torch_; // what it can be; none: there is none
};

void
V4l2Controls::find_torch ()
{
  auto about = controls_.query (V4L2_CID_FLASH_LED_MODE);
  if (!about || about->type != V4L2_CTRL_TYPE_MENU)
    return;
  auto items = controls_.menu_of (*about);
  auto has = [&items] (uint32_t mode) {
    return std::any_of (items.begin (), items.end (),
        [mode] (const v4l2_querymenu &item) { return item.index == mode; });
  };
  if (!has (V4L2_FLASH_LED_MODE_TORCH))
    return;
  if (has (V4L2_FLASH_LED_MODE_NONE))
    torch_.emplace_back (false);
  torch_.emplace_back (true);
}

Domains
V4l2Controls::domains () const
{
  Domains all;
  for (const KnownMode &mode : modes_)
    all.emplace_back (
        mode.control.property, Domain{.values = mode.values, .numbers = {}});
  for (const KnownNumber &known : numbers_) {
    Numbers numbers{.intervals = {known.range}, .step = known.step};
    if (!known.menu.empty ()) {
      numbers = {};
      for (const auto &[index, number] : known.menu)
        numbers.intervals.push_back ({number, number});
    }
    all.emplace_back (known.control.property,
        Domain{.values = {}, .numbers = std::move (numbers)});
  }
  if (!torch_.empty ())
    all.emplace_back (Property::torch, Domain{.values = torch_, .numbers = {}});
  return all;
}

std::optional<Value>
V4l2Controls::mode_now (const KnownMode &mode) const
{
  auto is = [&mode] (const char *name) {
    return contains (mode.values, Value (std::string (name)));
  };
  Value off = std::string (is (metering_mode::kManual) ? metering_mode::kManual
                                                       : metering_mode::kNone);
  if (mode.was_once)
    off = std::string (metering_mode::kSingleShot);
  if (!mode.has_automatic)
    return off;
  auto now = controls_.get (mode.control.automatic);
  if (!now)
    return {};
  bool automatic = mode.menu.empty ()
                       ? *now != 0
                       : std::find (std::begin (kAutomaticExposure),
                             std::end (kAutomaticExposure), *now)
                             != std::end (kAutomaticExposure);
  return automatic ? Value (std::string (metering_mode::kContinuous)) : off;
}

// What is done once is not done here.
bool
V4l2Controls::set_mode (KnownMode &mode, const Value &value) const
{
  const auto *name = std::get_if<std::string> (&value);
  if (!name || !contains (mode.values, value))
    return false;
  bool automatic = *name == metering_mode::kContinuous;
  auto item = mode.menu.empty () ? std::optional<int32_t> (automatic)
              : automatic        ? first_of (kAutomaticExposure, mode.menu)
                                 : first_of (kManualExposure, mode.menu);
  if (mode.has_automatic
      && !(item && controls_.set (mode.control.automatic, *item)))
    return false;
  mode.was_once = *name == metering_mode::kSingleShot;
  return true;
}

std::optional<double>
V4l2Controls::number_now (const KnownNumber &known) const
{
  auto now = controls_.get (known.control.id);
  if (!now)
    return {};
  if (known.menu.empty ())
    return *now / known.control.parts;
  for (const auto &[index, number] : known.menu)
    if (index == *now)
      return number;
  return {};
}

bool
V4l2Controls::set_number (const KnownNumber &known, double number) const
{
  auto value = int32_t (std::lround (number * known.control.parts));
  if (!known.menu.empty ())
    value = std::min_element (known.menu.begin (), known.menu.end (),
        [number] (const auto &a, const auto &b) {
          return std::abs (a.second - number) < std::abs (b.second - number);
        })->first;
  // It counts only then; there is no property for it.
  if (known.control.property == Property::iso && is_iso_automatic ()
      && !controls_.set (
          V4L2_CID_ISO_SENSITIVITY_AUTO, V4L2_ISO_SENSITIVITY_MANUAL))
    return false;
  return controls_.set (known.control.id, value);
}

bool
V4l2Controls::is_iso_automatic () const
{
  return has_automatic_iso_
         && controls_.get (V4L2_CID_ISO_SENSITIVITY_AUTO)
                != V4L2_ISO_SENSITIVITY_MANUAL;
}

void
V4l2Controls::free_iso ()
{
  if (has_automatic_iso_)
    controls_.set (V4L2_CID_ISO_SENSITIVITY_AUTO, V4L2_ISO_SENSITIVITY_AUTO);
}

Settings
V4l2Controls::values () const
{
  Settings all;
  for (const KnownMode &mode : modes_)
    if (auto now = mode_now (mode))
      all[mode.control.property] = std::move (*now);
  for (const KnownNumber &known : numbers_)
    if (auto now = number_now (known))
      all[known.control.property] = *now;
  if (!torch_.empty ())
    if (auto now = controls_.get (V4L2_CID_FLASH_LED_MODE))
      all[Property::torch] = *now == V4L2_FLASH_LED_MODE_TORCH;
  return all;
}

KnownMode *
V4l2Controls::find_known_mode (Property property)
{
  for (KnownMode &mode : modes_)
    if (mode.control.property == property)
      return &mode;
  return nullptr;
}

bool
V4l2Controls::put_back (Property property, const Value &value)
{
  KnownMode *mode = find_known_mode (property);
  return mode ? set_mode (*mode, value) : set (property, value);
}

bool
V4l2Controls::set (Property property, const Value &value)
{
  if (KnownMode *mode = find_known_mode (property))
    return set_mode (*mode, value)
           && (!mode->was_once || controls_.set (mode->control.once, 1));
  const auto *number = std::get_if<double> (&value);
  for (const KnownNumber &known : numbers_)
    if (known.control.property == property)
      return number && set_number (known, *number);
  const auto *on = std::get_if<bool> (&value);
  return property == Property::torch && on && contains (torch_, value)
         && controls_.set (V4L2_CID_FLASH_LED_MODE,
             *on ? V4L2_FLASH_LED_MODE_TORCH : V4L2_FLASH_LED_MODE_NONE);
}

} // namespace

Ioctl
ioctl_of (int descriptor)
{
  return [descriptor] (unsigned long request, void *argument) {
    int result;
    do
      result = ioctl (descriptor, request, argument);
    while (result == -1 && errno == EINTR);
    return result == -1 ? errno : 0;
  };
}

Ioctl
ioctl_of_node (const std::string &node)
{
  struct Node {
    explicit Node (int of) : descriptor (of) {}
    ~Node ()
    {
      if (descriptor >= 0)
        close (descriptor);
    }
    const int descriptor;
  };
  auto open_node = std::make_shared<const Node> (
      open (node.c_str (), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  return [open_node, calls = ioctl_of (open_node->descriptor)] (
             unsigned long request, void *argument) {
    return calls (request, argument);
  };
}

std::shared_ptr<CameraControls>
make_v4l2_controls (Ioctl ioctl)
{
  auto controls = std::make_shared<V4l2Controls> (std::move (ioctl));
  return controls->domains ().empty () ? nullptr : controls;
}

} // namespace webmedia::devices

#else // there is no V4L2

namespace webmedia::devices {

Ioctl
ioctl_of (int)
{
  return {};
}

Ioctl
ioctl_of_node (const std::string &)
{
  return {};
}

std::shared_ptr<CameraControls>
make_v4l2_controls (Ioctl)
{
  return nullptr;
}

} // namespace webmedia::devices

#endif
