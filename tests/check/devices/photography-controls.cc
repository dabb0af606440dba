// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of elements that are a GstPhotography.
#include "devices/photography-controls.hh"

#include "support/check.hh"
#include "support/test-controls.hh"
#include "support/test-photography.hh"

#include <cmath>
#include <cstring>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

constexpr guint kAll = guint (GST_PHOTOGRAPHY_CAPS_ALL);

Value
text (const char *of)
{
  return std::string (of);
}

// One whose camera is open.
struct Camera {
  explicit Camera (guint claims = kAll, guint answers = kAll)
  {
    make_photography (claims, answers);
    element = Ptr<GstElement>::adopt (
        GST_ELEMENT (gst_object_ref_sink (make_test_photography (nullptr))));
    make_photography (kAll, kAll);
    gst_element_set_state (element.get (), GST_STATE_READY);
    now ().color_temperature = 4000;
    controls = make_photography_controls (element);
  }
  ~Camera () { gst_element_set_state (element.get (), GST_STATE_NULL); }

  GstPhotographySettings &now () const
  {
    return photography_settings (element);
  }
  // Asked anew, as it may answer something else now.
  Domains domains () const
  {
    auto made = make_photography_controls (element);
    return made ? made->domains () : Domains ();
  }
  bool has (Property property) const
  {
    return find_domain (domains (), property);
  }
  bool set (Property property, const Value &value) const
  {
    return controls->set (property, value);
  }
  std::optional<Value> value (Property property) const
  {
    Settings all = controls->values ();
    return all.contains (property) ? std::optional (all[property])
                                   : std::nullopt;
  }

  Ptr<GstElement> element;
  std::shared_ptr<CameraControls> controls;
};

} // namespace

// In the units of the web, with the ranges of its own properties, or else those
// of the interface.
GST_START_TEST (what_there_is_has_the_ranges_of_its_properties)
{
  Camera camera;
  Domains all = camera.domains ();
  fail_unless_equals_int (all.size (), 8);
  auto is = [&all] (Property property, const Domain &domain) {
    const Domain *found = find_domain (all, property);
    fail_unless (found && found->values == domain.values
                     && found->numbers == domain.numbers,
        "%s", info (property).name);
  };
  is (Property::white_balance_mode, one_of ({"manual", "continuous"}));
  is (Property::exposure_mode, one_of ({"manual", "continuous"}));
  is (Property::focus_mode, one_of ({"continuous", "single-shot"}));
  is (Property::exposure_compensation, range (-2.5, 2.5, 0));
  is (Property::exposure_time, range (1, 5000, 0.01));
  is (Property::color_temperature, range (2800, 6500, 1));
  is (Property::iso, range (1, 6400, 1)); // 0 is automatic
  is (Property::zoom, range (1, 10, 0));
}
GST_END_TEST

GST_START_TEST (what_is_not_among_its_capabilities_is_none)
{
  for (auto [capability, properties] :
      {std::pair (GST_PHOTOGRAPHY_CAPS_EV_COMP,
           std::vector{Property::exposure_compensation}),
          std::pair (
              GST_PHOTOGRAPHY_CAPS_ISO_SPEED, std::vector{Property::iso}),
          std::pair (GST_PHOTOGRAPHY_CAPS_ZOOM, std::vector{Property::zoom}),
          std::pair (
              GST_PHOTOGRAPHY_CAPS_FOCUS, std::vector{Property::focus_mode}),
          std::pair (GST_PHOTOGRAPHY_CAPS_WB_MODE,
              std::vector{
                  Property::white_balance_mode, Property::color_temperature}),
          std::pair (GST_PHOTOGRAPHY_CAPS_EXPOSURE,
              std::vector{Property::exposure_mode, Property::exposure_time})})
    for (const Camera &camera :
        {Camera (kAll & ~capability), Camera (kAll, kAll & ~capability)}) {
      fail_unless_equals_int (
          camera.domains ().size (), 8 - properties.size ());
      for (Property property : properties)
        fail_if (camera.has (property), "%s", info (property).name);
    }
  fail_unless (!Camera (GST_PHOTOGRAPHY_CAPS_NONE).controls);
  fail_unless (!Camera (kAll, GST_PHOTOGRAPHY_CAPS_NONE).controls);
}
GST_END_TEST

