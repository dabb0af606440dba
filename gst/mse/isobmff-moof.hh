// SPDX-License-Identifier: LGPL-2.1-or-later
// The movie fragment box: where a media segment's samples are and when they
// are played.
#pragma once

#include "mse/isobmff-moov.hh"

#include <span>

namespace webmedia::mse {

// Sample groups of one kind in a track fragment (`sbgp`), read along.
class SampleGroups {
public:
  void open (const uint8_t *entries, uint32_t count)
  {
    entries_ = entries;
    left_ = count;
  }
  // Whether samples that are left may be in a group.
  bool any () const { return left_ > 0 || run_ > 0; }
  // The group of the next sample; 0: none.
  uint32_t next ()
  {
    while (run_ == 0) {
      if (left_ == 0)
        return 0;
      run_ = load_be32 (entries_);
      group_ = load_be32 (entries_ + 4);
      entries_ += 8;
      left_--;
    }
    run_--;
    return group_;
  }

private:
  const uint8_t *entries_ = nullptr;
  uint32_t left_ = 0;
  uint32_t run_ = 0;
  uint32_t group_ = 0;
};

// A group's number from here on counts in the fragment's own descriptions.
inline constexpr uint32_t kLocalGroups = 0x10000;

// What the samples of a `traf` box share.
struct TrackFragment {
  const MovieTrack *track = nullptr;
  const SampleDescription *description = nullptr;
  SampleAuxiliary auxiliary;
  SampleGroups encryption;    // seig
  SampleGroups random_access; // rap, sap
  std::vector<SampleEncryption> encryption_groups;
  std::vector<bool> random_access_groups;

  // For each sample in turn. False when senc ends too early.
  bool next_protection (SampleProtection &protection);
  bool next_is_random_access ();
};

// A sample, in its track's ticks.
struct Sample {
  int64_t dts;
  int64_t pts;
  uint32_t duration;
  uint32_t size;
  uint32_t flags;

  // ISO 14496-12, 8.8.3.1: neither a non-sync sample nor one that depends on
  // others.
  bool is_sync () const { return !(flags & 0x10000) && (flags >> 24 & 3) != 1; }
};

// The samples of a `trun` box, contiguous in the file, read one by one.
// Threads: reentrant.
class SampleRun {
public:
  uint32_t fragment = 0; // index of its TrackFragment
  uint64_t offset = 0;   // of the next sample, in the byte stream
  uint64_t end = 0;
  bool begun = false; // a sample of it was read

  bool done () const { return left_ == 0; }
  const Sample &next () const { return sample_; }
  // Goes on to the sample after next().
  void advance ()
  {
    offset += sample_.size;
    sample_.dts += sample_.duration;
    left_--;
    load ();
  }

private:
  friend class Fragment;
  void load ()
  {
    if (left_ == 0)
      return;
    const uint8_t *field = entry_;
    int64_t composition = 0;
    if (fields_ & kDuration) {
      sample_.duration = load_be32 (field);
      field += 4;
    }
    if (fields_ & kSize) {
      sample_.size = load_be32 (field);
      field += 4;
    }
    if (fields_ & kFlags) {
      sample_.flags = load_be32 (field);
      field += 4;
    }
    if (has_first_flags_) [[unlikely]] {
      sample_.flags = first_flags_;
      has_first_flags_ = false;
    } else if (!(fields_ & kFlags)) {
      sample_.flags = default_flags_;
    }
    // DEVIATION: version 0 has unsigned offsets, but muxers write negative
    // ones with it, and none is that large.
    if (fields_ & kComposition) {
      composition = int32_t (load_be32 (field));
      field += 4;
    }
    entry_ = field;
    sample_.pts = sample_.dts + composition;
  }

  static constexpr uint32_t kDataOffset = 1;
  static constexpr uint32_t kFirstFlags = 4;
  static constexpr uint32_t kDuration = 0x100;
  static constexpr uint32_t kSize = 0x200;
  static constexpr uint32_t kFlags = 0x400;
  static constexpr uint32_t kComposition = 0x800;

  const uint8_t *entry_ = nullptr;
  uint32_t left_ = 0;
  uint32_t fields_ = 0;
  uint32_t first_flags_ = 0;
  uint32_t default_flags_ = 0;
  bool has_first_flags_ = false;
  Sample sample_{};
};

// Ticks beyond this leave no room to add offsets.
inline constexpr uint64_t kTicksMax = INT64_MAX / 4;

// A `moof` box, validated whole, and how far its samples have been read.
// Threads: reentrant.
class Fragment {
public:
  // `moof` with its header, at `position` of the byte stream.
  Result<> load (const Movie &movie, std::span<const uint8_t> moof,
      size_t header, uint64_t position);
  void clear ();

  // Non-empty runs of samples that we play, in the order of the file's boxes.
  std::vector<SampleRun> &runs () { return runs_; }
  TrackFragment &fragment (const SampleRun &run)
  {
    return fragments_[run.fragment];
  }
  // `pssh` boxes.
  const std::vector<ProtectionSystem> &protection () const
  {
    return protection_;
  }

private:
  struct TrafHead;
  Result<> load_traf (
      const Movie &movie, BoxReader traf, bool single, uint64_t moof_end);
  static Result<> load_tfhd (
      const Movie &movie, BoxReader tfhd, TrafHead &head);
  static Result<> load_head (
      const Movie &movie, BoxReader traf, TrafHead &head);
  Result<> load_groups (BoxReader traf, TrackFragment &fragment);
  Result<> load_trun (BoxReader trun, TrafHead &head);
  Result<> load_auxiliary (const TrafHead &head, TrackFragment &fragment);

  std::vector<uint8_t> bytes_; // the box
  uint64_t position_ = 0;
  std::vector<TrackFragment> fragments_;
  std::vector<SampleRun> runs_;
  std::vector<ProtectionSystem> protection_;
};

// What a `traf` box says before its runs, and how far they are loaded.
struct Fragment::TrafHead {
  const MovieTrack *track = nullptr;
  FragmentDefaults defaults;
  bool default_base_is_moof = false;
  bool has_base_offset = false;
  std::optional<uint64_t> decode_time;
  std::optional<BoxReader> senc;
  bool has_saio = false;
  uint64_t moof_end = 0;
  // Where the next run goes on.
  uint64_t ticks = 0;
  std::optional<uint64_t> offset;
  uint64_t samples = 0;
  bool has_dropped = false; // samples without bytes were left out
};

} // namespace webmedia::mse
