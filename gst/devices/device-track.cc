// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/device-track.hh"

#include "devices/capture-engine.hh"
#include "devices/content-hint.hh"
#include "devices/control-plan.hh"
#include "devices/device-info.hh"
#include "devices/json.hh"

namespace webmedia::devices {

DeviceTrack::DeviceTrack (std::shared_ptr<Capture> capture, Demand demand)
    : capture_ (std::move (capture)),
      demand_ (std::move (demand)),
      hinted_ (demand_.defaults) // what it is a clone of may still wait for it
{}

DeviceTrack::Made
DeviceTrack::make (std::shared_ptr<Capture> capture, Demand demand)
{
  const Device &device = capture->device ();
  auto source = std::make_shared<stream::Source> (stream::SourceInfo{
      .kind = device.kind == DeviceKind::videoinput ? stream::Kind::video
                                                    : stream::Kind::audio,
      .label = device.label,
      .is_device = true,
      .is_display = capture->is_display ()});
  std::shared_ptr<DeviceTrack> track (
      new DeviceTrack (std::move (capture), std::move (demand)));
  auto input = source->open_and_hold (track);
  input->set_watch (true);
  {
    MutexLocker locker (track->lock_);
    track->source_ = source;
    track->input_ = std::move (input);
  }
  track->tell_configuration (stream::ChangedBy::application);
  return {std::move (track), std::move (source)};
}

// The producer

std::shared_ptr<stream::Producer>
DeviceTrack::upstream () const
{
  MutexLocker locker (lock_);
  return upstream_;
}

bool
DeviceTrack::query (GstQuery *query)
{
  auto asked = upstream ();
  return asked && asked->query (query);
}

void
DeviceTrack::send_event (Ptr<GstEvent> event)
{
  if (auto told = upstream ())
    told->send_event (std::move (event));
}

bool
DeviceTrack::is_delivering ()
{
  auto asked = upstream ();
  return asked && asked->is_delivering ();
}

std::shared_ptr<stream::Input>
DeviceTrack::take_input ()
{
  MutexLocker locker (lock_);
  return std::exchange (input_, nullptr);
}

void
DeviceTrack::stop ()
{
  if (auto input = take_input ()) {
    wake_open_waits (); // who applies something to it
    capture_->remove (this);
  }
}

void
DeviceTrack::end ()
{
  if (auto input = take_input ()) {
    wake_open_waits ();
    input->end ();
  }
}

std::shared_ptr<stream::Source>
DeviceTrack::source_of_clone ()
{
  return input () ? capture_->clone (demand ()) : nullptr;
}

void
DeviceTrack::on_wanted ()
{
  capture_->on_wanted ();
}

std::shared_ptr<stream::Source>
DeviceTrack::source () const
{
  MutexLocker locker (lock_);
  return source_.lock ();
}

bool
DeviceTrack::is_wanted () const
{
  auto of = source ();
  return of && of->is_wanted ();
}

void
DeviceTrack::tell_configuration (stream::ChangedBy by)
{
  if (auto of = source ())
    of->set_configuration (
        to_json (settings ()) + to_json (capabilities ()), by);
}

Demand
DeviceTrack::demand () const
{
  MutexLocker locker (lock_);
  return demand_;
}

void
DeviceTrack::set_selected (TrackConstraints constraints, Selection selection)
{
  MutexLocker locker (lock_);
  std::swap (demand_.constraints, constraints); // the old ones go without the
  std::swap (demand_.selection, selection);     // lock
}

bool
DeviceTrack::forbid_movement ()
{
  MutexLocker locker (lock_);
  return std::exchange (demand_.may_move, false);
}

Settings
DeviceTrack::take_hinted ()
{
  MutexLocker locker (lock_);
  return std::exchange (hinted_, {});
}

void
DeviceTrack::put_back_hinted (Settings hinted)
{
  MutexLocker locker (lock_);
  hinted_.merge (hinted);
}

std::shared_ptr<stream::Input>
DeviceTrack::input () const
{
  MutexLocker locker (lock_);
  return input_;
}

void
DeviceTrack::set_upstream (std::shared_ptr<stream::Producer> upstream)
{
  MutexLocker locker (lock_);
  upstream_.swap (upstream);
}

// What is constrainable

// https://w3c.github.io/mediacapture-screen-share/#def-constraint-aspectRatio:
// that of a display is what it is now.
Capabilities
DeviceTrack::capabilities () const
{
  auto space = capture_->shared_space ();
  Capabilities capabilities = source_capabilities (
      demand ().may_move ? space.get () : without_movement (space).get ());
  auto ratio = capabilities.find (Property::aspect_ratio);
  if (space->of_display && ratio != capabilities.end ()) {
    double now =
        number_of (demand ().selection.settings, Property::aspect_ratio);
    ratio->second.range = {now, now};
  }
  return capabilities;
}

TrackConstraints
DeviceTrack::constraints () const
{
  MutexLocker locker (lock_);
  return demand_.constraints;
}

// https://w3c.github.io/mediacapture-main/#dom-mediastreamtrack-getsettings
// What a camera is set to is what was read of it last, and what could not be
// read then is not told.
Settings
DeviceTrack::settings () const
{
  auto latency = capture_->latency ();
  Settings controls = capture_->control_values ();
  MutexLocker locker (lock_);
  Settings settings = demand_.selection.settings;
  std::erase_if (
      settings, [] (const auto &member) { return is_control (member.first); });
  for (const auto &[property, value] : controls)
    settings[property] = value;
  if (!demand_.may_move)
    drop_movement (settings);
  if (auto target = settings.find (Property::latency);
      target != settings.end () && latency)
    target->second = *latency;
  if (!input_)
    std::erase_if (settings, [] (const auto &member) {
      return member.first != Property::device_id
             && member.first != Property::group_id
             && member.first != Property::facing_mode;
    });
  return settings;
}

Result<>
DeviceTrack::apply (const TrackConstraints &constraints,
    const std::function<bool ()> &cancelled)
{
  return capture_->apply (shared_from_this (), constraints, cancelled);
}

Result<Ptr<GstSample>>
DeviceTrack::take_frame (const TrackConstraints &size, bool is_enabled,
    const std::function<bool ()> &cancelled)
{
  return capture_->take_frame (
      shared_from_this (), size, is_enabled, cancelled);
}

// https://www.w3.org/TR/mst-content-hint/#behavior-of-a-mediastreamtrack
void
DeviceTrack::follow_hint (const stream::Track &track)
{
  {
    MutexLocker locker (lock_);
    // Asked for here: of two hints at once the one that is kept counts.
    std::string_view hint = track.content_hint ();
    // "All remembered values of t are removed": settings stay until
    // constraints are applied.
    if (hint.empty ())
      demand_.defaults.clear ();
    for (const auto &[property, value] : defaults_of_hint (hint)) {
      demand_.defaults[property] = value;
      hinted_[property] = value;
    }
    if (hinted_.empty ())
      return;
  }
  capture_->on_hint ();
}

Result<Ptr<GstSample>>
Constrainable::take_frame (
    const TrackConstraints &, bool, const std::function<bool ()> &)
{
  return make_error (ErrorCode::not_supported,
      "What is no device takes no photos: grab a frame");
}

std::shared_ptr<Constrainable>
constrainable_of (const stream::Track &track)
{
  auto producer = track.source->producer ();
  Constrainable *found = producer ? producer->constrainable () : nullptr;
  return found ? std::shared_ptr<Constrainable> (std::move (producer), found)
               : nullptr;
}

} // namespace webmedia::devices
