// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/property.hh"

#include "support/check.hh"

#include <set>
#include <string>

using namespace webmedia::devices;

GST_START_TEST (names_are_found_and_are_different)
{
  std::set<std::string> names;
  for (const PropertyInfo &property : all_properties ()) {
    fail_unless (names.insert (property.name).second);
    fail_unless (&info (*find_property (property.name)) == &property);
  }
  fail_if (find_property ("Width"));
  fail_if (find_property ("advanced"));
}
GST_END_TEST

GST_START_TEST (the_table_is_in_the_order_of_the_enumeration)
{
  fail_unless (find_property ("deviceId") == Property::device_id);
  fail_unless (find_property ("backgroundBlur") == Property::background_blur);
  fail_unless (find_property ("channelCount") == Property::channel_count);
  fail_unless (find_property ("torch") == Property::torch);
  fail_unless (find_property ("suppressLocalAudioPlayback")
               == Property::suppress_local_audio_playback);
  fail_unless (find_property ("backgroundSegmentationMask")
               == Property::background_segmentation_mask);
}
GST_END_TEST

// The list of allowed required constraints for device selection.
GST_START_TEST (fifteen_names_select_a_device)
{
  int count = 0;
  for (const PropertyInfo &property : all_properties ())
    count += property.is (selects_device);
  fail_unless_equals_int (count, 15);
  fail_if (info (Property::background_blur).is (selects_device));
  fail_if (info (Property::zoom).is (selects_device));
}
GST_END_TEST

// https://w3c.github.io/mediacapture-image/#extensions
GST_START_TEST (seventeen_properties_are_controls_of_a_camera)
{
  int count = 0;
  for (const PropertyInfo &property : all_properties ())
    if (property.is (controlled)) {
      count++;
      fail_unless (property.applies_to (TrackKind::video), "%s", property.name);
      fail_if (property.is (selects_device), "%s", property.name);
    }
  fail_unless_equals_int (count, 17);
  fail_unless (info (Property::white_balance_mode).is (controlled));
  fail_unless (info (Property::torch).is (controlled));
}
GST_END_TEST

GST_START_TEST (properties_apply_to_their_kinds_of_tracks)
{
  for (const PropertyInfo &property : all_properties ())
    fail_unless (property.applies_to (TrackKind::audio)
                 || property.applies_to (TrackKind::video));
  fail_unless (info (Property::group_id).applies_to (TrackKind::audio));
  fail_unless (info (Property::group_id).applies_to (TrackKind::video));
  fail_if (info (Property::width).applies_to (TrackKind::audio));
  fail_if (info (Property::echo_cancellation).applies_to (TrackKind::video));
}
GST_END_TEST

GST_START_TEST (aspect_ratios_are_rounded_to_the_tenth_decimal)
{
  fail_unless (round_to_tenth_decimal (16. / 9.) == 1.7777777778);
  fail_unless (round_to_tenth_decimal (4. / 3.) == 1.3333333333);
}
GST_END_TEST

static Suite *
property_suite ()
{
  Suite *suite = suite_create ("property");
  TCase *tests = tcase_create ("property");
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, names_are_found_and_are_different);
  tcase_add_test (tests, the_table_is_in_the_order_of_the_enumeration);
  tcase_add_test (tests, fifteen_names_select_a_device);
  tcase_add_test (tests, seventeen_properties_are_controls_of_a_camera);
  tcase_add_test (tests, properties_apply_to_their_kinds_of_tracks);
  tcase_add_test (tests, aspect_ratios_are_rounded_to_the_tenth_decimal);
  return suite;
}

GST_CHECK_MAIN (property)
