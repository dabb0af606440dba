// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/tap.hh"

#include "support/fan-out.hh"

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;
constexpr const char *kCaps =
    "video/x-raw,format=GRAY8,width=4,height=4,framerate=25/1";

// An element of a pipeline that plays, and whoever pushes into it.
class Stage {
public:
  explicit Stage (
      const char *factory = "fakesink", GstState state = GST_STATE_PLAYING)
      : element_ (gst_element_factory_make (factory, nullptr)),
        from_ (gst_pad_new ("src", GST_PAD_SRC))
  {
    if (GST_OBJECT_FLAG_IS_SET (element_, GST_ELEMENT_FLAG_SINK))
      g_object_set (element_, "async", FALSE, nullptr);
    gst_element_set_clock (element_, clock.get ());
    set_base_time (0);
    gst_element_set_state (element_, state);
    gst_pad_set_active (from_, TRUE);
    pad = gst_element_get_static_pad (element_, "sink");
    gst_pad_link (from_, pad);
    push (gst_event_new_stream_start ("test"));
    push (gst_event_new_caps (make_caps (kCaps).get ()));
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    push (gst_event_new_segment (&segment));
  }
  ~Stage ()
  {
    gst_element_set_state (element_, GST_STATE_NULL);
    gst_pad_set_active (from_, FALSE);
    gst_object_unref (pad);
    gst_object_unref (from_);
    gst_object_unref (element_);
  }

  void set_base_time (Time time)
  {
    gst_element_set_base_time (element_, GstClockTime (time));
  }
  void play () { gst_element_set_state (element_, GST_STATE_PLAYING); }
  void push (GstEvent *event) { gst_pad_push_event (from_, event); }
  GstFlowReturn push (const Ptr<GstBuffer> &buffer)
  {
    return gst_pad_push (from_, gst_buffer_ref (buffer.get ()));
  }
  Ptr<GstCaps> peer_caps ()
  {
    return Ptr<GstCaps>::adopt (gst_pad_peer_query_caps (from_, nullptr));
  }

  Ptr<GstClock> clock = make_clock ();
  GstPad *pad;

private:
  GstElement *const element_;
  GstPad *const from_;
};

// A track that a tap feeds, and who consumes it.
struct Tapped {
  explicit Tapped (Stage &stage, Tap::Role role = Tap::Role::end)
      : tap (stage.pad, role)
  {
    feed (source);
    reader.play (stage.clock, 0);
  }
  void feed (const std::shared_ptr<Source> &to)
  {
    tap.set_input (to->open (std::make_shared<TestProducer> ()));
  }
  static std::shared_ptr<Source> make_source ()
  {
    return std::make_shared<Source> (SourceInfo{
        .kind = Kind::video, .label = "test", .delivery = Delivery::live});
  }

  std::shared_ptr<Source> source = make_source ();
  std::shared_ptr<Track> track = Track::create (source);
  std::shared_ptr<TestConsumer> consumer = std::make_shared<TestConsumer> ();
  Reader reader{track, Delivery::live, consumer};
  Tap tap;
};

constexpr auto kRoles = {Tap::Role::end, Tap::Role::pass};

} // namespace

GST_START_TEST (what_passes_is_handed_on_at_its_time)
{
  for (Tap::Role role : kRoles) {
    Stage stage;
    stage.set_base_time (3 * kSecond);
    Tapped tapped (stage, role);
    set_time (stage.clock, 3 * kSecond + kFrame);
    auto frame = FanOut::make_frame (kFrame);
    fail_unless_equals_int (stage.push (frame), GST_FLOW_OK);
    auto seen = tapped.reader.next ();
    fail_unless (seen->buffer == frame);
    fail_unless_equals_int64 (seen->due, 3 * kSecond + kFrame);
  }
}
GST_END_TEST

GST_START_TEST (a_tap_in_the_middle_begins_with_caps_and_tags)
{
  Stage stage;
  stage.push (
      gst_event_new_tag (gst_tag_list_new (GST_TAG_TITLE, "before", nullptr)));
  stage.push (FanOut::make_frame (0));
  Tapped tapped (stage);
  stage.push (FanOut::make_frame (kFrame));
  fail_unless (tapped.reader.next ().has_value ());
  fail_unless (
      tapped.reader.events == std::vector<std::string> ({"caps", "tag"}));
}
GST_END_TEST

GST_START_TEST (a_new_base_time_holds_from_the_next_buffer_on)
{
  Stage stage;
  Tapped tapped (stage);
  stage.push (FanOut::make_frame (0));
  fail_unless_equals_int64 (tapped.reader.next ()->due, 0);
  stage.set_base_time (kSecond);
  stage.push (FanOut::make_frame (kFrame));
  fail_unless_equals_int64 (tapped.reader.next ()->due, kSecond + kFrame);
}
GST_END_TEST

