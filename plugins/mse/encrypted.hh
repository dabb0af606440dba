// SPDX-License-Identifier: LGPL-2.1-or-later
// The web's event `encrypted` of an element: a signal and a message.
// https://www.w3.org/TR/encrypted-media-2/#initdata-encountered
#pragma once

#include "hub-client.hh"

namespace webmedia::elements {

// The signal `encrypted` (init-data-type, init-data).
void install_encrypted_signal (GObjectClass *klass);

// Emits it for all initialization data that `client` has to tell of, and posts
// an element message of the same name. No lock may be held.
void tell_encrypted (GstElement *element, HubClient &client);

} // namespace webmedia::elements
