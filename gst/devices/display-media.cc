// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/display-media.hh"

#include "base/wake-on-cancel.hh"
#include "devices/device-modes.hh"
#include "devices/display-cursor.hh"
#include "devices/overconstrained.hh"
#include "devices/selection-rules.hh"

namespace webmedia::devices {

namespace {

Domain
only (Value value)
{
  return {.values = {std::move (value)}, .numbers = {}};
}

std::string
new_id ()
{
  return CString (g_uuid_string_random ()).get ();
}

std::string
text_in (const GstStructure *properties, const char *name, const char *usual)
{
  const char *text =
      properties ? gst_structure_get_string (properties, name) : nullptr;
  return text ? text : usual;
}

Device
make_device (const Ptr<GstDevice> &object, DeviceKind kind)
{
  CString label (gst_device_get_display_name (object.get ()));
  return {.kind = kind,
      .id = new_id (),
      .group_id = new_id (),
      .label = label ? label.get () : "",
      .is_default = false,
      .space = {},
      .modes = {},
      .object = object};
}

void
set_modes (Device &device, Domains common,
    const std::vector<std::string> &cursors = {})
{
  common.emplace_back (Property::device_id, only (device.id));
  common.emplace_back (Property::group_id, only (device.group_id));
  GstCaps *published = gst_device_get_caps (device.object.get ());
  auto caps = Ptr<GstCaps>::adopt (published ? published : gst_caps_new_any ());
  DeviceModes made =
      device.kind == DeviceKind::videoinput
          ? display_modes (std::move (common), caps.get (), cursors)
          : audio_modes (std::move (common), caps.get ());
  made.space.of_display = true;
  device.space = std::make_shared<const SettingsSpace> (std::move (made.space));
  device.modes = std::move (made.modes);
}

Error
was_cancelled ()
{
  return make_error (ErrorCode::abort, "getDisplayMedia was cancelled");
}

// Steps 11.7 and 11.9: the constraints are applied to what was chosen.
Result<std::shared_ptr<stream::Track>>
open_choice (DeviceOpener &opener, const Device &device,
    const TrackConstraints &constraints,
    const std::function<bool ()> &cancelled)
{
  auto space = opener.space_of (device);
  if (!space || space->boxes.empty ())
    return make_error (ErrorCode::abort,
        "%s gives out no raw media, or its caps do not say so; those of a "
        "display have to say its width and height",
        device.label.c_str ());
  auto selection = select_settings (*space, constraints);
  if (!selection)
    return make_overconstrained_error (
        failed_constraint (std::span (space.get (), 1), constraints));
  auto track = opener.open ({.device = device,
      .selection = *selection,
      .constraints = constraints,
      .cancelled = cancelled});
  if (!track && track.error ().code != ErrorCode::not_readable
      && track.error ().code != ErrorCode::overconstrained)
    return Error{ErrorCode::abort, track.error ().message};
  return track;
}

} // namespace

Device
make_display_device (const Ptr<GstDevice> &object)
{
  Device device = make_device (object, DeviceKind::videoinput);
  StructurePtr properties (gst_device_get_properties (object.get ()));
  std::string surface =
      text_in (properties.get (), "display-surface", "monitor");
  Domains common{{Property::display_surface, only (surface)},
      {Property::logical_surface, only (surface != "monitor")}};
  std::vector<std::string> cursors = cursors_of (object);
  if (cursors.size () == 1)
    common.emplace_back (
        Property::cursor, only (std::exchange (cursors, {}).front ()));
  set_modes (device, std::move (common), cursors);
  return device;
}

Device
make_display_audio (const Ptr<GstDevice> &object)
{
  Device device = make_device (object, DeviceKind::audioinput);
  // The first is not done, so it can't be had. Of the second the setting is
  // what the application has asked for, done or not: it can't know.
  set_modes (device, {{Property::restrict_own_audio, only (false)},
                         {Property::suppress_local_audio_playback,
                             {.values = {false, true}, .numbers = {}}}});
  return device;
}

// https://w3c.github.io/mediacapture-screen-share/#dom-mediadevices-getdisplaymedia
// There is no document, which has the focus and transient activation then (3
// and 9), and no CaptureController (2 and 11.10).
Result<stream::Tracks>
get_display_media (PermissionPolicy *policy, DeviceOpener &opener,
    DisplayPicker &picker, const StreamConstraints &constraints,
    GCancellable *cancellable)
{
  // 4 to 7
  Result<std::string> failed = check_display_constraints (constraints);
  if (!failed)
    return failed.error ();
  if (!failed->empty ())
    return make_overconstrained_error (*failed);
  // 11.1 and 11.2
  if (policy
      && (!policy->allows (Permission::display_capture)
          || policy->query (Permission::display_capture)
                 == PermissionState::denied))
    return make_error (ErrorCode::not_allowed,
        "The display may not be captured: its permission was denied");
  // 11.3 and 11.4
  auto cancelled = [cancellable] {
    return g_cancellable_is_cancelled (cancellable) != FALSE;
  };
  auto choice = picker.pick (constraints, cancellable);
  if (cancelled ())
    return was_cancelled ();
  if (!choice)
    return choice.error ();
  // 11.5 to 11.9
  WakeOnCancel wake (cancellable, [&opener] { opener.wake_waits (); });
  stream::Tracks tracks;
  auto video =
      open_choice (opener, choice->video, *constraints.video, cancelled);
  if (!video)
    return video.error ();
  tracks.push_back (*video);
  if (!constraints.audio || !choice->audio)
    return tracks;
  auto audio =
      open_choice (opener, *choice->audio, *constraints.audio, cancelled);
  if (!audio) {
    tracks.front ()->stop ();
    return audio.error ();
  }
  tracks.push_back (*audio);
  return tracks;
}

} // namespace webmedia::devices