GST_START_TEST (what_it_has_no_function_for_is_none)
{
  Camera camera;
  auto *functions = GST_PHOTOGRAPHY_GET_INTERFACE (camera.element.get ());
  auto before = *functions;
  functions->set_zoom = nullptr;
  functions->get_iso_speed = nullptr;
  functions->set_autofocus = nullptr;
  Domains all = camera.domains ();
  functions->get_capabilities = nullptr;
  bool has_any = !camera.domains ().empty ();
  *functions = before;
  fail_unless_equals_int (all.size (), 6);
  fail_if (find_domain (all, Property::zoom));
  fail_if (find_domain (all, Property::iso));
  fail_unless (find_domain (all, Property::focus_mode)->values
               == one_of ({"continuous"}).values);
  fail_if (has_any);
}
GST_END_TEST

// Before its camera is open it answers nothing.
GST_START_TEST (one_that_is_not_open_has_none)
{
  Camera camera;
  gst_element_set_state (camera.element.get (), GST_STATE_NULL);
  fail_unless (is_photography (camera.element));
  fail_unless (!make_photography_controls (camera.element));
}
GST_END_TEST

GST_START_TEST (one_in_a_bin_is_found)
{
  auto bin = Ptr<GstElement>::adopt (
      GST_ELEMENT (gst_object_ref_sink (gst_bin_new (nullptr))));
  fail_if (is_photography (bin));
  fail_unless (!make_photography_controls (bin));
  gst_bin_add (GST_BIN (bin.get ()), make_test_photography (nullptr));
  gst_element_set_state (bin.get (), GST_STATE_READY);
  fail_unless (is_photography (bin));
  auto controls = make_photography_controls (bin);
  fail_unless (controls && controls->set (Property::zoom, 2.));
  controls.reset ();
  gst_element_set_state (bin.get (), GST_STATE_NULL);
}
GST_END_TEST

// https://w3c.github.io/mediacapture-image/#exposure-time: in units of 100
// microseconds.
GST_START_TEST (numbers_are_in_the_units_of_the_web)
{
  Camera camera;
  fail_unless (camera.set (Property::exposure_compensation, -1.3));
  fail_unless (camera.now ().ev_compensation == -1.3f);
  fail_unless (camera.value (Property::exposure_compensation) == Value (-1.3));
  fail_unless (camera.set (Property::zoom, 2.7));
  fail_unless (camera.now ().zoom == 2.7f);
  fail_unless (camera.value (Property::zoom) == Value (2.7));
  fail_unless (camera.set (Property::iso, 400.));
  fail_unless_equals_int (camera.now ().iso_speed, 400);
  fail_unless (camera.value (Property::iso) == Value (400.));
  fail_unless (camera.set (Property::exposure_mode, text ("manual")));
  fail_unless (camera.set (Property::exposure_time, 312.07));
  fail_unless_equals_int (camera.now ().exposure_time, 31207);
  fail_unless (camera.value (Property::exposure_time) == Value (312.07));
  fail_unless (camera.set (Property::white_balance_mode, text ("manual")));
  fail_unless (camera.set (Property::color_temperature, 5200.));
  fail_unless_equals_int (camera.now ().color_temperature, 5200);
  fail_unless (camera.value (Property::color_temperature) == Value (5200.));
  fail_if (camera.set (Property::brightness, 1.));
  fail_if (camera.set (Property::zoom, true));
}
GST_END_TEST

