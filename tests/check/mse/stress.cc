// SPDX-License-Identifier: LGPL-2.1-or-later
// All of the engine at once, from many threads, at random: nothing may crash,
// hang, race or lose count. WEBMEDIA_STRESS=N makes it N times as long.
#include "support/media-source-fixture.hh"

#include <cstdlib>
#include <random>
#include <set>
#include <thread>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

struct File {
  const char *type;
  const char *name;
};
constexpr File kFiles[] = {
    {"video/mp4", "v.mp4"},
    {"video/mp4", "av.mp4"},
    {"video/mp4", "cmaf-v.mp4"},
    {"video/mp4", "webvtt.mp4"},
    {"audio/mp4", "a.mp4"},
    {"audio/mp4", "opus.mp4"},
    {"video/webm", "vp9-opus.webm"},
    {"video/webm", "vp8-vorbis.webm"},
    {"audio/webm", "opus.webm"},
    {"video/mp2t", "av.ts"},
    {"audio/mp2t", "mp3.ts"},
    {"audio/aac", "adts.aac"},
    {"audio/mpeg", "cbr.mp3"},
};

int
rounds ()
{
  const char *factor = g_getenv ("WEBMEDIA_STRESS");
  return 6 * (factor ? std::max (1, atoi (factor)) : 1);
}

// Each updatestart has its updateend, with what happened between, in order.
class BufferEvents final : public SourceBufferListener {
public:
  void on_events (
      std::initializer_list<SourceBufferEvent> events, const Error *) override
  {
    for (SourceBufferEvent event : events) {
      MutexLocker locker (lock_);
      switch (event) {
      case SourceBufferEvent::updatestart:
        fail_unless_equals_int (state_, 0);
        state_ = 1;
        break;
      case SourceBufferEvent::update:
      case SourceBufferEvent::error:
      case SourceBufferEvent::abort:
        fail_unless_equals_int (state_, 1);
        state_ = 2;
        break;
      case SourceBufferEvent::updateend:
        fail_unless_equals_int (state_, 2);
        state_ = 0;
        break;
      }
    }
    changed_.notify_all ();
  }

  void on_track_event (TrackEvent, const std::shared_ptr<Track> &) override {}

  void wait_idle ()
  {
    MutexLocker locker (lock_);
    while (state_ != 0)
      changed_.wait (lock_);
  }

private:
  Mutex lock_;
  Condition changed_;
  int state_ GUARDED_BY (lock_) = 0;
};

// The ready state that the events tell.
class SourceEvents final : public MediaSourceListener {
public:
  void on_event (MediaSourceEvent event) override
  {
    MutexLocker locker (lock_);
    switch (event) {
    case MediaSourceEvent::sourceopen:
      fail_unless (state_ != ReadyState::open);
      state_ = ReadyState::open;
      break;
    case MediaSourceEvent::sourceended:
      fail_unless (state_ == ReadyState::open);
      state_ = ReadyState::ended;
      break;
    case MediaSourceEvent::sourceclose:
      fail_unless (state_ != ReadyState::closed);
      state_ = ReadyState::closed;
      break;
    default:
      break;
    }
  }

  // A track is added once, and removed once.
  void on_track_event (
      TrackEvent event, const std::shared_ptr<Track> &track) override
  {
    MutexLocker locker (lock_);
    switch (event) {
    case TrackEvent::addtrack:
      fail_unless (std::find (tracks_.begin (), tracks_.end (), track)
                   == tracks_.end ());
      tracks_.push_back (track);
      break;
    case TrackEvent::removetrack:
      fail_unless_equals_int (std::erase (tracks_, track), 1);
      break;
    case TrackEvent::change:
      break;
    }
  }

  void on_gone (const MediaSource::Buffers &) override {}

private:
  Mutex lock_;
  Tracks tracks_ GUARDED_BY (lock_);
  ReadyState state_ GUARDED_BY (lock_) = ReadyState::closed;
};

void
check_ranges (const TimeRanges &ranges)
{
  for (size_t i = 0; i < ranges.size (); i++) {
    fail_unless (ranges[i].start < ranges[i].end);
    fail_unless (i == 0 || ranges[i - 1].end < ranges[i].start);
  }
}

