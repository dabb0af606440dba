// SPDX-License-Identifier: LGPL-2.1-or-later
// One track whose media changes while it plays.
#include "support/playback.hh"

#include <map>

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;
static constexpr const char *kType = "video/mp4; codecs=\"avc1.64000c\"";

static const char kPlay[] =
    "webmsesrc name=src uri=mse://t ! fakesink name=out";

// How often each display time comes out, but for frames that are only decoded.
static std::map<int64_t, int>
count_shown (Recorder &recorder)
{
  std::map<int64_t, int> shown;
  for (const Output &output : recorder.outputs ())
    if (!output.decode_only)
      shown[output.pts]++;
  return shown;
}

static size_t
count (const std::string &events, const std::string &name)
{
  size_t found = 0;
  for (size_t at = 0; (at = events.find (name, at)) != std::string::npos; at++)
    found++;
  return found;
}

static int
current_width (GstElement *element, const char *name)
{
  GstPad *pad = gst_element_get_static_pad (element, name);
  GstCaps *caps = gst_pad_get_current_caps (pad);
  int width = 0;
  gst_structure_get_int (gst_caps_get_structure (caps, 0), "width", &width);
  gst_caps_unref (caps);
  gst_object_unref (pad);
  return width;
}

// The better quality replaces [2 s, 4 s) and the rest of the group of pictures
// that plays.
GST_START_TEST (a_quality_switch_shows_every_time_once)
{
  Owner owner ("mse://t");
  Pipeline pipeline (kPlay);
  Recorder out (pipeline.get ("out"));
  auto low = split_mp4 (media_bytes ("v-270.mp4"));
  auto high = split_mp4 (media_bytes ("v-360.mp4"));
  pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add ("video/mp4");
  owner.append (buffer, low[0]);
  for (size_t i = 1; i < low.size (); i++)
    owner.append (buffer, low[i]);
  pipeline.set_state (GST_STATE_PAUSED); // some frames are out
  out.wait_count (1);
  owner.append (buffer, high[0]);
  for (size_t i = 1; i < high.size (); i++)
    owner.append (buffer, high[i]);
  owner.end ();
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  auto shown = count_shown (out);
  fail_unless_equals_int (shown.size (), 200);
  for (auto [time, count] : shown)
    fail_unless (count == 1, "%" G_GINT64_FORMAT " ms comes %d times",
        time / kMs, count);
  fail_unless_equals_int (count (out.events (), "caps"), 2);
}
GST_END_TEST;

// From two seconds on, another file of other pictures.
GST_START_TEST (a_change_of_size_is_decoded)
{
  static const struct {
    const char *type, *small, *large;
    int width;
    size_t pictures; // of the large ones
  } cases[] = {
      {"video/mp4", "v-270.mp4", "v-360.mp4", 640, 200},
      {"video/webm", "vp9.webm", "vp9-270.webm", 480, 100},
  };
  for (const auto &c : cases) {
    Owner owner ("mse://t");
    Pipeline pipeline (
        "webmsesrc name=src uri=mse://t ! decodebin ! fakesink name=out");
    Recorder out (pipeline.get ("out"));
    pipeline.set_state (GST_STATE_READY);
    auto buffer = owner.add (c.type);
    owner.append (buffer, media_bytes (c.small));
    fail_unless (gst_web_source_buffer_remove_sync (
        buffer, 2080 * kMs, GST_WEB_CLOCK_TIME_INFINITE, nullptr));
    fail_unless (gst_web_source_buffer_set_timestamp_offset (
        buffer, 2000 * kMs, nullptr));
    owner.append (buffer, media_bytes (c.large));
    owner.end ();
    pipeline.play ();
    fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
    fail_unless_equals_int (out.count (), 50 + c.pictures);
    fail_unless_equals_int (count (out.events (), "caps"), 2);
    fail_unless_equals_int (
        current_width (pipeline.get ("src"), "src"), c.width);
    fail_unless_equals_int (
        current_width (pipeline.get ("out"), "sink"), c.width);
  }
}
GST_END_TEST;

GST_START_TEST (what_is_removed_ahead_does_not_come_out)
{
  Owner owner ("mse://t");
  Pipeline pipeline (kPlay);
  Recorder out (pipeline.get ("out"));
  pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add (kType);
  auto parts = split_mp4 (media_bytes ("cmaf-v.mp4"));
  for (const Bytes &part : parts)
    owner.append (buffer, part);
  pipeline.set_state (GST_STATE_PAUSED);
  fail_unless (gst_web_source_buffer_remove_sync (
      buffer, 4000 * kMs, 6000 * kMs, nullptr));
  pipeline.play ();
  out.wait_count (100); // up to the hole, where it waits
  owner.append (buffer, parts[5]);
  owner.append (buffer, parts[6]);
  owner.end ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (out.count (), 200);
}
GST_END_TEST;

GST_START_TEST (source_buffers_take_their_parts_in_any_order)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("webmsesrc uri=mse://t track=video ! fakesink name=v "
                     "webmsesrc uri=mse://t track=audio ! fakesink name=a");
  Recorder video (pipeline.get ("v"));
  Recorder audio (pipeline.get ("a"));
  pipeline.set_state (GST_STATE_READY);
  auto pictures = split_mp4 (media_bytes ("cmaf-v.mp4"));
  auto sound = split_mp4 (media_bytes ("a.mp4"));
  auto video_data = owner.add (kType);
  auto audio_data = owner.add ("audio/mp4; codecs=\"mp4a.40.2\"");
  pipeline.play ();
  owner.append (video_data, pictures[0]);
  owner.append (audio_data, sound[0]);
  for (size_t i = 1; i < sound.size (); i++)
    owner.append (audio_data, sound[i]);
  // Playback that began a second late would be right, too: the first one first.
  owner.append (video_data, pictures[1]);
  for (size_t i = pictures.size () - 1; i > 1; i--)
    owner.append (video_data, pictures[i]);
  owner.end ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (video.count (), 200);
  fail_unless_equals_int (audio.count (), 376);
  auto outputs = video.outputs ();
  for (size_t i = 1; i < outputs.size (); i++)
    fail_unless (outputs[i].dts > outputs[i - 1].dts);
}
GST_END_TEST;

GST_START_TEST (a_source_buffer_that_goes_ends_its_track)
{
  Owner owner ("mse://t");
  Pipeline pipeline (kPlay);
  Recorder out (pipeline.get ("out"));
  pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add (kType);
  owner.append (buffer, media_bytes ("cmaf-v.mp4"));
  pipeline.play ();
  out.wait_count (200);
  fail_unless (gst_web_media_source_remove_source_buffer (
      owner.source (), buffer, nullptr));
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
}
GST_END_TEST;

static Suite *
msesrc_changes_suite (void)
{
  Suite *suite = suite_create ("msesrc-changes");
  TCase *tcase = tcase_create ("changes");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_quality_switch_shows_every_time_once);
  tcase_add_test (tcase, a_change_of_size_is_decoded);
  tcase_add_test (tcase, what_is_removed_ahead_does_not_come_out);
  tcase_add_test (tcase, source_buffers_take_their_parts_in_any_order);
  tcase_add_test (tcase, a_source_buffer_that_goes_ends_its_track);
  return suite;
}

GST_CHECK_MAIN (msesrc_changes)
