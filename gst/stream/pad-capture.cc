// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/pad-capture.hh"

#include "stream/pad-producer.hh"
#include "stream/stretched-input.hh"

#include <gst/audio/streamvolume.h>

namespace webmedia::stream {

namespace {

using WeakCapture = std::weak_ptr<PadCapture>;

// It keeps what captures, as long as its source lives.
class CaptureProducer final : public PadProducer {
public:
  CaptureProducer (GstPad *pad, std::shared_ptr<PadCapture> capture,
      std::shared_ptr<PadCapture::Owner> owner)
      : PadProducer (pad),
        capture_ (std::move (capture)),
        owner_ (std::move (owner))
  {}

  // The pipeline plays for itself: its sinks decide what they get.
  bool query (GstQuery *query) override
  {
    return GST_QUERY_TYPE (query) == GST_QUERY_LATENCY
           && PadProducer::query (query);
  }
  void send_event (Ptr<GstEvent> event) override
  {
    if (GST_EVENT_TYPE (event.get ()) != GST_EVENT_RECONFIGURE)
      PadProducer::send_event (std::move (event));
  }
  void stop () override { capture_->on_stopped (this); }
  // A sink has what it shows later.
  bool is_delivering () override
  {
    if (!GST_PAD_STREAM_TRYLOCK (capture_->pad ()))
      return true;
    GST_PAD_STREAM_UNLOCK (capture_->pad ());
    return false;
  }

private:
  const std::shared_ptr<PadCapture> capture_;
  const std::shared_ptr<PadCapture::Owner> owner_;
};

std::optional<Kind>
kind_of (GstCaps *caps)
{
  if (!caps || gst_caps_get_size (caps) == 0)
    return std::nullopt;
  GstStructure *structure = gst_caps_get_structure (caps, 0);
  if (gst_structure_has_name (structure, "audio/x-raw"))
    return Kind::audio;
  if (gst_structure_has_name (structure, "video/x-raw"))
    return Kind::video;
  return std::nullopt;
}

// The pad that feeds this one, with bins seen through.
Ptr<GstPad>
real_peer (GstPad *pad)
{
  auto peer = Ptr<GstPad>::adopt (gst_pad_get_peer (pad));
  for (int depth = 0; peer && depth < 32; depth++) {
    if (GST_IS_GHOST_PAD (peer.get ())) {
      peer = Ptr<GstPad>::adopt (
          gst_ghost_pad_get_target (GST_GHOST_PAD (peer.get ())));
    } else if (GST_IS_PROXY_PAD (peer.get ())) {
      auto ghost = Ptr<GstProxyPad>::adopt (
          gst_proxy_pad_get_internal (GST_PROXY_PAD (peer.get ())));
      peer = ghost ? Ptr<GstPad>::adopt (
                 gst_pad_get_peer (GST_PAD_CAST (ghost.get ())))
                   : nullptr;
    } else {
      return peer;
    }
  }
  return nullptr;
}

// The only pad of the list; null: there are others, or none.
Ptr<GstPad>
only_pad (GstElement *element, GList *GstElement::*list, guint16 GstElement::*n)
{
  GST_OBJECT_LOCK (element);
  auto pad = element->*n == 1
                 ? Ptr<GstPad>::share (GST_PAD_CAST ((element->*list)->data))
                 : nullptr;
  GST_OBJECT_UNLOCK (element);
  return pad;
}

// Before what changes the volume of sound on its way to the sink; null: nothing
// does. A sink that has a volume itself changes nothing before its pad.
Ptr<GstPad>
find_unchanged (GstPad *sink)
{
  Ptr<GstPad> found;
  auto pad = Ptr<GstPad>::share (sink);
  for (int depth = 0; depth < 32; depth++) {
    auto peer = real_peer (pad.get ());
    auto element =
        peer ? Ptr<GstElement>::adopt (gst_pad_get_parent_element (peer.get ()))
             : nullptr;
    if (!element
        || !only_pad (
            element.get (), &GstElement::srcpads, &GstElement::numsrcpads))
      break;
    pad = only_pad (
        element.get (), &GstElement::sinkpads, &GstElement::numsinkpads);
    if (!pad)
      break;
    // A source pad has its caps before they have arrived further on.
    auto upstream = real_peer (pad.get ());
    auto caps = upstream ? Ptr<GstCaps>::adopt (
                    gst_pad_get_current_caps (upstream.get ()))
                         : nullptr;
    if (caps && kind_of (caps.get ()) != Kind::audio)
      break;
    if (GST_IS_STREAM_VOLUME (element.get ()))
      found = pad;
  }
  return found;
}

} // namespace

std::shared_ptr<PadCapture>
PadCapture::create (
    GstPad *pad, const std::shared_ptr<Owner> &owner, Playback playback)
{
  return std::shared_ptr<PadCapture> (
      new PadCapture (pad, owner, std::move (playback)));
}

void
PadCapture::start ()
{
  update_bypass (true);
  constexpr auto kTypes = GstPadProbeType (
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH);
  probe_ = gst_pad_add_probe (pad_.get (), kTypes, on_probe,
      new WeakCapture (weak_from_this ()),
      [] (gpointer weak) { delete static_cast<WeakCapture *> (weak); });
  // What it plays already.
  for (GstEventType type : {GST_EVENT_STREAM_START, GST_EVENT_STREAM_COLLECTION,
           GST_EVENT_CAPS, GST_EVENT_SEGMENT}) {
    auto event =
        Ptr<GstEvent>::adopt (gst_pad_get_sticky_event (pad_.get (), type, 0));
    if (event && !GST_PAD_IS_EOS (pad_.get ()))
      on_event (event.get ());
  }
}

GstPadProbeReturn
PadCapture::on_probe (GstPad *, GstPadProbeInfo *info, gpointer weak)
{
  if (auto self = static_cast<WeakCapture *> (weak)->lock ())
    self->on_event (GST_PAD_PROBE_INFO_EVENT (info));
  return GST_PAD_PROBE_OK;
}

void
PadCapture::on_event (GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START: {
    const char *id;
    GstStream *parsed;
    gst_event_parse_stream_start (event, &id);
    gst_event_parse_stream (event, &parsed);
    on_stream (id, Ptr<GstStream>::adopt (parsed));
    break;
  }
  case GST_EVENT_STREAM_COLLECTION: {
    GstStreamCollection *parsed;
    gst_event_parse_stream_collection (event, &parsed);
    on_collection (Ptr<GstStreamCollection>::adopt (parsed).get ());
    break;
  }
  case GST_EVENT_CAPS: {
    GstCaps *caps;
    gst_event_parse_caps (event, &caps);
    begin (caps);
    break;
  }
  case GST_EVENT_SEGMENT: {
    GstSegment segment;
    gst_event_copy_segment (event, &segment);
    on_segment (segment);
    break;
  }
  case GST_EVENT_FLUSH_STOP: {
    {
      MutexLocker locker (lock_);
      stream_.is_at_end = false;
    }
    update ();
    break;
  }
  case GST_EVENT_EOS: {
    drain (); // before it is muted, or has ended
    {
      MutexLocker locker (lock_);
      stream_.is_at_end = true;
    }
    end_removed ();
    update ();
    if (auto told = owner_.lock ())
      told->on_end ();
    break;
  }
  default:
    break;
  }
}

