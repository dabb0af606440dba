// SPDX-License-Identifier: LGPL-2.1-or-later
// What passes before a queue, as it comes out of that.
#include "stream/bypass.hh"

#include "stream/tap.hh"

#include "support/fan-out.hh"

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kPiece = 10 * kMillisecond;

// An element, and whoever pushes into it.
class Place {
public:
  Place (const char *factory, const Ptr<GstClock> &clock)
      : element (gst_element_factory_make (factory, nullptr)),
        from_ (gst_pad_new ("src", GST_PAD_SRC))
  {
    gst_element_set_clock (element, clock.get ());
    gst_element_set_state (element, GST_STATE_PLAYING);
    gst_pad_set_active (from_, TRUE);
    pad = gst_element_get_static_pad (element, "sink");
    gst_pad_link (from_, pad);
  }
  ~Place ()
  {
    gst_element_set_state (element, GST_STATE_NULL);
    gst_pad_set_active (from_, FALSE);
    gst_object_unref (pad);
    gst_object_unref (from_);
    gst_object_unref (element);
  }

  void push (GstEvent *event) { gst_pad_push_event (from_, event); }
  // Not linked any further, it only passes.
  void push (Ptr<GstBuffer> piece) { gst_pad_push (from_, piece.release ()); }
  // What comes before the first piece.
  void begin (double rate = 1, const char *stream = "sound")
  {
    push (gst_event_new_stream_start (stream));
    push (gst_event_new_caps (
        make_caps ("audio/x-raw,format=S16LE,rate=48000,channels=1,"
                   "layout=interleaved")
            .get ()));
    segment (rate);
  }
  void segment (double rate = 1)
  {
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.rate = rate;
    push (gst_event_new_segment (&segment));
  }
  void flush ()
  {
    push (gst_event_new_flush_start ());
    push (gst_event_new_flush_stop (TRUE));
  }

  GstElement *const element;
  GstPad *pad;

private:
  GstPad *const from_;
};

Ptr<GstBuffer>
piece_at (Time pts, Time duration = kPiece)
{
  auto piece = FanOut::make_frame (pts, 960);
  GST_BUFFER_DURATION (piece.get ()) = GstClockTime (duration);
  return piece;
}

// A place before a volume, and the sink behind it: the test is the queue.
struct Way : Tap::Watcher, std::enable_shared_from_this<Way> {
  static std::shared_ptr<Way> create ()
  {
    auto made = std::make_shared<Way> ();
    made->tap = std::make_unique<Tap> (made->sink.pad, made->bypass, made);
    made->tap->set_input (
        made->source->open (std::make_shared<TestProducer> ()));
    made->reader.play (made->clock, 0);
    return made;
  }
  void on_rate (double rate) override { rates.push_back (rate); }
  // The times at which the next ones are due; -1: there is none.
  std::vector<Time> next (size_t count)
  {
    std::vector<Time> due;
    while (due.size () < count) {
      auto seen = reader.next ();
      due.push_back (seen ? seen->due : -1);
    }
    return due;
  }

  Ptr<GstClock> clock = make_clock ();
  // None that waits in PAUSED for PLAYING, as the test is its only thread.
  Place before{"identity", clock}, sink{"identity", clock};
  std::shared_ptr<Bypass> bypass = Bypass::create (before.pad);
  std::shared_ptr<Source> source = std::make_shared<Source> (SourceInfo{
      .kind = Kind::audio, .label = "test", .delivery = Delivery::live});
  std::shared_ptr<Track> track = Track::create (source);
  Reader reader{track};
  std::vector<double> rates;
  std::unique_ptr<Tap> tap;
};

using Times = std::vector<Time>;

} // namespace

GST_START_TEST (what_waits_is_handed_on_when_it_arrives)
{
  auto way = Way::create ();
  way->before.begin ();
  auto first = piece_at (0);
  way->before.push (first);
  way->before.push (piece_at (kPiece));
  way->before.push (piece_at (2 * kPiece));
  way->sink.begin ();
  fail_unless (way->next (1) == Times ({-1}));
  way->sink.push (piece_at (0));
  auto seen = way->reader.next ();
  fail_unless (seen && seen->buffer == first); // not what has become of it
  fail_unless (way->next (1) == Times ({-1}));
  way->sink.push (piece_at (kPiece));
  way->sink.push (piece_at (2 * kPiece));
  fail_unless (way->next (3) == Times ({kPiece, 2 * kPiece, -1}));
  fail_unless (way->reader.events == std::vector<std::string> ({"caps"}));
}
GST_END_TEST

GST_START_TEST (pieces_may_be_others_by_then)
{
  auto way = Way::create ();
  way->before.begin ();
  way->sink.begin ();
  for (int i = 0; i < 4; i++)
    way->before.push (piece_at (i * kPiece));
  way->sink.push (piece_at (0, 3 * kPiece / 2));
  fail_unless (way->next (3) == Times ({0, kPiece, -1}));
  way->sink.push (piece_at (3 * kPiece / 2, 5 * kPiece / 2));
  fail_unless (way->next (3) == Times ({2 * kPiece, 3 * kPiece, -1}));
}
GST_END_TEST

