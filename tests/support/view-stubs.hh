// SPDX-License-Identifier: LGPL-2.1-or-later
// A node as the element sees it, with a hook where another thread may come
// between. What `meanwhile` does is done once, on a thread of its own, which is
// waited for: so nobody may hold a lock there.
#pragma once

#include "gstwebaudioworkletparam.hh"
#include "support/check.hh"

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace webmedia::test {

inline void
run_meanwhile (std::function<void ()> &meanwhile)
{
  if (auto once = std::exchange (meanwhile, nullptr))
    std::thread (once).join ();
}

class StubParam final : public worklet::ParamView {
public:
  float value () const override { return value_; }
  Result<> set_value (float value) override
  {
    run_meanwhile (meanwhile);
    value_ = value;
    return ok;
  }

  std::function<void ()> meanwhile; // before it has a value that is set

private:
  std::atomic<float> value_{0};
};

// Of no processor.
class StubDefinition final : public worklet::Definition {
public:
  explicit StubDefinition (std::vector<worklet::ParamDescriptor> descriptors)
      : Definition ("test", "", std::move (descriptors))
  {}
  std::unique_ptr<worklet::Processor> construct (
      const worklet::Construction &) const override
  {
    return nullptr;
  }
};

class StubNode final : public worklet::NodeView {
public:
  explicit StubNode (const worklet::Definition &definition)
      : definition_ (definition)
  {
    for (size_t i = 0; i < definition.parameters.size (); i++)
      parameters.push_back (std::make_shared<StubParam> ());
  }

  const worklet::Definition &definition () const override
  {
    return definition_;
  }
  const worklet::NodeOptions &options () const override { return options_; }
  uint32_t quantum () const override { return worklet::kDefaultQuantum; }
  uint32_t fixed_rate () const override { return 0; }
  uint32_t output_channels (uint32_t, uint32_t) const override { return 1; }
  std::shared_ptr<worklet::ParamView> parameter (size_t index) const override
  {
    run_meanwhile (meanwhile);
    fail_unless (index < parameters.size ());
    return parameters[index];
  }
  Result<std::unique_ptr<worklet::Rendering>> render (
      uint32_t, std::vector<std::shared_ptr<worklet::ParamControl>>) override
  {
    return Error{ErrorCode::not_supported, "It renders nothing"};
  }
  void set_suspended (bool) override {}
  void pump () override {}
  bool post_message (port::Message) override { return false; }
  void add_listener (std::weak_ptr<worklet::NodeListener>) override {}
  void remove_listener (const worklet::NodeListener *) override {}
  bool has_news () override { return false; }
  void tell_news (bool) override {}

  std::vector<std::shared_ptr<StubParam>> parameters;
  mutable std::function<void ()> meanwhile; // before it gives a parameter

private:
  const worklet::Definition &definition_;
  const worklet::NodeOptions options_;
};

} // namespace webmedia::test
