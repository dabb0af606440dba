// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the payload of a transport stream is put together, and the coded
// frames that are made of it.
#pragma once

#include "mse/byte-stream-parser.hh"

#include <vector>

namespace webmedia::mse {

// The bytes of one elementary stream, without packets around them. They are
// copied here once, into blocks that many frames share; a frame is a slice.
// Threads: reentrant.
class MpegtsArena {
public:
  void append (const uint8_t *bytes, size_t size);
  // The bytes that were not skipped yet, in one run; valid until append().
  const uint8_t *data () const;
  size_t size () const { return block_ ? block_->size () - start_ : 0; }
  // Where data() lies, and in which block.
  uint32_t start () const { return start_; }
  const Ptr<Block> &block () const { return block_; }
  void skip (size_t size);
  void clear () { skip (size ()); }

private:
  Ptr<Block> block_;
  uint32_t start_ = 0;
  size_t largest_ = 0; // run so far: what the next block has to have room for
};

// Frames and changes of configuration in the order that the sink gets them.
// Threads: reentrant.
class MpegtsFrames {
public:
  void push (const ParsedFrame &frame, const Ptr<Block> &block);
  // Rules the frames of the track that are pushed from now on.
  void set_config (uint16_t track, std::shared_ptr<const TrackConfig> config);

  size_t size () const { return count_; }
  // From the first DTS to the last.
  Time span () const { return count_ > 0 ? last_ - first_ : 0; }
  // Gives all to the sink, which may refuse.
  Result<> deliver (ByteStreamSink &sink);
  void clear ();

private:
  std::vector<FrameBatch> batches_; // of one set of configurations each
  size_t used_ = 0;                 // of batches_; the others are empty
  size_t count_ = 0;
  Time first_ = kTimeInfinite;
  Time last_ = kTimeNone;
  FrameBatch &current ();
};

// The frames of one track. A frame whose duration only the next one tells is
// held until that comes.
// Threads: reentrant.
class MpegtsTrack {
public:
  explicit MpegtsTrack (MpegtsFrames &frames) : frames_ (frames) {}

  // Its place in the next initialization segment.
  void set_index (uint16_t index);
  uint16_t index () const { return index_; }
  // What describes the frames that are pushed from now on.
  void set_description (TrackDescription description);
  bool is_described () const { return bool (declared_.config); }
  // What the initialization segment is to say: the description of the first
  // frame that was not given to the sink, or `fallback` where none came yet.
  const TrackDescription &declare (TrackDescription fallback);

  // A frame whose duration is known.
  void push (const ParsedFrame &frame, const Ptr<Block> &block);
  // A frame that lasts until the next one; `hint` is what to expect, or 0.
  void push_open (const ParsedFrame &frame, const Ptr<Block> &block, Time hint);
  // The held frame has no next one.
  void release ();
  void drop () { block_.reset (); }
  bool is_holding () const { return bool (block_); }
  // What a frame lasts, as far as is known.
  Time usual_duration () const;

private:
  void close (Time duration);
  void close_before (Time dts);
  void apply_description ();

  MpegtsFrames &frames_;
  uint16_t index_ = 0;
  bool is_given_ = false; // to the sink, by declare()
  TrackDescription declared_{};
  TrackDescription next_{}; // begins with the next frame
  ParsedFrame frame_{};     // the held one
  Ptr<Block> block_;        // null where none is held
  Time distance_ = 0;       // between the last frames, 0 if not known
  Time hint_ = 0;
};

} // namespace webmedia::mse
