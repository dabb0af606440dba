// SPDX-License-Identifier: LGPL-2.1-or-later
// The pipeline of an open device: what gives out data, and a tee for branches.
#pragma once

#include "devices/capture-branch-gst.hh"
#include "devices/capture-waits.hh"

namespace webmedia::devices {

// Threads: thread-bound (who has the capture's turn, never a streaming thread).
class CapturePipeline {
public:
  // Called on any thread, also a streaming one, with no lock held.
  class Owner {
  public:
    virtual ~Owner () = default;
    // The device gives out data, for the first time since it was started.
    virtual void on_data () = 0;
    // It has failed, and nobody waits for it.
    virtual void on_failure (Error error) = 0;
    // A branch has.
    virtual void on_branch_failure () = 0;
    // What comes next has these, on a streaming thread.
    virtual void on_caps (const GstCaps *caps) = 0;
  };

  // What has a surface is of the size of that, and not asked for others.
  CapturePipeline (std::weak_ptr<Owner> owner,
      std::shared_ptr<CaptureHealth> health, bool has_surface);
  ~CapturePipeline ();
  CapturePipeline (const CapturePipeline &) = delete;
  CapturePipeline &operator= (const CapturePipeline &) = delete;

  // From now on the device gives out data, of these caps.
  Result<> start_device (
      Ptr<GstElement> source, const Ptr<GstCaps> &caps, bool is_awaited);
  // Instead of it, what is black or silent, of these caps. False: such caps
  // can't be made.
  bool start_blank (const Ptr<GstCaps> &caps);
  // Either.
  void stop_head ();
  bool has_head () const { return !head_.empty (); }
  bool has_device () const { return has_device_; } // as its head

  // Of a display that runs.
  void set_cursor (const std::string &cursor);

  // What the device says that it adds; 0: nothing.
  Time latency () const;
  // The caps of what comes, or came last; null: nothing has.
  Ptr<GstCaps> current_caps () const;

  // It streams until it goes. What goes wrong in it is its own affair.
  Result<std::unique_ptr<CaptureBranch>> add_branch (
      const BranchShape &shape, std::shared_ptr<stream::Input> input);

private:
  struct Shared;

  void answer_caps ();
  bool add_head (std::vector<Ptr<GstElement>> elements);
  bool run_head ();

  const std::shared_ptr<Shared> shared_;
  const Ptr<GstElement> pipeline_;
  const Ptr<GstElement> tee_;
  const Ptr<GstPad> tee_pad_; // its sink pad
  // The first one is the source, and the last one holds what is not live to the
  // clock.
  std::vector<Ptr<GstElement>> head_;
  bool has_device_ = false;
};

} // namespace webmedia::devices
