// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/track-generator.hh"

#include <algorithm>

namespace webmedia::devices {

TrackGenerator::TrackGenerator (Ptr<GstClock> clock)
    : clock_ (std::move (clock)),
      start_ (now ())
{}

std::shared_ptr<TrackGenerator>
TrackGenerator::create (Ptr<GstClock> clock)
{
  return std::shared_ptr<TrackGenerator> (
      new TrackGenerator (std::move (clock)));
}

// Nobody can write any more.
TrackGenerator::~TrackGenerator ()
{
  for (const auto &track : tracks_)
    track->end ();
}

// https://w3c.github.io/mediacapture-transform/#video-generator-constructor
// step 2
std::shared_ptr<stream::Track>
TrackGenerator::make_track ()
{
  return stream::Track::create (add_source ({}));
}

Ptr<GstCaps>
TrackGenerator::timestamp_caps ()
{
  static GstStaticCaps caps = GST_STATIC_CAPS ("timestamp/x-video-frame");
  return Ptr<GstCaps>::adopt (gst_static_caps_get (&caps));
}

// Writing

// https://streams.spec.whatwg.org/#writable-stream-default-writer-write
// steps 5 to 9
Result<>
TrackGenerator::check_open_locked () const
{
  if (failed_)
    return Error (*failed_);
  if (closed_)
    return make_error (ErrorCode::type,
        "Nothing can be written to a generator that was closed, or whose "
        "tracks have all ended: make another one.");
  return ok;
}

// https://streams.spec.whatwg.org/#writable-stream-default-controller-process-write
// Where a write has failed, all later ones do.
Result<>
TrackGenerator::fail (Error error)
{
  MutexLocker locker (lock_);
  if (!failed_ && !closed_)
    failed_ = error;
  return error;
}

// https://w3c.github.io/mediacapture-transform/#writeframe
// Steps 1 and 2 are its caps and its size: a frame whose memory was let go
// can't be given. Step 4: the reference of the caller is the caller's.
Result<>
TrackGenerator::write (Ptr<GstBuffer> picture, Ptr<GstCaps> caps)
{
  stream::PictureFormat format;
  {
    MutexLocker locker (lock_);
    if (Result<> open = check_open_locked (); !open)
      return open;
    format = format_;
  }
  if (!picture)
    return fail (make_error (ErrorCode::type,
        "A frame is a sample that has a buffer; this one has none."));
  if (!caps || format.given != caps) {
    auto read = stream::read_picture_format (std::move (caps));
    if (!read)
      return fail (std::move (read.error ()));
    format = std::move (*read);
  }
  if (Result<> fits = stream::check_picture (format, picture.get ()); !fits)
    return fail (std::move (fits.error ()));
  WrittenFrame skipped; // goes without the lock
  {
    MutexLocker locker (lock_);
    if (Result<> open = check_open_locked (); !open)
      return open;
    if (muted_) // step 3
      return ok;
    skipped = skip_oldest_locked ();
    acts_.push_back (WrittenFrame{
        .picture = std::move (picture), .format = format, .time = now ()});
    std::swap (format_, format); // what it was goes without the lock
  }
  flow ();
  return ok;
}

// DEVIATION: on the web frames wait without a bound, for a writer that does not
// wait for its writes. This track is live: what is old goes.
WrittenFrame
TrackGenerator::skip_oldest_locked ()
{
  auto is_frame = [] (const Act &act) {
    return std::holds_alternative<WrittenFrame> (act);
  };
  if (size_t (std::ranges::count_if (acts_, is_frame)) < kMostWaiting)
    return {};
  auto oldest = std::ranges::find_if (acts_, is_frame);
  WrittenFrame skipped = std::move (*std::get_if<WrittenFrame> (&*oldest));
  acts_.erase (oldest);
  return skipped;
}

// https://w3c.github.io/mediacapture-transform/#closewritable
// DEVIATION: also where a write has failed, so that its tracks can be ended.
void
TrackGenerator::close ()
{
  {
    MutexLocker locker (lock_);
    if (std::exchange (closed_, true))
      return;
    acts_.push_back (End{});
  }
  flow ();
}

bool
TrackGenerator::is_muted () const
{
  MutexLocker locker (lock_);
  return muted_;
}

// https://w3c.github.io/mediacapture-transform/#dom-videotrackgenerator-muted
// DEVIATION: tracks are muted at once, and their events come later. The web has
// both in a task, of which there is one however often it is set before that;
// here what is set while a frame is on its way may be taken back before it
// begins.
bool
TrackGenerator::set_muted (bool muted)
{
  {
    MutexLocker locker (lock_);
    if (std::exchange (muted_, muted) == muted)
      return false;
    if (!acts_.empty () && std::holds_alternative<Mute> (acts_.back ()))
      acts_.pop_back (); // of the contrary
    else
      acts_.push_back (Mute{muted});
  }
  flow ();
  return true;
}

// Tracks

// With the lock held, so that it is muted as the others are, and gets all that
// comes after that.
std::shared_ptr<stream::Source>
TrackGenerator::add_source (GeneratorState state)
{
  GeneratorTrack::Made made;
  {
    MutexLocker locker (lock_);
    if (closed_)
      return nullptr;
    made = GeneratorTrack::make (
        shared_from_this (), clock_, start_, std::move (state));
    if (tracks_are_muted_)
      made.track->set_muted (true);
    tracks_.push_back (made.track);
    if (last_.picture)
      acts_.push_back (Join{made.track});
  }
  flow ();
  return std::move (made.source);
}

// https://w3c.github.io/mediacapture-transform/#video-generator-stop
void
TrackGenerator::remove (const GeneratorTrack *track)
{
  Tracks gone;       // without the lock
  WrittenFrame last; // likewise
  MutexLocker locker (lock_);
  auto found = std::ranges::find_if (
      tracks_, [track] (const auto &each) { return each.get () == track; });
  if (found == tracks_.end ())
    return;
  gone.push_back (std::move (*found));
  tracks_.erase (found);
  std::erase_if (acts_, [track] (const Act &act) {
    auto join = std::get_if<Join> (&act);
    return join && join->track.get () == track; // `gone` still has it
  });
  if (!tracks_.empty ())
    return;
  closed_ = true;
  std::swap (last_, last);
}

// What an act needs, and what it changes here. What is returned is the last
// frame, or the one before it.
WrittenFrame
TrackGenerator::look_locked (const Act &act, Tracks &to)
{
  to = tracks_;
  if (auto frame = std::get_if<WrittenFrame> (&act))
    return tracks_.empty () ? WrittenFrame () // nobody will ask for it
                            : std::exchange (last_, *frame);
  if (auto mute = std::get_if<Mute> (&act)) {
    tracks_are_muted_ = mute->muted;
    return std::exchange (last_, {}); // it is not shown again
  }
  if (std::holds_alternative<End> (act)) {
    tracks_.clear ();
    return std::exchange (last_, {});
  }
  return last_;
}

void
TrackGenerator::run (const Act &act, const Tracks &to, const WrittenFrame &last)
{
  if (auto join = std::get_if<Join> (&act)) {
    if (last.picture)
      join->track->keep (last);
    return;
  }
  for (const auto &track : to) {
    if (auto frame = std::get_if<WrittenFrame> (&act))
      track->put (*frame);
    else if (auto mute = std::get_if<Mute> (&act))
      track->set_muted (mute->muted);
    else
      track->end ();
  }
}

// Whoever comes while another thread is here leaves what it has to that one.
void
TrackGenerator::flow ()
{
  for (;;) {
    std::optional<Act> act;
    Tracks to;
    WrittenFrame last;
    {
      MutexLocker locker (lock_);
      if (is_flowing_ || acts_.empty ())
        return;
      act = std::move (acts_.front ());
      acts_.pop_front ();
      last = look_locked (*act, to);
      is_flowing_ = true;
    }
    run (*act, to, last);
    MutexLocker locker (lock_);
    is_flowing_ = false;
  }
}

} // namespace webmedia::devices
