// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track-src.hh"

#include "pad-output.hh"

#include <atomic>
#include <gst/video/video.h>
#include <vector>

using namespace webmedia;

GST_DEBUG_CATEGORY_STATIC (gst_web_track_src_debug);
#define GST_CAT_DEFAULT gst_web_track_src_debug

namespace {

using Output = stream::Output;
using elements::PadConsumer;
using elements::PadOutput;

class State {
public:
  explicit State (GstBaseSrc *src)
      : consumer (std::make_shared<PadConsumer> (
          GST_ELEMENT (src), GST_BASE_SRC_PAD (src))),
        output (consumer)
  {}

  void set_collection (Ptr<GstStreamCollection> collection) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    std::swap (collection_, collection);
    has_collection_ = true;
  }
  // One that was not taken yet, or null.
  Ptr<GstStreamCollection> take_collection () EXCLUDES (lock_)
  {
    if (!has_collection_)
      return nullptr;
    MutexLocker locker (lock_);
    has_collection_ = false;
    return std::move (collection_);
  }

  const std::shared_ptr<PadConsumer> consumer;
  PadOutput output;

  // The streaming thread's.
  bool is_refused = false; // downstream does not take the caps of what comes
  bool has_dropped = false;
  GstSegment segment{};
  bool has_segment_pending = false; // GstBaseSrc pushes it with a buffer

  // Set before that thread starts.
  Ptr<GstPad> exit;
  GstWebTrackSrcPush push_out = nullptr;

  std::atomic<bool> may_have_lost_segment{false};

private:
  mutable Mutex lock_;
  Ptr<GstStreamCollection> collection_ GUARDED_BY (lock_);
  std::atomic<bool> has_collection_{false};
};

} // namespace

struct _GstWebTrackSrc {
  GstBaseSrc parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (GstWebTrackSrc, gst_web_track_src, GST_TYPE_BASE_SRC)

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

// Not the macro, which looks at the type for each buffer.
static State &
get (gpointer object)
{
  return *static_cast<GstWebTrackSrc *> (object)->state;
}

void
gst_web_track_src_set_live (GstWebTrackSrc *self, bool live)
{
  self->state->output.set_live (live);
}

void
gst_web_track_src_set_siblings (
    GstWebTrackSrc *self, std::shared_ptr<stream::Siblings> siblings)
{
  self->state->consumer->set_siblings (std::move (siblings));
}

std::shared_ptr<stream::Consumer>
gst_web_track_src_get_consumer (GstWebTrackSrc *self)
{
  return self->state->consumer;
}

void
gst_web_track_src_set_exit (
    GstWebTrackSrc *self, Ptr<GstPad> exit, GstWebTrackSrcPush push)
{
  self->state->exit = std::move (exit);
  self->state->push_out = push;
}

void
gst_web_track_src_set_output (
    GstWebTrackSrc *self, std::shared_ptr<Output> output, unsigned turn)
{
  self->state->output.set (std::move (output), turn);
}

std::shared_ptr<Output>
gst_web_track_src_get_output (GstWebTrackSrc *self)
{
  return self->state->output.get ();
}

void
gst_web_track_src_set_collection (
    GstWebTrackSrc *self, Ptr<GstStreamCollection> collection)
{
  self->state->set_collection (std::move (collection));
}

void
gst_web_track_src_interrupt (GstWebTrackSrc *self)
{
  GstPad *pad = GST_BASE_SRC_PAD (self);
  self->state->output.set_flushing (true);
  gst_pad_push_event (pad, gst_event_new_flush_start ());
  GST_PAD_STREAM_LOCK (pad); // it has come back
  GST_PAD_STREAM_UNLOCK (pad);
  gst_pad_push_event (pad, gst_event_new_flush_stop (FALSE));
}

static GstEvent *
make_flush_start (GstEvent *stop)
{
  GstEvent *start = gst_event_new_flush_start ();
  gst_event_set_seqnum (start, gst_event_get_seqnum (stop));
  return start;
}

// With the state locks of all that it is in, from the pipeline down, as a
// change of state takes them: a sink that loses its state while its pipeline
// changes its own never gets it back. See docs/threads.md.
static void
flush (GstElement *element, gpointer)
{
  PadOutput &output = get (element).output;
  std::vector<Ptr<GstElement>> all{Ptr<GstElement>::share (element)};
  while (auto parent = Ptr<GstObject>::adopt (
             gst_object_get_parent (GST_OBJECT (all.back ().get ()))))
    all.push_back (Ptr<GstElement>::share (GST_ELEMENT (parent.get ())));
  for (auto each = all.rbegin (); each != all.rend (); ++each)
    GST_STATE_LOCK (each->get ());
  auto stop = output.awaited_flush ();
  if (stop && GST_STATE (element) >= GST_STATE_PAUSED) {
    gst_element_send_event (element, make_flush_start (stop.get ()));
    gst_element_send_event (element, gst_event_ref (stop.get ()));
  }
  output.end_flush (stop);
  for (const auto &each : all)
    GST_STATE_UNLOCK (each.get ());
}

void
gst_web_track_src_flush (GstWebTrackSrc *self, GstEvent *stop)
{
  self->state->output.await_flush (Ptr<GstEvent>::share (stop));
  gst_element_call_async (GST_ELEMENT (self), flush, nullptr, nullptr);
}

// GstBaseSrc

// Whether downstream takes them: the next element, and what is behind it.
static bool
takes (GstPad *pad, GstCaps *caps)
{
  gboolean accepted = TRUE;
  auto accept = Ptr<GstQuery>::adopt (gst_query_new_accept_caps (caps));
  if (gst_pad_peer_query (pad, accept.get ()))
    gst_query_parse_accept_caps_result (accept.get (), &accepted);
  auto possible = Ptr<GstCaps>::adopt (gst_pad_peer_query_caps (pad, caps));
  return accepted && !gst_caps_is_empty (possible.get ());
}

// False: they can't be negotiated. What downstream does not take is dropped
// until the producer has changed it, where it can.
[[gnu::cold]] static bool
push_caps (GstBaseSrc *src, Output &output, GstCaps *caps)
{
  State &state = get (src);
  GstPad *pad = GST_BASE_SRC_PAD (src);
  state.is_refused = !takes (pad, caps);
  if (state.is_refused) {
    if (!output.can_change_caps ())
      return false;
    GST_INFO_OBJECT (
        src, "waits for other caps than %" GST_PTR_FORMAT, (void *)caps);
    output.send_event (Ptr<GstEvent>::adopt (gst_event_new_reconfigure ()));
    return true;
  }
  auto before = Ptr<GstCaps>::adopt (gst_pad_get_current_caps (pad));
  if (before && gst_caps_is_equal (before.get (), caps))
    return true;
  // Where downstream stops just now, pushing the next buffer tells.
  if (gst_base_src_set_caps (src, caps))
    gst_base_src_negotiate (src);
  return true;
}

// A flush takes it away.
[[gnu::cold]] static bool
has_segment (GstPad *pad)
{
  return bool (Ptr<GstEvent>::adopt (
      gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0)));
}

