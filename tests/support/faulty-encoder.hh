// SPDX-License-Identifier: LGPL-2.1-or-later
// An encoder of JPEG that goes before all others, and does not do what it
// should.
#pragma once

#include "base/ptr.hh"

#include <condition_variable>
#include <mutex>

namespace webmedia::test {

enum class Fault { ends, fails, hangs };
static Fault fault;
static std::mutex gate;
static std::condition_variable gate_changed;
static bool is_hanging = false, is_let = false;

struct TestEncoder {
  GstElement parent;
  GstPad *source;
};
struct TestEncoderClass {
  GstElementClass parent;
};

G_DEFINE_TYPE (TestEncoder, test_encoder, GST_TYPE_ELEMENT)

static GstFlowReturn
test_encoder_chain (GstPad *, GstObject *parent, GstBuffer *buffer)
{
  auto self = reinterpret_cast<TestEncoder *> (parent);
  gst_buffer_unref (buffer);
  if (fault == Fault::hangs) {
    std::unique_lock locker (gate);
    is_hanging = true;
    gate_changed.notify_all ();
    gate_changed.wait (locker, [] { return is_let; });
  } else if (fault == Fault::fails) {
    GST_ELEMENT_ERROR (self, STREAM, ENCODE, ("out of ink"), (nullptr));
  } else {
    gst_pad_push_event (self->source, gst_event_new_eos ());
    return GST_FLOW_EOS;
  }
  return GST_FLOW_ERROR;
}

static void
test_encoder_init (TestEncoder *self)
{
  auto add = [self] (const char *name) {
    GstPad *pad = gst_pad_new_from_template (
        gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (self), name),
        name);
    gst_element_add_pad (GST_ELEMENT (self), pad);
    return pad;
  };
  gst_pad_set_chain_function (add ("sink"), test_encoder_chain);
  self->source = add ("src");
}

static void
test_encoder_class_init (TestEncoderClass *klass)
{
  auto element = GST_ELEMENT_CLASS (klass);
  auto add = [element] (const char *name, GstPadDirection direction,
                 const char *caps) {
    auto some = Ptr<GstCaps>::adopt (gst_caps_from_string (caps));
    gst_element_class_add_pad_template (element,
        gst_pad_template_new (name, direction, GST_PAD_ALWAYS, some.get ()));
  };
  add ("sink", GST_PAD_SINK, "video/x-raw");
  add ("src", GST_PAD_SRC, "image/jpeg");
  gst_element_class_set_static_metadata (
      element, "Faulty", "Codec/Encoder/Image", "For tests", "-");
}

static void
encode_with (Fault what)
{
  fault = what;
  gst_element_register (
      nullptr, "testencoder", GST_RANK_PRIMARY + 100, test_encoder_get_type ());
}

static inline void
wait_until_it_hangs ()
{
  std::unique_lock locker (gate);
  gate_changed.wait (locker, [] { return is_hanging; });
}

// What hangs, and what would hang from now on.
static inline void
let_go ()
{
  std::unique_lock locker (gate);
  is_let = true;
  gate_changed.notify_all ();
}

} // namespace webmedia::test
