// SPDX-License-Identifier: LGPL-2.1-or-later
// Initialization data of encrypted media, from the appender to the player.
// https://www.w3.org/TR/encrypted-media-2/#initdata-encountered
#include "support/isobmff-writer.hh"
#include "support/media-source-fixture.hh"

using namespace webmedia;
using namespace webmedia::mse;

static constexpr const char *kType = "video/mp4; codecs=\"avc1.64001e\"";

static Bytes
pssh (uint8_t first)
{
  return full_box ("pssh", 0, 0, payload (16, first) + u32 (0));
}

static Bytes
encrypted_init (const Bytes &extra)
{
  TrackSpec track;
  track.sample_entries =
      avc_entry ("encv", true, sinf ("avc1", "cenc", tenc (0, 8)));
  return ftyp () + moov ({track}, extra);
}

static void
append (SourceBuffer &buffer, const Bytes &bytes)
{
  fail_unless_ok (buffer.append_buffer (make_data (bytes).get (), true));
}

static void
check_data (const InitData &found, const Bytes &expected)
{
  fail_unless_equals_string (found.type.c_str (), "cenc");
  fail_unless_equals_int (
      gst_buffer_get_size (found.data.get ()), expected.size ());
  fail_unless (gst_buffer_memcmp (
                   found.data.get (), 0, expected.data (), expected.size ())
               == 0);
}

GST_START_TEST (the_player_hears_of_it_before_the_tracks)
{
  MediaSourceFixture f;
  f.attach ();
  auto buffer = f.add (kType);
  append (*buffer, encrypted_init (pssh (1) + pssh (2)));
  fail_unless_equals_int (f.observer->init_data.size (), 1);
  check_data (f.observer->init_data[0], pssh (1) + pssh (2));
  fail_unless_equals_int (f.observer->tracks_before_init_data[0], 0);
  fail_unless_equals_int (f.observer->tracks, 1);
}
GST_END_TEST

GST_START_TEST (each_segment_that_has_it_tells_of_it_again)
{
  MediaSourceFixture f;
  f.attach ();
  auto one = f.add (kType), two = f.add (kType);
  for (const auto &buffer : {one, two, one})
    append (*buffer, encrypted_init (pssh (1)));
  append (*one, encrypted_init ({}));
  auto write = [] (int32_t offset) {
    Bytes info = full_box ("senc", 0, 0, u32 (1) + payload (8));
    return moof (
        traf (1, 0, trun ({{40, 4, kSyncFlags}}, offset) + info) + pssh (7));
  };
  append (*one, write (int32_t (write (0).size ()) + 8));
  fail_unless_equals_int (f.observer->init_data.size (), 4);
  check_data (f.observer->init_data[3], pssh (7));
}
GST_END_TEST

GST_START_TEST (a_segment_that_is_refused_tells_nothing)
{
  MediaSourceFixture f;
  f.attach ();
  auto buffer = f.add ("audio/mp4; codecs=\"mp4a.40.2\"");
  fail_if (bool (buffer->append_buffer (
      make_data (encrypted_init (pssh (1))).get (), true)));
  fail_unless (f.observer->init_data.empty ());
}
GST_END_TEST

GST_START_TEST (what_comes_before_the_first_observer_waits_for_it)
{
  MediaSourceFixture f;
  auto player = *f.source->attach (false);
  auto buffer = *f.source->add_source_buffer (kType);
  append (*buffer, encrypted_init (pssh (1)));
  player->set_observer (f.observer);
  fail_unless_equals_int (f.observer->init_data.size (), 1);
  player->set_observer (f.observer);
  fail_unless_equals_int (f.observer->init_data.size (), 1);
}
GST_END_TEST

static Suite *
init_data_suite ()
{
  Suite *suite = suite_create ("mse/init-data");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_player_hears_of_it_before_the_tracks);
  tcase_add_test (tcase, each_segment_that_has_it_tells_of_it_again);
  tcase_add_test (tcase, a_segment_that_is_refused_tells_nothing);
  tcase_add_test (tcase, what_comes_before_the_first_observer_waits_for_it);
  return suite;
}
GST_CHECK_MAIN (init_data)
