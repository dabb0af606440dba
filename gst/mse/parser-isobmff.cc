// SPDX-License-Identifier: LGPL-2.1-or-later
// The ISO BMFF byte stream format: top-level boxes and the append state.
// https://www.w3.org/TR/mse-byte-stream-format-isobmff/
#include "mse/isobmff-samples.hh"

#include <algorithm>
#include <cinttypes>

namespace webmedia::mse {

namespace {

class IsobmffParser final : public ByteStreamParser {
public:
  Result<> parse (ByteQueue &input, ByteStreamSink &sink) override;
  Result<> drain (ByteStreamSink &) override { return ok; }
  void reset () override;

private:
  // What a step did.
  enum class Step { again, more }; // go on, or wait for more bytes

  Result<Step> step (ByteQueue &input, ByteStreamSink &sink);
  Result<Step> step_box (ByteQueue &input, ByteStreamSink &sink);
  Result<Step> step_fragment (ByteQueue &input);
  Result<> begin_media (
      const BoxHeader &box, uint64_t position, ByteStreamSink &sink);
  Result<Step> read_ftyp (ByteQueue &input, const BoxHeader &box);
  Result<Step> read_moov (
      ByteQueue &input, const BoxHeader &box, ByteStreamSink &sink);
  Result<Step> read_moof (
      ByteQueue &input, const BoxHeader &box, ByteStreamSink &sink);
  Result<Step> read_stray_mdat (ByteQueue &input, const BoxHeader &box);
  Result<Step> skip_box (ByteQueue &input, const BoxHeader &box);

