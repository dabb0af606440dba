// SPDX-License-Identifier: LGPL-2.1-or-later
// A GstWebPermissionPolicy whose user answers when the test says.
#pragma once

#include "base/ptr.hh"

#include <gst/webmedia/webmedia.h>

#include <condition_variable>
#include <mutex>
#include <string>

namespace webmedia::test {

// What it answers, and what it was asked: "microphone camera ", "display ".
struct PolicyState {
  std::mutex lock;
  std::condition_variable changed;
  GstWebPermissionState state = GST_WEB_PERMISSION_STATE_PROMPT;
  bool grants = true; // when asked
  bool holds = false; // the answer back, until answer() or it is cancelled
  std::string asked;
  GTask *pending = nullptr;
  Ptr<GstDevice> display; // what is chosen, and its sound; null: nothing is
  Ptr<GstDevice> sound;

  void wait_asked ();
  void answer (bool granted);
};

Ptr<GstWebPermissionPolicy> make_policy (PolicyState &state);
// Of one that asks nobody: it only has query.
Ptr<GstWebPermissionPolicy> make_mute_policy (PolicyState &state);

} // namespace webmedia::test
