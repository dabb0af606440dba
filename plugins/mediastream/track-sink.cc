// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track-sink.hh"

#include "base/mutex.hh"

#include <atomic>
#include <gst/audio/audio.h>
#include <gst/video/video.h>

using namespace webmedia;

GST_DEBUG_CATEGORY_STATIC (gst_web_track_sink_debug);
#define GST_CAT_DEFAULT gst_web_track_sink_debug

namespace {

class State {
public:
  struct PadFunctions {
    GstPadChainFunction buffer;
    GstPadChainListFunction list;
    GstPadEventFunction event;
  };

  explicit State (GstPad *pad)
      : producer (std::make_shared<stream::PadProducer> (pad)),
        base_functions{GST_PAD_CHAINFUNC (pad), GST_PAD_CHAINLISTFUNC (pad),
            GST_PAD_EVENTFUNC (pad)}
  {}

  std::shared_ptr<stream::Input> input () const EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    return input_;
  }
  void set_input (std::shared_ptr<stream::Input> input) EXCLUDES (lock_)
  {
    {
      MutexLocker locker (lock_);
      input_.swap (input);
    }
    is_told_ = false;
    has_ended = false;
    // Here, as a thread may wait in it, which holds it, too.
    if (input)
      input->end ();
  }

  void tell_timeline (GstBaseSink *sink, stream::Input &input);

  const std::shared_ptr<stream::Producer> producer;
  const PadFunctions base_functions; // GstBaseSink's own
  bool lossless = false;
  bool is_raw = true; // the streaming thread's
  GstWebTrackSinkRenew renew = nullptr;
  std::atomic<bool> has_ended{false};
  std::atomic<bool> pausing{false}; // it is on its way from PLAYING

  // A live track from which nothing comes is muted.
  std::atomic<bool> is_live{false};
  std::atomic<bool> is_playing{false};
  void watch ()
  {
    auto watched = input ();
    if (!watched)
      return;
    bool wanted;
    do {
      wanted = is_live && is_playing;
      watched->set_watch (wanted);
    } while (wanted != (is_live && is_playing)); // another thread told first
  }

  // Else it is handed on at once: lossless it does not wait for PLAYING, and
  // what is live comes at its time.
  bool waits_for_clock () const
  {
    return !lossless && !(is_live && is_playing);
  }

  // Of what was put last; none: of nothing yet in this segment.
  std::atomic<GstClockTime> last{GST_CLOCK_TIME_NONE};

  void forget_timeline ()
  {
    is_told_ = false;
    last = GST_CLOCK_TIME_NONE;
  }

private:
  mutable Mutex lock_;
  std::shared_ptr<stream::Input> input_ GUARDED_BY (lock_);

  std::atomic<bool> is_told_{false};
  // The streaming thread's: what it was told last.
  Ptr<GstClock> clock_;
  Time base_time_ = 0;
};

} // namespace

