// SPDX-License-Identifier: LGPL-2.1-or-later
// Hours of a player, by a clock of its own: what is there plays, once, and no
// memory is lost.
#include "mse/media-source.hh"

#include "support/frame-model.hh"
#include "support/isobmff-writer.hh"
#include "support/media-source-fixture.hh"
#include "support/segments.hh"

#include <algorithm>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr Time kHour = 3600 * kSecond;
constexpr Time kWindow = 1800 * kSecond; // what can be sought to
constexpr Time kClip = 8 * kSecond;      // every file of the test media
constexpr Time kAhead = 12 * kSecond;    // of the player
constexpr Time kStep = 250 * kMillisecond;

struct Content {
  const char *type;
  Segments segments;
  Time first; // PTS of the first frame
};

// It differs between versions of a muxer.
Time
first_time (const std::vector<uint8_t> &file)
{
  return FrameModel (file).ranges ()[0].start;
}

Content
in_segments (const char *type, const char *file)
{
  auto bytes = read_media (file);
  return {type, split_segments (bytes), first_time (bytes)};
}

Content
in_one_piece (const char *type, const char *file)
{
  auto bytes = read_media (file);
  return {type, {.init = bytes, .media = {}}, first_time (bytes)};
}

// One kind of media, as it is appended.
class Appender {
public:
  explicit Appender (std::shared_ptr<SourceBuffer> buffer)
      : buffer_ (std::move (buffer))
  {}

  // The segments [from, to) of a clip that begins at `start`; to the end of it
  // where there are fewer.
  void append (
      const Content &content, Time start, size_t from = 0, size_t to = SIZE_MAX)
  {
    if (type_ != content.type)
      fail_unless_ok (buffer_->change_type (content.type));
    type_ = content.type;
    fail_unless_ok (buffer_->set_timestamp_offset (start - content.first));
    fail_unless_ok (buffer_->set_append_window_end (start + kClip));
    append (content.segments.init);
    to = std::min (to, content.segments.media.size ());
    for (size_t i = from; i < to; i++)
      append (content.segments.media[i]);
  }

  void remove_before (Time time)
  {
    fail_unless_ok (buffer_->remove (0, time, true));
  }

  uint64_t memory () const
  {
    uint64_t bytes = buffer_->memory ();
    for (const auto &track : buffer_->tracks ())
      bytes += track->buffer.metadata_bytes ();
    return bytes;
  }

private:
  void append (const std::vector<uint8_t> &bytes)
  {
    fail_unless_ok (buffer_->append_buffer (make_data (bytes).get (), true));
  }

  const std::shared_ptr<SourceBuffer> buffer_;
  std::string_view type_;
};

// One kind of media, as it is played.
class Screen {
public:
  explicit Screen (std::unique_ptr<Reader> reader)
      : reader_ (std::move (reader))
  {}

  void seek (Time time)
  {
    check ();
    shown_.clear ();
    reader_->seek (time);
    from_ = until_ = time;
    next_ = kTimeNone;
  }

  // Takes all that is decoded before `time`.
  void play (Time time)
  {
    until_ = time;
    while (next_ == kTimeNone || next_ < time) {
      fail_unless (
          !reader_->waits (), "nothing to play at %" G_GINT64_FORMAT, time);
      Reader::Read read = reader_->read ();
      fail_unless (read.status == Reader::Status::frame);
      next_ = read.dts;
      bool silent = GST_BUFFER_FLAG_IS_SET (
          read.buffer.get (), GST_BUFFER_FLAG_DECODE_ONLY);
      if (!silent && read.splice == kTimeNone)
        shown_.push_back ({read.pts, read.pts + read.duration});
    }
  }

  // Since the last seek, each moment was shown once. What is decoded last may
  // be shown in another order.
  void check ()
  {
    constexpr Time kReordered = 400 * kMillisecond;
    constexpr Time kJitter = kMillisecond; // of WebM's timestamps
    std::sort (shown_.begin (), shown_.end (),
        [] (auto &one, auto &other) { return one.start < other.start; });
    Time end = from_;
    for (const TimeRange &frame : shown_) {
      if (frame.start >= until_ - kReordered)
        break;
      fail_unless (frame.end > from_);
      // The first one may have begun before.
      bool follows = frame.start <= end + kJitter
                     && (end == from_ || frame.start >= end - kJitter);
      fail_unless (follows,
          "after %" G_GINT64_FORMAT " comes %" G_GINT64_FORMAT, end,
          frame.start);
      end = frame.end;
    }
    fail_unless (end >= until_ - kReordered - kStep);
  }

private:
  const std::unique_ptr<Reader> reader_;
  std::vector<TimeRange> shown_;
  Time from_ = 0, until_ = 0;
  Time next_ = kTimeNone; // DTS of the last frame that was read
};

// Whose clock this is: it sees what an encoder makes, one clip at a time.
class Session : public MediaSourceFixture {
public:
  Session ()
  {
    attach ();
    video_ = std::make_unique<Appender> (add ("video/mp4"));
    audio_ = std::make_unique<Appender> (add ("audio/mp4"));
    fail_unless_ok (source->set_duration (kTimeInfinite));
  }

