// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/bypass.hh"

#include "stream/endpoints.hh"
#include "stream/item.hh"

#include <algorithm>

namespace webmedia::stream {

namespace {

constexpr Time kMost = 10 * kSecond;

bool
has_time (const Bypass::Item &item)
{
  return item.buffer || GST_EVENT_TYPE (item.event.get ()) == GST_EVENT_GAP;
}

// Those that come from a stream, and hold for what follows.
bool
is_held (GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START:
  case GST_EVENT_CAPS:
  case GST_EVENT_SEGMENT:
    return true;
  default:
    return is_for_consumers (event);
  }
}

Time
running_time (const GstSegment &segment, GstClockTime time)
{
  guint64 running = 0;
  int sign = gst_segment_to_running_time_full (
      &segment, GST_FORMAT_TIME, time, &running);
  return sign < 0 ? -Time (running) : Time (running);
}

} // namespace

// Played backwards, what is of a time ends there.
Bypass::Span
Bypass::span_of (
    const GstSegment &segment, GstClockTime pts, GstClockTime duration)
{
  if (segment.format != GST_FORMAT_TIME || !GST_CLOCK_TIME_IS_VALID (pts))
    return {};
  Time from = running_time (segment, pts);
  if (!GST_CLOCK_TIME_IS_VALID (duration) || duration > GST_SECOND * 3600)
    return {from, from + 1};
  Time to = running_time (segment, pts + duration);
  return {std::min (from, to), std::max ({from, to, from + 1})};
}

Bypass::Bypass (GstPad *pad) : pad_ (Ptr<GstPad>::share (pad))
{
  gst_segment_init (&segment_, GST_FORMAT_UNDEFINED);
}

std::shared_ptr<Bypass>
Bypass::create (GstPad *pad)
{
  std::shared_ptr<Bypass> made (new Bypass (pad));
  made->begin ();
  return made;
}

void
Bypass::begin ()
{
  using Weak = std::weak_ptr<Bypass>;
  constexpr auto kTypes = GstPadProbeType (
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST
      | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH);
  std::vector<Ptr<GstEvent>> known;
  auto add = [] (GstPad *, GstEvent **event, gpointer to) -> gboolean {
    static_cast<std::vector<Ptr<GstEvent>> *> (to)->push_back (
        Ptr<GstEvent>::share (*event));
    return TRUE;
  };
  gst_pad_sticky_events_foreach (pad_.get (), add, &known);
  {
    MutexLocker locker (lock_);
    for (const auto &event : known) {
      keep_locked (event);
      if (GST_EVENT_TYPE (event.get ()) == GST_EVENT_SEGMENT)
        gst_event_copy_segment (event.get (), &segment_);
    }
  }
  probe_ = gst_pad_add_probe (pad_.get (), kTypes, on_probe,
      new Weak (weak_from_this ()),
      [] (gpointer weak) { delete static_cast<Weak *> (weak); });
}

Bypass::~Bypass ()
{
  if (probe_)
    gst_pad_remove_probe (pad_.get (), probe_);
}

// What passes

GstPadProbeReturn
Bypass::on_probe (GstPad *, GstPadProbeInfo *info, gpointer weak)
{
  auto self = static_cast<std::weak_ptr<Bypass> *> (weak)->lock ();
  if (!self)
    return GST_PAD_PROBE_OK;
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER) {
    self->on_buffer (GST_PAD_PROBE_INFO_BUFFER (info));
  } else if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);
    for (guint i = 0; i < gst_buffer_list_length (list); i++)
      self->on_buffer (gst_buffer_list_get (list, i));
  } else {
    self->on_event (GST_PAD_PROBE_INFO_EVENT (info));
  }
  return GST_PAD_PROBE_OK;
}