struct _GstWebTrackSink {
  GstBaseSink parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (GstWebTrackSink, gst_web_track_sink, GST_TYPE_BASE_SINK)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

// Not the macro, which looks at the type for each buffer.
static State &
get (gpointer object)
{
  return *static_cast<GstWebTrackSink *> (object)->state;
}

void
gst_web_track_sink_set_input (
    GstWebTrackSink *self, std::shared_ptr<stream::Input> input)
{
  auto caps =
      Ptr<GstCaps>::adopt (gst_pad_get_current_caps (GST_BASE_SINK_PAD (self)));
  if (input && caps)
    input->put (Ptr<GstEvent>::adopt (gst_event_new_caps (caps.get ())));
  self->state->set_input (std::move (input));
}

void
gst_web_track_sink_set_renew (GstWebTrackSink *self, GstWebTrackSinkRenew renew)
{
  self->state->renew = renew;
}

std::shared_ptr<stream::Producer>
gst_web_track_sink_get_producer (GstWebTrackSink *self)
{
  return self->state->producer;
}

// The segment, the clock and the base time may change while it streams.
[[gnu::hot]] void
State::tell_timeline (GstBaseSink *sink, stream::Input &input)
{
  Ptr<GstClock> before; // goes without the lock
  GST_OBJECT_LOCK (sink);
  GstClock *clock = GST_ELEMENT_CLOCK (sink);
  auto base_time = Time (GST_ELEMENT_CAST (sink)->base_time);
  bool known = is_told_ && clock == clock_.get () && base_time == base_time_;
  if (!known) {
    before = std::exchange (clock_, Ptr<GstClock>::share (clock));
    base_time_ = base_time;
    is_told_ = true;
  }
  GST_OBJECT_UNLOCK (sink);
  if (!known)
    input.set_timeline (sink->segment, clock_, base_time);
}

static bool
is_live (GstBaseSink *sink)
{
  auto query = Ptr<GstQuery>::adopt (gst_query_new_latency ());
  gboolean live = FALSE;
  if (gst_pad_peer_query (GST_BASE_SINK_PAD (sink), query.get ()))
    gst_query_parse_latency (query.get (), &live, nullptr, nullptr);
  return live;
}

// GstBaseSink

static gboolean
gst_web_track_sink_set_caps (GstBaseSink *sink, GstCaps *caps)
{
  State &state = get (sink);
  state.is_raw = stream::is_raw (caps);
  // Without one it has stopped: that is said to the next buffer.
  if (auto input = state.input ())
    input->put (Ptr<GstEvent>::adopt (gst_event_new_caps (caps)));
  return TRUE;
}

static GstCaps *
gst_web_track_sink_get_caps (GstBaseSink *sink, GstCaps *filter)
{
  auto input = get (sink).input ();
  if (!input)
    return nullptr;
  auto query = Ptr<GstQuery>::adopt (gst_query_new_caps (filter));
  if (!input->query (query.get ()))
    return nullptr;
  GstCaps *caps;
  gst_query_parse_caps_result (query.get (), &caps);
  return gst_caps_ref (caps);
}

static gboolean
gst_web_track_sink_propose_allocation (GstBaseSink *sink, GstQuery *query)
{
  auto input = get (sink).input ();
  if (!input || !input->query (query)) {
    gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, nullptr);
    gst_query_add_allocation_meta (query, GST_AUDIO_META_API_TYPE, nullptr);
  }
  return TRUE;
}

static bool
has_segment (GstBaseSink *sink)
{
  return sink->segment.format == GST_FORMAT_TIME;
}

static bool
is_of_time (GstBaseSink *sink, GstEvent *event)
{
  const GstSegment *segment;
  gst_event_parse_segment (event, &segment);
  if (segment->format == GST_FORMAT_TIME)
    return true;
  GST_ELEMENT_ERROR (sink, STREAM, FORMAT,
      ("What is put into a media stream must have times."),
      ("the segment is of %s, not of time: put a parser or a decoder before "
       "this pad; an appsrc needs format=time",
          gst_format_get_name (segment->format)));
  return false;
}

static gboolean
gst_web_track_sink_event (GstBaseSink *sink, GstEvent *event)
{
  State &state = get (sink);
  auto input = state.input ();
  auto parent = GST_BASE_SINK_CLASS (gst_web_track_sink_parent_class);
  GstEventType type = GST_EVENT_TYPE (event);
  if (type == GST_EVENT_SEGMENT && !is_of_time (sink, event)) {
    gst_event_unref (event);
    return FALSE;
  }
  if (type == GST_EVENT_SEGMENT) {
    gboolean result = parent->event (sink, event);
    state.forget_timeline ();
    if (state.has_ended.exchange (false) && state.renew)
      state.renew (GST_WEB_TRACK_SINK (sink));
    if (!state.lossless) {
      state.is_live = is_live (sink);
      gst_base_sink_set_sync (sink, !state.is_live);
      state.watch ();
    }
    GST_DEBUG_OBJECT (sink, "%s",
        gst_base_sink_get_sync (sink) ? "keeps the clock" : "hands on at once");
    return result;
  }
  if (!input)
    return parent->event (sink, event);
  // A gap without a segment is of no time.
  if (stream::is_for_consumers (event)
      && (has_segment (sink) || type != GST_EVENT_GAP)) {
    if (has_segment (sink))
      state.tell_timeline (sink, *input);
    input->put (Ptr<GstEvent>::share (event));
  }
  if (type == GST_EVENT_FLUSH_STOP) {
    input->flush ();
    if (!state.has_ended)
      input->flush_consumers (event);
    input->set_flushing (false);
  }
  return parent->event (sink, event);
}

