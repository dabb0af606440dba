// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/mse-byte-stream-format-mp2t/
#include "mse/mpegts-early.hh"
#include "mse/mpegts-stream.hh"
#include "mse/track-kind.hh"

#include <algorithm>

namespace webmedia::mse {

namespace {

// An initialization segment is a PAT and a PMT. What is in the streams, only
// they tell: the sink hears of the segment when each has had a frame, and until
// then the frames wait. A stream that is silent for this long, or while so many
// frames came, is described by its type alone.
constexpr Time kPatience = kSecond;
constexpr size_t kMaxWaiting = 1024;

// Nothing in a transport stream says where a media segment ends: it is read to
// its end when no PES packet is incomplete and no picture waits for the next
// one to tell its duration.
// Threads: thread-bound (the one append that runs).
class MpegtsParser final : public ByteStreamParser {
public:
  Result<> parse (ByteQueue &input, ByteStreamSink &sink) override;
  Result<> drain (ByteStreamSink &sink) override { return end (sink, false); }
  Result<> finish (ByteStreamSink &sink) override { return end (sink, true); }
  void restart_timeline () override { timeline_.reset (); }
  void reset () override;

private:
  static constexpr size_t kBatch = 256;

  Result<> parse_packets (ByteQueue &input, ByteStreamSink &sink);
  Result<> read (const uint8_t *data, ByteStreamSink &sink);
  Result<> read_media (
      MpegtsStream &stream, const TsPacket &packet, ByteStreamSink &sink);
  void note_clock (const TsPacket &packet);
  Result<> read_early (ByteStreamSink &sink);
  Result<> begin_program (ByteStreamSink &sink);
  Result<> announce (ByteStreamSink &sink);
  Result<> deliver (ByteStreamSink &sink);
  Result<> end (ByteStreamSink &sink, bool sure);
  void forget_program ();
  MpegtsStream *find_stream (uint16_t pid);
  bool is_patient () const;
  AppendState find_state (const ByteQueue &input) const;

