// SPDX-License-Identifier: LGPL-2.1-or-later
// An AudioParam of a node, as applications and elements see it.
// https://webaudio.github.io/web-audio-api/#AudioParam
#pragma once

#include "worklet/automation-param.hh"
#include "worklet/global-scope.hh"

namespace webmedia::worklet {

// What an element sees of a parameter.
// Threads: thread-safe.
class ParamView {
public:
  virtual ~ParamView () = default;

  virtual float value () const = 0;
  virtual Result<> set_value (float value) = 0;
};

// A time line in the scope's time, unless something else controls it.
// Threads: thread-safe, but for fill() and set_control().
class NodeParam final : public ParamSource, public ParamView {
public:
  NodeParam (std::shared_ptr<const GlobalScope> scope,
      const ParamDescriptor &its_descriptor, float value);
  const ParamDescriptor descriptor;

  // https://webaudio.github.io/web-audio-api/#dom-audioparam-value
  // [[current value]], held in the range.
  float value () const override;
  // Errors are those of setValueAtTime().
  Result<> set_value (float value) override;

  // What the methods of automation are called of, with now().
  AutomationParam &timeline () { return timeline_; }
  double now () const { return scope_->current_time (); }

  // Where nothing is rendered. It stays until another one is set, or null.
  void set_control (std::shared_ptr<ParamControl> control)
  {
    control_ = std::move (control);
  }
  size_t fill (const QuantumTime &time, float *values, size_t count) override;

private:
  const std::shared_ptr<const GlobalScope> scope_;
  AutomationParam timeline_;
  std::atomic<float> current_; // [[current value]]
  std::shared_ptr<ParamControl> control_;
};

} // namespace webmedia::worklet
