// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/tap.hh"

#include "base/mutex.hh"

namespace webmedia::stream {

namespace {

bool
is_playing (GstElement *element)
{
  return GST_STATE (element) == GST_STATE_PLAYING
         || GST_STATE_NEXT (element) == GST_STATE_PLAYING;
}

gboolean
put_sticky (GstPad *, GstEvent **event, gpointer input)
{
  if (GST_EVENT_TYPE (*event) == GST_EVENT_CAPS || is_for_consumers (*event))
    static_cast<Input *> (input)->put (Ptr<GstEvent>::share (*event));
  return TRUE;
}

} // namespace

// The probe's: it may still run while the tap goes.
class Tap::State {
public:
  State (
      Role role, std::shared_ptr<Bypass> bypass, std::weak_ptr<Watcher> watcher)
      : role_ (role),
        bypass_ (std::move (bypass)),
        watcher_ (std::move (watcher))
  {}

  void set_input (std::shared_ptr<Input> input) EXCLUDES (lock_);
  void set_open (bool open) { is_open_ = open; }
  void drain () EXCLUDES (lock_)
  {
    if (auto fed = input ())
      fed->drain ();
  }
  GstPadProbeReturn probe (GstPad *pad, GstPadProbeInfo *info) EXCLUDES (lock_);

  static GstPadProbeReturn on_probe (
      GstPad *pad, GstPadProbeInfo *info, gpointer state)
  {
    return (*static_cast<std::shared_ptr<State> *> (state))->probe (pad, info);
  }
  static void free (gpointer state)
  {
    delete static_cast<std::shared_ptr<State> *> (state);
  }

private:
  // What it feeds; for what streams, and whether that is the first.
  std::shared_ptr<Input> input () const EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    return input_;
  }
  std::pair<std::shared_ptr<Input>, bool> next_input () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    return {input_, std::exchange (is_new_, false)};
  }
  GstPadProbeReturn on_query (GstQuery *query) EXCLUDES (lock_);
  void begin (GstPad *pad, Input &input);
  void set_segment (GstEvent *event);
  void on_event (GstPad *pad, GstEvent *event, Input &input);
  void on_arrival (GstPad *pad, GstPadProbeInfo *info, Input &input);
  void pass_held (GstPad *pad, const Bypass::Span &span, Input &input);
  GstFlowReturn on_buffer (GstPad *pad, GstBuffer *buffer, Input &input);
  void tell_timeline (GstElement *element, Input &input);

  const Role role_;
  const std::shared_ptr<Bypass> bypass_; // or null
  const std::weak_ptr<Watcher> watcher_;
  std::atomic<bool> is_open_{true};
  mutable Mutex lock_;
  std::shared_ptr<Input> input_ GUARDED_BY (lock_);
  bool is_new_ GUARDED_BY (lock_) = true; // it knows nothing of the pad yet

  // The streaming thread's.
  GstSegment segment_{}; // of what is handed on
  GstSegment arriving_{};
  bool has_segment_ = false;
  bool is_told_ = false; // of the timeline
  Ptr<GstClock> clock_;
  Time base_time_ = 0;
  std::vector<Ptr<GstBuffer>> prerolled_; // what came last in PAUSED
};

void
Tap::State::set_input (std::shared_ptr<Input> input)
{
  {
    MutexLocker locker (lock_);
    input_.swap (input);
    is_new_ = true;
  }
  if (input)
    input->end ();
}

void
Tap::State::set_segment (GstEvent *event)
{
  gst_event_copy_segment (event, &segment_);
  has_segment_ = true;
  is_told_ = false;
  auto watcher = bypass_ ? watcher_.lock () : nullptr;
  if (watcher)
    watcher->on_rate (segment_.rate);
}

