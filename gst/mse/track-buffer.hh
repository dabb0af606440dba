// SPDX-License-Identifier: LGPL-2.1-or-later
// The spec's track buffer: the coded frames of one track.
// https://www.w3.org/TR/media-source-2/#track-buffers
#pragma once

#include "base/mutex.hh"
#include "mse/splice.hh"
#include "mse/time-ranges.hh"

#include <deque>
#include <optional>

namespace webmedia::mse {

// A frame to store, after coded frame processing gave it its times.
struct NewFrame {
  Time pts;
  Time dts;
  Time duration;
  Slice data;
  bool keyframe;
  const SampleProtection *protection; // null: not encrypted
};

// Where a reader stands: the frame that it reads next.
struct Cursor {
  std::shared_ptr<Chunk> chunk; // null: at `time`, in no chunk yet
  size_t frame = 0;             // index in the chunk
  size_t group = 0;             // what to read at once, for `time` to stay true
  Time time = 0;   // everything that ends by it was read, or is not wanted
  Time anchor = 0; // `time` as it was where the chunk was entered
  Time slack = 0;  // data that begins this much after `time` will do

  // Goes on behind the group.
  void advance ();
};

// Coded frames, sorted. One thread at a time adds and removes (the source
// buffer's running operation); readers on any thread look on, and are held
// up no longer than one commit takes.
// Threads: thread-safe.
class TrackBuffer {
public:
  explicit TrackBuffer (MemoryAccount &account) : account_ (account) {}
  ~TrackBuffer ();

  // Holds the lock for a batch of add() and remove(), then wakes readers.
  class Commit;

  // What the spec calls the track buffer ranges, with gaps of less than two
  // frames closed.
  TimeRanges buffered () const EXCLUDES (lock_);
  // The highest PTS stored, or kTimeNone.
  Time highest_pts () const EXCLUDES (lock_);
  // The PTS of the random access point at or before (`after`: at or after)
  // `time`, or `time` where there is none.
  Time random_access_point (Time time, bool after) const EXCLUDES (lock_);
  size_t frame_count () const EXCLUDES (lock_);
  // Bytes that the records and their index take.
  size_t metadata_bytes () const EXCLUDES (lock_);

  // Removes frames in [start, end) and what depends on them. True when the
  // frame that was added last is one of them.
  bool remove (Time start, Time end) EXCLUDES (lock_);
  // Removes the first chunks that end by `limit`, but for those in use, until
  // the account is down to `target` bytes; returns whether it is.
  bool evict_before (Time limit, uint64_t target) EXCLUDES (lock_);
  // Removes the last chunk, if it is not in use and begins after the first one
  // that ends after `limit`; returns whether it did.
  bool evict_last (Time limit) EXCLUDES (lock_);
  // The PTS of the last chunk's first frame, or kTimeNone.
  Time highest_key () const EXCLUDES (lock_);
  // Copies the frames that hold the last few bytes of a large block to memory
  // of their own, so that the block can go.
  void reown_sparse () EXCLUDES (lock_);

  // What ends a reader's wait for a frame.
  void set_ended (bool ended) EXCLUDES (lock_);
  void close (const Error &error) EXCLUDES (lock_);
  bool is_closed () const EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    return closed_;
  }

  // For readers (track-reader.cc).
  mutable Mutex lock_;
  Condition changed_;

  enum class Next { frame, missing, end };
  // Finds the frames to read next, from wherever the cursor stands: it
  // survives any change to the frames. Where there are none, says whether one
  // is missing or the track has ended.
  Next seek_next_locked (Cursor &cursor, bool sparse) const REQUIRES (lock_);
  // The splice at `time` whose overlapped frame begins at `start`, or null.
  const Splice *splice_locked (Time start, Time time) const REQUIRES (lock_)
  {
    return splices_.empty () ? nullptr : find_splice_locked (start, time);
  }
  // What was cut from a stored frame at the append window.
  Cuts cuts_locked (const CodedFrame &frame) const REQUIRES (lock_)
  {
    return trims_.empty () ? Cuts{} : find_cuts_locked (frame);
  }
  const Error *closed_locked () const REQUIRES (lock_)
  {
    return closed_ ? &close_error_ : nullptr;
  }

private:
  struct Entry {
    Time key;
    std::shared_ptr<Chunk> chunk;
  };
  using Index = std::deque<Entry>;

  bool add_locked (const NewFrame &frame,
      const std::shared_ptr<const TrackConfig> &config) REQUIRES (lock_);
  void remove_locked (Time start, Time end) REQUIRES (lock_);
  bool overlaps_locked (Time start, Time end) const REQUIRES (lock_)
  {
    return start < reach_ && find_overlap_locked (start, end);
  }
  bool find_overlap_locked (Time start, Time end) const REQUIRES (lock_);
  void store_locked (const Slice &data) REQUIRES (lock_);
  void tell_block_locked () REQUIRES (lock_);
  const CodedFrame *frame_at_locked (Time time) const REQUIRES (lock_);
  Time next_random_access_locked (Time time) const REQUIRES (lock_);
  size_t group_locked (const Cursor &cursor) const REQUIRES (lock_);
  void enter_locked (Cursor &cursor, const std::shared_ptr<Chunk> &chunk,
      bool sparse) const REQUIRES (lock_);

