// SPDX-License-Identifier: LGPL-2.1-or-later
// What the streaming thread of a track does where sound was cut at the append
// window.
#include "clipping.hh"
#include "splice-signal.hh"
#include "track-stream.hh"

#include <algorithm>

GST_DEBUG_CATEGORY_EXTERN (gst_web_mse_src_debug);
#define GST_CAT_DEFAULT gst_web_mse_src_debug

namespace webmedia::elements {

bool
TrackStream::finds_audiosplice ()
{
  has_splicer_ = has_splicer_ || query_crossfades (GST_BASE_SRC_PAD (element_));
  return has_splicer_;
}

// Sends the whole frame, and before it what is to be left of its sound. False:
// nobody would cut it.
bool
TrackStream::cut_behind_decoder (mse::Reader::Read &read, bool begins)
{
  GstPad *pad = GST_BASE_SRC_PAD (element_);
  Time start = read.pts - read.cut_before;
  // Where a segment begins, decoders cut.
  bool is_clipped = begins && read.cut_after == 0 && read.pts <= position_;
  if (start + shift_ < (begins ? kMicrosecond : 0)
      || (!is_clipped && !finds_audiosplice ()))
    return false;
  // Decoders and parsers that get the same segment again put out what they
  // hold: so the event does not overtake sound that may have the same times.
  if (GST_BUFFER_FLAG_IS_SET (read.buffer.get (), GST_BUFFER_FLAG_DISCONT))
    gst_pad_push_event (pad, gst_event_new_segment (&element_->segment));
  Time end = read.pts + read.duration;
  // For another media type, decodebin3 (1.26) has no pad linked before the
  // frame.
  gst_pad_push_event (
      pad, make_trim_event ({start + shift_, read.pts + shift_, end + shift_,
                                end + read.cut_after + shift_},
               other_type_)
               .release ());
  // Parsers take another frame with the same PTS for more of the first: another
  // part of one frame.
  Time early = read.pts - start;
  if (start == sent_pts_)
    early--;
  // They count samples up to the segment's start, and round down.
  if (is_clipped)
    early += kMicrosecond;
  read.pts -= early;
  read.dts -= early;
  read.duration += early;
  sent_pts_ = read.pts;
  return true;
}

// Before each frame: whether it is to be sent. One that was cut is not where
// nobody cuts its sound.
bool
TrackStream::announce_cuts (mse::Reader::Read &read, bool begins)
{
  GstBuffer *buffer = read.buffer.get ();
  if (std::exchange (left_out_, false))
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  if (read.cut_before == 0 && read.cut_after == 0) [[likely]]
    return true;
  GstPad *pad = GST_BASE_SRC_PAD (element_);
  if (cut_behind_decoder (read, begins)
      || clip_in_decoder (pad, buffer, read.cut_before, read.cut_after))
    return true;
  GST_INFO_OBJECT (element_,
      "no audiosplice to cut sound at the append window at %" GST_TIME_FORMAT
      ": the frame that reaches over it is left out",
      GST_TIME_ARGS (GstClockTime (
          read.cut_before > 0 ? read.pts : read.pts + read.duration)));
  left_out_ = true;
  if (!begins)
    gst_pad_push_event (
        pad, gst_event_new_gap (GstClockTime (read.pts + shift_),
                 GstClockTime (read.duration)));
  return false;
}

} // namespace webmedia::elements
