// SPDX-License-Identifier: LGPL-2.1-or-later
// What a pipeline plays, as threads come in each other's way.
#include "stream/element-capture.hh"

#include "stream/frame-reader.hh"
#include "support/check.hh"

#include <gst/check/gsttestclock.h>
#include <thread>

using namespace webmedia;
using namespace webmedia::stream;

namespace {

// What a stream was told, in its order.
struct Heard final : StreamListener {
  void on_added (const std::shared_ptr<Track> &, Cause cause) override
  {
    added++;
    events += cause == Cause::user_agent;
  }
  void on_removed (const std::shared_ptr<Track> &, Cause) override
  {
    removed++;
  }
  void on_active () override {}

  std::atomic<int> added{0}, removed{0}, events{0};
};

struct Fixture {
  Fixture () { stream->set_listener (heard); }
  ~Fixture () { gst_element_set_state (pipeline.get (), GST_STATE_NULL); }

  void capture ()
  {
    auto made = ElementCapture::create (pipeline.get (), stream);
    fail_unless (bool (made));
    captured = std::move (*made);
  }
  GstBin *bin () const { return GST_BIN (pipeline.get ()); }

  Ptr<GstElement> pipeline =
      Ptr<GstElement>::adopt (GST_ELEMENT (gst_pipeline_new (nullptr)));
  std::shared_ptr<MediaStream> stream = MediaStream::create ();
  std::shared_ptr<Heard> heard = std::make_shared<Heard> ();
  std::shared_ptr<ElementCapture> captured;
};

// A sink that was given pictures, and waits with the first.
Ptr<GstElement>
make_sink ()
{
  auto sink = Ptr<GstElement>::adopt (GST_ELEMENT (
      gst_object_ref_sink (gst_element_factory_make ("fakesink", nullptr))));
  auto pad =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (sink.get (), "sink"));
  gst_pad_set_active (pad.get (), TRUE);
  auto store = [&pad] (Ptr<GstEvent> event) {
    gst_pad_store_sticky_event (pad.get (), event.get ());
  };
  store (Ptr<GstEvent>::adopt (gst_event_new_stream_start ("pictures")));
  auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (
      "video/x-raw,format=GRAY8,width=4,height=4,framerate=25/1"));
  store (Ptr<GstEvent>::adopt (gst_event_new_caps (caps.get ())));
  return sink;
}

} // namespace

GST_START_TEST (a_sink_that_is_found_by_two_threads_is_captured_once)
{
  // The second finds it while the first is not done.
  struct Observer final : TrackSetObserver {
    void on_tracks () override
    {
      if (changes++ == 0)
        std::thread ([this] {
          g_signal_emit_by_name (
              pipeline, "deep-element-added", pipeline, sink);
        }).join ();
    }
    void on_active () override {}

    GstElement *pipeline, *sink;
    int changes = 0;
  };
  Fixture f;
  auto sink = make_sink ();
  auto observer = std::make_shared<Observer> ();
  observer->pipeline = f.pipeline.get ();
  observer->sink = sink.get ();
  f.stream->add_observer (observer);
  f.capture ();
  gst_bin_add (f.bin (), sink.get ());
  fail_unless_equals_int (f.heard->added, 1);
  fail_unless_equals_int (int (f.stream->tracks ().size ()), 1);
}
GST_END_TEST

GST_START_TEST (a_sink_that_has_gone_when_it_is_found_is_not_captured)
{
  Fixture f;
  f.capture ();
  auto sink = make_sink ();
  g_signal_emit_by_name (
      f.pipeline.get (), "deep-element-added", f.pipeline.get (), sink.get ());
  fail_unless_equals_int (f.heard->added, 0);
  gst_bin_add (f.bin (), sink.get ());
  fail_unless_equals_int (f.heard->added, 1);
}
GST_END_TEST

GST_START_TEST (sinks_come_and_go_while_a_capture_begins)
{
  for (int i = 0; i < 100; i++) {
    Fixture f;
    auto comes = make_sink (), goes = make_sink ();
    gst_bin_add (f.bin (), goes.get ());
    std::thread other ([&] {
      gst_bin_add (f.bin (), comes.get ());
      gst_bin_remove (f.bin (), goes.get ());
    });
    f.capture ();
    other.join ();
    fail_unless_equals_int (int (f.stream->tracks ().size ()), 1);
    fail_unless_equals_int (f.heard->added - f.heard->removed, 1);
  }
}
GST_END_TEST