GST_START_TEST (what_does_not_arrive_is_not_handed_on)
{
  auto way = Way::create ();
  way->before.begin ();
  way->sink.begin ();
  for (int i = 0; i < 4; i++)
    way->before.push (piece_at (i * kPiece));
  way->sink.push (piece_at (2 * kPiece));
  fail_unless (way->next (2) == Times ({2 * kPiece, -1}));
}
GST_END_TEST

// A seek: the sink's element has the base time, and that of before is over.
GST_START_TEST (a_flush_forgets_what_waits_and_the_base_time_is_the_sinks)
{
  auto way = Way::create ();
  way->before.begin ();
  way->sink.begin ();
  way->before.push (piece_at (0));
  way->before.push (piece_at (kPiece));
  way->sink.push (piece_at (0));
  fail_unless (way->next (1) == Times ({0}));
  way->before.flush ();
  way->sink.flush ();
  way->before.segment ();
  way->before.push (piece_at (0));
  gst_element_set_base_time (way->sink.element, GstClockTime (5 * kSecond));
  way->sink.segment ();
  way->sink.push (piece_at (0));
  fail_unless (way->next (2) == Times ({5 * kSecond, -1}));
}
GST_END_TEST

// The element before the queue plays on, the sink waits for its preroll.
GST_START_TEST (what_prerolls_is_what_has_come_to_the_sink)
{
  auto way = Way::create ();
  gst_element_set_state (way->sink.element, GST_STATE_PAUSED);
  way->before.begin ();
  way->sink.begin ();
  for (int i = 0; i < 4; i++)
    way->before.push (piece_at (i * kPiece));
  way->sink.push (piece_at (0, 2 * kPiece)); // one that stands for two
  fail_unless (way->next (1) == Times ({-1}));
  gst_element_set_base_time (way->sink.element, GstClockTime (kSecond));
  gst_element_set_state (way->sink.element, GST_STATE_PLAYING);
  way->sink.push (piece_at (2 * kPiece));
  fail_unless (
      way->next (4)
      == Times ({kSecond, kSecond + kPiece, kSecond + 2 * kPiece, -1}));
}
GST_END_TEST

GST_START_TEST (the_rate_is_that_of_what_is_handed_on)
{
  auto way = Way::create ();
  way->before.begin ();
  way->sink.begin ();
  way->before.push (piece_at (0));
  way->before.segment (2);
  way->before.push (piece_at (2 * kPiece));
  way->sink.push (piece_at (0));
  fail_unless (way->rates == std::vector<double> ({1}));
  // It is stretched behind: the sink's is 1.
  way->sink.push (piece_at (kPiece));
  fail_unless (way->rates == std::vector<double> ({1, 2}));
}
GST_END_TEST

GST_START_TEST (another_stream_begins_with_its_own)
{
  auto way = Way::create ();
  way->before.begin ();
  way->sink.begin ();
  way->before.push (piece_at (0));
  way->before.push (gst_event_new_stream_start ("other"));
  way->before.push (gst_event_new_caps (
      make_caps ("audio/x-raw,format=U8,rate=8000,channels=1").get ()));
  way->bypass->skip_to ("other");
  auto taken = way->bypass->take ({});
  fail_unless (taken.empty ()); // no piece of it yet
  way->before.segment ();
  way->before.push (piece_at (0));
  taken = way->bypass->take ({});
  fail_unless_equals_int (int (taken.size ()), 4);
  fail_unless (bool (taken.back ().buffer));
}
GST_END_TEST

GST_START_TEST (where_nothing_arrives_the_oldest_goes)
{
  auto way = Way::create ();
  way->before.begin ();
  for (int i = 0; i < 30; i++)
    way->before.push (piece_at (i * kSecond, kSecond));
  auto taken = way->bypass->take ({});
  fail_unless_equals_int (int (taken.size ()), 12);
  fail_unless_equals_int64 (taken.front ().span.from, 18 * kSecond);
  for (size_t i = 0; i < 2 * Bypass::kMostItems; i++)
    way->before.push (piece_at (30 * kSecond, 1));
  fail_unless_equals_int (
      int (way->bypass->take ({}).size ()), int (Bypass::kMostItems));
  // What holds for them is known all the same.
  fail_unless_equals_int (int (way->bypass->sticky ().size ()), 3);
}
GST_END_TEST

static Suite *
bypass_suite (void)
{
  Suite *suite = suite_create ("bypass");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, what_waits_is_handed_on_when_it_arrives);
  tcase_add_test (tc, pieces_may_be_others_by_then);
  tcase_add_test (tc, what_does_not_arrive_is_not_handed_on);
  tcase_add_test (
      tc, a_flush_forgets_what_waits_and_the_base_time_is_the_sinks);
  tcase_add_test (tc, what_prerolls_is_what_has_come_to_the_sink);
  tcase_add_test (tc, the_rate_is_that_of_what_is_handed_on);
  tcase_add_test (tc, another_stream_begins_with_its_own);
  tcase_add_test (tc, where_nothing_arrives_the_oldest_goes);
  return suite;
}

GST_CHECK_MAIN (bypass);
