// SPDX-License-Identifier: LGPL-2.1-or-later
#include "pads.hh"

#include "base/mutex.hh"

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <utility>

GST_DEBUG_CATEGORY_EXTERN (gst_web_audio_worklet_debug);
#define GST_CAT_DEFAULT gst_web_audio_worklet_debug

namespace webmedia::elements {

// These are not there of each processor. But of pads that come sometimes
// gst-launch-1.0 would wait for one that never does, and never say that there
// is none, or what can't be linked.
static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (kAudioCaps));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (kAudioCaps));
static GstStaticPadTemplate more_sinks_template = GST_STATIC_PAD_TEMPLATE (
    "sink_%u", GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS (kAudioCaps));
static GstStaticPadTemplate more_srcs_template = GST_STATIC_PAD_TEMPLATE (
    "src_%u", GST_PAD_SRC, GST_PAD_REQUEST, GST_STATIC_CAPS (kAudioCaps));

static size_t
number_of (GstPad *pad)
{
  const char *place = strchr (GST_PAD_NAME (pad), '_');
  return place ? g_ascii_strtoull (place + 1, nullptr, 10) : 0;
}

std::vector<Ptr<GstPad>>
list_pads (GstElement *element, GstPadDirection direction, size_t least)
{
  std::vector<Ptr<GstPad>> pads (least);
  GST_OBJECT_LOCK (element);
  for (GList *entry = element->pads; entry; entry = entry->next) {
    auto pad = GST_PAD (entry->data);
    if (GST_PAD_DIRECTION (pad) != direction)
      continue;
    const size_t number = number_of (pad);
    pads.resize (std::max (pads.size (), number + 1));
    pads[number] = Ptr<GstPad>::share (pad);
  }
  GST_OBJECT_UNLOCK (element);
  return pads;
}

static GstFlowReturn
chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  auto owned = Ptr<GstBuffer>::adopt (buffer);
  auto entry = static_cast<Stream::Entry *> (gst_pad_get_element_private (pad));
  if (!entry)
    return GST_FLOW_FLUSHING;
  // What it tells may stop the element, on this thread.
  const std::shared_ptr<Stream> stream = entry->stream->shared_from_this ();
  return stream->chain (entry->input, std::move (owned));
}

// The stream that the pad is an input of. Null: it is not in PAUSED, or had
// counted its inputs when this one came.
static std::shared_ptr<Stream>
stream_of_input (GstPad *pad, gpointer parent)
{
  auto stream = stream_of (parent);
  return stream && stream->has_input (number_of (pad), pad) ? stream : nullptr;
}

// What is refused because of a flush is no error of who pushes it.
static GstFlowReturn
handle_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  auto owned = Ptr<GstEvent>::adopt (event);
  auto stream = stream_of_input (pad, parent);
  return stream ? stream->handle_event (number_of (pad), std::move (owned))
                : GST_FLOW_FLUSHING;
}

static gboolean
answer_caps (GstQuery *query, const Ptr<GstCaps> &caps)
{
  gst_query_set_caps_result (query, caps.get ());
  return TRUE;
}

static gboolean
handle_sink_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  auto stream = stream_of_input (pad, parent);
  if (GST_QUERY_TYPE (query) == GST_QUERY_ACCEPT_CAPS && stream) {
    GstCaps *given;
    gst_query_parse_accept_caps (query, &given);
    gst_query_set_accept_caps_result (
        query, stream->accept_caps (number_of (pad), given));
    return TRUE;
  }
  if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS || !stream)
    return gst_pad_query_default (pad, parent, query);
  GstCaps *filter;
  gst_query_parse_caps (query, &filter);
  return answer_caps (query, stream->query_sink_caps (number_of (pad), filter));
}

static gboolean
answer_latency (GstPad *pad, GstObject *parent, GstQuery *query)
{
  auto stream = stream_of (parent);
  // It asks all inputs and takes the most.
  if (stream && !stream->is_sink ()
      && list_pads (GST_ELEMENT (parent), GST_PAD_SINK, 0).empty ()) {
    gst_query_set_latency (query, FALSE, 0, GST_CLOCK_TIME_NONE);
    return TRUE;
  }
  if (!gst_pad_query_default (pad, parent, query))
    return FALSE;
  gboolean is_live;
  GstClockTime min, max;
  gst_query_parse_latency (query, &is_live, &min, &max);
  const GstClockTime added = stream ? stream->latency () : 0;
  min += added;
  if (GST_CLOCK_TIME_IS_VALID (max))
    max += added;
  gst_query_set_latency (query, is_live, min, max);
  return TRUE;
}

