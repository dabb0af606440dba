// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/isobmff-moof.hh"

namespace webmedia::mse {

void
Fragment::clear ()
{
  fragments_.clear ();
  runs_.clear ();
  protection_.clear ();
}

Result<>
Fragment::load (const Movie &movie, std::span<const uint8_t> moof,
    size_t header, uint64_t position)
{
  clear ();
  bytes_.assign (moof.begin (), moof.end ());
  position_ = position;
  BoxReader boxes (bytes_.data () + header, bytes_.size () - header);

  size_t trafs = 0;
  Box box;
  for (BoxReader scan = boxes; scan.next (box);)
    trafs += box.type == fourcc ("traf");
  if (trafs == 0 && boxes.ok ())
    return make_error (ErrorCode::decode, "moof has no traf");

  while (boxes.next (box)) {
    if (box.type == fourcc ("traf")) {
      auto result =
          load_traf (movie, box.body, trafs == 1, position + moof.size ());
      if (!result)
        return result;
    } else if (box.type == fourcc ("pssh")) {
      auto system = parse_pssh (box, "isobmff/moof");
      if (!system)
        return system.error ();
      protection_.push_back (std::move (*system));
    }
  }
  if (!boxes.ok ())
    return make_error (
        ErrorCode::decode, "moof holds something that is no box");
  return ok;
}

static Result<>
parse_tfdt (BoxReader tfdt, std::optional<uint64_t> &decode_time)
{
  FullBox full (tfdt);
  decode_time = tfdt.u32_or_u64 (full.version);
  if (!tfdt.ok () || *decode_time > kTicksMax)
    return make_error (ErrorCode::decode, "tfdt is cut off or out of range");
  return ok;
}

Result<>
Fragment::load_tfhd (const Movie &movie, BoxReader tfhd, TrafHead &head)
{
  FullBox full (tfhd);
  uint32_t id = tfhd.u32 ();
  head.track = movie.find (id);
  if (!head.track)
    return make_error (
        ErrorCode::decode, "traf is of track %u, which moov does not have", id);
  head.defaults = head.track->defaults;
  head.has_base_offset = full.flags & 1;
  head.default_base_is_moof = full.flags & 0x20000;
  if (head.has_base_offset)
    tfhd.skip (8);
  if (full.flags & 2)
    head.defaults.description = tfhd.u32 ();
  if (full.flags & 8)
    head.defaults.duration = tfhd.u32 ();
  if (full.flags & 0x10)
    head.defaults.size = tfhd.u32 ();
  if (full.flags & 0x20)
    head.defaults.flags = tfhd.u32 ();
  if (!tfhd.ok ())
    return make_error (ErrorCode::decode, "tfhd is cut off");
  return ok;
}

// All of a traf but its runs and groups of samples.
Result<>
Fragment::load_head (const Movie &movie, BoxReader traf, TrafHead &head)
{
  Result<> result = ok;
  Box box;
  while (result && traf.next (box)) {
    switch (box.type) {
    case fourcc ("tfhd"):
      result = load_tfhd (movie, box.body, head);
      break;
    case fourcc ("tfdt"):
      result = parse_tfdt (box.body, head.decode_time);
      break;
    case fourcc ("senc"):
      head.senc = box.body;
      break;
    case fourcc ("saio"):
      head.has_saio = true;
      break;
    default:
      break;
    }
  }
  if (!result)
    return result;
  if (!traf.ok ())
    return make_error (
        ErrorCode::decode, "traf holds something that is no box");
  if (!head.track)
    return make_error (ErrorCode::decode, "traf has no tfhd");
  if (!head.decode_time)
    return make_error (ErrorCode::decode,
        "traf of track %u has no tfdt: when its samples are decoded is unknown",
        head.track->id);
  return ok;
}

Result<>
Fragment::load_traf (
    const Movie &movie, BoxReader traf, bool single, uint64_t moof_end)
{
  TrafHead head;
  head.moof_end = moof_end;
  if (auto result = load_head (movie, traf, head); !result)
    return result;
  if (head.has_base_offset || (!single && !head.default_base_is_moof))
    return make_error (ErrorCode::decode,
        "traf of track %u is not addressed relative to its moof: it needs "
        "default-base-is-moof and no base-data-offset",
        head.track->id);

  TrackFragment fragment;
  fragment.track = head.track;
  if (head.track->index >= 0) {
    size_t number = head.defaults.description;
    if (number == 0 || number > head.track->descriptions.size ())
      return make_error (ErrorCode::decode,
          "traf of track %u names sample description %zu of %zu",
          head.track->id, number, head.track->descriptions.size ());
    fragment.description = &head.track->descriptions[number - 1];
  }
  head.ticks = *head.decode_time;
  Box box;
  for (BoxReader runs = traf; runs.next (box);) {
    if (box.type != fourcc ("trun"))
      continue;
    if (auto result = load_trun (box.body, head); !result)
      return result;
  }
  if (head.track->index >= 0) {
    if (auto result = load_groups (traf, fragment); !result)
      return result;
    if (auto result = load_auxiliary (head, fragment); !result)
      return result;
    if (head.has_dropped
        && (fragment.encryption.any () || fragment.random_access.any ()))
      return make_error (ErrorCode::decode,
          "track %u has groups of samples without bytes", head.track->id);
  }
  fragments_.push_back (std::move (fragment));
  return ok;
}

} // namespace webmedia::mse
