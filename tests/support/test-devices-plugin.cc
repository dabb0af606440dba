// SPDX-License-Identifier: LGPL-2.1-or-later
// The test's camera and microphone, for programs that are not tests.
#include "support/test-devices.hh"

#define PACKAGE "gst-webmedia"

static gboolean
plugin_init (GstPlugin *plugin)
{
  webmedia::test::register_provider (plugin);
  webmedia::test::plug (webmedia::test::kRawCamera);
  webmedia::test::plug (webmedia::test::kMicrophone);
  return TRUE;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, webmediatestdevices,
    "Devices for tests", plugin_init, "0", "LGPL", PACKAGE,
    "https://example.invalid/")
