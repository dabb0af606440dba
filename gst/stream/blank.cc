// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/blank.hh"

#include "base/raw-layout.hh"
#include "stream/raw-info.hh"

#include <memory>

namespace webmedia::stream {

namespace {

struct ConverterFree {
  void operator() (GstVideoConverter *converter) const
  {
    gst_video_converter_free (converter);
  }
};

class MappedFrame {
public:
  MappedFrame (GstVideoInfo *info, GstBuffer *buffer, GstMapFlags flags)
      : is_mapped_ (gst_video_frame_map (&frame_, info, buffer, flags))
  {}
  ~MappedFrame ()
  {
    if (is_mapped_)
      gst_video_frame_unmap (&frame_);
  }
  MappedFrame (const MappedFrame &) = delete;
  MappedFrame &operator= (const MappedFrame &) = delete;

  explicit operator bool () const { return is_mapped_; }
  GstVideoFrame *get () { return &frame_; }

private:
  GstVideoFrame frame_{};
  const bool is_mapped_;
};

Ptr<GstBuffer>
allocate (gsize size)
{
  return Ptr<GstBuffer>::adopt (
      gst_buffer_new_allocate (nullptr, size, nullptr));
}

// GStreamer writes so much at most behind the last row of some pictures.
constexpr gsize kBehind = 8;

// Opaque black is made in a format that is plain, and converted: so the
// colorimetry is right, whatever the format.
Ptr<GstMemory>
make_black (GstVideoInfo to)
{
  GstVideoInfo from;
  if (!has_fields (to))
    GST_VIDEO_INFO_INTERLACE_MODE (&to) = GST_VIDEO_INTERLACE_MODE_PROGRESSIVE;
  if (!gst_video_info_set_interlaced_format (&from, GST_VIDEO_FORMAT_ARGB,
          GST_VIDEO_INFO_INTERLACE_MODE (&to),
          guint (GST_VIDEO_INFO_WIDTH (&to)),
          guint (GST_VIDEO_INFO_HEIGHT (&to))))
    return nullptr; // it is too large
  GST_VIDEO_INFO_FPS_N (&from) = GST_VIDEO_INFO_FPS_N (&to);
  GST_VIDEO_INFO_FPS_D (&from) = GST_VIDEO_INFO_FPS_D (&to);
  std::unique_ptr<GstVideoConverter, ConverterFree> converter (
      gst_video_converter_new (&from, &to, nullptr));
  if (!converter)
    return nullptr;
  auto argb = allocate (from.size);
  auto black = allocate (to.size + (has_whole_rows (to) ? 0 : kBehind));
  GstMapInfo map;
  if (!argb || !black || !gst_buffer_map (argb.get (), &map, GST_MAP_WRITE))
    return nullptr;
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = i % 4 == 0 ? 0xff : 0;
  gst_buffer_unmap (argb.get (), &map);
  {
    MappedFrame in (&from, argb.get (), GST_MAP_READ);
    MappedFrame out (&to, black.get (), GST_MAP_WRITE);
    if (!in || !out)
      return nullptr;
    gst_video_converter_frame (converter.get (), in.get (), out.get ());
  }
  gst_buffer_set_size (black.get (), gssize (to.size));
  return Ptr<GstMemory>::adopt (gst_buffer_get_memory (black.get (), 0));
}

// Whoever writes to a buffer of it writes to a copy.
Ptr<GstMemory>
keep (Ptr<GstMemory> memory)
{
  if (memory)
    GST_MINI_OBJECT_FLAG_SET (memory.get (), GST_MEMORY_FLAG_READONLY);
  return memory;
}

Ptr<GstMemory>
make_silence (const GstAudioInfo &info, gsize size)
{
  auto memory =
      Ptr<GstMemory>::adopt (gst_allocator_alloc (nullptr, size, nullptr));
  GstMapInfo map;
  if (!gst_memory_map (memory.get (), &map, GST_MAP_WRITE))
    return nullptr;
  gst_audio_format_info_fill_silence (info.finfo, map.data, map.size);
  gst_memory_unmap (memory.get (), &map);
  return memory;
}

bool
is_planar (const GstAudioInfo &info)
{
  return GST_AUDIO_INFO_LAYOUT (&info) == GST_AUDIO_LAYOUT_NON_INTERLEAVED;
}

} // namespace

void
Blank::set_caps (GstCaps *caps)
{
  memory_.reset ();
  video_.reset ();
  audio_.reset ();
  if (!is_in_memory (caps))
    return;
  GstVideoInfo video;
  GstAudioInfo audio;
  if (read_video_info (caps, video))
    video_ = video;
  else if (read_audio_info (caps, audio))
    audio_ = audio;
}

// Of what is longer than before it is made anew; of what is shorter, a part.
Ptr<GstMemory>
Blank::silence (gsize size)
{
  if (!memory_ || memory_->size < size)
    memory_ = keep (make_silence (*audio_, size));
  if (!memory_ || memory_->size == size)
    return memory_;
  return Ptr<GstMemory>::adopt (
      gst_memory_share (memory_.get (), 0, gssize (size)));
}

Ptr<GstBuffer>
Blank::make (GstBuffer *instead_of)
{
  Ptr<GstMemory> memory;
  if (audio_) {
    memory = silence (gst_buffer_get_size (instead_of));
  } else if (video_) {
    if (!memory_)
      memory_ = keep (make_black (*video_));
    memory = memory_;
  }
  if (!memory)
    return nullptr;
  auto blank = Ptr<GstBuffer>::adopt (gst_buffer_new ());
  gst_buffer_append_memory (blank.get (), memory.release ());
  gst_buffer_copy_into (blank.get (), instead_of,
      GstBufferCopyFlags (GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS),
      0, gsize (-1));
  if (!audio_)
    return blank;
  GST_BUFFER_FLAG_SET (blank.get (), GST_BUFFER_FLAG_GAP);
  // Where it says what can't be, as many as there is memory for.
  auto counted = count_frames (instead_of, *audio_);
  gsize frames = counted ? *counted
                         : gst_buffer_get_size (instead_of)
                               / gsize (GST_AUDIO_INFO_BPF (&*audio_));
  if (gst_buffer_get_audio_meta (instead_of) || is_planar (*audio_))
    gst_buffer_add_audio_meta (blank.get (), &*audio_, frames, nullptr);
  return blank;
}

} // namespace webmedia::stream