// https://w3c.github.io/mediacapture-image/#mediatracksettings-members
GST_START_TEST (what_does_not_count_is_not_written)
{
  Camera camera;
  fail_if (camera.set (Property::exposure_time, 100.));
  fail_if (camera.set (Property::color_temperature, 5000.));
  fail_unless_equals_int (camera.now ().exposure_time, 0);
  fail_unless_equals_int (camera.now ().color_temperature, 4000);
  fail_unless (camera.set (Property::exposure_mode, text ("manual")));
  fail_if (camera.set (Property::exposure_compensation, 1.));
  camera.now ().wb_mode = GST_PHOTOGRAPHY_WB_MODE_SHADE;
  fail_if (camera.set (Property::color_temperature, 5000.));
}
GST_END_TEST

GST_START_TEST (modes_are_continuous_or_set_by_hand)
{
  Camera camera;
  for (Property property :
      {Property::white_balance_mode, Property::exposure_mode}) {
    fail_unless (camera.value (property) == text ("continuous"));
    fail_unless (camera.set (property, text ("manual")));
    fail_unless (camera.value (property) == text ("manual"));
    fail_if (camera.set (property, text ("none")));
    fail_if (camera.set (property, 1.));
  }
  fail_unless (camera.now ().wb_mode == GST_PHOTOGRAPHY_WB_MODE_MANUAL);
  fail_unless (
      camera.now ().exposure_mode == GST_PHOTOGRAPHY_EXPOSURE_MODE_MANUAL);
  fail_unless (camera.set (Property::exposure_mode, text ("continuous")));
  fail_unless (
      camera.now ().exposure_mode == GST_PHOTOGRAPHY_EXPOSURE_MODE_AUTO);
}
GST_END_TEST

// By hand there is a value to set.
GST_START_TEST (what_has_nothing_to_set_is_not_set_by_hand)
{
  Camera camera (kAll, kAll & ~GST_PHOTOGRAPHY_CAPS_WHITE_BALANCE);
  fail_if (camera.has (Property::color_temperature));
  Domains all = camera.domains ();
  fail_unless (find_domain (all, Property::white_balance_mode)->values
               == one_of ({"continuous"}).values);
  fail_if (camera.set (Property::white_balance_mode, text ("manual")));
  camera.now ().wb_mode = GST_PHOTOGRAPHY_WB_MODE_MANUAL;
  fail_if (camera.value (Property::white_balance_mode).has_value ());
}
GST_END_TEST

// Presets have no name on the web.
GST_START_TEST (what_the_web_has_no_word_for_is_no_setting)
{
  Camera camera;
  camera.now ().wb_mode = GST_PHOTOGRAPHY_WB_MODE_DAYLIGHT;
  camera.now ().focus_mode = GST_PHOTOGRAPHY_FOCUS_MODE_INFINITY;
  fail_if (camera.value (Property::white_balance_mode).has_value ());
  fail_if (camera.value (Property::focus_mode).has_value ());
}
GST_END_TEST

// Of a newer version, or of none.
GST_START_TEST (what_is_no_value_is_no_setting)
{
  Camera camera;
  GstPhotographySettings &now = camera.now ();
  const unsigned unknown = 4711;
  memcpy (&now.wb_mode, &unknown, sizeof unknown);
  memcpy (&now.exposure_mode, &unknown, sizeof unknown);
  memcpy (&now.focus_mode, &unknown, sizeof unknown);
  now.zoom = NAN;
  now.ev_compensation = INFINITY;
  for (Property property : {Property::white_balance_mode,
           Property::exposure_mode, Property::focus_mode, Property::zoom,
           Property::exposure_compensation})
    fail_if (camera.value (property).has_value (), "%s", info (property).name);
  now.zoom = 2;
  fail_unless (camera.value (Property::zoom) == Value (2.));
}
GST_END_TEST