// The track has ended when the application hears of EOS.
static GstFlowReturn
gst_web_track_sink_wait_event (GstBaseSink *sink, GstEvent *event)
{
  State &state = get (sink);
  auto input = state.input ();
  bool ends = GST_EVENT_TYPE (event) == GST_EVENT_EOS && input;
  if (ends && state.lossless) { // not only in PLAYING
    input->end ();
    state.has_ended = true;
  }
  auto result = GST_BASE_SINK_CLASS (gst_web_track_sink_parent_class)
                    ->wait_event (sink, event);
  if (ends && result == GST_FLOW_OK) {
    input->end ();
    state.has_ended = true;
  }
  return result;
}

[[gnu::hot]] static bool
is_in_segment (GstBaseSink *sink, GstBuffer *buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstClockTime duration = GST_BUFFER_DURATION (buffer);
  if (pts >= sink->segment.start && pts < sink->segment.stop)
    return true;
  return !GST_CLOCK_TIME_IS_VALID (pts)
         || gst_segment_clip (&sink->segment, GST_FORMAT_TIME, pts,
             GST_CLOCK_TIME_IS_VALID (duration) ? pts + duration
                                                : GST_CLOCK_TIME_NONE,
             nullptr, nullptr);
}

[[gnu::hot]] static GstFlowReturn
put (GstBaseSink *sink, Ptr<GstBuffer> buffer)
{
  State &state = get (sink);
  auto input = state.input ();
  if (!input)
    return GST_FLOW_EOS;
  if (!has_segment (sink)) {
    GST_ELEMENT_ERROR (sink, STREAM, FAILED,
        ("A buffer has come before a segment."),
        ("a source has to push a segment event, of time, before buffers"));
    return GST_FLOW_ERROR;
  }
  state.tell_timeline (sink, *input);
  if (!is_in_segment (sink, buffer.get ())) {
    if (state.is_raw)
      return GST_FLOW_OK;
    // What is in the segment may not be decoded without it.
    buffer =
        Ptr<GstBuffer>::adopt (gst_buffer_make_writable (buffer.release ()));
    GST_BUFFER_FLAG_SET (buffer.get (), GST_BUFFER_FLAG_DECODE_ONLY);
  }
  state.last.store (GST_BUFFER_PTS (buffer.get ()), std::memory_order_relaxed);
  return input->put (std::move (buffer));
}

static GstFlowReturn
gst_web_track_sink_render (GstBaseSink *sink, GstBuffer *buffer)
{
  return put (sink, Ptr<GstBuffer>::share (buffer));
}

static GstFlowReturn
gst_web_track_sink_preroll (GstBaseSink *sink, GstBuffer *buffer)
{
  State &state = get (sink);
  auto input = state.input ();
  if (input && has_segment (sink)) { // else put() tells
    state.tell_timeline (sink, *input);
    input->preroll (Ptr<GstBuffer>::share (buffer));
  }
  return GST_FLOW_OK;
}

[[gnu::hot]] static GstFlowReturn
gst_web_track_sink_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  State &state = get (parent);
  return state.waits_for_clock ()
             ? state.base_functions.buffer (pad, parent, buffer)
             : put (
                 GST_BASE_SINK_CAST (parent), Ptr<GstBuffer>::adopt (buffer));
}