GST_START_TEST (a_flush_drops_what_nobody_took)
{
  Stage stage;
  Tapped tapped (stage);
  stage.push (FanOut::make_frame (0));
  stage.push (gst_event_new_flush_start ());
  stage.push (gst_event_new_flush_stop (TRUE));
  fail_if (tapped.reader.next ().has_value ());
}
GST_END_TEST

// Queries

GST_START_TEST (at_the_end_consumers_say_which_caps)
{
  auto theirs = make_caps ("video/x-raw,format=NV12");
  for (Tap::Role role : kRoles) {
    Stage stage;
    Tapped tapped (stage, role);
    tapped.consumer->answer = [&theirs] (GstQuery *query) {
      if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS)
        return false;
      gst_query_set_caps_result (query, theirs.get ());
      return true;
    };
    auto caps = stage.peer_caps ();
    if (role == Tap::Role::end)
      fail_unless (gst_caps_is_equal (caps.get (), theirs.get ()));
    else
      fail_unless (gst_caps_is_any (caps.get ()));
  }
}
GST_END_TEST

// Its end

GST_START_TEST (who_pushes_is_stopped_when_nobody_wants_it)
{
  for (Tap::Role role : kRoles) {
    Stage stage;
    Tapped tapped (stage, role);
    tapped.track->stop ();
    bool stops = role == Tap::Role::end;
    fail_unless_equals_int (stage.push (FanOut::make_frame (0)),
        stops ? GST_FLOW_EOS : GST_FLOW_OK);
  }
}
GST_END_TEST

GST_START_TEST (eos_ends_what_comes_to_its_end_there)
{
  for (Tap::Role role : kRoles) {
    Stage stage;
    Tapped tapped (stage, role);
    stage.push (gst_event_new_eos ());
    fail_unless_equals_int (tapped.track->is_ended (), role == Tap::Role::end);
  }
}
GST_END_TEST

GST_START_TEST (what_it_fed_before_ends)
{
  Stage stage;
  Tapped tapped (stage);
  auto source = Tapped::make_source ();
  auto next = Track::create (source);
  Reader reader (next);
  reader.play (stage.clock, 0);
  tapped.feed (source);
  fail_unless (tapped.track->is_ended ());
  stage.push (FanOut::make_frame (0));
  fail_unless (reader.next ().has_value ());
  fail_unless (reader.events == std::vector<std::string> ({"caps"}));
  tapped.tap.set_input (nullptr);
  fail_unless (next->is_ended ());
  fail_unless_equals_int (stage.push (FanOut::make_frame (0)), GST_FLOW_OK);
}
GST_END_TEST

// Not playing

GST_START_TEST (what_came_in_paused_counts_once_it_plays)
{
  Stage stage ("identity", GST_STATE_PAUSED);
  Tapped tapped (stage, Tap::Role::pass);
  auto still = FanOut::make_frame (0);
  stage.push (still);
  fail_if (tapped.reader.next ().has_value ());
  Reader late (tapped.track);
  late.play (stage.clock, 0);
  fail_unless (late.next ()->buffer == still); // as a still picture
  stage.set_base_time (kSecond);
  stage.play ();
  stage.push (FanOut::make_frame (kFrame));
  auto seen = tapped.reader.next ();
  fail_unless (seen->buffer == still);
  fail_unless_equals_int64 (seen->due, kSecond);
  fail_unless_equals_int64 (tapped.reader.next ()->due, kSecond + kFrame);
}
GST_END_TEST

GST_START_TEST (a_flush_forgets_what_came_in_paused)
{
  Stage stage ("identity", GST_STATE_PAUSED);
  Tapped tapped (stage, Tap::Role::pass);
  stage.push (FanOut::make_frame (0));
  stage.push (gst_event_new_flush_start ());
  stage.push (gst_event_new_flush_stop (TRUE));
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  stage.push (gst_event_new_segment (&segment));
  stage.play ();
  auto frame = FanOut::make_frame (kFrame);
  stage.push (frame);
  fail_unless (tapped.reader.next ()->buffer == frame);
}
GST_END_TEST

static Suite *
tap_suite (void)
{
  Suite *suite = suite_create ("tap");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, what_passes_is_handed_on_at_its_time);
  tcase_add_test (tc, a_tap_in_the_middle_begins_with_caps_and_tags);
  tcase_add_test (tc, a_new_base_time_holds_from_the_next_buffer_on);
  tcase_add_test (tc, a_flush_drops_what_nobody_took);
  tcase_add_test (tc, at_the_end_consumers_say_which_caps);
  tcase_add_test (tc, who_pushes_is_stopped_when_nobody_wants_it);
  tcase_add_test (tc, eos_ends_what_comes_to_its_end_there);
  tcase_add_test (tc, what_it_fed_before_ends);
  tcase_add_test (tc, what_came_in_paused_counts_once_it_plays);
  tcase_add_test (tc, a_flush_forgets_what_came_in_paused);
  return suite;
}

GST_CHECK_MAIN (tap);
