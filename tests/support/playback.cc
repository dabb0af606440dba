// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/playback.hh"

#include <gst/app/gstappsrc.h>

namespace webmedia::test {

bool
gstreamer_is_after_1_22 ()
{
  guint major, minor, micro, nano;
  gst_version (&major, &minor, &micro, &nano);
  return major > 1 || minor > 22;
}

std::string
media_path (const std::string &name)
{
  const char *folder = g_getenv ("WEBMEDIA_TEST_MEDIA");
  fail_unless (folder != nullptr);
  return std::string (folder) + "/" + name;
}

Bytes
media_bytes (const std::string &name)
{
  char *data;
  gsize size;
  fail_unless (
      g_file_get_contents (media_path (name).c_str (), &data, &size, nullptr));
  Bytes bytes (data, data + size);
  g_free (data);
  return bytes;
}

std::vector<Bytes>
split_mp4 (const Bytes &file)
{
  std::vector<Bytes> parts (1);
  for (size_t at = 0; at + 8 <= file.size ();) {
    size_t size = 0; // byte by byte: it may lie anywhere
    for (size_t i = 0; i < 4; i++)
      size = size << 8 | file[at + i];
    fail_unless (size >= 8 && at + size <= file.size ());
    std::string type (
        file.begin () + long (at) + 4, file.begin () + long (at) + 8);
    if (type == "moof")
      parts.emplace_back ();
    if (type != "mfra")
      parts.back ().insert (parts.back ().end (), file.begin () + long (at),
          file.begin () + long (at + size));
    at += size;
  }
  return parts;
}

// Recorder

Recorder::Recorder (GstElement *element, const char *pad)
    : pad_ (gst_element_get_static_pad (element, pad))
{
  fail_unless (pad_ != nullptr);
  gst_segment_init (&segment_, GST_FORMAT_TIME);
  id_ = gst_pad_add_probe (pad_,
      GstPadProbeType (GST_PAD_PROBE_TYPE_BUFFER
                       | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM
                       | GST_PAD_PROBE_TYPE_EVENT_FLUSH),
      probe, this, nullptr);
}

Recorder::~Recorder ()
{
  gst_pad_remove_probe (pad_, id_);
  gst_object_unref (pad_);
}

static int64_t
to_stream_time (const GstSegment &segment, GstClockTime time)
{
  guint64 stream_time;
  if (time == GST_CLOCK_TIME_NONE)
    return INT64_MIN;
  int sign = gst_segment_to_stream_time_full (
      &segment, GST_FORMAT_TIME, time, &stream_time);
  return sign * int64_t (stream_time);
}

GstPadProbeReturn
Recorder::probe (GstPad *, GstPadProbeInfo *info, gpointer data)
{
  auto self = static_cast<Recorder *> (data);
  std::lock_guard locker (self->lock_);
  if (!(info->type & GST_PAD_PROBE_TYPE_BUFFER)) {
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
    if (info->type & GST_PAD_PROBE_TYPE_EVENT_FLUSH) {
      self->flushes_ += GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP;
      self->added_.notify_all ();
      return GST_PAD_PROBE_OK;
    }
    if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
      gst_event_copy_segment (event, &self->segment_);
    if (GST_EVENT_TYPE (event) == GST_EVENT_GAP) {
      GstClockTime start, duration;
      gst_event_parse_gap (event, &start, &duration);
      if (duration != GST_CLOCK_TIME_NONE)
        self->gap_end_ = to_stream_time (self->segment_, start + duration);
    }
    if (!self->events_.empty ())
      self->events_ += " ";
    self->events_ += GST_EVENT_TYPE_NAME (event);
    self->added_.notify_all ();
    return GST_PAD_PROBE_OK;
  }
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstMapInfo map;
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  char *md5 = g_compute_checksum_for_data (G_CHECKSUM_MD5, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  self->outputs_.push_back ({
      .pts = to_stream_time (self->segment_, GST_BUFFER_PTS (buffer)),
      .dts = to_stream_time (self->segment_, GST_BUFFER_DTS (buffer)),
      .duration = int64_t (GST_BUFFER_DURATION (buffer)),
      .keyframe = !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT),
      .decode_only =
          GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DECODE_ONLY) != 0,
      .md5 = md5,
  });
  g_free (md5);
  self->added_.notify_all ();
  return GST_PAD_PROBE_OK;
}

std::vector<Output>
Recorder::outputs ()
{
  std::lock_guard locker (lock_);
  return outputs_;
}

size_t
Recorder::count ()
{
  std::lock_guard locker (lock_);
  return outputs_.size ();
}

void
Recorder::clear ()
{
  std::lock_guard locker (lock_);
  outputs_.clear ();
  events_.clear ();
}

void
Recorder::wait_count (size_t count)
{
  std::unique_lock locker (lock_);
  added_.wait (locker, [&] { return outputs_.size () >= count; });
}

