// SPDX-License-Identifier: LGPL-2.1-or-later
// A module that makes every mistake that it can when it is evaluated.
#include <gst/webmedia/gstwebaudioprocessor.hpp>

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
  throw std::runtime_error ("at last");      // 7
}

} // namespace

GST_WEB_AUDIO_MODULE (evaluate);
