// SPDX-License-Identifier: LGPL-2.1-or-later
// A frame of another size, for a photo: the device is what that needs for as
// long as it takes, with the turn, and then what it was. Nobody else hears of
// it: what tracks are set to stays the same all the time.
#include "base/worker-pool.hh"
#include "devices/capture-engine.hh"
#include "devices/photo-plan.hh"
#include "stream/frame-reader.hh"

namespace webmedia::devices {

struct Capture::Photo {
  TrackConstraints size;
  std::shared_ptr<DeviceTrack> of;
  std::shared_ptr<DeviceTrack> taken;
  std::shared_ptr<stream::Track> track; // of `taken`
  std::shared_ptr<stream::FrameReader> reader;
};

// Controls stay as they are.
Capture::Setup
Capture::photo_setup (const Tracks &others, const TrackConstraints &size)
{
  Setup setup{};
  for (const auto &each : others) {
    setup.demands.push_back (each->demand ());
    Demand &demand = setup.demands.back ();
    demand.constraints = in_force (demand).constraints;
  }
  auto space = fix_controls ({}, setup.demands);
  CapturePlan plan = plan_photo (*space, setup.demands, size, *running_);
  setup.mode = plan.mode;
  setup.demands.push_back ({.constraints = size, .selection = {}});
  for (size_t i = 0; i < setup.demands.size (); i++)
    setup.demands[i].selection = std::move (plan.selections[i]);
  return setup;
}

// Who is cancelled, or ends, ends the wait for the frame, and so the turn.
Result<Ptr<GstSample>>
Capture::take_frame (const std::shared_ptr<DeviceTrack> &track,
    const TrackConstraints &size, bool is_enabled, const Cancelled &cancelled)
{
  auto made = DeviceTrack::make (
      shared_from_this (), {.constraints = size, .selection = {}});
  auto taken = stream::Track::create (std::move (made.source));
  taken->set_enabled (is_enabled);
  auto reader = stream::FrameReader::create (taken, 1);
  auto attempt = std::make_shared<Attempt<Result<Ptr<GstSample>>>> ();
  run_blocking ([self = shared_from_this (), attempt,
                    photo = Photo{size, track, made.track, taken, reader}] {
    attempt->finish (self->take_in_turn (photo, attempt->wanted ()));
  });
  bool is_cancelled = false;
  auto frame = attempt->wait ([&] {
    is_cancelled = cancelled && cancelled ();
    return is_cancelled || !track->input ();
  });
  taken->stop ();
  if (frame)
    return std::move (*frame);
  return is_cancelled ? make_error (ErrorCode::abort, "It was cancelled")
                      : make_error (ErrorCode::unknown,
                          "The track has ended before a frame came.");
}

Result<Ptr<GstSample>>
Capture::take_in_turn (const Photo &photo, const Wanted &wanted)
{
  TurnHolder turn (turn_, wanted.cancelled);
  if (!turn.has_turn)
    return make_error (ErrorCode::abort, "It was cancelled");
  Error has_ended{
      ErrorCode::unknown, "The track has ended before a frame came."};
  if (is_closed_ || !running_ || !photo.of->input ())
    return has_ended;
  Error is_muted = make_error (ErrorCode::unknown,
      "The user has muted %s: there are no frames until it is unmuted",
      parts_.device.label.c_str ());
  if (is_muted_by_user_) // readers get nothing then
    return is_muted;
  follow_size ();
  if (is_released_ && photo.of->is_wanted ())
    acquire (); // as it is due anyway
  CaptureMode before = *running_;
  bool was_released = is_released_;
  Tracks all = tracks ();
  Setup setup = photo_setup (all, photo.size);
  all.push_back (photo.taken);
  if (!add (photo.taken))
    return has_ended;
  if (auto input = photo.taken->input ())
    tell_muted (*input);
  {
    MutexLocker locker (lock_);
    photographed_ = photo.taken;
  }
  if (is_muted_by_user_)
    photo.taken->end ();
  Result<> done = run (all, setup, Purpose::apply, wanted.cancelled);
  Ptr<GstSample> frame;
  if (done && is_released_ && lacks_blank_)
    done = make_error (ErrorCode::unknown,
        "The track is not enabled, and %s not open: there are no frames",
        parts_.device.label.c_str ());
  if (done)
    if (auto read = photo.reader->read ([] { return false; }))
      frame = std::move (*read);
  photo.track->stop ();
  remove (photo.taken.get ()); // what was stopped before it was added
  restore (before, was_released);
  if (!done)
    return std::move (done.error ());
  if (!frame)
    return is_muted_by_user_ ? is_muted : has_ended;
  return frame;
}

} // namespace webmedia::devices
