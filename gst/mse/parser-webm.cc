// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/mse-byte-stream-format-webm/
#include "mse/webm-cluster.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::mse {

namespace {

enum Id : uint32_t {
  kEbmlReadVersion = 0x42f7,
  kEbmlMaxIdLength = 0x42f2,
  kEbmlMaxSizeLength = 0x42f3,
  kDocType = 0x4282,
  kDocTypeReadVersion = 0x4285,
  kTimecodeScale = 0x2ad7b1,
  kDuration = 0x4489,
};

// Elements that are read whole may not be bigger than this.
constexpr uint64_t kEbmlHeaderMax = 4096;
constexpr uint64_t kInfoMax = 1 << 20;
constexpr uint64_t kTracksMax = 16 << 20;

constexpr uint64_t kReadVersionMax = 4; // of Matroska

struct Info {
  Time tick = kMillisecond;
  Time duration = kTimeInfinite;
};

// Threads: thread-bound (the one append that runs).
class WebmParser final : public ByteStreamParser {
public:
  Result<> parse (ByteQueue &input, ByteStreamSink &sink) override;
  Result<> drain (ByteStreamSink &sink) override;
  void reset () override;

private:
  // What may come next when no cluster is being read.
  enum class Place {
    between_segments,
    after_ebml_header,
    before_tracks, // in the Segment of an initialization segment
  };

  Result<> parse_elements (ByteQueue &input, ByteStreamSink &sink);
  // Reads the element at the front; false when more bytes are needed.
  Result<bool> parse_element (ByteQueue &input, ByteStreamSink &sink);
  Result<bool> parse_between (ByteQueue &input, const ElementHeader &header);
  Result<bool> parse_init (
      ByteQueue &input, const ElementHeader &header, ByteStreamSink &sink);
  Result<bool> parse_info (ByteQueue &input, const ElementHeader &header);
  Result<bool> parse_tracks (
      ByteQueue &input, const ElementHeader &header, ByteStreamSink &sink);
  bool fits_segment (const ByteQueue &input, const ElementHeader &header) const;
  void ignore (ByteQueue &input, const ElementHeader &header);

