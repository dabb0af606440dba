// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of cameras of V4L2, by the ioctls of one that is made up.
#include "devices/v4l2-controls.hh"

#include "support/check.hh"

#include <cerrno>
#include <cstring>
#include <linux/videodev2.h>
#include <map>

using namespace webmedia;
using namespace webmedia::devices;

namespace {

struct Control {
  uint32_t type = V4L2_CTRL_TYPE_INTEGER;
  int32_t minimum = 0;
  int32_t maximum = 255;
  int32_t step = 1;
  int32_t value = 0;
  uint32_t flags = 0;
  std::map<uint32_t, int64_t> menu{}; // indices, and the numbers of each
};

// Answers as the kernel does.
struct FakeCamera {
  Ioctl ioctl ()
  {
    return [this] (unsigned long request, void *argument) {
      switch (request) {
      case VIDIOC_QUERYCTRL:
        return query (*static_cast<v4l2_queryctrl *> (argument));
      case VIDIOC_QUERYMENU:
        return query_menu (*static_cast<v4l2_querymenu *> (argument));
      case VIDIOC_G_CTRL:
        return get (*static_cast<v4l2_control *> (argument));
      case VIDIOC_S_CTRL:
        return set (*static_cast<v4l2_control *> (argument));
      default:
        return ENOTTY;
      }
    };
  }

  int query (v4l2_queryctrl &about)
  {
    auto found = all.find (about.id);
    if (found == all.end ())
      return EINVAL;
    const Control &control = found->second;
    about.type = control.type;
    about.minimum = control.minimum;
    about.maximum = control.maximum;
    about.step = control.step;
    about.flags = control.flags;
    if (about.id == inactive_id && all[inactive_by].value == inactive_value)
      about.flags |= V4L2_CTRL_FLAG_INACTIVE;
    return 0;
  }
  int query_menu (v4l2_querymenu &item)
  {
    auto found = all.find (item.id);
    if (found == all.end () || !found->second.menu.contains (item.index))
      return EINVAL;
    item.value = found->second.menu[item.index];
    return 0;
  }
  int get (v4l2_control &control)
  {
    auto found = all.find (control.id);
    if (found == all.end ())
      return EINVAL;
    control.value = found->second.value;
    return 0;
  }
  int set (v4l2_control &control)
  {
    auto found = all.find (control.id);
    if (found == all.end ())
      return EINVAL;
    if (is_gone)
      return ENODEV;
    found->second.value = control.value;
    sets.emplace_back (control.id, control.value);
    return 0;
  }

  std::map<uint32_t, Control> all;
  // One that does not count while another one has this value.
  uint32_t inactive_id = 0;
  uint32_t inactive_by = 0;
  int32_t inactive_value = 0;
  bool is_gone = false;
  std::vector<std::pair<uint32_t, int32_t>> sets;
};

Control
number (int32_t minimum, int32_t maximum, int32_t step, int32_t value)
{
  return {.minimum = minimum, .maximum = maximum, .step = step, .value = value};
}

Control
boolean (bool value)
{
  return {.type = V4L2_CTRL_TYPE_BOOLEAN, .maximum = 1, .value = value};
}

// As most cameras of USB have it: no automatic aperture.
Control
exposure (int32_t value)
{
  return {.type = V4L2_CTRL_TYPE_MENU,
      .maximum = 3,
      .value = value,
      .menu = {
          {V4L2_EXPOSURE_MANUAL, 0}, {V4L2_EXPOSURE_APERTURE_PRIORITY, 0}}};
}

Value
text (const char *of)
{
  return std::string (of);
}

const Domain &
domain_of (const Domains &all, Property property)
{
  const Domain *found = find_domain (all, property);
  fail_unless (found != nullptr, "no %s", info (property).name);
  return *found;
}

void
is_range (
    const Domains &all, Property property, double low, double high, double step)
{
  const Numbers &numbers = domain_of (all, property).numbers;
  fail_unless (numbers == Numbers ({.intervals = {{low, high}}, .step = step}),
      "%s", info (property).name);
}

} // namespace