// A gap has a time of the segment, which GstBaseSrc pushes with buffers alone.
[[gnu::cold]] static bool
push (GstBaseSrc *src, Output &output, Ptr<GstEvent> event)
{
  GstPad *pad = GST_BASE_SRC_PAD (src);
  if (GST_EVENT_TYPE (event.get ()) == GST_EVENT_GAP && !has_segment (pad))
    gst_pad_push_event (pad, gst_event_new_segment (&get (src).segment));
  if (GST_EVENT_TYPE (event.get ()) == GST_EVENT_CAPS) {
    GstCaps *caps;
    gst_event_parse_caps (event.get (), &caps);
    return push_caps (src, output, caps);
  }
  gst_pad_push_event (pad, event.release ());
  return true;
}

// False: downstream does not take it.
[[gnu::hot]] static bool
hand_on (GstBaseSrc *src, Output::Taken &taken)
{
  State &state = get (src);
  if (taken.new_latency)
    gst_element_post_message (GST_ELEMENT_CAST (src),
        gst_message_new_latency (GST_OBJECT_CAST (src)));
  if (taken.new_segment)
    state.segment = *taken.new_segment;
  bool is_lost = state.may_have_lost_segment.exchange (false)
                 && !has_segment (GST_BASE_SRC_PAD (src));
  if (taken.new_segment || is_lost) {
    gst_base_src_new_segment (src, &state.segment);
    state.has_segment_pending = true;
  }
  if (state.is_refused) {
    state.has_dropped = true;
    return false;
  }
  if (auto collection = state.take_collection ())
    gst_pad_push_event (GST_BASE_SRC_PAD (src),
        gst_event_new_stream_collection (collection.get ()));
  if (std::exchange (state.has_dropped, false)) {
    taken.buffer = Ptr<GstBuffer>::adopt (
        gst_buffer_make_writable (taken.buffer.release ()));
    GST_BUFFER_FLAG_SET (taken.buffer.get (), GST_BUFFER_FLAG_DISCONT);
  }
  return true;
}

