// SPDX-License-Identifier: LGPL-2.1-or-later
// A module that makes every mistake that it can when it is evaluated.
#include <gst/webmedia/gstwebaudioprocessor.hpp>

#include <limits>
#include <stdexcept>

namespace {

using namespace gst::web;

class Fine : public AudioProcessor {
public:
  using AudioProcessor::AudioProcessor;
  bool process (const Quantum &) { return false; }
};

class Twice : public Fine {
public:
  static constexpr ParamDescriptor parameters[] = {param ("a"), param ("a")};
  using Fine::Fine;
};

class Infinite : public Fine {
public:
  static constexpr ParamDescriptor parameters[] = {
      param ("a", 0, -std::numeric_limits<float>::infinity ())};
  using Fine::Fine;
};

void
evaluate (GstWebAudioScope *scope)
{
  register_processor<Fine> (scope, "test-fine");
  register_processor<Fine> (scope, "test-fine"); // 1: the name
  register_processor<Fine> (scope, "");          // 2: no name
  register_processor<Twice> (scope, "twice");    // 3: the parameter's name
  GstWebAudioProcessorClass klass = make_class<Fine> ("no-process");
  klass.process = nullptr;
  scope->register_processor (scope, &klass); // 4
  klass = make_class<Fine> ("no-constructor");
  klass.construct = nullptr;
  scope->register_processor (scope, &klass); // 5
  klass = make_class<Fine> ("small");
  klass.size = 8;
  scope->register_processor (scope, &klass); // 6
  // Of two mistakes the first one in the specification's order.
  register_processor<Twice> (scope, "test-fine"); // 7: the name
  klass = make_class<Fine> ("");
  klass.construct = nullptr;
  scope->register_processor (scope, &klass);        // 8: no name
  register_processor<Infinite> (scope, "infinite"); // 9
  throw std::runtime_error ("at last");             // 10
}

} // namespace

GST_WEB_AUDIO_MODULE (evaluate);
