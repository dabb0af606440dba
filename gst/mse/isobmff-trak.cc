// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/isobmff-trak.hh"

#include <gst/tag/tag.h>

namespace webmedia::mse {

// Ticks beyond this leave no room to add offsets.
static constexpr int64_t kTicksMax = INT64_MAX / 4;

namespace {
// What is gathered from the boxes of a track, in whatever order they come.
struct Parts {
  TrackContext context{};
  BoxReader stbl;
  std::vector<bool> references; // of dref: is the data in this file?
  bool has_tkhd = false, has_mdhd = false, has_stbl = false;
  std::optional<BoxReader> elst;
};
} // namespace

static Error
broken (const char *name)
{
  return make_error (ErrorCode::decode, "%s is cut off or broken", name);
}

// ISO 639-2/T, packed; und (undetermined) is no language.
static std::string
unpack_language (uint16_t packed)
{
  char code[4] = {char (0x60 + (packed >> 10 & 31)),
      char (0x60 + (packed >> 5 & 31)), char (0x60 + (packed & 31)), 0};
  for (int i = 0; i < 3; i++) {
    if (code[i] < 'a' || code[i] > 'z')
      return {};
  }
  if (!strcmp (code, "und"))
    return {};
  // BCP 47 wants the shortest code.
  const char *shortest = gst_tag_get_language_code_iso_639_1 (code);
  return shortest ? shortest : code;
}

static Result<>
parse_tkhd (BoxReader tkhd, TrackBox &result, Parts &parts)
{
  FullBox full (tkhd);
  tkhd.skip (full.version ? 16 : 8);
  result.track.id = tkhd.u32 ();
  tkhd.skip (4 + (full.version ? 8 : 4) + 8 + 8 + 36);
  parts.context.display_width = tkhd.u32 () >> 16;
  parts.context.display_height = tkhd.u32 () >> 16;
  if (!tkhd.ok () || result.track.id == 0)
    return broken ("tkhd");
  parts.has_tkhd = true;
  return ok;
}

static Result<>
parse_mdhd (BoxReader mdhd, TrackBox &result, Parts &parts)
{
  FullBox full (mdhd);
  mdhd.skip (full.version ? 16 : 8);
  result.track.timescale = mdhd.u32 ();
  mdhd.skip (full.version ? 8 : 4);
  uint16_t language = mdhd.u16 ();
  if (!mdhd.ok () || result.track.timescale == 0)
    return broken ("mdhd");
  if (result.language.empty ())
    result.language = unpack_language (language);
  parts.has_mdhd = true;
  return ok;
}

// https://www.w3.org/TR/media-source-2/ takes a track's label from the name
// of its handler.
static Result<>
parse_hdlr (BoxReader hdlr, TrackBox &result, Parts &parts)
{
  FullBox full (hdlr);
  hdlr.skip (4);
  uint32_t handler = hdlr.u32 ();
  hdlr.skip (12);
  if (!hdlr.ok ())
    return broken ("hdlr");
  // Sound, subtitles and their QuickTime kin.
  if (handler == fourcc ("sbtl"))
    handler = fourcc ("text");
  parts.context.handler = handler;
  result.is_media = handler == fourcc ("vide") || handler == fourcc ("soun")
                    || handler == fourcc ("text") || handler == fourcc ("subt");
  result.label = hdlr.text ();
  if (!g_utf8_validate (result.label.c_str (), -1, nullptr))
    result.label.clear ();
  return ok;
}

static Result<>
parse_dref (BoxReader dref, Parts &parts)
{
  FullBox full (dref);
  dref.skip (4);
  Box box;
  while (dref.next (box))
    parts.references.push_back (FullBox (box.body).flags & 1);
  return dref.ok () ? Result<> (ok) : broken ("dref");
}

static Result<>
parse_minf (BoxReader minf, Parts &parts)
{
  Result<> result = ok;
  Box box;
  while (result && minf.next (box)) {
    if (box.type == fourcc ("stbl")) {
      parts.stbl = box.body;
      parts.has_stbl = true;
    } else if (box.type == fourcc ("dinf")) {
      if (auto dref = find_box (box.body, fourcc ("dref")))
        result = parse_dref (dref->body, parts);
    }
  }
  if (result && !minf.ok ())
    return broken ("minf");
  return result;
}

static Result<>
parse_mdia (BoxReader mdia, TrackBox &result, Parts &parts)
{
  Result<> good = ok;
  Box box;
  while (good && mdia.next (box)) {
    switch (box.type) {
    case fourcc ("mdhd"):
      good = parse_mdhd (box.body, result, parts);
      break;
    case fourcc ("hdlr"):
      good = parse_hdlr (box.body, result, parts);
      break;
    case fourcc ("minf"):
      good = parse_minf (box.body, parts);
      break;
    case fourcc ("elng"): {
      FullBox full (box.body);
      std::string language = box.body.text ();
      if (g_str_is_ascii (language.c_str ()) && !language.empty ())
        result.language = language;
      break;
    }
    default:
      break;
    }
  }
  if (good && !mdia.ok ())
    return broken ("mdia");
  return good;
}

// https://www.w3.org/TR/mse-byte-stream-format-isobmff/#iso-init-segments
// DEVIATION: asks for a single edit. Empty edits before it (they delay the
// track) are supported too, and edits behind it are ignored: like browsers, we
// rather play such a file.
static Result<>
parse_elst (BoxReader elst, uint32_t movie_timescale, MovieTrack &track)
{
  FullBox full (elst);
  uint32_t count = elst.u32 ();
  uint64_t delay = 0; // in the movie's timescale
  for (; count > 0 && elst.ok (); count--) {
    uint64_t duration = elst.u32_or_u64 (full.version);
    int64_t media_time =
        full.version ? int64_t (elst.u64 ()) : int64_t (int32_t (elst.u32 ()));
    uint32_t rate = elst.u32 ();
    if (!elst.ok ())
      break;
    if (media_time == -1) {
      if (__builtin_add_overflow (delay, duration, &delay))
        return broken ("elst");
      continue;
    }
    if (rate != 0x10000)
      return make_error (ErrorCode::decode,
          "elst: only an edit of rate 1 can be played, not %u/65536", rate);
    if (media_time < 0 || media_time > kTicksMax)
      return broken ("elst");
    track.shift = -media_time;
    break;
  }
  // Exact where the timescales divide each other, else rounded down.
  unsigned __int128 ticks =
      (unsigned __int128)delay * track.timescale / movie_timescale;
  if (!elst.ok () || ticks > (unsigned __int128)kTicksMax)
    return broken ("elst");
  track.shift += int64_t (ticks);
  return ok;
}

Result<>
parse_sgpd (BoxReader sgpd, std::vector<SampleEncryption> &encryption,
    std::vector<bool> &random_access)
{
  FullBox full (sgpd);
  uint32_t grouping = sgpd.u32 ();
  bool seig = grouping == fourcc ("seig");
  bool rap = grouping == fourcc ("rap ");
  bool sap = grouping == fourcc ("sap ");
  if (!seig && !rap && !sap)
    return ok;
  uint32_t default_length = full.version == 1 ? sgpd.u32 () : 0;
  if (full.version >= 2)
    sgpd.skip (4);
  uint32_t count = sgpd.u32 ();
  for (; count > 0 && sgpd.ok (); count--) {
    uint32_t length = default_length;
    if (full.version == 1 && length == 0)
      length = sgpd.u32 ();
    // Version 0 and 2 entries have no length: all of one kind are alike.
    if (full.version != 1)
      length = seig ? 20 : 1;
    const uint8_t *data = sgpd.bytes (length);
    if (!data)
      break;
    BoxReader entry (data, length);
    if (seig) {
      entry.skip (1);
      auto parsed = parse_encryption (entry);
      if (!parsed)
        return parsed.error ();
      encryption.push_back (*parsed);
    } else {
      uint8_t byte = entry.u8 ();
      // A random access point without leading samples, or a SAP of type 1 or 2.
      uint8_t type = byte & 15;
      random_access.push_back (rap ? byte == 0x80 : type == 1 || type == 2);
    }
  }
  return sgpd.ok () ? Result<> (ok) : broken ("sgpd");
}

static Result<>
parse_stsd (BoxReader stsd, TrackBox &result, Parts &parts)
{
  FullBox full (stsd);
  stsd.skip (4);
  parts.context.stsd_version = full.version;
  Box box;
  while (stsd.next (box)) {
    auto entry = parse_sample_entry (box, parts.context);
    if (!entry)
      return entry.error ();
    size_t reference = entry->data_reference;
    if (reference > 0 && reference <= parts.references.size ()
        && !parts.references[reference - 1])
      return make_error (ErrorCode::decode,
          "track %u has its samples in another file: external data references "
          "can't be used",
          result.track.id);
    result.track.descriptions.push_back (std::move (*entry));
  }
  if (!stsd.ok () || result.track.descriptions.empty ())
    return broken ("stsd");
  return ok;
}

static Result<>
parse_stbl (TrackBox &result, Parts &parts)
{
  Result<> good = ok;
  Box box;
  while (good && parts.stbl.next (box)) {
    BoxReader &body = box.body;
    switch (box.type) {
    case fourcc ("stsd"):
      if (result.is_media)
        good = parse_stsd (body, result, parts);
      break;
    case fourcc ("stsz"):
    case fourcc ("stz2"):
      body.skip (4);
      [[fallthrough]];
    case fourcc ("stts"):
    case fourcc ("stsc"):
    case fourcc ("stco"):
    case fourcc ("co64"): {
      FullBox full (body);
      result.samples += body.u32 ();
      if (!body.ok ())
        good = broken (fourcc_name (box.type).c_str ());
      break;
    }
    case fourcc ("sgpd"):
      good = parse_sgpd (body, result.track.encryption_groups,
          result.track.random_access_groups);
      break;
    default:
      break;
    }
  }
  if (good && !parts.stbl.ok ())
    return broken ("stbl");
  if (good && result.is_media && result.track.descriptions.empty ())
    return make_error (
        ErrorCode::decode, "track %u has no stsd", result.track.id);
  return good;
}

Result<TrackBox>
parse_trak (BoxReader trak, uint32_t movie_timescale,
    const std::vector<ProtectionSystem> &protection)
{
  TrackBox result;
  Parts parts;
  parts.context.protection = &protection;
  Result<> good = ok;
  Box box;
  while (good && trak.next (box)) {
    if (box.type == fourcc ("tkhd")) {
      good = parse_tkhd (box.body, result, parts);
    } else if (box.type == fourcc ("mdia")) {
      good = parse_mdia (box.body, result, parts);
    } else if (box.type == fourcc ("edts")) {
      if (auto elst = find_box (box.body, fourcc ("elst")))
        parts.elst = elst->body;
    }
  }
  if (good && !trak.ok ())
    return broken ("trak");
  if (good && (!parts.has_tkhd || !parts.has_mdhd || !parts.has_stbl))
    return make_error (ErrorCode::decode,
        "trak must have tkhd, mdhd and stbl: one of them is missing");
  if (good && parts.elst)
    good = parse_elst (*parts.elst, movie_timescale, result.track);
  if (good)
    good = parse_stbl (result, parts);
  if (!good)
    return good.error ();
  return result;
}

} // namespace webmedia::mse