// With the stream lock of the sink's pad, as GStreamer has it in
// gst_pad_push(): whether that would lead from the inner side of a ghost pad
// right to the sink's function. Else there are events to be sent again, or a
// probe.
[[gnu::hot]] static bool
leads_on (GstPad *pad)
{
  constexpr guint kHalts = GST_PAD_FLAG_FLUSHING | GST_PAD_FLAG_EOS;
  constexpr guint kHaltsBefore = kHalts | GST_PAD_FLAG_PENDING_EVENTS;
  auto leads = [] (GstPad *each, guint halts) {
    return each && !(GST_OBJECT_FLAGS (each) & halts) && each->num_probes == 0
           && GST_PAD_MODE (each) == GST_PAD_MODE_PUSH;
  };
  GST_OBJECT_LOCK (pad);
  bool result = leads (pad, kHalts) && leads (GST_PAD_PEER (pad), kHaltsBefore);
  GST_OBJECT_UNLOCK (pad);
  return result;
}

[[gnu::hot]] static GstFlowReturn
on_ghost_buffer (GstPad *ghost, GstObject *parent, GstBuffer *buffer)
{
  auto sink = static_cast<GstBaseSink *> (ghost->chaindata);
  GstPad *pad = GST_BASE_SINK_PAD (sink);
  GstFlowReturn result = GST_FLOW_OK;
  GST_PAD_STREAM_LOCK (pad);
  bool leads = !get (sink).waits_for_clock () && leads_on (pad);
  if (leads)
    result = put (sink, Ptr<GstBuffer>::adopt (buffer));
  GST_PAD_STREAM_UNLOCK (pad);
  return leads ? result : gst_proxy_pad_chain_default (ghost, parent, buffer);
}

void
gst_web_track_sink_set_ghost (GstWebTrackSink *self, GstPad *ghost)
{
  gst_pad_set_chain_function_full (
      ghost, on_ghost_buffer, gst_object_ref (self), gst_object_unref);
}

static GstFlowReturn
gst_web_track_sink_chain_list (
    GstPad *pad, GstObject *parent, GstBufferList *list)
{
  State &state = get (parent);
  if (state.waits_for_clock ())
    return state.base_functions.list (pad, parent, list);
  GstFlowReturn result = GST_FLOW_OK;
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    auto buffer = Ptr<GstBuffer>::share (gst_buffer_list_get (list, i));
    if (result == GST_FLOW_OK)
      result = put (GST_BASE_SINK_CAST (parent), std::move (buffer));
  }
  gst_buffer_list_unref (list);
  return result;
}

// What a consumer may be waited for with. GstBaseSink would hold its preroll
// lock meanwhile, without which it can't be stopped.
static bool
waits_for_room (GstEvent *event)
{
  return GST_EVENT_TYPE (event) == GST_EVENT_GAP
         || GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM;
}

static gboolean
gst_web_track_sink_pad_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  State &state = get (parent);
  if (!state.lossless || !waits_for_room (event))
    return state.base_functions.event (pad, parent, event);
  auto owned = Ptr<GstEvent>::adopt (event);
  auto input = state.input ();
  if (!input || !has_segment (GST_BASE_SINK_CAST (parent)))
    return FALSE;
  state.tell_timeline (GST_BASE_SINK_CAST (parent), *input);
  input->put (std::move (owned));
  return TRUE;
}

void
gst_web_track_sink_set_lossless (GstWebTrackSink *self, bool lossless)
{
  self->state->lossless = lossless;
  gst_base_sink_set_sync (GST_BASE_SINK (self), !lossless);
}

static gboolean
gst_web_track_sink_unlock (GstBaseSink *sink)
{
  State &state = get (sink);
  auto input = state.input ();
  if (input && !(state.lossless && state.pausing))
    input->set_flushing (true);
  return TRUE;
}

static gboolean
gst_web_track_sink_unlock_stop (GstBaseSink *sink)
{
  // GstBaseSink calls this right behind unlock(), once render() has come back.
  // A lossless buffer may still be on its way out: it goes on with the flush's
  // end.
  State &state = get (sink);
  auto input = state.input ();
  if (input && !(state.lossless && (state.pausing || sink->flushing)))
    input->set_flushing (false);
  return TRUE;
}

