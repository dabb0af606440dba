// SPDX-License-Identifier: LGPL-2.1-or-later
// A pipeline that is captured, and who reads its tracks.
#pragma once

#include "support/live.hh"

#include <algorithm>
#include <gst/app/gstappsrc.h>

namespace webmedia::test {

inline constexpr const char *kPictures =
    "videotestsrc ! video/x-raw,format=GRAY8,width=16,height=16,"
    "framerate=50/1 ! fakesink name=v sync=true ";
inline constexpr const char *kSound =
    "audiotestsrc samplesperbuffer=480 ! audio/x-raw,format=S16LE,rate=48000,"
    "channels=1 ! fakesink name=a sync=true ";

struct Unref {
  void operator() (gpointer object) const { gst_object_unref (object); }
  void operator() (GstSample *sample) const { gst_sample_unref (sample); }
};
using Track = std::unique_ptr<GstWebMediaStreamTrack, Unref>;
using Stream = std::unique_ptr<GstWebMediaStream, Unref>;
using Sample = std::unique_ptr<GstSample, Unref>;
using Processor = std::unique_ptr<GstWebMediaStreamTrackProcessor, Unref>;

// A pipeline that is captured, and the events of the stream and its tracks.
class Captured {
public:
  explicit Captured (const std::string &description, bool now = true)
      : pipeline (description)
  {
    if (now)
      begin ();
  }
  ~Captured ()
  {
    for (GstWebMediaStreamTrack *each : watched_) {
      g_signal_handlers_disconnect_by_data (each, this);
      gst_object_unref (each);
    }
    if (stream)
      g_signal_handlers_disconnect_by_data (stream.get (), this);
  }

  void begin ()
  {
    GError *error = nullptr;
    stream.reset (gst_web_capture_stream (*pipeline, &error));
    fail_unless (stream && !error);
    g_signal_connect (stream.get (), "addtrack", G_CALLBACK (on_stream), this);
    g_signal_connect (
        stream.get (), "removetrack", G_CALLBACK (on_stream), this);
    GPtrArray *all = gst_web_media_stream_get_tracks (stream.get ());
    for (guint i = 0; i < all->len; i++)
      watch (
          static_cast<GstWebMediaStreamTrack *> (g_ptr_array_index (all, i)));
    g_ptr_array_unref (all);
  }

