// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/devices.hh"
#include "base/weak-ref.hh"
#include "devices/variant.hh"

using namespace webmedia;
using devices::MediaDevices;

namespace {

struct State {
  Ptr<GstDeviceMonitor> monitor;
  std::string salt;
  std::shared_ptr<TaskQueue> tasks = TaskQueue::create ();
  std::shared_ptr<MediaDevices> engine;
  std::string echo_probe; // guarded by the object lock
};

} // namespace

/**
 * GstWebMediaDevices:
 *
 * The cameras, microphones and speakers of this machine: the web's
 * [MediaDevices](https://w3c.github.io/mediacapture-main/#mediadevices).
 *
 * It is made once, and kept: from then on it watches devices come and go.
 * Signals are emitted in the main context that was thread-default when the
 * object was made. All methods can be called from any thread.
 *
 * An application is told everything, unless it sets a
 * #GstWebMediaDevices:permission-policy. Then the web's rules hold: before a
 * device of a kind is captured, at most one of that kind is listed, without its
 * ids and its name.
 *
 * When the last reference goes, the monitor is stopped. One that has not
 * started yet, as a sound server hangs, is stopped when it has: nobody waits
 * for that.
 */
struct _GstWebMediaDevices {
  GstObject parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (GstWebMediaDevices, gst_web_media_devices, GST_TYPE_OBJECT)

enum { PROP_MONITOR = 1, PROP_SALT, PROP_PERMISSION_POLICY, PROP_ECHO_PROBE };
enum { SIGNAL_DEVICECHANGE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
gst_web_media_devices_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_MEDIA_DEVICES (object);
  switch (id) {
  case PROP_MONITOR:
    g_value_set_object (value, self->state->monitor.get ());
    break;
  case PROP_SALT:
    g_value_set_string (value, self->state->salt.c_str ());
    break;
  case PROP_PERMISSION_POLICY:
    g_value_take_object (
        value, gst_web_media_devices_get_permission_policy (self));
    break;
  case PROP_ECHO_PROBE:
    g_value_take_string (value, gst_web_media_devices_get_echo_probe (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_web_media_devices_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_MEDIA_DEVICES (object);
  switch (id) {
  case PROP_MONITOR:
    self->state->monitor = Ptr<GstDeviceMonitor>::share (
        static_cast<GstDeviceMonitor *> (g_value_get_object (value)));
    break;
  case PROP_SALT:
    if (const char *salt = g_value_get_string (value))
      self->state->salt = salt;
    // DEVIATION: another application can guess that.
    else if (const char *name = g_get_prgname ())
      self->state->salt = name;
    break;
  case PROP_PERMISSION_POLICY:
    gst_web_media_devices_set_permission_policy (self,
        static_cast<GstWebPermissionPolicy *> (g_value_get_object (value)));
    break;
  case PROP_ECHO_PROBE:
    gst_web_media_devices_set_echo_probe (self, g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_web_media_devices_constructed (GObject *object)
{
  G_OBJECT_CLASS (gst_web_media_devices_parent_class)->constructed (object);
  auto self = GST_WEB_MEDIA_DEVICES (object);
  State &state = *self->state;
  if (!state.monitor)
    state.monitor = devices::monitor_of_all ();
  state.engine = MediaDevices::create (
      state.tasks,
      [weak = WeakRef<GstWebMediaDevices>::create (self)] (
          devices::DeviceChange change) {
        if (auto target = weak->lock ()) {
          auto event = wrap_device_change (std::move (change));
          g_signal_emit (
              target.get (), signals[SIGNAL_DEVICECHANGE], 0, event.get ());
        }
      },
      [&state] (std::shared_ptr<devices::DeviceListObserver> observer) {
        return devices::watch_devices (
            state.monitor, state.salt, std::move (observer));
      },
      devices::make_device_opener ());
}

static void
gst_web_media_devices_finalize (GObject *object)
{
  delete GST_WEB_MEDIA_DEVICES (object)->state;
  G_OBJECT_CLASS (gst_web_media_devices_parent_class)->finalize (object);
}

static void
gst_web_media_devices_class_init (GstWebMediaDevicesClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_media_devices_get_property;
  object_class->set_property = gst_web_media_devices_set_property;
  object_class->constructed = gst_web_media_devices_constructed;
  object_class->finalize = gst_web_media_devices_finalize;
  auto once = GParamFlags (
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * GstWebMediaDevices:monitor: (getter get_monitor)
   *
   * Whose filters say which devices there are. It is started and stopped, and
   * its bus is read, by the objects that have it, and nothing else: on threads
   * of their own. GStreamer tells one monitor of a process of what comes and
   * goes, the newest: so several objects share one, and an application has none
   * beside it. Without one, all microphones, cameras and speakers of all
   * providers are listed, by a monitor that all such objects share; this is
   * never %NULL. Where it does not start, the log says so, and there are no
   * devices. The web has none: its
   * [MediaDevices](https://w3c.github.io/mediacapture-main/#mediadevices) knows
   * all devices of the system.
   */
  g_object_class_install_property (object_class, PROP_MONITOR,
      g_param_spec_object ("monitor", "Monitor",
          "Whose filters say which devices there are", GST_TYPE_DEVICE_MONITOR,
          once));
  /**
   * GstWebMediaDevices:salt: (getter get_salt)
   *
   * What ids of devices are made with: with another salt each device has
   * another id. It is the name of the program unless it is set. Who shows the
   * ids to content of others gives each origin a secret salt of its own, and
   * keeps it.
   */
  g_object_class_install_property (object_class, PROP_SALT,
      g_param_spec_string (
          "salt", "Salt", "What ids of devices are made with", nullptr, once));
  // clang-format off
  /**
   * GstWebMediaDevices:permission-policy: (getter get_permission_policy) (setter set_permission_policy)
   *
   * What may be known and used; %NULL: everything.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_PERMISSION_POLICY,
      g_param_spec_object ("permission-policy", "Permission policy",
          "What may be known and used", GST_TYPE_WEB_PERMISSION_POLICY,
          GParamFlags (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                       | G_PARAM_STATIC_STRINGS)));
  // clang-format off
  /**
   * GstWebMediaDevices:echo-probe: (getter get_echo_probe) (setter set_echo_probe)
   *
   * The name of a `webrtcechoprobe` in the pipeline that plays sound. With one,
   * microphones that are opened from then on can cancel its echo, and
   * `echoCancellation` can be true; without one it is false.
   */
  // clang-format on
  g_object_class_install_property (object_class, PROP_ECHO_PROBE,
      g_param_spec_string ("echo-probe", "Echo probe",
          "The name of the webrtcechoprobe that hears what is played", nullptr,
          GParamFlags (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                       | G_PARAM_STATIC_STRINGS)));

  /**
   * GstWebMediaDevices::devicechange:
   * @self: the devices
   * @event: what is there now
   *
   * Other devices are listed than before, or in another order, as another one
   * is the default. Devices that come and go together are told of together.
   */
  signals[SIGNAL_DEVICECHANGE] = g_signal_new ("devicechange",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, nullptr, nullptr,
      nullptr, G_TYPE_NONE, 1, GST_TYPE_WEB_DEVICE_CHANGE_EVENT);
}

static void
gst_web_media_devices_init (GstWebMediaDevices *self)
{
  self->state = new State;
}

const std::shared_ptr<MediaDevices> &
webmedia::engine_of (GstWebMediaDevices *self)
{
  return self->state->engine;
}

const std::shared_ptr<TaskQueue> &
webmedia::tasks_of (GstWebMediaDevices *self)
{
  return self->state->tasks;
}

/**
 * gst_web_media_devices_new:
 *
 * Returns: (transfer full): the devices of this machine; events go to the main
 *     context that is thread-default now
 */
GstWebMediaDevices *
gst_web_media_devices_new (void)
{
  return gst_web_media_devices_new_with_monitor (nullptr, nullptr);
}

/**
 * gst_web_media_devices_new_with_monitor:
 * @monitor: (nullable): see #GstWebMediaDevices:monitor
 * @salt: (nullable): see #GstWebMediaDevices:salt
 *
 * Starts @monitor, which it keeps a reference of, and waits for nothing: the
 * first call that needs devices waits. May be called from any thread.
 *
 * Returns: (transfer full): the devices that @monitor has; events go to the
 *     main context that is thread-default now
 */
GstWebMediaDevices *
gst_web_media_devices_new_with_monitor (
    GstDeviceMonitor *monitor, const gchar *salt)
{
  g_return_val_if_fail (
      monitor == nullptr || GST_IS_DEVICE_MONITOR (monitor), nullptr);
  return GST_WEB_MEDIA_DEVICES (gst_object_ref_sink (g_object_new (
      GST_TYPE_WEB_MEDIA_DEVICES, "monitor", monitor, "salt", salt, nullptr)));
}

/**
 * gst_web_media_devices_get_monitor:
 * @self: the devices
 *
 * Returns: (transfer none): whose filters say which devices there are: what it
 *     was made with, or that which is shared. It lasts as long as @self
 */
GstDeviceMonitor *
gst_web_media_devices_get_monitor (GstWebMediaDevices *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICES (self), nullptr);
  return self->state->monitor.get ();
}

/**
 * gst_web_media_devices_get_salt:
 * @self: the devices
 *
 * Returns: what ids of devices are made with
 */
const gchar *
gst_web_media_devices_get_salt (GstWebMediaDevices *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICES (self), nullptr);
  return self->state->salt.c_str ();
}

/**
 * gst_web_media_devices_get_permission_policy:
 * @self: the devices
 *
 * Returns: (transfer full) (nullable): what may be known and used; %NULL:
 *     everything
 */
GstWebPermissionPolicy *
gst_web_media_devices_get_permission_policy (GstWebMediaDevices *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICES (self), nullptr);
  auto policy = engine_of (self)->policy ();
  return Ptr<GstWebPermissionPolicy>::share (unwrap_policy (policy.get ()))
      .release ();
}

/**
 * gst_web_media_devices_set_permission_policy:
 * @self: the devices
 * @policy: (nullable): what may be known and used; %NULL: everything
 *
 * Holds from the next enumeration and the next `devicechange` on. What @policy
 * revokes ends from then on. What it has muted is muted, and what only the one
 * before it had is not any more, when this returns; a device that was let go of
 * meanwhile is taken again. A reference of @policy is kept. May be called from
 * any thread.
 */
void
gst_web_media_devices_set_permission_policy (
    GstWebMediaDevices *self, GstWebPermissionPolicy *policy)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_DEVICES (self));
  g_return_if_fail (policy == nullptr || GST_IS_WEB_PERMISSION_POLICY (policy));
  engine_of (self)->set_policy (wrap_policy (policy, engine_of (self)));
  g_object_notify (G_OBJECT (self), "permission-policy");
}

/**
 * gst_web_media_devices_get_echo_probe:
 * @self: the devices
 *
 * Returns: (transfer full) (nullable): the name of the `webrtcechoprobe` that
 *     hears what is played
 */
gchar *
gst_web_media_devices_get_echo_probe (GstWebMediaDevices *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICES (self), nullptr);
  GST_OBJECT_LOCK (self);
  std::string name = self->state->echo_probe;
  GST_OBJECT_UNLOCK (self);
  return name.empty () ? nullptr : g_strdup (name.c_str ());
}

/**
 * gst_web_media_devices_set_echo_probe:
 * @self: the devices
 * @name: (nullable): the name of the `webrtcechoprobe` that hears what is
 *     played; %NULL: there is none
 *
 * Holds for microphones that are opened from then on.
 */
void
gst_web_media_devices_set_echo_probe (
    GstWebMediaDevices *self, const gchar *name)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_DEVICES (self));
  std::string next = name ? name : "";
  GST_OBJECT_LOCK (self);
  self->state->echo_probe = next;
  GST_OBJECT_UNLOCK (self);
  engine_of (self)->opener ().set_echo_probe (std::move (next));
  g_object_notify (G_OBJECT (self), "echo-probe");
}

/**
 * gst_web_media_devices_get_supported_constraints:
 * @self: the devices
 *
 * The web's
 * [getSupportedConstraints()](https://w3c.github.io/mediacapture-main/#dom-mediadevices-getsupportedconstraints).
 *
 * Returns: (transfer full): an `a{sv}` with a member that is true for each
 *     constraint that is known; others are ignored
 */
GVariant *
gst_web_media_devices_get_supported_constraints (GstWebMediaDevices *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICES (self), nullptr);
  return devices::supported_constraints ().release ();
}
