// SPDX-License-Identifier: LGPL-2.1-or-later
#include "user-media.hh"

#include <gst/webmedia/gstweberror.h>

namespace webmedia::elements {

namespace {

// As an element's error message says it.
int
code_of (const GError *error)
{
  if (error->domain != GST_WEB_ERROR)
    return GST_RESOURCE_ERROR_FAILED;
  switch (error->code) {
  case GST_WEB_ERROR_NOT_FOUND:
    return GST_RESOURCE_ERROR_NOT_FOUND;
  case GST_WEB_ERROR_NOT_ALLOWED:
    return GST_RESOURCE_ERROR_NOT_AUTHORIZED;
  case GST_WEB_ERROR_NOT_READABLE:
    return GST_RESOURCE_ERROR_BUSY;
  case GST_WEB_ERROR_OVERCONSTRAINED:
  case GST_WEB_ERROR_TYPE:
    return GST_RESOURCE_ERROR_SETTINGS;
  default:
    return GST_RESOURCE_ERROR_OPEN_READ;
  }
}

void
post_error (GstElement *element, const GError *error)
{
  gst_element_message_full (element, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR,
      code_of (error), g_strdup (error->message),
      g_strdup ("it was to open what the property constraints says"), __FILE__,
      GST_FUNCTION, __LINE__);
}

} // namespace

// What is open, or being opened: then it outlives stop(), where the user or a
// device is still waited for.
// Threads: its functions are called with the element's state lock.
class UserMedia::Session {
public:
  Session (Wanted what, Ptr<GstWebMediaStream> stream)
      : wanted (std::move (what)),
        stream_ (std::move (stream))
  {
    gst_web_bridge_track_set (stream_.get (), &set_);
  }

  // All at once for who looks with the state lock.
  void add (std::vector<std::shared_ptr<stream::TrackView>> tracks)
  {
    tracks_ = std::move (tracks);
    for (const auto &track : tracks_)
      set_->add (track);
  }
  // The application hears of it elsewhere: it may not be called here.
  void end ()
  {
    is_over_ = true;
    for (const auto &track : std::exchange (tracks_, {})) {
      gst_web_bridge_stop_track (track);
      set_->remove (track);
    }
  }
  bool is_over () const { return is_over_; }

  const Wanted wanted;
  const Ptr<GCancellable> cancellable =
      Ptr<GCancellable>::adopt (g_cancellable_new ());

private:
  const Ptr<GstWebMediaStream> stream_;
  std::shared_ptr<stream::TrackSet> set_;
  std::vector<std::shared_ptr<stream::TrackView>> tracks_;
  bool is_over_ = false;
};

void
install_user_media_settings (GObjectClass *klass)
{
  auto flags = GParamFlags (
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  g_object_class_install_property (klass, SETTING_CONSTRAINTS,
      g_param_spec_string ("constraints", "Constraints",
          "Which microphone and camera to open, as the JSON that getUserMedia "
          "takes: {\"audio\":true,\"video\":{\"width\":{\"ideal\":1280}}}. "
          "They "
          "are open from PAUSED on, and their tracks are added to the stream, "
          "which need not be set then (default: none)",
          nullptr, flags));
  g_object_class_install_property (klass, SETTING_MEDIA_DEVICES,
      g_param_spec_object ("media-devices", "Media devices",
          "What `constraints` select from: it has the permission policy. "
          "Without one, all devices of this machine are there, and are "
          "permitted",
          GST_TYPE_WEB_MEDIA_DEVICES, flags));
}

UserMedia::Wanted
UserMedia::copy () const
{
  GST_OBJECT_LOCK (element_);
  Wanted known = wanted_;
  GST_OBJECT_UNLOCK (element_);
  return known;
}

void
UserMedia::set_property (guint id, const GValue *value)
{
  if (id == SETTING_CONSTRAINTS)
    change_setting (element_, wanted_.constraints, string_of (value));
  else
    change_setting (element_, wanted_.devices,
        Ptr<GstWebMediaDevices>::share (
            static_cast<GstWebMediaDevices *> (g_value_get_object (value))));
}

void
UserMedia::get_property (guint id, GValue *value) const
{
  Wanted known = copy ();
  if (id == SETTING_CONSTRAINTS)
    g_value_set_string (value,
        known.constraints.empty () ? nullptr : known.constraints.c_str ());
  else
    g_value_set_object (value, known.devices.get ());
}

// One for all elements that were given none, for as long as the process: its
// devices share what they open, and PipeWire's provider can't be stopped
// safely.
static Ptr<GstWebMediaDevices>
default_devices ()
{
  static GstWebMediaDevices *const devices = gst_web_media_devices_new ();
  return Ptr<GstWebMediaDevices>::share (devices);
}

// On a thread of GStreamer's, with no lock: it may wait for the user.
void
UserMedia::open (GstElement *element, Session &session)
{
  auto devices =
      session.wanted.devices ? session.wanted.devices : default_devices ();
  std::vector<std::shared_ptr<stream::TrackView>> tracks;
  GError *error = nullptr;
  gst_web_bridge_get_user_media (devices.get (),
      session.wanted.constraints.c_str (), session.cancellable.get (), &tracks,
      &error);
  GST_STATE_LOCK (element);
  bool is_late = session.is_over ();
  if (!is_late)
    session.add (tracks);
  GST_STATE_UNLOCK (element);
  if (is_late)
    for (const auto &track : tracks)
      gst_web_bridge_stop_track (track);
  else if (error)
    post_error (element, error);
  g_clear_error (&error);
}

bool
UserMedia::check () const
{
  Wanted wanted = copy ();
  GError *error = nullptr;
  if (!wanted.constraints.empty ()
      && !gst_web_bridge_check_user_media (
          wanted.constraints.c_str (), &error)) {
    post_error (element_, error);
    g_clear_error (&error);
    return false;
  }
  return true;
}

void
UserMedia::start (const Ptr<GstWebMediaStream> &stream)
{
  Wanted wanted = copy ();
  if (wanted.constraints.empty ())
    return;
  session_ = std::make_shared<Session> (wanted, stream);
  gst_element_call_async (
      element_,
      [] (GstElement *element, gpointer data) {
        open (element, **static_cast<std::shared_ptr<Session> *> (data));
      },
      new std::shared_ptr<Session> (session_),
      [] (gpointer data) {
        delete static_cast<std::shared_ptr<Session> *> (data);
      });
}

void
UserMedia::stop ()
{
  auto session = std::move (session_);
  if (!session)
    return;
  session->end ();
  // Whose handlers, the application's among them, are called with no lock held.
  gst_element_call_async (
      element_,
      [] (GstElement *, gpointer cancellable) {
        g_cancellable_cancel (G_CANCELLABLE (cancellable));
      },
      g_object_ref (session->cancellable.get ()), g_object_unref);
}

} // namespace webmedia::elements
