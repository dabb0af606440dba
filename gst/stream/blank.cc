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

// Without modifiers, pictures lie in such memory as in the system's.
bool
read_layout (GstCaps *caps, GstVideoInfo &info)
{
#if GST_CHECK_VERSION(1, 24, 0)
  constexpr guint64 kNoModifier = 0; // DRM_FORMAT_MOD_LINEAR
  GstVideoInfoDmaDrm drm;
  if (gst_video_is_dma_drm_caps (caps))
    return gst_video_info_dma_drm_from_caps (&drm, caps)
           && drm.drm_modifier == kNoModifier
           && gst_video_info_dma_drm_to_video_info (&drm, &info);
#endif
  return read_video_info (caps, info);
}

// What a buffer is of, or whose memory it shares.
Ptr<GstBufferPool>
find_pool (GstBuffer *buffer)
{
  for (int depth = 0; buffer && depth < 8; depth++) {
    if (buffer->pool)
      return Ptr<GstBufferPool>::share (buffer->pool);
    GstParentBufferMeta *meta = gst_buffer_get_parent_buffer_meta (buffer);
    buffer = meta ? meta->buffer : nullptr;
  }
  return nullptr;
}

// One that is free now, or that the pool may make. A pool that hands out in a
// way of its own gives what was captured (V4L2's), or waits (PipeWire's).
Ptr<GstBuffer>
acquire (GstBufferPool *pool)
{
  auto plain = static_cast<GstBufferPoolClass *> (
      g_type_class_peek (GST_TYPE_BUFFER_POOL));
  if (GST_BUFFER_POOL_GET_CLASS (pool)->acquire_buffer != plain->acquire_buffer)
    return nullptr;
  GstBufferPoolAcquireParams params{};
  params.flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT;
  GstBuffer *buffer = nullptr;
  if (gst_buffer_pool_acquire_buffer (pool, &buffer, &params) != GST_FLOW_OK)
    return nullptr;
  return Ptr<GstBuffer>::adopt (buffer);
}

bool
paint_black (GstBuffer *buffer, GstVideoInfo info)
{
  auto memory = make_black (info);
  if (!memory || !check_layout (buffer, info))
    return false;
  auto black = Ptr<GstBuffer>::adopt (gst_buffer_new ());
  gst_buffer_append_memory (black.get (), memory.release ());
  MappedFrame from (&info, black.get (), GST_MAP_READ);
  MappedFrame to (&info, buffer, GST_MAP_WRITE);
  return from && to && gst_video_frame_copy (to.get (), from.get ());
}

// Memory that may not be shared is copied, to memory that may be of another
// kind.
bool
has_same_memory (GstBuffer *a, GstBuffer *b)
{
  guint n = gst_buffer_n_memory (a);
  if (n != gst_buffer_n_memory (b))
    return false;
  for (guint i = 0; i < n; i++)
    if (gst_buffer_peek_memory (a, i) != gst_buffer_peek_memory (b, i))
      return false;
  return true;
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
  black_.reset ();
  video_.reset ();
  audio_.reset ();
  is_in_memory_ = is_in_memory (caps);
  GstVideoInfo video;
  GstAudioInfo audio;
  if (is_in_memory_ ? read_video_info (caps, video) : read_layout (caps, video))
    video_ = video;
  else if (is_in_memory_ && read_audio_info (caps, audio))
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

// It is the same buffer's memory each time, and that one's metas tell where it
// lies.
Ptr<GstBuffer>
Blank::of_pool (GstBuffer *instead_of)
{
  auto pool = find_pool (instead_of);
  if (black_ && pool && pool.get () != black_->pool)
    black_.reset (); // it is of before
  if (!black_) {
    auto acquired = pool ? acquire (pool.get ()) : nullptr;
    if (!acquired)
      return nullptr;
    if (!paint_black (acquired.get (), *video_)) {
      video_.reset (); // nor can the next one be
      return nullptr;
    }
    black_ = std::move (acquired);
  }
  auto blank = Ptr<GstBuffer>::adopt (gst_buffer_new ());
  constexpr auto kAll =
      GstBufferCopyFlags (GST_BUFFER_COPY_MEMORY | GST_BUFFER_COPY_META);
  if (!gst_buffer_copy_into (blank.get (), black_.get (), kAll, 0, gsize (-1))
      || !has_same_memory (blank.get (), black_.get ()))
    return nullptr;
  // The pool must not hand it out meanwhile.
  if (!gst_buffer_get_parent_buffer_meta (blank.get ()))
    gst_buffer_add_parent_buffer_meta (blank.get (), black_.get ());
  return blank;
}

Ptr<GstBuffer>
Blank::of_system_memory (gsize size)
{
  Ptr<GstMemory> memory;
  if (audio_) {
    memory = silence (size);
  } else {
    if (!memory_)
      memory_ = keep (make_black (*video_));
    memory = memory_;
  }
  if (!memory)
    return nullptr;
  auto blank = Ptr<GstBuffer>::adopt (gst_buffer_new ());
  gst_buffer_append_memory (blank.get (), memory.release ());
  return blank;
}

Ptr<GstBuffer>
Blank::make (GstBuffer *instead_of)
{
  if (!video_ && !audio_)
    return nullptr;
  auto blank = is_in_memory_
                   ? of_system_memory (gst_buffer_get_size (instead_of))
                   : of_pool (instead_of);
  if (!blank)
    return nullptr;
  gst_buffer_copy_into (blank.get (), instead_of,
      GstBufferCopyFlags (GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS),
      0, gsize (-1));
  if (!audio_)
    return blank;
  // Where it says what can't be, as many as there is memory for.
  auto counted = count_frames (instead_of, *audio_);
  gsize frames = counted ? *counted
                         : gst_buffer_get_size (instead_of)
                               / gsize (GST_AUDIO_INFO_BPF (&*audio_));
  mark_silent (blank.get (), gst_buffer_get_audio_meta (instead_of), frames);
  return blank;
}

void
Blank::mark_silent (GstBuffer *blank, bool needs_meta, gsize frames) const
{
  GST_BUFFER_FLAG_SET (blank, GST_BUFFER_FLAG_GAP);
  if (needs_meta || is_planar (*audio_))
    gst_buffer_add_audio_meta (blank, &*audio_, frames, nullptr);
}

Ptr<GstBuffer>
Blank::make_sound (gsize frames)
{
  auto blank =
      audio_ ? of_system_memory (frames * gsize (GST_AUDIO_INFO_BPF (&*audio_)))
             : nullptr;
  if (blank)
    mark_silent (blank.get (), false, frames);
  return blank;
}

} // namespace webmedia::stream
