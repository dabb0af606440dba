// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/frame-reading.hh"

#include "base/wake-on-cancel.hh"

using namespace webmedia;
using stream::FrameReader;

Ptr<GstSample>
webmedia::read_frame (
    FrameReader &reader, GCancellable *cancellable, GError **error)
{
  WakeOnCancel wake (cancellable, [&reader] { reader.wake_waits (); });
  auto frame = reader.read (
      [cancellable] { return g_cancellable_is_cancelled (cancellable); });
  if (frame)
    return std::move (*frame);
  g_cancellable_set_error_if_cancelled (cancellable, error);
  return nullptr;
}

namespace {

// A read that was cancelled while it waited.
struct Cancel {
  Ptr<GTask> task;
  std::shared_ptr<FrameReader> reader;
  uint64_t id;

  static gboolean on_cancelled (GCancellable *, gpointer self)
  {
    static_cast<Cancel *> (self)->run ();
    return G_SOURCE_REMOVE;
  }
  void run ()
  {
    if (reader->cancel (id))
      g_task_return_error_if_cancelled (task.get ());
  }
};

// Destroyed by whoever ends the read first, on any thread.
class CancelSource {
public:
  CancelSource (GCancellable *cancellable, const Cancel &cancel)
  {
    if (!cancellable)
      return;
    source_ = g_cancellable_source_new (cancellable);
    auto callback = Cancel::on_cancelled;
    g_source_set_callback (source_, G_SOURCE_FUNC (callback),
        new Cancel (cancel),
        [] (gpointer self) { delete static_cast<Cancel *> (self); });
    g_source_attach (source_, g_task_get_context (cancel.task.get ()));
  }
  ~CancelSource ()
  {
    if (!source_)
      return;
    g_source_destroy (source_);
    g_source_unref (source_);
  }
  CancelSource (const CancelSource &) = delete;
  CancelSource &operator= (const CancelSource &) = delete;

private:
  GSource *source_ = nullptr;
};

} // namespace

void
webmedia::read_frame_async (
    std::shared_ptr<FrameReader> reader, Ptr<GTask> task, FrameDone done)
{
  GCancellable *cancellable = g_task_get_cancellable (task.get ());
  Cancel cancel{task, reader, reader->new_id ()};
  auto source = std::make_shared<CancelSource> (cancellable, cancel);
  reader->request (
      cancel.id, [task, reader, source, done] (Ptr<GstSample> frame) {
        done (task.get (), std::move (frame));
      });
  // Before the request was known, nothing could cancel it.
  if (g_cancellable_is_cancelled (cancellable))
    cancel.run ();
}

void
webmedia::return_frame (GTask *task, Ptr<GstSample> frame)
{
  g_task_return_pointer (
      task, frame.release (), GDestroyNotify (gst_mini_object_unref));
}