// The pad's own events, as they are right before what comes.
void
Tap::State::begin (GstPad *pad, Input &input)
{
  prerolled_.clear ();
  has_segment_ = false;
  is_told_ = false;
  auto segment = Ptr<GstEvent>::adopt (
      gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0));
  gst_segment_init (&arriving_, GST_FORMAT_UNDEFINED);
  if (segment)
    gst_event_copy_segment (segment.get (), &arriving_);
  if (bypass_) {
    for (const auto &event : bypass_->sticky ())
      on_event (pad, event.get (), input);
    return;
  }
  gst_pad_sticky_events_foreach (pad, put_sticky, &input);
  if (segment)
    set_segment (segment.get ());
}

void
Tap::State::tell_timeline (GstElement *element, Input &input)
{
  Ptr<GstClock> clock;
  GST_OBJECT_LOCK (element);
  auto base_time = Time (element->base_time);
  bool is_same = is_told_ && GST_ELEMENT_CLOCK (element) == clock_.get ()
                 && base_time == base_time_;
  if (!is_same)
    clock = Ptr<GstClock>::share (GST_ELEMENT_CLOCK (element));
  GST_OBJECT_UNLOCK (element);
  if (is_same)
    return;
  is_told_ = true;
  clock_ = std::move (clock);
  base_time_ = base_time;
  input.set_timeline (segment_, clock_, base_time_);
}

void
Tap::State::on_event (GstPad *pad, GstEvent *event, Input &input)
{
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_SEGMENT:
    set_segment (event);
    break;
  case GST_EVENT_FLUSH_STOP:
    prerolled_.clear ();
    has_segment_ = false;
    input.flush ();
    break;
  case GST_EVENT_EOS:
    if (role_ == Role::end)
      input.end ();
    break;
  case GST_EVENT_GAP: // as buffers do, it needs the times
    if (auto element =
            Ptr<GstElement>::adopt (gst_pad_get_parent_element (pad));
        element && has_segment_ && is_open_ && is_playing (element.get ())) {
      tell_timeline (element.get (), input);
      input.put (Ptr<GstEvent>::share (event));
    }
    break;
  default:
    if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS || is_for_consumers (event))
      input.put (Ptr<GstEvent>::share (event));
  }
}

GstFlowReturn
Tap::State::on_buffer (GstPad *pad, GstBuffer *buffer, Input &input)
{
  auto element = Ptr<GstElement>::adopt (gst_pad_get_parent_element (pad));
  if (!element || !has_segment_ || !is_open_)
    return GST_FLOW_OK;
  auto passing = Ptr<GstBuffer>::share (buffer);
  if (!is_playing (element.get ())) {
    // There is no base time yet that says when it is due.
    tell_timeline (element.get (), input);
    input.preroll (passing);
    prerolled_.push_back (std::move (passing));
    return GST_FLOW_OK;
  }
  tell_timeline (element.get (), input);
  for (auto &prerolled : std::exchange (prerolled_, {}))
    input.put (std::move (prerolled));
  return input.put (std::move (passing));
}

// At a pad whose content comes by a bypass.
void
Tap::State::on_arrival (GstPad *pad, GstPadProbeInfo *info, Input &input)
{
  auto pass = [&] (GstBuffer *buffer) {
    pass_held (pad,
        Bypass::span_of (
            arriving_, GST_BUFFER_PTS (buffer), GST_BUFFER_DURATION (buffer)),
        input);
  };
  GstPadProbeType type = GST_PAD_PROBE_INFO_TYPE (info);
  if (type & GST_PAD_PROBE_TYPE_BUFFER) {
    pass (GST_PAD_PROBE_INFO_BUFFER (info));
  } else if (type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);
    for (guint i = 0; i < gst_buffer_list_length (list); i++)
      pass (gst_buffer_list_get (list, i));
  } else {
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
    GstClockTime time, duration;
    switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_SEGMENT:
      gst_event_copy_segment (event, &arriving_);
      break;
    case GST_EVENT_FLUSH_STOP:
      on_event (pad, event, input);
      break;
    case GST_EVENT_GAP:
      gst_event_parse_gap (event, &time, &duration);
      pass_held (pad, Bypass::span_of (arriving_, time, duration), input);
      break;
    default:
      break;
    }
  }
}