class Stress {
public:
  explicit Stress (unsigned seed) : seed_ (seed)
  {
    source_->set_listener (std::make_shared<SourceEvents> ());
    attach ();
  }

  void run ()
  {
    std::vector<std::thread> readers, appenders;
    for (unsigned i = 0; i < 2; i++)
      readers.emplace_back ([this, i] { read (seed_ * 10 + i); });
    for (unsigned i = 0; i < 3; i++)
      appenders.emplace_back ([this, i] { append (seed_ * 10 + 5 + i); });
    for (std::thread &thread : appenders)
      thread.join ();
    stop_ = true;
    flush_readers ();
    player ()->detach ();
    for (std::thread &thread : readers)
      thread.join ();
  }

private:
  using Random = std::mt19937;
  struct Buffer {
    std::shared_ptr<SourceBuffer> engine;
    std::shared_ptr<BufferEvents> events;
    std::vector<uint8_t> bytes;
    size_t position = 0;
  };

  static unsigned pick (Random &random, unsigned count)
  {
    return unsigned (random () % count);
  }

  static Time pick_time (Random &random)
  {
    constexpr Time odd[] = {0, 1, -kSecond, 1000 * kSecond, INT64_MAX - 1,
        INT64_MIN + 1, kTimeInfinite, kTimeNone};
    return pick (random, 4) ? Time (pick (random, 8000)) * kMillisecond
                            : odd[pick (random, 8)];
  }

  std::shared_ptr<Attachment> player ()
  {
    MutexLocker locker (lock_);
    return player_;
  }

  void attach ()
  {
    auto attached = source_->attach (false);
    if (!attached)
      return; // another thread was faster
    (*attached)->set_observer (observer_);
    MutexLocker locker (lock_);
    std::swap (player_, *attached); // the old one goes after the lock
  }

  void flush_readers ()
  {
    MutexLocker locker (lock_);
    for (Reader *reader : readers_)
      reader->set_flushing (true);
  }

  void add (Random &random, Buffer &buffer)
  {
    finish (buffer);
    const File &file = kFiles[pick (random, std::size (kFiles))];
    auto added = source_->add_source_buffer (file.type);
    if (!added)
      return;
    buffer = {
        *added, std::make_shared<BufferEvents> (), read_media (file.name)};
    buffer.engine->set_listener (buffer.events);
    buffer.engine->set_quota (pick (random, 2) ? 3 << 20 : 300 << 10);
  }

  // Once it was removed, nothing of it is left.
  void finish (Buffer &buffer)
  {
    if (!buffer.engine)
      return;
    if (source_->remove_source_buffer (buffer.engine))
      fail_unless (!buffer.engine->buffered ());
    buffer.events->wait_idle ();
    fail_unless (!buffer.engine->updating ());
    buffer.engine->drop_tracks (); // as of those that a detach removed
    fail_unless_equals_uint64 (buffer.engine->memory (), 0);
    buffer = {};
  }

  void append (unsigned seed)
  {
    Random random (seed);
    Buffer buffer;
    for (int i = 0; i < 150; i++) {
      if (!buffer.engine || buffer.engine->is_removed ())
        add (random, buffer);
      if (!buffer.engine) {
        attach ();
        continue;
      }
      step (random, buffer);
      if (buffer.engine) // it may have gone
        check (*buffer.engine);
    }
    finish (buffer);
  }

