// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/frames.hh"

#include "support/check.hh"

#include <cstring>

namespace webmedia::mse {

FrameMaker &
FrameMaker::frame (Time pts, Time dts, Time duration, bool keyframe)
{
  if (batch_.blocks.empty ())
    batch_.blocks.push_back (Block::create (1 << 20));
  Block &block = *batch_.blocks.back ();
  std::vector<uint8_t> bytes (size_, uint8_t (number_++));
  uint32_t offset = block.size ();
  block.append (bytes.data (), bytes.size ());
  batch_.frames.push_back ({
      .pts = pts,
      .dts = dts,
      .duration = duration,
      .offset = offset,
      .size = size_,
      .block = 0,
      .track = 0,
      .keyframe = keyframe,
  });
  return *this;
}

FrameMaker &
FrameMaker::gop (int start, const char *pattern)
{
  int dts = start;
  int out = start; // the next place in presentation order
  for (const char *letter = pattern; *letter; letter++, dts++) {
    // A frame that B-frames follow comes out after them.
    size_t behind = *letter == 'B' ? 0 : strspn (letter + 1, "B");
    frame ((out + int (behind)) * kDuration, (dts - 1) * kDuration, kDuration,
        *letter == 'I');
    if (*letter == 'B')
      out++;
    if (behind == 0 && *letter != 'B')
      out++;
    else if (*letter == 'B' && letter[1] != 'B')
      out++; // the place of the frame that they precede
  }
  return *this;
}

FrameMaker &
FrameMaker::run (int start, int count)
{
  for (int i = start; i < start + count; i++)
    frame (i * kDuration, i * kDuration, kDuration, true);
  return *this;
}

FrameBatch
FrameMaker::take (uint16_t track)
{
  for (ParsedFrame &frame : batch_.frames)
    frame.track = track;
  return std::exchange (batch_, {});
}

std::shared_ptr<const TrackConfig>
make_config (const char *caps)
{
  auto config = std::make_shared<TrackConfig> ();
  config->caps = Ptr<GstCaps>::adopt (gst_caps_from_string (caps));
  return config;
}

std::shared_ptr<Track>
make_track (TrackKind kind, std::shared_ptr<MemoryAccount> account)
{
  TrackDescription description{
      .kind = kind, .id = 1, .config = make_config ("video/x-h264")};
  return std::make_shared<Track> (description, "test/1", std::move (account));
}

TrackFixture::TrackFixture (TrackKind kind)
    : account (std::make_shared<MemoryAccount> ()),
      track (make_track (kind, account)),
      config (make_config ("a/b"))
{
  processor.set_targets ({{track, config}});
}

void
TrackFixture::append (const FrameBatch &batch)
{
  auto result = processor.process (batch, state);
  fail_unless (bool (result));
}

void
TrackFixture::append_group (const FrameBatch &batch)
{
  processor.reset ();
  append (batch);
}

void
TrackFixture::remove (Time start, Time end)
{
  if (track->buffer.remove (start, end))
    processor.last_frame_removed (state);
}

} // namespace webmedia::mse
