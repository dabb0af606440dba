// SPDX-License-Identifier: LGPL-2.1-or-later
// Devices as an application sees them: with a provider of the test's own.
#include "api/bridge.hh"
#include "support/check.hh"
#include "support/test-devices.hh"

#include <gst/webmedia/webmedia.h>

#include <string>
#include <thread>
#include <vector>

using namespace webmedia;
using namespace webmedia::test;

// A policy whose answers are words: "prompt", "granted", "denied", or "not" for
// what is not allowed.
struct TestPolicy {
  GObject parent;
  const char *camera;
  const char *microphone;
};
struct TestPolicyClass {
  GObjectClass parent;
};

static const char *
answer_of (GstWebPermissionPolicy *policy, const char *name)
{
  auto self = reinterpret_cast<TestPolicy *> (policy);
  return g_str_equal (name, "camera")       ? self->camera
         : g_str_equal (name, "microphone") ? self->microphone
                                            : "granted";
}

static GstWebPermissionState
test_policy_query (GstWebPermissionPolicy *self, const gchar *name)
{
  const char *answer = answer_of (self, name);
  return g_str_equal (answer, "granted")  ? GST_WEB_PERMISSION_STATE_GRANTED
         : g_str_equal (answer, "denied") ? GST_WEB_PERMISSION_STATE_DENIED
                                          : GST_WEB_PERMISSION_STATE_PROMPT;
}

static gboolean
test_policy_allows (GstWebPermissionPolicy *self, const gchar *name)
{
  return !g_str_equal (answer_of (self, name), "not");
}

static void
test_policy_implement (GstWebPermissionPolicyInterface *interface)
{
  interface->query = test_policy_query;
  interface->allows = test_policy_allows;
}

static GType test_policy_get_type (void);
G_DEFINE_TYPE_WITH_CODE (TestPolicy, test_policy, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (
        GST_TYPE_WEB_PERMISSION_POLICY, test_policy_implement))

static void
test_policy_init (TestPolicy *self)
{
  self->camera = self->microphone = "prompt";
}

static void
test_policy_class_init (TestPolicyClass *)
{}

namespace {

struct ArrayUnref {
  void operator() (GPtrArray *array) const { g_ptr_array_unref (array); }
};
using Array = std::unique_ptr<GPtrArray, ArrayUnref>;

GstWebMediaDeviceInfo *
nth (GPtrArray *array, guint index)
{
  fail_unless (index < array->len);
  return GST_WEB_MEDIA_DEVICE_INFO (g_ptr_array_index (array, index));
}

std::string
labels (GPtrArray *array)
{
  std::string text;
  for (guint i = 0; i < array->len; i++) {
    auto info = nth (array, i);
    std::string label = gst_web_media_device_info_get_label (info);
    text += (i ? ", " : "")
            + (label.empty ()
                    ? std::to_string (gst_web_media_device_info_get_kind (info))
                    : label);
  }
  return text;
}

struct Fixture {
  explicit Fixture (const char *salt = "salt")
      : devices (Ptr<GstWebMediaDevices>::adopt (
          gst_web_media_devices_new_with_monitor (
              make_test_monitor ().get (), salt)))
  {
    g_signal_connect (
        devices.get (), "devicechange", G_CALLBACK (on_change), this);
  }
  ~Fixture ()
  {
    devices.reset ();
    unplug_all ();
  }

  Array enumerate ()
  {
    GError *error = nullptr;
    Array array (gst_web_media_devices_enumerate_devices (
        devices.get (), nullptr, &error));
    fail_unless (error == nullptr);
    return array;
  }

  static void on_change (
      GstWebMediaDevices *, GstWebDeviceChangeEvent *event, Fixture *self)
  {
    self->changes++;
    self->now = labels (gst_web_device_change_event_get_devices (event));
    self->inserted =
        labels (gst_web_device_change_event_get_user_inserted_devices (event));
  }

  void run_until (unsigned count)
  {
    while (changes < count)
      g_main_context_iteration (nullptr, TRUE);
    while (g_main_context_iteration (nullptr, FALSE)) {
    }
    fail_unless_equals_int (changes, count);
  }

  Ptr<GstWebMediaDevices> devices;
  unsigned changes = 0;
  std::string now, inserted;
};

} // namespace