  void step (Random &random, Buffer &buffer)
  {
    SourceBuffer &engine = *buffer.engine;
    bool wait = pick (random, 3) > 0;
    switch (pick (random, 40)) {
    case 0:
      (void)engine.append_buffer (
          make_data (std::vector<uint8_t> (pick (random, 999), 0x77)).get (),
          wait);
      break;
    case 1:
    case 2:
      (void)engine.abort ();
      break;
    case 3:
    case 4:
      (void)engine.remove (pick_time (random), pick_time (random), wait);
      break;
    case 5:
      (void)engine.set_timestamp_offset (pick_time (random));
      break;
    case 6:
      (void)engine.set_append_window_start (pick_time (random));
      (void)engine.set_append_window_end (pick_time (random));
      break;
    case 7:
      (void)source_->end_of_stream (EndOfStreamError (pick (random, 9) / 4));
      break;
    case 8:
      (void)source_->set_duration (pick_time (random));
      break;
    case 9:
      flush_readers ();
      break;
    case 10:
      if (pick (random, 3) == 0)
        finish (buffer);
      break;
    case 11:
      if (pick (random, 4) == 0) {
        player ()->detach ();
        attach ();
      } else if (pick (random, 20) == 0) {
        source_->abandon ();
      }
      break;
    case 12:
      (void)engine.set_mode (AppendMode (pick (random, 2)));
      (void)source_->set_live_seekable_range (0, pick_time (random));
      if (auto tracks = source_->tracks (); !tracks.empty ())
        select_track (tracks[pick (random, unsigned (tracks.size ()))],
            pick (random, 2) ? TrackSelection::on : TrackSelection::off);
      break;
    case 13:
      check_ranges (source_->buffered ());
      (void)player ()->seekable ();
      (void)player ()->ready_state ();
      break;
    case 14:
      change_type (random, buffer);
      break;
    default:
      append_piece (random, buffer, wait);
    }
  }

  // What holds between any two operations, unless other threads end the source,
  // open or detach it just then: what is wrong stays so.
  void check (SourceBuffer &engine)
  {
    const char *wrong = nullptr;
    for (int i = 0; i < 1000; i++) {
      wrong = find_wrong (engine);
      if (!wrong)
        return;
      std::this_thread::yield ();
    }
    fail_unless (false, "seed %u: %s", seed_, wrong);
  }

  const char *find_wrong (SourceBuffer &engine)
  {
    auto ranges = engine.buffered ();
    if (!ranges || engine.updating ()
        || source_->ready_state () != ReadyState::open)
      return nullptr;
    check_ranges (*ranges);
    size_t frames = 0;
    for (const auto &track : engine.tracks ()) {
      frames += track->buffer.frame_count ();
      TimeRanges all = track->buffer.buffered ();
      check_ranges (all);
      if (track->kind == TrackKind::text)
        continue;
      for (const TimeRange &range : *ranges) {
        const TimeRange *around = all.find (range.start);
        if (!around || around->end < range.end)
          return "a range is not one of all tracks";
      }
    }
    if (frames == 0 && engine.memory () > 0)
      return "memory is counted without frames";
    return frames > 0 && engine.memory () == 0
               ? "frames are stored in no memory"
               : nullptr;
  }

  void change_type (Random &random, Buffer &buffer)
  {
    const File &file = kFiles[pick (random, std::size (kFiles))];
    if (!buffer.engine->change_type (file.type))
      return;
    buffer.bytes = read_media (file.name);
    buffer.position = 0;
  }

  void append_piece (Random &random, Buffer &buffer, bool wait)
  {
    constexpr size_t sizes[] = {1, 200, 5000, 100000, 10000000};
    size_t size = 1 + pick (random, unsigned (sizes[pick (random, 5)]));
    size = std::min (size, buffer.bytes.size () - buffer.position);
    auto data = make_data (buffer.bytes.data () + buffer.position, size);
    if (buffer.engine->append_buffer (data.get (), wait))
      buffer.position = (buffer.position + size) % buffer.bytes.size ();
    else if (pick (random, 2))
      buffer.position = 0;
  }

  void read (unsigned seed)
  {
    Random random (seed);
    while (!stop_) {
      auto current = player ();
      auto tracks = current->tracks ();
      if (tracks.empty ()) {
        std::this_thread::yield ();
        continue;
      }
      auto reader = current->open (
          tracks[pick (random, unsigned (tracks.size ()))].id, 0);
      current.reset ();
      if (!reader)
        continue;
      {
        MutexLocker locker (lock_);
        readers_.insert (reader.get ());
      }
      read_some (random, *reader);
      MutexLocker locker (lock_);
      readers_.erase (reader.get ());
    }
  }

