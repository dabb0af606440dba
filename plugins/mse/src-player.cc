// SPDX-License-Identifier: LGPL-2.1-or-later
#include "src-player.hh"

#include "cut.hh"
#include "encrypted.hh"

namespace webmedia::elements {

std::shared_ptr<PlayerHub>
SrcPlayer::hub () const
{
  MutexLocker locker (lock_);
  return hub_;
}

void
SrcPlayer::set_player (
    std::shared_ptr<PlayerHub> hub, std::shared_ptr<Playback> playback)
{
  MutexLocker locker (lock_);
  hub_.swap (hub);
  playback_.swap (playback);
}

void
SrcPlayer::set_source (TrackStream::Source source)
{
  of_bin_ = true;
  set_player (source.hub, source.playback);
  stream_.set_source (std::move (source));
}

bool
SrcPlayer::attach (const Settings &settings, HubClient::Update on_update)
{
  if (of_bin_)
    return true;
  client_ = HubClient::attach (GST_ELEMENT (element_), settings, on_update);
  if (!client_)
    return false;
  auto playback =
      std::make_shared<Playback> (GST_ELEMENT (element_), client_->pacer ());
  set_player (client_->hub (), playback);
  stream_.set_source ({.hub = client_->hub (),
      .track = settings.track,
      .playback = playback,
      .client = client_});
  return true;
}

void
SrcPlayer::detach ()
{
  if (of_bin_ || !client_)
    return;
  stream_.set_source ({});
  set_player (nullptr, nullptr);
  client_->leave ();
  client_ = nullptr;
}

std::shared_ptr<Playback>
SrcPlayer::playback () const
{
  MutexLocker locker (lock_);
  return playback_;
}

void
SrcPlayer::change_state (GstStateChange transition)
{
  auto own = of_bin_ ? nullptr : playback ();
  if (!own)
    return;
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    own->errors.reset ();
  own->buffering->change_state (transition);
}

void
SrcPlayer::flush ()
{
  if (auto own = of_bin_ ? nullptr : playback ())
    own->buffering->flush ();
}

bool
SrcPlayer::has_stopped () const
{
  auto shared = playback ();
  return shared && shared->buffering->has_stopped ();
}

void
SrcPlayer::update (HubClient &client, unsigned what)
{
  auto element = GST_ELEMENT (element_);
  auto streams = [element] {
    GST_OBJECT_LOCK (element);
    bool result = GST_STATE (element) > GST_STATE_READY;
    GST_OBJECT_UNLOCK (element);
    return result;
  };
  std::shared_ptr<PlayerHub> hub;
  std::shared_ptr<Playback> playback;
  {
    MutexLocker locker (lock_);
    hub = hub_;
    playback = playback_;
  }
  tell_encrypted (element, client);
  if (auto streamed = stream_.collection ();
      streamed && hub && (what & HubClient::selection))
    follow_selection (
        *hub, gst_stream_collection_get_stream (streamed.get (), 0));
  follow_cut (element, client,
      [&] { return streams () ? Ptr<GstBaseSrc>::share (element_) : nullptr; });
  if (what & HubClient::duration)
    gst_element_post_message (
        element, gst_message_new_duration_changed (GST_OBJECT (element)));
  if (!hub || !streams ())
    return;
  if (auto error = hub->error (); error && playback->errors.claim ())
    post_error (element, *error);
}

Time
SrcPlayer::duration () const
{
  auto known = hub ();
  return known ? known->player ().duration () : kTimeNone;
}

} // namespace webmedia::elements