GST_START_TEST (each_control_is_the_property_of_that_meaning)
{
  FakeCamera camera;
  const std::pair<Property, uint32_t> kControls[] = {
      {Property::exposure_time, V4L2_CID_EXPOSURE_ABSOLUTE},
      {Property::color_temperature, V4L2_CID_WHITE_BALANCE_TEMPERATURE},
      {Property::brightness, V4L2_CID_BRIGHTNESS},
      {Property::contrast, V4L2_CID_CONTRAST},
      {Property::saturation, V4L2_CID_SATURATION},
      {Property::sharpness, V4L2_CID_SHARPNESS},
      {Property::focus_distance, V4L2_CID_FOCUS_ABSOLUTE},
      {Property::pan, V4L2_CID_PAN_ABSOLUTE},
      {Property::tilt, V4L2_CID_TILT_ABSOLUTE},
      {Property::zoom, V4L2_CID_ZOOM_ABSOLUTE},
  };
  int32_t i = 0;
  for (auto [property, id] : kControls) {
    camera.all[id] = number (-i, 100 + i, 5, 40 + i);
    i++;
  }
  auto controls = make_v4l2_controls (camera.ioctl ());
  fail_unless (bool (controls));
  Domains domains = controls->domains ();
  Settings values = controls->values ();
  i = 0;
  for (auto [property, id] : kControls) {
    is_range (domains, property, -i, 100 + i, 5);
    fail_unless (values[property] == Value (40. + i));
    fail_unless (controls->set (property, 60.));
    fail_unless (camera.sets.back () == std::pair (id, 60));
    i++;
  }
}
GST_END_TEST

GST_START_TEST (a_camera_without_controls_has_none)
{
  FakeCamera camera;
  fail_unless (!make_v4l2_controls (camera.ioctl ()));
  camera.all[V4L2_CID_HUE] = number (0, 10, 1, 5);
  fail_unless (!make_v4l2_controls (camera.ioctl ()));
}
GST_END_TEST

GST_START_TEST (what_cannot_be_set_is_not_there)
{
  FakeCamera camera;
  camera.all[V4L2_CID_BRIGHTNESS] = number (0, 10, 1, 5);
  for (auto [id, flags] : {std::pair<uint32_t, uint32_t> (
                               V4L2_CID_CONTRAST, V4L2_CTRL_FLAG_READ_ONLY),
           {V4L2_CID_SATURATION, V4L2_CTRL_FLAG_DISABLED},
           {V4L2_CID_SHARPNESS, V4L2_CTRL_FLAG_WRITE_ONLY}}) {
    camera.all[id] = number (0, 10, 1, 5);
    camera.all[id].flags = flags;
  }
  camera.all[V4L2_CID_ZOOM_ABSOLUTE] = number (1, 1, 1, 1);
  auto controls = make_v4l2_controls (camera.ioctl ());
  fail_unless_equals_int (controls->domains ().size (), 1);
  fail_unless_equals_int (controls->values ().size (), 1);
  fail_if (controls->set (Property::contrast, 1.));
}
GST_END_TEST

// https://w3c.github.io/mediacapture-image/#meteringmode-section
GST_START_TEST (white_balance_is_continuous_or_set_by_hand)
{
  FakeCamera camera;
  camera.all[V4L2_CID_AUTO_WHITE_BALANCE] = boolean (true);
  camera.all[V4L2_CID_WHITE_BALANCE_TEMPERATURE] =
      number (2800, 6500, 10, 4600);
  auto controls = make_v4l2_controls (camera.ioctl ());
  fail_unless (
      domain_of (controls->domains (), Property::white_balance_mode).values
      == std::vector ({text ("manual"), text ("continuous")}));
  auto mode = [&] {
    return controls->values ()[Property::white_balance_mode];
  };
  fail_unless (mode () == text ("continuous"));
  fail_unless (controls->set (Property::white_balance_mode, text ("manual")));
  fail_unless_equals_int (camera.all[V4L2_CID_AUTO_WHITE_BALANCE].value, 0);
  fail_unless (mode () == text ("manual"));
  fail_if (controls->set (Property::white_balance_mode, text ("single-shot")));
  fail_if (controls->set (Property::white_balance_mode, text ("none")));
}
GST_END_TEST

