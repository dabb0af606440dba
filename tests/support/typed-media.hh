// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of each codec in each container, for tests that change between them.
#pragma once

namespace webmedia::test {

struct TypedMedia {
  const char *type;
  const char *file;
  const char *caps; // of its first track
};

// Random access points lie a second apart, from the first frame on.
inline constexpr TypedMedia kVideoTypes[] = {
    {"video/mp4; codecs=\"avc1.64000c\"", "v.mp4", "video/x-h264"},
    {"video/mp4; codecs=\"hvc1.1.6.L60.90\"", "h265.mp4", "video/x-h265"},
    {"video/mp4; codecs=\"av01.0.00M.08\"", "av1.mp4", "video/x-av1"},
    {"video/mp4; codecs=\"vp09.00.11.08\"", "vp9.mp4", "video/x-vp9"},
    {"video/webm; codecs=\"vp9\"", "vp9.webm", "video/x-vp9"},
    {"video/webm", "dash.webm", "video/x-vp9"},
    {"video/mp2t; codecs=\"avc1.64000c\"", "v.ts", "video/x-h264"},
    {"video/mp2t", "h265.ts", "video/x-h265"},
};

inline constexpr TypedMedia kAudioTypes[] = {
    {"audio/mp4; codecs=\"mp4a.40.2\"", "a.mp4", "audio/mpeg"},
    {"audio/mp4; codecs=\"mp3\"", "mp3.mp4", "audio/mpeg"},
    {"audio/mp4; codecs=\"opus\"", "opus.mp4", "audio/x-opus"},
    {"audio/mp4; codecs=\"flac\"", "flac.mp4", "audio/x-flac"},
    {"audio/mp4; codecs=\"ac-3\"", "ac3.mp4", "audio/x-ac3"},
    {"audio/mp4; codecs=\"ec-3\"", "eac3.mp4", "audio/x-eac3"},
    {"audio/webm; codecs=\"opus\"", "opus.webm", "audio/x-opus"},
    {"audio/mp2t; codecs=\"mp4a.40.2\"", "a.ts", "audio/mpeg"},
    {"audio/mp2t; codecs=\"ac-3\"", "ac3.ts", "audio/x-ac3"},
    {"audio/aac", "adts.aac", "audio/mpeg"},
    {"audio/mpeg", "cbr.mp3", "audio/mpeg"},
};

} // namespace webmedia::test
