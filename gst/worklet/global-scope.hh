// SPDX-License-Identifier: LGPL-2.1-or-later
// The names of processors, and the clock that they see.
// https://webaudio.github.io/web-audio-api/#AudioWorkletGlobalScope
#pragma once

#include "worklet/processor.hh"
#include "worklet/render-role.hh"

#include <map>

namespace webmedia::worklet {

// For so long a message may wait for the audio thread.
inline constexpr int64_t kPatience = 20; // ms

// One for each AudioWorklet. Its clock counts while its one renderer renders.
// Processors that every scope knows are in builtin_definitions().
// Threads: thread-safe, but the clock is set by the renderer alone.
class GlobalScope {
public:
  // Without a rate it has that of what renders it.
  explicit GlobalScope (uint32_t quantum = kDefaultQuantum, uint32_t rate = 0)
      : quantum_ (quantum),
        fixed_rate_ (rate),
        rate_ (rate)
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
  // The same, of a module that is still evaluated: the name is taken, but
  // nobody finds it before publish().
  Result<> reserve (std::shared_ptr<const Definition> definition)
      EXCLUDES (lock_);
  void publish (const std::vector<std::string> &names) EXCLUDES (lock_);
  // NotSupportedError: there is no name, or it is registered.
  Result<> check_name (const std::string &name) const EXCLUDES (lock_);
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
  // currentTime: `frames` by `rate`, 0 by 0 while that is not known.
  // DEVIATION: the rate may be another one from one renderer to the next. The
  // time goes on from where it is, at the first whole frame of that rate: then
  // it is not currentFrame by sampleRate.
  struct Clock {
    uint64_t frames;
    uint32_t rate;
  };
  Clock clock () const;
  double current_time () const;
  uint32_t sample_rate () const // 0: not known yet
  {
    return rate_.load (std::memory_order_relaxed);
  }
  uint32_t fixed_rate () const { return fixed_rate_; } // 0: it has none
  uint32_t quantum () const { return quantum_; }

  // To AudioWorklet.port.
  ProcessorPort &port () { return port_; }
  // One more that messages of that port are handed to, on the audio thread,
  // for as long as the scope lives. Without any they wait.
  using Handler = std::function<void (const ProcessorPort::Incoming &)>;
  void add_message_handler (Handler handler);
  bool has_message_handler () const { return handlers_.load () != nullptr; }
  // Whoever is in: hands them their messages.
  void deliver_messages (bool until_wanted);
  // What modules leave here goes with the scope.
  void keep (std::shared_ptr<void> object) EXCLUDES (lock_);

  // Who calls the scope's processors and handlers.
  RenderRole &role () { return role_; }
  // Whether messages are to be delivered where they are posted, as nothing
  // renders, or nothing has rendered for a while.
  bool is_idle () const;
  void set_suspended (bool is_suspended) { is_suspended_.store (is_suspended); }
  void note_rendered ();

  // InvalidStateError: another one renders it; NotSupportedError: it has
  // another rate.
  Result<> attach (uint32_t rate);
  void detach () { is_attached_.store (false); }
  // Who is attached: by how much the clock is ahead of the frames.
  int64_t ahead () const { return ahead_.load (std::memory_order_relaxed); }

private:
  friend class Renderer;

  const uint32_t quantum_;
  const uint32_t fixed_rate_;
  RenderRole role_;
  std::atomic<uint64_t> frame_{0};
  std::atomic<uint32_t> rate_{0};
  std::atomic<int64_t> ahead_{0};
  std::atomic<unsigned> changes_{0}; // of these two; odd: in the midst of one
  std::atomic<bool> is_attached_{false};
  std::atomic<bool> is_suspended_{true};
  std::atomic<int64_t> rendered_{0}; // when
  ProcessorPort port_;
  struct HandlerEntry {
    Handler handler;
    HandlerEntry *next;
  };
  std::atomic<HandlerEntry *> handlers_{nullptr}; // the latest first

  using Definitions = std::map<std::string, std::shared_ptr<const Definition>>;
  Result<> check (const Definition &definition) const EXCLUDES (lock_);
  Result<> add_locked (Definitions &definitions,
      std::shared_ptr<const Definition> definition) REQUIRES (lock_);

  mutable Mutex lock_;
  Definitions definitions_ GUARDED_BY (lock_);
  Definitions reserved_ GUARDED_BY (lock_); // other names
  std::vector<std::shared_ptr<void>> kept_ GUARDED_BY (lock_);
};

// https://webaudio.github.io/web-audio-api/#dictdef-audioparamdescriptor
// (the checks of registerProcessor(), step 5)
Result<> check_parameters (const std::vector<ParamDescriptor> &parameters);

// The processors that come with the library, known to every scope.
const std::vector<std::shared_ptr<const Definition>> &builtin_definitions ();

} // namespace webmedia::worklet