void
Recorder::wait_gap (int64_t end)
{
  std::unique_lock locker (lock_);
  added_.wait (locker, [&] { return gap_end_ >= end; });
}

void
Recorder::wait_flush (unsigned count)
{
  std::unique_lock locker (lock_);
  added_.wait (locker, [&] { return flushes_ >= count; });
}

unsigned
Recorder::flushes ()
{
  std::lock_guard locker (lock_);
  return flushes_;
}

GstSegment
Recorder::segment ()
{
  std::lock_guard locker (lock_);
  return segment_;
}

void
Recorder::wait_segment (int64_t start)
{
  {
    std::unique_lock locker (lock_);
    added_.wait (locker, [&] { return segment_.start == guint64 (start); });
  }
  GST_PAD_STREAM_LOCK (pad_);
  GST_PAD_STREAM_UNLOCK (pad_);
}

void
Recorder::wait_event (const std::string &name)
{
  std::unique_lock locker (lock_);
  added_.wait (
      locker, [&] { return events_.find (name) != std::string::npos; });
}

std::string
Recorder::events ()
{
  std::lock_guard locker (lock_);
  return events_;
}

// Pipeline

Pipeline::Pipeline (const std::string &description)
{
  GError *error = nullptr;
  pipeline_ = gst_parse_launch (description.c_str (), &error);
  fail_unless (
      !error, "%s: %s", description.c_str (), error ? error->message : "");
  fail_unless (GST_IS_PIPELINE (pipeline_));
}

Pipeline::~Pipeline ()
{
  gst_element_set_state (pipeline_, GST_STATE_NULL);
  gst_object_unref (pipeline_);
}

GstElement *
Pipeline::get (const char *name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline_), name);
  fail_unless (element != nullptr, "no element %s", name);
  gst_object_unref (element);
  return element;
}

void
Pipeline::push (const Bytes &bytes)
{
  gst_app_src_push_buffer (GST_APP_SRC (get ("in")),
      gst_buffer_new_memdup (bytes.data (), bytes.size ()));
}

void
Pipeline::end_input ()
{
  gst_app_src_end_of_stream (GST_APP_SRC (get ("in")));
}

void
Pipeline::set_state (GstState state, bool wait)
{
  auto result = gst_element_set_state (pipeline_, state);
  fail_unless (result != GST_STATE_CHANGE_FAILURE);
  if (wait)
    fail_unless (
        gst_element_get_state (pipeline_, nullptr, nullptr, GST_CLOCK_TIME_NONE)
        == GST_STATE_CHANGE_SUCCESS);
}

GstMessage *
Pipeline::wait (GstMessageType types)
{
  GstBus *bus = gst_element_get_bus (pipeline_);
  GstMessage *message =
      gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, types);
  gst_object_unref (bus);
  fail_unless (message != nullptr, "no such message came");
  return message;
}

std::string
Pipeline::wait_end ()
{
  GstMessage *message =
      wait (GstMessageType (GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
  std::string text;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    GError *error;
    gst_message_parse_error (message, &error, nullptr);
    text = error->message;
    g_error_free (error);
  }
  gst_message_unref (message);
  return text;
}

bool
Pipeline::seek (int64_t start, GstSeekFlags flags, int64_t stop)
{
  return gst_element_seek (pipeline_, 1, GST_FORMAT_TIME, flags,
      GST_SEEK_TYPE_SET, start,
      stop < 0 ? GST_SEEK_TYPE_NONE : GST_SEEK_TYPE_SET, stop);
}

// Owner

Owner::Owner (const char *uri) : source_ (gst_web_media_source_new ())
{
  fail_unless (gst_web_media_source_publish (source_, uri, nullptr));
}

Owner::~Owner ()
{
  drop ();
}

void
Owner::drop ()
{
  for (GstWebSourceBuffer *buffer : buffers_)
    gst_object_unref (buffer);
  buffers_.clear ();
  gst_clear_object (&source_);
}

GstWebSourceBuffer *
Owner::add (const char *type)
{
  GError *error = nullptr;
  fail_unless (gst_web_media_source_wait_open (source_, nullptr, nullptr));
  buffers_.push_back (
      gst_web_media_source_add_source_buffer (source_, type, &error));
  fail_unless (buffers_.back () != nullptr, "%s", error ? error->message : "");
  return buffers_.back ();
}

void
Owner::append (GstWebSourceBuffer *buffer, const Bytes &bytes)
{
  GError *error = nullptr;
  GstBuffer *data = gst_buffer_new_memdup (bytes.data (), bytes.size ());
  fail_unless (gst_web_source_buffer_append_buffer_sync (buffer, data, &error),
      "%s", error ? error->message : "");
  gst_buffer_unref (data);
}

void
Owner::end ()
{
  fail_unless (gst_web_media_source_end_of_stream (
      source_, GST_WEB_END_OF_STREAM_ERROR_NONE, nullptr));
}

} // namespace webmedia::test