// WPT MediaDevices-enumerateDevices: kinds and their order.
GST_START_TEST (devices_are_listed_in_the_order_of_the_web)
{
  plug (kCamera);
  plug (kSpeaker);
  plug (kCameraMicrophone);
  plug (kMicrophone);
  Fixture f;
  Array infos = f.enumerate ();
  fail_unless_equals_string (labels (infos.get ()).c_str (),
      "Built-in Microphone, HD Webcam Mono, HD Webcam, "
      "Default - Built-in Speaker, Built-in Speaker");
  fail_unless_equals_string (
      gst_web_media_device_info_get_device_id (nth (infos.get (), 3)),
      "default");
  fail_unless (GST_IS_WEB_INPUT_DEVICE_INFO (nth (infos.get (), 0)));
  fail_unless (GST_IS_WEB_INPUT_DEVICE_INFO (nth (infos.get (), 2)));
  fail_unless (!GST_IS_WEB_INPUT_DEVICE_INFO (nth (infos.get (), 4)));
  fail_unless_equals_int (
      gst_web_media_device_info_get_kind (nth (infos.get (), 2)),
      GST_WEB_MEDIA_DEVICE_KIND_VIDEOINPUT);
  fail_unless_equals_int (
      gst_web_media_device_info_get_kind (nth (infos.get (), 4)),
      GST_WEB_MEDIA_DEVICE_KIND_AUDIOOUTPUT);
}
GST_END_TEST

// WPT MediaDevices-enumerateDevices-returned-objects
GST_START_TEST (each_enumeration_has_new_objects_with_the_same_values)
{
  plug (kCamera);
  plug (kCameraMicrophone);
  Fixture f;
  Array first = f.enumerate ();
  Array second = f.enumerate ();
  for (guint i = 0; i < 2; i++) {
    auto one = nth (first.get (), i);
    auto other = nth (second.get (), i);
    fail_unless (one != other);
    for (auto get : {gst_web_media_device_info_get_device_id,
             gst_web_media_device_info_get_label,
             gst_web_media_device_info_get_group_id}) {
      fail_unless (*get (one) != '\0');
      fail_unless_equals_string (get (one), get (other));
    }
  }
  fail_unless_equals_string (
      gst_web_media_device_info_get_group_id (nth (first.get (), 0)),
      gst_web_media_device_info_get_group_id (nth (first.get (), 1)));
}
GST_END_TEST

// WPT MediaDevices-enumerateDevices-per-origin-ids
GST_START_TEST (ids_are_of_a_salt_and_groups_of_an_object)
{
  plug (kCamera);
  Fixture f, again, other ("other");
  auto id = [] (const Array &infos) -> std::string {
    return gst_web_media_device_info_get_device_id (nth (infos.get (), 0));
  };
  auto group = [] (const Array &infos) -> std::string {
    return gst_web_media_device_info_get_group_id (nth (infos.get (), 0));
  };
  Array infos = f.enumerate ();
  fail_unless (id (infos) == id (again.enumerate ()));
  fail_unless (id (infos) != id (other.enumerate ()));
  fail_unless (group (infos) != group (again.enumerate ()));
}
GST_END_TEST

GST_START_TEST (an_info_is_an_object_with_properties_and_json)
{
  plug (kCamera);
  Fixture f;
  Array infos = f.enumerate ();
  auto info = nth (infos.get (), 0);
  CString id, label, group;
  GstWebMediaDeviceKind kind;
  {
    char *a, *b, *c;
    g_object_get (info, "device-id", &a, "label", &b, "group-id", &c, "kind",
        &kind, nullptr);
    id.reset (a);
    label.reset (b);
    group.reset (c);
  }
  fail_unless_equals_string (label.get (), "HD Webcam");
  fail_unless_equals_int (kind, GST_WEB_MEDIA_DEVICE_KIND_VIDEOINPUT);
  CString json (gst_web_media_device_info_to_json (info));
  fail_unless_equals_string (
      json.get (), (std::string ("{\"deviceId\":\"") + id.get ()
                       + "\",\"kind\":\"videoinput\",\"label\":\"HD Webcam\","
                         "\"groupId\":\""
                       + group.get () + "\"}")
                       .c_str ());
}
GST_END_TEST