// What GstBaseSrc does for each buffer costs a thread that has a lot to take
// as much as all else here: it does that for one of so many.
constexpr int kAtOnce = 32;

// As GstBaseSrc pushes one that has nothing before it.
[[gnu::hot]] static GstFlowReturn
push_on (GstBaseSrc *src, Ptr<GstBuffer> buffer)
{
  State &state = get (src);
  GstFlowReturn result = state.push_out (state.exit.get (), buffer.release ());
  if (!GST_PAD_NEEDS_RECONFIGURE (GST_BASE_SRC_PAD (src))) [[likely]]
    return result;
  gst_base_src_negotiate (src);
  return result == GST_FLOW_NOT_NEGOTIATED ? GST_FLOW_OK : result;
}

[[gnu::hot]] static GstFlowReturn
gst_web_track_src_create (GstBaseSrc *src, guint64, guint, GstBuffer **buffer)
{
  State &state = get (src);
  for (int pushed = 0;;) {
    if (auto eos = state.output.take_eos ()) {
      gst_pad_push_event (GST_BASE_SRC_PAD (src), eos.release ());
      return GST_FLOW_FLUSHING; // so that none follows
    }
    auto output = state.output.get ();
    if (!output)
      return GST_FLOW_EOS;
    Output::Taken taken = output->take ();
    switch (taken.status) {
    case Output::Status::ended:
      if (state.output.get () != output)
        break;
      return GST_FLOW_EOS;
    case Output::Status::flushing:
      if (state.output.is_flushing ())
        return GST_FLOW_FLUSHING;
      break; // there is another one now
    case Output::Status::none:
      break;
    case Output::Status::event:
      if (!push (src, *output, std::move (taken.event)))
        return GST_FLOW_NOT_NEGOTIATED;
      break;
    case Output::Status::buffer:
      if (!hand_on (src, taken))
        break;
      state.output.on_shown ();
      if (!taken.has_more || state.has_segment_pending || ++pushed == kAtOnce) {
        state.has_segment_pending = false;
        *buffer = taken.buffer.release ();
        return GST_FLOW_OK;
      }
      if (auto result = push_on (src, std::move (taken.buffer));
          result != GST_FLOW_OK)
        return result;
      break;
    }
  }
}

static gboolean
gst_web_track_src_negotiate (GstBaseSrc *)
{
  return TRUE; // the producer says what the caps are
}

static GstCaps *
gst_web_track_src_get_caps (GstBaseSrc *src, GstCaps *filter)
{
  auto output = get (src).output.get ();
  auto caps = output ? output->possible_caps (filter) : nullptr;
  if (!caps)
    caps = Ptr<GstCaps>::adopt (gst_caps_new_any ());
  return filter ? gst_caps_intersect_full (
             filter, caps.get (), GST_CAPS_INTERSECT_FIRST)
                : caps.release ();
}

// The producer allocates, not this source: it is told at its next question.
static gboolean
gst_web_track_src_decide_allocation (GstBaseSrc *src, GstQuery *query)
{
  State &state = get (src);
  auto output = state.output.get ();
  if (state.consumer->allocation.set (query) && output)
    output->send_event (Ptr<GstEvent>::adopt (gst_event_new_reconfigure ()));
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  return TRUE;
}

static gboolean
gst_web_track_src_unlock (GstBaseSrc *src)
{
  get (src).output.set_flushing (true);
  return TRUE;
}

static gboolean
gst_web_track_src_unlock_stop (GstBaseSrc *src)
{
  get (src).may_have_lost_segment = true;
  get (src).output.set_flushing (false);
  return TRUE;
}

// Live in its own pipeline, whatever the producer is in its.
static bool
answer_latency (Output &output, GstQuery *query)
{
  GstClockTime min, max;
  if (!output.query (query))
    return false;
  gst_query_parse_latency (query, nullptr, &min, &max);
  gst_query_set_latency (query, TRUE, min, max);
  return true;
}

static gboolean
gst_web_track_src_query (GstBaseSrc *src, GstQuery *query)
{
  auto output = get (src).output.get ();
  switch (GST_QUERY_TYPE (query)) {
  case GST_QUERY_LATENCY:
    if (output && output->delivery () == stream::Delivery::live)
      return answer_latency (*output, query);
    if (!output && get (src).output.is_live ()) { // its EOS is on its way
      gst_query_set_latency (query, TRUE, 0, GST_CLOCK_TIME_NONE);
      return TRUE;
    }
    break;
  case GST_QUERY_SCHEDULING:
    gst_query_set_scheduling (query, GST_SCHEDULING_FLAG_SEQUENTIAL, 1, -1, 0);
    gst_query_add_scheduling_mode (query, GST_PAD_MODE_PUSH);
    return TRUE;
  default:
    break;
  }
  return GST_BASE_SRC_CLASS (gst_web_track_src_parent_class)
      ->query (src, query);
}