// A stop on another thread, in the middle of what begins a track.
GST_START_TEST (a_track_that_begins_while_its_sink_stops_goes_again)
{
  struct Owner final : PadCapture::Owner {
    void add (const std::shared_ptr<Track> &track) override
    {
      std::thread ([this] { capture->stop (); }).join ();
      known.push_back (track);
    }
    void remove (const std::shared_ptr<Track> &track) override
    {
      std::erase (known, track);
    }
    void on_end () override {}

    std::shared_ptr<PadCapture> capture;
    Tracks known;
  };
  auto owner = std::make_shared<Owner> ();
  auto sink = make_sink ();
  auto pad =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (sink.get (), "sink"));
  owner->capture = PadCapture::create (pad.get (), owner, {.is_playing = true});
  owner->capture->start ();
  fail_unless (owner->known.empty ());
  owner->capture.reset ();
}
GST_END_TEST

// "MUST end prior to being removed", also where nobody has seen it yet.
GST_START_TEST (of_the_first_tracks_there_are_no_events)
{
  Fixture f;
  auto sink = make_sink ();
  gst_bin_add (f.bin (), sink.get ());
  f.capture ();
  fail_unless_equals_int (f.heard->added, 1);
  fail_unless_equals_int (f.heard->events, 0);
  gst_bin_add (f.bin (), make_sink ().get ());
  fail_unless_equals_int (f.heard->added, 2);
  fail_unless_equals_int (f.heard->events, 1);
}
GST_END_TEST

// No lock of a capture is held where a track of it is let go of: by who mutes
// it, too.
GST_START_TEST (the_last_one_who_has_a_track_may_let_go_of_it_while_it_is_muted)
{
  struct Owner final : PadCapture::Owner {
    void add (const std::shared_ptr<Track> &track) override { only = track; }
    void remove (const std::shared_ptr<Track> &) override {}
    void on_end () override {}

    std::shared_ptr<Track> only;
  };
  struct Listener final : TrackListener {
    explicit Listener (Owner &of) : owner (of) {}
    void on_event (TrackEvent) override { owner.only.reset (); }

    Owner &owner;
  };
  auto owner = std::make_shared<Owner> ();
  auto sink = make_sink ();
  auto pad =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (sink.get (), "sink"));
  auto capture = PadCapture::create (pad.get (), owner, {.is_playing = true});
  capture->start ();
  std::weak_ptr<Track> track = owner->only;
  owner->only->replace_listener (nullptr, std::make_shared<Listener> (*owner));
  capture->set_playback ({});
  fail_unless (track.expired ());
}
GST_END_TEST

// Who hears of a track changes the state, on a thread that must not wait for
// the one that tells.
GST_START_TEST (who_hears_of_a_track_may_change_the_state)
{
  struct Observer final : TrackSetObserver {
    explicit Observer (GstElement *of) : pipeline (of) {}
    void on_tracks () override
    {
      if (changes++ == 0)
        std::thread ([this] {
          gst_element_set_state (pipeline, GST_STATE_PLAYING);
          gst_element_set_state (pipeline, GST_STATE_NULL);
        }).join ();
    }
    void on_active () override {}

    GstElement *const pipeline;
    int changes = 0;
  };
  Fixture f;
  auto observer = std::make_shared<Observer> (f.pipeline.get ());
  f.stream->add_observer (observer);
  f.capture ();
  auto sink = make_sink ();
  g_object_set (sink.get (), "async", FALSE, nullptr);
  gst_bin_add (f.bin (), sink.get ());
  fail_unless (observer->changes > 0);
  fail_unless (f.stream->tracks ().empty ());
}
GST_END_TEST

