// SPDX-License-Identifier: LGPL-2.1-or-later
// This project's library, by its public API: parsed, processed and stored when
// an append returns, and its events emitted.
#include "bench/contender.hh"

#include "api/bridge.hh"
#include "base/ptr.hh"

#include <gst/webmedia/webmedia.h>

using webmedia::Ptr;

namespace bench {

namespace {

// A media source that is attached as an element would, with no pipeline.
class Source {
public:
  explicit Source (const Media &media)
      : source_ (Ptr<GstWebMediaSource>::adopt (gst_web_media_source_new ()))
  {
    GstWebMediaSourceHandle *handle =
        gst_web_media_source_get_handle (source_.get ());
    if (!gst_web_bridge_attach (G_OBJECT (handle), &player_, &error_))
      return;
    if (!gst_web_media_source_wait_open (source_.get (), nullptr, &error_))
      return;
    buffer_ =
        Ptr<GstWebSourceBuffer>::adopt (gst_web_media_source_add_source_buffer (
            source_.get (), media.type.c_str (), &error_));
    if (buffer_)
      g_signal_connect (buffer_.get (), "updateend",
          G_CALLBACK (+[] (GstWebSourceBuffer *, gpointer self) {
            static_cast<Source *> (self)->updates_++;
          }),
          this);
  }
  ~Source () { g_clear_error (&error_); }
  Source (const Source &) = delete;
  Source &operator= (const Source &) = delete;

  explicit operator bool () const { return bool (buffer_); }

  bool append (Bytes bytes)
  {
    auto data = Ptr<GstBuffer>::adopt (wrap_bytes (bytes));
    return gst_web_source_buffer_append_buffer_sync (
        buffer_.get (), data.get (), &error_);
  }

  bool end ()
  {
    return gst_web_media_source_end_of_stream (
        source_.get (), GST_WEB_END_OF_STREAM_ERROR_NONE, &error_);
  }

  std::string failure () const { return error_ ? error_->message : ""; }
  size_t updates () const { return updates_; }
  webmedia::mse::Player &player () { return *player_; }

private:
  std::shared_ptr<webmedia::mse::Player> player_;
  Ptr<GstWebMediaSource> source_;
  Ptr<GstWebSourceBuffer> buffer_;
  GError *error_ = nullptr;
  size_t updates_ = 0;
};

class Webmedia final : public Contender {
public:
  const char *name () const override { return "webmedia"; }

  Round run (const Work &work) override
  {
    Round round;
    Source source (*work.media);
    if (source)
      time_appends (work, round,
          [&source] (Bytes bytes, size_t) { return source.append (bytes); });
    round.failure = source.failure ();
    if (round.failure.empty () && source.updates () != work.appends.size ())
      round.failure = "not one updateend for each append";
    return round;
  }

  int64_t peak_memory (const Work &work) override
  {
    return peak_memory_in_child (*this, work);
  }
};

// How much of a frame lies outside of the appended bytes.
size_t
bytes_outside (GstBuffer *buffer, const std::vector<uint8_t> &appended)
{
  size_t outside = 0;
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    GstMapInfo map;
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);
    if (!gst_memory_map (memory, &map, GST_MAP_READ))
      continue;
    if (map.data < appended.data ()
        || map.data + map.size > appended.data () + appended.size ())
      outside += map.size;
    gst_memory_unmap (memory, &map);
  }
  return outside;
}

} // namespace

std::string
check_stored (const Work &work, double &copied)
{
  Source source (*work.media);
  for (Bytes bytes : work.appends)
    if (!source || !source.append (bytes))
      return source.failure ();
  if (!source.end ())
    return source.failure ();

  size_t frames = 0, outside = 0, size = 0;
  for (const auto &track : source.player ().tracks ()) {
    auto reader = source.player ().open (track.id, 0);
    for (;;) {
      auto read = reader->read ();
      if (read.status != webmedia::mse::Reader::Status::frame)
        break;
      frames++;
      size += gst_buffer_get_size (read.buffer.get ());
      outside += bytes_outside (read.buffer.get (), work.media->bytes);
    }
  }
  copied = size > 0 ? double (outside) / double (size) : 0;
  if (frames != work.frames)
    return "stored " + std::to_string (frames) + " frames of "
           + std::to_string (work.frames);
  return "";
}

std::unique_ptr<Contender>
make_webmedia ()
{
  return std::make_unique<Webmedia> ();
}

} // namespace bench
