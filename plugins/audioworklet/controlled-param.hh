// SPDX-License-Identifier: LGPL-2.1-or-later
// The value of one AudioParam of the element's processor, and what controls it.
#pragma once

#include "api/bridge.hh"
#include "base/mutex.hh"
#include "base/ptr.hh"

#include <optional>

namespace webmedia::elements {

// The child's property `value`: that of the parameter of a node, while there is
// one. Gives the processor what controls the property, if something does.
// Threads: thread-safe, but for look_up(), prepare() and fill(): one thread at
// a time.
class ControlledParam final : public worklet::ParamControl {
public:
  explicit ControlledParam (const worklet::ParamDescriptor &descriptor)
      : descriptor_ (descriptor),
        value_ (descriptor.default_value)
  {}

  const worklet::ParamDescriptor &descriptor () const { return descriptor_; }
  void set (float value) EXCLUDES (lock_);
  float get () const EXCLUDES (lock_);
  // Of the element's own node, or null: it has none. What was set, at whichever
  // of its nodes, goes before what the node was made with.
  void follow (std::shared_ptr<worklet::ParamView> param) EXCLUDES (lock_);
  // Of a node of the application's: its values are its own.
  void follow_given (std::shared_ptr<worklet::ParamView> param)
      EXCLUDES (lock_);

  // Before the quanta of each buffer: looks up what controls `value`. Whether
  // something does.
  bool look_up (GstObject *child, uint32_t rate);
  // Then: asks for the values of the buffer.
  void prepare (worklet::StreamTime start, size_t frames);
  // A control source locks what is its own: nothing else is locked here.
  size_t fill (
      const worklet::QuantumTime &time, float *values, size_t count) override;

private:
  // What set() or stay() gave. `number` counts these, in the order of lock_.
  struct Setting {
    float value;
    uint64_t number;
  };
  // How values are asked for: every step-th frame, for `span` frames at most.
  struct Steps {
    size_t step = 1;
    size_t span = 1;
  };

  static Steps choose_steps (uint32_t rate);
  void stay () EXCLUDES (lock_);
  Setting count_locked (float value) REQUIRES (lock_);
  void assign (std::shared_ptr<worklet::ParamView> param, Setting setting)
      EXCLUDES (lock_);
  void replace_locked (std::shared_ptr<worklet::ParamView> &param,
      bool is_given) REQUIRES (lock_);
  void find_binding (GstObject *child);
  const float *find_ahead (worklet::StreamTime start, size_t count) const;
  void compute (worklet::StreamTime start, size_t count, float *values);
  void ask (GstClockTime start, GstClockTime interval, size_t count,
      float *values, size_t step);

  const worklet::ParamDescriptor descriptor_;

  mutable Mutex lock_;
  std::shared_ptr<worklet::ParamView> param_ GUARDED_BY (lock_);
  bool is_given_ GUARDED_BY (lock_) = false; // the application's
  // What each node of the element's own begins with.
  std::optional<Setting> set_ GUARDED_BY (lock_);
  // What `param_` is to have: the last one since it is that.
  std::optional<Setting> latest_ GUARDED_BY (lock_);
  uint64_t n_settings_ GUARDED_BY (lock_) = 0;

  std::atomic<float> value_; // the last one that came of what controls it
  std::atomic<bool> is_controlled_{false};
  // What controls it, if something does. `source_` where the binding does what
  // GstDirectControlBinding does, as its own values need no lock of the object.
  Ptr<GstControlBinding> binding_;
  Ptr<GstControlSource> source_;
  bool is_absolute_ = false;
  uint32_t rate_ = 0;
  Steps steps_;
  bool wants_all_ = false; // a value for each frame
  // Of the buffer.
  std::vector<float> ahead_;
  size_t n_ahead_ = 0;
  worklet::StreamTime ahead_start_;
};

} // namespace webmedia::elements
