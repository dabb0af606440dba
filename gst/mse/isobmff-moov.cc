// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/isobmff-moov.hh"

#include "mse/isobmff-trak.hh"
#include "mse/track-kind.hh"

namespace webmedia::mse {

static const char kRemux[] =
    "remux it with \"ffmpeg -i IN -c copy -movflags "
    "frag_keyframe+empty_moov+default_base_moof OUT.mp4\"";

const MovieTrack *
Movie::find (uint32_t id) const
{
  for (const MovieTrack &track : tracks) {
    if (track.id == id)
      return &track;
  }
  return nullptr;
}

namespace {
struct TrackDefaults {
  uint32_t id;
  FragmentDefaults defaults;
};

// `mvex` and what of it and `mvhd` gives the duration.
struct MovieExtends {
  bool present = false;
  std::vector<TrackDefaults> tracks;
  uint32_t timescale = 0;
  uint64_t duration = 0; // 0: unknown
};
} // namespace

static Result<>
parse_mvhd (BoxReader mvhd, MovieExtends &extends)
{
  FullBox full (mvhd);
  mvhd.skip (full.version ? 16 : 8);
  extends.timescale = mvhd.u32 ();
  uint64_t duration = mvhd.u32_or_u64 (full.version);
  if (!mvhd.ok () || extends.timescale == 0)
    return make_error (
        ErrorCode::decode, "mvhd is cut off or has a timescale of 0");
  // All ones: can't be known. mehd comes later and overrules.
  if (duration != (full.version ? UINT64_MAX : UINT32_MAX)
      && extends.duration == 0)
    extends.duration = duration;
  return ok;
}

static Result<>
parse_mvex (BoxReader mvex, MovieExtends &extends)
{
  extends.present = true;
  Box box;
  while (mvex.next (box)) {
    BoxReader &body = box.body;
    if (box.type == fourcc ("trex")) {
      FullBox full (body);
      TrackDefaults track;
      track.id = body.u32 ();
      track.defaults.description = body.u32 ();
      track.defaults.duration = body.u32 ();
      track.defaults.size = body.u32 ();
      track.defaults.flags = body.u32 ();
      if (!body.ok ())
        return make_error (ErrorCode::decode, "trex is cut off");
      extends.tracks.push_back (track);
    } else if (box.type == fourcc ("mehd")) {
      FullBox full (body);
      uint64_t duration = body.u32_or_u64 (full.version);
      if (!body.ok ())
        return make_error (ErrorCode::decode, "mehd is cut off");
      if (duration)
        extends.duration = duration;
    }
  }
  if (!mvex.ok ())
    return make_error (
        ErrorCode::decode, "mvex holds something that is no box");
  return ok;
}

// All but the tracks, which need to know the rest.
static Result<>
parse_head (BoxReader moov, Movie &movie, MovieExtends &extends)
{
  Result<> result = ok;
  Box box;
  while (result && moov.next (box)) {
    switch (box.type) {
    case fourcc ("mvhd"):
      result = parse_mvhd (box.body, extends);
      break;
    case fourcc ("mvex"):
      result = parse_mvex (box.body, extends);
      break;
    case fourcc ("pssh"): {
      auto system = parse_pssh (box, "isobmff/moov");
      if (!system)
        return system.error ();
      movie.protection.push_back (std::move (*system));
      break;
    }
    default:
      break;
    }
  }
  if (result && !moov.ok ())
    return make_error (
        ErrorCode::decode, "moov holds something that is no box");
  if (result && extends.timescale == 0)
    return make_error (ErrorCode::decode, "moov has no mvhd");
  return result;
}

// The track as the sink sees it.
static void
describe (Movie &movie, TrackBox &box)
{
  MovieTrack &track = box.track;
  const SampleDescription &sample =
      track.descriptions[track.defaults.description - 1];
  for (const SampleDescription &description : track.descriptions)
    if (!description.config || description.kind != sample.kind) {
      movie.segment.unsupported.push_back (description.codec);
      return;
    }
  track.index = int (movie.segment.tracks.size ());
  movie.segment.tracks.push_back ({sample.kind, track.id, sample.codec,
      std::move (box.label), std::move (box.language), sample.config,
      isobmff_web_kind (movie.segment.tracks, sample.kind)});
}

Result<Movie>
parse_moov (BoxReader moov)
{
  Movie movie;
  MovieExtends extends;
  if (auto result = parse_head (moov, movie, extends); !result)
    return result.error ();
  if (!extends.present)
    return make_error (ErrorCode::decode,
        "the file is not fragmented: there is no mvex in moov; %s", kRemux);
  movie.segment.init_data = join_pssh (movie.protection);
  if (extends.duration > 0)
    movie.segment.duration = ticks_to_time (
        int64_t (std::min<uint64_t> (extends.duration, INT64_MAX)),
        extends.timescale);

  Box child;
  while (moov.next (child)) {
    if (child.type != fourcc ("trak"))
      continue;
    auto parsed = parse_trak (child.body, extends.timescale, movie.protection);
    if (!parsed)
      return parsed.error ();
    TrackBox &box = *parsed;
    if (box.samples > 0)
      return make_error (ErrorCode::decode,
          "the file is not fragmented: moov itself describes samples of track "
          "%u; %s",
          box.track.id, kRemux);
    if (movie.find (box.track.id))
      return make_error (
          ErrorCode::decode, "two tracks have the ID %u", box.track.id);
    if (box.is_media) {
      const TrackDefaults *defaults = nullptr;
      for (const TrackDefaults &each : extends.tracks) {
        if (each.id == box.track.id)
          defaults = &each;
      }
      if (!defaults)
        return make_error (
            ErrorCode::decode, "mvex has no trex for track %u", box.track.id);
      box.track.defaults = defaults->defaults;
      if (box.track.defaults.description == 0
          || box.track.defaults.description > box.track.descriptions.size ())
        return make_error (ErrorCode::decode,
            "trex of track %u names sample description %u of %zu", box.track.id,
            box.track.defaults.description, box.track.descriptions.size ());
      describe (movie, box);
    }
    movie.tracks.push_back (std::move (box.track));
  }
  return movie;
}

} // namespace webmedia::mse