// WPT MediaStreamTrack-getCapabilities, its part for InputDeviceInfo.
GST_START_TEST (inputs_tell_what_they_can_do)
{
  plug (kCamera);
  plug (kMicrophone);
  Fixture f;
  Array infos = f.enumerate ();
  auto capabilities = [&infos] (guint index) {
    return Ptr<GVariant>::adopt (gst_web_input_device_info_get_capabilities (
        GST_WEB_INPUT_DEVICE_INFO (nth (infos.get (), index))));
  };
  auto check = [] (const Ptr<GVariant> &all, const char *name,
                   const char *type) {
    auto value = Ptr<GVariant>::adopt (
        g_variant_lookup_value (all.get (), name, nullptr));
    fail_unless (value.get () != nullptr, "no %s", name);
    fail_unless_equals_string (g_variant_get_type_string (value.get ()), type);
  };
  auto sound = capabilities (0);
  for (const char *name : {"sampleRate", "sampleSize", "channelCount"})
    check (sound, name, "a{su}");
  for (const char *name : {"autoGainControl", "noiseSuppression"})
    check (sound, name, "ab");
  check (sound, "echoCancellation", "av");
  check (sound, "latency", "a{sd}");
  auto video = capabilities (1);
  for (const char *name : {"width", "height"})
    check (video, name, "a{su}");
  for (const char *name : {"aspectRatio", "frameRate"})
    check (video, name, "a{sd}");
  for (const char *name : {"facingMode", "resizeMode"})
    check (video, name, "as");
  for (const auto &all : {sound, video})
    for (const char *name : {"deviceId", "groupId"})
      check (all, name, "s");
  const char *id = nullptr;
  g_variant_lookup (video.get (), "deviceId", "&s", &id);
  fail_unless_equals_string (
      id, gst_web_media_device_info_get_device_id (nth (infos.get (), 1)));
}
GST_END_TEST