  Movie movie_;
  bool has_movie_ = false;
  Fragment fragment_;
  SampleReader samples_;
  FrameWriter writer_;
  bool in_fragment_ = false; // samples of fragment_ are missing
  bool had_fragment_ = false;
  // The end of the last box whose header was read, in the byte stream.
  uint64_t walked_ = 0;
  // Up to walked_ is the rest of the media segment's last box.
  bool in_tail_ = false;
};

} // namespace

// Boxes that may stand between segments.
// https://www.w3.org/TR/mse-byte-stream-format-isobmff/#iso-media-segments
static bool
is_ignored (uint32_t type)
{
  switch (type) {
  case fourcc ("pdin"):
  case fourcc ("free"):
  case fourcc ("skip"):
  case fourcc ("wide"):
  case fourcc ("uuid"):
  case fourcc ("meta"):
  case fourcc ("meco"):
  case fourcc ("mfra"):
  case fourcc ("sidx"):
  case fourcc ("ssix"):
  case fourcc ("prft"):
  case fourcc ("emsg"):
  case fourcc ("pssh"):
  case fourcc ("bloc"):
  case fourcc ("otyp"):
  case fourcc ("etyp"):
  case fourcc ("udta"):
    return true;
  default:
    return false;
  }
}

static Error
at_box (const BoxHeader &box, uint64_t position, const Error &error)
{
  return make_error (error.code, "%s box at byte %" PRIu64 ": %s",
      fourcc_name (box.type).c_str (), position, error.message.c_str ());
}

static Error
misplaced (const BoxHeader &box, uint64_t position, const char *why)
{
  return at_box (box, position, {ErrorCode::decode, why});
}

// DEVIATION: a box may go on to the end of the file, but what is appended has
// no such end.
static Result<>
check_size (const BoxHeader &box, uint64_t position)
{
  if (box.size == 0)
    return misplaced (box, position,
        "its size is 0, \"to the end of the file\", which a byte stream does "
        "not have");
  if (box.size < box.header || box.size > uint64_t (INT64_MAX) - position)
    return misplaced (box, position, "its size can't be");
  return ok;
}

static bool
peek_header (ByteQueue &input, size_t offset, BoxHeader &header)
{
  size_t size = std::min<size_t> (16, input.size () - offset);
  const uint8_t *bytes = input.peek (offset, size);
  return bytes && read_header (bytes, size, header);
}

void
IsobmffParser::reset ()
{
  fragment_.clear ();
  in_fragment_ = had_fragment_ = in_tail_ = false;
  walked_ = 0;
  state_ = AppendState::waiting_for_segment;
}

// https://www.w3.org/TR/media-source-2/#sourcebuffer-segment-parser-loop
Result<>
IsobmffParser::parse (ByteQueue &input, ByteStreamSink &sink)
{
  writer_.open (sink);
  for (;;) {
    auto result = step (input, sink);
    if (result && *result == Step::again)
      continue;
    // Frames before an error stay.
    if (auto flushed = writer_.flush (); !flushed)
      return flushed;
    return result ? Result<> (ok) : Result<> (result.error ());
  }
}

Result<IsobmffParser::Step>
IsobmffParser::step (ByteQueue &input, ByteStreamSink &sink)
{
  if (in_fragment_)
    return step_fragment (input);
  if (walked_ > input.position ()) {
    uint64_t rest = walked_ - input.position ();
    input.skip (size_t (std::min<uint64_t> (rest, input.size ())));
    if (walked_ > input.position ())
      return Step::more;
  }
  if (in_tail_) {
    in_tail_ = false;
    state_ = AppendState::waiting_for_segment;
  }
  return step_box (input, sink);
}

Result<IsobmffParser::Step>
IsobmffParser::step_box (ByteQueue &input, ByteStreamSink &sink)
{
  BoxHeader box;
  if (!peek_header (input, 0, box))
    return Step::more;
  uint64_t position = input.position ();
  if (is_ignored (box.type))
    return skip_box (input, box);

  switch (box.type) {
  case fourcc ("ftyp"):
  case fourcc ("moov"):
    if (state_ == AppendState::parsing_media_segment)
      return misplaced (box, position, "a styp must be followed by a moof");
    state_ = AppendState::parsing_init_segment;
    if (auto result = check_size (box, position); !result)
      return result.error ();
    if (box.type == fourcc ("ftyp"))
      return read_ftyp (input, box);
    return read_moov (input, box, sink);
  case fourcc ("styp"):
    if (auto result = begin_media (box, position, sink); !result)
      return result.error ();
    return skip_box (input, box);
  case fourcc ("moof"):
    if (auto result = begin_media (box, position, sink); !result)
      return result.error ();
    if (auto result = check_size (box, position); !result)
      return result.error ();
    return read_moof (input, box, sink);
  case fourcc ("mdat"):
    return read_stray_mdat (input, box);
  default:
    return position > 0
               ? misplaced (box, position, "that is no box of a byte stream")
               : stream_error ("MP4", "no box of a byte stream begins", 0);
  }
}

Result<>
IsobmffParser::begin_media (
    const BoxHeader &box, uint64_t position, ByteStreamSink &sink)
{
  if (state_ == AppendState::parsing_init_segment)
    return misplaced (box, position, "the ftyp before it has no moov yet");
  if (!has_movie_)
    return misplaced (box, position,
        "a media segment came before any initialization segment (ftyp, moov)");
  if (state_ == AppendState::parsing_media_segment)
    return ok; // its styp was there
  if (auto result = writer_.flush (); !result)
    return result;
  state_ = AppendState::parsing_media_segment;
  return sink.on_media_segment ();
}

Result<IsobmffParser::Step>
IsobmffParser::skip_box (ByteQueue &input, const BoxHeader &box)
{
  if (auto result = check_size (box, input.position ()); !result)
    return result.error ();
  walked_ = input.position () + box.size;
  return Step::again;
}

// https://www.w3.org/TR/mse-byte-stream-format-isobmff/#iso-init-segments
// DEVIATION: asks to refuse unknown brands. Files name brands of all kinds
// beside those that they can be read by, so only a file that is of other
// formats alone is refused; a styp is not compared either.
static bool
is_foreign (BoxReader ftyp)
{
  auto foreign = [] (uint32_t brand) {
    switch (brand) {
    case fourcc ("qt  "):
    case fourcc ("heic"):
    case fourcc ("heix"):
    case fourcc ("mif1"):
    case fourcc ("avif"):
    case fourcc ("jp2 "):
    case fourcc ("jpx "):
    case fourcc ("crx "):
    case 0:
      return true;
    default:
      return false;
    }
  };
  bool all = foreign (ftyp.u32 ());
  ftyp.skip (4);
  while (ftyp.left () >= 4)
    all &= foreign (ftyp.u32 ());
  return all;
}

Result<IsobmffParser::Step>
IsobmffParser::read_ftyp (ByteQueue &input, const BoxHeader &box)
{
  if (input.size () < box.size)
    return Step::more;
  const uint8_t *bytes = input.peek (0, size_t (box.size));
  BoxReader body (bytes + box.header, size_t (box.size) - box.header);
  if (body.left () < 8 || is_foreign (body))
    return misplaced (
        box, input.position (), "the file is not of the MP4 family (brands)");
  return skip_box (input, box);
}

Result<IsobmffParser::Step>
IsobmffParser::read_moov (
    ByteQueue &input, const BoxHeader &box, ByteStreamSink &sink)
{
  if (input.size () < box.size)
    return Step::more;
  const uint8_t *bytes = input.peek (0, size_t (box.size));
  auto movie = parse_moov (
      BoxReader (bytes + box.header, size_t (box.size) - box.header));
  if (!movie)
    return at_box (box, input.position (), movie.error ());
  movie_ = std::move (*movie);
  has_movie_ = true;
  had_fragment_ = false;
  fragment_.clear ();
  samples_.set_movie (movie_);
  walked_ = input.position () + box.size;
  input.skip (size_t (box.size));
  state_ = AppendState::waiting_for_segment;
  if (auto result = writer_.flush (); !result)
    return result.error ();
  auto result = sink.on_initialization_segment (movie_.segment);
  if (!result)
    return result.error ();
  return Step::again;
}

Result<IsobmffParser::Step>
IsobmffParser::read_moof (
    ByteQueue &input, const BoxHeader &box, ByteStreamSink &sink)
{
  if (input.size () < box.size)
    return Step::more;
  const uint8_t *bytes = input.peek (0, size_t (box.size));
  auto result = fragment_.load (
      movie_, {bytes, size_t (box.size)}, box.header, input.position ());
  if (!result)
    return at_box (box, input.position (), result.error ());
  walked_ = input.position () + box.size;
  input.skip (size_t (box.size));
  samples_.start (fragment_);
  in_fragment_ = had_fragment_ = true;
  for (const InitData &each : join_pssh (fragment_.protection ()))
    sink.on_init_data (each);
  return Step::again;
}

// Behind all samples of a moof: the segment may have as many mdats as it likes.
Result<IsobmffParser::Step>
IsobmffParser::read_stray_mdat (ByteQueue &input, const BoxHeader &box)
{
  if (!had_fragment_)
    return misplaced (box, input.position (),
        has_movie_ ? "there is no moof before it"
                   : "media data comes before the moov, so the file is not "
                     "fragmented; remux it with \"ffmpeg -i IN -c copy "
                     "-movflags frag_keyframe+empty_moov+default_base_moof "
                     "OUT.mp4\"");
  if (state_ != AppendState::waiting_for_segment)
    return misplaced (box, input.position (), "there is no moof before it");
  state_ = AppendState::parsing_media_segment;
  in_tail_ = true;
  return skip_box (input, box);
}

// The boxes between a moof and its last sample are walked without consuming
// them: SampleReader knows which bytes are still needed.
Result<IsobmffParser::Step>
IsobmffParser::step_fragment (ByteQueue &input)
{
  if (auto result = samples_.read (input, walked_, writer_); !result)
    return result.error ();
  if (samples_.done ()) {
    in_fragment_ = false;
    in_tail_ = true;
    return Step::again;
  }

  uint64_t available = input.position () + input.size ();
  uint64_t unneeded =
      std::min ({samples_.needed (), walked_, available}) - input.position ();
  input.skip (size_t (unneeded));
  BoxHeader box;
  if (walked_ > available
      || !peek_header (input, size_t (walked_ - input.position ()), box))
    return Step::more;
  if (box.type != fourcc ("mdat") && !is_ignored (box.type))
    return misplaced (box, walked_,
        "the mdats before it do not hold all samples of their moof");
  if (auto result = check_size (box, walked_); !result)
    return result.error ();
  if (box.type == fourcc ("mdat"))
    samples_.add_data (walked_ + box.header, walked_ + box.size);
  walked_ += box.size;
  return Step::again;
}

std::unique_ptr<ByteStreamParser>
make_isobmff_parser ()
{
  return std::make_unique<IsobmffParser> ();
}

} // namespace webmedia::mse
