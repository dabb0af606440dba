// SPDX-License-Identifier: LGPL-2.1-or-later
// webmedia-demo-streams: a camera and a microphone go to three consumers, each
// in a pipeline of its own, and a picture shows what each got. See --help.
#include "../demo/program.hh"
#include "sheet.hh"
#include "table.hh"

#include <csignal>
#include <glib-unix.h>

namespace demo {

namespace {

constexpr guint kTickMilliseconds = 200;
constexpr double kDuration = 10;
// Far more than all of it takes: a demo that hangs must say so.
constexpr double kDeadline = 25;

constexpr const char *kCamera =
    "videotestsrc is-live=true pattern=ball background-color=0xff1e3a5f ! "
    "video/x-raw,format=I420,width=640,height=360,framerate=30/1 ! "
    "timeoverlay font-desc=\"DejaVu Sans 32\" halignment=center ! "
    "video/x-raw ! identity name=shown ! mediastreamsink name=stream "
    "audiotestsrc is-live=true wave=ticks samplesperbuffer=480 ! "
    "audio/x-raw,rate=48000,channels=1 ! stream.";

constexpr const char *kMosaic =
    "mediastreamsrc name=stream stream.video_0 ! videoscale ! "
    "video/x-raw,width=320,height=180 ! videoconvert ! tee name=t "
    "compositor name=c sink_1::xpos=320 sink_2::ypos=180 sink_3::xpos=320 "
    "sink_3::ypos=180 ! identity name=shown ! fakesink sync=true "
    "t. ! queue ! c.sink_0 "
    "t. ! queue ! videobalance saturation=0 ! c.sink_1 "
    "t. ! queue ! videobalance hue=0.6 ! c.sink_2 "
    "t. ! queue ! videoflip method=horizontal-flip ! c.sink_3 "
    "stream.audio_0 ! fakesink";

constexpr const char *kRecording =
    "mediastreamsrc name=stream webmmux name=mux ! filesink name=file "
    "stream.video_0 ! queue ! identity name=shown ! vp8enc deadline=1 "
    "cpu-used=8 keyframe-max-dist=30 ! queue ! mux. "
    "stream.audio_0 ! queue ! audioconvert ! audioresample ! opusenc ! queue ! "
    "mux.";

constexpr const char *kSlow =
    "mediastreamsrc name=stream stream.video_0 ! identity name=shown "
    "sleep-time=300000 ! fakesink stream.audio_0 ! fakesink";

struct Show {
  GMainLoop *loop;
  double begin;
  Ptr<GstWebMediaStream> stream{gst_web_media_stream_new ()};
  Act camera{"camera", "30 pictures a second, with the time in them", kCamera};
  std::vector<std::unique_ptr<Act>> consumers;
  std::vector<double> joins; // when each does
  Table table;
  bool has_ended = false;
  std::string error;