  void run ()
  {
    append_until (kAhead);
    for (const TrackInfo &track : player->tracks ())
      screens_.push_back (
          std::make_unique<Screen> (player->open (track.id, 0)));
    Time position = 0;
    for (Time now = kStep; now <= kHour; now += kStep) {
      append_until (now + kAhead);
      position = follow (now, position + kStep);
      for (const auto &screen : screens_)
        screen->play (position);
      if (now % (60 * kSecond) == 0)
        clean (now);
    }
    for (const auto &screen : screens_)
      screen->check ();
    // Since the window is full.
    fail_unless (highest_ - lowest_ <= highest_ / 50,
        "from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " bytes", lowest_,
        highest_);
    fail_unless (lowest_ > 0 && lowest_ < UINT64_MAX);
  }

private:
  // Main content in three qualities, which change in the middle of a clip, and
  // each fifth clip another one, in another container and other codecs.
  void append_until (Time end)
  {
    for (; edge_ < end; edge_ += kClip, clip_++) {
      if (clip_ % 5 == 4) {
        video_->append (ad_video_, edge_);
        audio_->append (ad_audio_, edge_);
        continue;
      }
      const Content &one = qualities_[clip_ % 3];
      const Content &other = qualities_[(clip_ / 2) % 3];
      video_->append (one, edge_, 0, 4);
      video_->append (other, edge_, 4);
      audio_->append (sound_, edge_);
    }
    fail_unless_ok (source->set_live_seekable_range (
        std::max<Time> (0, end - kAhead - kWindow), end - kAhead));
  }

  // Where it plays next: now and then it goes back, and to the edge again.
  Time follow (Time now, Time position)
  {
    Time at = now % (400 * kSecond);
    Time target = position;
    if (at == 0)
      target = std::max<Time> (0, position - 300 * kSecond);
    else if (at == 50 * kSecond)
      target = now;
    else if (at > 60 * kSecond && at <= 65 * kSecond)
      target = position - 2 * kSecond + kStep / 2;
    if (target == position)
      return position;
    fail_unless (target >= source->seekable ()->start);
    for (const auto &screen : screens_)
      screen->seek (target);
    return target + kStep;
  }

  void clean (Time now)
  {
    if (now <= kWindow)
      return;
    Time begin = now - kWindow;
    video_->remove_before (begin);
    audio_->remove_before (begin);
    if (now <= kWindow + 60 * kSecond)
      return;
    uint64_t bytes = video_->memory () + audio_->memory ();
    lowest_ = std::min (lowest_, bytes);
    highest_ = std::max (highest_, bytes);
  }

  const Content qualities_[3] = {in_segments ("video/mp4", "v.mp4"),
      in_segments ("video/mp4", "v-270.mp4"),
      in_segments ("video/mp4", "v-360.mp4")};
  const Content sound_ = in_one_piece ("audio/mp4", "a.mp4");
  const Content ad_video_ = in_one_piece ("video/webm", "dash.webm");
  const Content ad_audio_ = in_one_piece ("audio/webm", "opus.webm");

  std::unique_ptr<Appender> video_, audio_;
  std::vector<std::unique_ptr<Screen>> screens_;
  Time edge_ = 0; // the end of what was appended
  int clip_ = 0;
  uint64_t lowest_ = UINT64_MAX, highest_ = 0;
};

} // namespace

GST_START_TEST (an_hour_of_a_live_stream_plays_each_frame_once)
{
  Session ().run ();
}
GST_END_TEST

// A second of 20 Mbit/s from `start` on, in memory that all share.
static Ptr<GstBuffer>
big_segment (int start)
{
  constexpr uint32_t kSize = 100000;
  static uint8_t payload[25 * kSize];
  std::vector<SampleSpec> samples (25, {40, kSize, kNonSyncFlags});
  samples[0].flags = kSyncFlags;
  uint64_t ticks = uint64_t (start) * 1000;
  int32_t size = int32_t (moof (traf (1, ticks, trun (samples, 0))).size ());
  auto segment = make_data (moof (traf (1, ticks, trun (samples, size + 8)))
                            + u32 (8 + sizeof payload) + text ("mdat"));
  gst_buffer_append_memory (
      segment.get (), gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY, payload,
                          sizeof payload, 0, sizeof payload, nullptr, nullptr));
  return segment;
}

// What was played is evicted for what comes.
GST_START_TEST (an_hour_of_twenty_megabits_plays_inside_the_quota)
{
  MediaSourceFixture f;
  f.attach ();
  auto buffer = f.add ("video/mp4");
  fail_unless_ok (
      buffer->append_buffer (make_data (video_init ()).get (), true));
  auto reader = f.player->open (f.player->tracks ().front ().id, 0);
  Time expected = 0;
  for (int time = 0; time < 3600; time++) {
    fail_unless_ok (buffer->append_buffer (big_segment (time).get (), true));
    fail_unless (buffer->memory () <= buffer->quota ());
    if (time < 30)
      continue; // so far ahead
    for (int i = 0; i < 25; i++, expected += 40 * kMillisecond) {
      Reader::Read read = reader->read ();
      fail_unless (read.status == Reader::Status::frame);
      fail_unless_equals_int64 (read.pts, expected);
    }
  }
  fail_unless (buffer->memory () > buffer->quota () / 2);
}
GST_END_TEST

static Suite *
session_suite ()
{
  Suite *suite = suite_create ("mse/session");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, an_hour_of_a_live_stream_plays_each_frame_once);
  tcase_add_test (tcase, an_hour_of_twenty_megabits_plays_inside_the_quota);
  return suite;
}
GST_CHECK_MAIN (session)
