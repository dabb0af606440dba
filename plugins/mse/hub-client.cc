// SPDX-License-Identifier: LGPL-2.1-or-later
#include "hub-client.hh"

#include "element-error.hh"

namespace webmedia::elements {

std::shared_ptr<HubClient>
HubClient::attach (GstElement *element, const Settings &settings, Update update)
{
  if (!settings.handle && settings.uri.empty ()) {
    GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
        ("Nothing to play: set the property `handle` or `uri`."), (NULL));
    return nullptr;
  }
  GError *error = nullptr;
  auto hub = PlayerHub::attach (settings.handle.get (), settings.uri, &error);
  if (!hub) {
    post_error (element, error);
    g_error_free (error);
    return nullptr;
  }
  std::shared_ptr<HubClient> client (
      new HubClient (element, std::move (hub), update));
  client->hub_->add_listener (client);
  return client;
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
        self->update_ (each, self->scheduled_.exchange (0));
      },
      new Self (shared_from_this ()),
      [] (gpointer data) { delete static_cast<Self *> (data); });
}

} // namespace webmedia::elements