static gboolean
handle_src_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    return answer_latency (pad, parent, query);
  auto stream = stream_of (parent);
  if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS || !stream)
    return gst_pad_query_default (pad, parent, query);
  GstCaps *filter;
  gst_query_parse_caps (query, &filter);
  return answer_caps (query, stream->query_src_caps (number_of (pad), filter));
}

// Of a seek that comes by several outputs the inputs see one. Where there are
// none, nobody is sought; GStreamer would say that all were.
static gboolean
handle_src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  auto stream = stream_of (parent);
  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK || !stream)
    return gst_pad_event_default (pad, parent, event);
  if (list_pads (GST_ELEMENT (parent), GST_PAD_SINK, 0).empty ()) {
    gst_event_unref (event);
    return FALSE;
  }
  const guint32 seqnum = gst_event_get_seqnum (event);
  if (!stream->claim_seek (seqnum)) {
    gst_event_unref (event);
    return TRUE;
  }
  const gboolean is_done = gst_pad_event_default (pad, parent, event);
  if (!is_done)
    stream->forget_seek (seqnum);
  return is_done;
}

// A node without inputs renders on a task of its first pad.

static void
produce (gpointer data)
{
  auto pad = GST_PAD (data);
  auto parent =
      Ptr<GstObject>::adopt (gst_object_get_parent (GST_OBJECT (pad)));
  auto stream = parent ? stream_of (parent.get ()) : nullptr;
  const GstFlowReturn flow = stream ? stream->produce () : GST_FLOW_FLUSHING;
  if (flow == GST_FLOW_OK)
    return;
  if (flow < GST_FLOW_EOS || flow == GST_FLOW_NOT_LINKED) {
    if (!stream->has_told ())
      GST_ELEMENT_FLOW_ERROR (GST_ELEMENT (parent.get ()), flow);
    gst_pad_push_event (pad, gst_event_new_eos ());
  }
  gst_pad_pause_task (pad);
}

static gboolean
activate_src (GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active)
{
  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  auto element = GST_ELEMENT (parent);
  const auto srcs = list_pads (element, GST_PAD_SRC, 0);
  if (!list_pads (element, GST_PAD_SINK, 0).empty () || srcs.empty ()
      || srcs[0].get () != pad)
    return TRUE;
  if (active)
    return gst_pad_start_task (pad, produce, pad, nullptr);
  return gst_pad_stop_task (pad);
}

static void
leave (GstPad *pad, bool is_released)
{
  const auto parent =
      Ptr<GstObject>::adopt (gst_object_get_parent (GST_OBJECT (pad)));
  if (auto stream = parent ? stream_of_input (pad, parent.get ()) : nullptr)
    stream->leave (number_of (pad), is_released);
}

static void
on_unlinked (GstPad *pad, GstPad *, gpointer)
{
  leave (pad, false);
}

static GstPad *
add_pad (
    GstElement *element, GstStaticPadTemplate &its_template, const char *name)
{
  auto made =
      Ptr<GstPadTemplate>::adopt (gst_static_pad_template_get (&its_template));
  GstPad *pad = gst_pad_new_from_template (made.get (), name);
  if (its_template.direction == GST_PAD_SINK) {
    gst_pad_set_chain_function (pad, chain);
    gst_pad_set_event_full_function (pad, handle_sink_event);
    gst_pad_set_query_function (pad, handle_sink_query);
    g_signal_connect (pad, "unlinked", G_CALLBACK (on_unlinked), nullptr);
  } else {
    gst_pad_set_event_function (pad, handle_src_event);
    gst_pad_set_query_function (pad, handle_src_query);
    gst_pad_set_activatemode_function (pad, activate_src);
  }
  // Null where its name is taken: then it is gone already.
  return gst_element_add_pad (element, pad) ? pad : nullptr;
}