static GstStateChangeReturn
gst_web_track_sink_change_state (GstElement *element, GstStateChange transition)
{
  State &state = get (element);
  state.pausing = transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED;
  state.is_playing =
      GST_STATE_TRANSITION_NEXT (transition) == GST_STATE_PLAYING;
  state.watch ();
  auto result = GST_ELEMENT_CLASS (gst_web_track_sink_parent_class)
                    ->change_state (element, transition);
  state.pausing = false;
  return result;
}

// GstBaseSink knows of what has passed its own chain function alone.
static gboolean
gst_web_track_sink_query (GstElement *element, GstQuery *query)
{
  State &state = get (element);
  GstClockTime last = state.last;
  if (GST_QUERY_TYPE (query) == GST_QUERY_POSITION && !state.waits_for_clock ()
      && GST_CLOCK_TIME_IS_VALID (last)) {
    GstFormat format;
    gst_query_parse_position (query, &format, nullptr);
    GST_OBJECT_LOCK (element);
    const GstSegment &segment = GST_BASE_SINK_CAST (element)->segment;
    auto position = segment.format == GST_FORMAT_TIME // not in a flush
                        ? gint64 (gst_segment_to_stream_time (
                            &segment, GST_FORMAT_TIME, last))
                        : -1;
    GST_OBJECT_UNLOCK (element);
    if (format == GST_FORMAT_TIME && position >= 0) {
      gst_query_set_position (query, format, position);
      return TRUE;
    }
  }
  return GST_ELEMENT_CLASS (gst_web_track_sink_parent_class)
      ->query (element, query);
}

// GObject

static void
gst_web_track_sink_finalize (GObject *object)
{
  delete GST_WEB_TRACK_SINK (object)->state;
  G_OBJECT_CLASS (gst_web_track_sink_parent_class)->finalize (object);
}

static void
gst_web_track_sink_init (GstWebTrackSink *self)
{
  auto sink = GST_BASE_SINK (self);
  GstPad *pad = GST_BASE_SINK_PAD (sink);
  self->state = new State (pad);
  gst_pad_set_chain_function (pad, gst_web_track_sink_chain);
  gst_pad_set_chain_list_function (pad, gst_web_track_sink_chain_list);
  gst_pad_set_event_function (pad, gst_web_track_sink_pad_event);
  // A pipeline that waits for it could wait for its own consumer's sink, which
  // waits for what this one hands out in PLAYING.
  gst_base_sink_set_async_enabled (sink, FALSE);
  gst_base_sink_set_last_sample_enabled (sink, FALSE);
  gst_base_sink_set_drop_out_of_segment (sink, FALSE); // see put()
  gst_base_sink_set_qos_enabled (sink, FALSE);
  // It shows nothing, so that nothing has to be ready ahead of its time.
  gst_base_sink_set_processing_deadline (sink, 0);
}

static void
gst_web_track_sink_class_init (GstWebTrackSinkClass *klass)
{
  GST_DEBUG_CATEGORY_INIT (gst_web_track_sink_debug, "mediastreamsink", 0,
      "Media stream's producer");

  auto object_class = G_OBJECT_CLASS (klass);
  object_class->finalize = gst_web_track_sink_finalize;

  auto element_class = GST_ELEMENT_CLASS (klass);
  element_class->change_state = gst_web_track_sink_change_state;
  element_class->query = gst_web_track_sink_query;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class,
      "Media stream track sink", "Sink", "Feeds one track of a media stream",
      "The gst-webmedia authors");

  auto sink_class = GST_BASE_SINK_CLASS (klass);
  sink_class->set_caps = gst_web_track_sink_set_caps;
  sink_class->get_caps = gst_web_track_sink_get_caps;
  sink_class->propose_allocation = gst_web_track_sink_propose_allocation;
  sink_class->event = gst_web_track_sink_event;
  sink_class->wait_event = gst_web_track_sink_wait_event;
  sink_class->render = gst_web_track_sink_render;
  sink_class->preroll = gst_web_track_sink_preroll;
  sink_class->unlock = gst_web_track_sink_unlock;
  sink_class->unlock_stop = gst_web_track_sink_unlock_stop;
}
