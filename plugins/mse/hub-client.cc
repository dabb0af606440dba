// SPDX-License-Identifier: LGPL-2.1-or-later
#include "hub-client.hh"

#include "element-error.hh"

namespace webmedia::elements {

std::shared_ptr<HubClient>
HubClient::attach (GstElement *element, const Settings &settings, Update update,
    std::shared_ptr<Pacer> pacer)
{
  if (!settings.handle && settings.uri.empty ()) {
    GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
        ("Nothing to play: set the property `handle` or `uri`."), (NULL));
    return nullptr;
  }
  if (settings.handle && !settings.uri.empty ())
    GST_WARNING_OBJECT (element,
        "both `handle` and `uri` are set: the handle is played, and nobody "
        "looks at \"%s\"",
        settings.uri.c_str ());
  GError *error = nullptr;
  auto hub = PlayerHub::attach (settings.handle.get (), settings.uri, &error);
  if (!hub) {
    // Whatever the reason, a dedicated media source failure:
    // https://html.spec.whatwg.org/multipage/media.html#concept-media-load-algorithm
    post_error (element, Error{ErrorCode::not_supported, error->message});
    g_error_free (error);
    return nullptr;
  }
  if (!pacer)
    pacer = hub->pacer ();
  std::shared_ptr<HubClient> client (
      new HubClient (element, std::move (hub), std::move (pacer), update));
  client->hub_->add_listener (client);
  return client;
}

void
HubClient::leave ()
{
  if (!left_.exchange (true))
    hub_->leave ();
}

void
HubClient::on_cut (const std::shared_ptr<Cut> &shared)
{
  auto cut = pacer_ == hub_->pacer ()
                 ? shared
                 : std::make_shared<Cut> (shared->end (), pacer_->position ());
  if (cut->sent () <= cut->end ())
    return; // playback is not there yet, whatever the end is when it comes
  MutexLocker locker (lock_);
  if (!cut_ || cut->end () < cut_->end ())
    cut_ = cut;
}

std::shared_ptr<Cut>
HubClient::cut () const
{
  MutexLocker locker (lock_);
  return cut_;
}

void
HubClient::see_to_cut (const std::shared_ptr<Cut> &cut)
{
  {
    MutexLocker locker (lock_);
    if (cut_ != cut)
      return; // it was cut again, to before that
    cut_.reset ();
  }
  hub_->wake ();
}

void
HubClient::on_init_data (const mse::InitData &data)
{
  {
    MutexLocker locker (lock_);
    untold_.push_back (data);
  }
  schedule (init_data);
}

void
HubClient::tell_init_data (
    const std::function<void (const mse::InitData &)> &tell)
{
  for (;;) {
    std::optional<mse::InitData> next;
    {
      MutexLocker locker (lock_);
      if (telling_ || untold_.empty ())
        return; // who is telling tells the rest, too
      telling_ = true;
      next = std::move (untold_.front ());
      untold_.pop_front ();
    }
    tell (*next);
    MutexLocker locker (lock_);
    telling_ = false;
  }
}

// An element's message runs through the bins around it, which GStreamer keeps
// for streaming threads only: this is none.
static std::vector<Ptr<GstObject>>
hold_ancestors (GstElement *element)
{
  std::vector<Ptr<GstObject>> all;
  for (auto each = Ptr<GstObject>::share (GST_OBJECT (element)); each;
       each =
           Ptr<GstObject>::adopt (gst_object_get_parent (all.back ().get ())))
    all.push_back (each);
  return all;
}

void
HubClient::schedule (unsigned what)
{
  if (scheduled_.fetch_or (what) != 0)
    return; // it is on its way
  auto element = element_->lock ();
  if (!element)
    return;
  using Self = std::shared_ptr<HubClient>;
  gst_element_call_async (
      element.get (),
      [] (GstElement *each, gpointer data) {
        const Self &self = *static_cast<Self *> (data);
        auto ancestors = hold_ancestors (each);
        unsigned happened = self->scheduled_.exchange (0);
        if (!self->left_)
          self->update_ (each, *self, happened);
      },
      new Self (shared_from_this ()),
      [] (gpointer data) { delete static_cast<Self *> (data); });
}

} // namespace webmedia::elements