void
Tap::State::pass_held (GstPad *pad, const Bypass::Span &span, Input &input)
{
  for (const Bypass::Item &item : bypass_->take (span)) {
    if (item.event)
      on_event (pad, item.event.get (), input);
    else
      on_buffer (pad, item.buffer.get (), input);
  }
}

GstPadProbeReturn
Tap::State::on_query (GstQuery *query)
{
  bool is_theirs = GST_QUERY_TYPE (query) == GST_QUERY_CAPS
                   || GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION;
  auto asked = role_ == Role::end && is_theirs ? input () : nullptr;
  return asked && asked->query (query) ? GST_PAD_PROBE_HANDLED
                                       : GST_PAD_PROBE_OK;
}

GstPadProbeReturn
Tap::State::probe (GstPad *pad, GstPadProbeInfo *info)
{
  GstPadProbeType type = GST_PAD_PROBE_INFO_TYPE (info);
  if (type & GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM)
    return on_query (GST_PAD_PROBE_INFO_QUERY (info));
  bool is_event =
      !(type & (GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST));
  // That one comes on another thread, beside what streams.
  if (is_event && GST_EVENT_TYPE (info->data) == GST_EVENT_FLUSH_START)
    return GST_PAD_PROBE_OK;
  auto [input, is_first] = next_input ();
  if (!input)
    return GST_PAD_PROBE_OK;
  if (is_first)
    begin (pad, *input);
  auto element = Ptr<GstElement>::adopt (gst_pad_get_parent_element (pad));
  if (!is_event && element && !is_playing (element.get ()))
    prerolled_.clear ();
  if (bypass_) {
    on_arrival (pad, info, *input);
    return GST_PAD_PROBE_OK;
  }
  if (is_event) {
    on_event (pad, GST_PAD_PROBE_INFO_EVENT (info), *input);
    return GST_PAD_PROBE_OK;
  }
  GstFlowReturn flow = GST_FLOW_OK;
  if (type & GST_PAD_PROBE_TYPE_BUFFER) {
    flow = on_buffer (pad, GST_PAD_PROBE_INFO_BUFFER (info), *input);
  } else {
    GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);
    for (guint i = 0; i < gst_buffer_list_length (list); i++) {
      if (flow == GST_FLOW_OK)
        flow = on_buffer (pad, gst_buffer_list_get (list, i), *input);
    }
  }
  if (flow == GST_FLOW_OK || role_ == Role::pass)
    return GST_PAD_PROBE_OK;
  gst_mini_object_unref (GST_MINI_OBJECT_CAST (info->data));
  info->data = nullptr;
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = flow;
  return GST_PAD_PROBE_HANDLED;
}

Tap::Tap (GstPad *pad, Role role)
    : Tap (
        pad, std::make_shared<State> (role, nullptr, std::weak_ptr<Watcher> ()))
{}

Tap::Tap (
    GstPad *pad, std::shared_ptr<Bypass> bypass, std::weak_ptr<Watcher> watcher)
    : Tap (pad, std::make_shared<State> (
                    Role::pass, std::move (bypass), std::move (watcher)))
{}

Tap::Tap (GstPad *pad, std::shared_ptr<State> state)
    : pad_ (Ptr<GstPad>::share (pad)),
      state_ (std::move (state))
{
  constexpr auto kTypes = GstPadProbeType (
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST
      | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH
      | GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM);
  probe_ = gst_pad_add_probe (pad, kTypes, State::on_probe,
      new std::shared_ptr<State> (state_), State::free);
}

Tap::~Tap ()
{
  gst_pad_remove_probe (pad_.get (), probe_);
  state_->set_input (nullptr);
}

void
Tap::set_input (std::shared_ptr<Input> input)
{
  state_->set_input (std::move (input));
}

void
Tap::set_open (bool open)
{
  state_->set_open (open);
}

void
Tap::drain ()
{
  state_->drain ();
}

} // namespace webmedia::stream
