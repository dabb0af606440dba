// SPDX-License-Identifier: LGPL-2.1-or-later
// The SEEKING query is HTMLMediaElement.seekable, also where that is empty: and
// a pipeline that asked too early seeks as soon as there is media.
// https://www.w3.org/TR/media-source-2/#htmlmediaelement-extensions-seekable
#include "support/playback.hh"

using namespace webmedia::test;

namespace {

constexpr int64_t kMs = 1000000;
constexpr auto kAccurate =
    GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE);

const char *const kSource = "webmsesrc name=m uri=mse://t track=video ! "
                            "fakesink name=out sync=false";
const char *const kBin = "msebin name=m uri=mse://t "
                         "m.video_0 ! fakesink name=out sync=false";
const char *const kDecoded = "msebin name=m uri=mse://t m.video_0 ! "
                             "decodebin3 ! fakesink name=out sync=false";

// Nothing is attached yet.
struct Fixture {
  explicit Fixture (const char *description)
      : owner ("mse://t"),
        parts (split_mp4 (media_bytes ("cmaf-v.mp4"))),
        pipeline (description)
  {}

  // "1000-3000", in milliseconds; "none" where nothing is seekable. Before a
  // sink is linked, nobody answers it.
  static std::string ask (GstElement *element)
  {
    GstQuery *query = gst_query_new_seeking (GST_FORMAT_TIME);
    GstFormat format;
    gboolean seekable;
    gint64 start, end;
    if (!gst_element_query (element, query)) {
      gst_query_unref (query);
      return "no answer";
    }
    gst_query_parse_seeking (query, &format, &seekable, &start, &end);
    gst_query_unref (query);
    fail_unless_equals_int (format, GST_FORMAT_TIME);
    return seekable
               ? std::to_string (start / kMs) + "-" + std::to_string (end / kMs)
               : "none";
  }
  void expect (const char *wanted)
  {
    std::string told = ask (pipeline.get ("m"));
    fail_unless_equals_string (told.c_str (), wanted);
  }
  void set_duration (GstClockTime duration)
  {
    fail_unless (
        gst_web_media_source_set_duration (owner.source (), duration, nullptr));
  }
  void append (GstWebSourceBuffer *buffer, size_t part)
  {
    owner.append (buffer, parts[part]);
  }

  Owner owner;
  std::vector<Bytes> parts; // a second each, after the initialization segment
  Pipeline pipeline;
};

} // namespace

GST_START_TEST (without_a_duration_nothing_is_seekable)
{
  for (const char *description : {kSource, kBin}) {
    Fixture t (description);
    t.expect ("none"); // not attached
    t.pipeline.set_state (GST_STATE_READY);
    t.expect ("none");
    // A live range is one of a live presentation only.
    fail_unless (gst_web_media_source_set_live_seekable_range (
        t.owner.source (), GST_SECOND, 2 * GST_SECOND, nullptr));
    t.expect ("none");
    auto buffer = t.owner.add ("video/mp4");
    t.expect ("none");
    t.set_duration (7 * GST_SECOND);
    t.expect ("0-7000"); // with nothing buffered
    t.append (buffer, 0);
    t.expect ("0-7000");
    t.pipeline.set_state (GST_STATE_NULL);
    t.expect ("none");
  }
}
GST_END_TEST;

GST_START_TEST (a_live_presentation_is_seekable_where_it_has_media_or_a_range)
{
  for (const char *description : {kSource, kBin}) {
    Fixture t (description);
    GstWebMediaSource *source = t.owner.source ();
    t.pipeline.set_state (GST_STATE_READY);
    t.set_duration (GST_WEB_CLOCK_TIME_INFINITE);
    t.expect ("none");
    fail_unless (gst_web_media_source_set_live_seekable_range (
        source, 5 * GST_SECOND, 6 * GST_SECOND, nullptr));
    t.expect ("5000-6000");
    fail_unless (
        gst_web_media_source_clear_live_seekable_range (source, nullptr));
    t.expect ("none");
    auto buffer = t.owner.add ("video/mp4");
    t.append (buffer, 0);
    t.expect ("none");
    t.append (buffer, 3);
    t.expect ("0-3000");
    fail_unless (gst_web_source_buffer_remove_sync (
        buffer, 0, GST_WEB_CLOCK_TIME_INFINITE, nullptr));
    t.expect ("none");
  }
}
GST_END_TEST;

