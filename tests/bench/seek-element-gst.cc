// SPDX-License-Identifier: LGPL-2.1-or-later
// An hour of sound and pictures in an msebin that plays at its own pace: how
// long from a flushing seek to the first buffer at each sink.
#include "bench/seek.hh"

#include "bench/contender.hh"
#include "bench/table.hh"

#include "base/mutex.hh"
#include "base/ptr.hh"

#include <cstdio>
#include <gst/webmedia/webmedia.h>
#include <random>

using webmedia::MutexLocker;
using webmedia::Ptr;

namespace bench {

namespace {

// What arrives at the sinks.
// Threads: thread-safe.
class Arrivals {
public:
  // The seek's segment event carries its number; the first buffer behind it is
  // what is waited for.
  void expect (guint32 seqnum)
  {
    MutexLocker locker (lock_);
    seqnum_ = seqnum;
    for (Track &track : tracks_)
      track.has_segment = track.has_buffer = false;
  }

  // For the buffers; false when the pipeline failed.
  bool wait ()
  {
    MutexLocker locker (lock_);
    while (!complete_locked () && !failed_)
      changed_.wait (lock_);
    return !failed_;
  }

  // When the last of the sinks got its buffer.
  uint64_t when () const
  {
    MutexLocker locker (lock_);
    return last_;
  }

  void fail ()
  {
    {
      MutexLocker locker (lock_);
      failed_ = true;
    }
    changed_.notify_all ();
  }

  void add_sink (GstPad *pad)
  {
    size_t index;
    {
      MutexLocker locker (lock_);
      index = tracks_.size ();
      tracks_.push_back ({});
    }
    auto each = new Probe{this, index};
    gst_pad_add_probe (pad,
        GstPadProbeType (
            GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
        on_data, each,
        [] (gpointer data) { delete static_cast<Probe *> (data); });
  }

private:
  struct Track {
    bool has_segment = false;
    bool has_buffer = false;
  };
  struct Probe {
    Arrivals *self;
    size_t index;
  };

  static GstPadProbeReturn on_data (
      GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    auto probe = static_cast<Probe *> (data);
    probe->self->take (probe->index, info);
    return GST_PAD_PROBE_OK;
  }

  void take (size_t index, GstPadProbeInfo *info)
  {
    bool complete = false;
    {
      MutexLocker locker (lock_);
      Track &track = tracks_[index];
      if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
        if (track.has_buffer || (seqnum_ != 0 && !track.has_segment))
          return;
        track.has_buffer = true;
        last_ = now ();
        complete = complete_locked ();
      } else {
        GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
        if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT
            && gst_event_get_seqnum (event) == seqnum_)
          track.has_segment = true;
      }
    }
    if (complete)
      changed_.notify_all ();
  }

  bool complete_locked () const REQUIRES (lock_)
  {
    if (tracks_.size () < 2)
      return false;
    for (const Track &track : tracks_)
      if (!track.has_buffer)
        return false;
    return true;
  }

  mutable webmedia::Mutex lock_;
  webmedia::Condition changed_;
  std::vector<Track> tracks_ GUARDED_BY (lock_);
  guint32 seqnum_ GUARDED_BY (lock_) = 0; // 0: any buffer
  uint64_t last_ GUARDED_BY (lock_) = 0;
  bool failed_ GUARDED_BY (lock_) = false;
};

class Playback {
public:
  ~Playback ()
  {
    if (pipeline_)
      gst_element_set_state (pipeline_.get (), GST_STATE_NULL);
  }

  bool start (const Media &media)
  {
    pipeline_ = Ptr<GstElement>::adopt (
        GST_ELEMENT (gst_object_ref_sink (gst_pipeline_new (nullptr))));
    GstElement *bin = gst_element_factory_make ("msebin", nullptr);
    if (!bin) {
      fprintf (stderr, "there is no msebin\n");
      return false;
    }
    source_ = Ptr<GstWebMediaSource>::adopt (gst_web_media_source_new ());
    g_object_set (bin, "handle",
        gst_web_media_source_get_handle (source_.get ()), nullptr);
    g_signal_connect (bin, "pad-added", G_CALLBACK (on_pad_added), this);
    gst_bin_add (GST_BIN (pipeline_.get ()), bin);

    GstBus *bus = gst_element_get_bus (pipeline_.get ());
    gst_bus_set_sync_handler (bus, on_message, this, nullptr);
    gst_object_unref (bus);
    gst_element_set_state (pipeline_.get (), GST_STATE_PLAYING);
    return append (media) && arrivals.wait ();
  }

