// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the pictures and the samples of a buffer lie. Its metas are made by
// whoever likes to, and GStreamer (1.22) believes most of what they say: so
// nothing that is raw may be read, written or counted before it was looked at
// here.
#pragma once

#include "base/result.hh"

#include <gst/audio/audio.h>
#include <gst/video/video.h>

namespace webmedia {

// TypeError: not all of a picture of such caps is in the memory of the buffer,
// by its GstVideoMeta where it has one; or that is of another picture; or such
// pictures have no whole rows.
// gst_video_frame_map() looks at the format, at the size, and at where planes
// begin, and not at where they end; its converters crash where rows lie upside
// down, so these are refused, too. What a GstVideoMeta maps by a function of
// its own is that function's matter.
Result<> check_layout (GstBuffer *picture, const GstVideoInfo &info);

// Whether the memory of an interlaced picture has all rows of its fields: for
// P010 and the like GStreamer (1.22) allocates too little of some heights, and
// its converter does not know.
bool has_fields (const GstVideoInfo &info);

// Whether rows have all that GStreamer's converter (to 1.28) reads and writes
// of them, which is pairs of pixels: of UYVP, NV12_10LE32 and NV16_10LE32 they
// are laid out too short for some odd widths.
bool has_whole_rows (const GstVideoInfo &info);

// How many frames of sound of such caps a buffer has. TypeError: not so many,
// by its GstAudioMeta, are in its memory; or that is of other sound.
// gst_audio_buffer_map() goes by the channels and the sample size of the meta,
// whatever the caps say.
Result<gsize> count_frames (GstBuffer *sound, const GstAudioInfo &info);

} // namespace webmedia
