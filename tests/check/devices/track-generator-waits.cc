// SPDX-License-Identifier: LGPL-2.1-or-later
// What comes to a generator while it hands on a frame.
#include "devices/track-generator.hh"

#include "stream/frame-reader.hh"
#include "stream/subscription.hh"
#include "support/capture-fixture.hh"
#include "support/fan-out.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

struct Fixture final : stream::Arrivals, std::enable_shared_from_this<Fixture> {
  static std::shared_ptr<Fixture> create ()
  {
    auto made = std::make_shared<Fixture> ();
    made->output = made->track->subscribe (
        stream::Queue{.buffers = 100, .arrivals = made});
    return made;
  }

  // On the thread that hands on a frame of the track.
  void on_arrival () override
  {
    if (auto act = std::exchange (meanwhile, nullptr))
      act ();
  }

  Ptr<GstBuffer> write (int value)
  {
    auto picture =
        Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (nullptr, 16, nullptr));
    gst_buffer_memset (picture.get (), 0, guint8 (value), 16);
    fail_unless (bool (generator->write (picture, caps)));
    return picture;
  }

  std::shared_ptr<TrackGenerator> generator =
      TrackGenerator::create (make_clock (kSecond));
  std::shared_ptr<stream::Track> track = generator->make_track ();
  Ptr<GstCaps> caps =
      make_caps ("video/x-raw,format=GRAY8,width=4,height=4,framerate=25/1");
  std::shared_ptr<stream::Output> output;
  std::function<void ()> meanwhile;
};

// The first bytes of all frames, up to the end.
std::string
read_all (stream::FrameReader &reader)
{
  std::string values;
  for (;;) {
    auto frame = reader.read ([] { return false; });
    if (!frame || !*frame)
      return values;
    guint8 byte = 0;
    gst_buffer_extract (gst_sample_get_buffer (frame->get ()), 0, &byte, 1);
    values += std::to_string (byte);
  }
}

} // namespace

// What writes faster than a thread can hand on is of now.
GST_START_TEST (of_frames_that_wait_the_newest_two_are_kept)
{
  auto f = Fixture::create ();
  auto reader = stream::FrameReader::create (f->track, 100);
  f->meanwhile = [&f] {
    for (int i = 2; i <= 9; i++)
      f->write (i);
    f->generator->close ();
  };
  f->write (1);
  fail_unless_equals_string (read_all (*reader).c_str (), "189");
}
GST_END_TEST

GST_START_TEST (what_waits_when_the_last_track_goes_is_not_kept)
{
  auto f = Fixture::create ();
  Ptr<GstBuffer> picture;
  f->meanwhile = [&f, &picture] {
    picture = f->write (2);
    f->track->stop ();
  };
  f->write (1);
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT (picture.get ()), 1);
}
GST_END_TEST

GST_START_TEST (a_mute_that_is_taken_back_before_it_begins_is_none)
{
  auto f = Fixture::create ();
  TrackLog log (f->track);
  f->meanwhile = [&f] {
    for (int i = 0; i < 1000; i++) {
      f->generator->set_muted (true);
      f->generator->set_muted (false);
    }
  };
  f->write (1);
  log.expect_nothing ();
  fail_if (f->track->muted ());
  fail_if (f->generator->is_muted ());
}
GST_END_TEST

GST_START_TEST (a_mute_that_waits_has_its_place)
{
  auto f = Fixture::create ();
  auto reader = stream::FrameReader::create (f->track, 100);
  TrackLog log (f->track);
  f->meanwhile = [&f] {
    f->write (2);
    f->generator->set_muted (true);
    f->write (3);
  };
  f->write (1);
  log.wait ("mute ");
  f->generator->close ();
  fail_unless_equals_string (read_all (*reader).c_str (), "12");
}
GST_END_TEST

static Suite *
track_generator_waits_suite ()
{
  Suite *suite = suite_create ("devices/track-generator-waits");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, of_frames_that_wait_the_newest_two_are_kept);
  tcase_add_test (tc, what_waits_when_the_last_track_goes_is_not_kept);
  tcase_add_test (tc, a_mute_that_is_taken_back_before_it_begins_is_none);
  tcase_add_test (tc, a_mute_that_waits_has_its_place);
  return suite;
}
GST_CHECK_MAIN (track_generator_waits)
