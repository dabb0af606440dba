// SPDX-License-Identifier: LGPL-2.1-or-later
// What a coded frame group does to the sound or the cue that it begins in.
#include "mse/track-buffer.hh"

namespace webmedia::mse {

// Less is how far WebM's timestamps, of a millisecond, are off.
static constexpr Time kLeastOverlap = kMillisecond;

// Where the last frame is that begins at or before `time`, if it has not ended.
std::optional<TrackBuffer::Place>
TrackBuffer::place_locked (Time time) const
{
  size_t entry = first_at_or_after_locked (add_saturated (time, 1));
  if (entry == 0)
    return std::nullopt;
  Chunk &chunk = *index_[entry - 1].chunk;
  size_t at = chunk.last_in_run (time);
  if (!chunk.all_keyframes) {
    for (size_t i = at = 0; i < chunk.frames.size (); i++)
      if (chunk.frames[i].pts <= time
          && chunk.frames[i].pts > chunk.frames[at].pts)
        at = i;
  }
  const CodedFrame &frame = chunk.frames[at];
  if (time < frame.pts || time >= frame.end ())
    return std::nullopt;
  return Place{&chunk, at};
}

// Whether there is a frame with this PTS and, unless it is kTimeNone, this end.
bool
TrackBuffer::is_stored_locked (Time pts, Time end) const
{
  auto place = place_locked (pts);
  if (!place)
    return false;
  const CodedFrame &frame = place->chunk->frames[place->frame];
  return frame.pts == pts && (end == kTimeNone || frame.end () == end);
}

void
TrackBuffer::set_duration_locked (Place place, Time duration)
{
  place.chunk->frames[place.frame].duration = uint64_t (duration);
  place.chunk->measure ();
  settled_count_ = 0;
}

const Splice *
TrackBuffer::find_splice_locked (Time start, Time time) const
{
  auto found = std::lower_bound (splices_.begin (), splices_.end (), time,
      [] (const Splice &splice, Time value) { return splice.time < value; });
  for (; found != splices_.end () && found->time == time; ++found)
    if (found->start == start)
      return &*found;
  return nullptr;
}

// Null gives nothing.
std::optional<Splice>
TrackBuffer::take_splice_locked (const Splice *splice)
{
  if (!splice)
    return std::nullopt;
  auto at = splices_.begin () + (splice - splices_.data ());
  Splice taken = std::move (*at);
  splices_.erase (at);
  return taken;
}

void
TrackBuffer::add_splice_locked (Splice splice)
{
  auto at = std::upper_bound (splices_.begin (), splices_.end (), splice.time,
      [] (Time value, const Splice &other) { return value < other.time; });
  splices_.insert (at, std::move (splice));
}

void
TrackBuffer::fade_out_locked (Splice &splice, const Chunk &chunk, size_t i)
{
  const CodedFrame &frame = chunk.frames[i];
  splice.faded.push_back ({
      .frame = frame,
      .block = chunk.blocks[frame.block],
      .protection = chunk.protection.empty () ? nullptr : chunk.protection[i],
      .config = chunk.config,
      .cuts = cuts_locked (frame),
  });
  chunk.block_of (frame).store (account_, frame.offset, frame.size);
}

// Forgets its frames from index `from` on.
void
TrackBuffer::release_locked (Splice &splice, size_t from)
{
  for (size_t i = from; i < splice.faded.size (); i++) {
    Splice::Frame &faded = splice.faded[i];
    faded.block->unstore (account_, faded.frame.offset, faded.frame.size);
  }
  splice.faded.resize (std::min (from, splice.faded.size ()));
}

// `time` at the nearest sample of sound that begins at `start`.
static Time
nearest_sample (Time time, Time start, const TrackConfig &config)
{
  int rate = 0;
  gst_structure_get_int (
      gst_caps_get_structure (config.caps.get (), 0), "rate", &rate);
  if (rate <= 0)
    return time;
  guint64 sample = gst_util_uint64_scale_round (
      guint64 (time - start), guint64 (rate), GST_SECOND);
  return start
         + Time (
             gst_util_uint64_scale_round (sample, GST_SECOND, guint64 (rate)));
}

// https://www.w3.org/TR/media-source-2/#sourcebuffer-audio-splice-frame-algorithm
std::optional<Splice>
TrackBuffer::splice_audio_locked (NewFrame &frame)
{
  // 1 to 6. DEVIATION: see kLeastOverlap.
  auto place = place_locked (frame.pts);
  if (!place)
    return std::nullopt;
  const CodedFrame overlapped = place->chunk->frames[place->frame];
  if (overlapped.end () - frame.pts < kLeastOverlap)
    return std::nullopt;
  // 7.
  Time pts = nearest_sample (frame.pts, overlapped.pts, *place->chunk->config);
  frame.dts += pts - frame.pts;
  frame.pts = pts;
  if (pts >= overlapped.end ())
    return std::nullopt;
  // 8. Who reads does it, where nobody crossfades.
  // 9 and 10.
  Time splice_end = pts + kSpliceDuration;
  // What this frame replaces was faded in here: so is this frame.
  if (overlapped.pts == pts)
    for (const Splice &splice : splices_)
      if (splice.time == pts) {
        auto kept = take_splice_locked (&splice);
        remove_locked (pts, splice_end);
        return kept;
      }
  // 11. The whole of a frame that was cut already is in its splice.
  auto spliced =
      take_splice_locked (splice_locked (overlapped.pts, overlapped.end ()));
  if (spliced)
    release_locked (*spliced, 1);
  else
    fade_out_locked (spliced.emplace (), *place->chunk, place->frame);
  spliced->start = overlapped.pts;
  spliced->time = pts;
  for (size_t i = first_at_or_after_locked (place->chunk->key);
       i < index_.size () && index_[i].chunk->start < splice_end; i++) {
    const Chunk &chunk = *index_[i].chunk;
    for (size_t j = 0; j < chunk.frames.size (); j++)
      if (chunk.frames[j].pts > pts && chunk.frames[j].pts < splice_end)
        fade_out_locked (*spliced, chunk, j);
  }
  // 12. Of the overlapped frame, what is played without a change stays.
  if (overlapped.pts < pts)
    set_duration_locked (*place, pts - overlapped.pts);
  remove_locked (pts, splice_end);
  // 13.
  return spliced;
}

// https://www.w3.org/TR/media-source-2/#sourcebuffer-text-splice-frame-algorithm
void
TrackBuffer::splice_text_locked (Time pts)
{
  if (pts >= reach_)
    return;
  // 1 to 8. The first cue: they overlap each other.
  Place first{nullptr, 0};
  Time start = pts;
  for (size_t i = 0; i < index_.size () && index_[i].key < pts; i++) {
    Chunk &chunk = *index_[i].chunk;
    for (size_t j = 0; chunk.end > pts && j < chunk.frames.size (); j++)
      if (chunk.frames[j].pts < start && chunk.frames[j].end () > pts) {
        start = chunk.frames[j].pts;
        first = {&chunk, j};
      }
  }
  // 9 and 10. The others that the new cue covers are removed for any kind of
  // frame. DEVIATION: as is the first if both begin at once; the text keeps it
  // with a duration of 0, which shows nothing.
  // 11 to 13.
  if (first.chunk)
    set_duration_locked (first, pts - start);
}

// Forgets the splices that lost a side. What a splice overlaps ends before the
// next one begins.
void
TrackBuffer::drop_splices_locked (Time start, Time end)
{
  end = add_saturated (end, kMicrosecond);
  auto first = std::lower_bound (splices_.begin (), splices_.end (), start,
      [] (const Splice &splice, Time value) { return splice.time < value; });
  size_t i = size_t (first - splices_.begin ());
  while (i < splices_.size () && splices_[i].start <= end) {
    const Splice &splice = splices_[i];
    bool fades_in = is_stored_locked (splice.time, kTimeNone);
    // What led to a frame that was replaced as a whole may be gone.
    bool fades_out = !splice.is_whole_frame ()
                     && is_stored_locked (splice.start, splice.time);
    if (fades_in && fades_out) {
      i++;
      continue;
    }
    auto dropped = take_splice_locked (&splice);
    if (fades_out) {
      // The overlapped frame lasts as before, or up to the next one.
      Time next = next_random_access_locked (dropped->start + 1);
      set_duration_locked (*place_locked (dropped->start),
          std::min (dropped->faded[0].frame.end (), next) - dropped->start);
    }
    release_locked (*dropped);
  }
}

std::optional<Splice>
TrackBuffer::Commit::splice_audio (NewFrame &frame) NO_THREAD_SAFETY_ANALYSIS
{
  return buffer_.splice_audio_locked (frame);
}

void
TrackBuffer::Commit::splice_text (
    const NewFrame &frame) NO_THREAD_SAFETY_ANALYSIS
{
  buffer_.splice_text_locked (frame.pts);
}

void
TrackBuffer::Commit::add_splice (Splice splice) NO_THREAD_SAFETY_ANALYSIS
{
  buffer_.add_splice_locked (std::move (splice));
}

} // namespace webmedia::mse
