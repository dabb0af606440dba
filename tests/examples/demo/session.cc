// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session.hh"

namespace demo {

Session::Session (const Presentation &presentation, const Script &script,
    double begin, bool show, Terminal &terminal)
    : presentation_ (presentation),
      script_ (script),
      begin_ (begin),
      terminal_ (terminal),
      player_ (begin, show)
{
  timeline_.name = presentation.name;
  timeline_.description = presentation.description;
  timeline_.duration = presentation.duration;
  for (const Stream &stream : presentation.streams) {
    StreamRecord record{stream.name, {}, {}, {}, {}};
    for (const Quality &quality : stream.qualities)
      record.qualities.push_back (quality.name);
    timeline_.streams.push_back (std::move (record));
  }

  Ptr<GstWebMessageChannel> channel (gst_web_message_channel_new ());
  port_ = share (gst_web_message_channel_get_port1 (channel.get ()));
  g_signal_connect (port_.get (), "message", G_CALLBACK (on_message), this);
  gst_web_message_port_start (port_.get ());
  worker_ = std::make_unique<Worker> (presentation, script.plan,
      share (gst_web_message_channel_get_port2 (channel.get ())));
}

Session::~Session ()
{
  g_signal_handlers_disconnect_by_data (port_.get (), this);
  gst_web_message_port_close (port_.get ());
}

// The first message brings the handle, the others tell what the worker did.
void
Session::on_message (
    GstWebMessagePort *, GstWebMessageEvent *event, gpointer data)
{
  auto self = static_cast<Session *> (data);
  GPtrArray *transferred = gst_web_message_event_get_transferred (event);
  if (transferred->len == 0) {
    self->on_report (
        Report::from_variant (gst_web_message_event_get_data (event)));
    return;
  }
  self->log ("the handle of a MediaSource has arrived: play it");
  std::string problem = self->player_.play (
      GST_WEB_MEDIA_SOURCE_HANDLE (g_ptr_array_index (transferred, 0)));
  if (!problem.empty ())
    self->fail (problem);
}

void
Session::on_report (const Report &report)
{
  if (report.what == "error") {
    fail ("worker: " + report.text);
    return;
  }
  StreamRecord &stream = timeline_.streams[report.stream];
  const char *name = stream.name.c_str ();
  const char *quality = stream.qualities[report.quality].c_str ();
  double wall = report.wall - begin_;
  stream.snapshots.push_back ({wall, report.buffered});

  if (report.what == "init") {
    log (format ("append %s init segment, %s, %zu B in %.0f µs", name, quality,
        report.bytes, report.micros));
    if (report.quality > 0)
      timeline_.marks.push_back (
          {wall, format ("%s goes on in %s", name, quality)});
  } else if (report.what == "append") {
    log (format ("append %s %d, %s, %.1f–%.1f s, %.0f kB in %.0f µs", name,
        report.segment, quality, report.range.start, report.range.end,
        double (report.bytes) / 1000, report.micros));
    if (!stream.appends.empty ()
        && report.segment == stream.appends.back ().segment - 1)
      timeline_.marks.push_back (
          {wall, format ("%s %d appended after %d", name, report.segment,
                     report.segment + 1)});
    stream.appends.push_back (
        {wall, report.segment, report.quality, report.range});
  } else if (report.what == "remove") {
    log (format ("remove %s %.1f–%.1f s, behind the playhead", name,
        report.range.start, report.range.end));
    stream.removals.push_back ({wall, report.range});
  } else if (report.what == "end" && report.stream == 0) {
    log ("end of stream: all is appended");
    timeline_.marks.push_back ({wall, "endOfStream"});
  }
}

void
Session::tick ()
{
  if (over_)
    return;
  player_.collect (timeline_);
  std::string problem;
  if (player_.is_over (problem)) {
    player_.collect (timeline_);
    timeline_.end_wall = timeline_.video.empty ()
                             ? monotonic () - begin_
                             : timeline_.video.back ().wall;
    if (problem.empty ())
      log ("played to the end");
    else
      fail (problem);
    over_ = true;
    return;
  }

  if (!sought_ && player_.position () >= script_.seek_at) {
    sought_ = true;
    Seek seek{monotonic () - begin_, player_.position (), script_.seek_to};
    log (format ("seek from %.2f to %.2f s", seek.from, seek.to));
    timeline_.seeks.push_back (seek);
    timeline_.marks.push_back (
        {seek.wall, format ("seek %.1f → %.1f s", seek.from, seek.to)});
    player_.seek (script_.seek_to);
  }
  gst_web_message_port_post_message (port_.get (),
      g_variant_new ("(d)", player_.position ()), nullptr, 0, nullptr);
}

Progress
Session::progress () const
{
  Progress progress{presentation_.name, player_.position (),
      presentation_.duration, player_.seeking (), over_, {}};
  for (const StreamRecord &stream : timeline_.streams)
    progress.buffered.push_back (stream.snapshots.empty ()
                                     ? std::vector<Range> ()
                                     : stream.snapshots.back ().buffered);
  return progress;
}

void
Session::log (const std::string &text)
{
  terminal_.log (monotonic () - begin_, presentation_.name, text);
}

void
Session::fail (const std::string &reason)
{
  log ("error: " + reason);
  error_ = presentation_.name + ": " + reason;
  over_ = true;
}

} // namespace demo
