// SPDX-License-Identifier: LGPL-2.1-or-later
// What a source has to do with its tracks.
#include "stream/source.hh"

#include "stream/subscription.hh"

#include <algorithm>
#include <gst/audio/audio.h>

namespace webmedia::stream {

namespace {

// Of what its caps alone say what it is: that in them which devices/ makes
// settings of.
std::string
configuration_of (GstCaps *caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  std::string text;
  for (const char *name : {"width", "height", "rate", "channels"}) {
    int number = 0;
    gst_structure_get_int (structure, name, &number);
    text += std::to_string (number) + ' ';
  }
  int frames = 0, seconds = 0;
  gst_structure_get_fraction (structure, "framerate", &frames, &seconds);
  text += std::to_string (frames) + '/' + std::to_string (seconds);
  GstAudioInfo info;
  if (gst_structure_has_name (structure, "audio/x-raw")
      && gst_audio_info_from_caps (&info, caps))
    text += ' ' + std::to_string (GST_AUDIO_INFO_DEPTH (&info));
  return text;
}

} // namespace

bool
Source::add (const std::shared_ptr<Track> &track, const Track *of)
{
  MutexLocker locker (lock_);
  if (ended_ || stopped_)
    return false;
  auto original = std::ranges::find (tracks_, of, &LiveTrack::track);
  bool hides_picture = original != tracks_.end ()
                           ? original->hides_picture
                           : picture_.is_hidden || is_blank ();
  tracks_.push_back ({track.get (), track, hides_picture});
  return true;
}

// https://www.w3.org/TR/mediacapture-streams/#source-stopped
void
Source::remove (const Track *track)
{
  std::shared_ptr<const Subscriptions> all;
  std::shared_ptr<Producer> producer;
  bool is_last = false;
  {
    MutexLocker locker (lock_);
    size_t removed = std::erase_if (tracks_,
        [track] (const LiveTrack &live) { return live.track == track; });
    is_last = tracks_.empty ();
    if (removed > 0 && is_last)
      stopped_ = true;
    if (removed > 0 && !ended_)
      producer = producer_.lock ();
    all = subscriptions_;
  }
  changed_.notify_all ();
  for (const auto &subscription : *all)
    if (subscription->track.get () == track)
      subscription->mailbox.end ();
  if (producer && is_last)
    producer->stop ();
  else if (producer)
    producer->on_wanted ();
}

bool
Source::is_wanted () const
{
  MutexLocker locker (lock_);
  return !ended_
         && std::any_of (tracks_.begin (), tracks_.end (),
             [] (const LiveTrack &live) { return live.track->enabled (); });
}

void
Source::on_track_enabled ()
{
  if (auto told = producer ())
    told->on_wanted ();
}

std::shared_ptr<Source>
Source::clone ()
{
  auto asked = producer ();
  auto other = asked ? asked->source_of_clone () : nullptr;
  return other ? other : shared_from_this ();
}

std::string
Source::configuration () const
{
  MutexLocker locker (lock_);
  return configuration_;
}

void
Source::set_configuration (std::string now, ChangedBy by)
{
  std::vector<LiveTrack> all;
  {
    MutexLocker locker (lock_);
    configuration_.swap (now); // the old one goes without the lock
    all = tracks_;
  }
  for (const auto &live : all)
    if (auto track = live.weak.lock ())
      track->on_configuration (by);
}

// Those that come first are no change: nothing was known before.
void
Source::follow_caps (GstEvent *event, bool are_first)
{
  GstCaps *caps;
  gst_event_parse_caps (event, &caps);
  set_configuration (configuration_of (caps),
      are_first ? ChangedBy::application : ChangedBy::source);
}

} // namespace webmedia::stream