  // Reads and seeks until the track ends. What was shown is not shown again,
  // but for sound that is faded out.
  void read_some (Random &random, Reader &reader)
  {
    std::set<std::pair<Time, Time>> shown;
    for (int i = 0; i < 500 && !stop_; i++) {
      if (pick (random, 60) == 0) {
        reader.seek (pick_time (random));
        shown.clear ();
      }
      if (pick (random, 30) == 0)
        (void)reader.key_unit (pick_time (random), pick (random, 2));
      Reader::Read read = reader.read ();
      if (read.status == Reader::Status::flushing) {
        reader.set_flushing (false);
        reader.seek (pick_time (random));
        shown.clear ();
        continue;
      }
      if (read.status != Reader::Status::frame)
        return;
      fail_unless (gst_buffer_n_memory (read.buffer.get ()) < 100);
      if (read.duration > 0 && read.pts < kTimeLimit && read.splice == kTimeNone
          && !GST_BUFFER_FLAG_IS_SET (
              read.buffer.get (), GST_BUFFER_FLAG_DECODE_ONLY))
        fail_unless (shown.insert ({read.pts, read.duration}).second,
            "seed %u: %" G_GINT64_FORMAT " is shown twice", seed_, read.pts);
    }
  }

  const unsigned seed_;
  const std::shared_ptr<MediaSource> source_ = std::make_shared<MediaSource> ();
  const std::shared_ptr<ObserverLog> observer_ =
      std::make_shared<ObserverLog> ();
  std::atomic<bool> stop_{false};
  Mutex lock_;
  std::shared_ptr<Attachment> player_ GUARDED_BY (lock_);
  std::set<Reader *> readers_ GUARDED_BY (lock_);
};

} // namespace

GST_START_TEST (random_calls_from_many_threads_leave_all_in_order)
{
  for (int i = 0; i < rounds (); i++)
    Stress (unsigned (i)).run ();
}
GST_END_TEST

// Errors of bytes and aborts at the same moment.
GST_START_TEST (every_updatestart_has_one_updateend_whatever_ends_it)
{
  MediaSourceFixture f;
  f.attach ();
  auto buffer = *f.source->add_source_buffer ("video/mp4");
  auto events = std::make_shared<BufferEvents> ();
  buffer->set_listener (events);
  std::atomic<bool> stop{false};
  std::vector<std::thread> aborters;
  for (int i = 0; i < 2; i++)
    aborters.emplace_back ([&] {
      while (!stop)
        (void)buffer->abort ();
    });
  auto good = media_data ("v.mp4");
  auto bad = make_data (std::vector<uint8_t> (100, 0x77));
  std::thread other ([&] {
    for (int i = 0; i < 150 * rounds (); i++)
      (void)buffer->append_buffer (good.get (), true);
  });
  for (int i = 0; i < 150 * rounds (); i++)
    (void)buffer->append_buffer (bad.get (), i % 2);
  other.join ();
  stop = true;
  for (std::thread &thread : aborters)
    thread.join ();
  events->wait_idle ();
  fail_unless (!buffer->updating ());
}
GST_END_TEST

// The source ends only while nobody updates: what begins then opens it again.
GST_START_TEST (the_end_and_an_append_exclude_each_other)
{
  MediaSourceFixture f;
  f.source->set_listener (std::make_shared<SourceEvents> ());
  f.attach ();
  auto buffer = *f.source->add_source_buffer ("video/mp4");
  fail_unless_ok (buffer->append_buffer (media_data ("v.mp4").get (), true));
  std::atomic<bool> stop{false};
  std::thread ender ([&] {
    while (!stop)
      (void)f.source->end_of_stream (EndOfStreamError::none);
  });
  auto nothing = make_data ({});
  for (int i = 0; i < 2000 * rounds (); i++)
    fail_unless_ok (buffer->append_buffer (nothing.get (), true));
  stop = true;
  ender.join ();
}
GST_END_TEST

static Suite *
stress_suite ()
{
  Suite *suite = suite_create ("mse/stress");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, random_calls_from_many_threads_leave_all_in_order);
  tcase_add_test (tcase, every_updatestart_has_one_updateend_whatever_ends_it);
  tcase_add_test (tcase, the_end_and_an_append_exclude_each_other);
  return suite;
}
GST_CHECK_MAIN (stress)
