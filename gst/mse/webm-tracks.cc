// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/webm-tracks.hh"

#include "mse/ebml.hh"
#include "mse/track-kind.hh"
#include "mse/webm-codecs.hh"

#include <algorithm>
#include <gst/tag/tag.h>

namespace webmedia::mse {

namespace {

enum Id : uint32_t {
  kTrackEntry = 0xae,
  kTrackNumber = 0xd7,
  kTrackType = 0x83,
  kCodecId = 0x86,
  kCodecPrivate = 0x63a2,
  kDefaultDuration = 0x23e383,
  kFlagDefault = 0x88,
  kName = 0x536e,
  kLanguage = 0x22b59c,
  kLanguageBcp47 = 0x22b59d,
  kContentEncodings = 0x6d80,
  kVideo = 0xe0,
  kPixelWidth = 0xb0,
  kPixelHeight = 0xba,
  kDisplayWidth = 0x54b0,
  kDisplayHeight = 0x54ba,
  kDisplayUnit = 0x54b2,
  kColour = 0x55b0,
  kMatrixCoefficients = 0x55b1,
  kRange = 0x55b9,
  kTransferCharacteristics = 0x55ba,
  kPrimaries = 0x55bb,
};

bool
read_colour (EbmlReader reader, TrackEntry &entry)
{
  while (reader.next ()) {
    switch (reader.id ()) {
    case kMatrixCoefficients:
      entry.matrix = reader.as_uint ();
      break;
    case kRange:
      entry.range = reader.as_uint ();
      break;
    case kTransferCharacteristics:
      entry.transfer = reader.as_uint ();
      break;
    case kPrimaries:
      entry.primaries = reader.as_uint ();
      break;
    }
  }
  return reader.ok ();
}

bool
read_video (EbmlReader reader, TrackEntry &entry)
{
  bool ok = true;
  while (reader.next ()) {
    switch (reader.id ()) {
    case kPixelWidth:
      entry.width = reader.as_uint ();
      break;
    case kPixelHeight:
      entry.height = reader.as_uint ();
      break;
    case kDisplayWidth:
      entry.display_width = reader.as_uint ();
      break;
    case kDisplayHeight:
      entry.display_height = reader.as_uint ();
      break;
    case kDisplayUnit:
      entry.display_unit = reader.as_uint ();
      break;
    case kColour:
      ok = ok && read_colour (reader.children (), entry);
      break;
    }
  }
  return ok && reader.ok ();
}

bool
read_entry (EbmlReader reader, TrackEntry &entry)
{
  bool ok = true;
  while (reader.next ()) {
    switch (reader.id ()) {
    case kTrackNumber:
      entry.number = reader.as_uint ();
      break;
    case kTrackType:
      entry.type = reader.as_uint ();
      break;
    case kCodecId:
      entry.codec_id = reader.as_string ();
      break;
    case kCodecPrivate:
      entry.codec_private = reader.data ();
      entry.codec_private_size = reader.size ();
      break;
    case kDefaultDuration:
      entry.default_duration = reader.as_uint ();
      break;
    case kFlagDefault:
      entry.flag_default = reader.as_uint () != 0;
      break;
    case kName:
      entry.name = reader.as_string ();
      break;
    case kLanguage:
      entry.language = reader.as_string ();
      break;
    case kLanguageBcp47:
      entry.language_bcp47 = reader.as_string ();
      break;
    case kContentEncodings:
      entry.encodings = reader.children ();
      break;
    case kVideo:
      ok = ok && read_video (reader.children (), entry);
      break;
    }
  }
  return ok && reader.ok ();
}

// Matroska's own languages are ISO 639-2 codes.
std::string
language_of (const TrackEntry &entry)
{
  if (!entry.language_bcp47.empty ())
    return entry.language_bcp47;
  if (entry.language == "und")
    return {};
  const char *code = gst_tag_get_language_code (entry.language.c_str ());
  return code ? code : entry.language;
}

std::string
valid_utf8 (const std::string &text)
{
  CString valid (g_utf8_make_valid (text.c_str (), gssize (text.size ())));
  return valid.get ();
}

Result<>
add_track (const TrackEntry &entry, WebmTracks &result)
{
  auto number = static_cast<unsigned long long> (entry.number);
  if (entry.number == 0)
    return make_error (
        ErrorCode::decode, "WebM: a TrackEntry has no TrackNumber");
  if (std::any_of (result.tracks.begin (), result.tracks.end (),
          [&entry] (
              const WebmTrack &other) { return other.number == entry.number; }))
    return make_error (
        ErrorCode::decode, "WebM: two tracks have the number %llu", number);

  WebmTrack track;
  track.number = entry.number;
  track.codec = webm_codec (entry);
  if (track.codec == WebmCodec::unsupported) {
    result.unsupported.push_back (valid_utf8 (entry.codec_id));
  } else {
    auto config = std::make_shared<TrackConfig> ();
    config->caps = webm_caps (track.codec, entry, &track.vorbis);
    if (!config->caps)
      return make_error (ErrorCode::decode,
          "WebM: the codec headers or the size of track %llu (%s) are missing "
          "or broken",
          number, valid_utf8 (entry.codec_id).c_str ());
    if (entry.encodings) {
      auto encryption = std::make_shared<WebmEncryption> ();
      if (const char *problem = encryption->read (*entry.encodings))
        return make_error (
            ErrorCode::decode, "WebM: track %llu %s", number, problem);
      encryption->protect (*config);
      result.init_data.push_back (encryption->init_data ());
      track.encryption = std::move (encryption);
    }
    track.index = uint16_t (result.descriptions.size ());
    if (entry.default_duration > uint64_t (24 * 3600 * kSecond))
      return make_error (ErrorCode::decode,
          "WebM: the DefaultDuration of track %llu is more than a day", number);
    track.default_duration = Time (entry.default_duration);
    TrackKind kind = track.is_audio () ? TrackKind::audio : TrackKind::video;
    result.descriptions.push_back ({kind, entry.number,
        webm_codec_string (track.codec, entry), valid_utf8 (entry.name),
        valid_utf8 (language_of (entry)), std::move (config),
        webm_web_kind (result.descriptions, kind, entry.flag_default)});
  }
  result.tracks.push_back (track);
  return ok;
}

} // namespace

Result<WebmTracks>
read_webm_tracks (const uint8_t *data, size_t size)
{
  // More than any real file has; a track's index has 16 bits.
  constexpr size_t kTracksMax = 1024;

  WebmTracks result;
  EbmlReader reader (data, size);
  while (reader.next ()) {
    if (reader.id () != kTrackEntry)
      continue;
    TrackEntry entry;
    if (!read_entry (reader.children (), entry))
      return make_error (ErrorCode::decode, "WebM: a TrackEntry is malformed");
    if (result.tracks.size () == kTracksMax)
      return make_error (
          ErrorCode::decode, "WebM: more than %zu tracks", kTracksMax);
    if (Result<> added = add_track (entry, result); !added)
      return added.error ();
  }
  if (!reader.ok ())
    return make_error (ErrorCode::decode, "WebM: Tracks is malformed");
  return result;
}

} // namespace webmedia::mse
