// SPDX-License-Identifier: LGPL-2.1-or-later
#include "player.hh"

#include <gst/app/gstappsink.h>

namespace demo {

namespace {

// Frames are kept for thumbnails so often.
constexpr double kThumbnailInterval = 0.25;

// appsink tells when a frame is due, as a sink with a screen would show it.
const char *
branch_description (bool video, bool show)
{
  if (!show)
    return video ? "decodebin name=decoder ! videoconvert ! "
                   "video/x-raw,format=I420 ! "
                   "appsink name=sink qos=false"
                 : "decodebin name=decoder ! appsink name=sink qos=false";
  return video ? "decodebin name=decoder ! videoconvert ! "
                 "video/x-raw,format=I420 ! "
                 "tee name=tee ! queue ! appsink name=sink qos=false "
                 "tee. ! queue ! videoconvert ! autovideosink"
               : "decodebin name=decoder ! tee name=tee ! queue ! "
                 "appsink name=sink qos=false "
                 "tee. ! queue ! audioconvert ! audioresample ! autoaudiosink";
}

} // namespace

Player::Player (double begin, bool show) : begin_ (begin), show_ (show) {}

Player::~Player ()
{
  if (pipeline_)
    gst_element_set_state (pipeline_.get (), GST_STATE_NULL);
}

std::string
Player::play (GstWebMediaSourceHandle *handle)
{
  GstElement *msebin = gst_element_factory_make ("msebin", nullptr);
  if (!msebin)
    return "there is no element msebin: is GST_PLUGIN_PATH set?";
  pipeline_.reset (
      GST_ELEMENT (gst_object_ref_sink (gst_pipeline_new (nullptr))));
  gst_bin_add (GST_BIN (pipeline_.get ()), msebin);
  g_signal_connect (msebin, "pad-added", G_CALLBACK (on_pad_added), this);
  g_object_set (msebin, "handle", handle, nullptr);
  if (gst_element_set_state (pipeline_.get (), GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE)
    return "the pipeline does not start";
  return "";
}

void
Player::on_pad_added (GstElement *, GstPad *pad, gpointer data)
{
  auto self = static_cast<Player *> (data);
  bool video = g_str_has_prefix (GST_PAD_NAME (pad), "video");
  GError *error = nullptr;
  GstElement *branch = gst_parse_bin_from_description (
      branch_description (video, self->show_), FALSE, &error);
  if (!branch) {
    GST_ELEMENT_ERROR (self->pipeline_.get (), CORE, MISSING_PLUGIN,
        ("%s", error->message), (nullptr));
    g_error_free (error);
    return;
  }

  auto track = std::make_unique<Track> (Track{self, video});
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = [] (GstAppSink *sink, gpointer user_data) {
    return on_sample (GST_ELEMENT (sink), user_data);
  };
  Ptr<GstElement> sink (gst_bin_get_by_name (GST_BIN (branch), "sink"));
  gst_app_sink_set_callbacks (
      GST_APP_SINK (sink.get ()), &callbacks, track.get (), nullptr);
  {
    std::lock_guard guard (self->lock_);
    self->tracks_.push_back (std::move (track));
  }
  Ptr<GstElement> decoder (gst_bin_get_by_name (GST_BIN (branch), "decoder"));
  Ptr<GstPad> target (gst_element_get_static_pad (decoder.get (), "sink"));
  GstPad *entry = gst_ghost_pad_new ("sink", target.get ());
  gst_element_add_pad (branch, entry);
  gst_bin_add (GST_BIN (self->pipeline_.get ()), branch);
  gst_pad_link (pad, entry);
  gst_element_sync_state_with_parent (branch);
}

GstFlowReturn
Player::on_sample (GstElement *sink, gpointer data)
{
  auto track = static_cast<Track *> (data);
  Ptr<GstSample> sample (gst_app_sink_pull_sample (GST_APP_SINK (sink)));
  if (sample) // none when a seek came between
    track->player->record (*track, sample.get ());
  return GST_FLOW_OK;
}

void
Player::record (Track &track, GstSample *sample)
{
  const GstSegment *segment = gst_sample_get_segment (sample);
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstClockTime time = gst_segment_to_stream_time (
      segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  if (!GST_CLOCK_TIME_IS_VALID (time))
    return;

  std::lock_guard guard (lock_);
  bool first = segment->start != track.segment_start;
  if (first && GST_CLOCK_TIME_IS_VALID (track.segment_start))
    track.span++;
  track.segment_start = segment->start;

  double duration = GST_BUFFER_DURATION_IS_VALID (buffer)
                        ? seconds (GST_BUFFER_DURATION (buffer))
                        : 0;
  Rendered rendered{
      monotonic () - begin_, seconds (time), duration, track.span};
  (track.video ? fresh_.video : fresh_.audio).push_back (rendered);
  if (track.video
      && (first || rendered.wall >= last_thumbnail_ + kThumbnailInterval)) {
    last_thumbnail_ = rendered.wall;
    // A sample of our own: appsink goes on to use the one that it gave.
    Ptr<GstSample> picture (gst_sample_new (
        buffer, gst_sample_get_caps (sample), nullptr, nullptr));
    fresh_.thumbnails.push_back (
        {rendered.wall, rendered.time, first, std::move (picture)});
  }
}

void
Player::seek (double to)
{
  seeks_++;
  seeking_ = true;
  position_ = to;
  gst_element_seek_simple (pipeline_.get (), GST_FORMAT_TIME,
      GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE),
      clock_time (to));
}

void
Player::collect (Timeline &timeline)
{
  std::lock_guard guard (lock_);
  auto move = [] (auto &from, auto &to) {
    for (auto &each : from)
      to.push_back (std::move (each));
    from.clear ();
  };
  move (fresh_.video, timeline.video);
  move (fresh_.audio, timeline.audio);
  move (fresh_.thumbnails, timeline.thumbnails);
  if (!timeline.video.empty () && timeline.video.back ().span == seeks_) {
    seeking_ = false;
    position_ = timeline.video.back ().time;
  }
}

bool
Player::is_over (std::string &error)
{
  if (!pipeline_)
    return false;
  Ptr<GstBus> bus (gst_element_get_bus (pipeline_.get ()));
  while (Ptr<GstMessage> message{gst_bus_pop (bus.get ())}) {
    if (GST_MESSAGE_TYPE (message.get ()) == GST_MESSAGE_EOS)
      return true;
    if (GST_MESSAGE_TYPE (message.get ()) == GST_MESSAGE_ERROR) {
      GError *reason = nullptr;
      gst_message_parse_error (message.get (), &reason, nullptr);
      error = format ("%s: %s",
          GST_OBJECT_NAME (GST_MESSAGE_SRC (message.get ())), reason->message);
      g_error_free (reason);
      return true;
    }
  }
  return false;
}

} // namespace demo