// By itself it has another time than the one that was set; and one of 0 is
// none.
GST_START_TEST (what_is_set_by_hand_is_a_setting_by_hand)
{
  Camera camera;
  camera.now ().exposure_time = 10000;
  fail_if (camera.value (Property::exposure_time).has_value ());
  fail_if (camera.value (Property::color_temperature).has_value ());
  camera.now ().exposure_mode = GST_PHOTOGRAPHY_EXPOSURE_MODE_MANUAL;
  camera.now ().wb_mode = GST_PHOTOGRAPHY_WB_MODE_MANUAL;
  fail_unless (camera.value (Property::exposure_time) == Value (100.));
  fail_unless (camera.value (Property::color_temperature) == Value (4000.));
  camera.now ().exposure_time = 0;
  camera.now ().color_temperature = 0;
  fail_if (camera.value (Property::exposure_time).has_value ());
  fail_if (camera.value (Property::color_temperature).has_value ());
}
GST_END_TEST

GST_START_TEST (a_single_shot_focuses_each_time)
{
  Camera camera;
  auto single_shot = text ("single-shot");
  fail_unless (camera.value (Property::focus_mode) == single_shot); // AUTO
  camera.now ().focus_mode = GST_PHOTOGRAPHY_FOCUS_MODE_MACRO;
  fail_unless (camera.value (Property::focus_mode) == single_shot);
  fail_unless (camera.set (Property::focus_mode, text ("continuous")));
  fail_unless (
      camera.now ().focus_mode == GST_PHOTOGRAPHY_FOCUS_MODE_CONTINUOUS_NORMAL);
  fail_unless_equals_int (times_focused (camera.element), 0);
  camera.now ().focus_mode = GST_PHOTOGRAPHY_FOCUS_MODE_CONTINUOUS_EXTENDED;
  fail_unless (camera.value (Property::focus_mode) == text ("continuous"));
  for (int times = 1; times < 3; times++) {
    fail_unless (camera.set (Property::focus_mode, single_shot));
    fail_unless (camera.now ().focus_mode == GST_PHOTOGRAPHY_FOCUS_MODE_AUTO);
    fail_unless_equals_int (times_focused (camera.element), times);
  }
  // What it was told before has been done.
  fail_unless (camera.controls->put_back (Property::focus_mode, single_shot));
  fail_unless_equals_int (times_focused (camera.element), 2);
}
GST_END_TEST

GST_START_TEST (an_iso_of_0_is_automatic)
{
  Camera camera;
  fail_unless (camera.controls->is_iso_automatic ());
  fail_if (camera.value (Property::iso).has_value ());
  fail_unless (camera.set (Property::iso, 200.));
  fail_if (camera.controls->is_iso_automatic ());
  camera.controls->free_iso ();
  fail_unless (camera.controls->is_iso_automatic ());
  fail_unless_equals_int (camera.now ().iso_speed, 0);
  Camera other (kAll & ~GST_PHOTOGRAPHY_CAPS_ISO_SPEED);
  fail_if (other.controls->is_iso_automatic ());
}
GST_END_TEST

static Suite *
photography_controls_suite (void)
{
  Suite *suite = suite_create ("photography-controls");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, what_there_is_has_the_ranges_of_its_properties);
  tcase_add_test (tcase, what_is_not_among_its_capabilities_is_none);
  tcase_add_test (tcase, what_it_has_no_function_for_is_none);
  tcase_add_test (tcase, one_that_is_not_open_has_none);
  tcase_add_test (tcase, one_in_a_bin_is_found);
  tcase_add_test (tcase, numbers_are_in_the_units_of_the_web);
  tcase_add_test (tcase, what_does_not_count_is_not_written);
  tcase_add_test (tcase, modes_are_continuous_or_set_by_hand);
  tcase_add_test (tcase, what_has_nothing_to_set_is_not_set_by_hand);
  tcase_add_test (tcase, what_the_web_has_no_word_for_is_no_setting);
  tcase_add_test (tcase, what_is_no_value_is_no_setting);
  tcase_add_test (tcase, what_is_set_by_hand_is_a_setting_by_hand);
  tcase_add_test (tcase, a_single_shot_focuses_each_time);
  tcase_add_test (tcase, an_iso_of_0_is_automatic);
  return suite;
}

GST_CHECK_MAIN (photography_controls)