GST_START_TEST (what_has_nothing_to_set_by_hand_is_off)
{
  FakeCamera camera;
  camera.all[V4L2_CID_AUTO_WHITE_BALANCE] = boolean (true);
  auto controls = make_v4l2_controls (camera.ioctl ());
  fail_unless (
      domain_of (controls->domains (), Property::white_balance_mode).values
      == std::vector ({text ("none"), text ("continuous")}));
  fail_unless (controls->set (Property::white_balance_mode, text ("none")));
  fail_unless (
      controls->values ()[Property::white_balance_mode] == text ("none"));
}
GST_END_TEST

GST_START_TEST (what_is_always_set_by_hand_has_that_mode_alone)
{
  FakeCamera camera;
  camera.all[V4L2_CID_FOCUS_ABSOLUTE] = number (0, 250, 5, 10);
  auto controls = make_v4l2_controls (camera.ioctl ());
  fail_unless (domain_of (controls->domains (), Property::focus_mode).values
               == std::vector ({text ("manual")}));
  fail_unless (controls->values ()[Property::focus_mode] == text ("manual"));
  fail_unless (controls->set (Property::focus_mode, text ("manual")));
  fail_unless (camera.sets.empty ());
}
GST_END_TEST

GST_START_TEST (exposure_is_the_item_that_the_camera_has)
{
  FakeCamera camera;
  camera.all[V4L2_CID_EXPOSURE_AUTO] =
      exposure (V4L2_EXPOSURE_APERTURE_PRIORITY);
  camera.all[V4L2_CID_EXPOSURE_ABSOLUTE] = number (3, 2047, 1, 250);
  auto controls = make_v4l2_controls (camera.ioctl ());
  fail_unless (domain_of (controls->domains (), Property::exposure_mode).values
               == std::vector ({text ("manual"), text ("continuous")}));
  auto mode = [&] {
    return controls->values ()[Property::exposure_mode];
  };
  fail_unless (mode () == text ("continuous"));
  fail_unless (controls->set (Property::exposure_mode, text ("manual")));
  fail_unless_equals_int (
      camera.all[V4L2_CID_EXPOSURE_AUTO].value, V4L2_EXPOSURE_MANUAL);
  fail_unless (mode () == text ("manual"));
  fail_unless (controls->set (Property::exposure_mode, text ("continuous")));
  fail_unless_equals_int (camera.all[V4L2_CID_EXPOSURE_AUTO].value,
      V4L2_EXPOSURE_APERTURE_PRIORITY);
  // A full menu: all of it by itself, or by hand.
  camera.all[V4L2_CID_EXPOSURE_AUTO].menu = {{V4L2_EXPOSURE_AUTO, 0},
      {V4L2_EXPOSURE_MANUAL, 0}, {V4L2_EXPOSURE_SHUTTER_PRIORITY, 0},
      {V4L2_EXPOSURE_APERTURE_PRIORITY, 0}};
  controls = make_v4l2_controls (camera.ioctl ());
  fail_unless (controls->set (Property::exposure_mode, text ("continuous")));
  fail_unless_equals_int (
      camera.all[V4L2_CID_EXPOSURE_AUTO].value, V4L2_EXPOSURE_AUTO);
  camera.all[V4L2_CID_EXPOSURE_AUTO].value = V4L2_EXPOSURE_SHUTTER_PRIORITY;
  fail_unless (mode () == text ("manual"));
}
GST_END_TEST

