// SPDX-License-Identifier: LGPL-2.1-or-later
// The names of processors, and the clock that they see.
// https://webaudio.github.io/web-audio-api/#AudioWorkletGlobalScope
#pragma once

#include "worklet/processor.hh"

#include <map>

namespace webmedia::worklet {

// One for each AudioWorklet. Its clock counts while its one renderer renders.
// Processors that every scope knows are in builtin_definitions().
// Threads: thread-safe, but the clock is set by the renderer alone.
class GlobalScope {
public:
  explicit GlobalScope (uint32_t quantum = kDefaultQuantum) : quantum_ (quantum)
  {}
  ~GlobalScope ();
  GlobalScope (const GlobalScope &) = delete;
  GlobalScope &operator= (const GlobalScope &) = delete;

  // https://webaudio.github.io/web-audio-api/#dom-audioworkletglobalscope-registerprocessor
  // NotSupportedError: no name, a name twice, a parameter's name twice;
  // InvalidStateError: not min <= default <= max; TypeError: a parameter
  // without a name.
  Result<> register_processor (std::shared_ptr<const Definition> definition)
      EXCLUDES (lock_);
  // Of this scope, else of all: a name may be taken for one's own.
  // InvalidStateError names those that there are.
  Result<std::shared_ptr<const Definition>> find (const std::string &name) const
      EXCLUDES (lock_);
  // In the order of their names, built-in ones too.
  std::vector<std::shared_ptr<const Definition>> definitions () const
      EXCLUDES (lock_);

  uint64_t current_frame () const
  {
    return frame_.load (std::memory_order_relaxed);
  }
  double current_time () const;
  uint32_t sample_rate () const // 0: not known yet
  {
    return rate_.load (std::memory_order_relaxed);
  }
  uint32_t quantum () const { return quantum_; }

  // To AudioWorklet.port.
  ProcessorPort &port () { return port_; }
  // One more that messages of that port are handed to, on the audio thread,
  // for as long as the scope lives. Without any they wait.
  using Handler = std::function<void (const ProcessorPort::Incoming &)>;
  void add_message_handler (Handler handler);
  // What modules leave here goes with the scope.
  void keep (std::shared_ptr<void> object) EXCLUDES (lock_);

  // InvalidStateError: another one renders it.
  Result<> attach (uint32_t rate);
  void detach () { is_attached_.store (false); }

private:
  friend class Renderer;

  const uint32_t quantum_;
  std::atomic<uint64_t> frame_{0};
  std::atomic<uint32_t> rate_{0};
  std::atomic<bool> is_attached_{false};
  ProcessorPort port_;
  struct HandlerEntry {
    Handler handler;
    HandlerEntry *next;
  };
  std::atomic<HandlerEntry *> handlers_{nullptr}; // the latest first

  mutable Mutex lock_;
  std::map<std::string, std::shared_ptr<const Definition>>
      definitions_ GUARDED_BY (lock_);
  std::vector<std::shared_ptr<void>> kept_ GUARDED_BY (lock_);
};

// https://webaudio.github.io/web-audio-api/#dictdef-audioparamdescriptor
// (the checks of registerProcessor(), step 5)
Result<> check_parameters (const std::vector<ParamDescriptor> &parameters);

// The processors that come with the library, known to every scope.
const std::vector<std::shared_ptr<const Definition>> &builtin_definitions ();

} // namespace webmedia::worklet
