// SPDX-License-Identifier: LGPL-2.1-or-later
// What runs on the audio thread: the processor of a node, in whatever language.
// https://webaudio.github.io/web-audio-api/#AudioWorkletProcessor
#pragma once

#include "base/ptr.hh"
#include "worklet/param.hh"
#include "worklet/processor-port.hh"

#include <gst/webmedia/gstwebaudioprocessor.h>
#include <optional>

namespace webmedia::worklet {

// What the event `processorerror` tells.
struct ProcessorError {
  std::string message;
  std::string filename; // "" where it is not known
  uint32_t line = 0;
  uint32_t column = 0;
  std::string stack;

  // "FILE:LINE", as far as it is known; "": it is not.
  std::string place () const
  {
    return filename.empty () || line == 0
               ? filename
               : filename + ":" + std::to_string (line);
  }
};

// Where the audio thread leaves an error for a control thread. While it is not
// taken, later ones are lost.
// Threads: set() on the audio thread, take() on one control thread at a time.
class ErrorSlot {
public:
  // Copies, and cuts off what is too long. Strings may be null.
  void set (const char *message, const char *filename, uint32_t line,
      uint32_t column = 0, const char *stack = nullptr);
  bool is_set () const { return is_set_.load (std::memory_order_acquire); }
  std::optional<ProcessorError> take ();

private:
  std::atomic<bool> is_set_{false};
  uint32_t line_ = 0;
  uint32_t column_ = 0;
  char message_[512] = "";
  char filename_[512] = "";
  char stack_[2048] = "";
};

// What the constructor of a processor is given.
struct Construction {
  uint32_t number_of_inputs = 1;
  uint32_t number_of_outputs = 1;
  std::optional<std::vector<uint32_t>> output_channel_count;
  Ptr<GVariant> processor_options; // a{sv}, or null
  uint32_t sample_rate = 0;
  uint32_t quantum = kDefaultQuantum;
  // These outlive the processor.
  ProcessorPort *port = nullptr;
  ErrorSlot *error = nullptr;         // of all else
  ErrorSlot *message_error = nullptr; // of what handles messages
};

// Threads: made and destroyed on control threads; all else is called on the
// audio thread, or where it is not rendering, by one thread at a time. Native
// ones must not allocate, free, lock, log or wait there.
class Processor {
public:
  virtual ~Processor () = default;

  // `keep_alive`: it is still an active source. `failed`: the error is in the
  // slot; the processor is not called again.
  enum class Answer { finished, keep_alive, failed };
  virtual Answer process (const GstWebAudioQuantum &quantum) = 0;
  // An error in it does not stop the processor.
  virtual void on_message (const ProcessorPort::Incoming &message) = 0;
  // After the clock has moved on: where a script's promise jobs run.
  virtual void on_quantum_end () {}
  // For how many frames it can sound after the last one of its inputs; none:
  // until it has finished. It may fail as process() does.
  struct Tail {
    std::optional<uint64_t> frames;
    bool has_failed = false;
  };
  virtual Tail tail () { return {}; }
};

// https://webaudio.github.io/web-audio-api/#processor-construction-data
// One entry of the scope's map of constructors.
// Threads: thread-safe.
class Definition {
public:
  Definition (std::string its_name, std::string its_description,
      std::vector<ParamDescriptor> descriptors)
      : name (std::move (its_name)),
        description (std::move (its_description)),
        parameters (std::move (descriptors))
  {}
  virtual ~Definition () = default;

  const std::string name;
  const std::string description;
  const std::vector<ParamDescriptor> parameters;

  // Null where the constructor failed: then the slot says why.
  virtual std::unique_ptr<Processor> construct (
      const Construction &construction) const = 0;
};

} // namespace webmedia::worklet
