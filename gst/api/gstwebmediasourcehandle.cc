// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/mse.hh"

using namespace webmedia;

/**
 * GstWebMediaSourceHandle:
 *
 * What a worker thread gives away so that another thread can play its
 * #GstWebMediaSource: the web's
 * [MediaSourceHandle](https://www.w3.org/TR/media-source-2/#mediasourcehandle).
 *
 * Put it in the transfer list of gst_web_message_port_post_message(); the
 * receiver sets the handle that it gets as the `handle` property of an
 * `msebin` or `msesrc` element. It can be transferred once, and not after it
 * was given to an element; a media source is attached by a handle once, ever,
 * and by its name no more once the handle was transferred or given away.
 *
 * It has no methods. Any thread may use it.
 */
struct _GstWebMediaSourceHandle {
  GstObject parent;
  std::shared_ptr<mse::MediaSourceHandle> *engine;
};

G_DEFINE_FINAL_TYPE (
    GstWebMediaSourceHandle, gst_web_media_source_handle, GST_TYPE_OBJECT)

static void
gst_web_media_source_handle_finalize (GObject *object)
{
  delete GST_WEB_MEDIA_SOURCE_HANDLE (object)->engine;
  G_OBJECT_CLASS (gst_web_media_source_handle_parent_class)->finalize (object);
}

static void
gst_web_media_source_handle_class_init (GstWebMediaSourceHandleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_web_media_source_handle_finalize;
}

// One that nobody gave a media source to is like one that was transferred.
static void
gst_web_media_source_handle_init (GstWebMediaSourceHandle *self)
{
  self->engine = new std::shared_ptr<mse::MediaSourceHandle> (
      std::make_shared<mse::MediaSourceHandle> (nullptr));
}

std::shared_ptr<mse::MediaSourceHandle>
webmedia::engine_of (GstWebMediaSourceHandle *self)
{
  return *self->engine;
}

std::shared_ptr<Transferable>
webmedia::peek_media_source_handle (GObject *object)
{
  return engine_of (GST_WEB_MEDIA_SOURCE_HANDLE (object));
}

Ptr<GObject>
webmedia::wrap_media_source_handle (std::shared_ptr<Transferable> handle)
{
  auto self = GST_WEB_MEDIA_SOURCE_HANDLE (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_MEDIA_SOURCE_HANDLE, nullptr)));
  *self->engine =
      std::static_pointer_cast<mse::MediaSourceHandle> (std::move (handle));
  return Ptr<GObject>::adopt (G_OBJECT (self));
}
