// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/codec-string.hh"

#include <algorithm>
#include <vector>

namespace webmedia::mse {

namespace {

using Fields = std::vector<std::string_view>;

Fields
split (std::string_view text)
{
  Fields fields;
  for (;;) {
    size_t dot = std::min (text.find ('.'), text.size ());
    fields.push_back (text.substr (0, dot));
    if (dot == text.size ())
      return fields;
    text.remove_prefix (dot + 1);
  }
}

bool
is_hex (std::string_view text, size_t least, size_t most)
{
  return text.size () >= least && text.size () <= most
         && std::all_of (text.begin (), text.end (),
             [] (char c) { return g_ascii_isxdigit (c); });
}

bool
is_decimal (std::string_view text, size_t least, size_t most)
{
  return text.size () >= least && text.size () <= most
         && std::all_of (text.begin (), text.end (),
             [] (char c) { return g_ascii_isdigit (c); });
}

bool
one_of (
    std::string_view text, std::initializer_list<std::string_view> candidates)
{
  return std::find (candidates.begin (), candidates.end (), text)
         != candidates.end ();
}

// avc1.PPCCLL: the first three bytes of the AVCDecoderConfigurationRecord
// after its version.
bool
h264_fields (const Fields &fields)
{
  return fields.size () == 2 && is_hex (fields[1], 6, 6);
}

// ISO 14496-15 E.3: [ABC]profile, compatibility, tier and level, up to six
// bytes of constraints.
bool
h265_fields (const Fields &fields)
{
  if (fields.size () < 4 || fields.size () > 10)
    return false;
  std::string_view profile = fields[1];
  if (!profile.empty () && profile[0] >= 'A' && profile[0] <= 'C')
    profile.remove_prefix (1);
  std::string_view level = fields[3];
  if (level.empty () || (level[0] != 'L' && level[0] != 'H'))
    return false;
  return is_decimal (profile, 1, 2) && is_hex (fields[2], 1, 8)
         && is_decimal (level.substr (1), 1, 3)
         && std::all_of (fields.begin () + 4, fields.end (),
             [] (std::string_view byte) { return is_hex (byte, 1, 2); });
}

// https://aomediacodec.github.io/av1-isobmff/#codecsparam
// The optional fields are all there or none is.
bool
av1_fields (const Fields &fields)
{
  if (fields.size () != 4 && fields.size () != 10)
    return false;
  std::string_view level = fields[2];
  if (!one_of (fields[1], {"0", "1", "2"}) || level.size () != 3
      || !is_decimal (level.substr (0, 2), 2, 2)
      || (level[2] != 'M' && level[2] != 'H')
      || !one_of (fields[3], {"08", "10", "12"}))
    return false;
  if (fields.size () == 4)
    return true;
  return one_of (fields[4], {"0", "1"}) && is_decimal (fields[5], 3, 3)
         && is_decimal (fields[6], 2, 2) && is_decimal (fields[7], 2, 2)
         && is_decimal (fields[8], 2, 2) && one_of (fields[9], {"0", "1"});
}

// https://www.webmproject.org/vp9/mp4/#codecs-parameter-string
// Fields left out at the end have their default values.
bool
vpx_fields (const Fields &fields)
{
  return fields.size () >= 4 && fields.size () <= 9
         && std::all_of (fields.begin () + 1, fields.end (),
             [] (std::string_view field) { return is_decimal (field, 2, 2); })
         && fields[1] <= "03" && one_of (fields[3], {"08", "10", "12"});
}

// mp4a.OO[.A]: the object type indication, and for MPEG-4 audio (40) the
// audio object type: AAC-LC, SBR, PS. MPEG-2 AAC has no second number.
bool
mp4a_fields (const Fields &fields)
{
  if (fields.size () == 3 && fields[1] == "40")
    return one_of (fields[2], {"2", "02", "5", "05", "29"});
  return fields.size () == 2 && fields[1] != "40";
}

CodecFamily
mp4a_family (std::string_view codec)
{
  std::string_view type = codec.substr (0, codec.find ('.', 5)).substr (5);
  if (one_of (type, {"40", "66", "67", "68"}))
    return CodecFamily::aac;
  if (one_of (type, {"69", "6B", "6b"}))
    return CodecFamily::mpeg_audio;
  if (one_of (type, {"A5", "a5"}))
    return CodecFamily::ac3;
  if (one_of (type, {"A6", "a6"}))
    return CodecFamily::eac3;
  return CodecFamily::unknown;
}

} // namespace

CodecFamily
family_of_codec (std::string_view codec)
{
  if (codec.starts_with ("mp4a."))
    return mp4a_family (codec);

  struct Name {
    std::string_view name;
    CodecFamily family;
  };
  static constexpr Name kNames[] = {
      {"avc1", CodecFamily::h264},
      {"avc3", CodecFamily::h264},
      {"hvc1", CodecFamily::h265},
      {"hev1", CodecFamily::h265},
      {"av01", CodecFamily::av1},
      {"vp8", CodecFamily::vp8},
      {"vp08", CodecFamily::vp8},
      {"vp9", CodecFamily::vp9},
      {"vp09", CodecFamily::vp9},
      {"mp3", CodecFamily::mpeg_audio},
      {"opus", CodecFamily::opus},
      {"Opus", CodecFamily::opus},
      {"vorbis", CodecFamily::vorbis},
      {"flac", CodecFamily::flac},
      {"fLaC", CodecFamily::flac},
      {"ac-3", CodecFamily::ac3},
      {"ec-3", CodecFamily::eac3},
      {"wvtt", CodecFamily::wvtt},
      {"stpp", CodecFamily::stpp},
  };
  std::string_view name = codec.substr (0, codec.find ('.'));
  for (const Name &known : kNames)
    if (known.name == name)
      return known.family;
  return CodecFamily::unknown;
}

CodecFamily
well_formed_codec (std::string_view codec)
{
  CodecFamily family = family_of_codec (codec);
  Fields fields = split (codec);
  bool well_formed = fields.size () == 1;
  switch (family) {
  case CodecFamily::h264:
    well_formed = h264_fields (fields);
    break;
  case CodecFamily::h265:
    well_formed = h265_fields (fields);
    break;
  case CodecFamily::av1:
    well_formed = av1_fields (fields);
    break;
  case CodecFamily::vp8:
  case CodecFamily::vp9:
    if (fields[0].size () == 4)
      well_formed = vpx_fields (fields);
    break;
  case CodecFamily::stpp:
    // The profiles of IMSC that a track keeps to may follow.
    well_formed = fields.size () == 1 || fields[1] == "ttml";
    break;
  default:
    if (fields[0] == "mp4a")
      well_formed = mp4a_fields (fields);
  }
  return well_formed ? family : CodecFamily::unknown;
}

std::string
h265_codec_string (std::string_view name, const uint8_t *profile_tier_level)
{
  static const char *const spaces[] = {"", "A", "B", "C"};
  const uint8_t *data = profile_tier_level;
  // The compatibility flags, the first one lowest.
  uint32_t compatibility = 0;
  for (int bit = 0; bit < 32; bit++)
    compatibility |= uint32_t (data[1 + bit / 8] >> (7 - bit % 8) & 1) << bit;
  char text[64];
  g_snprintf (text, sizeof text, ".%s%u.%X.%c%u", spaces[data[0] >> 6],
      data[0] & 31u, unsigned (compatibility), data[0] & 0x20 ? 'H' : 'L',
      unsigned (data[11]));
  std::string codec = std::string (name) + text;
  int last = 5;
  while (last >= 0 && data[5 + last] == 0)
    last--;
  for (int i = 0; i <= last; i++) {
    g_snprintf (text, sizeof text, ".%X", unsigned (data[5 + i]));
    codec += text;
  }
  return codec;
}

TrackKind
kind_of_codec (CodecFamily family)
{
  switch (family) {
  case CodecFamily::h264:
  case CodecFamily::h265:
  case CodecFamily::av1:
  case CodecFamily::vp8:
  case CodecFamily::vp9:
    return TrackKind::video;
  case CodecFamily::wvtt:
  case CodecFamily::stpp:
    return TrackKind::text;
  default:
    return TrackKind::audio;
  }
}

} // namespace webmedia::mse
