// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/source-setup-gst.hh"

#include "base/ptr.hh"
#include "devices/device.hh"
#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::devices;

// With the property of PipeWire's source, whatever it is a source of.
struct TestCopier {
  GstElement parent;
  gboolean copies;
};
struct TestCopierClass {
  GstElementClass parent;
};

G_DEFINE_TYPE (TestCopier, test_copier, GST_TYPE_ELEMENT)

static void
test_copier_init (TestCopier *)
{}

static void
test_copier_class_init (TestCopierClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = [] (GObject *self, guint, const GValue *value,
                                   GParamSpec *) {
    reinterpret_cast<TestCopier *> (self)->copies = g_value_get_boolean (value);
  };
  object_class->get_property = [] (GObject *self, guint, GValue *value,
                                   GParamSpec *) {
    g_value_set_boolean (value, reinterpret_cast<TestCopier *> (self)->copies);
  };
  g_object_class_install_property (object_class, 1,
      g_param_spec_boolean ("always-copy", "", "", FALSE,
          GParamFlags (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)));
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Copier",
      "Source", "Says whether it copies", "Nobody");
}

// Of the same property, and not PipeWire's.
struct TestOther {
  TestCopier parent;
};
struct TestOtherClass {
  TestCopierClass parent;
};

G_DEFINE_TYPE (TestOther, test_other, test_copier_get_type ())

static void
test_other_init (TestOther *)
{}

static void
test_other_class_init (TestOtherClass *)
{}

// Its element is a source of PipeWire's, or what a program has put around one.
struct TestPipeWireDevice {
  GstDevice parent;
  bool is_bin;
};
struct TestPipeWireDeviceClass {
  GstDeviceClass parent;
};

G_DEFINE_TYPE (TestPipeWireDevice, test_pipe_wire_device, GST_TYPE_DEVICE)

static void
test_pipe_wire_device_init (TestPipeWireDevice *)
{}

static void
test_pipe_wire_device_class_init (TestPipeWireDeviceClass *klass)
{
  GST_DEVICE_CLASS (klass)->create_element = [] (GstDevice *self,
                                                 const gchar *name) {
    auto source = GST_ELEMENT (
        g_object_new (test_copier_get_type (), "name", name, nullptr));
    if (!reinterpret_cast<TestPipeWireDevice *> (self)->is_bin)
      return source;
    GstElement *inner = gst_bin_new (nullptr), *bin = gst_bin_new (nullptr);
    gst_bin_add (GST_BIN (inner), source);
    gst_bin_add (GST_BIN (bin), inner);
    return bin;
  };
}

namespace {

bool
copies (GstElement *element)
{
  gboolean copies;
  g_object_get (element, "always-copy", &copies, nullptr);
  return copies;
}

// As the name of PipeWire's own source, of which there may be none here.
void
register_copiers ()
{
  gst_element_register (
      nullptr, "pipewiresrc", GST_RANK_NONE, test_copier_get_type ());
  gst_element_register (
      nullptr, "testother", GST_RANK_NONE, test_other_get_type ());
}

Ptr<GstElement>
make_element_of_device (bool is_bin)
{
  auto object = Ptr<GstDevice>::adopt (GST_DEVICE (gst_object_ref_sink (
      g_object_new (test_pipe_wire_device_get_type (), nullptr))));
  reinterpret_cast<TestPipeWireDevice *> (object.get ())->is_bin = is_bin;
  Device device{};
  device.object = object;
  return make_element (device);
}

} // namespace

GST_START_TEST (a_source_of_pipewire_hands_out_copies)
{
  register_copiers ();
  auto source = make_element_of_device (false);
  fail_unless (copies (source.get ()));
}
GST_END_TEST

GST_START_TEST (so_does_one_that_is_a_part_of_an_element)
{
  register_copiers ();
  auto bin = make_element_of_device (true);
  GValue found = G_VALUE_INIT;
  GstIterator *all = gst_bin_iterate_all_by_element_factory_name (
      GST_BIN (bin.get ()), "pipewiresrc");
  fail_unless (gst_iterator_next (all, &found) == GST_ITERATOR_OK);
  fail_unless (copies (GST_ELEMENT (g_value_get_object (&found))));
  g_value_unset (&found);
  gst_iterator_free (all);
}
GST_END_TEST

GST_START_TEST (any_other_source_stays_what_it_is)
{
  register_copiers ();
  auto own = [] (gpointer element) {
    return Ptr<GstElement>::adopt (GST_ELEMENT (gst_object_ref_sink (element)));
  };
  auto other = own (g_object_new (test_other_get_type (), nullptr));
  set_up_source (other.get ());
  fail_if (copies (other.get ()));
  auto without = own (gst_element_factory_make ("fakesrc", nullptr));
  set_up_source (without.get ());
}
GST_END_TEST

// There is a stream from PAUSED on.
GST_START_TEST (a_source_of_pipewire_has_time_to_stop_from_paused_on)
{
  register_copiers ();
  for (bool is_bin : {false, true}) {
    for (GstState state :
        {GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_PLAYING}) {
      auto source = make_element_of_device (is_bin);
      fail_unless (gst_element_set_state (source.get (), state)
                   == GST_STATE_CHANGE_SUCCESS);
      gint64 before = g_get_monotonic_time ();
      stop_source (source.get ());
      fail_unless (state < GST_STATE_PAUSED
                   || g_get_monotonic_time () - before >= 50000);
      fail_unless (GST_STATE (source.get ()) <= GST_STATE_PAUSED);
      gst_element_set_state (source.get (), GST_STATE_NULL);
    }
  }
}
GST_END_TEST

// As where another part takes its time to come to PLAYING.
GST_START_TEST (a_part_that_is_further_is_stopped_too)
{
  register_copiers ();
  auto bin = make_element_of_device (true);
  gst_element_set_state (bin.get (), GST_STATE_PAUSED);
  GValue found = G_VALUE_INIT;
  GstIterator *all = gst_bin_iterate_all_by_element_factory_name (
      GST_BIN (bin.get ()), "pipewiresrc");
  fail_unless (gst_iterator_next (all, &found) == GST_ITERATOR_OK);
  auto part =
      Ptr<GstElement>::share (GST_ELEMENT (g_value_get_object (&found)));
  g_value_unset (&found);
  gst_iterator_free (all);
  gst_element_set_state (part.get (), GST_STATE_PLAYING);
  stop_source (bin.get ());
  fail_unless_equals_int (GST_STATE (part.get ()), GST_STATE_PAUSED);
  gst_element_set_state (bin.get (), GST_STATE_NULL);
}
GST_END_TEST

static Suite *
source_setup_gst_suite (void)
{
  Suite *suite = suite_create ("devices/source-setup-gst");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_source_of_pipewire_hands_out_copies);
  tcase_add_test (tc, so_does_one_that_is_a_part_of_an_element);
  tcase_add_test (tc, any_other_source_stays_what_it_is);
  tcase_add_test (tc, a_source_of_pipewire_has_time_to_stop_from_paused_on);
  tcase_add_test (tc, a_part_that_is_further_is_stopped_too);
  return suite;
}

GST_CHECK_MAIN (source_setup_gst);