  Place place_ = Place::between_segments;
  uint64_t skip_ = 0;        // bytes of an element that is ignored
  uint64_t segment_end_ = 0; // its position, or kUnknownSize
  std::optional<Info> info_; // of the initialization segment being read
  bool initialized_ = false;
  Time tick_ = kMillisecond; // of the last whole initialization segment
  WebmCluster cluster_;
};

Result<>
WebmParser::parse (ByteQueue &input, ByteStreamSink &sink)
{
  Result<> parsed = parse_elements (input, sink);
  // Frames before an error count.
  Result<> delivered = cluster_.frames.deliver (sink);
  if (!delivered)
    return delivered;
  return parsed;
}

Result<>
WebmParser::parse_elements (ByteQueue &input, ByteStreamSink &sink)
{
  while (input.size () > 0 || cluster_.active ()) {
    if (cluster_.active ()) {
      Result<> read = cluster_.read (input, sink);
      if (!read)
        return read;
      if (cluster_.active ())
        return ok;
      state_ = AppendState::waiting_for_segment;
      continue;
    }
    if (skip_ > 0) {
      input.skip_some (skip_);
      continue;
    }
    Result<bool> read = parse_element (input, sink);
    if (!read)
      return read.error ();
    if (!*read)
      return ok;
  }
  return ok;
}

Result<bool>
WebmParser::parse_element (ByteQueue &input, ByteStreamSink &sink)
{
  size_t size = std::min (kElementHeaderMax, input.size ());
  const uint8_t *data = input.peek (0, size);
  ElementHeader header;
  HeaderStatus status = read_element_id (data, size, &header.id);
  if (status == HeaderStatus::invalid)
    return webm_error (input, 0, "no element begins");
  if (status == HeaderStatus::incomplete)
    return false;

  bool waiting = state_ == AppendState::waiting_for_segment;
  if (waiting && header.id == kEbmlHeader) {
    state_ = AppendState::parsing_init_segment;
  } else if (waiting && !initialized_) {
    return webm_error (input, 0,
        header.id == kCluster ? "Cluster before any initialization segment"
                              : "no EBML header begins");
  } else if (waiting && header.id == kCluster) {
    state_ = AppendState::parsing_media_segment;
    if (Result<> delivered = cluster_.frames.deliver (sink); !delivered)
      return delivered.error ();
    if (Result<> taken = sink.on_media_segment (); !taken)
      return taken.error ();
  }

  status = read_element_header (data, size, &header);
  if (status == HeaderStatus::invalid)
    return webm_error (input, 0, "element without a valid size");
  if (status == HeaderStatus::incomplete)
    return false;

  if (state_ == AppendState::parsing_media_segment) {
    input.skip (header.length);
    cluster_.begin (header.size, tick_);
    return true;
  }
  if (header.size == kUnknownSize && header.id != kSegment)
    return webm_error (
        input, 0, "element of unknown size that is no Segment or Cluster");
  if (place_ == Place::between_segments)
    return parse_between (input, header);
  return parse_init (input, header, sink);
}

void
WebmParser::ignore (ByteQueue &input, const ElementHeader &header)
{
  input.skip (header.length);
  skip_ = header.size;
}

Result<bool>
WebmParser::parse_between (ByteQueue &input, const ElementHeader &header)
{
  if (header.id != kEbmlHeader) {
    // Repeated Info and Tracks belong to the segment that was read.
    if (!is_ignored_level1 (header.id) && header.id != kInfo
        && header.id != kTracks)
      return webm_error (input, 0, "no element of a Segment begins");
    ignore (input, header);
    return true;
  }

  if (header.size > kEbmlHeaderMax)
    return webm_error (input, 0, "EBML header too large");
  if (input.size () < header.total ())
    return false;
  EbmlReader reader (
      input.peek (header.length, size_t (header.size)), size_t (header.size));
  std::string doc_type;
  uint64_t read_version = 1, id_length = 4, size_length = 8, doc_version = 1;
  while (reader.next ()) {
    switch (reader.id ()) {
    case kEbmlReadVersion:
      read_version = reader.as_uint ();
      break;
    case kEbmlMaxIdLength:
      id_length = reader.as_uint ();
      break;
    case kEbmlMaxSizeLength:
      size_length = reader.as_uint ();
      break;
    case kDocType:
      doc_type = reader.as_string ();
      break;
    case kDocTypeReadVersion:
      doc_version = reader.as_uint ();
      break;
    }
  }
  if (!reader.ok ())
    return webm_error (input, 0, "malformed EBML header");
  if (read_version > 1 || id_length > 4 || size_length > 8
      || doc_version > kReadVersionMax)
    return webm_error (input, 0, "EBML header of a later version");
  // WebM is a part of Matroska, and files are often named so.
  if (doc_type != "webm" && doc_type != "matroska")
    return webm_error (
        input, 0, "EBML header with a DocType that is not \"webm\"");
  input.skip (size_t (header.total ()));
  place_ = Place::after_ebml_header;
  return true;
}

// https://www.w3.org/TR/mse-byte-stream-format-webm/#webm-init-segments
Result<bool>
WebmParser::parse_init (
    ByteQueue &input, const ElementHeader &header, ByteStreamSink &sink)
{
  if (header.id == kVoid || header.id == kCrc32) {
    ignore (input, header);
    return true;
  }
  if (place_ == Place::after_ebml_header) {
    if (header.id != kSegment)
      return webm_error (input, 0, "EBML header that no Segment follows");
    input.skip (header.length);
    segment_end_ = header.size == kUnknownSize
                           || header.size > kUnknownSize - input.position ()
                       ? kUnknownSize
                       : input.position () + header.size;
    info_.reset ();
    place_ = Place::before_tracks;
    return true;
  }

  switch (header.id) {
  case kInfo:
    return parse_info (input, header);
  case kTracks:
    return parse_tracks (input, header, sink);
  case kCluster:
  case kEbmlHeader:
    return webm_error (input, 0, "Segment without Info and Tracks");
  default:
    if (!is_ignored_level1 (header.id))
      return webm_error (input, 0, "no element of a Segment begins");
    ignore (input, header);
    return true;
  }
}

bool
WebmParser::fits_segment (
    const ByteQueue &input, const ElementHeader &header) const
{
  return segment_end_ == kUnknownSize
         || (input.position () <= segment_end_
             && header.total () <= segment_end_ - input.position ());
}

Result<bool>
WebmParser::parse_info (ByteQueue &input, const ElementHeader &header)
{
  if (!fits_segment (input, header))
    return webm_error (input, 0, "Segment too small for its Info");
  if (header.size > kInfoMax)
    return webm_error (input, 0, "Info too large");
  if (input.size () < header.total ())
    return false;
  EbmlReader reader (
      input.peek (header.length, size_t (header.size)), size_t (header.size));
  uint64_t tick = uint64_t (kMillisecond);
  double ticks = 0;
  while (reader.next ()) {
    if (reader.id () == kTimecodeScale)
      tick = reader.as_uint ();
    else if (reader.id () == kDuration)
      ticks = reader.as_float ();
  }
  // A tick longer than an hour is hostile.
  if (!reader.ok () || tick == 0 || tick > uint64_t (3600 * kSecond))
    return webm_error (input, 0, "malformed Info");
  Info info;
  info.tick = Time (tick);
  double duration = ticks * double (tick);
  if (std::isfinite (duration) && duration > 0 && duration < 9e18)
    info.duration = Time (duration);
  info_ = info;
  input.skip (size_t (header.total ()));
  return true;
}

Result<bool>
WebmParser::parse_tracks (
    ByteQueue &input, const ElementHeader &header, ByteStreamSink &sink)
{
  if (!info_)
    return webm_error (input, 0, "Tracks without Info before it");
  if (!fits_segment (input, header))
    return webm_error (input, 0, "Segment too small for its Tracks");
  if (header.size > kTracksMax)
    return webm_error (input, 0, "Tracks too large");
  if (input.size () < header.total ())
    return false;
  Result<WebmTracks> tracks = read_webm_tracks (
      input.peek (header.length, size_t (header.size)), size_t (header.size));
  if (!tracks)
    return tracks.error ();
  input.skip (size_t (header.total ()));

  if (Result<> delivered = cluster_.frames.deliver (sink); !delivered)
    return delivered.error ();
  InitializationSegment segment;
  segment.duration = info_->duration;
  segment.tracks = std::move (tracks->descriptions);
  segment.unsupported = std::move (tracks->unsupported);
  segment.init_data = std::move (tracks->init_data);
  tick_ = info_->tick;
  cluster_.frames.set_tracks (
      std::move (tracks->tracks), segment.tracks.size (), tick_);
  initialized_ = true;
  place_ = Place::between_segments;
  state_ = AppendState::waiting_for_segment;
  if (Result<> taken = sink.on_initialization_segment (std::move (segment));
      !taken)
    return taken.error ();
  return true;
}

Result<>
WebmParser::drain (ByteStreamSink &sink)
{
  cluster_.frames.release ();
  return cluster_.frames.deliver (sink);
}

void
WebmParser::reset ()
{
  state_ = AppendState::waiting_for_segment;
  place_ = Place::between_segments;
  skip_ = 0;
  cluster_.reset ();
}

} // namespace

std::unique_ptr<ByteStreamParser>
make_webm_parser ()
{
  return std::make_unique<WebmParser> ();
}

} // namespace webmedia::mse
