// SPDX-License-Identifier: LGPL-2.1-or-later
// What the render loop asks for the values of a parameter.
// https://webaudio.github.io/web-audio-api/#AudioParam
#pragma once

#include "worklet/quantum.hh"

#include <atomic>
#include <cfloat>
#include <memory>
#include <string>
#include <vector>

namespace webmedia::worklet {

// Same order as GstWebAutomationRate.
enum class AutomationRate { a_rate, k_rate };

// https://webaudio.github.io/web-audio-api/#audioparamdescriptor
struct ParamDescriptor {
  std::string name;
  float default_value = 0;
  float min_value = -FLT_MAX;
  float max_value = FLT_MAX;
  AutomationRate automation_rate = AutomationRate::a_rate;

  bool operator== (const ParamDescriptor &) const = default;
};

// The intrinsic values of a parameter over time: a constant, a time line, a
// GstControlSource.
// Threads: fill() is called on the audio thread alone, and may not allocate,
// free, lock, log or wait. All else is the implementation's to define. It is
// destroyed where it may free.
class ParamSource {
public:
  virtual ~ParamSource () = default;

  // Writes intrinsic values for the quantum: `count` of them, one a frame, and
  // returns `count`; or, where one holds for the whole quantum, that one alone,
  // and returns 1. `count` is 1 (k-rate: the value at the first frame) or
  // `time.frames` (a-rate). The render loop holds what it gets in the
  // parameter's range, and takes NaN for the default. Each quantum is asked for
  // once, in order; while the processor is not called, for its first value.
  virtual size_t fill (
      const QuantumTime &time, float *values, size_t count) = 0;
};

// What may give the values of a parameter in place of its own source: what a
// pipeline controls it by.
// Threads: as a ParamSource.
class ParamControl {
public:
  virtual ~ParamControl () = default;

  // As ParamSource::fill(). 0: it has none for this quantum.
  virtual size_t fill (
      const QuantumTime &time, float *values, size_t count) = 0;
};

// A value that is set from any thread: what a parameter has from the start.
// Threads: thread-safe.
class ConstantParam final : public ParamSource {
public:
  explicit ConstantParam (float value) : value_ (value) {}
  void set (float value) { value_.store (value, std::memory_order_relaxed); }
  float get () const { return value_.load (std::memory_order_relaxed); }
  size_t fill (const QuantumTime &, float *values, size_t) override
  {
    values[0] = get ();
    return 1;
  }

private:
  std::atomic<float> value_;
};

// One entry of AudioWorkletNode.parameters.
// Threads: thread-safe; the source is fixed once the node renders.
class Param {
public:
  Param (ParamDescriptor its_descriptor, std::shared_ptr<ParamSource> source)
      : descriptor (std::move (its_descriptor)),
        rate_ (descriptor.automation_rate),
        source_ (std::move (source)),
        current_ (descriptor.default_value)
  {}
  const ParamDescriptor descriptor;

  AutomationRate automation_rate () const
  {
    return rate_.load (std::memory_order_relaxed);
  }
  void set_automation_rate (AutomationRate rate)
  {
    rate_.store (rate, std::memory_order_relaxed);
  }
  const std::shared_ptr<ParamSource> &source () const { return source_; }
  // [[current value]]: the intrinsic one at the start of the quantum that was
  // rendered last.
  float current_value () const
  {
    return current_.load (std::memory_order_relaxed);
  }

  // https://webaudio.github.io/web-audio-api/#computation-of-value
  // On the audio thread. Computed values of the quantum: time.frames of them,
  // or one that holds for all; the first one alone, where not `all_frames` are
  // needed. `values` has room for time.frames.
  size_t compute (const QuantumTime &time, float *values, bool all_frames);

private:
  std::atomic<AutomationRate> rate_;
  const std::shared_ptr<ParamSource> source_;
  std::atomic<float> current_;
};

} // namespace webmedia::worklet