namespace {

// A name that no pad of the element has, and no other thread has chosen whose
// pad is still to come.
// Threads: reentrant.
class FreeName {
public:
  FreeName (GstElement *element, bool is_sink) : element_ (element)
  {
    MutexLocker locker (lock);
    for (guint i = 1; name_.empty (); i++) {
      std::string tried = (is_sink ? "sink_" : "src_") + std::to_string (i);
      if (!Ptr<GstPad>::adopt (
              gst_element_get_static_pad (element, tried.c_str ()))
          && chosen ().insert ({element, tried}).second)
        name_ = std::move (tried);
    }
  }
  ~FreeName ()
  {
    MutexLocker locker (lock);
    chosen ().erase ({element_, name_});
  }
  FreeName (const FreeName &) = delete;
  FreeName &operator= (const FreeName &) = delete;

  const char *get () const { return name_.c_str (); }

private:
  using Names = std::set<std::pair<GstElement *, std::string>>;
  static inline Mutex lock; // comes before the elements' own
  static Names &chosen () REQUIRES (lock)
  {
    static auto *const names = new Names;
    return *names;
  }

  GstElement *const element_;
  std::string name_;
};

} // namespace

void
set_first_pad (GstElement *element, GstPadDirection direction, bool is_there)
{
  auto &its_template = direction == GST_PAD_SINK ? sink_template : src_template;
  const char *name = its_template.name_template;
  auto pad = Ptr<GstPad>::adopt (gst_element_get_static_pad (element, name));
  if (is_there && !pad)
    add_pad (element, its_template, name);
  else if (!is_there && pad)
    gst_element_remove_pad (element, pad.get ());
}

static bool
is_late (GstElement *element)
{
  if (!has_begun (element))
    return false;
  GST_WARNING_OBJECT (element,
      "The inputs and outputs of a node are fixed: pads can be asked for in "
      "the states NULL and READY only");
  return true;
}

static void
remove_pad (GstElement *element, GstPad *pad)
{
  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (element, pad);
}

static GstPad *
request_new_pad (GstElement *element, GstPadTemplate *pad_template,
    const gchar *name, const GstCaps *)
{
  if (is_late (element))
    return nullptr;
  const bool is_sink =
      GST_PAD_TEMPLATE_DIRECTION (pad_template) == GST_PAD_SINK;
  if ((!name || !*name) && !may_have_more (element, is_sink)) {
    GST_WARNING_OBJECT (element,
        "The processor is made for one %s at most: another one has to be asked "
        "for by its name, or be in the node's options",
        is_sink ? "input" : "output");
    return nullptr;
  }
  std::optional<FreeName> made;
  if (!name || !*name)
    name = made.emplace (element, is_sink).get ();
  const char *digits = name + strlen (is_sink ? "sink_" : "src_");
  const guint64 number = g_ascii_strtoull (digits, nullptr, 10);
  if (number == 0 || number > 255) {
    GST_WARNING_OBJECT (element,
        "%s: the first one is called %s, others have numbers from 1 to 255",
        name, is_sink ? "sink" : "src");
    return nullptr;
  }
  GstPad *pad = add_pad (
      element, is_sink ? more_sinks_template : more_srcs_template, name);
  // It has begun to start, by another thread or a handler, and may have counted
  // its pads before this one came.
  if (pad && is_late (element)) {
    remove_pad (element, pad);
    return nullptr;
  }
  return pad;
}

static void
release_pad (GstElement *element, GstPad *pad)
{
  // First, as its thread may wait with what deactivating takes.
  if (GST_PAD_IS_SINK (pad))
    leave (pad, true);
  remove_pad (element, pad);
}

void
install_pads (GstElementClass *klass)
{
  klass->request_new_pad = request_new_pad;
  klass->release_pad = release_pad;
  // Who links elements takes a pad that is there and free, otherwise the first
  // template that fits, also where its pad is taken.
  gst_element_class_add_static_pad_template (klass, &more_sinks_template);
  gst_element_class_add_static_pad_template (klass, &more_srcs_template);
  gst_element_class_add_static_pad_template (klass, &sink_template);
  gst_element_class_add_static_pad_template (klass, &src_template);
}

} // namespace webmedia::elements