// A seek is refused, lossless or not: the track's time is its producer's, and
// others consume it, too.
static gboolean
gst_web_track_src_event (GstBaseSrc *src, GstEvent *event)
{
  State &state = get (src);
  auto output = state.output.get ();
  if (GST_EVENT_TYPE (event) == GST_EVENT_RECONFIGURE && output)
    output->send_event (Ptr<GstEvent>::share (event));
  if (!gst_video_event_is_force_key_unit (event))
    return GST_BASE_SRC_CLASS (gst_web_track_src_parent_class)
        ->event (src, event);
  if (output) {
    // Its time is the consumer's: at the producer, it is at once.
    gboolean all_headers = TRUE;
    guint count = 0;
    gst_video_event_parse_upstream_force_key_unit (
        event, nullptr, &all_headers, &count);
    output->send_event (
        Ptr<GstEvent>::adopt (gst_video_event_new_upstream_force_key_unit (
            GST_CLOCK_TIME_NONE, all_headers, count)));
  }
  return TRUE;
}

static GstStateChangeReturn
gst_web_track_src_change_state (GstElement *element, GstStateChange transition)
{
  State &state = get (element);
  auto output = state.output.get ();
  GstState next = GST_STATE_TRANSITION_NEXT (transition);
  // One that came to a pipeline that waited for it in PAUSED is live from now.
  if (next == GST_STATE_PLAYING && output
      && output->delivery () == stream::Delivery::live)
    state.output.set_live (true);
  state.output.set_playing (next == GST_STATE_PLAYING);
  auto result = GST_ELEMENT_CLASS (gst_web_track_src_parent_class)
                    ->change_state (element, transition);
  bool is_silent = next == GST_STATE_PAUSED && state.output.is_live ();
  return result == GST_STATE_CHANGE_SUCCESS && is_silent
             ? GST_STATE_CHANGE_NO_PREROLL
             : result;
}

// GstBaseSrc would wait for its thread, which a sink in PAUSED holds.
static gboolean
gst_web_track_src_send_event (GstElement *element, GstEvent *event)
{
  auto owned = Ptr<GstEvent>::adopt (event);
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS
      && get (element).output.set_eos (owned))
    return TRUE;
  return GST_ELEMENT_CLASS (gst_web_track_src_parent_class)
      ->send_event (element, owned.release ());
}

// GObject

static void
gst_web_track_src_finalize (GObject *object)
{
  delete GST_WEB_TRACK_SRC (object)->state;
  G_OBJECT_CLASS (gst_web_track_src_parent_class)->finalize (object);
}

static void
gst_web_track_src_init (GstWebTrackSrc *self)
{
  auto src = GST_BASE_SRC (self);
  self->state = new State (src);
  // Live or not, GstBaseSrc does not know: it would keep the thread from the
  // first picture, and drop what was taken when it is paused.
  gst_base_src_set_format (src, GST_FORMAT_TIME);
}

static void
gst_web_track_src_class_init (GstWebTrackSrcClass *klass)
{
  GST_DEBUG_CATEGORY_INIT (
      gst_web_track_src_debug, "mediastreamsrc", 0, "Media stream's consumer");

  auto object_class = G_OBJECT_CLASS (klass);
  object_class->finalize = gst_web_track_src_finalize;

  auto element_class = GST_ELEMENT_CLASS (klass);
  element_class->change_state = gst_web_track_src_change_state;
  element_class->send_event = gst_web_track_src_send_event;
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Media stream track source", "Source",
      "Hands out one track of a media stream", "The gst-webmedia authors");

  auto src_class = GST_BASE_SRC_CLASS (klass);
  src_class->create = gst_web_track_src_create;
  src_class->negotiate = gst_web_track_src_negotiate;
  src_class->get_caps = gst_web_track_src_get_caps;
  src_class->decide_allocation = gst_web_track_src_decide_allocation;
  src_class->unlock = gst_web_track_src_unlock;
  src_class->unlock_stop = gst_web_track_src_unlock_stop;
  src_class->query = gst_web_track_src_query;
  src_class->event = gst_web_track_src_event;
}