// The last of it is in what stretches it when the sink has all.
GST_START_TEST (what_is_stretched_comes_to_its_end)
{
  Fixture f;
  auto sink = Ptr<GstElement>::share (
      gst_element_factory_make_full ("fakesink", "async", FALSE, nullptr));
  gst_bin_add (f.bin (), sink.get ());
  gst_element_set_state (f.pipeline.get (), GST_STATE_PLAYING);
  f.capture ();
  auto from = Ptr<GstPad>::adopt (
      GST_PAD (gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC))));
  auto to =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (sink.get (), "sink"));
  gst_pad_set_active (from.get (), TRUE);
  gst_pad_link (from.get (), to.get ());
  gst_pad_push_event (from.get (), gst_event_new_stream_start ("sound"));
  auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (
      "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved"));
  gst_pad_push_event (from.get (), gst_event_new_caps (caps.get ()));
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = 2;
  gst_pad_push_event (from.get (), gst_event_new_segment (&segment));
  auto reader = FrameReader::create (f.stream->tracks ().front (), 1000);
  for (int i = 0; i < 100; i++) {
    GstBuffer *piece = gst_buffer_new_allocate (nullptr, 480 * 2, nullptr);
    gst_buffer_memset (piece, 0, 0, 480 * 2);
    GST_BUFFER_PTS (piece) = GstClockTime (i) * 10 * GST_MSECOND;
    GST_BUFFER_DURATION (piece) = 10 * GST_MSECOND;
    fail_unless_equals_int (gst_pad_push (from.get (), piece), GST_FLOW_OK);
  }
  gst_pad_push_event (from.get (), gst_event_new_eos ());
  fail_unless (f.stream->tracks ().empty ());
  gsize size = 0;
  for (;;) {
    auto sample = reader->read ([] { return false; });
    if (!sample || !*sample)
      break;
    size += gst_buffer_get_size (gst_sample_get_buffer (sample->get ()));
  }
  fail_unless_equals_uint64 (size, 24000 * 2);
  gst_pad_set_active (from.get (), FALSE);
}
GST_END_TEST

namespace {

Ptr<GstStream>
make_stream (const char *id)
{
  return Ptr<GstStream>::adopt (gst_stream_new (
      id, nullptr, GST_STREAM_TYPE_VIDEO, GST_STREAM_FLAG_SELECT));
}

using Streams = std::initializer_list<Ptr<GstStream>>;

Ptr<GstStreamCollection>
make_collection (Streams streams)
{
  auto made = Ptr<GstStreamCollection>::adopt (
      gst_stream_collection_new ("mse://some"));
  for (Ptr<GstStream> stream : streams)
    gst_stream_collection_add_stream (made.get (), stream.release ());
  return made;
}

// Of these streams the first is selected, if any.
void
post_selected (Fixture &f, Streams streams, bool any)
{
  auto collection = make_collection (streams);
  auto message = gst_message_new_streams_selected (
      GST_OBJECT (f.pipeline.get ()), collection.get ());
  if (any)
    gst_message_streams_selected_add (
        message, gst_stream_collection_get_stream (collection.get (), 0));
  gst_element_post_message (f.pipeline.get (), message);
}

void
post_collection (Fixture &f, Streams streams)
{
  gst_element_post_message (f.pipeline.get (),
      gst_message_new_stream_collection (
          GST_OBJECT (f.pipeline.get ()), make_collection (streams).get ()));
}

void
play (Fixture &f, std::initializer_list<Ptr<GstElement>> sinks)
{
  for (const auto &sink : sinks) {
    g_object_set (sink.get (), "async", FALSE, nullptr);
    gst_bin_add (f.bin (), sink.get ());
  }
  gst_element_set_state (f.pipeline.get (), GST_STATE_PLAYING);
}

void
send (const Ptr<GstElement> &sink, GstEvent *event)
{
  auto pad =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (sink.get (), "sink"));
  gst_pad_send_event (pad.get (), event);
}

void
send_start (const Ptr<GstElement> &sink, const Ptr<GstStream> &stream)
{
  GstEvent *start =
      gst_event_new_stream_start (gst_stream_get_stream_id (stream.get ()));
  gst_event_set_stream (start, stream.get ());
  send (sink, start);
}

// Other ones each time.
void
send_caps (const Ptr<GstElement> &sink)
{
  static int width = 4;
  auto caps = Ptr<GstCaps>::adopt (gst_caps_new_simple ("video/x-raw", "format",
      G_TYPE_STRING, "GRAY8", "width", G_TYPE_INT, ++width, "height",
      G_TYPE_INT, 4, "framerate", GST_TYPE_FRACTION, 25, 1, nullptr));
  send (sink, gst_event_new_caps (caps.get ()));
}

} // namespace

