// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/test-photography.hh"

#include <atomic>
#include <cstring>

using webmedia::Ptr;

static std::atomic<guint> claimed{guint (GST_PHOTOGRAPHY_CAPS_ALL)};
static std::atomic<guint> answered{guint (GST_PHOTOGRAPHY_CAPS_ALL)};

struct TestPhotography {
  GstBin parent;
  GstPhotographySettings settings;
  guint claims;
  guint answers;
  int times_focused;
};
struct TestPhotographyClass {
  GstBinClass parent;
};

static TestPhotography *
test_photography_of (gpointer object)
{
  return static_cast<TestPhotography *> (object);
}

static bool
test_photography_answers (GstPhotography *photo, guint capability)
{
  return GST_STATE (photo) >= GST_STATE_READY
         && (test_photography_of (photo)->answers & capability);
}

// What reads and writes one of its settings.
template <auto setting, guint capability, typename T>
static gboolean
test_photography_get (GstPhotography *photo, T *value)
{
  // A mode may be one that there is not.
  memcpy (value, &(test_photography_of (photo)->settings.*setting), sizeof (T));
  return test_photography_answers (photo, capability);
}

template <auto setting, guint capability, typename T>
static gboolean
test_photography_set (GstPhotography *photo, T value)
{
  if (!test_photography_answers (photo, capability))
    return FALSE;
  if constexpr (capability == GST_PHOTOGRAPHY_CAPS_ISO_SPEED)
    value -= value % 100;
  test_photography_of (photo)->settings.*setting = value;
  return TRUE;
}

static void
test_photography_implement (GstPhotographyInterface *interface)
{
  using Settings = GstPhotographySettings;
#define HAS(name, setting, capability)                                         \
  interface->get_##name = test_photography_get<&Settings::setting,             \
      GST_PHOTOGRAPHY_CAPS_##capability>;                                      \
  interface->set_##name = test_photography_set<&Settings::setting,             \
      GST_PHOTOGRAPHY_CAPS_##capability>
  HAS (ev_compensation, ev_compensation, EV_COMP);
  HAS (iso_speed, iso_speed, ISO_SPEED);
  HAS (white_balance_mode, wb_mode, WB_MODE);
  HAS (color_temperature, color_temperature, WHITE_BALANCE);
  HAS (exposure_mode, exposure_mode, EXPOSURE);
  HAS (exposure, exposure_time, EXPOSURE);
  HAS (focus_mode, focus_mode, FOCUS);
  HAS (zoom, zoom, ZOOM);
  HAS (flash_mode, flash_mode, FLASH);
#undef HAS
  interface->get_capabilities = [] (GstPhotography *photo) {
    return GstPhotographyCaps (test_photography_of (photo)->claims);
  };
  interface->set_autofocus = [] (GstPhotography *photo, gboolean on) {
    test_photography_of (photo)->times_focused += on;
  };
}

static GType test_photography_get_type (void);
G_DEFINE_TYPE_WITH_CODE (TestPhotography, test_photography, GST_TYPE_BIN,
    G_IMPLEMENT_INTERFACE (GST_TYPE_PHOTOGRAPHY, test_photography_implement))

static void
test_photography_init (TestPhotography *self)
{
  self->settings.zoom = 1;
  self->claims = claimed;
  self->answers = answered;
  GstElement *pictures = gst_element_factory_make ("videotestsrc", nullptr);
  g_object_set (pictures, "is-live", TRUE, nullptr);
  gst_bin_add (GST_BIN (self), pictures);
  auto pad = Ptr<GstPad>::adopt (gst_element_get_static_pad (pictures, "src"));
  gst_element_add_pad (
      GST_ELEMENT (self), gst_ghost_pad_new ("src", pad.get ()));
}

// Nobody reads or writes it as a GObject.
static void
test_photography_class_init (TestPhotographyClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  guint id = 0, n = 0;
  auto install = [&] (const char *name, guint low, guint high) {
    g_object_class_install_property (object_class, ++id,
        g_param_spec_uint (name, "", "", low, high, low,
            GParamFlags (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)));
  };
  object_class->set_property = [] (GObject *, guint, const GValue *,
                                   GParamSpec *) {
  };
  object_class->get_property = [] (GObject *, guint, GValue *, GParamSpec *) {
  };
  install (GST_PHOTOGRAPHY_PROP_EXPOSURE_TIME, 100, 500000);
  install (GST_PHOTOGRAPHY_PROP_COLOR_TEMPERATURE, 2800, 6500);
  gpointer interface = g_type_default_interface_ref (GST_TYPE_PHOTOGRAPHY);
  GParamSpec **specs = g_object_interface_list_properties (interface, &n);
  for (guint i = 0; i < n; i++)
    if (!g_str_equal (specs[i]->name, GST_PHOTOGRAPHY_PROP_EXPOSURE_TIME)
        && !g_str_equal (
            specs[i]->name, GST_PHOTOGRAPHY_PROP_COLOR_TEMPERATURE))
      g_object_class_override_property (object_class, ++id, specs[i]->name);
  g_free (specs);
  g_type_default_interface_unref (interface);
}

namespace webmedia::test {

void
make_photography (guint claims, guint answers)
{
  claimed = claims;
  answered = answers;
}

GstElement *
make_test_photography (const char *name)
{
  return GST_ELEMENT (
      g_object_new (test_photography_get_type (), "name", name, nullptr));
}

GstPhotographySettings &
photography_settings (const Ptr<GstElement> &element)
{
  return test_photography_of (element.get ())->settings;
}

int
times_focused (const Ptr<GstElement> &element)
{
  return test_photography_of (element.get ())->times_focused;
}

} // namespace webmedia::test
