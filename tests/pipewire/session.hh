// SPDX-License-Identifier: LGPL-2.1-or-later
// A program in a session of PipeWire's, as in-session starts it. PipeWire's
// provider (0.3.65) damages the heap when it is stopped: no test lets go of its
// list, and each is a process of its own.
#pragma once

#include "support/check.hh"

#include <gst/webmedia/webmedia.h>

#include <memory>
#include <string>
#include <vector>

namespace webmedia::test {

struct Release {
  void operator() (gpointer object) const { g_object_unref (object); }
  void operator() (GPtrArray *array) const { g_ptr_array_unref (array); }
  void operator() (GVariant *variant) const { g_variant_unref (variant); }
  void operator() (GError *error) const { g_error_free (error); }
  void operator() (GstMessage *message) const { gst_message_unref (message); }
  void operator() (GstSample *sample) const { gst_sample_unref (sample); }
};
template <typename T> using Own = std::unique_ptr<T, Release>;

// What it prints.
inline std::string
pw_cli (const std::string &arguments)
{
  gchar *printed = nullptr;
  gint status = -1;
  fail_unless (g_spawn_command_line_sync (
      ("pw-cli " + arguments).c_str (), &printed, nullptr, &status, nullptr));
  std::string text = printed;
  g_free (printed);
  fail_unless (status == 0, "pw-cli %s", arguments.c_str ());
  return text;
}

// A device that lasts until it is destroyed.
inline void
create_node (const std::string &factory, const std::string &properties)
{
  pw_cli ("create-node " + factory + " '{ " + properties
          + " object.linger=true }'");
}

inline void
create_camera (const std::string &name, const std::string &label)
{
  create_node ("spa-node-factory",
      "factory.name=videotestsrc "
      "library.name=videotestsrc/libspa-videotestsrc media.class=Video/Source "
      "node.name="
          + name + " node.description=\"" + label + "\"");
}

inline void
create_microphone (const std::string &name, const std::string &label)
{
  create_node ("adapter", "factory.name=audiotestsrc "
                          "library.name=audiotestsrc/libspa-audiotestsrc "
                          "media.class=Audio/Source audio.position=MONO "
                          "node.name="
                              + name + " node.description=\"" + label + "\"");
}

// Nobody has any device. Nothing tells: PipeWire is asked until it is so.
inline void
wait_released ()
{
  while (
      pw_cli ("ls Link").find ("PipeWire:Interface:Link") != std::string::npos)
    g_thread_yield ();
}

inline Own<GPtrArray>
enumerate (GstWebMediaDevices *devices)
{
  GError *error = nullptr;
  Own<GPtrArray> found (
      gst_web_media_devices_enumerate_devices (devices, nullptr, &error));
  fail_unless (found != nullptr, "%s", error ? error->message : "");
  return found;
}

inline GstWebMediaDeviceInfo *
nth (const Own<GPtrArray> &devices, guint i)
{
  return static_cast<GstWebMediaDeviceInfo *> (
      g_ptr_array_index (devices.get (), i));
}

// The id of a device with this label; "": there is none.
inline std::string
id_of (GstWebMediaDevices *devices, const std::string &label)
{
  auto all = enumerate (devices);
  for (guint i = 0; i < all->len; i++)
    if (label == gst_web_media_device_info_get_label (nth (all, i)))
      return gst_web_media_device_info_get_device_id (nth (all, i));
  return "";
}

// That of one that has been plugged in.
inline std::string
wait_id_of (GstWebMediaDevices *devices, const std::string &label)
{
  for (;;) {
    std::string id = id_of (devices, label);
    if (!id.empty ())
      return id;
    g_main_context_iteration (nullptr, TRUE);
  }
}

inline std::string
exactly (const std::string &id)
{
  return R"({"deviceId":{"exact":")" + id + R"("}})";
}

inline Own<GstWebMediaStream>
get_user_media (GstWebMediaDevices *devices, const std::string &constraints)
{
  GError *error = nullptr;
  Own<GstWebMediaStream> stream (gst_web_media_devices_get_user_media_json (
      devices, constraints.c_str (), nullptr, &error));
  fail_unless (stream != nullptr, "%s", error ? error->message : "no error");
  return stream;
}

inline Own<GError>
fail_user_media (GstWebMediaDevices *devices, const std::string &constraints)
{
  GError *error = nullptr;
  fail_if (gst_web_media_devices_get_user_media_json (
      devices, constraints.c_str (), nullptr, &error));
  return Own<GError> (error);
}

inline Own<GstWebMediaStreamTrack>
first_track (const Own<GstWebMediaStream> &stream)
{
  Own<GPtrArray> tracks (gst_web_media_stream_get_tracks (stream.get ()));
  fail_unless (tracks->len > 0);
  return Own<GstWebMediaStreamTrack> (static_cast<GstWebMediaStreamTrack *> (
      g_object_ref (g_ptr_array_index (tracks.get (), 0))));
}

inline void
stop (const Own<GstWebMediaStream> &stream)
{
  Own<GPtrArray> tracks (gst_web_media_stream_get_tracks (stream.get ()));
  for (guint i = 0; i < tracks->len; i++)
    gst_web_media_stream_track_stop (static_cast<GstWebMediaStreamTrack *> (
        g_ptr_array_index (tracks.get (), i)));
}

// What consumes one track: PAD is "audio_0 ! CAPS", or of pictures.
class Player {
public:
  Player (const Own<GstWebMediaStream> &stream, const std::string &pad)
      : pipeline_ (GST_ELEMENT (gst_object_ref_sink (gst_parse_launch (
          ("mediastreamsrc name=s s." + pad
              + " ! appsink name=a sync=false max-buffers=2 drop=true")
              .c_str (),
          nullptr)))),
        sink_ (gst_bin_get_by_name (GST_BIN (pipeline_.get ()), "a"))
  {
    Own<GstElement> source (
        gst_bin_get_by_name (GST_BIN (pipeline_.get ()), "s"));
    g_object_set (source.get (), "stream", stream.get (), nullptr);
    gst_element_set_state (pipeline_.get (), GST_STATE_PLAYING);
  }
  ~Player () { gst_element_set_state (pipeline_.get (), GST_STATE_NULL); }

