// SPDX-License-Identifier: LGPL-2.1-or-later
// In a process that can't stretch: it is looked at once.
#include "stream/stretched-input.hh"

#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::stream;

// Before GStreamer is: later it would leak its list of them.
[[maybe_unused]] static const guint removed =
    gst_debug_remove_log_function (nullptr);

static std::string warnings;

static void
on_log (GstDebugCategory *category, GstDebugLevel level, const gchar *,
    const gchar *, gint, GObject *, GstDebugMessage *message, gpointer)
{
  if (level == GST_LEVEL_WARNING
      && g_str_equal (
          gst_debug_category_get_name (category), "webmedia-stretch"))
    warnings += std::string (gst_debug_message_get (message)) + "\n";
}

GST_START_TEST (what_is_missing_is_told_once)
{
  GstRegistry *registry = gst_registry_get ();
  auto feature = Ptr<GstPluginFeature>::adopt (
      gst_registry_lookup_feature (registry, "audioconvert"));
  gst_registry_remove_feature (registry, feature.get ());
  gst_debug_set_active (TRUE);
  gst_debug_set_default_threshold (GST_LEVEL_WARNING);
  gst_debug_add_log_function (on_log, nullptr, nullptr);
  fail_unless (StretchedInput::is_possible (1));
  fail_unless_equals_string (warnings.c_str (), "");
  fail_if (StretchedInput::is_possible (2));
  fail_unless (warnings.find ("audioconvert") != std::string::npos, "%s",
      warnings.c_str ());
  std::string told = warnings;
  fail_if (StretchedInput::is_possible (0.5));
  fail_unless_equals_string (warnings.c_str (), told.c_str ());
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
