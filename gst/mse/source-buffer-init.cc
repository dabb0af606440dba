// SPDX-License-Identifier: LGPL-2.1-or-later
// What a source buffer does with what its parser finds.
#include "mse/media-source.hh"

namespace webmedia::mse {

static const char *
kind_name (TrackKind kind)
{
  switch (kind) {
  case TrackKind::video:
    return "video";
  case TrackKind::audio:
    return "audio";
  case TrackKind::text:
    return "text";
  }
  return "";
}

static size_t
count_kind (const std::vector<TrackDescription> &tracks, TrackKind kind)
{
  return size_t (std::count_if (tracks.begin (), tracks.end (),
      [kind] (const TrackDescription &track) { return track.kind == kind; }));
}

// https://www.w3.org/TR/media-source-2/#sourcebuffer-init-segment-received
Result<>
SourceBuffer::on_initialization_segment (InitializationSegment segment)
{
  auto source = source_.lock ();
  if (cancelled_ || !source)
    return make_error (ErrorCode::abort, "the append was aborted");
  // 1.
  source->set_initial_duration (*this, segment.duration);
  // Who heard of it may have removed us.
  if (cancelled_)
    return make_error (ErrorCode::abort, "the append was aborted");
  // 2, and the codecs of 3.1 and 5.1.
  if (auto known = check_codecs (segment); !known)
    return known;
  bool first = !received_init ();
  if (first) {
    // 5.2 to 5.4.
    create_tracks (segment);
  } else if (auto same = check_next_init (segment); !same) {
    // 3.1
    return same;
  }
  // 3.2 and 3.3: later segments' descriptions rule the frames that follow.
  std::vector<FrameProcessor::Target> targets;
  Tracks all = tracks ();
  for (const TrackDescription &track : segment.tracks)
    targets.push_back ({all[track_for (track, segment)], track.config});
  processor_.set_targets (std::move (targets));
  // 7.
  pending_init_ = false;
  for (const InitData &each : segment.init_data)
    on_init_data (each);
  // 5.5, 5.6, 6 and 9.
  if (first) {
    {
      MutexLocker locker (lock_);
      received_init_ = true;
    }
    source->init_received (shared_from_this ());
  }
  return ok;
}

// Every track must be of a codec that we have and that the type names.
Result<>
SourceBuffer::check_codecs (const InitializationSegment &segment) const
{
  if (!segment.unsupported.empty ())
    return make_error (ErrorCode::decode,
        "the initialization segment has a track of a codec that is not "
        "supported: \"%s\"",
        segment.unsupported.front ().c_str ());
  if (segment.tracks.empty ())
    return make_error (ErrorCode::decode,
        "the initialization segment has no audio, video or text track");
  for (const TrackDescription &track : segment.tracks)
    if (!codec_promised (type_, track.codec))
      return make_error (ErrorCode::decode,
          "the %s track %" G_GUINT64_FORMAT
          " of the initialization segment is coded as \"%s\", which the type "
          "given to addSourceBuffer() or changeType() does not name",
          kind_name (track.kind), track.id, track.codec.c_str ());
  return ok;
}

// A later initialization segment must describe the same tracks.
Result<>
SourceBuffer::check_next_init (const InitializationSegment &segment) const
{
  for (TrackKind kind : {TrackKind::video, TrackKind::audio, TrackKind::text}) {
    size_t before = count_kind (known_, kind);
    size_t now = count_kind (segment.tracks, kind);
    if (before != now)
      return make_error (ErrorCode::decode,
          "the initialization segment has %zu %s track(s), the first one of "
          "this source buffer had %zu: use another source buffer",
          now, kind_name (kind), before);
    if (now < 2)
      continue;
    for (const TrackDescription &track : segment.tracks)
      if (track.kind == kind
          && std::none_of (known_.begin (), known_.end (),
              [&track] (const TrackDescription &other) {
                return other.kind == track.kind && other.id == track.id;
              }))
        return make_error (ErrorCode::decode,
            "the %s track ID %" G_GUINT64_FORMAT
            " is not one of the first initialization segment's",
            kind_name (kind), track.id);
  }
  return ok;
}

// Which of the first segment's tracks a later segment's track is: by ID where
// there are several of its kind, else by kind.
size_t
SourceBuffer::track_for (
    const TrackDescription &track, const InitializationSegment &segment) const
{
  bool by_id = count_kind (segment.tracks, track.kind) > 1;
  for (size_t i = 0; i < known_.size (); i++)
    if (known_[i].kind == track.kind && (!by_id || known_[i].id == track.id))
      return i;
  return 0; // check_next_init() let no other through
}

void
SourceBuffer::create_tracks (const InitializationSegment &segment)
{
  known_ = segment.tracks;
  Tracks created;
  for (const TrackDescription &track : segment.tracks) {
    // 5.2.6, 5.3.6: the first of its kind plays. DEVIATION: HTML has at most
    // one video track of all selected; here the first ones of several source
    // buffers are, until one is set: each has a pad, and what is linked plays.
    // 5.4.6: text tracks are "disabled" at first, as HTML has it where the
    // user prefers nothing.
    bool plays =
        track.kind != TrackKind::text
        && std::none_of (created.begin (), created.end (),
            [&track] (const auto &other) { return other->kind == track.kind; });
    created.push_back (std::make_shared<Track> (track,
        id_ + "/" + kind_name (track.kind) + "/" + std::to_string (track.id),
        account_, weak_from_this ()));
    if (plays)
      created.back ()->selection = TrackSelection::on;
  }
  MutexLocker locker (lock_);
  tracks_ = std::move (created);
}

Result<>
SourceBuffer::on_media_segment ()
{
  if (!received_init ())
    return make_error (ErrorCode::decode,
        "a media segment came before any initialization segment");
  if (pending_init_)
    return make_error (ErrorCode::decode,
        "a media segment came after changeType(), before an initialization "
        "segment of the new type");
  return ok;
}

// https://www.w3.org/TR/encrypted-media-2/#initdata-encountered
void
SourceBuffer::on_init_data (const InitData &data)
{
  auto source = source_.lock ();
  if (!cancelled_ && source)
    source->init_data_encountered (data);
}

Result<>
SourceBuffer::on_frames (FrameBatch &batch)
{
  if (cancelled_ || !parses_for_)
    return make_error (ErrorCode::abort, "the append was aborted");
  if (auto processed = processor_.process (batch, running_); !processed)
    return processed;
  to_monitor_ |=
      processor_.take_replaced () || parses_for_->monitors_additions ();
  // Coded frame processing, step 5: data beyond the duration extends it.
  parses_for_->extend_duration (*this, running_.group_end);
  return ok;
}

} // namespace webmedia::mse
