// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/attachment.hh"

#include "mse/track-reader.hh"

namespace webmedia::mse {

// How far a reader has come, and whether it waits for more.
class Attachment::ReaderPlace final : public ReaderWatch {
public:
  ReaderPlace (std::weak_ptr<Attachment> owner, Time time)
      : position (time),
        owner_ (std::move (owner))
  {}

  void on_position (Time time) override
  {
    position = time;
    if (auto owner = owner_.lock ())
      owner->update_playhead ();
  }
  void on_starving (bool now) override
  {
    starving = now;
    if (auto owner = owner_.lock ())
      owner->update_starving ();
  }

  std::atomic<Time> position;
  std::atomic<bool> starving{false};

private:
  const std::weak_ptr<Attachment> owner_;
};

std::shared_ptr<Attachment>
Attachment::create (std::shared_ptr<MediaSource> source)
{
  return std::shared_ptr<Attachment> (new Attachment (std::move (source)));
}

Attachment::Attachment (std::shared_ptr<MediaSource> source)
    : source_ (std::move (source))
{}

Attachment::~Attachment ()
{
  detach ();
}

void
Attachment::detach ()
{
  set_observer ({});
  source_->detach (this);
}

void
Attachment::set_element_error ()
{
  source_->set_element_error (this);
}

void
Attachment::set_observer (std::weak_ptr<PlayerObserver> observer)
{
  std::optional<Error> failure;
  std::vector<InitData> early;
  auto target = observer.lock ();
  {
    MutexLocker locker (lock_);
    observer_ = std::move (observer);
    observed_ = observed_ || target;
    failure = failure_;
    if (target)
      early = std::exchange (early_, {});
  }
  for (const InitData &each : early)
    target->on_init_data (each);
  if (target && failure)
    target->on_error (*failure);
  else if (target && is_ended ())
    target->on_ended ();
}

std::shared_ptr<PlayerObserver>
Attachment::observer () const
{
  MutexLocker locker (lock_);
  return observer_.lock ();
}

bool
Attachment::has_metadata () const
{
  return source_->has_metadata ();
}

bool
Attachment::is_ended () const
{
  return source_->is_complete ();
}

bool
Attachment::has_failed () const
{
  return source_->has_failed ();
}

MediaReadyState
Attachment::ready_state () const
{
  return source_->media_ready_state ();
}

std::vector<TrackInfo>
Attachment::tracks () const
{
  std::vector<TrackInfo> infos;
  if (!source_->has_metadata ())
    return infos;
  // DEVIATION: those that are not selected, too. On the web they do not play;
  // here each is there for a pad, and what is linked plays.
  for (const auto &track : source_->playable_tracks ())
    infos.push_back ({track->kind, track->id, track->label, track->language,
        track->codec, track->web_kind, track->caps,
        track->selection == TrackSelection::on});
  return infos;
}

void
Attachment::select (const std::vector<std::string> &track_ids)
{
  source_->select_tracks (track_ids);
}

std::unique_ptr<Reader>
Attachment::open (const std::string &track_id, Time time)
{
  for (const auto &track : source_->playable_tracks ()) {
    if (track->id != track_id)
      continue;
    auto place = std::make_shared<ReaderPlace> (weak_from_this (), time);
    {
      MutexLocker locker (lock_);
      places_.push_back (place);
    }
    return std::make_unique<TrackReader> (track, time, std::move (place));
  }
  return nullptr;
}

// Calls `function` with each reader that is still there.
template <typename Function>
void
Attachment::for_places_locked (Function function)
{
  std::erase_if (places_, [&function] (const auto &weak) {
    auto place = weak.lock ();
    if (place)
      function (*place);
    return !place;
  });
}

// What the slowest reader has read is played: data before it may go.
void
Attachment::update_playhead ()
{
  bool due = false;
  {
    MutexLocker locker (lock_);
    Time playhead = kTimeInfinite;
    for_places_locked ([&playhead] (const ReaderPlace &place) {
      playhead = std::min (playhead, place.position.load ());
    });
    // Before another reader's thread finds another one.
    if (playhead != kTimeInfinite)
      due = source_->move_playhead (playhead);
  }
  if (due)
    source_->monitor ();
}

// One reader that waits holds all up.
void
Attachment::update_starving ()
{
  bool due;
  {
    MutexLocker locker (lock_);
    bool starving = false;
    for_places_locked (
        [&starving] (const ReaderPlace &place) { starving |= place.starving; });
    due = source_->set_starving (starving);
  }
  if (due)
    source_->monitor ();
}

Time
Attachment::duration () const
{
  return source_->duration ();
}

static std::vector<Span>
to_spans (const TimeRanges &ranges)
{
  std::vector<Span> spans;
  for (const TimeRange &range : ranges)
    spans.push_back ({range.start, range.end});
  return spans;
}

std::vector<Span>
Attachment::buffered () const
{
  return to_spans (source_->buffered ());
}

std::vector<Span>
Attachment::seekable () const
{
  auto range = source_->seekable ();
  return range ? std::vector<Span>{{range->start, range->end}}
               : std::vector<Span>{};
}

void
Attachment::tracks_changed ()
{
  if (!has_failed ()) {
    MutexLocker locker (lock_);
    failure_.reset (); // of tracks that were replaced
  }
  if (auto target = observer ())
    target->on_tracks ();
}

void
Attachment::selection_changed ()
{
  if (auto target = observer ())
    target->on_selection ();
}

void
Attachment::init_data_encountered (const InitData &data)
{
  {
    MutexLocker locker (lock_);
    if (!observed_) {
      early_.push_back (data);
      return;
    }
  }
  if (auto target = observer ())
    target->on_init_data (data);
}

void
Attachment::duration_changed (Time cut)
{
  auto target = observer ();
  if (!target)
    return;
  if (cut != kTimeInfinite)
    target->on_cut (cut);
  target->on_duration ();
}

void
Attachment::source_ended ()
{
  if (auto target = observer ())
    target->on_ended ();
}

void
Attachment::ready_state_changed ()
{
  if (auto target = observer ())
    target->on_ready_state ();
}

void
Attachment::failed (const Error &error)
{
  {
    MutexLocker locker (lock_);
    failure_ = error;
  }
  if (auto target = observer ())
    target->on_error (error);
}

} // namespace webmedia::mse
