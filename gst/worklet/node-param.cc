// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/node-param.hh"

namespace webmedia::worklet {

NodeParam::NodeParam (std::shared_ptr<const GlobalScope> scope,
    const ParamDescriptor &its_descriptor, float value)
    : descriptor (its_descriptor),
      scope_ (std::move (scope)),
      timeline_ (value),
      current_ (value)
{}

float
NodeParam::value () const
{
  const float value = current_.load (std::memory_order_relaxed);
  if (value != value)
    return descriptor.default_value;
  return value < descriptor.min_value   ? descriptor.min_value
         : value > descriptor.max_value ? descriptor.max_value
                                        : value;
}

// https://webaudio.github.io/web-audio-api/#dom-audioparam-value
// A value that setValueAtTime() refuses is not assigned.
Result<>
NodeParam::set_value (float value)
{
  Result<> result = timeline_.set_value (value, now ());
  if (result)
    current_.store (value, std::memory_order_relaxed);
  return result;
}

size_t
NodeParam::fill (const QuantumTime &time, float *values, size_t count)
{
  size_t filled = control_ ? control_->fill (time, values, count) : 0;
  if (filled == 0)
    filled = timeline_.fill (time, values, count);
  current_.store (values[0], std::memory_order_relaxed);
  return filled;
}

} // namespace webmedia::worklet
