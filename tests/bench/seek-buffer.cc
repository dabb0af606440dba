// SPDX-License-Identifier: LGPL-2.1-or-later
// A buffer of ten hours: how long it takes to find a place in it, and what it
// costs beside the media.
#include "bench/seek.hh"

#include "bench/figures.hh"
#include "bench/table.hh"
#include "mse/frame-processor.hh"
#include "mse/track-reader.hh"

#include <array>
#include <cstdio>
#include <malloc.h>
#include <random>

using namespace webmedia;
using namespace webmedia::mse;

namespace bench {

namespace {

constexpr Time kLength = 10 * 3600 * kSecond;

struct TenHours {
  TrackKind kind;
  int64_t rate; // frames in `per` seconds
  int64_t per;
  size_t group;   // frames from one random access point to the next
  size_t segment; // frames in an append
};

std::shared_ptr<Track>
fill (const TenHours &what)
{
  auto config = std::make_shared<TrackConfig> ();
  TrackDescription description{.kind = what.kind, .id = 1, .config = config};
  auto track = std::make_shared<Track> (
      description, "track", std::make_shared<MemoryAccount> ());
  FrameProcessor processor;
  processor.set_targets ({{track, config}});
  ProcessingState state;

  static std::array<uint8_t, 4096> bytes;
  auto time_of = [&what] (size_t frame) {
    return Time (gst_util_uint64_scale (
        frame, guint64 (what.per * kSecond), guint64 (what.rate)));
  };
  for (size_t frame = 0; time_of (frame) < kLength;) {
    FrameBatch batch;
    auto memory =
        Ptr<GstMemory>::adopt (gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY,
            bytes.data (), bytes.size (), 0, bytes.size (), nullptr, nullptr));
    batch.blocks.push_back (Block::wrap (memory.get ()));
    for (size_t i = 0; i < what.segment; i++, frame++) {
      Time pts = time_of (frame);
      batch.frames.push_back ({.pts = pts,
          .dts = pts,
          .duration = time_of (frame + 1) - pts,
          .offset = uint32_t (i),
          .size = 1,
          .keyframe = frame % what.group == 0});
    }
    if (!processor.process (batch, state))
      return nullptr;
  }
  return track;
}

template <typename Function>
std::vector<double>
time_each (const std::vector<Time> &targets, Function function)
{
  std::vector<double> times;
  for (Time target : targets) {
    uint64_t start = now ();
    function (target);
    times.push_back (double (now () - start));
  }
  return times;
}

void
measure (const char *name, const TenHours &what, bool verdict)
{
  size_t before = mallinfo2 ().uordblks;
  auto track = fill (what);
  if (!track)
    return;
  const TrackBuffer &buffer = track->buffer;
  double frames = double (buffer.frame_count ());
  double metadata = double (buffer.metadata_bytes ()) / frames;
  double allocated = double (mallinfo2 ().uordblks - before) / frames;

  std::mt19937_64 random (1);
  std::uniform_int_distribution<Time> anywhere (0, kLength - 1);
  std::vector<Time> targets (200000);
  for (Time &target : targets)
    target = anywhere (random);

  Time sum = 0;
  auto lookup = time_each (targets,
      [&] (Time time) { sum += buffer.random_access_point (time, false); });
  TrackReader reader (track);
  auto first = time_each (targets, [&] (Time time) {
    reader.seek (reader.key_unit (time, false));
    sum += reader.read ().pts;
  });
  auto ranges = time_each (std::vector<Time> (1000),
      [&] (Time) { sum += Time (buffer.buffered ().size ()); });
  std::vector<double> removals, ranges_after;
  for (int i = 1; i < 100; i++) {
    Time time = kLength / 100 * i;
    uint64_t start = now ();
    track->buffer.remove (time, time + kSecond);
    uint64_t middle = now ();
    sum += Time (buffer.buffered ().size ());
    removals.push_back (double (middle - start));
    ranges_after.push_back (double (now () - middle));
  }
  // What was played goes, one chunk at a time.
  size_t chunk = what.group > 1 ? what.group : Chunk::kMaxRun;
  Time length = Time (chunk) * what.per * kSecond / what.rate;
  std::vector<double> evictions;
  for (int i = 1; i <= 1000; i++) {
    uint64_t start = now ();
    (void)track->buffer.evict_before (i * length, 0);
    evictions.push_back (double (now () - start));
  }
  asm volatile("" : : "r"(sum) : "memory");

  printf ("\n%s of ten hours: %.0f frames\n", name, frames);
  Table table ({"us", "p50", "p99"});
  auto row = [&table] (const char *what_row, const std::vector<double> &times) {
    table.add ({what_row, number (median (times) / 1e3),
        number (percentile (times, 0.99) / 1e3)});
  };
  row ("look up a random access point", lookup);
  row ("seek and read the first frame", first);
  row ("buffered", ranges);
  row ("remove a second in the middle", removals);
  row ("buffered after that", ranges_after);
  row ("evict the first group of frames", evictions);
  table.print ();
  printf ("  bytes a frame: %.1f of metadata, %.1f allocated in all\n",
      metadata, allocated);
  if (verdict) {
    print_verdict ("look up, p50 us", median (lookup) / 1e3, true, 1);
    print_verdict ("bytes of metadata a frame", metadata, true, 40);
    print_verdict (
        "evict a group, p99 us", percentile (evictions, 0.99) / 1e3, true, 10);
  }
}

} // namespace

void
seek_in_buffer ()
{
  measure ("Video", {TrackKind::video, 30, 1, 60, 60}, true);
  measure ("Audio", {TrackKind::audio, 48000, 1024, 1, 94}, true);
}

} // namespace bench
