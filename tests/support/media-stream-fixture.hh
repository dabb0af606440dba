// SPDX-License-Identifier: LGPL-2.1-or-later
// A stream object between an application with a main loop and an element.
#pragma once

#include "api/bridge.hh"
#include "support/check.hh"

#include <functional>
#include <gst/webmedia/webmedia.h>

namespace webmedia {

using TrackObject = Ptr<GstWebMediaStreamTrack>;

template <typename T>
Ptr<T>
own (T *object)
{
  return Ptr<T>::adopt (object);
}

inline void
run_context ()
{
  while (g_main_context_iteration (nullptr, FALSE)) {
  }
}

struct SetObserver final : stream::TrackSetObserver {
  void on_tracks () override { tracks++; }
  void on_active () override { active++; }
  int tracks = 0, active = 0;
};

// A stream, a record of its signals, and the hands of an element.
struct StreamFixture {
  StreamFixture ()
  {
    connect (object.get (), "addtrack");
    connect (object.get (), "removetrack");
    g_signal_connect (object.get (), "notify::active",
        G_CALLBACK (+[] (GObject *emitter, GParamSpec *, gpointer self) {
          static_cast<StreamFixture *> (self)->events +=
              gst_web_media_stream_get_active (GST_WEB_MEDIA_STREAM (emitter))
                  ? "active "
                  : "inactive ";
        }),
        this);
    gst_web_bridge_track_set (object.get (), &set);
  }

  void connect (GstWebMediaStream *stream, const char *signal)
  {
    g_signal_connect (stream, signal,
        G_CALLBACK (+[] (GstWebMediaStream *,
                         GstWebMediaStreamTrackEvent *event, gpointer data) {
          auto self = static_cast<StreamFixture *> (data);
          self->last = TrackObject::share (
              gst_web_media_stream_track_event_get_track (event));
          self->events +=
              gst_web_media_stream_track_event_get_event_type (event);
          self->events += " ";
          if (self->on_event)
            self->on_event ();
        }),
        this);
  }

  // The events of a track, too.
  void watch (GstWebMediaStreamTrack *track)
  {
    static const char *signals[] = {"mute", "unmute", "ended", "notify::muted",
        "notify::ready-state", "notify::enabled", "notify::content-hint"};
    for (const char *&signal : signals) {
      bool notify = g_str_has_prefix (signal, "notify");
      auto note = +[] (gpointer name, GObject *) {
        current->events += *static_cast<const char **> (name);
        current->events += " ";
      };
      auto note_notify = +[] (gpointer name, GParamSpec *, GObject *) {
        current->events += *static_cast<const char **> (name);
        current->events += " ";
      };
      g_signal_connect_data (track, signal,
          notify ? G_CALLBACK (note_notify) : G_CALLBACK (note), &signal,
          nullptr, G_CONNECT_SWAPPED);
    }
    current = this;
  }

  static NewTrack make (stream::Kind kind, bool is_device = false)
  {
    NewTrack made;
    gst_web_bridge_new_track (
        {.kind = kind, .label = "a source", .is_device = is_device}, {}, &made);
    return made;
  }

  // What an element adds.
  std::unique_ptr<stream::Input> add (stream::Kind kind)
  {
    NewTrack made = make (kind);
    set->add (made.track);
    return std::move (made.input);
  }

  TrackObject track (guint index) const
  {
    GPtrArray *all = gst_web_media_stream_get_tracks (object.get ());
    fail_unless (index < all->len);
    auto found = TrackObject::share (
        GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (all, index)));
    g_ptr_array_unref (all);
    return found;
  }

  guint count (GPtrArray *(*get) (GstWebMediaStream *)) const
  {
    GPtrArray *all = get (object.get ());
    guint count = all->len;
    g_ptr_array_unref (all);
    return count;
  }

  void expect (const char *expected)
  {
    run_context ();
    fail_unless_equals_string (events.c_str (), expected);
    events.clear ();
  }

  static inline StreamFixture *current = nullptr;
  Ptr<GstWebMediaStream> object = own (gst_web_media_stream_new ());
  std::shared_ptr<stream::TrackSet> set;
  std::string events;
  TrackObject last;
  std::function<void ()> on_event;
};

inline constexpr auto kAudio = stream::Kind::audio;
inline constexpr auto kVideo = stream::Kind::video;

inline TrackObject
new_track (stream::Kind kind, std::unique_ptr<stream::Input> *input)
{
  NewTrack made = StreamFixture::make (kind);
  *input = std::move (made.input);
  return own (gst_web_bridge_track_object (made.track));
}

} // namespace webmedia
