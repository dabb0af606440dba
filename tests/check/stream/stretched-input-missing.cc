// SPDX-License-Identifier: LGPL-2.1-or-later
// In a process that can't stretch: it is looked at once.
#include "stream/stretched-input.hh"

#include "support/check.hh"
#include "support/warnings.hh"

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

GST_START_TEST (what_is_missing_is_told_once)
{
  static const Warnings warnings ("webmedia-stretch");
  GstRegistry *registry = gst_registry_get ();
  auto feature = Ptr<GstPluginFeature>::adopt (
      gst_registry_lookup_feature (registry, "audioconvert"));
  gst_registry_remove_feature (registry, feature.get ());
  fail_unless (StretchedInput::is_possible (1));
  fail_unless (warnings.told ().empty ());
  fail_if (StretchedInput::is_possible (2));
  auto told = warnings.told ();
  fail_unless_equals_uint64 (told.size (), 1);
  fail_unless (told[0].find ("audioconvert") != std::string::npos, "%s",
      told[0].c_str ());
  fail_if (StretchedInput::is_possible (0.5));
  fail_unless_equals_uint64 (warnings.told ().size (), 1);
}
GST_END_TEST

static Suite *
stretched_input_missing_suite ()
{
  Suite *suite = suite_create ("stretched-input-missing");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, what_is_missing_is_told_once);
  return suite;
}

GST_CHECK_MAIN (stretched_input_missing)
