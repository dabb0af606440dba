// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpegts-sei.hh"

#include <cstring>
#include <gst/codecparsers/gsth264parser.h>
#include <vector>

namespace webmedia::mse {

struct RecoveryPoints::Parser {
  GstH264NalParser *parser = gst_h264_nal_parser_new ();
  std::vector<uint8_t> stream;

  ~Parser () { gst_h264_nal_parser_free (parser); }
  // With a start code before it: the parser reads byte streams only.
  bool identify (const uint8_t *nal, size_t size, GstH264NalUnit *unit)
  {
    stream.assign ({0, 0, 1});
    stream.insert (stream.end (), nal, nal + size);
    return gst_h264_parser_identify_nalu_unchecked (
               parser, stream.data (), 0, stream.size (), unit)
           == GST_H264_PARSER_OK;
  }
};

void
RecoveryPoints::Free::operator() (Parser *parser) const
{
  delete parser;
}

void
RecoveryPoints::set_sps (const uint8_t *nal, size_t size)
{
  if (!parser_)
    parser_.reset (new Parser);
  GstH264NalUnit unit;
  GstH264SPS sps;
  if (parser_->identify (nal, size, &unit)
      && gst_h264_parser_parse_sps (parser_->parser, &unit, &sps)
             == GST_H264_PARSER_OK)
    gst_h264_sps_clear (&sps);
}

bool
RecoveryPoints::starts_here (const uint8_t *nal, size_t size)
{
  // Most have no such message, which begins with its type.
  GstH264NalUnit unit;
  if (!parser_ || !memchr (nal + 1, GST_H264_SEI_RECOVERY_POINT, size - 1)
      || !parser_->identify (nal, size, &unit))
    return false;
  GArray *messages = nullptr;
  gst_h264_parser_parse_sei (parser_->parser, &unit, &messages);
  bool found = false;
  for (guint i = 0; messages && i < messages->len; i++) {
    const auto &each = g_array_index (messages, GstH264SEIMessage, i);
    found |= each.payloadType == GST_H264_SEI_RECOVERY_POINT
             && each.payload.recovery_point.recovery_frame_cnt == 0;
  }
  if (messages)
    g_array_unref (messages);
  return found;
}

} // namespace webmedia::mse
