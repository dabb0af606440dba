// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bench/stream-ends.hh"

#include "bench/figures.hh"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <gst/base/gstbasesink.h>
#include <gst/base/gstpushsrc.h>

namespace bench {

Medium
sound ()
{
  return {.is_video = false,
      .caps = "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,"
              "channels=2,channel-mask=(bitmask)3",
      .size = 1920,
      .frame = 10 * GST_MSECOND};
}

Medium
pictures (int a_second)
{
  static const char *const caps[] = {
      "video/x-raw,format=I420,width=1920,height=1080,framerate=30/1",
      "video/x-raw,format=I420,width=1920,height=1080,framerate=60/1"};
  return {.is_video = true,
      .caps = caps[a_second > 30],
      .size = 1920 * 1080 * 3 / 2,
      .frame = GST_SECOND / uint64_t (a_second)};
}

namespace {

constexpr uint64_t kMagic = 0x6b72616d68636e65;

// At the beginning of each buffer.
struct Stamp {
  uint64_t magic;
  uint64_t sequence;
  uint64_t made;
  const void *place; // where this lies: a copy lies elsewhere
};

} // namespace

// The pool, which counts what it allocates.

struct BenchPool {
  GstBufferPool parent;
  std::atomic<unsigned> *count;
};
struct BenchPoolClass {
  GstBufferPoolClass parent;
};

G_DEFINE_TYPE (BenchPool, bench_pool, GST_TYPE_BUFFER_POOL)

static GstFlowReturn
bench_pool_alloc (
    GstBufferPool *pool, GstBuffer **buffer, GstBufferPoolAcquireParams *params)
{
  ++*reinterpret_cast<BenchPool *> (pool)->count;
  return GST_BUFFER_POOL_CLASS (bench_pool_parent_class)
      ->alloc_buffer (pool, buffer, params);
}

static void
bench_pool_init (BenchPool *self)
{
  self->count = new std::atomic<unsigned> (0);
}

static void
bench_pool_finalize (GObject *object)
{
  delete reinterpret_cast<BenchPool *> (object)->count;
  G_OBJECT_CLASS (bench_pool_parent_class)->finalize (object);
}

static void
bench_pool_class_init (BenchPoolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bench_pool_finalize;
  GST_BUFFER_POOL_CLASS (klass)->alloc_buffer = bench_pool_alloc;
}

// The source

namespace {

struct SourceState {
  Medium medium;
  bool paced;
  GstBufferPool *pool;
  uint64_t start = 0; // the clock's time of buffer 0
  std::atomic<uint64_t> due{0};
  std::atomic<uint64_t> count{0};
  std::atomic<bool> is_unlocked{false};
};

} // namespace

struct BenchSource {
  GstPushSrc parent;
  SourceState *state;
};
struct BenchSourceClass {
  GstPushSrcClass parent;
};

G_DEFINE_TYPE (BenchSource, bench_source, GST_TYPE_PUSH_SRC)

static GstStaticPadTemplate source_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static SourceState &
source_state (gpointer element)
{
  return *static_cast<BenchSource *> (element)->state;
}

static gboolean
bench_source_negotiate (GstBaseSrc *src)
{
  GstCaps *caps = gst_caps_from_string (source_state (src).medium.caps);
  gboolean done = gst_base_src_set_caps (src, caps);
  gst_caps_unref (caps);
  return done;
}

static gboolean
bench_source_start (GstBaseSrc *src)
{
  SourceState &state = source_state (src);
  GstStructure *config = gst_buffer_pool_get_config (state.pool);
  gst_buffer_pool_config_set_params (
      config, nullptr, guint (state.medium.size), 4, 0);
  return gst_buffer_pool_set_config (state.pool, config)
         && gst_buffer_pool_set_active (state.pool, TRUE);
}

static gboolean
bench_source_stop (GstBaseSrc *src)
{
  return gst_buffer_pool_set_active (source_state (src).pool, FALSE);
}

static gboolean
bench_source_unlock (GstBaseSrc *src)
{
  SourceState &state = source_state (src);
  state.is_unlocked = true;
  gst_buffer_pool_set_flushing (state.pool, TRUE);
  return TRUE;
}

static gboolean
bench_source_unlock_stop (GstBaseSrc *src)
{
  SourceState &state = source_state (src);
  state.is_unlocked = false;
  gst_buffer_pool_set_flushing (state.pool, FALSE);
  return TRUE;
}

// Until the next whole `frame` of the clock: at most that long.
static void
wait_for_next (SourceState &state)
{
  uint64_t time = now ();
  if (state.start == 0)
    state.start = time;
  uint64_t passed = (time - state.start) / state.medium.frame;
  uint64_t due = std::max (passed, state.due.load ()) + 1;
  wait_until (state.start + due * state.medium.frame);
  state.due = due;
}

static GstFlowReturn
bench_source_create (GstPushSrc *src, GstBuffer **buffer)
{
  SourceState &state = source_state (src);
  if (state.paced)
    wait_for_next (state);
  else
    state.due++;
  if (state.is_unlocked)
    return GST_FLOW_FLUSHING;
  GstFlowReturn result =
      gst_buffer_pool_acquire_buffer (state.pool, buffer, nullptr);
  GstMapInfo map;
  if (result != GST_FLOW_OK || !gst_buffer_map (*buffer, &map, GST_MAP_WRITE))
    return result;
  uint64_t count = state.count++;
  uint64_t made = now ();
  new (map.data) Stamp{
      .magic = kMagic, .sequence = count, .made = made, .place = map.data};
  gst_buffer_unmap (*buffer, &map);
  GstClockTime base_time = GST_ELEMENT_CAST (src)->base_time;
  GST_BUFFER_PTS (*buffer) = state.paced ? made - std::min (base_time, made)
                                         : count * state.medium.frame;
  GST_BUFFER_DURATION (*buffer) = state.medium.frame;
  return GST_FLOW_OK;
}

static void
bench_source_finalize (GObject *object)
{
  SourceState *state = static_cast<BenchSource *> ((gpointer)object)->state;
  gst_object_unref (state->pool);
  delete state;
  G_OBJECT_CLASS (bench_source_parent_class)->finalize (object);
}

static void
bench_source_init (BenchSource *self)
{
  self->state = new SourceState{};
  self->state->pool = GST_BUFFER_POOL (
      gst_object_ref_sink (g_object_new (bench_pool_get_type (), nullptr)));
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

static void
bench_source_class_init (BenchSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bench_source_finalize;
  auto element_class = GST_ELEMENT_CLASS (klass);
  gst_element_class_add_static_pad_template (element_class, &source_template);
  gst_element_class_set_static_metadata (element_class, "Source of stamps",
      "Source", "Buffers that say when they were made", "gst-webmedia");
  auto src_class = GST_BASE_SRC_CLASS (klass);
  src_class->negotiate = bench_source_negotiate;
  src_class->start = bench_source_start;
  src_class->stop = bench_source_stop;
  src_class->unlock = bench_source_unlock;
  src_class->unlock_stop = bench_source_unlock_stop;
  GST_PUSH_SRC_CLASS (klass)->create = bench_source_create;
}

GstElement *
make_source (const Medium &medium, bool paced)
{
  auto self = static_cast<BenchSource *> (
      g_object_new (bench_source_get_type (), nullptr));
  self->state->medium = medium;
  self->state->paced = paced;
  gst_base_src_set_live (GST_BASE_SRC (self), paced);
  return GST_ELEMENT (self);
}

Made
look_at_source (GstElement *source)
{
  SourceState &state = source_state (source);
  auto pool = reinterpret_cast<BenchPool *> (state.pool);
  return {.due = state.due, .count = state.count, .buffers = *pool->count};
}

// The sink

namespace {

struct SinkState {
  bool paced;
  uint64_t delay;
  Got got;
  uint64_t next = 0; // sequence number
  std::atomic<uint64_t> count{0};
  std::atomic<uint64_t> ended{0};
};

} // namespace

struct BenchSink {
  GstBaseSink parent;
  SinkState *state;
};
struct BenchSinkClass {
  GstBaseSinkClass parent;
};

G_DEFINE_TYPE (BenchSink, bench_sink, GST_TYPE_BASE_SINK)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static SinkState &
sink_state (gpointer element)
{
  return *static_cast<BenchSink *> (element)->state;
}

// Who merges buffers has it somewhere else. Null: this was not made by us.
static const Stamp *
find_stamp (const GstMapInfo &map)
{
  constexpr size_t kFarthest = 16384;
  size_t end = std::min (map.size, kFarthest);
  for (size_t at = 0; at + sizeof (Stamp) <= end; at += 4)
    if (!memcmp (map.data + at, &kMagic, sizeof kMagic))
      return reinterpret_cast<const Stamp *> (map.data + at);
  return nullptr;
}

static void
read_stamp (SinkState &state, const GstSegment &segment, GstClockTime base_time,
    GstBuffer *buffer, const GstMapInfo &map)
{
  const Stamp *found = find_stamp (map);
  if (!found)
    return;
  Stamp stamp;
  memcpy (&stamp, found, sizeof stamp);
  Got &got = state.got;
  got.count++;
  got.copied += stamp.place != found;
  if (stamp.sequence > state.next && got.count > 1)
    got.lost += stamp.sequence - state.next;
  state.next = stamp.sequence + 1;
  state.count.store (got.count, std::memory_order_relaxed);
  if (!state.paced)
    return;
  uint64_t time = now ();
  if (got.count == 1) {
    got.first = time;
    got.first_age = double (time - stamp.made);
  }
  got.ages.push_back (double (time - stamp.made));
  guint64 running = gst_segment_to_running_time (
      &segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  if (GST_CLOCK_TIME_IS_VALID (running))
    got.errors.push_back (double (base_time + running) - double (stamp.made));
}

static GstFlowReturn
bench_sink_render (GstBaseSink *sink, GstBuffer *buffer)
{
  SinkState &state = sink_state (sink);
  GstMapInfo map;
  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_FLOW_ERROR;
  read_stamp (
      state, sink->segment, GST_ELEMENT_CAST (sink)->base_time, buffer, map);
  gst_buffer_unmap (buffer, &map);
  if (state.delay > 0)
    wait_until (now () + state.delay);
  return GST_FLOW_OK;
}

static gboolean
bench_sink_event (GstBaseSink *sink, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    sink_state (sink).ended = now ();
  return GST_BASE_SINK_CLASS (bench_sink_parent_class)->event (sink, event);
}

static void
bench_sink_finalize (GObject *object)
{
  delete static_cast<BenchSink *> ((gpointer)object)->state;
  G_OBJECT_CLASS (bench_sink_parent_class)->finalize (object);
}

static void
bench_sink_init (BenchSink *self)
{
  self->state = new SinkState{};
  auto sink = GST_BASE_SINK (self);
  gst_base_sink_set_sync (sink, FALSE);
  gst_base_sink_set_async_enabled (sink, FALSE);
  gst_base_sink_set_last_sample_enabled (sink, FALSE);
  gst_base_sink_set_qos_enabled (sink, FALSE);
}

static void
bench_sink_class_init (BenchSinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bench_sink_finalize;
  auto element_class = GST_ELEMENT_CLASS (klass);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Sink of stamps",
      "Sink", "Reads what buffers say", "gst-webmedia");
  auto sink_class = GST_BASE_SINK_CLASS (klass);
  sink_class->render = bench_sink_render;
  sink_class->event = bench_sink_event;
}

GstElement *
make_sink (bool paced, uint64_t delay)
{
  auto self =
      static_cast<BenchSink *> (g_object_new (bench_sink_get_type (), nullptr));
  self->state->paced = paced;
  self->state->delay = delay;
  self->state->got.ages.reserve (10000);
  self->state->got.errors.reserve (10000);
  return GST_ELEMENT (self);
}

const Got &
look_at_sink (GstElement *sink)
{
  return sink_state (sink).got;
}

uint64_t
count_at_sink (GstElement *sink)
{
  return sink_state (sink).count.load (std::memory_order_relaxed);
}

uint64_t
ended_at_sink (GstElement *sink)
{
  return sink_state (sink).ended;
}

} // namespace bench
