// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/photography-controls.hh"

#include "devices/control-plan.hh"
#include "devices/element-interface.hh"
#include "devices/words.hh"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <gst/interfaces/photography.h>
#include <span>

namespace webmedia::devices {

namespace {

using Interface = GstPhotographyInterface;

// libgstphotography (1.22) registers it without a lock: see
// balance-controls.cc.
const GType kPhotography = gst_photography_get_type ();

// How a property of the interface is read and written: libgstphotography (1.22)
// has no functions for those that came with 1.18.
template <typename T> struct MethodsOf {
  using Type = T;
  gboolean (*Interface::*get) (GstPhotography *, T *);
  gboolean (*Interface::*set) (GstPhotography *, T);
};
using Methods = std::variant<MethodsOf<guint>, MethodsOf<gfloat>,
    MethodsOf<GstPhotographyWhiteBalanceMode>,
    MethodsOf<GstPhotographyExposureMode>, MethodsOf<GstPhotographyFocusMode>>;

// The first that has a word is the one that is set for it.
struct Mode {
  int value;
  const char *word;
};
constexpr Mode kWhiteBalances[] = {
    {GST_PHOTOGRAPHY_WB_MODE_MANUAL, metering_mode::kManual},
    {GST_PHOTOGRAPHY_WB_MODE_AUTO, metering_mode::kContinuous},
};
constexpr Mode kExposures[] = {
    {GST_PHOTOGRAPHY_EXPOSURE_MODE_MANUAL, metering_mode::kManual},
    {GST_PHOTOGRAPHY_EXPOSURE_MODE_AUTO, metering_mode::kContinuous},
};
constexpr Mode kFocuses[] = {
    {GST_PHOTOGRAPHY_FOCUS_MODE_CONTINUOUS_NORMAL, metering_mode::kContinuous},
    {GST_PHOTOGRAPHY_FOCUS_MODE_CONTINUOUS_EXTENDED,
        metering_mode::kContinuous},
    {GST_PHOTOGRAPHY_FOCUS_MODE_AUTO, metering_mode::kSingleShot},
    {GST_PHOTOGRAPHY_FOCUS_MODE_MACRO, metering_mode::kSingleShot},
    {GST_PHOTOGRAPHY_FOCUS_MODE_PORTRAIT, metering_mode::kSingleShot},
};

struct ModeControl {
  Property property;
  guint capability;
  Methods methods;
  std::span<const Mode> modes;
};
constexpr ModeControl kModes[] = {
    {Property::white_balance_mode, GST_PHOTOGRAPHY_CAPS_WB_MODE,
        MethodsOf<GstPhotographyWhiteBalanceMode>{
            &Interface::get_white_balance_mode,
            &Interface::set_white_balance_mode},
        kWhiteBalances},
    {Property::exposure_mode, GST_PHOTOGRAPHY_CAPS_EXPOSURE,
        MethodsOf<GstPhotographyExposureMode>{
            &Interface::get_exposure_mode, &Interface::set_exposure_mode},
        kExposures},
    {Property::focus_mode, GST_PHOTOGRAPHY_CAPS_FOCUS,
        MethodsOf<GstPhotographyFocusMode>{
            &Interface::get_focus_mode, &Interface::set_focus_mode},
        kFocuses},
};

// How many of the interface's units are one of the web's. Of those that are
// whole 0 is none: it is the camera's own.
struct NumberControl {
  Property property;
  guint capability;
  const char *name; // its range is that of this property
  Methods methods;
  double parts = 1;
  std::optional<Property> mode{}; // by hand
};
constexpr NumberControl kNumbers[] = {
    {Property::exposure_compensation, GST_PHOTOGRAPHY_CAPS_EV_COMP,
        GST_PHOTOGRAPHY_PROP_EV_COMP,
        MethodsOf<gfloat>{
            &Interface::get_ev_compensation, &Interface::set_ev_compensation}},
    // In microseconds, as its functions say: its property says milliseconds.
    {Property::exposure_time, GST_PHOTOGRAPHY_CAPS_EXPOSURE,
        GST_PHOTOGRAPHY_PROP_EXPOSURE_TIME,
        MethodsOf<guint>{&Interface::get_exposure, &Interface::set_exposure},
        100, Property::exposure_mode},
    {Property::color_temperature,
        GST_PHOTOGRAPHY_CAPS_WB_MODE | GST_PHOTOGRAPHY_CAPS_WHITE_BALANCE,
        GST_PHOTOGRAPHY_PROP_COLOR_TEMPERATURE,
        MethodsOf<guint>{&Interface::get_color_temperature,
            &Interface::set_color_temperature},
        1, Property::white_balance_mode},
    {Property::iso, GST_PHOTOGRAPHY_CAPS_ISO_SPEED,
        GST_PHOTOGRAPHY_PROP_ISO_SPEED,
        MethodsOf<guint>{&Interface::get_iso_speed, &Interface::set_iso_speed}},
    {Property::zoom, GST_PHOTOGRAPHY_CAPS_ZOOM, GST_PHOTOGRAPHY_PROP_ZOOM,
        MethodsOf<gfloat>{&Interface::get_zoom, &Interface::set_zoom}},
};

// What was 1.1 before it was a float is so again.
template <typename T>
double
widen (T number)
{
  double wide = number;
  if constexpr (std::is_same_v<T, gfloat>) {
    char text[32];
    auto end = std::to_chars (std::begin (text), std::end (text), number).ptr;
    std::from_chars (text, end, wide);
  }
  return wide;
}

template <typename T>
T
narrow (double number)
{
  return T (std::is_same_v<T, gfloat> ? number : std::round (number));
}

std::optional<Interval>
range_of (GObject *object, const char *name)
{
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (object), name);
  Interval range{};
  if (spec && G_IS_PARAM_SPEC_UINT (spec))
    range = {widen (G_PARAM_SPEC_UINT (spec)->minimum),
        widen (G_PARAM_SPEC_UINT (spec)->maximum)};
  else if (spec && G_IS_PARAM_SPEC_FLOAT (spec))
    range = {widen (G_PARAM_SPEC_FLOAT (spec)->minimum),
        widen (G_PARAM_SPEC_FLOAT (spec)->maximum)};
  return range.low < range.high ? std::optional (range) : std::nullopt;
}

class PhotographyControls final : public CameraControls {
public:
  explicit PhotographyControls (Ptr<GstElement> element)
      : element_ (std::move (element))
  {
    auto capabilities = methods ().get_capabilities
                            ? guint (methods ().get_capabilities (photo ()))
                            : 0;
    auto has = [this, capabilities] (const auto &control) {
      return (capabilities & control.capability) && can_write (control.methods)
             && get (control.methods);
    };
    for (const ModeControl &control : kModes)
      if (has (control))
        modes_.push_back (&control);
    for (const NumberControl &control : kNumbers)
      if (auto range = range_of (G_OBJECT (photo ()), control.name);
          range && has (control)
          && (!control.mode || find_mode (*control.mode)))
        numbers_.push_back ({&control, *range});
  }

