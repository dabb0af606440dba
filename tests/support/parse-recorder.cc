// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/parse-recorder.hh"

#include "support/check.hh"

#include <algorithm>

namespace webmedia::mse {

static bool
same_protection (const SampleProtection &a, const SampleProtection &b)
{
  if (!a || !b)
    return !a && !b;
  return gst_structure_is_equal (a.get (), b.get ());
}

bool
RecordedFrame::operator== (const RecordedFrame &other) const
{
  return pts == other.pts && dts == other.dts && duration == other.duration
         && track == other.track && keyframe == other.keyframe
         && bytes == other.bytes
         && same_protection (protection, other.protection);
}

std::vector<RecordedFrame>
ParseRecorder::track (uint16_t index) const
{
  std::vector<RecordedFrame> result;
  for (const RecordedFrame &frame : frames) {
    if (frame.track == index)
      result.push_back (frame);
  }
  return result;
}

Result<>
ParseRecorder::on_initialization_segment (InitializationSegment segment)
{
  order += 'i';
  segments.push_back (std::move (segment));
  return ok;
}

Result<>
ParseRecorder::on_media_segment ()
{
  order += 'm';
  media_segments++;
  return ok;
}

Result<>
ParseRecorder::on_frames (FrameBatch &batch)
{
  if (!order.empty () && order.back () != 'f')
    order += 'f';
  fail_unless (batch.protection.empty ()
               || batch.protection.size () == batch.frames.size ());
  configs.insert (configs.end (), batch.configs.begin (), batch.configs.end ());
  for (size_t i = 0; i < batch.frames.size (); i++) {
    const ParsedFrame &frame = batch.frames[i];
    RecordedFrame copy{frame.pts, frame.dts, frame.duration, frame.track,
        frame.keyframe, std::vector<uint8_t> (frame.size),
        batch.protection.empty () ? nullptr : batch.protection[i]};
    batch.blocks[frame.block]->copy_to (
        copy.bytes.data (), frame.offset, frame.size);
    frames.push_back (std::move (copy));
  }
  return ok;
}

void
ParseRecorder::on_init_data (const InitData &data)
{
  order += 'e';
  init_data.push_back (data);
}

Result<>
parse_more (ByteStreamParser &parser, ByteQueue &queue, ParseRecorder &recorder,
    const std::vector<uint8_t> &bytes, size_t chunk)
{
  if (chunk == 0)
    chunk = std::max<size_t> (bytes.size (), 1);
  for (size_t start = 0; start < bytes.size (); start += chunk) {
    size_t size = std::min (chunk, bytes.size () - start);
    GstBuffer *buffer = gst_buffer_new_memdup (bytes.data () + start, size);
    fail_unless (queue.push (buffer));
    gst_buffer_unref (buffer);
    if (auto result = parser.parse (queue, recorder); !result)
      return result;
  }
  return ok;
}

Result<>
parse_all (ByteStreamParser &parser, ParseRecorder &recorder,
    const std::vector<uint8_t> &bytes, size_t chunk)
{
  ByteQueue queue;
  return parse_more (parser, queue, recorder, bytes, chunk);
}

ParseRecorder
parse_alike (std::unique_ptr<ByteStreamParser> (*make) (),
    const std::vector<uint8_t> &bytes)
{
  ParseRecorder whole;
  for (size_t chunk : {size_t (0), size_t (1), size_t (7), size_t (1000)}) {
    auto parser = make ();
    ParseRecorder recorder;
    auto result = parse_all (*parser, recorder, bytes, chunk);
    fail_unless (
        bool (result), "%s", result ? "" : result.error ().message.c_str ());
    fail_unless (parser->state () == AppendState::waiting_for_segment);
    if (chunk == 0)
      whole = recorder;
    fail_unless (recorder.frames == whole.frames, "chunks of %zu", chunk);
    fail_unless (recorder.order == whole.order, "chunks of %zu", chunk);
  }
  return whole;
}

ParseRecorder
parse_isobmff (const std::vector<uint8_t> &bytes)
{
  return parse_alike (make_isobmff_parser, bytes);
}

void
check_times (const RecordedFrame &frame, Time pts, Time dts, Time duration)
{
  fail_unless_equals_int64 (frame.pts, pts);
  fail_unless_equals_int64 (frame.dts, dts);
  fail_unless_equals_int64 (frame.duration, duration);
}

std::vector<uint8_t>
slow_part (std::vector<uint8_t> bytes, size_t limit)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  bytes.resize (std::min (bytes.size (), limit));
#endif
  return bytes;
}

std::vector<uint8_t>
read_media (const char *name)
{
  CString path (
      g_build_filename (g_getenv ("WEBMEDIA_TEST_MEDIA"), name, nullptr));
  gchar *contents;
  gsize size;
  fail_unless (g_file_get_contents (path.get (), &contents, &size, nullptr),
      "there is no %s", path.get ());
  std::vector<uint8_t> bytes (contents, contents + size);
  g_free (contents);
  return bytes;
}

} // namespace webmedia::mse
