// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/generator-track.hh"

#include "devices/device-modes.hh"
#include "devices/json.hh"
#include "devices/overconstrained.hh"
#include "devices/surface-fit.hh"
#include "devices/track-generator.hh"
#include "devices/words.hh"
#include "stream/time-map.hh"

#include <algorithm>

namespace webmedia::devices {

namespace {

constexpr double kLeastFrameRate = 1e-6; // positive: a rate is divided

// What frames of such sizes can become. All frames are wanted unless
// constraints say otherwise.
SettingsSpace
space_of (Interval width, Interval height)
{
  const VideoMode mode[] = {{.width = width,
      .height = height,
      .frame_rates = {{kLeastFrameRate, kMaxFrameRate}}}};
  SettingsSpace space = video_space ({}, mode, true);
  space.defaults = {{Property::width, width.high},
      {Property::height, height.high}, {Property::frame_rate, kMaxFrameRate}};
  return space;
}

// Of all that can be written.
const SettingsSpace &
whole_space ()
{
  static const SettingsSpace space = space_of ({1, kMaxSide}, {1, kMaxSide});
  return space;
}

// Whether frames have to stay as they are, whatever else is required.
bool
forbids_scaling (const TrackConstraints &constraints)
{
  auto mode = constraints.basic.find (Property::resize_mode);
  if (mode == constraints.basic.end () || mode->second.exact.empty ())
    return false;
  return std::ranges::none_of (mode->second.exact, [] (const Value &value) {
    const auto *text = std::get_if<std::string> (&value);
    return text && *text == resize_mode::kCropAndScale;
  });
}

Settings
settings_for (int width, int height, const char *resize_mode)
{
  return {{Property::width, double (width)},
      {Property::height, double (height)},
      {Property::aspect_ratio, aspect_ratio (width, height)},
      {Property::resize_mode, std::string (resize_mode)}};
}

// What a frame had when it was first written: it may have been read and written
// again.
void
keep_timestamp (GstBuffer *shaped, GstBuffer *written)
{
  auto named = TrackGenerator::timestamp_caps ();
  if (gst_buffer_get_reference_timestamp_meta (shaped, named.get ()))
    return;
  auto meta = gst_buffer_get_reference_timestamp_meta (written, named.get ());
  GstClockTime time = meta ? meta->timestamp : GST_BUFFER_PTS (written);
  if (GST_CLOCK_TIME_IS_VALID (time))
    gst_buffer_add_reference_timestamp_meta (shaped, named.get (), time,
        meta ? meta->duration : GST_BUFFER_DURATION (written));
}

} // namespace

GeneratorTrack::GeneratorTrack (
    const std::shared_ptr<TrackGenerator> &generator, Ptr<GstClock> clock,
    Time start, GeneratorState state)
    : generator_ (generator),
      clock_ (std::move (clock)),
      start_ (start),
      constraints_ (std::move (state.constraints)),
      settings_ (std::move (state.settings))
{}

// Times count from the generator's start.
GeneratorTrack::Made
GeneratorTrack::make (const std::shared_ptr<TrackGenerator> &generator,
    Ptr<GstClock> clock, Time start, GeneratorState state)
{
  auto source = std::make_shared<stream::Source> (stream::SourceInfo{
      .kind = stream::Kind::video, .label = "", .is_written = true});
  std::shared_ptr<GeneratorTrack> track (
      new GeneratorTrack (generator, clock, start, std::move (state)));
  auto input = source->open_and_hold (track);
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  input->set_timeline (segment, std::move (clock), start);
  {
    MutexLocker locker (track->lock_);
    track->source_ = source;
    track->input_ = std::move (input);
  }
  return {std::move (track), std::move (source)};
}

// The producer

bool
GeneratorTrack::query (GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return false;
  gst_query_set_latency (query, TRUE, 0, GST_CLOCK_TIME_NONE);
  return true;
}

std::shared_ptr<stream::Input>
GeneratorTrack::input () const
{
  MutexLocker locker (lock_);
  return input_;
}

std::shared_ptr<stream::Input>
GeneratorTrack::take_input ()
{
  MutexLocker locker (lock_);
  return std::exchange (input_, nullptr);
}

// https://w3c.github.io/mediacapture-transform/#video-generator-stop
void
GeneratorTrack::stop ()
{
  auto input = take_input ();
  auto generator = generator_.lock ();
  if (input && generator)
    generator->remove (this);
}

void
GeneratorTrack::end ()
{
  if (auto input = take_input ())
    input->end ();
}

void
GeneratorTrack::set_muted (bool muted)
{
  if (auto to = input ())
    to->set_muted (muted);
}

std::shared_ptr<stream::Source>
GeneratorTrack::source_of_clone ()
{
  auto generator = generator_.lock ();
  GeneratorState state;
  {
    MutexLocker locker (lock_);
    state = {constraints_, settings_};
  }
  return generator ? generator->add_source (std::move (state)) : nullptr;
}

// What is constrainable

Capabilities
GeneratorTrack::capabilities () const
{
  return capabilities_of (whole_space ());
}

TrackConstraints
GeneratorTrack::constraints () const
{
  MutexLocker locker (lock_);
  return *constraints_;
}

// https://w3c.github.io/mediacapture-transform/#generator-constrainable-properties
// Before the first frame there is no size, and before the second no frame rate.
Settings
GeneratorTrack::settings () const
{
  Time now = Time (gst_clock_get_time (clock_.get ()));
  MutexLocker locker (lock_);
  Settings settings = settings_;
  settings.try_emplace (
      Property::resize_mode, std::string (resize_mode::kNone));
  if (auto rate = given_.rate (now))
    settings[Property::frame_rate] = *rate;
  return settings;
}

// https://w3c.github.io/mediacapture-main/#dom-mediastreamtrack-applyconstraints
// What all frames together could be counts, not what was written so far. It is
// in force from the next frame on.
Result<>
GeneratorTrack::apply (
    const TrackConstraints &constraints, const std::function<bool ()> &)
{
  const SettingsSpace &all = whole_space ();
  if (!select_settings (all, constraints))
    return make_overconstrained_error (
        failed_constraint (std::span (&all, 1), constraints));
  auto applied = std::make_shared<const TrackConstraints> (constraints);
  MutexLocker locker (lock_);
  constraints_.swap (applied); // the old ones go without the lock
  return ok;
}

// Frames

// Frames are never made larger: what is required and a frame can't meet, as it
// is too small, is ignored.
GeneratorTrack::Plan
GeneratorTrack::plan_for (
    const stream::PictureFormat &format, const TrackConstraints &constraints)
{
  double width = format.width, height = format.height;
  if (width > kMaxSide || height > kMaxSide)
    return {{width, height, 0}};
  Settings settings =
      demand_in_force (space_of ({width, width}, {height, height}), constraints)
          .selection.settings;
  Plan plan{.size = {number_of (settings, Property::width),
                number_of (settings, Property::height), 0},
      .frame_rate = number_of (settings, Property::frame_rate)};
  if (forbids_scaling (constraints))
    plan.size = {width, height, 0};
  if (plan.frame_rate >= kMaxFrameRate)
    plan.frame_rate = 0;
  plan.is_scaled = plan.size.width != width || plan.size.height != height;
  return plan;
}

void
GeneratorTrack::follow (const stream::PictureFormat &format)
{
  std::shared_ptr<const TrackConstraints> constraints;
  {
    MutexLocker locker (lock_);
    constraints = constraints_;
  }
  if (followed_ == constraints && width_ == format.width
      && height_ == format.height)
    return;
  double before = plan_.frame_rate;
  plan_ = plan_for (format, *constraints);
  followed_ = std::move (constraints);
  if (plan_.frame_rate == 0)
    skipper_.reset ();
  else if (plan_.frame_rate != before)
    skipper_.emplace (plan_.frame_rate, plan_.frame_rate);
}

// Frames come as unevenly as they are written: each counts for the point in
// time that it is nearest to.
bool
GeneratorTrack::skips (Time time)
{
  written_.add (time);
  if (!skipper_)
    return false;
  if (auto rate = written_.rate (time))
    skipper_->set_source_rate (*rate);
  return skipper_->skips (time);
}

// The application has the other reference: this one is a copy, of the same
// memory where nothing is cropped or scaled.
Ptr<GstBuffer>
GeneratorTrack::shape (const WrittenFrame &frame)
{
  Ptr<GstBuffer> shaped;
  is_shaped_ = plan_.is_scaled
               && scaler_.set_caps (frame.format.caps, int (plan_.size.width),
                   int (plan_.size.height));
  if (is_shaped_)
    shaped = scaler_.make (frame.picture.get ());
  is_shaped_ = bool (shaped);
  if (!shaped)
    shaped = stream::make_own (frame.picture);
  GST_BUFFER_PTS (shaped.get ()) = GstClockTime (frame.time - start_);
  GST_BUFFER_DTS (shaped.get ()) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (shaped.get ()) = GST_CLOCK_TIME_NONE;
  keep_timestamp (shaped.get (), frame.picture.get ());
  return shaped;
}

void
GeneratorTrack::tell_caps (stream::Input &input, const Ptr<GstCaps> &caps)
{
  if (caps_ && (caps_ == caps || gst_caps_is_equal (caps_.get (), caps.get ())))
    return;
  caps_ = caps;
  input.put (Ptr<GstEvent>::adopt (gst_event_new_caps (caps.get ())));
}

// https://w3c.github.io/mediacapture-extensions/#exposing-change-of-mediastreamtrack-configuration
// What was written is of another size: that is no doing of who applies
// constraints.
void
GeneratorTrack::tell_settings (const stream::PictureFormat &format, Time time)
{
  bool is_of_writer =
      width_ != 0 && (width_ != format.width || height_ != format.height);
  width_ = format.width;
  height_ = format.height;
  Settings now = is_shaped_ ? settings_for (int (plan_.size.width),
                     int (plan_.size.height), resize_mode::kCropAndScale)
                            : settings_for (format.width, format.height,
                                resize_mode::kNone);
  std::shared_ptr<stream::Source> source;
  {
    MutexLocker locker (lock_);
    given_.add (time);
    if (settings_ != now)
      source = source_.lock ();
    settings_ = now;
  }
  if (source)
    source->set_configuration (
        to_json (now), is_of_writer ? stream::ChangedBy::source
                                    : stream::ChangedBy::application);
}

void
GeneratorTrack::put (const WrittenFrame &frame)
{
  auto to = input ();
  if (!to)
    return;
  follow (frame.format);
  if (skips (frame.time)) {
    to->count_discarded (1);
    return;
  }
  auto shaped = shape (frame);
  tell_caps (*to, is_shaped_ ? scaler_.caps () : frame.format.caps);
  tell_settings (frame.format, frame.time);
  to->put (std::move (shaped));
}

void
GeneratorTrack::keep (const WrittenFrame &frame)
{
  auto to = input ();
  if (!to || width_ != 0)
    return;
  follow (frame.format);
  auto shaped = shape (frame);
  tell_caps (*to, is_shaped_ ? scaler_.caps () : frame.format.caps);
  to->preroll (std::move (shaped));
}

} // namespace webmedia::devices