  // The next one; null at the end, or when nothing came for so long.
  Own<GstSample> try_next (GstClockTime longest = GST_CLOCK_TIME_NONE)
  {
    GstSample *sample = nullptr;
    g_signal_emit_by_name (sink_.get (), "try-pull-sample", longest, &sample);
    return Own<GstSample> (sample);
  }
  // The next one that was captured: what gives nothing is muted, and silence
  // comes in its place. Null at the end, or when there was no other for so
  // long.
  Own<GstSample> try_next_captured (GstClockTime longest)
  {
    for (GstClockTime silent = 0; silent < longest;) {
      auto sample = try_next (longest);
      if (!sample)
        break;
      GstBuffer *buffer = gst_sample_get_buffer (sample.get ());
      if (!GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
        return sample;
      silent += GST_BUFFER_DURATION (buffer);
    }
    return nullptr;
  }
  Own<GstSample> next ()
  {
    auto sample = try_next ();
    fail_unless (sample != nullptr, "%s", error ().c_str ());
    return sample;
  }
  // The next one that is neither black nor silent, in a format that has zeros
  // for that.
  Own<GstSample> next_with_content ()
  {
    for (;;) {
      auto sample = next ();
      if (has_content (sample))
        return sample;
    }
  }

private:
  static bool has_content (const Own<GstSample> &sample)
  {
    GstMapInfo map;
    GstBuffer *buffer = gst_sample_get_buffer (sample.get ());
    fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
    bool has = false;
    for (gsize i = 0; i < map.size && !has; i++)
      has = map.data[i] != 0;
    gst_buffer_unmap (buffer, &map);
    return has;
  }
  std::string error () const
  {
    Own<GstBus> bus (gst_element_get_bus (pipeline_.get ()));
    Own<GstMessage> message (
        gst_bus_pop_filtered (bus.get (), GST_MESSAGE_ERROR));
    if (!message)
      return "it has ended";
    GError *reason = nullptr;
    gst_message_parse_error (message.get (), &reason, nullptr);
    return Own<GError> (reason)->message;
  }

  const Own<GstElement> pipeline_;
  const Own<GstElement> sink_;
};

} // namespace webmedia::test