GST_START_TEST (a_single_shot_is_a_button)
{
  FakeCamera camera;
  camera.all[V4L2_CID_FOCUS_AUTO] = boolean (true);
  camera.all[V4L2_CID_FOCUS_ABSOLUTE] = number (0, 250, 5, 10);
  camera.all[V4L2_CID_AUTO_FOCUS_START] = {
      .type = V4L2_CTRL_TYPE_BUTTON, .flags = V4L2_CTRL_FLAG_WRITE_ONLY};
  auto controls = make_v4l2_controls (camera.ioctl ());
  fail_unless (domain_of (controls->domains (), Property::focus_mode).values
               == std::vector ({text ("manual"), text ("continuous"),
                   text ("single-shot")}));
  fail_unless (controls->set (Property::focus_mode, text ("single-shot")));
  using Sets = decltype (camera.sets);
  fail_unless (
      camera.sets
      == Sets ({{V4L2_CID_FOCUS_AUTO, 0}, {V4L2_CID_AUTO_FOCUS_START, 1}}));
  fail_unless (
      controls->values ()[Property::focus_mode] == text ("single-shot"));
  fail_unless (controls->set (Property::focus_mode, text ("manual")));
  fail_unless (controls->values ()[Property::focus_mode] == text ("manual"));
  // What has been done before, by one that was open then, is not done again.
  camera.sets.clear ();
  controls = make_v4l2_controls (camera.ioctl ());
  fail_unless (controls->put_back (Property::focus_mode, text ("single-shot")));
  fail_unless (camera.sets == Sets ({{V4L2_CID_FOCUS_AUTO, 0}}));
  fail_unless (
      controls->values ()[Property::focus_mode] == text ("single-shot"));
}
GST_END_TEST

// Some drivers take it, and others fail.
GST_START_TEST (what_does_not_count_in_the_mode_is_not_set)
{
  FakeCamera camera;
  camera.all[V4L2_CID_EXPOSURE_AUTO] =
      exposure (V4L2_EXPOSURE_APERTURE_PRIORITY);
  camera.all[V4L2_CID_EXPOSURE_ABSOLUTE] = number (3, 2047, 1, 250);
  camera.inactive_id = V4L2_CID_EXPOSURE_ABSOLUTE;
  camera.inactive_by = V4L2_CID_EXPOSURE_AUTO;
  camera.inactive_value = V4L2_EXPOSURE_APERTURE_PRIORITY;
  auto controls = make_v4l2_controls (camera.ioctl ());
  is_range (controls->domains (), Property::exposure_time, 3, 2047, 1);
  fail_if (controls->set (Property::exposure_time, 100.));
  fail_unless (camera.sets.empty ());
  fail_unless (controls->set (Property::exposure_mode, text ("manual")));
  fail_unless (controls->set (Property::exposure_time, 100.));
  fail_unless (controls->values ()[Property::exposure_time] == Value (100.));
}
GST_END_TEST

// In thousandths, and not at equal distances.
GST_START_TEST (menus_of_numbers_are_their_numbers)
{
  FakeCamera camera;
  camera.all[V4L2_CID_ISO_SENSITIVITY] = {.type = V4L2_CTRL_TYPE_INTEGER_MENU,
      .maximum = 2,
      .value = 1,
      .menu = {{0, 100000}, {1, 200000}, {2, 400000}}};
  camera.all[V4L2_CID_ISO_SENSITIVITY_AUTO] = {.type = V4L2_CTRL_TYPE_MENU,
      .maximum = 1,
      .value = V4L2_ISO_SENSITIVITY_AUTO};
  camera.all[V4L2_CID_AUTO_EXPOSURE_BIAS] = {
      .type = V4L2_CTRL_TYPE_INTEGER_MENU,
      .maximum = 2,
      .value = 1,
      .menu = {{0, -333}, {1, 0}, {2, 333}}};
  auto controls = make_v4l2_controls (camera.ioctl ());
  fail_unless (domain_of (controls->domains (), Property::iso).numbers.intervals
               == std::vector<Interval> ({{100, 100}, {200, 200}, {400, 400}}));
  fail_unless (controls->values ()[Property::iso] == Value (200.));
  fail_unless (
      controls->values ()[Property::exposure_compensation] == Value (0.));
  fail_unless (controls->is_iso_automatic ());
  fail_unless (controls->set (Property::iso, 400.));
  fail_unless_equals_int (camera.all[V4L2_CID_ISO_SENSITIVITY].value, 2);
  fail_unless_equals_int (camera.all[V4L2_CID_ISO_SENSITIVITY_AUTO].value,
      V4L2_ISO_SENSITIVITY_MANUAL);
  fail_if (controls->is_iso_automatic ());
  controls->free_iso ();
  fail_unless (controls->is_iso_automatic ());
  fail_unless_equals_int (camera.all[V4L2_CID_ISO_SENSITIVITY_AUTO].value,
      V4L2_ISO_SENSITIVITY_AUTO);
  fail_unless (controls->set (Property::exposure_compensation, -0.333));
  fail_unless_equals_int (camera.all[V4L2_CID_AUTO_EXPOSURE_BIAS].value, 0);
  fail_unless (
      controls->values ()[Property::exposure_compensation] == Value (-0.333));
}
GST_END_TEST

