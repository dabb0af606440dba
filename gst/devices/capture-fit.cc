// SPDX-License-Identifier: LGPL-2.1-or-later
// The branches of a capture: what each track needs of what the device gives
// out.
#include "base/log.hh"
#include "devices/capture-caps.hh"
#include "devices/capture-engine.hh"
#include "devices/surface-fit.hh"

#include <algorithm>

WEBMEDIA_DEBUG_CATEGORY ("webmedia-capture", "Open devices")

namespace webmedia::devices {

// That of a display follows the display. A camera that has another size by
// itself has other branches, for all but those that take any.
void
Capture::set_size (
    BranchShape &shape, const CaptureMode &mode, const Demand &demand) const
{
  double width = number_of (demand.selection.settings, Property::width);
  double height = number_of (demand.selection.settings, Property::height);
  shape.of_pictures = true;
  if (has_surface ()) {
    if (are_of_size (demand.constraints))
      shape.fit = std::make_shared<const SurfaceFit> (
          SurfaceFit{parts_.space, demand.constraints});
    return;
  }
  bool is_scaled =
      width > 0 && height > 0 && (width != mode.width || height != mode.height);
  if (is_scaled) {
    shape.width = int (width);
    shape.height = int (height);
  }
  if (is_scaled || are_of_size (demand.constraints)) {
    shape.only_width = int (mode.width);
    shape.only_height = int (mode.height);
  }
}

BranchShape
Capture::shape_of (const CaptureMode &mode, const Demand &demand) const
{
  const Selection &selection = demand.selection;
  const Settings &settings = selection.settings;
  BranchShape shape;
  shape.source = caps_of (
      mode_caps (mode.mode), has_surface () ? of_any_size (mode) : mode);
  if (parts_.space->kind == TrackKind::video) {
    set_size (shape, mode, demand);
    double rate = number_of (settings, Property::frame_rate);
    if (rate > 0 && rate < mode.frame_rate * 0.999) {
      shape.frame_rate = rate;
      shape.source_rate = mode.frame_rate;
    }
    return shape;
  }
  shape.cancels_echo = is_on (settings, Property::echo_cancellation);
  shape.controls_gain = is_on (settings, Property::auto_gain_control);
  shape.suppresses_noise = is_on (settings, Property::noise_suppression);
  if (shape.cancels_echo)
    shape.echo_probe = parts_.echo_probe;
  CaptureMode own{.mode = selection.mode,
      .sample_rate = number_of (settings, Property::sample_rate),
      .sample_size = number_of (settings, Property::sample_size),
      .channel_count = number_of (settings, Property::channel_count)};
  if (shape.processes_voice () || own != mode)
    shape.sound = caps_of (mode_caps (own.mode), own);
  return shape;
}

Ptr<GstCaps>
Capture::mode_caps (size_t mode) const
{
  return mode < parts_.device.modes.size ()
             ? parts_.device.modes[mode]
             : Ptr<GstCaps>::adopt (gst_caps_new_any ());
}

Result<>
Capture::fit_branch (
    const std::shared_ptr<DeviceTrack> &track, BranchShape shape)
{
  auto input = track->input ();
  if (!input)
    return ok; // it was stopped meanwhile
  auto found = std::find_if (branches_.begin (), branches_.end (),
      [&] (const Running &running) { return running.track == track; });
  if (found != branches_.end () && found->branch->shape == shape)
    return ok;
  // What can't come without a branch is not missing.
  input->set_watch (false);
  if (found != branches_.end ())
    branches_.erase (found);
  auto branch = pipeline_->add_branch (shape, input);
  input->set_watch (true);
  if (!branch)
    return std::move (branch.error ());
  track->set_upstream ((*branch)->upstream ());
  branches_.push_back ({track, std::move (*branch)});
  return ok;
}

// Each is made anew that is to be another; nothing else is touched.
Result<>
Capture::fit_branches (const Tracks &tracks, const Setup &setup)
{
  keep_branches (tracks);
  for (size_t i = 0; i < tracks.size (); i++)
    if (Result<> fitted =
            fit_branch (tracks[i], shape_of (setup.mode, setup.demands[i]));
        !fitted)
      return fitted;
  return ok;
}

// The same where nobody waits for it: who has no branch has nothing to give.
void
Capture::fit_or_end (const Tracks &tracks, const Setup &setup)
{
  keep_branches (tracks);
  for (size_t i = 0; i < tracks.size (); i++)
    if (Result<> fitted =
            fit_branch (tracks[i], shape_of (setup.mode, setup.demands[i]));
        !fitted)
      end_alone (tracks[i], fitted.error ());
}

// https://www.w3.org/TR/mst-content-hint/#behavior-of-a-mediastreamtrack
// "apply a default": nothing but these settings changes. Where they can't be
// had all stays as it is, and the track has its branch back right after this.
void
Capture::follow_hints (const Tracks &tracks)
{
  for (const auto &track : tracks) {
    Settings hinted = track->take_hinted ();
    if (hinted.empty ())
      continue;
    Demand demand = track->demand ();
    auto allowed =
        select_settings (*shared_space (), demand.constraints, hinted);
    if (!allowed)
      continue;
    Settings before = demand.selection.settings;
    for (const auto &[property, value] : hinted)
      if (auto setting = demand.selection.settings.find (property);
          setting != demand.selection.settings.end ())
        setting->second = allowed->settings[property];
    if (demand.selection.settings == before)
      continue;
    if (Result<> fitted = fit_branch (track, shape_of (*running_, demand));
        !fitted) {
      GST_WARNING ("the content hint of a track of %s has no effect: %s",
          parts_.device.label.c_str (), fitted.error ().message.c_str ());
      continue;
    }
    track->set_selected (
        std::move (demand.constraints), std::move (demand.selection));
    track->tell_configuration (stream::ChangedBy::source);
  }
}

void
Capture::end_failed ()
{
  for (const Running &running : branches_)
    if (auto reason = running.branch->failure ())
      end_alone (running.track, *reason);
}

// Its siblings go on.
void
Capture::end_alone (
    const std::shared_ptr<DeviceTrack> &track, const Error &reason)
{
  GST_WARNING ("a track of %s ends: %s", parts_.device.label.c_str (),
      reason.message.c_str ());
  remove (track.get ());
  track->end ();
}

// Only those of these tracks.
void
Capture::keep_branches (const Tracks &tracks)
{
  std::erase_if (branches_, [&tracks] (const Running &running) {
    return std::find (tracks.begin (), tracks.end (), running.track)
           == tracks.end ();
  });
}

} // namespace webmedia::devices
