// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bin-tracks.hh"

#include "cut.hh"
#include "gstwebmsebin.hh"
#include "seek.hh"
#include "src-seek.hh"
#include "track-name.hh"

#include <algorithm>

namespace webmedia::elements {

void
BinTracks::set_client (const std::shared_ptr<HubClient> &client)
{
  std::shared_ptr<PlayerHub> hub = client ? client->hub () : nullptr;
  MutexLocker locker (lock_);
  std::swap (hub_, hub);
  client_ = client;
}

std::shared_ptr<PlayerHub>
BinTracks::hub () const
{
  MutexLocker locker (lock_);
  return hub_;
}

std::vector<BinPad>
BinTracks::pads () const
{
  MutexLocker locker (lock_);
  return pads_;
}

void
BinTracks::report (const Error &error)
{
  if (playback_->errors.claim ())
    post_error (GST_ELEMENT (bin_), error);
}

void
BinTracks::start ()
{
  started_ = true;
  complete_ = false;
  links_ = std::make_shared<Links> ();
  counts_ = {};
  playback_->errors.reset ();
  playback_->pacer->restart (0);
  if (auto known = hub (); known && !known->player ().has_metadata ())
    progress_.begin ("waiting for somebody to append to " + known->name ());
}

void
BinTracks::stop ()
{
  std::vector<BinPad> gone;
  Ptr<GstEvent> seek;
  {
    MutexLocker locker (lock_);
    gone.swap (pads_);
    std::swap (seek_, seek);
    seqnum_ = GST_SEQNUM_INVALID;
    base_ = 0;
  }
  started_ = false;
  progress_.cancel ();
  shown_.clear ();
  for (const BinPad &each : gone)
    hide (each, bin_);
}

BinPad
BinTracks::make (const mse::TrackInfo &info,
    const std::shared_ptr<PlayerHub> &hub, bool late)
{
  std::weak_ptr<HubClient> client;
  {
    MutexLocker locker (lock_);
    client = client_;
  }
  std::string kind = kind_name (info.kind);
  GstPadTemplate *pad_template = gst_element_get_pad_template (
      GST_ELEMENT (bin_), (kind + "_%u").c_str ());
  BinPad made =
      make_bin_pad (kind + "_" + std::to_string (counts_[size_t (info.kind)]++),
          pad_template, info,
          {.hub = hub,
              .track = info.id,
              .playback = playback_,
              .stream = make_stream (*hub, info),
              .read_from = late ? playback_->pacer->position () : 0,
              .client = client},
          links_, client);
  gst_web_mse_bin_watch_pad (GST_WEB_MSE_BIN (bin_), made.pad.get ());
  return made;
}

// The segment of the tracks that play is that of the new ones, too. A seek that
// comes now reaches these as well, but maybe before the one that was.
void
BinTracks::repeat_seek (const std::vector<BinPad> &added)
{
  for (Ptr<GstEvent> sent;;) {
    Ptr<GstEvent> latest;
    GstClockTime base;
    {
      MutexLocker locker (lock_);
      latest = seek_;
      base = base_;
    }
    if (latest == sent)
      return;
    for (const BinPad &each : added) {
      each.track ().set_seek_base (base);
      gst_element_send_event (
          each.src.get (), Ptr<GstEvent> (latest).release ());
    }
    sent = std::move (latest);
  }
}

Ptr<GstStreamCollection>
BinTracks::make_collection (
    const std::string &name, const std::vector<mse::TrackInfo> &tracks) const
{
  auto collection = Ptr<GstStreamCollection>::adopt (
      gst_stream_collection_new (name.c_str ()));
  auto all = pads ();
  for (const mse::TrackInfo &track : tracks)
    for (const BinPad &each : all)
      if (each.info.id == track.id)
        gst_stream_collection_add_stream (
            collection.get (), Ptr<GstStream> (each.stream).release ());
  return collection;
}

void
BinTracks::send_collection (const std::vector<mse::TrackInfo> &tracks)
{
  auto collection = make_collection (hub ()->name (), tracks);
  for (const BinPad &each : pads ())
    each.track ().set_collection (collection);
  gst_element_post_message (GST_ELEMENT (bin_),
      gst_message_new_stream_collection (GST_OBJECT (bin_), collection.get ()));
}

// A track that is gone ends when what was sent of it was taken; only then its
// pad goes: a sink without an EOS would wait for ever.
void
BinTracks::hide_others (const std::vector<mse::TrackInfo> &tracks)
{
  std::vector<BinPad> ended, ending;
  {
    MutexLocker locker (lock_);
    std::erase_if (pads_, [&] (const BinPad &each) {
      if (std::any_of (tracks.begin (), tracks.end (),
              [&] (const auto &track) { return track.id == each.info.id; }))
        return false;
      bool done = *each.ended; // once: it may end at this very moment
      (done ? ended : ending).push_back (each);
      return done;
    });
  }
  for (const BinPad &each : ending)
    each.track ().leave ();
  for (const BinPad &each : ended)
    hide (each, bin_);
}

void
BinTracks::update ()
{
  auto known = hub ();
  if (!started_ || !known)
    return;
  auto tracks = known->player ().tracks ();
  hide_others (tracks);
  if (tracks.empty ())
    return;
  std::vector<std::string> ids;
  for (const mse::TrackInfo &track : tracks)
    ids.push_back (track.id);
  if (ids == shown_)
    return;
  shown_ = ids;

  std::vector<BinPad> added;
  auto before = pads ();
  for (const mse::TrackInfo &track : tracks)
    if (std::none_of (before.begin (), before.end (),
            [&track] (const BinPad &each) { return each.info.id == track.id; }))
      added.push_back (make (track, known, complete_));
  {
    MutexLocker locker (lock_);
    pads_.insert (pads_.end (), added.begin (), added.end ());
  }
  repeat_seek (added);
  follow_selection (); // which may have changed before they were in the list
  send_collection (tracks);
  for (const BinPad &each : added)
    show (each, bin_);
  if (!complete_) {
    complete_ = true;
    progress_.end ();
    gst_element_no_more_pads (GST_ELEMENT (bin_));
  }
  for (const BinPad &each : added)
    gst_element_sync_state_with_parent (each.src.get ());
}

void
BinTracks::follow_selection ()
{
  if (auto known = hub ())
    for (const BinPad &each : pads ())
      elements::follow_selection (*known, each.stream.get ());
}

void
BinTracks::follow_cut (HubClient &client)
{
  elements::follow_cut (GST_ELEMENT (bin_), client, [this] {
    auto all = pads ();
    return !all.empty ()
               ? Ptr<GstBaseSrc>::share (GST_BASE_SRC (all.front ().src.get ()))
               : nullptr;
  });
}

bool
BinTracks::select (GstEvent *event)
{
  auto known = hub ();
  if (!known)
    return false;
  guint32 seqnum = gst_event_get_seqnum (event);
  {
    MutexLocker locker (lock_);
    if (std::exchange (selected_, seqnum) == seqnum)
      return true;
  }
  select_streams (*known, event);

  follow_selection ();
  auto message = gst_message_new_streams_selected (GST_OBJECT (bin_),
      make_collection (known->name (), known->player ().tracks ()).get ());
  gst_message_set_seqnum (message, seqnum);
  for (const BinPad &each : pads ())
    if (gst_stream_get_stream_flags (each.stream.get ())
        & GST_STREAM_FLAG_SELECT)
      gst_message_streams_selected_add (message, each.stream.get ());
  gst_element_post_message (GST_ELEMENT (bin_), message);
  return true;
}

// Seeks

static Ptr<GstEvent>
without_flush (GstEvent *seek)
{
  double rate;
  GstFormat format;
  GstSeekFlags flags;
  GstSeekType start_type, stop_type;
  gint64 start, stop;
  gst_event_parse_seek (
      seek, &rate, &format, &flags, &start_type, &start, &stop_type, &stop);
  auto copy = Ptr<GstEvent>::adopt (gst_event_new_seek (rate, format,
      GstSeekFlags (flags & ~GST_SEEK_FLAG_FLUSH), start_type, start, stop_type,
      stop));
  gst_event_set_seqnum (copy.get (), gst_event_get_seqnum (seek));
  return copy;
}

bool
BinTracks::query_position (GstQuery *query)
{
  for (const BinPad &each : pads ())
    if (gst_element_query (each.src.get (), query))
      return true;
  return false;
}

// The seek that every track gets; null when it can't be done.
Ptr<GstEvent>
BinTracks::prepare (
    GstEvent *seek, const std::vector<BinPad> &all, GstClockTime base)
{
  SeekContext context;
  gint64 position;
  if (!all.empty ()
      && gst_element_query_position (
          all.front ().src.get (), GST_FORMAT_TIME, &position))
    context.position = position;
  if (auto known = hub ())
    context.duration = known->player ().duration ();
  // Pictures say where key units are.
  auto leading =
      std::find_if (all.begin (), all.end (), [] (const BinPad &each) {
        return each.info.kind == mse::TrackKind::video;
      });
  context.key_unit = [&] (Time time, bool after) {
    if (all.empty ())
      return time;
    const BinPad &pad = leading == all.end () ? all.front () : *leading;
    return pad.track ().key_unit (time, after);
  };
  {
    MutexLocker locker (lock_);
    if (seek_) {
      gint64 stop;
      gst_event_parse_seek (seek_.get (), nullptr, nullptr, nullptr, nullptr,
          nullptr, nullptr, &stop);
      context.stop = stop < 0 ? kTimeNone : stop;
    }
  }
  auto absolute = make_absolute (seek, context);
  if (absolute) {
    auto kept = without_flush (absolute.get ());
    MutexLocker locker (lock_);
    std::swap (seek_, kept);
    base_ = base;
  }
  return absolute;
}

// GstBin posts SEGMENT_DONE once all have ended that have begun. The bin itself
// is one of them while it seeks the tracks, so that the first to end is not
// taken for all.
void
BinTracks::post_segment (GstMessage *message, GstEvent *seek)
{
  gst_message_set_seqnum (message, gst_event_get_seqnum (seek));
  GST_BIN_GET_CLASS (bin_)->handle_message (bin_, message);
}

bool
BinTracks::seek_all (GstEvent *event)
{
  auto all = pads ();
  GstSeekFlags flags;
  gst_event_parse_seek (
      event, nullptr, nullptr, &flags, nullptr, nullptr, nullptr, nullptr);
  auto each_seek = Ptr<GstEvent>::share (event);
  bool jumps = !(flags & GST_SEEK_FLAG_INSTANT_RATE_CHANGE);
  bool segment = jumps && (flags & GST_SEEK_FLAG_SEGMENT) && !all.empty ();
  GstClockTime base = 0;
  if (jumps) {
    // Without a flush it goes on where the track is that is ahead of the rest.
    if (!(flags & GST_SEEK_FLAG_FLUSH))
      for (const BinPad &each : all)
        base =
            std::max (base, running_position (GST_BASE_SRC (each.src.get ())));
    each_seek = prepare (event, all, base);
    if (!each_seek)
      return false;
    all = pads (); // with those that were added since
  }
  if (flags & GST_SEEK_FLAG_FLUSH)
    playback_->buffering->flush ();

  auto self = GST_OBJECT (bin_);
  if (segment)
    post_segment (
        gst_message_new_segment_start (self, GST_FORMAT_TIME, 0), event);
  bool result = true;
  for (const BinPad &each : all) {
    if (jumps)
      each.track ().set_seek_base (base);
    result &= bool (gst_element_send_event (
        each.src.get (), Ptr<GstEvent> (each_seek).release ()));
  }
  if (segment)
    post_segment (
        gst_message_new_segment_done (self, GST_FORMAT_TIME, 0), event);
  return result;
}

bool
BinTracks::seek (GstEvent *event)
{
  guint32 seqnum = gst_event_get_seqnum (event);
  {
    MutexLocker locker (lock_);
    while (seeking_)
      sought_.wait (lock_);
    if (seqnum == seqnum_)
      return result_;
    seeking_ = true;
    seqnum_ = seqnum;
  }
  bool result = seek_all (event);
  {
    MutexLocker locker (lock_);
    seeking_ = false;
    result_ = result;
  }
  sought_.notify_all ();
  return result;
}

} // namespace webmedia::elements