// "A track that is enabled, disabled and re-enabled" is two tracks.
GST_START_TEST (what_is_selected_no_more_ends)
{
  Fixture f;
  auto sink = make_sink ();
  gst_bin_add (f.bin (), sink.get ());
  f.capture ();
  auto track = f.stream->tracks ().front ();
  // Another element's streams are none of it.
  auto pictures = make_stream ("pictures"), others = make_stream ("others");
  post_selected (f, {others}, false);
  post_selected (f, {pictures, others}, true);
  fail_unless (track->state () == TrackState::live);
  post_selected (f, {pictures}, false);
  fail_unless (track->state () == TrackState::ended);
  fail_unless (f.stream->tracks ().empty ());
  // What comes of it all the same is not captured.
  send_caps (sink);
  fail_unless (f.stream->tracks ().empty ());
  post_selected (f, {pictures}, true);
  fail_unless_equals_int (int (f.stream->tracks ().size ()), 1);
  fail_unless (f.stream->tracks ().front () != track);
  fail_unless_equals_int (f.heard->added, 2);
  fail_unless_equals_int (f.heard->removed, 1);
}
GST_END_TEST

// As an msebin flags it. Where nobody ever has, what reaches a sink plays.
GST_START_TEST (what_is_flagged_no_more_ends)
{
  Fixture f;
  auto sink = make_sink ();
  auto stream = Ptr<GstStream>::adopt (gst_stream_new (
      "flagged", nullptr, GST_STREAM_TYPE_VIDEO, GST_STREAM_FLAG_NONE));
  send_start (sink, stream);
  gst_bin_add (f.bin (), sink.get ());
  f.capture ();
  auto before = f.stream->tracks ().front ();
  gst_stream_set_stream_flags (stream.get (), GST_STREAM_FLAG_SELECT);
  fail_unless (before->state () == TrackState::live);
  gst_stream_set_stream_flags (stream.get (), GST_STREAM_FLAG_NONE);
  fail_unless (before->state () == TrackState::ended);
  fail_unless (f.stream->tracks ().empty ());
  // Whoever else selects it, both have to.
  post_selected (f, {stream}, false);
  gst_stream_set_stream_flags (stream.get (), GST_STREAM_FLAG_SELECT);
  fail_unless (f.stream->tracks ().empty ());
  post_selected (f, {stream}, true);
  auto after = f.stream->tracks ().front ();
  fail_unless (after != before && after->state () == TrackState::live);
  // Another stream is another matter.
  send (sink, gst_event_new_stream_start ("pictures"));
  send_caps (sink);
  gst_stream_set_stream_flags (stream.get (), GST_STREAM_FLAG_NONE);
  fail_unless_equals_int (int (f.stream->tracks ().size ()), 1);
}
GST_END_TEST

// Playback has ended where the rest has.
GST_START_TEST (what_is_selected_no_more_does_not_hold_up_the_end)
{
  Fixture f;
  auto ends = make_sink (), goes = make_sink ();
  play (f, {ends, goes});
  send (goes, gst_event_new_stream_start ("sound"));
  f.capture ();
  fail_unless_equals_int (int (f.stream->tracks ().size ()), 2);
  send (ends, gst_event_new_eos ());
  fail_unless (!f.stream->tracks ().empty ());
  post_selected (f, {make_stream ("sound")}, false);
  fail_unless (f.stream->tracks ().empty ());
}
GST_END_TEST

// As its source buffer was. What was sent of it is played, so it has its EOS.
GST_START_TEST (what_is_removed_ends_with_its_own_end)
{
  for (bool is_late : {false, true}) {
    Fixture f;
    auto sink = make_sink (), other = make_sink ();
    auto pictures = make_stream ("pictures"), others = make_stream ("others");
    play (f, {sink});
    auto known = make_collection ({pictures, others});
    send (sink, gst_event_new_stream_collection (known.get ()));
    f.capture ();
    auto track = f.stream->tracks ().front ();
    send (other, gst_event_new_stream_start ("others"));
    play (f, {other});
    fail_unless_equals_int (int (f.stream->tracks ().size ()), 2);
    post_collection (f, {pictures, others, make_stream ("more")});
    if (is_late)
      send (sink, gst_event_new_eos ());
    fail_unless (track->state () == TrackState::live);
    post_collection (f, {others});
    if (!is_late)
      send (sink, gst_event_new_eos ());
    fail_unless (track->state () == TrackState::ended);
    fail_unless_equals_int (int (f.stream->tracks ().size ()), 1);
  }
}
GST_END_TEST