  MpegtsTables tables_;
  MpegtsEarly early_;
  uint64_t position_ = 0; // of the packet that is read
  MpegtsTimeline timeline_;
  MpegtsFrames frames_;
  std::vector<std::unique_ptr<MpegtsStream>> streams_;
  std::vector<std::string> unsupported_; // other streams of sound or pictures
  bool begun_ = false;                   // something was read since reset()
  bool has_clock_ = false;               // a PCR was
  bool announced_ = false;               // the sink knows the program
  bool in_media_ = false;                // and the media segment
};

MpegtsStream *
MpegtsParser::find_stream (uint16_t pid)
{
  for (const auto &stream : streams_)
    if (stream->entry ().pid == pid)
      return stream.get ();
  return nullptr;
}

AppendState
MpegtsParser::find_state (const ByteQueue &input) const
{
  if (!announced_)
    return begun_ || input.size () > 0 ? AppendState::parsing_init_segment
                                       : AppendState::waiting_for_segment;
  bool open = input.size () > 0
              || std::any_of (streams_.begin (), streams_.end (),
                  [] (const auto &stream) { return stream->is_open (); });
  return open ? AppendState::parsing_media_segment
              : AppendState::waiting_for_segment;
}

Result<>
MpegtsParser::parse (ByteQueue &input, ByteStreamSink &sink)
{
  Result<> parsed = parse_packets (input, sink);
  // Frames before an error count.
  Result<> delivered = deliver (sink);
  state_ = find_state (input);
  if (!delivered)
    return delivered;
  return parsed;
}

Result<>
MpegtsParser::parse_packets (ByteQueue &input, ByteStreamSink &sink)
{
  while (input.size () >= kTsPacketSize) {
    // As many as lie in one piece, or the one that does not.
    size_t run = input.contiguous (0) / kTsPacketSize;
    size_t count = std::max<size_t> (run, 1);
    const uint8_t *data = input.peek (0, count * kTsPacketSize);
    for (size_t i = 0; i < count; i++) {
      position_ = input.position () + i * kTsPacketSize;
      if (Result<> read = this->read (data + i * kTsPacketSize, sink); !read) {
        Error error = std::move (read.error ());
        if (error.code == ErrorCode::decode)
          error.message += at_byte (position_);
        return error;
      }
    }
    input.skip (count * kTsPacketSize);
    begun_ = true;
  }
  if (input.size () > 0 && *input.peek (0, 1) != kTsSync)
    return stream_error ("MPEG-2 TS", "no packet begins", input.position ());
  return ok;
}

Result<>
MpegtsParser::read (const uint8_t *data, ByteStreamSink &sink)
{
  TsPacket packet;
  if (const char *problem = read_ts_packet (data, &packet))
    return make_error (ErrorCode::decode, "MPEG-2 TS: %s", problem);
  if (packet.pid == kNullPid)
    return ok;
  if (tables_.is_table (packet.pid)) {
    Result<bool> changed = tables_.read (packet);
    if (!changed)
      return changed.error ();
    if (!*changed)
      return ok;
    if (Result<> begun = begin_program (sink); !begun)
      return begun;
    return read_early (sink);
  }
  if (!tables_.complete ())
    return early_.add (packet, data, position_);
  note_clock (packet);
  MpegtsStream *stream = find_stream (packet.pid);
  if (!stream)
    return ok;
  if (packet.size > 0 && !has_clock_)
    return mpegts_error (
        packet.pid, "sound or pictures before a PCR of the program");
  return read_media (*stream, packet, sink);
}

void
MpegtsParser::note_clock (const TsPacket &packet)
{
  if (packet.pid != tables_.program ().pcr_pid)
    return;
  has_clock_ |= packet.has_pcr;
  if (packet.discontinuity)
    timeline_.discontinuity ();
}

// What came before the first tables.
Result<>
MpegtsParser::read_early (ByteStreamSink &sink)
{
  MpegtsEarly early = std::exchange (early_, {});
  for (size_t i = 0; i < early.size (); i++) {
    auto [position, data] = early.held (i);
    position_ = position;
    TsPacket packet;
    (void)read_ts_packet (data, &packet); // it was good then
    note_clock (packet);
    MpegtsStream *stream = find_stream (packet.pid);
    // The byte stream may begin inside a PES packet, as long as it does so
    // before the tables.
    if (stream && (packet.start || stream->pes ().has_begun ()))
      if (Result<> read = read_media (*stream, packet, sink); !read)
        return read;
  }
  return ok;
}

Result<>
MpegtsParser::read_media (
    MpegtsStream &stream, const TsPacket &packet, ByteStreamSink &sink)
{
  if (Result<> read = stream.pes ().read (packet, timeline_); !read)
    return read;
  if (!announced_ && !is_patient ())
    return announce (sink);
  if (announced_ && frames_.size () >= kBatch)
    return deliver (sink);
  return ok;
}

// Whether to wait until more is known of the streams.
bool
MpegtsParser::is_patient () const
{
  return std::any_of (streams_.begin (), streams_.end (),
             [] (const auto &stream) {
               return !stream->track ().is_described ();
             })
         && frames_.span () < kPatience && frames_.size () < kMaxWaiting;
}

// Another PMT: streams that go on in it keep what they have.
Result<>
MpegtsParser::begin_program (ByteStreamSink &sink)
{
  const std::vector<MpegtsEntry> &entries = tables_.program ().entries;
  auto goes_on = [] (const MpegtsEntry &entry, const auto &stream) {
    return stream && stream->entry ().pid == entry.pid
           && stream->entry ().codec == entry.codec;
  };
  for (const auto &stream : streams_)
    if (std::none_of (entries.begin (), entries.end (),
            [&] (const MpegtsEntry &entry) { return goes_on (entry, stream); }))
      if (Result<> ended = stream->pes ().finish (timeline_, true); !ended)
        return ended;
  // What was waiting for the old program's tracks belongs to it.
  if (!announced_ && frames_.size () > 0)
    if (Result<> taken = announce (sink); !taken)
      return taken;
  if (Result<> delivered = deliver (sink); !delivered)
    return delivered;

  auto old = std::exchange (streams_, {});
  unsupported_.clear ();
  for (const MpegtsEntry &entry : entries) {
    if (entry.codec == MpegtsCodec::unsupported) {
      unsupported_.push_back (describe_stream_type (entry.stream_type));
      continue;
    }
    auto same = std::find_if (old.begin (), old.end (),
        [&] (const auto &stream) { return goes_on (entry, stream); });
    if (same != old.end ())
      streams_.push_back (std::move (*same));
    else
      streams_.push_back (std::make_unique<MpegtsStream> (entry, frames_));
    streams_.back ()->set_entry (entry);
    streams_.back ()->track ().set_index (uint16_t (streams_.size () - 1));
  }
  announced_ = false;
  in_media_ = false;
  return is_patient () ? Result<> (ok) : announce (sink);
}

// The initialization segment, as far as it is known.
Result<>
MpegtsParser::announce (ByteStreamSink &sink)
{
  InitializationSegment segment;
  for (const auto &stream : streams_) {
    TrackDescription track = stream->declare ();
    track.web_kind =
        mpegts_web_kind (segment.tracks, track.kind, stream->entry ());
    segment.tracks.push_back (std::move (track));
  }
  segment.unsupported = unsupported_;
  announced_ = true;
  if (Result<> taken = sink.on_initialization_segment (std::move (segment));
      !taken) {
    forget_program ();
    return taken;
  }
  return deliver (sink);
}

Result<>
MpegtsParser::deliver (ByteStreamSink &sink)
{
  if (!announced_ || frames_.size () == 0)
    return ok;
  if (!std::exchange (in_media_, true))
    if (Result<> taken = sink.on_media_segment (); !taken) {
      frames_.clear ();
      return taken;
    }
  return frames_.deliver (sink);
}

Result<>
MpegtsParser::end (ByteStreamSink &sink, bool sure)
{
  Result<> result = ok;
  for (const auto &stream : streams_)
    if (Result<> ended = stream->pes ().finish (timeline_, sure); !ended)
      result = std::move (ended);
  if (!announced_ && frames_.size () > 0)
    if (Result<> taken = announce (sink); !taken)
      return taken;
  if (Result<> delivered = deliver (sink); !delivered)
    return delivered;
  if (!result)
    return result;
  return early_.finish ();
}

void
MpegtsParser::forget_program ()
{
  early_ = {};
  tables_.forget ();
  streams_.clear ();
  frames_.clear ();
  announced_ = false;
}

void
MpegtsParser::reset ()
{
  state_ = AppendState::waiting_for_segment;
  for (const auto &stream : streams_)
    stream->pes ().reset ();
  tables_.reset ();
  timeline_.reset ();
  frames_.clear ();
  begun_ = false;
  has_clock_ = false;
  in_media_ = false;
  if (!announced_)
    forget_program ();
}

} // namespace

std::unique_ptr<ByteStreamParser>
make_mpegts_parser ()
{
  return std::make_unique<MpegtsParser> ();
}

} // namespace webmedia::mse
