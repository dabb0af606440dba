// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webaudio.github.io/web-audio-api/#AudioWorklet
#pragma once

#include "base/one-at-a-time.hh"
#include "port/message-port.hh"
#include "worklet/late-look.hh"
#include "worklet/module.hh"

#include <map>

namespace webmedia::worklet {

// A global scope with its modules, and the two ports between which its messages
// go. Its scope has the rate and the quantum of what would be its context.
// Threads: thread-safe, on any but the audio thread.
class AudioWorklet : public std::enable_shared_from_this<AudioWorklet> {
public:
  // `rate` 0: that of what renders it. NotSupportedError: no such quantum at
  // this rate.
  static Result<std::shared_ptr<AudioWorklet>> create (
      uint32_t quantum, uint32_t rate = 0);

  const std::shared_ptr<GlobalScope> scope;

  // https://webaudio.github.io/web-audio-api/#dom-worklet-addmodule
  // Blocks. `url` is a path or a file URI. What was added already is not
  // evaluated again, and has its first report. Errors are those of
  // add_native_module(), and NotSupportedError: a URL of another scheme.
  Result<ModuleReport> add_module (const std::string &url) EXCLUDES (lock_);

  // `AudioWorklet.port`: the application's. One may call it once. What was
  // posted until then has waited, as far as there was room for it.
  std::shared_ptr<port::MessagePort> open_port ();
  // `AudioWorkletGlobalScope.port`, for who is in the scope and no module:
  // messages come to both. They wait until there is a handler, or this was
  // called, which one may once.
  std::shared_ptr<port::MessagePort> open_scope_port () EXCLUDES (lock_);

  // Lets handlers of modules take what waits, unless the audio thread is in.
  void pump ();
  // Hands on what modules have posted, when the port is open.
  void hand_on ();
  // Of what they have posted, for want of room, since there is a port; 0 until
  // that is open.
  uint64_t dropped () const
  {
    return is_open_.load () ? scope->port ().dropped () : 0;
  }

private:
  AudioWorklet (uint32_t quantum, uint32_t rate);
  void listen () EXCLUDES (lock_);
  void on_message (port::Message message) EXCLUDES (lock_);
  void pump_overdue ();
  void look_again ();
  void look_late ();

  std::shared_ptr<port::MessagePort> port_; // until it is open
  std::shared_ptr<port::MessagePort> far_;  // the other side of it
  std::shared_ptr<LateLook> late_look_;
  std::atomic<bool> is_open_{false};
  OneAtATime handing_on_;
  std::atomic<uint64_t> told_dropped_{0}; // written by who hands on

  Mutex lock_;
  Condition changed_;
  // None: it is loaded just now.
  std::map<std::string, std::optional<ModuleReport>> modules_ GUARDED_BY (
      lock_);
  bool is_listening_ GUARDED_BY (lock_) = false;
  // The other side of the scope's port, where that is open.
  std::shared_ptr<port::MessagePort> scope_far_ GUARDED_BY (lock_);
};

} // namespace webmedia::worklet
