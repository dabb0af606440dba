// SPDX-License-Identifier: LGPL-2.1-or-later
// What every byte stream format's parser does: bytes in, initialization
// segments and coded frames out.
// https://www.w3.org/TR/mse-byte-stream-format-registry/
#pragma once

#include "base/ptr.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "mse/byte-queue.hh"
#include "mse/player.hh"

#include <memory>
#include <string>
#include <vector>

namespace webmedia::mse {

// Ends a message. What is wrong with the very first bytes may be the type.
inline std::string
at_byte (uint64_t position)
{
  return " at byte " + std::to_string (position)
         + (position > 0 ? ""
                         : "; are these bytes of the type that the source "
                           "buffer was made for?");
}

inline Error
stream_error (const char *format, const char *problem, uint64_t position)
{
  return make_error (ErrorCode::decode, "%s: %s%s", format, problem,
      at_byte (position).c_str ());
}

// How the bytes of a frame become the bytes of a GstBuffer.
enum class SampleFormat {
  plain, // as they are
  wvtt,  // ISO 14496-30 boxes: converted when read, by make_wvtt_buffer
};

// One content protection system's initialization data: a `pssh` box.
struct ProtectionSystem {
  std::string system_id;    // UUID, lower case, with hyphens
  Ptr<GstBuffer> init_data; // the whole box
  const char *origin;       // as GST_EVENT_PROTECTION has it

  bool operator== (const ProtectionSystem &other) const;
};

// What decoding a track needs to know; shared by all frames that it rules.
struct TrackConfig {
  Ptr<GstCaps> caps;
  SampleFormat format = SampleFormat::plain;
  std::vector<ProtectionSystem> protection;
};

// How one frame is encrypted (ISO 23001-7): what a GstProtectionMeta says.
// The structure is an `application/x-cenc` with `iv`, `kid`, `iv_size`,
// `subsample_count`, `subsamples`, `cipher-mode`, as qtdemux makes it.
using SampleProtection = std::shared_ptr<const GstStructure>;

// A track of an initialization segment.
struct TrackDescription {
  TrackKind kind;
  uint64_t id;       // the byte stream's own track ID
  std::string codec; // as a codecs parameter names it: "avc1.64001f"
  std::string label;
  std::string language; // BCP 47, or empty
  std::shared_ptr<const TrackConfig> config;
  std::string web_kind; // "main" and the like, see track-kind.hh; or empty
};

struct InitializationSegment {
  Time duration = kTimeInfinite;        // infinite where the file has none
  std::vector<TrackDescription> tracks; // those of codecs that we know
  // What the byte stream calls the codecs of the others.
  std::vector<std::string> unsupported;
  std::vector<InitData> init_data;
};

// A coded frame as the byte stream gives it, before coded frame processing.
struct ParsedFrame {
  Time pts;
  Time dts;
  Time duration;   // > 0 wherever the format lets it be known
  uint32_t offset; // in FrameBatch::blocks[block]
  uint32_t size;
  uint32_t block;
  uint16_t track; // index in InitializationSegment::tracks
  bool keyframe;  // a random access point
};

// A track goes on with another configuration than its description said.
struct ConfigChange {
  uint16_t track; // index in InitializationSegment::tracks
  std::shared_ptr<const TrackConfig> config;
};

// Frames in decode order (of each track), with what keeps their bytes alive.
struct FrameBatch {
  std::vector<ParsedFrame> frames;
  std::vector<Ptr<Block>> blocks;
  // Either empty or one for each frame.
  std::vector<SampleProtection> protection;
  // What rules these frames and all later ones: another of the file's sample
  // descriptions (a clear lead), or new keys.
  std::vector<ConfigChange> configs;

  void clear ()
  {
    frames.clear ();
    blocks.clear ();
    protection.clear ();
    configs.clear ();
  }
};

// Where a parser delivers to. An Error ends the parse and is its result.
class ByteStreamSink {
public:
  // https://www.w3.org/TR/media-source-2/#sourcebuffer-init-segment-received
  virtual Result<> on_initialization_segment (
      InitializationSegment segment) = 0;
  // The start of a media segment was seen; its frames follow.
  virtual Result<> on_media_segment () = 0;
  // https://www.w3.org/TR/media-source-2/#sourcebuffer-coded-frame-processing
  // The sink may take the contents; the parser clears what is left.
  virtual Result<> on_frames (FrameBatch &batch) = 0;
  // A media segment has initialization data.
  virtual void on_init_data (const InitData &data) {}

protected:
  ~ByteStreamSink () = default;
};

// The spec's append state.
// https://www.w3.org/TR/media-source-2/#sourcebuffer-append-state
enum class AppendState {
  waiting_for_segment,
  parsing_init_segment,
  parsing_media_segment,
};

// A byte stream format. Works on any chunking: what is incomplete stays in
// the queue (or in the parser) until more comes. Every frame whose last byte
// is in the queue has been delivered when parse() returns, except for one
// whose duration the next frame tells (see drain).
// Threads: thread-bound (the one append that runs).
class ByteStreamParser {
public:
  virtual ~ByteStreamParser () = default;

  // Consumes what it can of `input`. After an Error only reset() may follow;
  // the error says what was wrong in the byte stream, and where.
  virtual Result<> parse (ByteQueue &input, ByteStreamSink &sink) = 0;

  // Delivers complete frames that were held back for a duration.
  virtual Result<> drain (ByteStreamSink &sink) = 0;

  // The same where no more bytes come: what only the end of the byte stream
  // completes is delivered, too.
  virtual Result<> finish (ByteStreamSink &sink) { return drain (sink); }

  // The application set timestampOffset: what the parser itself adds to the
  // byte stream's timestamps is 0 again.
  virtual void restart_timeline () {}

  // Forgets a half-read segment, keeps the initialization segment.
  // The caller clears the queue.
  virtual void reset () = 0;

  AppendState state () const { return state_; }

protected:
  AppendState state_ = AppendState::waiting_for_segment;
};

std::unique_ptr<ByteStreamParser> make_isobmff_parser ();
std::unique_ptr<ByteStreamParser> make_webm_parser ();
std::unique_ptr<ByteStreamParser> make_aac_parser ();  // audio/aac (ADTS)
std::unique_ptr<ByteStreamParser> make_mpeg_parser (); // audio/mpeg
std::unique_ptr<ByteStreamParser> make_mpegts_parser ();

} // namespace webmedia::mse