// What it holds goes with it, unless it is the right one already.
std::shared_ptr<Bypass>
PadCapture::update_bypass (bool is_wanted)
{
  auto pad = is_wanted ? find_unchanged (pad_.get ()) : nullptr;
  {
    MutexLocker locker (lock_);
    if (bypass_ && bypass_->pad () == pad.get ())
      return bypass_;
  }
  auto made = pad ? Bypass::create (pad.get ()) : nullptr;
  auto gone = made; // without the lock
  MutexLocker locker (lock_);
  gone.swap (bypass_);
  return made;
}

// It is what the bypass holds that is handed on, not what has become of it.
void
PadCapture::on_rate (double rate)
{
  set_heard (StretchedInput::is_possible (rate));
}

void
PadCapture::set_heard (bool heard)
{
  {
    MutexLocker locker (lock_);
    is_heard_ = heard;
  }
  update ();
}

void
PadCapture::drain ()
{
  std::shared_ptr<Tap> tap;
  {
    MutexLocker locker (lock_);
    tap = feed_.tap;
  }
  if (tap)
    tap->drain ();
}

// Caps that are what they were need not come with another stream.
void
PadCapture::on_segment (const GstSegment &segment)
{
  auto caps = Ptr<GstCaps>::adopt (gst_pad_get_current_caps (pad_.get ()));
  bool is_heard = kind_of (caps.get ()) != Kind::audio
                  || StretchedInput::is_possible (segment.rate);
  {
    MutexLocker locker (lock_);
    if (!bypass_)
      is_heard_ = is_heard;
    stream_.is_at_end = false;
  }
  update ();
  begin (caps.get ());
}

