// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream-pads.hh"

#include "base/find-top.hh"

#include <algorithm>

namespace webmedia::elements {

namespace {

constexpr const char *kTemplates[] = {"audio_%u", "video_%u"}; // by Kind

// What a pad's events bring.
struct Watch {
  Ptr<GstStream> stream;
  guint group_id;
  std::shared_ptr<std::atomic<StreamPads::End>> end;
  std::weak_ptr<StreamFollower> follower;
};

// GstBaseSrc begins a stream of its own making.
GstEvent *
replace_stream_start (GstEvent *before, const Watch &watch)
{
  GstEvent *event = gst_event_new_stream_start (
      gst_stream_get_stream_id (watch.stream.get ()));
  gst_event_set_stream (event, watch.stream.get ());
  gst_event_set_stream_flags (event, GST_STREAM_FLAG_SELECT);
  gst_event_set_group_id (event, watch.group_id);
  gst_event_unref (before);
  return event;
}

// Of the inner side of a ghost pad: a probe would cost each buffer.
gboolean
on_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  auto &watch = *static_cast<Watch *> (pad->eventdata);
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START:
    event = replace_stream_start (event, watch);
    break;
  case GST_EVENT_CAPS: {
    GstCaps *caps;
    gst_event_parse_caps (event, &caps);
    gst_stream_set_caps (watch.stream.get (), caps);
    break;
  }
  case GST_EVENT_EOS: {
    *watch.end = StreamPads::End::coming;
    gboolean result = gst_pad_event_default (pad, parent, event);
    *watch.end = StreamPads::End::over;
    if (auto follower = watch.follower.lock ())
      follower->schedule ();
    return result;
  }
  default:
    break;
  }
  return gst_pad_event_default (pad, parent, event);
}

// As demuxers do: a pad that is not linked fails when none of them is.
bool
are_all_loose (GstObject *ghost)
{
  auto bin = Ptr<GstObject>::adopt (gst_object_get_parent (ghost));
  return !bin
         || gst_element_foreach_src_pad (
             GST_ELEMENT (bin.get ()),
             [] (GstElement *, GstPad *pad, gpointer) -> gboolean {
               return gst_pad_get_last_flow_return (pad) == GST_FLOW_NOT_LINKED;
             },
             nullptr);
}

// The pipeline, and its sinks, while this element stops.
bool
stays_paused (GstElement *element)
{
  auto top = find_top (element);
  GST_OBJECT_LOCK (top.get ());
  bool is_paused = GST_STATE (top.get ()) == GST_STATE_PAUSED
                   && GST_STATE_TARGET (top.get ()) >= GST_STATE_PAUSED;
  GST_OBJECT_UNLOCK (top.get ());
  return is_paused;
}

[[gnu::hot]] GstFlowReturn
push_out (GstPad *ghost, GstBuffer *buffer)
{
  GstFlowReturn result = gst_pad_push (ghost, buffer);
  bool goes_on =
      result == GST_FLOW_NOT_LINKED && !are_all_loose (GST_OBJECT_CAST (ghost));
  return goes_on ? GST_FLOW_OK : result;
}

// Its parent is the ghost pad.
[[gnu::hot]] GstFlowReturn
on_buffer (GstPad *, GstObject *parent, GstBuffer *buffer)
{
  return push_out (GST_PAD_CAST (parent), buffer);
}

} // namespace

bool
StreamPads::open (
    const Settings &settings, bool says, StreamFollower::Update on_change)
{
  stream_ = find_stream (GST_ELEMENT (bin_), settings,
      ", or constraints to what getUserMedia is to open, as "
      "'{\"audio\":true,\"video\":true}'");
  if (!stream_)
    return false;
  is_lossless_ = settings.lossless;
  bool is_named = !settings.stream && !settings.uri.empty ();
  waits_for_ = !says      ? ""
               : is_named ? "waiting for a track of " + settings.uri
                          : "waiting for a track of its stream";
  gst_web_bridge_track_set (stream_.get (), &tracks_);
  follower_ = std::make_shared<StreamFollower> (GST_ELEMENT (bin_), on_change);
  tracks_->add_observer (follower_);
  return true;
}

void
StreamPads::close ()
{
  follower_ = nullptr;
  tracks_ = nullptr;
  stream_ = nullptr;
}

void
StreamPads::start ()
{
  started_ = true;
  has_shown_ = false;
  counts_ = {};
  Tracks seen = tracks_->list ();
  std::erase_if (seen, [] (const auto &track) { return !track->is_ended (); });
  {
    MutexLocker locker (lock_);
    seen_ = std::move (seen);
  }
  group_id_ = gst_util_group_id_next ();
  siblings_ = std::make_shared<stream::Siblings> ();
  is_live_ = delivery () == stream::Delivery::live
             || std::ranges::any_of (tracks_->list (), [] (const auto &track) {
                  return track->info ().delivery == stream::Delivery::live;
                });
  follower_->schedule ();
}

void
StreamPads::interrupt ()
{
  if (!stays_paused (GST_ELEMENT (bin_)))
    return;
  for (const StreamPad &each : pads ())
    gst_web_track_src_interrupt (each.src.get ());
}

