// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of elements that are a GstColorBalance.
#include "devices/balance-controls.hh"

#include "support/check.hh"

#include <gst/video/colorbalance.h>

using namespace webmedia;
using namespace webmedia::devices;

// An element with the channels that a test gives it.
struct TestBalance {
  GstElement parent;
  GList *channels;
  int values[4];
};
struct TestBalanceClass {
  GstElementClass parent;
};

static TestBalance *
balance_of (GstColorBalance *balance)
{
  return reinterpret_cast<TestBalance *> (balance);
}

static void
test_balance_implement (GstColorBalanceInterface *interface)
{
  interface->list_channels = [] (GstColorBalance *self) -> const GList * {
    return balance_of (self)->channels;
  };
  interface->get_value = [] (GstColorBalance *self,
                             GstColorBalanceChannel *channel) -> gint {
    return balance_of (self)
        ->values[g_list_index (balance_of (self)->channels, channel)];
  };
  interface->set_value = [] (GstColorBalance *self,
                             GstColorBalanceChannel *channel, gint value) {
    balance_of (self)
        ->values[g_list_index (balance_of (self)->channels, channel)] = value;
  };
  interface->get_balance_type = [] (GstColorBalance *) {
    return GST_COLOR_BALANCE_HARDWARE;
  };
}

static GType test_balance_get_type (void);
G_DEFINE_TYPE_WITH_CODE (TestBalance, test_balance, GST_TYPE_ELEMENT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_COLOR_BALANCE, test_balance_implement))

static void
test_balance_init (TestBalance *)
{}

static void
test_balance_finalize (GObject *object)
{
  g_list_free_full (
      reinterpret_cast<TestBalance *> (object)->channels, g_object_unref);
  G_OBJECT_CLASS (test_balance_parent_class)->finalize (object);
}

static void
test_balance_class_init (TestBalanceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_balance_finalize;
}

namespace {

struct Channel {
  const char *label;
  int low;
  int high;
  int value;
};

Ptr<GstElement>
make_balance (std::initializer_list<Channel> channels)
{
  auto element = Ptr<GstElement>::adopt (GST_ELEMENT (
      gst_object_ref_sink (g_object_new (test_balance_get_type (), nullptr))));
  auto balance = reinterpret_cast<TestBalance *> (element.get ());
  int i = 0;
  for (const Channel &channel : channels) {
    auto made = static_cast<GstColorBalanceChannel *> (
        g_object_new (GST_TYPE_COLOR_BALANCE_CHANNEL, nullptr));
    made->label = g_strdup (channel.label);
    made->min_value = channel.low;
    made->max_value = channel.high;
    balance->channels = g_list_append (balance->channels, made);
    balance->values[i++] = channel.value;
  }
  return element;
}

} // namespace

GST_START_TEST (channels_are_the_properties_that_their_labels_say)
{
  auto element = make_balance ({{"HUE", -180, 180, 5}, {"Contrast", 0, 100, 50},
      {"BRIGHTNESS", -64, 64, 1}, {"Saturation (chroma)", 0, 200, 100}});
  auto controls = make_balance_controls (element);
  fail_unless (bool (controls));
  fail_unless (controls->values ()
               == Settings ({{Property::contrast, 50.},
                   {Property::brightness, 1.}, {Property::saturation, 100.}}));
  Domains domains = controls->domains ();
  fail_unless_equals_int (domains.size (), 3);
  fail_unless (find_domain (domains, Property::brightness)->numbers
               == Numbers ({.intervals = {{-64, 64}}, .step = 1}));
}
GST_END_TEST

GST_START_TEST (what_is_set_is_the_value_of_the_channel)
{
  auto element =
      make_balance ({{"CONTRAST", 0, 100, 50}, {"SATURATION", 0, 100, 50}});
  auto controls = make_balance_controls (element);
  fail_unless (controls->set (Property::saturation, 70.));
  fail_unless (
      controls->values ()
      == Settings ({{Property::contrast, 50.}, {Property::saturation, 70.}}));
  fail_if (controls->set (Property::zoom, 1.));
}
GST_END_TEST

GST_START_TEST (a_balance_in_a_bin_is_found)
{
  auto bin = Ptr<GstElement>::adopt (
      GST_ELEMENT (gst_object_ref_sink (gst_bin_new (nullptr))));
  fail_unless (!make_balance_controls (bin));
  auto element = make_balance ({{"CONTRAST", 0, 100, 50}});
  gst_bin_add (GST_BIN (bin.get ()), element.get ());
  auto controls = make_balance_controls (bin);
  fail_unless (controls && controls->set (Property::contrast, 60.));
  fail_unless_equals_int (
      reinterpret_cast<TestBalance *> (element.get ())->values[0], 60);
}
GST_END_TEST

GST_START_TEST (what_has_nothing_to_choose_is_no_control)
{
  auto element = make_balance ({{"HUE", 0, 9, 1}, {"CONTRAST", 5, 5, 5}});
  fail_unless (!make_balance_controls (element));
}
GST_END_TEST

static Suite *
balance_controls_suite (void)
{
  Suite *suite = suite_create ("balance-controls");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, channels_are_the_properties_that_their_labels_say);
  tcase_add_test (tcase, what_is_set_is_the_value_of_the_channel);
  tcase_add_test (tcase, a_balance_in_a_bin_is_found);
  tcase_add_test (tcase, what_has_nothing_to_choose_is_no_control);
  return suite;
}

GST_CHECK_MAIN (balance_controls)