  void play ()
  {
    pipeline.play ();
    gst_element_get_state (*pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
  }
  // Waits until an event has come so many times.
  void wait (const std::string &event, long times = 1)
  {
    while (count (event) < times)
      g_main_context_iteration (nullptr, TRUE);
  }
  long count (const std::string &event)
  {
    while (g_main_context_iteration (nullptr, FALSE)) {
    }
    return std::count (events.begin (), events.end (), event);
  }
  // The tracks of a kind that are there.
  guint tracks (const char *kind = nullptr)
  {
    guint count = 0;
    GPtrArray *all = gst_web_media_stream_get_tracks (stream.get ());
    for (guint i = 0; i < all->len; i++)
      count += !kind
               || g_str_equal (kind, gst_web_media_stream_track_get_kind (
                                         static_cast<GstWebMediaStreamTrack *> (
                                             g_ptr_array_index (all, i))));
    g_ptr_array_unref (all);
    return count;
  }
  Track only (const char *kind)
  {
    GPtrArray *all =
        g_str_equal (kind, "video")
            ? gst_web_media_stream_get_video_tracks (stream.get ())
            : gst_web_media_stream_get_audio_tracks (stream.get ());
    fail_unless_equals_int (int (all->len), 1);
    Track track (static_cast<GstWebMediaStreamTrack *> (
        gst_object_ref (g_ptr_array_index (all, 0))));
    g_ptr_array_unref (all);
    return track;
  }
  std::string history ()
  {
    std::string text;
    for (const std::string &event : events)
      text += event + " ";
    return text;
  }
  // What came and went of a kind of tracks, in its order.
  std::string changes (const std::string &kind)
  {
    std::string text;
    count (kind); // what is there to be told
    for (const std::string &event : events)
      for (const char *what : {"addtrack", "ended", "removetrack"})
        if (event == kind + "-" + what)
          text += std::string (what) + " ";
    return text;
  }

  Pipeline pipeline;
  Stream stream;
  std::vector<std::string> events;

private:
  void watch (GstWebMediaStreamTrack *track)
  {
    watched_.push_back (
        static_cast<GstWebMediaStreamTrack *> (gst_object_ref (track)));
    for (const char *signal : {"mute", "unmute", "ended"})
      g_signal_connect_data (
          track, signal, G_CALLBACK (on_track), new Note{this, signal},
          [] (gpointer note, GClosure *) { delete static_cast<Note *> (note); },
          GConnectFlags (0));
  }
  struct Note {
    Captured *self;
    const char *signal;
  };
  // By its name, and by that with the kind of the track.
  void note (GstWebMediaStreamTrack *track, const std::string &event)
  {
    events.push_back (event);
    events.push_back (std::string (gst_web_media_stream_track_get_kind (track))
                      + "-" + event);
  }
  static void on_track (GstWebMediaStreamTrack *track, Note *note)
  {
    note->self->note (track, note->signal);
  }
  static void on_stream (
      GstWebMediaStream *, GstWebMediaStreamTrackEvent *event, Captured *self)
  {
    auto track = gst_web_media_stream_track_event_get_track (event);
    std::string type = gst_web_media_stream_track_event_get_event_type (event);
    self->note (track, type);
    if (type == "addtrack")
      self->watch (track);
  }

  std::vector<GstWebMediaStreamTrack *> watched_;
};

struct Pieces {
  const char *caps;
  gsize size;
};
inline constexpr Pieces kPicturePieces{
    "video/x-raw,format=GRAY8,width=16,height=16,framerate=25/1", 256};
inline constexpr Pieces kSoundPieces{"audio/x-raw,format=S16LE,rate=48000,"
                                     "channels=1,layout=interleaved",
    3840};

// What is pushed by hand, and played by a clock that the test moves. A piece
// takes 40 ms; its bytes are its number, and the first is 1.
class Stepped : public Captured {
public:
  explicit Stepped (const Pieces &pieces)
      : Captured (std::string ("appsrc name=in format=time caps=") + pieces.caps
                  + " ! fakesink name=out sync=true"),
        size_ (pieces.size)
  {
    gst_pipeline_use_clock (GST_PIPELINE (*pipeline), clock.get ());
  }

  void push (int number)
  {
    GstBuffer *piece = gst_buffer_new_allocate (nullptr, size_, nullptr);
    gst_buffer_memset (piece, 0, guint8 (number), size_);
    GST_BUFFER_PTS (piece) = GstClockTime (number - 1) * kDuration;
    GST_BUFFER_DURATION (piece) = kDuration;
    gst_app_src_push_buffer (GST_APP_SRC (pipeline.get ("in")), piece);
  }
  // The one that is at the sink: until that has let it go.
  void play_one ()
  {
    guint64 before = rendered ();
    while (rendered () == before) {
      if (clock.is_awaited_within (kDuration)) // or by a silence that is over
        clock.advance_to_next_wait ();
      g_thread_yield ();
    }
  }
  // Until one is there, and is of later.
  void wait_at_sink ()
  {
    while (!clock.is_awaited_within (kDuration))
      g_thread_yield ();
  }
  // Time passes, until a track is muted for want of pieces.
  void stall ()
  {
    for (long before = count ("mute"); count ("mute") == before;) {
      if (clock.is_awaited_within (GST_SECOND))
        clock.advance_to_next_wait ();
      g_thread_yield ();
    }
  }

  static constexpr GstClockTime kDuration = 40 * GST_MSECOND;
  LiveClock clock;

private:
  guint64 rendered ()
  {
    GstStructure *stats;
    guint64 count = 0;
    g_object_get (pipeline.get ("out"), "stats", &stats, nullptr);
    gst_structure_get_uint64 (stats, "rendered", &count);
    gst_structure_free (stats);
    return count;
  }

  const gsize size_;
};

inline bool
is_muted (const Track &track)
{
  return gst_web_media_stream_track_get_muted (track.get ());
}

inline bool
is_live (const Track &track)
{
  return gst_web_media_stream_track_get_ready_state (track.get ())
         == GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE;
}

inline Processor
read_of (const Track &track, guint most = 1)
{
  return Processor (
      gst_web_media_stream_track_processor_new (track.get (), most));
}

inline Sample
read (const Processor &processor)
{
  return Sample (gst_web_media_stream_track_processor_read (
      processor.get (), nullptr, nullptr));
}

} // namespace webmedia::test