void
Bypass::on_event (GstEvent *event)
{
  Items gone; // without the lock
  MutexLocker locker (lock_);
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP) {
    for (const Item &item : items_)
      if (item.event)
        keep_locked (item.event);
    gone.swap (items_);
    std::erase_if (sticky_, [] (const auto &each) {
      return GST_EVENT_TYPE (each.get ()) == GST_EVENT_SEGMENT;
    });
    gst_segment_init (&segment_, GST_FORMAT_UNDEFINED);
  }
  if (!is_held (event))
    return;
  Item item{.event = Ptr<GstEvent>::share (event)};
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
    gst_event_copy_segment (event, &segment_);
  if (GST_EVENT_TYPE (event) == GST_EVENT_GAP) {
    GstClockTime time, duration;
    gst_event_parse_gap (event, &time, &duration);
    item.span = span_of (segment_, time, duration);
  }
  hold_locked (std::move (item), gone);
}

void
Bypass::on_buffer (GstBuffer *buffer)
{
  Items gone; // without the lock
  MutexLocker locker (lock_);
  hold_locked ({.buffer = Ptr<GstBuffer>::share (buffer),
                   .span = span_of (segment_, GST_BUFFER_PTS (buffer),
                       GST_BUFFER_DURATION (buffer))},
      gone);
}

// Where nothing arrives, as a valve is closed, what is oldest goes.
void
Bypass::hold_locked (Item item, Items &gone)
{
  Time begins = item.span.from;
  items_.push_back (std::move (item));
  for (;;) {
    auto first = std::ranges::find_if (items_, has_time);
    bool is_old = first != items_.end () && first->span.to < kTimeInfinite
                  && begins > kMost && first->span.to < begins - kMost;
    if (is_old)
      forget_locked (size_t (first - items_.begin ()) + 1, gone);
    else if (items_.size () > kMostItems)
      forget_locked (1, gone);
    else
      return;
  }
}

void
Bypass::keep_locked (const Ptr<GstEvent> &event)
{
  if (!lasts (event) || GST_EVENT_TYPE (event.get ()) == GST_EVENT_EOS)
    return;
  std::erase_if (
      sticky_, [&] (const auto &each) { return is_same_kind (each, event); });
  bool is_caps = GST_EVENT_TYPE (event.get ()) == GST_EVENT_CAPS;
  sticky_.insert (is_caps ? sticky_.begin () : sticky_.end (), event);
}

void
Bypass::forget_locked (size_t count, Items &gone)
{
  for (; count > 0; count--) {
    if (items_.front ().event)
      keep_locked (items_.front ().event);
    gone.push_back (std::move (items_.front ()));
    items_.pop_front ();
  }
}

// What arrives

std::vector<Bypass::Item>
Bypass::take (const Span &span)
{
  std::vector<Item> taken;
  Items gone; // without the lock
  MutexLocker locker (lock_);
  size_t count = 0;
  for (size_t i = 0; i < items_.size (); i++) {
    if (!has_time (items_[i]))
      continue;
    if (items_[i].span.from >= span.to)
      break;
    count = i + 1;
  }
  for (size_t i = 0; i < count; i++)
    if (!has_time (items_[i]) || items_[i].span.to > span.from)
      taken.push_back (items_[i]);
  forget_locked (count, gone);
  return taken;
}

std::vector<Ptr<GstEvent>>
Bypass::sticky () const
{
  MutexLocker locker (lock_);
  return sticky_;
}

double
Bypass::rate () const
{
  auto is_segment = [] (const Ptr<GstEvent> &event) {
    return event && GST_EVENT_TYPE (event.get ()) == GST_EVENT_SEGMENT;
  };
  MutexLocker locker (lock_);
  const GstSegment *segment = nullptr;
  for (const auto &event : sticky_)
    if (is_segment (event))
      gst_event_parse_segment (event.get (), &segment);
  for (auto item = items_.begin (); !segment && item != items_.end (); ++item)
    if (is_segment (item->event))
      gst_event_parse_segment (item->event.get (), &segment);
  return segment ? segment->rate : 1;
}

void
Bypass::skip_to (const std::string &stream_id)
{
  Items gone; // without the lock
  MutexLocker locker (lock_);
  for (size_t i = 0; i < items_.size (); i++) {
    const char *id;
    if (!items_[i].event
        || GST_EVENT_TYPE (items_[i].event.get ()) != GST_EVENT_STREAM_START)
      continue;
    gst_event_parse_stream_start (items_[i].event.get (), &id);
    if (id != stream_id)
      continue;
    forget_locked (i, gone);
    return;
  }
}

} // namespace webmedia::stream