void
StreamPads::stop ()
{
  started_ = false;
  progress_.cancel ();
  std::vector<StreamPad> all;
  {
    MutexLocker locker (lock_);
    all.swap (pads_);
    seen_.clear ();
  }
  for (const StreamPad &each : all)
    hide (each);
}

std::vector<StreamPads::StreamPad>
StreamPads::pads () const
{
  MutexLocker locker (lock_);
  return pads_;
}

GstStructure *
StreamPads::stats () const
{
  GstStructure *all =
      gst_structure_new_empty ("application/x-mediastream-stats");
  for (const StreamPad &pad : pads ()) {
    auto output = gst_web_track_src_get_output (pad.src.get ());
    if (!output)
      continue;
    auto stats = output->stats ();
    CString name (gst_object_get_name (GST_OBJECT (pad.pad.get ())));
    GstStructure *of_pad = gst_structure_new (name.get (), "delivered",
        G_TYPE_UINT64, guint64 (stats.delivered), "dropped", G_TYPE_UINT64,
        guint64 (stats.dropped), "waiting", G_TYPE_UINT, guint (stats.waiting),
        nullptr);
    gst_structure_set (all, name.get (), GST_TYPE_STRUCTURE, of_pad, nullptr);
    gst_structure_free (of_pad);
  }
  return all;
}

void
StreamPads::watch (const StreamPad &pad) const
{
  auto inner = Ptr<GstProxyPad>::adopt (
      gst_proxy_pad_get_internal (GST_PROXY_PAD (pad.pad.get ())));
  gst_pad_set_event_function_full (GST_PAD (inner.get ()), on_event,
      new Watch{pad.stream, group_id_, pad.end, follower_},
      [] (gpointer data) { delete static_cast<Watch *> (data); });
  gst_pad_set_chain_function (GST_PAD (inner.get ()), on_buffer);
}

StreamPads::StreamPad
StreamPads::make (const std::shared_ptr<stream::TrackView> &track)
{
  stream::TrackView::Info info = track->info ();
  auto kind = size_t (info.kind);
  CString name (info.kind == stream::Kind::video
                    ? g_strdup_printf ("video_%u", counts_[kind]++)
                    : g_strdup_printf ("audio_%u", counts_[kind]++));
  StreamPad made{
      .track = track,
      .src = Ptr<GstWebTrackSrc>::adopt (
          GST_WEB_TRACK_SRC (gst_object_ref_sink (g_object_new (
              GST_TYPE_WEB_TRACK_SRC, "name", name.get (), nullptr)))),
      .pad = nullptr,
      .stream =
          Ptr<GstStream>::adopt (gst_stream_new (info.id.c_str (), nullptr,
              info.kind == stream::Kind::video ? GST_STREAM_TYPE_VIDEO
                                               : GST_STREAM_TYPE_AUDIO,
              GST_STREAM_FLAG_SELECT)),
      .end = std::make_shared<std::atomic<End>> (End::none),
  };
  GstWebTrackSrc *src = made.src.get ();
  gst_web_track_src_set_siblings (src, siblings_);
  std::shared_ptr<stream::Output> output =
      track->subscribe (delivery (), gst_web_track_src_get_consumer (src));
  // Where the pipeline waits for it in PAUSED, it can't be live before PLAYING.
  gst_web_track_src_set_live (
      src, output->delivery () == stream::Delivery::live
               && (is_live_ || GST_STATE (bin_) == GST_STATE_PLAYING));
  gst_web_track_src_set_output (src, std::move (output), made.turn);
  made.pad = Ptr<GstPad>::adopt (
      GST_PAD (gst_object_ref_sink (gst_ghost_pad_new_no_target_from_template (
          name.get (), gst_element_class_get_pad_template (
                           GST_ELEMENT_GET_CLASS (bin_), kTemplates[kind])))));
  watch (made);
  gst_web_track_src_set_exit (src, made.pad, push_out);
  return made;
}

// gst_bin_add() unlinks what it adds: the target comes after it.
void
StreamPads::show (const StreamPad &pad)
{
  gst_bin_add (bin_, GST_ELEMENT (pad.src.get ()));
  gst_ghost_pad_set_target (
      GST_GHOST_PAD (pad.pad.get ()), GST_BASE_SRC_PAD (pad.src.get ()));
  gst_pad_set_active (pad.pad.get (), TRUE);
  gst_element_add_pad (GST_ELEMENT (bin_), pad.pad.get ());
}

void
StreamPads::hide (const StreamPad &pad)
{
  auto src = GST_ELEMENT (pad.src.get ());
  gst_element_set_locked_state (src, TRUE);
  gst_element_set_state (src, GST_STATE_NULL);
  gst_web_track_src_set_output (pad.src.get (), nullptr, pad.turn + 1);
  gst_pad_set_active (pad.pad.get (), FALSE);
  gst_element_remove_pad (GST_ELEMENT (bin_), pad.pad.get ());
  gst_bin_remove (bin_, src);
}

