// SPDX-License-Identifier: LGPL-2.1-or-later
// Codecs and byte stream formats that change while one track plays, decoded.
#include "support/playback.hh"
#include "support/typed-media.hh"

#include <map>

using namespace webmedia::test;

namespace {

// What left msesrc, and what left the decoders.
struct Played {
  size_t coded = 0;
  size_t decoded = 0; // pictures, or bytes of sound
  std::vector<std::string> caps;
};

GstPadProbeReturn
count_coded (GstPad *, GstPadProbeInfo *info, gpointer data)
{
  auto played = static_cast<Played *> (data);
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER) {
    played->coded++;
    return GST_PAD_PROBE_OK;
  }
  GstEvent *event = gst_pad_probe_info_get_event (info);
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    GstCaps *caps;
    gst_event_parse_caps (event, &caps);
    played->caps.push_back (
        gst_structure_get_name (gst_caps_get_structure (caps, 0)));
  }
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn
count_pictures (GstPad *, GstPadProbeInfo *, gpointer data)
{
  static_cast<Played *> (data)->decoded++;
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn
count_bytes (GstPad *, GstPadProbeInfo *info, gpointer data)
{
  static_cast<Played *> (data)->decoded +=
      gst_buffer_get_size (gst_pad_probe_info_get_buffer (info));
  return GST_PAD_PROBE_OK;
}

void
add_probe (GstElement *element, const char *name, GstPadProbeType type,
    GstPadProbeCallback callback, Played *played)
{
  GstPad *pad = gst_element_get_static_pad (element, name);
  gst_pad_add_probe (pad, type, callback, played, nullptr);
  gst_object_unref (pad);
}

// Plays `a`, then `b` behind it.
Played
play (const TypedMedia &a, const TypedMedia *b, GstPadProbeCallback count)
{
  Played played;
  Owner owner ("mse://t");
  Pipeline pipeline ("webmsesrc name=src uri=mse://t ! decodebin3 ! "
                     "fakesink name=out sync=false");
  add_probe (pipeline.get ("src"), "src",
      GstPadProbeType (
          GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
      count_coded, &played);
  add_probe (
      pipeline.get ("out"), "sink", GST_PAD_PROBE_TYPE_BUFFER, count, &played);
  pipeline.set_state (GST_STATE_READY);
  GstWebSourceBuffer *buffer = owner.add (a.type);
  fail_unless (gst_web_source_buffer_set_mode (
      buffer, GST_WEB_APPEND_MODE_SEQUENCE, nullptr));
  owner.append (buffer, media_bytes (a.file));
  if (b) {
    fail_unless (gst_web_source_buffer_change_type (buffer, b->type, nullptr));
    owner.append (buffer, media_bytes (b->file));
  }
  owner.end ();
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  return played;
}

// GStreamer's decodebin3 changes the decoder without a drain before 1.24: the
// last pictures that the old one reorders are lost.
constexpr size_t kHeldPictures = 3;

// One after itself and all others.
template <size_t N>
void
check_all (const TypedMedia (&all)[N], size_t from, GstPadProbeCallback count,
    size_t may_lose)
{
  std::map<const TypedMedia *, Played> alone;
  for (const TypedMedia &each : all)
    alone[&each] = play (each, nullptr, count);
  const TypedMedia &a = all[from];
  for (const TypedMedia &b : all) {
    Played both = play (a, &b, count);
    fail_unless_equals_int (both.coded, alone[&a].coded + alone[&b].coded);
    size_t wanted = alone[&a].decoded + alone[&b].decoded;
    fail_unless (both.decoded <= wanted && both.decoded + may_lose >= wanted,
        "%s to %s: %zu of %zu", a.file, b.file, both.decoded, wanted);
    // In order, and only where something changes.
    fail_unless_equals_string (both.caps.front ().c_str (), a.caps);
    fail_unless_equals_string (both.caps.back ().c_str (), b.caps);
    bool other = !g_str_equal (a.caps, b.caps);
    fail_unless (both.caps.size () == 2 || (both.caps.size () == 1 && !other));
  }
}

} // namespace

GST_START_TEST (video_changes_to_every_other_codec)
{
  check_all (kVideoTypes, size_t (__i__), count_pictures, kHeldPictures);
}
GST_END_TEST;

GST_START_TEST (audio_changes_to_every_other_codec)
{
  check_all (kAudioTypes, size_t (__i__), count_bytes, 0);
}
GST_END_TEST;

static Suite *
change_type_suite (void)
{
  Suite *suite = suite_create ("change-type");
  TCase *tcase = tcase_create ("pairs");
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (
      tcase, video_changes_to_every_other_codec, 0, G_N_ELEMENTS (kVideoTypes));
  tcase_add_loop_test (
      tcase, audio_changes_to_every_other_codec, 0, G_N_ELEMENTS (kAudioTypes));
  return suite;
}

GST_CHECK_MAIN (change_type)
