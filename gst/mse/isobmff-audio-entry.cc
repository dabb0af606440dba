// SPDX-License-Identifier: LGPL-2.1-or-later
// Audio sample entries.
#include "mse/isobmff-sample-entry.hh"

#include <gst/pbutils/pbutils.h>

namespace webmedia::mse {

namespace {
struct AudioFields {
  uint32_t rate = 0;
  uint32_t channels = 0;
};
} // namespace

static Ptr<GstCaps>
framed_caps (const char *media_type)
{
  return Ptr<GstCaps>::adopt (gst_caps_new_simple (
      media_type, "framed", G_TYPE_BOOLEAN, TRUE, nullptr));
}

static Ptr<GstCaps>
mp3_caps ()
{
  return Ptr<GstCaps>::adopt (gst_caps_new_simple ("audio/mpeg", "mpegversion",
      G_TYPE_INT, 1, "layer", G_TYPE_INT, 3, nullptr));
}

// A descriptor of ISO 14496-1: a tag and a length of up to four bytes.
static bool
next_descriptor (BoxReader &reader, uint8_t &tag, BoxReader &body)
{
  if (reader.left () == 0)
    return false;
  tag = reader.u8 ();
  uint32_t length = 0;
  for (int i = 0; i < 4; i++) {
    uint8_t byte = reader.u8 ();
    length = length << 7 | (byte & 0x7f);
    if (!(byte & 0x80))
      break;
  }
  const uint8_t *data = reader.bytes (length);
  if (data)
    body = BoxReader (data, length);
  return data != nullptr;
}

// The first descriptor of `tag` in `reader`.
static bool
find_descriptor (BoxReader reader, uint8_t tag, BoxReader &body)
{
  uint8_t found;
  while (next_descriptor (reader, found, body)) {
    if (found == tag)
      return true;
  }
  return false;
}

// Finds the object type and the decoder's configuration in an `esds` box.
static bool
parse_esds (BoxReader esds, uint8_t &object_type, BoxReader &config)
{
  FullBox full (esds);
  BoxReader es, decoder;
  if (!find_descriptor (esds, 3, es))
    return false;
  es.skip (2);
  uint8_t flags = es.u8 ();
  if (flags & 0x80)
    es.skip (2);
  if (flags & 0x40)
    es.skip (es.u8 ());
  if (flags & 0x20)
    es.skip (2);
  if (!find_descriptor (es, 4, decoder))
    return false;
  object_type = decoder.u8 ();
  decoder.skip (12);
  if (!decoder.ok ())
    return false;
  find_descriptor (decoder, 5, config);
  return true;
}

// AudioSpecificConfig's audio object type (ISO 14496-3, 1.6.2.1).
static unsigned
audio_object_type (const uint8_t *config, size_t size)
{
  unsigned type = config[0] >> 3;
  if (type == 31 && size > 1)
    type = 32 + ((config[0] & 7u) << 3 | config[1] >> 5);
  return type;
}

static Result<>
parse_aac (BoxReader config, SampleDescription &description,
    AudioFields &fields, Ptr<GstCaps> &caps)
{
  size_t size = config.left ();
  const uint8_t *data = config.bytes (size);
  if (size < 2)
    return make_error (
        ErrorCode::decode, "stsd: mp4a has no AudioSpecificConfig in its esds");
  unsigned type = audio_object_type (data, size);
  description.codec = format_string ("mp4a.40.%u", type);
  // xHE-AAC has frames that depend on others.
  description.all_random_access = type != 42;
  caps = Ptr<GstCaps>::adopt (gst_caps_new_simple ("audio/mpeg", "mpegversion",
      G_TYPE_INT, 4, "framed", G_TYPE_BOOLEAN, TRUE, "stream-format",
      G_TYPE_STRING, "raw", nullptr));
  gst_codec_utils_aac_caps_set_level_and_profile (
      caps.get (), data, guint (size));
  set_caps_bytes (caps.get (), "codec_data", data, size);
  // The sample entry is often wrong; the configuration tells the output of
  // plain AAC only.
  if (type <= 4) {
    if (guint channels = gst_codec_utils_aac_get_channels (data, guint (size)))
      fields.channels = channels;
    guint rate = gst_codec_utils_aac_get_sample_rate (data, guint (size));
    if (rate && size == 2)
      fields.rate = rate;
  }
  return ok;
}

static Result<>
parse_mp4a (BoxReader boxes, SampleDescription &description,
    AudioFields &fields, Ptr<GstCaps> &caps)
{
  auto esds = find_box (boxes, fourcc ("esds"));
  if (!esds) {
    // QuickTime wraps it.
    if (auto wave = find_box (boxes, fourcc ("wave")))
      esds = find_box (wave->body, fourcc ("esds"));
  }
  uint8_t object_type = 0;
  BoxReader config;
  if (!esds || !parse_esds (esds->body, object_type, config))
    return make_error (ErrorCode::decode, "stsd: mp4a has no whole esds");
  switch (object_type) {
  case 0x40:
  case 0x66:
  case 0x67:
  case 0x68: {
    auto result = parse_aac (config, description, fields, caps);
    if (result && object_type != 0x40)
      description.codec = format_string ("mp4a.%02x", object_type);
    return result;
  }
  case 0x69:
  case 0x6b:
    description.codec = format_string ("mp4a.%02X", object_type);
    description.all_random_access = true;
    caps = mp3_caps ();
    return ok;
  default:
    return ok;
  }
}

// https://opus-codec.org/docs/opus_in_isobmff.html
static Result<>
parse_opus (BoxReader boxes, SampleDescription &description,
    AudioFields &fields, Ptr<GstCaps> &caps)
{
  auto box = find_box (boxes, fourcc ("dOps"));
  if (!box)
    return make_error (ErrorCode::decode, "stsd: Opus has no dOps");
  BoxReader &dops = box->body;
  uint8_t version = dops.u8 ();
  uint8_t channels = dops.u8 ();
  dops.skip (2); // pre-skip, see below
  uint32_t rate = dops.u32 ();
  int16_t gain = int16_t (dops.u16 ());
  uint8_t family = dops.u8 ();
  uint8_t streams = 1, coupled = channels == 2 ? 1 : 0;
  const uint8_t *mapping = nullptr;
  if (family != 0) {
    streams = dops.u8 ();
    coupled = dops.u8 ();
    mapping = dops.bytes (channels);
  }
  if (!dops.ok () || version != 0 || channels == 0
      || (family == 0 && channels > 2) || coupled > streams)
    return make_error (ErrorCode::decode, "stsd: dOps is broken");

  // The rate of what was encoded only informs, and mp4mux writes its bytes in
  // the wrong order.
  if (rate != 8000 && rate != 12000 && rate != 16000 && rate != 24000)
    rate = 48000;
  // The edit list says where the presentation starts, so the decoder must not
  // skip the same samples once more.
  auto header = Ptr<GstBuffer>::adopt (gst_codec_utils_opus_create_header (
      rate, channels, family, streams, coupled, mapping, 0, gain));
  if (header)
    caps = Ptr<GstCaps>::adopt (
        gst_codec_utils_opus_create_caps_from_header (header.get (), nullptr));
  if (!caps)
    return make_error (ErrorCode::decode, "stsd: dOps is broken");
  description.codec = "opus";
  description.all_random_access = true;
  fields = {}; // they are in the caps
  return ok;
}

static void
append_header (GValue *array, const uint8_t *bytes, size_t size)
{
  GValue value = G_VALUE_INIT;
  g_value_init (&value, GST_TYPE_BUFFER);
  gst_value_take_buffer (&value, gst_buffer_new_memdup (bytes, size));
  gst_value_array_append_and_take_value (array, &value);
}

// https://github.com/xiph/flac/blob/master/doc/isoflac.txt
static Result<>
parse_flac (BoxReader boxes, SampleDescription &description,
    AudioFields &fields, Ptr<GstCaps> &caps)
{
  auto box = find_box (boxes, fourcc ("dfLa"));
  if (!box)
    return make_error (ErrorCode::decode, "stsd: fLaC has no dfLa");
  FullBox full (box->body);
  GValue array = G_VALUE_INIT;
  g_value_init (&array, GST_TYPE_ARRAY);
  append_header (&array, reinterpret_cast<const uint8_t *> ("fLaC"), 4);
  bool first = true, last = false, good = true;
  while (!last && good) {
    BoxReader start = box->body;
    uint32_t header = box->body.u32 ();
    uint32_t size = header & 0xffffff;
    const uint8_t *body = box->body.bytes (size);
    last = header >> 31;
    // The first block is STREAMINFO.
    good = body && (!first || ((header >> 24 & 0x7f) == 0 && size >= 34));
    if (good && first) {
      uint32_t rate = load_be32 (body + 10) >> 12;
      fields.rate = rate ? rate : fields.rate;
      fields.channels = (body[12] >> 1 & 7u) + 1;
    }
    first = false;
    if (good)
      append_header (
          &array, start.bytes (4 + size_t (size)), 4 + size_t (size));
  }
  if (good) {
    caps = framed_caps ("audio/x-flac");
    gst_structure_set_value (
        gst_caps_get_structure (caps.get (), 0), "streamheader", &array);
    description.codec = "flac";
    description.all_random_access = true;
  }
  g_value_unset (&array);
  if (!good)
    return make_error (ErrorCode::decode, "stsd: dfLa is broken");
  return ok;
}

// ETSI TS 102 366, annex F: the sample entry itself always says two channels.
static Result<>
parse_ac3 (BoxReader boxes, uint32_t format, SampleDescription &description,
    AudioFields &fields, Ptr<GstCaps> &caps)
{
  static const uint8_t channels[] = {2, 1, 2, 3, 3, 4, 4, 5};
  static const uint32_t rates[] = {48000, 44100, 32000, 0};
  bool enhanced = format == fourcc ("ec-3");
  auto box = find_box (boxes, enhanced ? fourcc ("dec3") : fourcc ("dac3"));
  if (!box)
    return make_error (ErrorCode::decode, "stsd: %s has no %s",
        fourcc_name (format).c_str (), enhanced ? "dec3" : "dac3");
  // fscod:2 bsid:5, then bsmod:3 acmod:3 lfeon:1; E-AC-3 has bit rates before
  // and two more bits between.
  if (enhanced)
    box->body.skip (2);
  uint32_t bits = uint32_t (box->body.u16 ()) << 16;
  bits |= uint32_t (box->body.u8 ()) << 8;
  if (!box->body.ok ())
    return make_error (
        ErrorCode::decode, "stsd: %s is cut off", enhanced ? "dec3" : "dac3");
  uint32_t modes = bits << (enhanced ? 12 : 10);
  fields.rate = rates[bits >> 30];
  fields.channels = channels[modes >> 29] + (modes >> 28 & 1);
  description.codec = fourcc_name (format);
  description.all_random_access = true;
  caps = framed_caps (enhanced ? "audio/x-eac3" : "audio/x-ac3");
  return ok;
}

Result<>
parse_audio_entry (BoxReader entry, uint32_t format,
    const TrackContext &context, SampleDescription &description,
    Ptr<GstCaps> &caps)
{
  AudioFields fields;
  uint16_t version = entry.u16 ();
  entry.skip (6);
  fields.channels = entry.u16 ();
  entry.skip (6);
  fields.rate = entry.u32 () >> 16;
  if (context.stsd_version == 0 && version == 1) {
    entry.skip (16);
  } else if (context.stsd_version == 0 && version == 2) {
    // The rate is a double in another place: the codec's own header tells it.
    fields = {};
    entry.skip (36);
  }

  Result<> result = ok;
  switch (format) {
  case fourcc ("mp4a"):
    result = parse_mp4a (entry, description, fields, caps);
    break;
  case fourcc (".mp3"):
    description.codec = "mp3";
    description.all_random_access = true;
    caps = mp3_caps ();
    break;
  case fourcc ("Opus"):
    result = parse_opus (entry, description, fields, caps);
    break;
  case fourcc ("fLaC"):
    result = parse_flac (entry, description, fields, caps);
    break;
  case fourcc ("ac-3"):
  case fourcc ("ec-3"):
    result = parse_ac3 (entry, format, description, fields, caps);
    break;
  default:
    break;
  }
  if (!result || !caps)
    return result;
  if (fields.rate > 0)
    gst_caps_set_simple (
        caps.get (), "rate", G_TYPE_INT, int (fields.rate), nullptr);
  if (fields.channels > 0)
    gst_caps_set_simple (
        caps.get (), "channels", G_TYPE_INT, int (fields.channels), nullptr);
  return ok;
}

} // namespace webmedia::mse
