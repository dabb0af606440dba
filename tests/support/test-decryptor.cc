// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/test-decryptor.hh"

#include "support/check.hh"

#include <mutex>

namespace {

struct TestDecryptor {
  GstElement parent;
  GstPad *src;
};
struct TestDecryptorClass {
  GstElementClass parent;
};

std::mutex lock;
std::string words;

void
note (const std::string &word)
{
  std::lock_guard locker (lock);
  words += word;
}

} // namespace

G_DEFINE_TYPE (TestDecryptor, test_decryptor, GST_TYPE_ELEMENT)

static GstPad *
src_of (GstObject *decryptor)
{
  return reinterpret_cast<TestDecryptor *> (decryptor)->src;
}

static gboolean
test_decryptor_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_PROTECTION) {
    const char *system;
    gst_event_parse_protection (event, &system, nullptr, nullptr);
    note (" " + std::string (system).substr (0, 2));
  }
  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return gst_pad_event_default (pad, parent, event);
  GstCaps *caps;
  gst_event_parse_caps (event, &caps);
  caps = gst_caps_copy (caps);
  GstStructure *structure = gst_caps_get_structure (caps, 0);
  gst_structure_set_name (
      structure, gst_structure_get_string (structure, "original-media-type"));
  gst_structure_remove_fields (structure, "original-media-type", "cipher-mode",
      "protection-system", "encryption-algorithm", "encoding-scope", nullptr);
  gst_event_unref (event);
  event = gst_event_new_caps (caps);
  gst_caps_unref (caps);
  return gst_pad_push_event (src_of (parent), event);
}

static GstFlowReturn
test_decryptor_chain (GstPad *, GstObject *parent, GstBuffer *buffer)
{
  note (gst_buffer_get_protection_meta (buffer) ? " frame" : " clear");
  return gst_pad_push (src_of (parent), buffer);
}

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("application/x-cenc, protection-system=50515253-5455-"
                         "5657-5859-5a5b5c5d5e5f; application/x-webm-enc"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-h264; video/x-vp8"));

static void
test_decryptor_init (TestDecryptor *self)
{
  GstPad *sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_event_function (sink, test_decryptor_event);
  gst_pad_set_chain_function (sink, test_decryptor_chain);
  gst_element_add_pad (&self->parent, sink);
  self->src = gst_pad_new_from_static_template (&src_template, "src");
  gst_element_add_pad (&self->parent, self->src);
}

static void
test_decryptor_class_init (TestDecryptorClass *klass)
{
  auto element = GST_ELEMENT_CLASS (klass);
  gst_element_class_add_static_pad_template (element, &sink_template);
  gst_element_class_add_static_pad_template (element, &src_template);
  gst_element_class_set_static_metadata (element, "Decryptor of the test",
      "Codec/Decryptor", "Decrypts nothing", "The gst-webmedia authors");
}

namespace webmedia::test {

void
register_test_decryptor ()
{
  fail_unless (gst_element_register (
      nullptr, "testdecryptor", GST_RANK_PRIMARY, test_decryptor_get_type ()));
}

std::string
test_decryptor_log ()
{
  std::lock_guard locker (lock);
  return words;
}

} // namespace webmedia::test