GST_START_TEST (a_torch_is_a_light_that_stays_on)
{
  FakeCamera camera;
  camera.all[V4L2_CID_FLASH_LED_MODE] = {.type = V4L2_CTRL_TYPE_MENU,
      .maximum = 2,
      .value = V4L2_FLASH_LED_MODE_NONE,
      .menu = {{V4L2_FLASH_LED_MODE_NONE, 0}, {V4L2_FLASH_LED_MODE_FLASH, 0},
          {V4L2_FLASH_LED_MODE_TORCH, 0}}};
  auto controls = make_v4l2_controls (camera.ioctl ());
  fail_unless (domain_of (controls->domains (), Property::torch).values
               == std::vector<Value> ({false, true}));
  fail_unless (controls->values ()[Property::torch] == Value (false));
  fail_unless (controls->set (Property::torch, true));
  fail_unless (controls->values ()[Property::torch] == Value (true));
  // A flash that is no torch.
  camera.all[V4L2_CID_FLASH_LED_MODE].menu.erase (V4L2_FLASH_LED_MODE_TORCH);
  fail_unless (!make_v4l2_controls (camera.ioctl ()));
}
GST_END_TEST

GST_START_TEST (a_camera_that_is_gone_takes_nothing)
{
  FakeCamera camera;
  camera.all[V4L2_CID_BRIGHTNESS] = number (0, 10, 1, 5);
  auto controls = make_v4l2_controls (camera.ioctl ());
  camera.is_gone = true;
  fail_if (controls->set (Property::brightness, 7.));
  camera.all.clear ();
  fail_unless (controls->values ().empty ());
}
GST_END_TEST

GST_START_TEST (what_is_no_camera_has_no_controls)
{
  fail_unless (!make_v4l2_controls (ioctl_of_node ("/dev/null")));
  fail_unless (!make_v4l2_controls (ioctl_of_node ("/nowhere/at/all")));
  fail_unless (!make_v4l2_controls (ioctl_of (-1)));
}
GST_END_TEST

static Suite *
v4l2_controls_suite (void)
{
  Suite *suite = suite_create ("v4l2-controls");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, each_control_is_the_property_of_that_meaning);
  tcase_add_test (tcase, a_camera_without_controls_has_none);
  tcase_add_test (tcase, what_cannot_be_set_is_not_there);
  tcase_add_test (tcase, white_balance_is_continuous_or_set_by_hand);
  tcase_add_test (tcase, what_has_nothing_to_set_by_hand_is_off);
  tcase_add_test (tcase, what_is_always_set_by_hand_has_that_mode_alone);
  tcase_add_test (tcase, exposure_is_the_item_that_the_camera_has);
  tcase_add_test (tcase, a_single_shot_is_a_button);
  tcase_add_test (tcase, what_does_not_count_in_the_mode_is_not_set);
  tcase_add_test (tcase, menus_of_numbers_are_their_numbers);
  tcase_add_test (tcase, a_torch_is_a_light_that_stays_on);
  tcase_add_test (tcase, a_camera_that_is_gone_takes_nothing);
  tcase_add_test (tcase, what_is_no_camera_has_no_controls);
  return suite;
}

GST_CHECK_MAIN (v4l2_controls)