GST_START_TEST (what_is_plugged_in_is_told_and_was_inserted)
{
  Fixture f;
  f.enumerate ();
  auto camera = plug (kCamera);
  f.run_until (1);
  fail_unless_equals_string (f.now.c_str (), "HD Webcam");
  fail_unless_equals_string (f.inserted.c_str (), "HD Webcam");
  plug (kMicrophone);
  f.run_until (2);
  fail_unless_equals_string (f.now.c_str (), "Built-in Microphone, HD Webcam");
  fail_unless_equals_string (f.inserted.c_str (), "Built-in Microphone");
  unplug (camera);
  f.run_until (3);
  fail_unless_equals_string (f.now.c_str (), "Built-in Microphone");
  fail_unless_equals_string (f.inserted.c_str (), "");
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#dfn-device-change-notification-steps
GST_START_TEST (what_comes_together_is_one_event)
{
  Fixture f;
  f.enumerate ();
  plug (kCamera);
  plug (kCameraMicrophone);
  f.run_until (1);
  fail_unless_equals_string (f.inserted.c_str (), "HD Webcam Mono, HD Webcam");
}
GST_END_TEST

GST_START_TEST (what_is_as_before_is_no_event)
{
  auto camera = plug (kCamera);
  Fixture f;
  f.enumerate ();
  // The list is read once more as it becomes known: let that not be in between.
  plug (kSpeaker);
  f.run_until (1);
  unplug (camera);
  camera = plug (kCamera);
  TestDeviceSpec same = kCamera;
  change (camera, same);
  plug ({.classes = "Video/Sink", .label = "Screen"});
  plug ({.classes = "Audio/Source",
      .label = "Monitor of Speaker",
      .properties = "p, device.class=(string)monitor"});
  // One more that is told, to see that the others were not.
  plug (kMicrophone);
  f.run_until (2);
  fail_unless_equals_string (f.inserted.c_str (), "Built-in Microphone");
}
GST_END_TEST

GST_START_TEST (another_default_is_an_event)
{
  plug (kMicrophone);
  auto other = plug (kCameraMicrophone);
  Fixture f;
  f.enumerate ();
  auto first = f.devices;
  TestDeviceSpec preferred = kCameraMicrophone;
  preferred.properties = "props, is-default=true, "
                         "node.name=(string)alsa_input.usb-webcam.mono";
  // The provider tells of both: that one is, and that the other one is not.
  TestDeviceSpec plain = kMicrophone;
  plain.properties = "props, node.name=(string)alsa_input.pci.analog";
  change (other, preferred);
  unplug_all ();
  plug (plain);
  plug (preferred);
  f.run_until (1);
  fail_unless_equals_string (
      f.now.c_str (), "HD Webcam Mono, Built-in Microphone");
}
GST_END_TEST

// The device change notification steps and the policy's exposure.
GST_START_TEST (a_policy_decides_what_is_told)
{
  plug (kCamera);
  plug (kMicrophone);
  plug (kCameraMicrophone);
  plug (kSpeaker);
  Fixture f;
  auto policy = Ptr<GObject>::adopt (
      G_OBJECT (g_object_new (test_policy_get_type (), nullptr)));
  auto answers = reinterpret_cast<TestPolicy *> (policy.get ());
  g_object_set (f.devices.get (), "permission-policy", policy.get (), nullptr);
  auto set = Ptr<GObject>::adopt (G_OBJECT (
      gst_web_media_devices_get_permission_policy (f.devices.get ())));
  fail_unless (set == policy);

  auto seen = [&] (const char *camera, const char *microphone) {
    answers->camera = camera;
    answers->microphone = microphone;
    return labels (f.enumerate ().get ());
  };
  // WPT MediaDevices-enumerateDevices-returned-objects: 0 and 2 are kinds.
  fail_unless_equals_string (seen ("prompt", "prompt").c_str (), "0, 2");
  fail_unless_equals_string (seen ("denied", "denied").c_str (), "0, 2");
  // WPT MediaDevices-enumerateDevices-persistent-permission
  fail_unless_equals_string (seen ("granted", "granted").c_str (), "0, 2");
  // WPT MediaDevices-enumerateDevices-not-allowed-camera and -mic
  fail_unless_equals_string (seen ("not", "prompt").c_str (), "0");
  fail_unless_equals_string (seen ("prompt", "not").c_str (), "2");

  answers->camera = "prompt";
  Array hidden = f.enumerate ();
  auto info = nth (hidden.get (), 0);
  fail_unless_equals_string (
      gst_web_media_device_info_get_device_id (info), "");
  fail_unless_equals_string (gst_web_media_device_info_get_group_id (info), "");
  auto capabilities =
      Ptr<GVariant>::adopt (gst_web_input_device_info_get_capabilities (
          GST_WEB_INPUT_DEVICE_INFO (info)));
  fail_unless_equals_int (g_variant_n_children (capabilities.get ()), 0);
  gst_web_media_devices_set_permission_policy (f.devices.get (), nullptr);
  fail_unless_equals_int (f.enumerate ()->len, 5);
}
GST_END_TEST

GST_START_TEST (an_enumeration_need_not_be_waited_for)
{
  plug (kCamera);
  hold_start (true);
  Fixture f;
  struct Result {
    std::string labels;
    bool done = false;
  } result;
  gst_web_media_devices_enumerate_devices_async (
      f.devices.get (), nullptr,
      [] (GObject *object, GAsyncResult *async, gpointer data) {
        auto out = static_cast<Result *> (data);
        Array infos (gst_web_media_devices_enumerate_devices_finish (
            GST_WEB_MEDIA_DEVICES (object), async, nullptr));
        out->labels = labels (infos.get ());
        out->done = true;
      },
      &result);
  fail_unless (!result.done);
  hold_start (false);
  while (!result.done)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless_equals_string (result.labels.c_str (), "HD Webcam");
}
GST_END_TEST

GST_START_TEST (an_enumeration_can_be_cancelled)
{
  hold_start (true);
  Fixture f;
  auto cancellable = Ptr<GCancellable>::adopt (g_cancellable_new ());
  std::thread other ([&] { g_cancellable_cancel (cancellable.get ()); });
  GError *error = nullptr;
  fail_unless (gst_web_media_devices_enumerate_devices (
                   f.devices.get (), cancellable.get (), &error)
               == nullptr);
  other.join ();
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_clear_error (&error);
  hold_start (false);
}
GST_END_TEST

GST_START_TEST (events_come_where_the_object_was_made)
{
  std::thread worker ([] {
    auto context = Ptr<GMainContext>::adopt (g_main_context_new ());
    g_main_context_push_thread_default (context.get ());
    {
      Fixture f;
      f.enumerate ();
      plug (kCamera);
      while (f.changes == 0)
        g_main_context_iteration (context.get (), TRUE);
      fail_unless_equals_string (f.now.c_str (), "HD Webcam");
    }
    g_main_context_pop_thread_default (context.get ());
  });
  worker.join ();
}
GST_END_TEST

GST_START_TEST (a_thread_without_a_main_loop_hears_of_it_when_it_enumerates)
{
  Fixture f;
  f.enumerate ();
  plug (kCamera);
  fail_unless_equals_int (f.changes, 0);
  f.enumerate ();
  fail_unless_equals_int (f.changes, 1);
  fail_unless_equals_string (f.now.c_str (), "HD Webcam");
}
GST_END_TEST

GST_START_TEST (without_a_monitor_all_providers_are_asked)
{
  keep_test_provider_alone ();
  plug (kSpeaker);
  plug (kCamera);
  plug (kMicrophone);
  plug ({.classes = "Video/Sink", .label = "Screen"});
  auto devices = Ptr<GstWebMediaDevices>::adopt (gst_web_media_devices_new ());
  Array infos (gst_web_media_devices_enumerate_devices (
      devices.get (), nullptr, nullptr));
  fail_unless_equals_string (labels (infos.get ()).c_str (),
      "Built-in Microphone, HD Webcam, Default - Built-in Speaker, "
      "Built-in Speaker");
  fail_unless (
      gst_web_media_devices_get_permission_policy (devices.get ()) == nullptr);
  fail_unless_equals_string (
      gst_web_media_devices_get_salt (devices.get ()), g_get_prgname ());
  devices.reset ();
  unplug_all ();
}
GST_END_TEST

GST_START_TEST (without_a_monitor_all_share_one)
{
  keep_test_provider_alone ();
  auto one = Ptr<GstWebMediaDevices>::adopt (gst_web_media_devices_new ());
  auto other = Ptr<GstWebMediaDevices>::adopt (gst_web_media_devices_new ());
  fail_unless (gst_web_media_devices_get_monitor (one.get ())
               == gst_web_media_devices_get_monitor (other.get ()));
  // No thread that starts it lasts longer than GStreamer does.
  for (const auto &each : {one, other})
    Array (gst_web_media_devices_enumerate_devices (
        each.get (), nullptr, nullptr));
}
GST_END_TEST

// WPT MediaDevices-getSupportedConstraints
GST_START_TEST (supported_constraints_are_known)
{
  Fixture f;
  auto all = Ptr<GVariant>::adopt (
      gst_web_media_devices_get_supported_constraints (f.devices.get ()));
  fail_unless_equals_string (g_variant_get_type_string (all.get ()), "a{sv}");
  gboolean value = FALSE;
  fail_unless (g_variant_lookup (all.get (), "frameRate", "b", &value));
  fail_unless (value);
  fail_unless (!g_variant_lookup (all.get (), "unknown", "b", &value));
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#overconstrainederror-interface
GST_START_TEST (an_error_has_its_constraint)
{
  auto constraint = [] (int code, const char *message) {
    GError *error = g_error_new_literal (GST_WEB_ERROR, code, message);
    const char *name = gst_web_error_get_constraint (error);
    g_error_free (error);
    return name;
  };
  fail_unless_equals_string (
      constraint (GST_WEB_ERROR_OVERCONSTRAINED, "width: too wide"), "width");
  fail_unless_equals_string (
      constraint (GST_WEB_ERROR_OVERCONSTRAINED, "Together"), "");
  fail_unless (constraint (GST_WEB_ERROR_TYPE, "width: no number") == nullptr);
}
GST_END_TEST

static Suite *
media_devices_suite (void)
{
  Suite *suite = suite_create ("media-devices");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, devices_are_listed_in_the_order_of_the_web);
  tcase_add_test (tcase, each_enumeration_has_new_objects_with_the_same_values);
  tcase_add_test (tcase, ids_are_of_a_salt_and_groups_of_an_object);
  tcase_add_test (tcase, an_info_is_an_object_with_properties_and_json);
  tcase_add_test (tcase, inputs_tell_what_they_can_do);
  tcase_add_test (tcase, what_is_plugged_in_is_told_and_was_inserted);
  tcase_add_test (tcase, what_comes_together_is_one_event);
  tcase_add_test (tcase, what_is_as_before_is_no_event);
  tcase_add_test (tcase, another_default_is_an_event);
  tcase_add_test (tcase, a_policy_decides_what_is_told);
  tcase_add_test (tcase, an_enumeration_need_not_be_waited_for);
  tcase_add_test (tcase, an_enumeration_can_be_cancelled);
  tcase_add_test (tcase, events_come_where_the_object_was_made);
  tcase_add_test (
      tcase, a_thread_without_a_main_loop_hears_of_it_when_it_enumerates);
  tcase_add_test (tcase, without_a_monitor_all_providers_are_asked);
  tcase_add_test (tcase, without_a_monitor_all_share_one);
  tcase_add_test (tcase, supported_constraints_are_known);
  tcase_add_test (tcase, an_error_has_its_constraint);
  return suite;
}

GST_CHECK_MAIN (media_devices)
