// SPDX-License-Identifier: LGPL-2.1-or-later
// The inside of a WebM Cluster: the Timecode and the blocks.
#pragma once

#include "mse/ebml.hh"
#include "mse/webm-frames.hh"
#include "mse/webm-lacing.hh"

#include <optional>

namespace webmedia::mse {

// Matroska's elements of level 1, and EBML's global ones.
enum WebmId : uint32_t {
  kEbmlHeader = 0x1a45dfa3,
  kSegment = 0x18538067,
  kSeekHead = 0x114d9b74,
  kInfo = 0x1549a966,
  kTracks = 0x1654ae6b,
  kCluster = 0x1f43b675,
  kCues = 0x1c53bb6b,
  kChapters = 0x1043a770,
  kAttachments = 0x1941a469,
  kTags = 0x1254c367,
  kVoid = 0xec,
  kCrc32 = 0xbf,
};

// Whether an element of a Segment may be skipped outside of its clusters.
bool is_ignored_level1 (uint32_t id);

// An error at a byte of the stream, `offset` from the front of the queue.
Error webm_error (const ByteQueue &input, size_t offset, const char *problem);

// Reads clusters, one after the other.
// Threads: reentrant.
class WebmCluster {
public:
  WebmFrames frames;

  void begin (uint64_t size, Time tick);
  bool active () const { return active_; }

  // Consumes what there is of the cluster. When it ends, active() is false
  // and what follows is at the front of the queue.
  Result<> read (ByteQueue &input, ByteStreamSink &sink);

  // The rest of the cluster will not come.
  void reset ();

private:
  // The front of the queue, seen as one run of bytes as far as that is free.
  struct View;

  Result<bool> read_child (ByteQueue &input, View &view);
  Result<> read_timecode (
      ByteQueue &input, size_t offset, const ElementHeader &header);
  Result<> read_group (
      ByteQueue &input, size_t offset, const ElementHeader &header);
  struct Group {
    Time duration = 0;
    bool keyframe = true;
  };
  Result<> read_block (ByteQueue &input, size_t offset, uint64_t size,
      const uint8_t *data, size_t data_size, const Group *group);
  void end ();

  bool active_ = false;
  Time tick_ = kMillisecond;
  uint64_t left_ = 0; // bytes of a cluster of known size, else kUnknownSize
  uint64_t skip_ = 0; // bytes of an element that is ignored
  std::optional<int64_t> timecode_;
  bool has_block_ = false; // the cluster, so far
  Lace lace_;
};

} // namespace webmedia::mse
