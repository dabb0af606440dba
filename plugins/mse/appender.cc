// SPDX-License-Identifier: LGPL-2.1-or-later
#include "appender.hh"

#include "api/bridge.hh"
#include "base/progress.hh"
#include "named-source.hh"

namespace webmedia::elements {

bool
Appender::open (const Settings &settings, GError **error)
{
  settings_ = settings;
  source_ = obtain_source (settings_.uri, error).source;
  return bool (source_);
}

void
Appender::close ()
{
  buffer_ = nullptr;
  source_ = nullptr;
}

void
Appender::allow_locked ()
{
  cancellable_ = Ptr<GCancellable>::adopt (g_cancellable_new ());
  cancelled_ = false;
}

Ptr<GCancellable>
Appender::cancellable () const
{
  MutexLocker locker (lock_);
  return cancellable_;
}

void
Appender::cancel (bool stopping)
{
  std::shared_ptr<AppendGroup> group;
  Ptr<GCancellable> current;
  {
    MutexLocker locker (lock_);
    group = group_;
    current = cancellable_;
    cancelled_ = true;
    stopping_ = stopping_ || stopping;
  }
  if (current)
    g_cancellable_cancel (current.get ());
  if (group)
    group->wake ();
}

Appender::Status
Appender::result (bool success) const
{
  return success ? Status::ok : cancelled_ ? Status::cancelled : Status::failed;
}

// A media source that has ended takes nothing but appends, or a change of an
// offset.
void
Appender::reopen ()
{
  if (gst_web_media_source_get_ready_state (source_.get ())
      == GST_WEB_READY_STATE_ENDED)
    gst_web_source_buffer_set_timestamp_offset (buffer_.get (),
        gst_web_source_buffer_get_timestamp_offset (buffer_.get ()), nullptr);
}

void
Appender::start (GstPad *pad)
{
  if (buffer_) {
    // It is gone already where the player was detached in between.
    reopen ();
    gst_web_media_source_remove_source_buffer (
        source_.get (), buffer_.get (), nullptr);
    buffer_ = nullptr;
  }
  running_ = false;
  failed_ = false;
  ending_ = false;
  member_ = std::make_shared<AppendGroup::Member> ();
  member_->pad = Ptr<GstPad>::share (pad);
  auto group = AppendGroup::join (source_.get (), member_);
  MutexLocker locker (lock_);
  group_ = std::move (group);
  stopping_ = false;
  allow_locked ();
}

void
Appender::stop ()
{
  head_ = nullptr;
  held_.clear ();
  if (!group_->leave (member_)
      && gst_web_media_source_get_ready_state (source_.get ())
             == GST_WEB_READY_STATE_OPEN)
    gst_web_media_source_end_of_stream (
        source_.get (), GST_WEB_END_OF_STREAM_ERROR_NETWORK, nullptr);
  MutexLocker locker (lock_);
  group_ = nullptr;
}

// Adds the source buffer, and waits for those of the others.
Appender::Status
Appender::begin (const std::string &type, GError **error)
{
  auto element = Ptr<GstObject>::adopt (
      gst_object_get_parent (GST_OBJECT (member_->pad.get ())));
  Progress progress (element.get ());
  if (gst_web_media_source_get_ready_state (source_.get ())
      == GST_WEB_READY_STATE_CLOSED)
    progress.begin ("waiting for an element that plays " + settings_.uri);
  if (!gst_web_media_source_wait_open (
          source_.get (), cancellable ().get (), error))
    return result (false);
  progress.end ();
  buffer_ =
      Ptr<GstWebSourceBuffer>::adopt (gst_web_media_source_add_source_buffer (
          source_.get (), type.c_str (), error));
  if (!buffer_)
    return Status::failed;
  // Before the offset, which says where a sequence begins.
  if (settings_.mode == GST_WEB_APPEND_MODE_SEQUENCE
      && !gst_web_source_buffer_set_mode (
          buffer_.get (), settings_.mode, error))
    return Status::failed;
  if (settings_.timestamp_offset != 0
      && !gst_web_source_buffer_set_timestamp_offset (
          buffer_.get (), settings_.timestamp_offset, error))
    return Status::failed;
  if (settings_.quota > 0)
    gst_web_source_buffer_set_quota (buffer_.get (), settings_.quota);
  running_ = true;
  group_->set_ready (*member_);
  resume_others ();
  return result (true);
}

Appender::Status
Appender::find_type (std::string *type, GError **error)
{
  *type = settings_.type;
  if (!type->empty ())
    return Status::ok;
  GstMapInfo map;
  if (!gst_buffer_map (head_.get (), &map, GST_MAP_READ)) {
    g_set_error_literal (error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE,
        "the memory of a buffer can't be mapped for reading");
    return Status::failed;
  }
  gboolean need_more;
  const char *found =
      gst_web_bridge_sniff_type (map.data, map.size, &need_more);
  gst_buffer_unmap (head_.get (), &map);
  if (found)
    *type = found;
  if (found || need_more)
    return Status::ok;
  g_set_error_literal (error, GST_WEB_ERROR, GST_WEB_ERROR_NOT_SUPPORTED,
      "the stream begins like no byte stream format that is supported: MP4, "
      "WebM, MPEG-2 TS, ADTS or MPEG audio; set the property `type` if it is "
      "one. A file goes in as it is, with no demuxer before it");
  return Status::failed;
}

Appender::Status
Appender::append (Ptr<GstBuffer> data, GError **error)
{
  if (failed_)
    return Status::failed;
  Status status = append_next (std::move (data), error);
  failed_ = status == Status::failed;
  return status;
}

Appender::Status
Appender::append_next (Ptr<GstBuffer> data, GError **error)
{
  announce_thread ();
  if (!running_) {
    head_ = head_ ? Ptr<GstBuffer>::adopt (
                gst_buffer_append (head_.release (), data.release ()))
                  : std::move (data);
    std::string type;
    if (Status found = find_type (&type, error); found != Status::ok)
      return found;
    if (type.empty ())
      return Status::ok; // the next bytes will tell
    if (Status begun = begin (type, error); begun != Status::ok)
      return begun;
    data = std::move (head_);
  }
  group_->set_ended (*member_, false);
  held_.push_back (std::move (data));
  return append_held (error);
}

Appender::Status
Appender::append_held (GError **error)
{
  using Turn = AppendGroup::Turn;
  if (held_.empty ())
    return Status::ok;
  Turn turn = group_->wait_turn (*member_, cancelled_);
  if (turn == Turn::stopped)
    return Status::cancelled;
  if (turn == Turn::hold)
    return Status::ok;
  for (const auto &data : std::exchange (held_, {}))
    if (Status status = append_pieces (data.get (), error);
        status != Status::ok)
      return status;
  return Status::ok;
}

// In pieces that fit into what playback has left, however large the buffer is.
Appender::Status
Appender::append_pieces (GstBuffer *data, GError **error)
{
  constexpr gsize kPiece = gsize (1) << 20;
  const gsize size = gst_buffer_get_size (data);
  for (gsize at = 0; at < size || at == 0; at += kPiece) {
    auto piece = size <= kPiece
                     ? Ptr<GstBuffer>::share (data)
                     : Ptr<GstBuffer>::adopt (gst_buffer_copy_region (data,
                         GST_BUFFER_COPY_MEMORY, at, MIN (kPiece, size - at)));
    if (!gst_web_bridge_append_when_room (source_.get (), buffer_.get (),
            piece.get (), cancellable ().get (), error))
      return result (false);
  }
  return Status::ok;
}

void
Appender::announce_thread ()
{
  group_->set_thread (*member_);
}

static constexpr char kResume[] = "webmedia-mse-resume";

bool
is_resume_event (GstEvent *event)
{
  return gst_event_has_name (event, kResume);
}

// They come to resume() on this thread, which is theirs, too.
void
Appender::resume_others ()
{
  for (const Ptr<GstPad> &pad : group_->take_released ())
    gst_pad_send_event (
        pad.get (), gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_OOB,
                        gst_structure_new_empty (kResume)));
}