// In other formats there is no seeking at all.
GST_START_TEST (bytes_are_not_seekable)
{
  for (const char *description : {kSource, kBin}) {
    Fixture t (description);
    t.pipeline.set_state (GST_STATE_READY);
    t.append (t.owner.add ("video/mp4"), 0);
    GstQuery *query = gst_query_new_seeking (GST_FORMAT_BYTES);
    gboolean seekable;
    fail_unless (gst_element_query (t.pipeline.get ("m"), query));
    gst_query_parse_seeking (query, nullptr, &seekable, nullptr, nullptr);
    fail_unless (!seekable);
    gst_query_unref (query);
  }
}
GST_END_TEST;

// Who asks before there is media is told no. That is no refusal for good: not
// of the element, nor of what is behind it and may have asked, too.
GST_START_TEST (what_was_asked_too_early_seeks_once_there_is_media)
{
  for (const char *description : {kSource, kBin, kDecoded}) {
    Fixture t (description);
    t.pipeline.set_state (GST_STATE_READY);
    auto buffer = t.owner.add ("video/mp4");
    t.pipeline.set_state (GST_STATE_PAUSED, false);
    t.expect ("none");
    std::string early = t.ask (t.pipeline.get ("out"));
    fail_unless_equals_string (
        early.c_str (), description == kSource ? "none" : "no answer");
    for (size_t i = 0; i < t.parts.size (); i++)
      t.append (buffer, i);
    t.owner.end ();
    gst_message_unref (t.pipeline.wait (GST_MESSAGE_ASYNC_DONE));
    t.expect ("0-8000");
    // Through the sink, and what is between.
    std::string told = t.ask (t.pipeline.get ("out"));
    fail_unless_equals_string (told.c_str (), "0-8000");
    Recorder out (t.pipeline.get ("out"));
    fail_unless (t.pipeline.seek (2500 * kMs, kAccurate));
    gst_message_unref (t.pipeline.wait (GST_MESSAGE_ASYNC_DONE));
    fail_unless_equals_uint64 (out.segment ().start, 2500 * kMs);
    t.pipeline.play ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
    fail_unless (out.outputs ().back ().end () == 8000 * kMs);
  }
}
GST_END_TEST;

// Nor of the players around it.
GST_START_TEST (players_seek_once_there_is_media)
{
  for (const char *player : {"playbin3", "playbin"}) {
    Fixture t (
        (std::string (player) + " uri=mse://t video-sink=fakesink").c_str ());
    t.pipeline.set_state (GST_STATE_READY);
    t.pipeline.set_state (GST_STATE_PAUSED, false);
    auto buffer = t.owner.add ("video/mp4");
    std::string early = t.ask (*t.pipeline);
    fail_unless (early == "none" || early == "no answer", "%s", early.c_str ());
    for (size_t i = 0; i < t.parts.size (); i++)
      t.append (buffer, i);
    t.owner.end ();
    gst_message_unref (t.pipeline.wait (GST_MESSAGE_ASYNC_DONE));
    std::string told = t.ask (*t.pipeline);
    fail_unless_equals_string (told.c_str (), "0-8000");
    fail_unless (t.pipeline.seek (2500 * kMs, kAccurate));
    gst_message_unref (t.pipeline.wait (GST_MESSAGE_ASYNC_DONE));
    gint64 position;
    fail_unless (
        gst_element_query_position (*t.pipeline, GST_FORMAT_TIME, &position));
    fail_unless_equals_int64 (position, 2500 * kMs);
  }
}
GST_END_TEST;

// A seek needs no yes: before there is media it is made where it comes.
GST_START_TEST (a_seek_before_there_is_media_is_done)
{
  Fixture t (kSource);
  Recorder out (t.pipeline.get ("out"));
  t.pipeline.set_state (GST_STATE_PAUSED, false);
  t.expect ("none");
  fail_unless (t.pipeline.seek (2000 * kMs, kAccurate));
  auto buffer = t.owner.add ("video/mp4");
  for (size_t i = 0; i < t.parts.size (); i++)
    t.append (buffer, i);
  t.owner.end ();
  t.pipeline.play ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int64 (out.outputs ()[0].pts, 2000 * kMs);
}
GST_END_TEST;

static Suite *
seekable_suite (void)
{
  Suite *suite = suite_create ("seekable");
  TCase *tcase = tcase_create ("seekable");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, without_a_duration_nothing_is_seekable);
  tcase_add_test (
      tcase, a_live_presentation_is_seekable_where_it_has_media_or_a_range);
  tcase_add_test (tcase, bytes_are_not_seekable);
  tcase_add_test (tcase, what_was_asked_too_early_seeks_once_there_is_media);
  tcase_add_test (tcase, players_seek_once_there_is_media);
  tcase_add_test (tcase, a_seek_before_there_is_media_is_done);
  return suite;
}

GST_CHECK_MAIN (seekable)