  Domains domains () const override;
  Settings values () const override;
  bool set (Property property, const Value &value) override;
  bool put_back (Property property, const Value &value) override;
  bool is_iso_automatic () const override;
  void free_iso () override;

private:
  struct KnownNumber {
    const NumberControl *control;
    Interval range; // in units of the interface

    bool is_whole () const
    {
      return std::holds_alternative<MethodsOf<guint>> (control->methods);
    }
  };

  GstPhotography *photo () const { return GST_PHOTOGRAPHY (element_.get ()); }
  const Interface &methods () const
  {
    return *GST_PHOTOGRAPHY_GET_INTERFACE (photo ());
  }
  bool can_write (const Methods &of) const;
  std::optional<double> get (const Methods &of) const;
  bool write (const Methods &of, double number) const;
  const ModeControl *find_mode (Property property) const;
  const KnownNumber *find_number (Property property) const;
  std::vector<Value> words_of (const ModeControl &control) const;
  Settings modes_now () const;
  static bool counts (const KnownNumber &known, const Settings &modes);

  const Ptr<GstElement> element_;
  std::vector<const ModeControl *> modes_;
  std::vector<KnownNumber> numbers_;
};

bool
PhotographyControls::can_write (const Methods &of) const
{
  return std::visit (
      [this] (const auto &each) { return bool (methods ().*each.set); }, of);
}

// None: it has no such property, or can't tell it. A mode may be one that these
// headers do not know.
std::optional<double>
PhotographyControls::get (const Methods &of) const
{
  return std::visit (
      [this] (const auto &each) -> std::optional<double> {
        using Type = typename std::decay_t<decltype (each)>::Type;
        Type value{};
        auto function = methods ().*each.get;
        if (!function || !function (photo (), &value))
          return {};
        if constexpr (std::is_enum_v<Type>) {
          std::underlying_type_t<Type> mode;
          memcpy (&mode, &value, sizeof mode);
          return mode;
        }
        double number = widen (value);
        return std::isfinite (number) ? std::optional (number) : std::nullopt;
      },
      of);
}

bool
PhotographyControls::write (const Methods &of, double number) const
{
  return std::visit (
      [this, number] (const auto &each) {
        using Type = typename std::decay_t<decltype (each)>::Type;
        return bool ((methods ().*each.set) (photo (), narrow<Type> (number)));
      },
      of);
}

const ModeControl *
PhotographyControls::find_mode (Property property) const
{
  for (const ModeControl *mode : modes_)
    if (mode->property == property)
      return mode;
  return nullptr;
}

const PhotographyControls::KnownNumber *
PhotographyControls::find_number (Property property) const
{
  for (const KnownNumber &number : numbers_)
    if (number.control->property == property)
      return &number;
  return nullptr;
}

// By hand there has to be something to set, and a single shot has to be begun.
std::vector<Value>
PhotographyControls::words_of (const ModeControl &control) const
{
  bool by_hand = std::any_of (
      numbers_.begin (), numbers_.end (), [&control] (const auto &number) {
        return number.control->mode == control.property;
      });
  std::vector<Value> words;
  for (const Mode &mode : control.modes) {
    std::string_view word = mode.word;
    if ((word == metering_mode::kManual && !by_hand)
        || (word == metering_mode::kSingleShot && !methods ().set_autofocus))
      continue;
    if (Value value = std::string (word); !contains (words, value))
      words.push_back (std::move (value));
  }
  return words;
}

Domains
PhotographyControls::domains () const
{
  Domains all;
  for (const ModeControl *mode : modes_)
    all.emplace_back (
        mode->property, Domain{.values = words_of (*mode), .numbers = {}});
  for (const KnownNumber &known : numbers_) {
    double parts = known.control->parts;
    double low =
        known.is_whole () ? std::max (known.range.low, 1.) : known.range.low;
    all.emplace_back (known.control->property,
        Domain{.values = {},
            .numbers = {.intervals = {{low / parts, known.range.high / parts}},
                .step = known.is_whole () ? 1 / parts : 0}});
  }
  return all;
}

// One that the web has no word for is not among them.
Settings
PhotographyControls::modes_now () const
{
  Settings all;
  for (const ModeControl *control : modes_) {
    auto now = get (control->methods);
    for (const Mode &mode : control->modes)
      if (Value word = std::string (mode.word);
          now == mode.value && contains (words_of (*control), word))
        all[control->property] = std::move (word);
  }
  return all;
}

bool
PhotographyControls::counts (const KnownNumber &known, const Settings &modes)
{
  auto mode = known.control->mode;
  return is_significant (known.control->property, modes)
         && (!mode || modes.contains (*mode));
}

// By itself a camera has another time and temperature than those that were set
// by hand.
Settings
PhotographyControls::values () const
{
  const Settings modes = modes_now ();
  Settings all = modes;
  for (const KnownNumber &known : numbers_) {
    if (known.control->mode && !counts (known, modes))
      continue;
    auto now = get (known.control->methods);
    if (now && !(known.is_whole () && *now == 0))
      all[known.control->property] = *now / known.control->parts;
  }
  return all;
}

bool
PhotographyControls::put_back (Property property, const Value &value)
{
  const ModeControl *control = find_mode (property);
  if (!control)
    return set (property, value);
  if (!contains (words_of (*control), value))
    return false;
  auto mode = std::find_if (control->modes.begin (), control->modes.end (),
      [&value] (const Mode &each) {
        return value == Value (std::string (each.word));
      });
  return write (control->methods, mode->value);
}

bool
PhotographyControls::set (Property property, const Value &value)
{
  if (find_mode (property)) {
    if (!put_back (property, value))
      return false;
    if (value == Value (std::string (metering_mode::kSingleShot)))
      methods ().set_autofocus (photo (), TRUE);
    return true;
  }
  const auto *number = std::get_if<double> (&value);
  const KnownNumber *known = find_number (property);
  return number && known && counts (*known, modes_now ())
         && write (known->control->methods, *number * known->control->parts);
}

bool
PhotographyControls::is_iso_automatic () const
{
  const KnownNumber *iso = find_number (Property::iso);
  return iso && get (iso->control->methods) == 0.;
}

void
PhotographyControls::free_iso ()
{
  if (const KnownNumber *iso = find_number (Property::iso))
    write (iso->control->methods, 0);
}

} // namespace

bool
is_photography (const Ptr<GstElement> &element)
{
  return bool (find_interface (element, kPhotography));
}

std::shared_ptr<CameraControls>
make_photography_controls (const Ptr<GstElement> &element)
{
  auto found = find_interface (element, kPhotography);
  if (!found)
    return nullptr;
  auto controls = std::make_shared<PhotographyControls> (std::move (found));
  return controls->domains ().empty () ? nullptr : controls;
}

} // namespace webmedia::devices
