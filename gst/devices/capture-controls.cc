// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of a camera that is open. They are written and read with the
// turn; what they were read last is what all of its tracks tell.
#include "base/log.hh"
#include "devices/capture-engine.hh"
#include "devices/control-plan.hh"
#include "devices/fitness.hh"
#include "devices/overconstrained.hh"
#include "devices/words.hh"

#include <algorithm>

WEBMEDIA_DEBUG_CATEGORY ("webmedia-capture", "Open devices")

namespace webmedia::devices {

namespace {

const Value kOn = true;
const Value kOff = false;
const Value kContinuous = std::string (metering_mode::kContinuous);

bool
is_set (const Settings &values, Property property, const Value &value)
{
  auto found = values.find (property);
  return found != values.end () && found->second == value;
}

// What moves is not there yet when it is asked.
bool
takes_time (Property property)
{
  return is_movement (property) || property == Property::focus_distance;
}

// What is done once is done again by whoever asks for it again.
bool
is_deed (const Value &value)
{
  static const Value kSingleShot = std::string (metering_mode::kSingleShot);
  return value == kSingleShot;
}

// Who asks for continuous exposure, and for no ISO, has the camera choose that,
// too, unless another track requires one.
bool
leaves_iso (const Settings &values, std::span<const Demand> demands)
{
  return is_set (values, Property::exposure_mode, kContinuous)
         && !values.contains (Property::iso)
         && std::none_of (
             demands.begin (), demands.end (), [] (const Demand &demand) {
               auto iso = demand.constraints.basic.find (Property::iso);
               return iso != demand.constraints.basic.end ()
                      && is_required (iso->second, BareValues::ideal);
             });
}

} // namespace

Settings
Capture::control_values () const
{
  MutexLocker locker (lock_);
  return control_values_;
}

void
Capture::read_controls (const Settings &moving)
{
  if (!controls_)
    return;
  Settings values = controls_->values ();
  for (const auto &[property, value] : moving)
    values[property] = value;
  last_read_ = values;
  {
    MutexLocker locker (lock_);
    if (control_values_ == values)
      return;
    control_values_.swap (values); // the old ones go without the lock
  }
  is_reread_ = true;
  schedule ();
}

// After what has failed, too: that is no reason to keep it from tracks.
void
Capture::tell_news (const Tracks &tracks)
{
  bool is_measured = measure ();
  if (std::exchange (is_reread_, false) || is_measured)
    for (const auto &track : tracks)
      track->tell_configuration (stream::ChangedBy::source);
}

// The mode of each first, as values may count in one of them only: so they are
// in the order of their properties. Returns what is on its way.
Settings
Capture::write_controls (const Settings &values, const Settings &now, Told told)
{
  Settings moving;
  bool is_asked = told == Told::now;
  bool is_iso_new = is_asked && values.contains (Property::iso)
                    && controls_->is_iso_automatic ();
  for (const auto &[property, value] : values) {
    if (is_set (now, property, value) && !(is_asked && is_deed (value))
        && !(is_iso_new && property == Property::iso))
      continue;
    bool is_taken = is_asked ? controls_->set (property, value)
                             : controls_->put_back (property, value);
    if (!is_taken)
      GST_INFO ("%s does not take %s", parts_.device.label.c_str (),
          info (property).name);
    else if (takes_time (property))
      moving.emplace (property, value);
  }
  return moving;
}

// The device runs.
void
Capture::start_controls (const Ptr<GstElement> &element)
{
  if (is_movement_forbidden_)
    forget_movement (tracks ());
  if (!has_controls (*parts_.space))
    return;
  controls_ = open_controls (parts_.device, element);
  if (controls_)
    read_controls (write_all_controls ());
  else
    GST_WARNING ("the controls of %s can't be opened any more: nothing that is "
                 "asked of them has an effect",
        parts_.device.label.c_str ());
}

// What was asked for before, and then what was while the camera was released:
// that has not been done yet. Returns what is on its way.
Settings
Capture::write_all_controls ()
{
  OwedControls owed = std::exchange (owed_controls_, {});
  if (owed.frees_iso)
    controls_->free_iso ();
  Settings moving =
      write_controls (wanted_controls_, controls_->values (), Told::before);
  moving.merge (write_controls (owed.values, controls_->values (), Told::now));
  return moving;
}

// It will stop. https://w3c.github.io/mediacapture-image/#torch stays on as
// long as the track is active.
void
Capture::stop_controls ()
{
  if (!controls_)
    return;
  const Domain *torch = find_domain (parts_.space->common, Property::torch);
  if (torch && contains (torch->values, kOff)
      && is_set (controls_->values (), Property::torch, kOn))
    controls_->set (Property::torch, kOff);
  controls_.reset ();
}

// What these tracks are to have. What is read back is what counts: it has to be
// what they require.
Result<>
Capture::set_controls (const Settings &values, std::span<const Demand> demands)
{
  if (leaves_iso (values, demands)) {
    if (controls_)
      controls_->free_iso ();
    owed_controls_.frees_iso = is_released_;
    owed_controls_.values.erase (Property::iso);
  }
  put_controls (values, Told::now);
  Settings now = control_values ();
  for (const Demand &demand : demands)
    if (std::string unmet = unmet_control (demand.constraints, now);
        !unmet.empty ())
      return make_overconstrained_error (unmet);
  return ok;
}

// Those of a camera that is released are written when it is back: until then it
// is as it was read last, but for what is owed to it. One that runs and has
// none is as it was read last, whatever it is asked for.
void
Capture::put_controls (const Settings &values, Told told)
{
  if (controls_) {
    read_controls (write_controls (values, control_values (), told));
    return;
  }
  if (!is_released_)
    return;
  if (told == Told::now) {
    owed_controls_.frees_iso &= !values.contains (Property::iso);
    owed_controls_.values =
        with_told (std::move (owed_controls_.values), values);
  }
  Settings now = last_read_;
  for (const auto &[property, value] : owed_controls_.values)
    now[property] = value;
  MutexLocker locker (lock_);
  control_values_.swap (now); // the old ones go without the lock
}

// What has been set of these is again what it was; what is owed to a camera is
// so already.
void
Capture::undo_controls (
    const Settings &set, Settings before, bool was_iso_automatic)
{
  if (controls_ && was_iso_automatic) {
    controls_->free_iso ();
    before.erase (Property::iso);
  } else if (controls_ && controls_->is_iso_automatic ()) {
    controls_->put_back (Property::iso, before[Property::iso]);
  }
  std::erase_if (before,
      [&set] (const auto &member) { return !set.contains (member.first); });
  put_controls (before, Told::before);
}

// What there is to select from for this track.
std::shared_ptr<const SettingsSpace>
Capture::space_of (const Demand &demand, const DeviceTrack *track) const
{
  auto space = shared_space ();
  if (!has_controls (*space))
    return space;
  if (!demand.may_move)
    space = without_movement (std::move (space));
  std::vector<TrackConstraints> others;
  for (const auto &each : tracks ())
    if (each.get () != track)
      others.push_back (each->constraints ());
  return std::make_shared<const SettingsSpace> (
      space_for (*space, demand.constraints, control_values (), others));
}

// As all of them are to be: those of the track that asks, and else what they
// are. Where it comes to nothing, the space itself.
std::shared_ptr<const SettingsSpace>
Capture::fix_controls (
    const Settings &controls, std::vector<Demand> &demands) const
{
  auto space = shared_space ();
  if (!has_controls (*space))
    return space;
  Settings all = control_values ();
  for (const auto &[property, value] : controls)
    if (is_control (property))
      all[property] = value;
  for (Demand &demand : demands) {
    Settings &settings = demand.selection.settings;
    for (const auto &[property, value] : all)
      settings[property] = value;
    if (!demand.may_move)
      drop_movement (settings);
    demand.selection.distance = fitness_distance (
        settings, demand.constraints.basic, BareValues::ideal, space->kind);
  }
  return std::make_shared<const SettingsSpace> (
      with_fixed_controls (*space, all));
}

// The user has taken the permission to move it back: where it is, it stays.
// Tracks are told by who has the turn, in the order of what else they are told.
void
Capture::forbid_movement ()
{
  bool is_any = false;
  for (const auto &track : tracks ())
    is_any = track->forbid_movement () || is_any;
  if (!is_any)
    return;
  is_movement_forbidden_ = true;
  schedule ();
}

// Nor is it moved again after a change of its mode, where nobody may.
void
Capture::forget_movement (const Tracks &tracks)
{
  if (std::none_of (tracks.begin (), tracks.end (),
          [] (const auto &track) { return track->demand ().may_move; }))
    for (Settings *told : {&wanted_controls_, &owed_controls_.values})
      drop_movement (*told);
}

} // namespace webmedia::devices
