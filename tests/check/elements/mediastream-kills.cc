// SPDX-License-Identifier: LGPL-2.1-or-later
// Producers that go in all ways, at any moment, while consumers come and go:
// every consumer comes to its end.
#include "support/playback.hh"

#include <array>
#include <atomic>
#include <optional>
#include <random>
#include <thread>

using namespace webmedia::test;

namespace {

enum class Death { to_null, error, eos, stop, removal };

// A thousand in all.
constexpr std::array kDeaths{
    Death::to_null, Death::error, Death::eos, Death::stop, Death::removal};
constexpr int kRounds = 1000 / int (kDeaths.size ());

std::string
producer_line (const std::string &uri, bool lossless, bool sound)
{
  std::string live = lossless ? "" : " is-live=true";
  std::string line = "videotestsrc" + live
                     + " ! video/x-raw,width=16,height=16,framerate=500/1 ! "
                       "identity name=i ! mediastreamsink name=s uri="
                     + uri + (lossless ? " lossless=true " : " ");
  return sound ? line + "audiotestsrc samplesperbuffer=96" + live + " ! s."
               : line;
}

std::string
consumer_line (const std::string &uri, bool lossless, bool sound)
{
  std::string line = "mediastreamsrc name=m uri=" + uri
                     + (lossless ? " lossless=true" : "")
                     + " m.video_0 ! fakesink name=out sync=false ";
  return sound ? line + "m.audio_0 ! fakesink name=sound sync=false" : line;
}

GstPadProbeReturn
fail_push (GstPad *, GstPadProbeInfo *info, gpointer)
{
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_ERROR;
  gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_HANDLED;
}

void
stop_tracks (const std::string &uri)
{
  GstWebMediaStream *stream =
      gst_web_media_stream_obtain (uri.c_str (), nullptr);
  GPtrArray *tracks = gst_web_media_stream_get_tracks (stream);
  for (guint i = 0; i < tracks->len; i++)
    gst_web_media_stream_track_stop (
        GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (tracks, i)));
  g_ptr_array_unref (tracks);
  gst_object_unref (stream);
}

void
kill (Pipeline &producer, Death death, const std::string &uri)
{
  switch (death) {
  case Death::to_null:
    producer.set_state (GST_STATE_NULL);
    break;
  case Death::error: {
    GstPad *pad = gst_element_get_static_pad (producer.get ("i"), "src");
    gst_pad_add_probe (
        pad, GST_PAD_PROBE_TYPE_BUFFER, fail_push, nullptr, nullptr);
    gst_object_unref (pad);
    gst_message_unref (producer.wait (GST_MESSAGE_ERROR));
    producer.set_state (GST_STATE_NULL); // as an application does
    break;
  }
  case Death::eos:
    gst_element_send_event (*producer, gst_event_new_eos ());
    break;
  case Death::stop:
    stop_tracks (uri);
    break;
  case Death::removal: {
    auto sink = GST_ELEMENT (gst_object_ref (producer.get ("s")));
    gst_element_set_locked_state (sink, TRUE);
    gst_element_set_state (sink, GST_STATE_NULL);
    gst_bin_remove (GST_BIN (*producer), sink);
    gst_object_unref (sink);
    break;
  }
  }
}

// A consumer, and what it has got. A track that has sent it nothing keeps its
// pipeline from playing, and so from its end.
struct Witness {
  Witness (const std::string &line, bool with_sound)
      : pipeline (line),
        pictures (pipeline.get ("out"))
  {
    if (with_sound)
      sound.emplace (pipeline.get ("sound"));
  }
  void wait (size_t frames)
  {
    pictures.wait_count (frames);
    if (sound)
      sound->wait_count (1);
  }

  Pipeline pipeline;
  Recorder pictures;
  std::optional<Recorder> sound;
};

void
run (Death death, int round, std::minstd_rand &random)
{
  std::string uri = "mediastream://kill-" + std::to_string (int (death)) + "-"
                    + std::to_string (round);
  bool lossless = round % 3 == 0;
  bool sound = round % 2;
  bool joins_late = round % 5 == 0;
  auto line = consumer_line (uri, lossless, sound);
  Pipeline producer (producer_line (uri, lossless, sound));
  Witness first (line, sound), second (line, sound);
  first.pipeline.play ();
  if (!joins_late)
    second.pipeline.play ();
  producer.play ();
  first.wait (1 + random () % 4);
  if (joins_late)
    second.pipeline.play ();
  second.wait (1);
  std::atomic<bool> over{false};
  std::thread visitor ([&] {
    do {
      Pipeline guest (line);
      guest.play ();
      if (round % 4)
        std::this_thread::yield (); // else it goes at once
    } while (!over);
  });
  kill (producer, death, uri);
  for (Witness *each : {&first, &second})
    fail_unless_equals_string (each->pipeline.wait_end ().c_str (), "");
  over = true;
  visitor.join ();
}

} // namespace

GST_START_TEST (every_consumer_comes_to_its_end)
{
  Death death = kDeaths[size_t (__i__)];
  std::minstd_rand random (unsigned (__i__ + 1));
  for (int round = 0; round < kRounds; round++)
    run (death, round, random);
}
GST_END_TEST

static Suite *
mediastream_kills_suite ()
{
  Suite *suite = suite_create ("mediastream-kills");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_loop_test (
      all, every_consumer_comes_to_its_end, 0, int (kDeaths.size ()));
  return suite;
}
GST_CHECK_MAIN (mediastream_kills)
