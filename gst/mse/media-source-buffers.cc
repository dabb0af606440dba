// SPDX-License-Identifier: LGPL-2.1-or-later
// sourceBuffers and activeSourceBuffers.
#include "mse/media-source.hh"

#include "mse/attachment.hh"

namespace webmedia::mse {

MediaSource::Buffers
MediaSource::source_buffers () const
{
  MutexLocker locker (lock_);
  return buffers_;
}

MediaSource::Buffers
MediaSource::active_source_buffers () const
{
  MutexLocker locker (lock_);
  return active_;
}

bool
MediaSource::is_listed_locked (const SourceBuffer &buffer) const
{
  return std::any_of (buffers_.begin (), buffers_.end (),
      [&buffer] (const auto &each) { return each.get () == &buffer; });
}

// addSourceBuffer, step 4. (3, QuotaExceededError, is for engines with few
// decoders.)
Result<>
MediaSource::check_addable_locked () const
{
  if (ready_state_ != ReadyState::open)
    return make_error (ErrorCode::invalid_state,
        "addSourceBuffer: readyState is \"%s\" and must be \"open\"%s",
        ready_state_ == ReadyState::ended ? "ended" : "closed",
        ready_state_ == ReadyState::ended
            ? ""
            : "; wait for sourceopen, after an element has attached");
  return ok;
}

bool
MediaSource::all_have_init_locked () const
{
  return std::all_of (buffers_.begin (), buffers_.end (),
      [] (const auto &each) { return each->received_init (); });
}

// https://www.w3.org/TR/media-source-2/#dom-mediasource-addsourcebuffer
Result<std::shared_ptr<SourceBuffer>>
MediaSource::add_source_buffer (std::string_view type, const Prepare &prepare)
{
  // 1 and 2.
  auto checked = check_supported (type);
  if (!checked)
    return checked.error ();
  std::string id;
  {
    MutexLocker locker (lock_);
    // 4.
    if (auto addable = check_addable_locked (); !addable)
      return addable.error ();
    id = std::to_string (next_id_++);
  }
  // 5-7.
  auto buffer = std::make_shared<SourceBuffer> (
      weak_from_this (), *checked, std::move (id), is_managed ());
  if (prepare)
    prepare (buffer);
  MutexLocker locker (lock_);
  // Asked again: the lock was not held meanwhile.
  if (auto addable = check_addable_locked (); !addable)
    return addable.error ();
  // 8 and 9.
  buffers_.push_back (buffer);
  notify_locked (MediaSourceEvent::addsourcebuffer);
  // 10.
  return buffer;
}

// https://www.w3.org/TR/media-source-2/#dom-mediasource-removesourcebuffer
Result<>
MediaSource::remove_source_buffer (const std::shared_ptr<SourceBuffer> &buffer)
{
  // 1 and 10. Out of the list first: nobody else can remove it too.
  bool found_metadata = false;
  std::weak_ptr<Attachment> player;
  {
    MutexLocker locker (lock_);
    auto found = std::find (buffers_.begin (), buffers_.end (), buffer);
    if (found == buffers_.end ())
      return make_error (ErrorCode::not_found,
          "removeSourceBuffer: the source buffer is not in sourceBuffers");
    buffers_.erase (found);
    // Without any, the next ones are waited for as the first ones were.
    // DEVIATION: where all others have their initialization segments, what is
    // removed here is waited for no longer; they need not get another one.
    bool had_metadata = metadata_;
    metadata_ = !buffers_.empty () && (had_metadata || all_have_init_locked ());
    found_metadata = metadata_ && !had_metadata;
    player = attachment_;
  }
  // 2.
  buffer->detach_from_source ();
  bool had_tracks = !buffer->tracks ().empty ();
  {
    MutexLocker locker (lock_);
    // 3-8.
    unlist_tracks_locked (*buffer);
    // 9.
    update_active_locked ();
    notify_locked (MediaSourceEvent::removesourcebuffer);
    if (listener_)
      listener_->on_gone ({buffer});
  }
  buffer->drop_tracks ();
  monitor ();
  if (auto hears = player.lock (); hears && (had_tracks || found_metadata))
    hears->tracks_changed ();
  return ok;
}

// Initialization segment received, the steps after the tracks were made.
void
MediaSource::init_received (const std::shared_ptr<SourceBuffer> &buffer)
{
  std::weak_ptr<Attachment> player;
  {
    MutexLocker locker (lock_);
    if (!is_listed_locked (*buffer))
      return;
    // 5.2 to 5.5.
    list_tracks_locked (*buffer);
    // 9.
    metadata_ = metadata_ || all_have_init_locked ();
    if (metadata_)
      player = attachment_;
  }
  // 6 to 8, for which there may be nothing to play yet.
  monitor ();
  if (auto hears = player.lock ())
    hears->tracks_changed ();
}

void
MediaSource::init_data_encountered (const InitData &data)
{
  if (auto player = attachment ())
    player->init_data_encountered (data);
}

// https://www.w3.org/TR/media-source-2/#htmlmediaelement-extensions-buffered
TimeRanges
MediaSource::buffered () const
{
  // 1.
  if (is_lost ())
    return {};
  bool ended = is_ended ();
  std::vector<TimeRanges> each;
  Time highest = 0;
  for (const auto &buffer : active_source_buffers ()) {
    each.push_back (buffer->ranges (ended));
    highest = std::max (highest, each.back ().highest_end (0));
  }
  TimeRanges intersection{{0, highest}};
  for (TimeRanges &ranges : each) {
    if (ended)
      ranges.extend_last (highest);
    intersection = intersection.intersection (ranges);
  }
  return intersection;
}

} // namespace webmedia::mse