void
StreamPads::send_collection ()
{
  CString name (gst_object_get_name (GST_OBJECT (bin_)));
  auto collection =
      Ptr<GstStreamCollection>::adopt (gst_stream_collection_new (name.get ()));
  auto all = pads ();
  for (const StreamPad &each : all)
    gst_stream_collection_add_stream (
        collection.get (), Ptr<GstStream> (each.stream).release ());
  for (const StreamPad &each : all)
    gst_web_track_src_set_collection (each.src.get (), collection);
  gst_element_post_message (GST_ELEMENT (bin_),
      gst_message_new_stream_collection (GST_OBJECT (bin_), collection.get ()));
}

// A pad whose track is gone gets an EOS; only then it goes, as a sink without
// one would wait for ever.
void
StreamPads::hide_others (const Tracks &tracks)
{
  std::vector<StreamPad> gone;
  std::vector<std::pair<Ptr<GstWebTrackSrc>, unsigned>> leaving;
  {
    MutexLocker locker (lock_);
    std::erase_if (seen_, [&tracks] (const auto &track) {
      return std::ranges::count (tracks, track) == 0;
    });
    std::erase_if (pads_, [&gone] (const StreamPad &each) {
      bool goes = *each.end == End::over;
      if (goes)
        gone.push_back (each);
      return goes;
    });
    for (StreamPad &each : pads_) {
      bool stays = each.is_replaced || each.is_leaving
                   || each.track->is_ended () // and so comes to its end
                   || std::ranges::count (tracks, each.track);
      if (stays)
        continue;
      each.is_leaving = true;
      leaving.emplace_back (each.src, ++each.turn);
    }
  }
  for (const auto &[src, turn] : leaving)
    gst_web_track_src_set_output (src.get (), nullptr, turn);
  for (const StreamPad &each : gone)
    hide (each);
}

bool
StreamPads::has_pad_locked (
    const std::shared_ptr<stream::TrackView> &track) const
{
  return std::ranges::count (coming_, track) > 0
         || std::ranges::any_of (pads_, [&track] (const StreamPad &each) {
              return each.track == track && !each.is_leaving;
            });
}

// Also those that have ended by now: who waits for their pads gets an EOS. What
// has taken the place of another one, and comes to the stream later, has a pad.
StreamPads::Tracks
StreamPads::find_fresh (const Tracks &tracks)
{
  MutexLocker locker (lock_);
  for (const auto &track : tracks) {
    if (std::ranges::count (seen_, track) > 0)
      continue;
    seen_.push_back (track);
    if (!has_pad_locked (track))
      coming_.push_back (track);
  }
  return coming_;
}

void
StreamPads::update ()
{
  if (!started_)
    return;
  Tracks tracks = tracks_->list ();
  hide_others (tracks);
  Tracks fresh = find_fresh (tracks);
  if (fresh.empty ()) {
    if (!has_shown_ && !waits_for_.empty ())
      progress_.begin (waits_for_);
    return;
  }
  progress_.end ();
  std::vector<StreamPad> added;
  for (const auto &track : fresh)
    added.push_back (make (track));
  {
    MutexLocker locker (lock_);
    pads_.insert (pads_.end (), added.begin (), added.end ());
    coming_.clear ();
  }
  send_collection ();
  for (const StreamPad &each : added)
    show (each);
  if (!std::exchange (has_shown_, true))
    gst_element_no_more_pads (GST_ELEMENT (bin_));
  for (const StreamPad &each : added)
    gst_element_sync_state_with_parent (GST_ELEMENT (each.src.get ()));
}

Result<>
StreamPads::replace (
    GstPad *pad, const std::shared_ptr<stream::TrackView> &track)
{
  Ptr<GstWebTrackSrc> src;
  std::shared_ptr<stream::TrackView> before;
  unsigned turn;
  {
    MutexLocker locker (lock_);
    auto found = std::find_if (pads_.begin (), pads_.end (),
        [pad] (const StreamPad &each) { return each.pad.get () == pad; });
    if (found == pads_.end () || found->is_leaving || *found->end != End::none)
      return Error{ErrorCode::not_found,
          "the pad is none of this element's, or its track has ended or was "
          "removed"};
    if (found->track->info ().kind != track->info ().kind)
      return Error{ErrorCode::type,
          "a track of pictures can't be replaced by one of sound, nor the "
          "other way round"};
    if (found->track == track)
      return ok;
    if (has_pad_locked (track))
      return Error{ErrorCode::invalid_state,
          "the track has a pad of this element: give it one of another track, "
          "or a clone"};
    src = found->src;
    before = std::exchange (found->track, track);
    found->is_replaced = true;
    turn = ++found->turn;
  }
  gst_web_track_src_set_output (src.get (),
      track->subscribe (
          delivery (), gst_web_track_src_get_consumer (src.get ())),
      turn);
  // It may be later than the one before it.
  gst_element_post_message (GST_ELEMENT (src.get ()),
      gst_message_new_latency (GST_OBJECT (src.get ())));
  return ok;
}

} // namespace webmedia::elements
