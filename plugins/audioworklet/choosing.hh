// SPDX-License-Identifier: LGPL-2.1-or-later
// Which processor the element has, by its settings.
#pragma once

#include "base/mutex.hh"
#include "children.hh"
#include "settings.hh"

namespace webmedia::elements {

// What is to be rendered: a node that the application made, or one that is made
// of a choice.
struct Chosen {
  std::string settings; // that it comes of
  Ptr<GstWebAudioWorklet> worklet;
  Ptr<GstWebAudioWorkletNode> node;
  std::shared_ptr<worklet::NodeView> view; // of that
  std::shared_ptr<worklet::Choice> choice;
  std::string mistake; // why there is neither

  explicit operator bool () const { return view || choice; }
  const worklet::Definition *definition () const;
  // Of the node, or of the settings. Where there is something chosen.
  Result<worklet::NodeOptions> parse_options (
      const WorkletSettings &from) const;
  // Whether the processor that is chosen takes the values in them, as far as
  // that is known before it is rendered.
  Result<> try_options (const worklet::NodeOptions &options) const
  {
    return choice ? choice->try_options (options) : Result<> (ok);
  }
  // The node with as many inputs and outputs as there are pads.
  // InvalidStateError: the node that is given, or the options, have fewer.
  Result<worklet::NewNode> make_node (
      worklet::NodeOptions options, size_t inputs, size_t outputs) const;
};

// Threads: thread-safe; choose() is called by one thread at a time.
class Choosing {
public:
  explicit Choosing (Children &children)
      : children_ (children) {} // the element's

  // Loads the module and looks the processor up, when both may be known; what
  // is wrong is told when the element starts. Parameters become children.
  void choose (const WorkletSettings &settings) EXCLUDES (lock_);
  Chosen chosen () const EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    return chosen_;
  }
  // The worklet of the settings, or the element's own: another one where there
  // is another module, as names are registered once.
  Ptr<GstWebAudioWorklet> find_worklet (const WorkletSettings &settings)
      EXCLUDES (lock_);

private:
  Children &children_;

  mutable Mutex lock_;
  Chosen chosen_ GUARDED_BY (lock_);
  // The element's own, and the settings that it comes of.
  Ptr<GstWebAudioWorklet> own_worklet_ GUARDED_BY (lock_);
  std::string own_settings_ GUARDED_BY (lock_);
};

} // namespace webmedia::elements