  // Whether a reader stands in the chunk, or it was added to last.
  static bool is_in_use (const Entry &entry)
  {
    return entry.chunk.use_count () > 1;
  }
  size_t first_at_or_after_locked (Time key) const REQUIRES (lock_);
  bool goes_on_locked (const NewFrame &frame,
      const std::shared_ptr<const TrackConfig> &config) const REQUIRES (lock_);
  void open_chunk_locked (const NewFrame &frame,
      const std::shared_ptr<const TrackConfig> &config) REQUIRES (lock_);
  void insert_locked (std::shared_ptr<Chunk> chunk) REQUIRES (lock_);
  std::shared_ptr<Chunk> split_locked (Chunk &chunk, size_t from)
      REQUIRES (lock_);
  void copy_frame_locked (const Chunk &chunk, size_t i, Chunk &target)
      REQUIRES (lock_);
  void part_locked (Time key) REQUIRES (lock_);
  void thin_locked (size_t entry, Time start) REQUIRES (lock_);
  void truncate_locked (Chunk &chunk, size_t from) REQUIRES (lock_);
  void cut_locked (size_t entry, Time start, Time end) REQUIRES (lock_);
  void drop_chunk_locked (size_t entry) REQUIRES (lock_);
  void evict_chunk_locked (size_t entry) REQUIRES (lock_);

  // Splices (track-buffer-splice.cc).
  struct Place {
    Chunk *chunk;
    size_t frame;
  };
  std::optional<Place> place_locked (Time time) const REQUIRES (lock_);
  bool is_stored_locked (Time pts, Time end) const REQUIRES (lock_);
  std::optional<Splice> splice_audio_locked (NewFrame &frame) REQUIRES (lock_);
  void splice_text_locked (Time pts) REQUIRES (lock_);
  const Splice *find_splice_locked (Time start, Time time) const
      REQUIRES (lock_);
  std::optional<Splice> take_splice_locked (const Splice *splice)
      REQUIRES (lock_);
  void fade_out_locked (Splice &splice, const Chunk &chunk, size_t i)
      REQUIRES (lock_);
  void release_locked (Splice &splice, size_t from = 0) REQUIRES (lock_);
  void add_splice_locked (Splice splice) REQUIRES (lock_);
  void set_duration_locked (Place place, Time duration) REQUIRES (lock_);
  // After frames in [start, end) were removed, or around it: what the side
  // tables have of these goes, too.
  void mend_tables_locked (Time start, Time end) REQUIRES (lock_)
  {
    if (!trims_.empty ())
      drop_trims_locked (start, end);
    if (!splices_.empty ())
      drop_splices_locked (start, end);
  }
  void drop_splices_locked (Time start, Time end) REQUIRES (lock_);

  // Trims (track-buffer-trim.cc).
  Cuts find_cuts_locked (const CodedFrame &frame) const REQUIRES (lock_);
  void add_trim_locked (const Trim &trim) REQUIRES (lock_);
  void drop_trims_locked (Time start, Time end) REQUIRES (lock_);

  Time gap_locked () const REQUIRES (lock_) { return 2 * max_duration_; }
  void add_ranges_locked (TimeRanges &ranges, const Chunk &chunk) const
      REQUIRES (lock_);

  MemoryAccount &account_;
  Index index_ GUARDED_BY (lock_);
  std::shared_ptr<Chunk> open_ GUARDED_BY (lock_); // where frames are added
  Time max_duration_ GUARDED_BY (lock_) = 0;
  // No frame was ever stored that ends later.
  Time reach_ GUARDED_BY (lock_) = kTimeNone;
  // A block that does not know yet of its last frames that were stored, and
  // their bytes: frames of one block come in a row.
  Block *untold_ GUARDED_BY (lock_) = nullptr;
  uint32_t untold_bytes_ GUARDED_BY (lock_) = 0;
  size_t frame_count_ GUARDED_BY (lock_) = 0;
  std::vector<Splice> splices_ GUARDED_BY (lock_); // sorted by time
  std::vector<Trim> trims_ GUARDED_BY (lock_);     // sorted by PTS
  // Ranges of all chunks but the last; cleared by whatever else changes.
  mutable TimeRanges settled_ GUARDED_BY (lock_);
  mutable size_t settled_count_ GUARDED_BY (lock_) = 0;
  bool ended_ GUARDED_BY (lock_) = false;
  bool closed_ GUARDED_BY (lock_) = false;
  Error close_error_ GUARDED_BY (lock_){};
};

class SCOPED_CAPABILITY TrackBuffer::Commit {
public:
  explicit Commit (TrackBuffer &buffer) ACQUIRE (buffer.lock_);
  ~Commit () RELEASE ();
  Commit (const Commit &) = delete;
  Commit &operator= (const Commit &) = delete;

  // False when the frame's group of pictures lies in too many blocks.
  bool add (
      const NewFrame &frame, const std::shared_ptr<const TrackConfig> &config)
      NO_THREAD_SAFETY_ANALYSIS
  {
    return buffer_.add_locked (frame, config);
  }
  void remove (Time start, Time end);
  // What the new frame, which begins a coded frame group, does to the frame
  // that it begins in. A splice is to be added after the frame.
  std::optional<Splice> splice_audio (NewFrame &frame);
  void splice_text (const NewFrame &frame);
  void add_splice (Splice splice);
  // Of a frame that was added.
  void add_trim (const Trim &trim);
  // Whether frames may be stored whose PTS lies in [start, end).
  bool overlaps (Time start, Time end) const NO_THREAD_SAFETY_ANALYSIS
  {
    return buffer_.overlaps_locked (start, end);
  }
  // The frame whose presentation interval holds `time`, or null.
  const CodedFrame *frame_at (Time time) const;

private:
  TrackBuffer &buffer_;
};

} // namespace webmedia::mse
