// SPDX-License-Identifier: LGPL-2.1-or-later
// A pool of pictures as a decoder in hardware has: GstDmaBufMemory, with rows
// that are longer than they would be in the system's memory. The file that a
// memory is around is a memfd, which can be mapped as a real one can.
#pragma once

#include "support/check.hh"

#include <gst/allocators/gstdmabuf.h>
#include <gst/video/video.h>
#include <sys/mman.h>
#include <unistd.h>

namespace webmedia::test {

struct DmaBufPool {
  GstBufferPool parent;
  GstAllocator *allocator;
  GstVideoInfo info;
};
struct DmaBufPoolClass {
  GstBufferPoolClass parent;
};

GType dma_buf_pool_get_type (void);
G_DEFINE_TYPE (DmaBufPool, dma_buf_pool, GST_TYPE_BUFFER_POOL)

inline GstFlowReturn
dma_buf_pool_alloc (
    GstBufferPool *base, GstBuffer **buffer, GstBufferPoolAcquireParams *)
{
  auto pool = reinterpret_cast<DmaBufPool *> (base);
  int file = memfd_create ("picture", MFD_CLOEXEC);
  fail_unless (file >= 0 && ftruncate (file, off_t (pool->info.size)) == 0);
  *buffer = gst_buffer_new ();
  gst_buffer_append_memory (*buffer,
      gst_dmabuf_allocator_alloc (pool->allocator, file, pool->info.size));
  gst_buffer_add_video_meta_full (*buffer, GST_VIDEO_FRAME_FLAG_NONE,
      pool->info.finfo->format, guint (pool->info.width),
      guint (pool->info.height), pool->info.finfo->n_planes, pool->info.offset,
      pool->info.stride);
  return GST_FLOW_OK;
}

inline void
dma_buf_pool_finalize (GObject *object)
{
  gst_object_unref (reinterpret_cast<DmaBufPool *> (object)->allocator);
  G_OBJECT_CLASS (dma_buf_pool_parent_class)->finalize (object);
}

inline void
dma_buf_pool_init (DmaBufPool *pool)
{
  pool->allocator = gst_dmabuf_allocator_new ();
}

inline void
dma_buf_pool_class_init (DmaBufPoolClass *klass)
{
  klass->parent.alloc_buffer = dma_buf_pool_alloc;
  G_OBJECT_CLASS (klass)->finalize = dma_buf_pool_finalize;
}

// With room for so many; 0: for any number.
inline GstBufferPool *
make_dma_buf_pool (const char *text, guint max = 0)
{
  auto made = GST_BUFFER_POOL (
      gst_object_ref_sink (g_object_new (dma_buf_pool_get_type (), nullptr)));
  GstVideoInfo &info = reinterpret_cast<DmaBufPool *> (made)->info;
  GstCaps *caps = gst_caps_from_string (text);
  fail_unless (gst_video_info_from_caps (&info, caps));
  GstVideoAlignment rows;
  gst_video_alignment_reset (&rows);
  rows.padding_right = 32;
  fail_unless (gst_video_info_align (&info, &rows));
  GstStructure *config = gst_buffer_pool_get_config (made);
  gst_buffer_pool_config_set_params (config, caps, guint (info.size), 0, max);
  fail_unless (gst_buffer_pool_set_config (made, config));
  fail_unless (gst_buffer_pool_set_active (made, TRUE));
  gst_caps_unref (caps);
  return made;
}

inline void
stop_pool (GstBufferPool *pool)
{
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
}

// A gray picture of it, or null.
inline GstBuffer *
take_dma_buf (GstBufferPool *pool, GstClockTime pts)
{
  GstBufferPoolAcquireParams params{};
  params.flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT;
  GstBuffer *taken = nullptr;
  if (gst_buffer_pool_acquire_buffer (pool, &taken, &params) != GST_FLOW_OK)
    return nullptr;
  gst_buffer_memset (taken, 0, 0x80, gst_buffer_get_size (taken));
  GST_BUFFER_PTS (taken) = pts;
  GST_BUFFER_DURATION (taken) = 40 * GST_MSECOND;
  return taken;
}

inline bool
is_dma_buf (GstBuffer *buffer)
{
  return gst_buffer_n_memory (buffer) == 1
         && gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0));
}

} // namespace webmedia::test
