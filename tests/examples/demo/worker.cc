// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worker.hh"

#include "appender.hh"

namespace demo {

namespace {

struct Job {
  const Presentation &presentation;
  Plan plan;
  Ptr<GstWebMessagePort> port;
  Ptr<GCancellable> cancellable;
};

// The thread: sends the handle, waits to be played, then appends a little
// after each message. It has no main loop; every call blocks until it is done.
void
work (const Job &job)
{
  GstWebMessagePort *port = job.port.get ();
  GCancellable *cancellable = job.cancellable.get ();
  GError *error = nullptr;
  Ptr<GstWebMediaSource> source (gst_web_media_source_new ());
  GObject *handle = G_OBJECT (gst_web_media_source_get_handle (source.get ()));
  bool good =
      gst_web_message_port_post_message (port, nullptr, &handle, 1, &error)
      && gst_web_media_source_wait_open (source.get (), cancellable, &error);

  Appender appender (job.presentation, job.plan, source.get (), port);
  good = good && appender.open (&error);
  while (good) {
    GError *closed = nullptr;
    Ptr<GstWebMessageEvent> event (
        gst_web_message_port_receive (port, cancellable, &closed));
    if (!event) {
      g_error_free (closed);
      break;
    }
    double playhead = 0;
    g_variant_get (
        gst_web_message_event_get_data (event.get ()), "(d)", &playhead);
    good = appender.advance (playhead, &error);
  }
  if (error) {
    Report report{
        .what = "error", .wall = monotonic (), .text = error->message};
    gst_web_message_port_post_message (
        port, report.to_variant (), nullptr, 0, nullptr);
    g_error_free (error);
  }
}

gpointer
run (gpointer data)
{
  std::unique_ptr<Job> job (static_cast<Job *> (data));
  // What arrives here belongs to this thread, not to the main loop.
  GMainContext *context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  work (*job);
  job.reset ();
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  return nullptr;
}

} // namespace

Worker::Worker (const Presentation &presentation, const Plan &plan,
    Ptr<GstWebMessagePort> port)
    : cancellable_ (g_cancellable_new ()),
      thread_ (g_thread_new (("worker-" + presentation.name).c_str (), run,
          new Job{presentation, plan, std::move (port),
              share (cancellable_.get ())}))
{}

Worker::~Worker ()
{
  g_cancellable_cancel (cancellable_.get ());
  g_thread_join (thread_);
}

GVariant *
Report::to_variant () const
{
  GVariantBuilder ranges;
  g_variant_builder_init (&ranges, G_VARIANT_TYPE ("a(dd)"));
  for (const Range &each : buffered)
    g_variant_builder_add (&ranges, "(dd)", each.start, each.end);
  return g_variant_new ("(sdiii(dd)tdsa(dd))", what.c_str (), wall, stream,
      quality, segment, range.start, range.end, guint64 (bytes), micros,
      text.c_str (), &ranges);
}

Report
Report::from_variant (GVariant *variant)
{
  Report report;
  const gchar *what, *text;
  guint64 bytes;
  GVariantIter *ranges;
  g_variant_get (variant, "(&sdiii(dd)td&sa(dd))", &what, &report.wall,
      &report.stream, &report.quality, &report.segment, &report.range.start,
      &report.range.end, &bytes, &report.micros, &text, &ranges);
  report.what = what;
  report.text = text;
  report.bytes = bytes;
  Range range;
  while (g_variant_iter_next (ranges, "(dd)", &range.start, &range.end))
    report.buffered.push_back (range);
  g_variant_iter_free (ranges);
  return report;
}

} // namespace demo