  // Nanoseconds from the call to the last sink's first buffer; below 0: none.
  double seek (GstClockTime time)
  {
    auto event = Ptr<GstEvent>::adopt (gst_event_new_seek (1, GST_FORMAT_TIME,
        GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE),
        GST_SEEK_TYPE_SET, gint64 (time), GST_SEEK_TYPE_NONE, -1));
    arrivals.expect (gst_event_get_seqnum (event.get ()));
    uint64_t start = now ();
    if (!gst_element_send_event (pipeline_.get (), gst_event_ref (event.get ()))
        || !arrivals.wait ())
      return -1;
    return double (arrivals.when () - start);
  }

  Arrivals arrivals;

private:
  bool append (const Media &media)
  {
    GError *error = nullptr;
    Ptr<GstWebSourceBuffer> buffer;
    if (gst_web_media_source_wait_open (source_.get (), nullptr, &error))
      buffer = Ptr<GstWebSourceBuffer>::adopt (
          gst_web_media_source_add_source_buffer (
              source_.get (), media.type.c_str (), &error));
    auto data = Ptr<GstBuffer>::adopt (wrap_bytes (media.bytes));
    bool appended = buffer
                    && gst_web_source_buffer_append_buffer_sync (
                        buffer.get (), data.get (), &error)
                    && gst_web_media_source_end_of_stream (source_.get (),
                        GST_WEB_END_OF_STREAM_ERROR_NONE, &error);
    if (error)
      fprintf (stderr, "%s\n", error->message);
    g_clear_error (&error);
    return appended;
  }

  static void on_pad_added (GstElement *, GstPad *pad, Playback *self)
  {
    GstElement *sink = gst_element_factory_make ("fakesink", nullptr);
    g_object_set (sink, "sync", TRUE, nullptr);
    gst_bin_add (GST_BIN (self->pipeline_.get ()), sink);
    GstPad *sink_pad = gst_element_get_static_pad (sink, "sink");
    self->arrivals.add_sink (sink_pad);
    gst_element_sync_state_with_parent (sink);
    gst_pad_link (pad, sink_pad);
    gst_object_unref (sink_pad);
  }

  static GstBusSyncReply on_message (
      GstBus *, GstMessage *message, gpointer data)
  {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
      GError *error = nullptr;
      gst_message_parse_error (message, &error, nullptr);
      fprintf (stderr, "%s\n", error->message);
      g_error_free (error);
      static_cast<Playback *> (data)->arrivals.fail ();
    }
    gst_message_unref (message);
    return GST_BUS_DROP;
  }

  Ptr<GstElement> pipeline_;
  Ptr<GstWebMediaSource> source_;
};

} // namespace

bool
seek_while_playing (int seeks)
{
  Media media;
  if (!load_media ("lo.mp4", media))
    return false;
  Playback playback;
  if (!playback.start (media))
    return false;
  int threads = thread_count (":src");

  std::mt19937_64 random (1);
  std::uniform_int_distribution<GstClockTime> anywhere (0, 3600 * GST_SECOND);
  std::vector<double> times;
  for (int i = 0; i < seeks; i++) {
    double time = playback.seek (anywhere (random));
    if (time < 0)
      return false;
    times.push_back (time);
  }
  printf (
      "\nmsebin, an hour of two tracks, playing: %d flushing seeks\n", seeks);
  Table table ({"ms", "p50", "p99", "most"});
  table.add ({"seek to first buffer of both tracks",
      number (median (times) / 1e6), number (percentile (times, 0.99) / 1e6),
      number (percentile (times, 1) / 1e6)});
  table.print ();
  print_verdict (
      "seek to first buffer, p99 ms", percentile (times, 0.99) / 1e6, true, 20);
  print_verdict ("streaming threads of two tracks", threads, true, 2);
  return true;
}

} // namespace bench