// Two elements that play one file have the same ids.
GST_START_TEST (of_streams_with_one_id_each_is_its_own)
{
  Fixture f;
  auto sink = make_sink (), other = make_sink ();
  auto pictures = make_stream ("pictures"), namesake = make_stream ("pictures");
  send_start (sink, pictures);
  send_start (other, make_stream ("others"));
  play (f, {sink, other});
  auto known = make_collection ({pictures});
  send (sink, gst_event_new_stream_collection (known.get ()));
  f.capture ();
  fail_unless_equals_int (int (f.stream->tracks ().size ()), 2);
  post_selected (f, {namesake}, false);
  post_collection (f, {make_stream ("others")});
  send (sink, gst_event_new_eos ());
  fail_unless_equals_int (f.heard->removed, 0);
  post_selected (f, {pictures}, false);
  fail_unless_equals_int (f.heard->removed, 1);
}
GST_END_TEST

// Of who changes it as the track ends, and of one with the same id.
GST_START_TEST (the_flags_of_the_stream_before_do_not_count)
{
  struct Observer final : TrackSetObserver {
    void on_tracks () override
    {
      gst_stream_set_stream_flags (stream.get (), GST_STREAM_FLAG_NONE);
    }
    void on_active () override {}

    Ptr<GstStream> stream = make_stream ("before");
  };
  Fixture f;
  auto sink = make_sink ();
  auto observer = std::make_shared<Observer> ();
  send_start (sink, observer->stream);
  gst_bin_add (f.bin (), sink.get ());
  f.capture ();
  f.stream->add_observer (observer);
  auto after = make_stream ("after");
  send_start (sink, after);
  fail_unless_equals_int (f.heard->removed, 1);
  send_caps (sink);
  fail_unless_equals_int (f.heard->added, 2);
  gst_stream_set_stream_flags (after.get (), GST_STREAM_FLAG_NONE);
  fail_unless (f.stream->tracks ().empty ());
  send_start (sink, make_stream ("after"));
  send_caps (sink);
  fail_unless_equals_int (f.heard->added, 3);
}
GST_END_TEST

// "Before the content of that track starts": caps have come, and nothing else.
GST_START_TEST (what_has_not_begun_is_muted)
{
  Fixture f;
  auto clock = Ptr<GstClock>::adopt (GST_CLOCK (gst_test_clock_new ()));
  gst_pipeline_use_clock (GST_PIPELINE (f.pipeline.get ()), clock.get ());
  auto sink = make_sink ();
  g_object_set (sink.get (), "async", FALSE, nullptr);
  gst_bin_add (f.bin (), sink.get ());
  f.capture ();
  auto track = f.stream->tracks ().front ();
  fail_unless (track->muted ());
  gst_element_set_state (f.pipeline.get (), GST_STATE_PLAYING);
  auto fresh = f.stream->tracks ().front ();
  fail_if (fresh->muted ());
  while (!fresh->muted ())
    gst_test_clock_crank (GST_TEST_CLOCK (clock.get ()));
  fail_unless_equals_uint64 (gst_clock_get_time (clock.get ()), GST_SECOND);
}
GST_END_TEST

static Suite *
element_capture_suite (void)
{
  Suite *suite = suite_create ("element-capture");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_sink_that_is_found_by_two_threads_is_captured_once);
  tcase_add_test (tc, a_sink_that_has_gone_when_it_is_found_is_not_captured);
  tcase_add_test (tc, sinks_come_and_go_while_a_capture_begins);
  tcase_add_test (tc, a_track_that_begins_while_its_sink_stops_goes_again);
  tcase_add_test (tc, of_the_first_tracks_there_are_no_events);
  tcase_add_test (
      tc, the_last_one_who_has_a_track_may_let_go_of_it_while_it_is_muted);
  tcase_add_test (tc, who_hears_of_a_track_may_change_the_state);
  tcase_add_test (tc, what_is_stretched_comes_to_its_end);
  tcase_add_test (tc, what_has_not_begun_is_muted);
  tcase_add_test (tc, what_is_selected_no_more_ends);
  tcase_add_test (tc, what_is_flagged_no_more_ends);
  tcase_add_test (tc, what_is_selected_no_more_does_not_hold_up_the_end);
  tcase_add_test (tc, what_is_removed_ends_with_its_own_end);
  tcase_add_test (tc, of_streams_with_one_id_each_is_its_own);
  tcase_add_test (tc, the_flags_of_the_stream_before_do_not_count);
  return suite;
}

GST_CHECK_MAIN (element_capture);
