// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/content-type.hh"

#include "mse/codec-string.hh"

#include <algorithm>
#include <array>

namespace webmedia::mse {

namespace {

struct MimeType {
  const char *name;
  Container container;
  TrackKind kind;
};

constexpr std::array<MimeType, 8> kMimeTypes{{
    {"audio/mp4", Container::mp4, TrackKind::audio},
    {"video/mp4", Container::mp4, TrackKind::video},
    {"audio/webm", Container::webm, TrackKind::audio},
    {"video/webm", Container::webm, TrackKind::video},
    {"audio/mp2t", Container::mp2t, TrackKind::audio},
    {"video/mp2t", Container::mp2t, TrackKind::video},
    {"audio/aac", Container::adts, TrackKind::audio},
    {"audio/mpeg", Container::mpeg, TrackKind::audio},
}};

constexpr const char *kSupportedTypes =
    "audio/mp4, video/mp4, audio/webm, video/webm, audio/mp2t, video/mp2t, "
    "audio/mpeg and audio/aac";

std::string
lower (std::string_view text)
{
  std::string result (text);
  for (char &c : result)
    c = g_ascii_tolower (c);
  return result;
}

std::string_view
trim (std::string_view text)
{
  while (!text.empty () && g_ascii_isspace (text.front ()))
    text.remove_prefix (1);
  while (!text.empty () && g_ascii_isspace (text.back ()))
    text.remove_suffix (1);
  return text;
}

// Splits the next parameter off `rest`, past its semicolon. A quoted value
// loses its quotes and backslashes; one without its closing quote is empty.
struct Parameter {
  std::string name;
  std::string value;
};

Parameter
next_parameter (std::string_view &rest)
{
  size_t name_end = std::min (rest.find_first_of (";="), rest.size ());
  Parameter parameter{lower (trim (rest.substr (0, name_end))), {}};
  bool has_value = name_end < rest.size () && rest[name_end] == '=';
  rest.remove_prefix (std::min (name_end + 1, rest.size ()));
  if (!has_value)
    return parameter;

  size_t quote = rest.find_first_not_of (" \t");
  if (quote != rest.npos && rest[quote] == '"') {
    bool closed = false;
    size_t i = quote + 1;
    for (; i < rest.size () && !closed; i++) {
      if (rest[i] == '"')
        closed = true;
      else if (rest[i] == '\\' && i + 1 < rest.size ())
        parameter.value += rest[++i];
      else
        parameter.value += rest[i];
    }
    if (!closed)
      parameter.value.clear ();
    rest.remove_prefix (i);
    rest.remove_prefix (std::min (rest.find (';'), rest.size ()));
  } else {
    size_t end = std::min (rest.find (';'), rest.size ());
    parameter.value = trim (rest.substr (0, end));
    rest.remove_prefix (end);
  }
  if (!rest.empty ())
    rest.remove_prefix (1);
  return parameter;
}

std::vector<std::string>
split_codecs (std::string_view list)
{
  std::vector<std::string> codecs;
  for (;;) {
    size_t comma = std::min (list.find (','), list.size ());
    codecs.emplace_back (trim (list.substr (0, comma)));
    if (comma == list.size ())
      return codecs;
    list.remove_prefix (comma + 1);
  }
}

bool
container_allows (Container container, CodecFamily family)
{
  switch (family) {
  case CodecFamily::vorbis:
    return container == Container::webm;
  case CodecFamily::vp8:
  case CodecFamily::vp9:
  case CodecFamily::av1:
  case CodecFamily::opus:
    return container == Container::webm || container == Container::mp4;
  case CodecFamily::aac:
    return container == Container::mp4 || container == Container::adts
           || container == Container::mp2t;
  case CodecFamily::mpeg_audio:
    return container == Container::mp4 || container == Container::mpeg
           || container == Container::mp2t;
  case CodecFamily::h264:
  case CodecFamily::h265:
  case CodecFamily::ac3:
  case CodecFamily::eac3:
    return container == Container::mp4 || container == Container::mp2t;
  case CodecFamily::unknown:
    return false;
  default:
    return container == Container::mp4;
  }
}

bool
type_allows (const ContentType &type, CodecFamily family)
{
  TrackKind kind = kind_of_codec (family);
  return container_allows (type.container, family)
         && (type.kind == TrackKind::video || kind == TrackKind::audio);
}

// The short names are WebM's, the ones with fields are those of both.
bool
spelt_for (Container container, const std::string &codec)
{
  if (codec == "vp8" || codec == "vp9")
    return container == Container::webm;
  if (codec.starts_with ("vp08"))
    return container == Container::mp4;
  return true;
}

const char *
codecs_of (const ContentType &type)
{
  bool video = type.kind == TrackKind::video;
  if (type.container == Container::webm)
    return video ? "vp8, vp9, vp09.*, av01.*, opus and vorbis"
                 : "opus and vorbis";
  if (type.container == Container::mp2t)
    return video ? "avc1.*, hvc1.*, mp4a.40.*, mp3, ac-3 and ec-3"
                 : "mp4a.40.*, mp3, ac-3 and ec-3";
  return video ? "avc1.*, avc3.*, hvc1.*, hev1.*, av01.*, vp09.*, vp08.*, "
                 "mp4a.40.*, mp3, opus, flac, ac-3, ec-3, wvtt and stpp"
               : "mp4a.40.*, mp3, opus, flac, ac-3 and ec-3";
}

std::string
mime_name (const ContentType &type)
{
  for (const MimeType &mime : kMimeTypes)
    if (mime.container == type.container && mime.kind == type.kind)
      return mime.name;
  return {};
}

Result<>
check_codecs (const ContentType &type)
{
  if (type.generates_timestamps ()) {
    // https://www.w3.org/TR/mse-byte-stream-format-mpeg-audio/#mime-types
    if (type.has_codecs)
      return make_error (ErrorCode::not_supported,
          "%s takes no codecs parameter", mime_name (type).c_str ());
    return ok;
  }
  for (const std::string &codec : type.codecs) {
    CodecFamily family = well_formed_codec (codec);
    if (family == CodecFamily::unknown)
      return make_error (ErrorCode::not_supported,
          "\"%s\" is no codec that is known, or is not spelt in full; %s "
          "supports %s",
          codec.c_str (), mime_name (type).c_str (), codecs_of (type));
    if (!type_allows (type, family) || !spelt_for (type.container, codec))
      return make_error (ErrorCode::not_supported,
          "%s cannot hold the codec \"%s\"; it supports %s",
          mime_name (type).c_str (), codec.c_str (), codecs_of (type));
  }
  return ok;
}

} // namespace

Result<ContentType>
parse_content_type (std::string_view text)
{
  if (text.empty ())
    return make_error (ErrorCode::type,
        "The type is empty; it has to be a MIME type such as "
        "video/mp4; codecs=\"avc1.42001e, mp4a.40.2\"");

  size_t end = std::min (text.find (';'), text.size ());
  std::string essence = lower (trim (text.substr (0, end)));
  text.remove_prefix (std::min (end + 1, text.size ()));
  auto mime = std::find_if (kMimeTypes.begin (), kMimeTypes.end (),
      [&essence] (const MimeType &known) { return essence == known.name; });
  if (mime == kMimeTypes.end ())
    return make_error (ErrorCode::not_supported,
        "The type \"%s\" is not supported; supported are %s", essence.c_str (),
        kSupportedTypes);

  ContentType type{mime->container, mime->kind, {}, false};
  while (!text.empty ()) {
    Parameter parameter = next_parameter (text);
    // The first of equal names counts, as in the MIME Sniffing Standard.
    if (parameter.name == "codecs" && !type.has_codecs) {
      type.has_codecs = true;
      type.codecs = split_codecs (parameter.value);
    }
  }
  return type;
}

Result<ContentType>
check_supported (std::string_view text)
{
  Result<ContentType> type = parse_content_type (text);
  if (!type)
    return type;
  if (Result<> result = check_codecs (*type); !result)
    return result.error ();
  return type;
}

// DEVIATION: addSourceBuffer takes video/mp4 without codecs, this says no to
// it. That is what the platform tests demand: without the codecs it is not
// known whether what will be appended is supported.
bool
is_type_supported (std::string_view text)
{
  Result<ContentType> type = check_supported (text);
  return type && (type->has_codecs || type->generates_timestamps ());
}

bool
codec_promised (const ContentType &type, const std::string &codec)
{
  CodecFamily family = family_of_codec (codec);
  if (!type.has_codecs)
    return type_allows (type, family);
  return family != CodecFamily::unknown
         && std::any_of (type.codecs.begin (), type.codecs.end (),
             [family] (const std::string &promised) {
               return family_of_codec (promised) == family;
             });
}

std::unique_ptr<ByteStreamParser>
make_parser (const ContentType &type)
{
  switch (type.container) {
  case Container::mp4:
    return make_isobmff_parser ();
  case Container::webm:
    return make_webm_parser ();
  case Container::adts:
    return make_aac_parser ();
  case Container::mpeg:
    return make_mpeg_parser ();
  case Container::mp2t:
    return make_mpegts_parser ();
  }
  return nullptr;
}

} // namespace webmedia::mse
