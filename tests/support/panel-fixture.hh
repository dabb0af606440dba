// SPDX-License-Identifier: LGPL-2.1-or-later
// A display that is captured, as the engine sees it.
#pragma once

#include "devices/display-media.hh"
#include "support/capture-fixture.hh"

namespace webmedia::test {

// So flat that a small picture has quite another ratio.
inline constexpr TestDeviceSpec kPanel{.classes = "Video/Source/Screen",
    .label = "Panel",
    .caps = "video/x-raw, format=GRAY8, width=640, height=48, "
            "framerate=[1/1,60/1]"};

struct PanelFixture : CaptureFixture {
  explicit PanelFixture (const TestDeviceSpec &spec = kPanel)
      : CaptureFixture (spec)
  {
    device = devices::make_display_device (make_test_device (spec));
    made_before = sources_made (); // one is made to look at, maybe
  }
};

} // namespace webmedia::test
