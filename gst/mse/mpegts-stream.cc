// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpegts-stream.hh"

namespace webmedia::mse {

const char *
MpegtsVideo::read (
    MpegtsArena &arena, const PesPacket &packet, MpegtsTimeline &timeline)
{
  NalReader::Unit unit;
  if (const char *problem = reader_.read (
          arena.data (), packet.size, packet.random_access, &unit))
    return problem;
  ParsedFrame frame{};
  frame.pts = ticks_to_time (packet.times.pts, kMpegtsClock);
  frame.dts = ticks_to_time (packet.times.dts, kMpegtsClock);
  frame.offset = arena.start ();
  frame.size = uint32_t (packet.size);
  frame.keyframe = unit.keyframe;
  // Two parameter sets that differ by nothing a decoder is chosen by are one
  // configuration.
  if (unit.changed) {
    const TrackDescription &description = reader_.description ();
    const Ptr<GstCaps> &caps = description.config->caps;
    if (!caps_ || !gst_caps_is_equal (caps.get (), caps_.get ())) {
      caps_ = caps;
      track_.set_description (description);
    }
  }
  track_.push_open (frame, arena.block (), reader_.frame_duration ());
  arena.skip (packet.size);

  constexpr Time kTicks = kMpegtsClock / 10000;  // a count of them is a count
  constexpr Time kNanoseconds = kSecond / 10000; // of these
  Time duration = track_.usual_duration ();
  timeline.note_end (
      packet.times.pts + (duration * kTicks + kNanoseconds / 2) / kNanoseconds);
  return nullptr;
}

static const AudioFrameFormat &
format_of (MpegtsCodec codec)
{
  return codec == MpegtsCodec::aac          ? kAdtsFormat
         : codec == MpegtsCodec::mpeg_audio ? kMpegAudioFormat
                                            : kAc3Format;
}

static std::unique_ptr<PesConsumer>
make_consumer (const MpegtsEntry &entry, MpegtsTrack &track)
{
  if (entry.codec == MpegtsCodec::h264 || entry.codec == MpegtsCodec::h265)
    return std::make_unique<MpegtsVideo> (
        track, entry.codec == MpegtsCodec::h265, entry.pid);
  return std::make_unique<MpegtsAudio> (
      track, format_of (entry.codec), entry.pid);
}

MpegtsStream::MpegtsStream (const MpegtsEntry &entry, MpegtsFrames &frames)
    : entry_ (entry),
      track_ (frames),
      consumer_ (make_consumer (entry, track_)),
      pes_ (entry.pid, *consumer_)
{}

TrackDescription
MpegtsStream::describe_unknown () const
{
  struct Known {
    const char *codec;
    const char *caps;
  };
  Known known;
  switch (entry_.codec) {
  case MpegtsCodec::h264:
  case MpegtsCodec::h265:
    return NalReader::describe_unknown (
        entry_.codec == MpegtsCodec::h265, entry_.pid);
  case MpegtsCodec::aac:
    known = {"mp4a.40.2", "audio/mpeg, mpegversion=4, stream-format=adts"};
    break;
  case MpegtsCodec::mpeg_audio:
    known = {"mp3", "audio/mpeg, mpegversion=1"};
    break;
  case MpegtsCodec::ac3:
    known = {"ac-3", "audio/x-ac3"};
    break;
  default:
    known = {"ec-3", "audio/x-eac3"};
    break;
  }
  auto config = std::make_shared<TrackConfig> ();
  config->caps = Ptr<GstCaps>::adopt (gst_caps_from_string (known.caps));
  return {
      TrackKind::audio, entry_.pid, known.codec, {}, {}, std::move (config)};
}

TrackDescription
MpegtsStream::declare ()
{
  TrackDescription description = track_.declare (describe_unknown ());
  description.language = entry_.language;
  return description;
}

} // namespace webmedia::mse
