// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/audio-worklet-node.hh"

using namespace webmedia;

/**
 * GstWebErrorEvent:
 *
 * What went wrong in code that is not the application's own, and where: the
 * web's
 * [ErrorEvent](https://html.spec.whatwg.org/multipage/webappapis.html#errorevent).
 * It does not change any more.
 */
struct _GstWebErrorEvent {
  GObject parent;
  worklet::ProcessorError *error;
};

G_DEFINE_FINAL_TYPE (GstWebErrorEvent, gst_web_error_event, G_TYPE_OBJECT)

enum { PROP_MESSAGE = 1, PROP_FILENAME, PROP_LINENO, PROP_COLNO, PROP_STACK };

static void
gst_web_error_event_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  const worklet::ProcessorError &error = *GST_WEB_ERROR_EVENT (object)->error;
  switch (id) {
  case PROP_MESSAGE:
    g_value_set_string (value, error.message.c_str ());
    break;
  case PROP_FILENAME:
    g_value_set_string (value, error.filename.c_str ());
    break;
  case PROP_LINENO:
    g_value_set_uint (value, error.line);
    break;
  case PROP_COLNO:
    g_value_set_uint (value, error.column);
    break;
  case PROP_STACK:
    g_value_set_string (value, error.stack.c_str ());
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_error_event_finalize (GObject *object)
{
  delete GST_WEB_ERROR_EVENT (object)->error;
  G_OBJECT_CLASS (gst_web_error_event_parent_class)->finalize (object);
}

static void
gst_web_error_event_class_init (GstWebErrorEventClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  const auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  object_class->get_property = gst_web_error_event_get_property;
  object_class->finalize = gst_web_error_event_finalize;

  /**
   * GstWebErrorEvent:message: (getter get_message)
   *
   * What went wrong.
   */
  g_object_class_install_property (object_class, PROP_MESSAGE,
      g_param_spec_string (
          "message", "Message", "What went wrong", nullptr, flags));
  /**
   * GstWebErrorEvent:filename: (getter get_filename)
   *
   * The file in which it did; empty: not known.
   */
  g_object_class_install_property (object_class, PROP_FILENAME,
      g_param_spec_string (
          "filename", "File name", "The file in which it did", nullptr, flags));
  /**
   * GstWebErrorEvent:lineno: (getter get_lineno)
   *
   * The line, from 1 on; 0: not known.
   */
  g_object_class_install_property (object_class, PROP_LINENO,
      g_param_spec_uint (
          "lineno", "Line", "The line, from 1 on", 0, G_MAXUINT, 0, flags));
  /**
   * GstWebErrorEvent:colno: (getter get_colno)
   *
   * The column, from 1 on; 0: not known.
   */
  g_object_class_install_property (object_class, PROP_COLNO,
      g_param_spec_uint (
          "colno", "Column", "The column, from 1 on", 0, G_MAXUINT, 0, flags));
  /**
   * GstWebErrorEvent:stack: (getter get_stack)
   *
   * The functions that were called; empty: not known.
   */
  g_object_class_install_property (object_class, PROP_STACK,
      g_param_spec_string (
          "stack", "Stack", "The functions that were called", nullptr, flags));
}

static void
gst_web_error_event_init (GstWebErrorEvent *self)
{
  self->error = new worklet::ProcessorError;
}

Ptr<GstWebErrorEvent>
webmedia::wrap_error (const worklet::ProcessorError &error)
{
  auto self = Ptr<GstWebErrorEvent>::adopt (
      GST_WEB_ERROR_EVENT (g_object_new (GST_TYPE_WEB_ERROR_EVENT, nullptr)));
  *self->error = error;
  return self;
}

/**
 * gst_web_error_event_get_message:
 * @self: an event
 *
 * https://html.spec.whatwg.org/multipage/webappapis.html#dom-errorevent-message
 *
 * Returns: what went wrong
 */
const gchar *
gst_web_error_event_get_message (GstWebErrorEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_ERROR_EVENT (self), nullptr);
  return self->error->message.c_str ();
}

/**
 * gst_web_error_event_get_filename:
 * @self: an event
 *
 * https://html.spec.whatwg.org/multipage/webappapis.html#dom-errorevent-filename
 *
 * Returns: the file in which it did; empty: not known
 */
const gchar *
gst_web_error_event_get_filename (GstWebErrorEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_ERROR_EVENT (self), nullptr);
  return self->error->filename.c_str ();
}

/**
 * gst_web_error_event_get_lineno:
 * @self: an event
 *
 * https://html.spec.whatwg.org/multipage/webappapis.html#dom-errorevent-lineno
 *
 * Returns: the line, from 1 on; 0: not known
 */
guint
gst_web_error_event_get_lineno (GstWebErrorEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_ERROR_EVENT (self), 0);
  return self->error->line;
}

/**
 * gst_web_error_event_get_colno:
 * @self: an event
 *
 * https://html.spec.whatwg.org/multipage/webappapis.html#dom-errorevent-colno
 *
 * Returns: the column, from 1 on; 0: not known
 */
guint
gst_web_error_event_get_colno (GstWebErrorEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_ERROR_EVENT (self), 0);
  return self->error->column;
}

/**
 * gst_web_error_event_get_stack:
 * @self: an event
 *
 * The `stack` of the web's `error`, which is an object of the language there.
 *
 * Returns: the functions that were called; empty: not known
 */
const gchar *
gst_web_error_event_get_stack (GstWebErrorEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_ERROR_EVENT (self), nullptr);
  return self->error->stack.c_str ();
}
