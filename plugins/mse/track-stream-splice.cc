// SPDX-License-Identifier: LGPL-2.1-or-later
// What the streaming thread of a track does where new sound begins inside of
// old.
#include "splice-signal.hh"
#include "track-stream.hh"

#include <algorithm>

GST_DEBUG_CATEGORY_EXTERN (gst_web_mse_src_debug);
#define GST_CAT_DEFAULT gst_web_mse_src_debug

namespace webmedia::elements {

// Before each frame: whether it is to be sent. What is faded out is not where
// nobody crossfades: then there is silence up to the splice.
// https://www.w3.org/TR/media-source-2/#sourcebuffer-audio-splice-frame-algorithm
// step 8.
bool
TrackStream::announce_splice (mse::Reader::Read &read, bool begins)
{
  GstPad *pad = GST_BASE_SRC_PAD (element_);
  GstBuffer *buffer = read.buffer.get ();
  bool is_first = std::exchange (splice_, read.splice) != read.splice;
  if (read.splice == kTimeNone) {
    // Where a frame was replaced as a whole, decoders need not begin anew.
    if (std::exchange (seamless_, false))
      GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_DISCONT);
    return true;
  }
  if (is_first) {
    crossfades_ = read.splice + shift_ > 0 && query_crossfades (pad);
    seamless_ = !crossfades_ && read.pts == read.splice
                && !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    if (crossfades_)
      gst_pad_push_event (pad,
          make_splice_event ({read.splice + shift_, read.splice_end + shift_})
              .release ());
    else
      GST_INFO_OBJECT (element_,
          "no audiosplice to crossfade at %" GST_TIME_FORMAT
          ": the frame that is overlapped is left out",
          GST_TIME_ARGS (GstClockTime (read.splice)));
  }
  if (!crossfades_ && !begins && read.pts < read.splice)
    gst_pad_push_event (
        pad, gst_event_new_gap (GstClockTime (read.pts + shift_),
                 GstClockTime (read.splice - read.pts)));
  // The new frame has the same times, and GStreamer's parsers could not tell
  // the two: they take a frame with the PTS of the one before for more of it,
  // and those of 1.26 move one with its DTS behind it. A nanosecond is far less
  // than a sample. (Before zero is no time: crossfades_ is false there.)
  if (read.pts == read.splice) {
    read.pts--;
    read.dts = std::min (read.dts, read.pts);
  }
  return crossfades_;
}

} // namespace webmedia::elements
