// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/isobmff-sample-entry.hh"

namespace webmedia::mse {

std::string
format_string (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  CString text (g_strdup_vprintf (format, arguments));
  va_end (arguments);
  return text.get ();
}

void
set_caps_bytes (
    GstCaps *caps, const char *field, const uint8_t *bytes, size_t size)
{
  GstBuffer *buffer = gst_buffer_new_memdup (bytes, size);
  gst_caps_set_simple (caps, field, GST_TYPE_BUFFER, buffer, nullptr);
  gst_buffer_unref (buffer);
}

// QuickTime muxers end a sample entry with a few bytes that are no box.
std::optional<Box>
find_box (BoxReader entry, uint32_t type)
{
  Box box;
  while (entry.next (box)) {
    if (box.type == type)
      return box;
  }
  return std::nullopt;
}

// The boxes of a sample entry follow fields whose length depends on the kind.
static BoxReader
boxes_of (BoxReader fields, const TrackContext &context)
{
  switch (context.handler) {
  case fourcc ("vide"):
    fields.skip (70);
    break;
  case fourcc ("soun"): {
    uint16_t version = fields.u16 ();
    fields.skip (18);
    if (context.stsd_version == 0 && version == 1)
      fields.skip (16);
    else if (context.stsd_version == 0 && version == 2)
      fields.skip (36);
    break;
  }
  default:
    break;
  }
  return fields;
}

// https://www.w3.org/TR/media-source-2/ has no text codecs; the names are
// those of ISO 14496-30.
static void
parse_text_entry (uint32_t format, SampleDescription &description,
    Ptr<GstCaps> &caps, SampleFormat &sample_format)
{
  if (format == fourcc ("wvtt")) {
    description.codec = "wvtt";
    sample_format = SampleFormat::wvtt;
    caps = Ptr<GstCaps>::adopt (gst_caps_new_simple (
        "text/x-raw", "format", G_TYPE_STRING, "pango-markup", nullptr));
  } else if (format == fourcc ("stpp")) {
    description.codec = "stpp";
    caps = Ptr<GstCaps>::adopt (
        gst_caps_new_empty_simple ("application/ttml+xml"));
  }
  description.all_random_access = true;
}

Result<SampleDescription>
parse_sample_entry (const Box &entry, const TrackContext &context)
{
  SampleDescription description;
  BoxReader fields = entry.body;
  fields.skip (6);
  description.data_reference = fields.u16 ();
  if (!fields.ok () || !boxes_of (fields, context).ok ())
    return make_error (ErrorCode::decode, "stsd: sample entry %s is cut off",
        fourcc_name (entry.type).c_str ());

  uint32_t format = entry.type;
  if (format == fourcc ("encv") || format == fourcc ("enca")
      || format == fourcc ("enct") || format == fourcc ("encs")) {
    auto sinf = find_box (boxes_of (fields, context), fourcc ("sinf"));
    if (!sinf)
      return make_error (ErrorCode::decode, "stsd: %s has no sinf",
          fourcc_name (format).c_str ());
    auto scheme = parse_sinf (sinf->body);
    if (!scheme)
      return scheme.error ();
    if (!*scheme) {
      description.codec = fourcc_name (format);
      return description;
    }
    description.scheme = *scheme;
    format = description.scheme->original_format;
  }

  auto config = std::make_shared<TrackConfig> ();
  switch (context.handler) {
  case fourcc ("vide"): {
    description.kind = TrackKind::video;
    auto result =
        parse_video_entry (fields, format, context, description, config->caps);
    if (!result)
      return result.error ();
    break;
  }
  case fourcc ("soun"): {
    description.kind = TrackKind::audio;
    auto result =
        parse_audio_entry (fields, format, context, description, config->caps);
    if (!result)
      return result.error ();
    break;
  }
  default:
    description.kind = TrackKind::text;
    parse_text_entry (format, description, config->caps, config->format);
    break;
  }
  if (!config->caps) {
    description.codec = fourcc_name (format);
    return description;
  }
  if (description.scheme) {
    protect_caps (
        config->caps.get (), *description.scheme, *context.protection);
    config->protection = *context.protection;
  }
  description.config = std::move (config);
  return description;
}

} // namespace webmedia::mse