// It may be stopped by another thread at any moment: then the track goes again.
void
PadCapture::begin (GstCaps *caps)
{
  auto kind = kind_of (caps);
  if (caps && !kind)
    update_bypass (false);
  auto owner = owner_.lock ();
  if (!kind || !owner)
    return;
  unsigned taken;
  {
    MutexLocker locker (lock_);
    if (is_over_ || !stream_.is_selected () || std::exchange (has_begun_, true))
      return;
    taken = taken_;
  }
  auto bypass = update_bypass (kind == Kind::audio);
  auto producer = std::make_shared<CaptureProducer> (
      pad_.get (), shared_from_this (), owner);
  auto source = std::make_shared<Source> (
      SourceInfo{.kind = *kind, .label = "", .is_played = true});
  Feed feed{.kind = *kind,
      .input = source->open_and_hold (producer),
      .tap = bypass ? std::make_shared<Tap> (
                 pad_.get (), bypass, weak_from_this ())
                    : std::make_shared<Tap> (pad_.get (), Tap::Role::pass),
      .producer = producer.get ()};
  auto track = Track::create (source);
  feed.track = track;
  auto tap = feed.tap;
  auto input = feed.input;
  bool is_heard = bypass && StretchedInput::is_possible (bypass->rate ());
  {
    MutexLocker locker (lock_);
    if (taken_ != taken)
      return;
    std::swap (feed_, feed);
    if (bypass)
      is_heard_ = is_heard;
  }
  update (); // before there is anybody to hear of it
  if (kind == Kind::audio)
    input = std::make_shared<StretchedInput> (
        std::move (input), [weak = weak_from_this ()] {
          if (auto self = weak.lock ())
            self->set_heard (false);
        });
  tap->set_input (std::move (input));
  owner->add (track);
  bool is_taken;
  {
    MutexLocker locker (lock_);
    is_taken = taken_ != taken;
  }
  if (is_taken) {
    tap->set_input (nullptr);
    owner->remove (track);
  }
}

// https://w3c.github.io/mediacapture-fromelement/#dom-htmlmediaelement-capturestream
// A pause keeps the last picture, and is silent. What is played backwards is no
// sound, and what can't be stretched is not heard. Else something should come.
// Whoever comes while another thread tells leaves it to that one.
void
PadCapture::update ()
{
  for (;;) {
    std::shared_ptr<Input> input;
    Told told{};
    std::optional<Told> before; // goes without the lock
    {
      MutexLocker locker (lock_);
      if (!feed_.input)
        return;
      bool is_playable = feed_.kind == Kind::video || is_heard_;
      feed_.tap->set_open (is_playable);
      told.is_muted =
          !playback_.is_playing || stream_.is_at_end || !is_playable;
      if (!told.is_muted)
        told.clock = playback_.clock;
      if (is_telling_ || feed_.told == told)
        return;
      is_telling_ = true;
      before = std::exchange (feed_.told, told);
      input = feed_.input;
    }
    if (told.clock)
      input->set_clock (std::move (told.clock));
    input->set_watch (!told.is_muted);
    input->set_muted (told.is_muted);
    MutexLocker locker (lock_);
    is_telling_ = false;
  }
}

void
PadCapture::set_playback (Playback playback)
{
  {
    MutexLocker locker (lock_);
    std::swap (playback_, playback);
  }
  update ();
}

PadCapture::Feed
PadCapture::take_locked ()
{
  taken_++;
  has_begun_ = false;
  return std::exchange (feed_, {});
}

// "MUST end prior to being removed".
void
PadCapture::end (Feed feed)
{
  auto track = feed.track.lock ();
  feed.tap.reset ();
  if (feed.input)
    feed.input->end ();
  auto told = owner_.lock ();
  if (track && told)
    told->remove (track);
}

void
PadCapture::stop ()
{
  Feed gone;
  Stream none;
  {
    MutexLocker locker (lock_);
    gone = take_locked ();
    std::swap (stream_, none);
  }
  end (std::move (gone));
}

void
PadCapture::leave ()
{
  {
    MutexLocker locker (lock_);
    is_over_ = true;
  }
  stop ();
}

void
PadCapture::end_playback ()
{
  Feed gone;
  {
    MutexLocker locker (lock_);
    if (!stream_.is_at_end)
      return; // it plays again already
    gone = take_locked ();
  }
  end (std::move (gone));
}

// A track that was stopped does not stop what plays.
bool
PadCapture::is_at_end () const
{
  MutexLocker locker (lock_);
  return stream_.is_at_end || !stream_.is_selected () || stream_.id.empty ();
}

void
PadCapture::on_stopped (const Producer *producer)
{
  Feed gone;
  std::shared_ptr<Bypass> bypass;
  MutexLocker locker (lock_);
  if (feed_.producer != producer)
    return;
  std::swap (gone, feed_);
  std::swap (bypass, bypass_);
}

} // namespace webmedia::stream
