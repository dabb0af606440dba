// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of a track fragment: runs, sample groups, encryption.
#include "mse/isobmff-moof.hh"

#include <bit>

namespace webmedia::mse {

bool
TrackFragment::next_protection (SampleProtection &protection)
{
  const SampleEncryption *selected = &description->scheme->defaults;
  uint32_t group = encryption.next ();
  if (group >= kLocalGroups)
    selected = &encryption_groups[group - kLocalGroups - 1];
  else if (group > 0)
    selected = &track->encryption_groups[group - 1];
  return auxiliary.next (description->scheme->type, *selected, protection);
}

bool
TrackFragment::next_is_random_access ()
{
  uint32_t group = random_access.next ();
  if (group >= kLocalGroups)
    return random_access_groups[group - kLocalGroups - 1];
  return group > 0 && track->random_access_groups[group - 1];
}

namespace {
struct Totals {
  uint64_t bytes = 0;
  uint64_t ticks = 0;
};
} // namespace

// `entries` are `count` times `stride` bytes, which begin with the fields
// that are asked for.
static Totals
add_up (const uint8_t *entries, uint32_t count, size_t stride,
    const FragmentDefaults &defaults, bool has_duration, bool has_size)
{
  Totals totals;
  if (!has_duration)
    totals.ticks = uint64_t (count) * defaults.duration;
  if (!has_size)
    totals.bytes = uint64_t (count) * defaults.size;
  if (has_duration && has_size) {
    for (uint32_t i = 0; i < count; i++, entries += stride) {
      totals.ticks += load_be32 (entries);
      totals.bytes += load_be32 (entries + 4);
    }
  } else if (has_duration || has_size) {
    uint64_t &total = has_duration ? totals.ticks : totals.bytes;
    for (uint32_t i = 0; i < count; i++, entries += stride)
      total += load_be32 (entries);
  }
  return totals;
}

// https://www.w3.org/TR/mse-byte-stream-format-isobmff/#iso-media-segments
Result<>
Fragment::load_trun (BoxReader trun, TrafHead &head)
{
  FullBox full (trun);
  uint32_t count = trun.u32 ();
  if (full.flags & SampleRun::kDataOffset) {
    int64_t relative = int32_t (trun.u32 ());
    head.offset = position_ + uint64_t (relative);
  } else if (!head.offset) {
    return make_error (ErrorCode::decode,
        "the first trun of track %u has no data-offset: its samples are not "
        "addressed relative to the moof",
        head.track->id);
  }
  SampleRun run;
  run.has_first_flags_ = full.flags & SampleRun::kFirstFlags;
  if (run.has_first_flags_)
    run.first_flags_ = trun.u32 ();
  run.fields_ = full.flags;
  size_t stride = 4 * size_t (std::popcount (full.flags & 0xf00));
  const uint8_t *entries = uint64_t (count) * stride <= trun.left ()
                               ? trun.bytes (count * stride)
                               : nullptr;
  if (!trun.ok () || !entries)
    return make_error (ErrorCode::decode,
        "trun is cut off: %u samples of %zu bytes do not fit", count, stride);

  bool has_size = full.flags & SampleRun::kSize;
  Totals totals = add_up (entries, count, stride, head.defaults,
      full.flags & SampleRun::kDuration, has_size);
  run.offset = *head.offset;
  if (totals.ticks > kTicksMax || head.ticks + totals.ticks > kTicksMax
      || __builtin_add_overflow (run.offset, totals.bytes, &run.end))
    return make_error (
        ErrorCode::decode, "trun of track %u is out of range", head.track->id);
  if (totals.bytes > 0 && run.offset < head.moof_end)
    return make_error (ErrorCode::decode,
        "trun of track %u has samples before the mdat", head.track->id);

  // Samples without bytes are no frames, and any number of them takes no
  // bytes here either: leave them out before they are counted through.
  bool empty = totals.bytes == 0 && stride == 0;
  if (head.track->index >= 0 && count > 0 && !empty) {
    run.fragment = uint32_t (fragments_.size ());
    run.entry_ = entries;
    run.left_ = count;
    run.default_flags_ = head.defaults.flags;
    run.sample_.dts = int64_t (head.ticks);
    run.sample_.duration = head.defaults.duration;
    run.sample_.size = head.defaults.size;
    run.load ();
    runs_.push_back (run);
  }
  head.has_dropped |= empty && count > 0;
  head.samples += count;
  head.ticks += totals.ticks;
  head.offset = run.end;
  return ok;
}

static Result<>
open_groups (BoxReader sbgp, SampleGroups &groups, size_t shared, size_t local)
{
  uint32_t count = sbgp.u32 ();
  if (!sbgp.ok () || count > sbgp.left () / 8)
    return make_error (ErrorCode::decode, "sbgp is cut off");
  const uint8_t *entries = sbgp.bytes (size_t (count) * 8);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t group = load_be32 (entries + size_t (i) * 8 + 4);
    if (group == 0)
      continue;
    size_t index = group > kLocalGroups ? group - kLocalGroups : group;
    if (group == kLocalGroups
        || index > (group > kLocalGroups ? local : shared))
      return make_error (ErrorCode::decode,
          "sbgp names the group %u, which is not there", group);
  }
  groups.open (entries, count);
  return ok;
}

Result<>
Fragment::load_groups (BoxReader traf, TrackFragment &fragment)
{
  const MovieTrack &track = *fragment.track;
  Box box;
  for (BoxReader scan = traf; scan.next (box);) {
    if (box.type != fourcc ("sgpd"))
      continue;
    auto result = parse_sgpd (
        box.body, fragment.encryption_groups, fragment.random_access_groups);
    if (!result)
      return result;
  }
  Result<> result = ok;
  while (result && traf.next (box)) {
    if (box.type != fourcc ("sbgp"))
      continue;
    BoxReader &sbgp = box.body;
    FullBox full (sbgp);
    uint32_t grouping = sbgp.u32 ();
    if (full.version == 1)
      sbgp.skip (4);
    if (grouping == fourcc ("seig"))
      result = open_groups (sbgp, fragment.encryption,
          track.encryption_groups.size (), fragment.encryption_groups.size ());
    else if (grouping == fourcc ("rap ") || grouping == fourcc ("sap "))
      result = open_groups (sbgp, fragment.random_access,
          track.random_access_groups.size (),
          fragment.random_access_groups.size ());
  }
  return result;
}

Result<>
Fragment::load_auxiliary (const TrafHead &head, TrackFragment &fragment)
{
  if (!fragment.description->scheme)
    return ok;
  if (head.has_dropped)
    return make_error (ErrorCode::decode,
        "track %u is encrypted and has samples without bytes", head.track->id);
  if (!head.senc) {
    if (head.has_saio)
      return make_error (ErrorCode::decode,
          "track %u has its encryption parameters outside of a senc box, which "
          "is not supported",
          head.track->id);
    return ok;
  }
  if (head.samples > UINT32_MAX)
    return make_error (ErrorCode::decode, "senc has too few samples");
  auto auxiliary = SampleAuxiliary::open (*head.senc, uint32_t (head.samples));
  if (!auxiliary)
    return auxiliary.error ();
  fragment.auxiliary = *auxiliary;
  return ok;
}

} // namespace webmedia::mse