Appender::Status
Appender::resume (GError **error)
{
  if (Status status = append_held (error); status != Status::ok)
    return status;
  return ending_ && held_.empty () ? finish (error) : Status::ok;
}

Appender::Status
Appender::end (GError **error)
{
  if (failed_) {
    group_->set_ended (*member_, true); // the others need not wait
    return Status::failed;
  }
  if (head_) {
    g_set_error_literal (error, GST_WEB_ERROR, GST_WEB_ERROR_NOT_SUPPORTED,
        "the stream is too short to tell its type; set the property `type`");
    return Status::failed;
  }
  announce_thread ();
  ending_ = true;
  return resume (error);
}

Appender::Status
Appender::finish (GError **error)
{
  ending_ = false;
  bool all = group_->set_ended (*member_, true);
  resume_others ();
  if (!all)
    return Status::ok;
  if (!gst_web_media_source_wait_open (
          source_.get (), cancellable ().get (), error))
    return result (false);
  if (gst_web_media_source_get_ready_state (source_.get ())
      == GST_WEB_READY_STATE_ENDED)
    return Status::ok;
  return result (gst_web_media_source_end_of_stream (
      source_.get (), GST_WEB_END_OF_STREAM_ERROR_NONE, error));
}

void
Appender::flush ()
{
  head_ = nullptr;
  held_.clear ();
  ending_ = false;
  failed_ = false;
  {
    MutexLocker locker (lock_);
    if (!stopping_) // that is for good
      allow_locked ();
  }
  if (!running_)
    return;
  group_->set_ended (*member_, false);
  reopen ();
  gst_web_source_buffer_abort (buffer_.get (), nullptr);
}

} // namespace webmedia::elements