  void tick ();
};

void
Show::tick ()
{
  double wall = monotonic () - begin;
  bool over = true;
  for (size_t i = 0; i < consumers.size (); i++) {
    Act &act = *consumers[i];
    if (!act.plays () && wall >= joins[i])
      act.play (stream.get (), begin);
    over &= act.is_over ();
    if (error.empty ())
      error = act.error ();
  }
  if (error.empty ())
    error = camera.error ();
  table.show (wall, consumers);
  // The end of its tracks ends those who consume them.
  if (wall > kDuration && !has_ended) {
    camera.end ();
    has_ended = true;
  }
  if (!over && wall > kDeadline)
    error = format ("it did not end in %.0f s", kDeadline);
  if (over || !error.empty ())
    g_main_loop_quit (loop);
}

gboolean
on_tick (gpointer show)
{
  static_cast<Show *> (show)->tick ();
  return G_SOURCE_CONTINUE;
}

// Control-C: the terminal is put in order on the way out.
gboolean
on_interrupt (gpointer data)
{
  auto show = static_cast<Show *> (data);
  show->error = "interrupted";
  g_main_loop_quit (show->loop);
  return G_SOURCE_CONTINUE;
}

// How many pictures are in the file.
size_t
count_pictures (const std::string &file)
{
  Ptr<GstElement> pipeline (gst_parse_launch (
      "filesrc name=file ! matroskademux ! vp8dec ! fakesink name=out",
      nullptr));
  gst_object_ref_sink (pipeline.get ());
  auto bin = GST_BIN (pipeline.get ());
  Ptr<GstElement> source (gst_bin_get_by_name (bin, "file"));
  g_object_set (source.get (), "location", file.c_str (), nullptr);
  Ptr<GstElement> out (gst_bin_get_by_name (bin, "out"));
  Ptr<GstPad> pad (gst_element_get_static_pad (out.get (), "sink"));
  size_t count = 0;
  gst_pad_add_probe (
      pad.get (), GST_PAD_PROBE_TYPE_BUFFER,
      [] (GstPad *, GstPadProbeInfo *, gpointer counted) {
        ++*static_cast<size_t *> (counted);
        return GST_PAD_PROBE_OK;
      },
      &count, nullptr);
  gst_element_set_state (pipeline.get (), GST_STATE_PLAYING);
  Ptr<GstBus> bus (gst_element_get_bus (pipeline.get ()));
  Ptr<GstMessage> end (gst_bus_timed_pop_filtered (bus.get (), 10 * GST_SECOND,
      GstMessageType (GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  gst_element_set_state (pipeline.get (), GST_STATE_NULL);
  return count;
}

// Plays all, and draws it. An error message, or an empty string.
std::string
run (const std::string &out)
{
  const std::string film = out + "/demo-mediastream.webm";
  GMainLoop *loop = g_main_loop_new (nullptr, FALSE);
  Show show{.loop = loop, .begin = monotonic ()};
  auto add = [&show] (const char *name, const char *what,
                 const std::string &description, double joins) {
    show.consumers.push_back (std::make_unique<Act> (name, what, description));
    show.joins.push_back (joins);
  };
  add ("mosaic", "four views of it", kMosaic, 0);
  add ("recording", "with the sound, as WebM; it joins late", kRecording, 1.5);
  add ("slow", "takes 0.3 s for each: it skips to the newest", kSlow, 3);
  for (const auto &act : show.consumers)
    if (!act->error ().empty ())
      return act->error ();
  if (!show.camera.error ().empty ())
    return show.camera.error ();
  show.consumers[1]->set ("file", "location", film);
  show.camera.play (show.stream.get (), show.begin);
  guint ticks = g_timeout_add (kTickMilliseconds, on_tick, &show);
  guint signals = g_unix_signal_add (SIGINT, on_interrupt, &show);
  g_main_loop_run (loop);
  g_source_remove (signals);
  g_source_remove (ticks);
  g_main_loop_unref (loop);
  if (!show.error.empty ())
    return show.error;

  size_t recorded = show.consumers[1]->ticks ().size ();
  size_t found = count_pictures (film);
  g_print ("%s: %zu pictures\n", film.c_str (), found);
  if (found != recorded)
    return format (
        "%zu pictures were recorded, %zu are in the file", recorded, found);
  const std::string name = out + "/demo-mediastream";
  std::string problem =
      write_sheet (show.camera, show.consumers, kDuration, name);
  if (problem.empty ())
    g_print ("The picture: %s.png, %s.svg\n", name.c_str (), name.c_str ());
  return problem;
}

} // namespace

} // namespace demo

int
main (int argc, char **argv)
{
  return demo::run_program (
      {.name = "webmedia-demo-streams",
          .summary =
              "A camera and a microphone go to three consumers, each in a "
              "pipeline of its own:\na mosaic, a recording that joins late, "
              "and a slow one that skips. Ends by itself\nin ten seconds, with "
              "a picture of what each got, and the recording.",
          .files = "demo-mediastream.png, .svg and .webm",
          .run = demo::run},
      argc, argv);
}
