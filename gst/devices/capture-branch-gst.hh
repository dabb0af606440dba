// SPDX-License-Identifier: LGPL-2.1-or-later
// What makes one track's data of what its device gives out.
#pragma once

#include "base/ptr.hh"
#include "devices/branch-gate-gst.hh"
#include "devices/surface-fit.hh"
#include "stream/pad-producer.hh"
#include "stream/tap.hh"

#include <string>
#include <vector>

namespace webmedia::devices {

// What a branch does. One that does nothing hands on what there is.
struct BranchShape {
  Ptr<GstCaps> source{}; // what the device may give out
  // Of pictures: cropped to their ratio, and scaled; 0: not.
  int width = 0;
  int height = 0;
  // Of those of a camera: it is made for these, and waits for another one when
  // others come; 0: for any.
  int only_width = 0;
  int only_height = 0;
  bool of_pictures = false;
  // Of those of a display: scaled as its size has it at any time; null: not.
  std::shared_ptr<const SurfaceFit> fit{};
  // Frames are left out; 0: none.
  double frame_rate = 0;
  double source_rate = 0; // the device's

  // Of sound: converted to these; null: not.
  Ptr<GstCaps> sound{};
  bool cancels_echo = false;
  bool controls_gain = false;
  bool suppresses_noise = false;
  std::string echo_probe{};

  bool operator== (const BranchShape &other) const;
  bool is_scaled () const { return width > 0 || fit; }
  bool processes_voice () const
  {
    return cancels_echo || controls_gain || suppresses_noise;
  }
};

// It belongs to a pipeline, which streams into it.
// Threads: thread-bound (who has the capture's turn).
class CaptureBranch {
public:
  // Feeds `input`, which does not end with it.
  CaptureBranch (const BranchShape &shape, std::shared_ptr<stream::Input> input,
      Ptr<GstElement> tee, std::shared_ptr<BranchHealth> health);
  ~CaptureBranch ();
  CaptureBranch (const CaptureBranch &) = delete;
  CaptureBranch &operator= (const CaptureBranch &) = delete;

  // Into the tee's pipeline, as that runs. An error: it is of no use.
  Result<> start ();
  // Waits for what passes.
  void stop ();
  // What has gone wrong in it: it gives nothing any more.
  std::optional<Error> failure () const { return health_->failure (); }

  const BranchShape shape;
  // Asks upstream of it.
  std::shared_ptr<stream::PadProducer> upstream () const { return upstream_; }

private:
  Result<> make_chain ();
  Result<> link_chain ();
  Result<> join ();
  Ptr<GstPad> first_pad () const;

  const std::shared_ptr<stream::Input> input_;
  const Ptr<GstElement> tee_;
  const std::shared_ptr<BranchHealth> health_;
  const Ptr<GstElement> bin_;          // of the chain
  std::vector<Ptr<GstElement>> chain_; // the last one is the sink
  Ptr<GstPad> tee_pad_;
  std::unique_ptr<stream::Tap> tap_;
  std::shared_ptr<stream::PadProducer> upstream_;
};

} // namespace webmedia::devices
