// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/webm-cluster.hh"

#include <algorithm>

namespace webmedia::mse {

namespace {

enum Id : uint32_t {
  kTimecode = 0xe7,
  kSilentTracks = 0x5854,
  kPosition = 0xa7,
  kPrevSize = 0xab,
  kSimpleBlock = 0xa3,
  kBlockGroup = 0xa0,
  kEncryptedBlock = 0xaf,
  kBlock = 0xa1,
  kBlockDuration = 0x9b,
  kReferenceBlock = 0xfb,
};

// A block bigger than this is an error, not a reason to wait for more.
constexpr uint64_t kBlockMax = 256u << 20;

// How far ahead of the child that is read memory is asked for.
constexpr size_t kReadAhead = 1024;
constexpr size_t kLine = 64; // of the cache

// Ticks and nanoseconds beyond these are hostile: sums of them could overflow.
constexpr uint64_t kTimecodeMax = uint64_t (1) << 62;
constexpr Time kTimeMax = Time (1) << 62;

bool
is_ignored_in_cluster (uint32_t id)
{
  return id == kPosition || id == kPrevSize || id == kSilentTracks
         || id == kVoid || id == kCrc32;
}

// Whether an element cannot be a child of a Cluster of unknown size.
bool
ends_cluster (const uint8_t *data, size_t size)
{
  uint32_t id;
  return read_element_id (data, size, &id) == HeaderStatus::complete
         && (id == kCluster || id == kEbmlHeader || id == kInfo || id == kTracks
             || (is_ignored_level1 (id) && id > 0xff));
}

} // namespace

// DEVIATION: what Matroska does not have is no element to ignore: nothing
// else would tell garbage.
bool
is_ignored_level1 (uint32_t id)
{
  switch (id) {
  case kSeekHead:
  case kCues:
  case kChapters:
  case kAttachments:
  case kTags:
  case kVoid:
  case kCrc32:
    return true;
  default:
    return false;
  }
}

Error
webm_error (const ByteQueue &input, size_t offset, const char *problem)
{
  return stream_error ("WebM", problem, input.position () + offset);
}

void
WebmCluster::begin (uint64_t size, Time tick)
{
  active_ = true;
  left_ = size;
  tick_ = tick;
  skip_ = 0;
  timecode_.reset ();
  has_block_ = false;
  frames.begin_cluster ();
}

// DEVIATION: a cluster may lack blocks of a track. The last one of a file often
// does, and browsers take it.
void
WebmCluster::end ()
{
  active_ = false;
  frames.release ();
}

void
WebmCluster::reset ()
{
  active_ = false;
  frames.reset ();
}

// Bytes are consumed from the queue only where the run ends, so that the
// children that lie in one run cost no queue operation but their slice.
struct WebmCluster::View {
  const uint8_t *data; // the run at the front of the queue
  size_t size;
  size_t at; // the next child
};

Result<>
WebmCluster::read (ByteQueue &input, ByteStreamSink &sink)
{
  while (active_ && (input.size () > 0 || left_ == 0)) {
    View view{};
    view.size = input.contiguous (0);
    view.data = input.peek (0, view.size);
    // Where blocks are small, waiting for the first byte of each costs most.
    for (size_t at = 0; at < std::min (view.size, kReadAhead); at += kLine)
      __builtin_prefetch (view.data + at);
    bool goes_on = true;
    while (active_ && goes_on && (view.at < view.size || left_ == 0)) {
      Result<bool> read = read_child (input, view);
      if (!read) {
        input.skip (view.at);
        return read.error ();
      }
      goes_on = *read;
      if (frames.full ()) {
        if (Result<> delivered = frames.deliver (sink); !delivered)
          return delivered;
      }
    }
    input.skip (view.at);
    if (!goes_on)
      break;
  }
  return ok;
}

// Reads the child at `view.at` and moves past it; false when more bytes are
// needed.
// It is long because a call of its own for each block's payload costs an append
// two percent.
// https://www.w3.org/TR/mse-byte-stream-format-webm/#webm-media-segments
Result<bool>
WebmCluster::read_child (ByteQueue &input, View &view)
{
  size_t offset = view.at;
  size_t available = input.size () - offset;
  if (skip_ > 0) {
    size_t step = size_t (std::min<uint64_t> (skip_, available));
    view.at += step;
    skip_ -= step;
    return skip_ == 0;
  }
  if (left_ == 0) {
    end ();
    return true;
  }

  available = size_t (std::min<uint64_t> (available, left_));
  const uint8_t *data = view.data + offset;
  size_t data_size = std::min (view.size - offset, available);
  // A head that lies across runs is gathered; its payload is not.
  constexpr size_t kHeadMax = kElementHeaderMax + 16;
  if (data_size < std::min (kHeadMax, available)) [[unlikely]] {
    data_size = std::min (kHeadMax, available);
    data = input.peek (offset, data_size);
  }

  if (left_ == kUnknownSize && ends_cluster (data, data_size)) {
    end ();
    return true;
  }
  ElementHeader header;
  switch (read_element_header (data, data_size, &header)) {
  case HeaderStatus::incomplete:
    if (left_ != kUnknownSize && available >= left_)
      return webm_error (input, offset, "element longer than its Cluster");
    return false;
  case HeaderStatus::invalid:
    return webm_error (input, offset, "no element begins");
  case HeaderStatus::complete:
    break;
  }
  if (header.size == kUnknownSize)
    return webm_error (input, offset, "element of unknown size in a Cluster");
  if (kReadAhead < view.size - offset)
    __builtin_prefetch (view.data + offset + kReadAhead);
  if (left_ != kUnknownSize && header.total () > left_)
    return webm_error (input, offset, "element longer than its Cluster");

  if (is_ignored_in_cluster (header.id)) {
    skip_ = header.total ();
  } else {
    if (header.size > kBlockMax)
      return webm_error (input, offset, "element too large");
    bool complete = header.total () <= available;
    Result<> result = ok;
    switch (header.id) {
    case kTimecode:
      if (complete)
        result = read_timecode (input, offset, header);
      break;
    case kSimpleBlock:
      if (complete)
        result = read_block (input, offset + header.length, header.size,
            data + header.length, data_size - header.length, nullptr);
      break;
    case kBlockGroup:
      if (complete)
        result = read_group (input, offset, header);
      break;
    case kEncryptedBlock:
      return webm_error (input, offset, "EncryptedBlock is not supported");
    default:
      return webm_error (input, offset, "element that no Cluster holds");
    }
    if (!result)
      return result.error ();
    if (!complete)
      return false;
    view.at += size_t (header.total ());
  }
  if (left_ != kUnknownSize)
    left_ -= header.total ();
  return true;
}

Result<>
WebmCluster::read_timecode (
    ByteQueue &input, size_t offset, const ElementHeader &header)
{
  if (header.size > 8)
    return webm_error (input, offset, "Timecode longer than eight bytes");
  if (has_block_)
    return webm_error (input, offset, "Timecode after a block");
  size_t size = size_t (header.size);
  uint64_t timecode =
      read_uint (input.peek (offset + header.length, size), size);
  Time time;
  if (timecode > kTimecodeMax
      || __builtin_mul_overflow (int64_t (timecode), tick_, &time)
      || time > kTimeMax)
    return webm_error (input, offset, "Timecode too large");
  timecode_ = int64_t (timecode);
  return ok;
}

Result<>
WebmCluster::read_group (
    ByteQueue &input, size_t offset, const ElementHeader &group_header)
{
  Group group;
  size_t block_offset = 0;
  uint64_t block_size = 0;
  size_t at = offset + group_header.length;
  size_t end = offset + size_t (group_header.total ());
  while (at < end) {
    size_t size = std::min (kElementHeaderMax, end - at);
    ElementHeader header;
    if (read_element_header (input.peek (at, size), size, &header)
            != HeaderStatus::complete
        || header.size > end - at - header.length)
      return webm_error (input, at, "malformed BlockGroup");
    size_t content = at + header.length;
    if (header.id == kBlock) {
      block_offset = content;
      block_size = header.size;
    } else if (header.id == kReferenceBlock) {
      group.keyframe = false;
    } else if (header.id == kBlockDuration) {
      if (header.size > 8)
        return webm_error (input, at, "malformed BlockDuration");
      size_t length = size_t (header.size);
      uint64_t ticks = read_uint (input.peek (content, length), length);
      if (ticks > kTimecodeMax
          || __builtin_mul_overflow (int64_t (ticks), tick_, &group.duration)
          || group.duration > kTimeMax)
        return webm_error (input, at, "BlockDuration too large");
    }
    at = content + size_t (header.size);
  }
  if (block_offset == 0)
    return webm_error (input, offset, "BlockGroup without a Block");
  size_t data_size = size_t (std::min<uint64_t> (block_size, 16));
  return read_block (input, block_offset, block_size,
      input.peek (block_offset, data_size), data_size, &group);
}

// `data` is the start of the block, as far as it could be had in one run.
Result<>
WebmCluster::read_block (ByteQueue &input, size_t offset, uint64_t size,
    const uint8_t *data, size_t data_size, const Group *group)
{
  BlockHead head;
  if (!read_block_head (
          data, size_t (std::min<uint64_t> (size, data_size)), &head))
    return webm_error (input, offset, "block without a header");
  if (!timecode_)
    return webm_error (input, offset, "block before the Timecode");
  has_block_ = true;
  WebmTrack *track = frames.find_track (head.track);
  if (!track)
    return webm_error (input, offset, "block of a track that does not exist");
  // DEVIATION: the order is demanded of each track, not of all together.
  // mkvmerge and webmmux sort by the end of a packet, or by its time before
  // the codec's delay, so blocks of other tracks may be a little earlier.
  int64_t time = *timecode_ + head.time;
  if (time < track->last_block)
    return webm_error (
        input, offset, "block earlier than the one before it of its track");
  track->last_block = time;

  uint32_t payload = uint32_t (size - head.length);
  BlockFrames block{offset + head.length, 1, &payload, time * tick_,
      group ? group->duration : 0,
      track->is_audio () || (group ? group->keyframe : head.keyframe ())};
  if (head.lacing () != 0) [[unlikely]] {
    size_t table = lace_table_max (payload);
    if (!read_lace (head.lacing (), input.peek (block.offset, table), table,
            payload, &lace_))
      return webm_error (input, offset, "laced frames larger than the block");
    block.offset += lace_.length;
    block.count = lace_.count;
    block.sizes = lace_.sizes;
  }
  return frames.add (*track, input, block);
}

} // namespace webmedia::mse
