// SPDX-License-Identifier: LGPL-2.1-or-later
#include "chain.hh"

#include <algorithm>
#include <gst/controller/gstdirectcontrolbinding.h>

namespace demo {

namespace {

constexpr const char *kDescription =
    "audioworklet name=mixer processor=mixer ! tee name=t "
    "flitetestsrc samplesperbuffer=1024 ! audioconvert ! audioresample ! "
    "audio/x-raw,rate=48000,channels=1 ! queue max-size-buffers=3 ! mixer.sink "
    "audioworklet name=tone processor=oscillator ! "
    "queue max-size-buffers=3 ! mixer.sink_1 "
    "t. ! queue max-size-buffers=3 ! fakesink name=before sync=true "
    "t. ! queue max-size-buffers=3 ! audioworklet name=filter processor=biquad "
    "processor-options={\"type\":\"lowpass\"} Q::value=9 ! "
    "audioworklet name=echo processor=delay delayTime::value=0.004 ! "
    "audioworklet name=pan processor=panner ! "
    "audioworklet name=level processor=gain ! "
    "audioworklet name=meter processor=meter ! fakesink name=after sync=true";

// What is said to which processor, and when.
const struct {
  double time;
  const char *element;
  const char *text;
} kMessages[] = {
    {3, "tone", "sawtooth"},
    {5, "filter", "highpass"},
    {7, "tone", "triangle"},
    {8, "filter", "lowpass"},
};

GstWebAutomationTimeline *
make_line (double value)
{
  return gst_web_automation_timeline_new (value);
}

} // namespace

std::vector<double>
Curve::values (size_t count) const
{
  std::vector<double> values (count);
  gst_control_source_get_value_array (GST_CONTROL_SOURCE (line), 0,
      clock_time (kLength / double (count)), guint (count), values.data ());
  return values;
}

Chain::Chain ()
{
  GError *error = nullptr;
  pipeline_.reset (gst_parse_launch (kDescription, &error));
  if (error) {
    error_ = error->message;
    g_error_free (error);
    return;
  }
  gst_object_ref_sink (pipeline_.get ());
  auto bin = GST_BIN (pipeline_.get ());
  Ptr<GstElement> before (gst_bin_get_by_name (bin, "before"));
  Ptr<GstElement> after (gst_bin_get_by_name (bin, "after"));
  Ptr<GstElement> meter (gst_bin_get_by_name (bin, "meter"));
  before_.watch (before.get ());
  after_.watch (after.get ());
  g_signal_connect (meter.get (), "message", G_CALLBACK (on_message), this);

  // The tone goes up and down; the filter opens, and follows from above.
  GstWebAutomationTimeline *tone = make_line (110);
  for (double time : {2.0, 6.0, 10.0}) {
    gst_web_automation_timeline_exponential_ramp_to_value_at_time (
        tone, 880, clock_time (time), nullptr);
    gst_web_automation_timeline_exponential_ramp_to_value_at_time (
        tone, 220, clock_time (time + 2), nullptr);
  }
  drive ("tone", "frequency", "tone", tone);
  GstWebAutomationTimeline *cutoff = make_line (300);
  gst_web_automation_timeline_exponential_ramp_to_value_at_time (
      cutoff, 9000, clock_time (4), nullptr);
  gst_web_automation_timeline_set_target_at_time (
      cutoff, 400, clock_time (4.5), clock_time (0.4), nullptr);
  gst_web_automation_timeline_set_value_at_time (
      cutoff, 400, clock_time (8), nullptr);
  gst_web_automation_timeline_exponential_ramp_to_value_at_time (
      cutoff, 6000, clock_time (9.5), nullptr);
  drive ("filter", "frequency", "cutoff", cutoff);
  GstWebAutomationTimeline *pan = make_line (0);
  const gfloat turns[] = {0, -1, 1, -1, 1, 0};
  gst_web_automation_timeline_set_value_curve_at_time (
      pan, turns, G_N_ELEMENTS (turns), 0, clock_time (kLength), nullptr);
  drive ("pan", "pan", "pan", pan);
  GstWebAutomationTimeline *level = make_line (0);
  gst_web_automation_timeline_linear_ramp_to_value_at_time (
      level, 1, clock_time (1), nullptr);
  gst_web_automation_timeline_set_target_at_time (
      level, 0.3, clock_time (5), clock_time (0.3), nullptr);
  gst_web_automation_timeline_set_value_at_time (
      level, 0.3, clock_time (6.5), nullptr);
  for (double time : {7.5, 9.0})
    gst_web_automation_timeline_linear_ramp_to_value_at_time (
        level, 1, clock_time (time), nullptr);
  gst_web_automation_timeline_linear_ramp_to_value_at_time (
      level, 0, clock_time (kLength), nullptr);
  drive ("level", "gain", "gain", level);
  GstWebAutomationTimeline *share = make_line (0.25);
  drive ("mixer", "gain1", "tone's gain", share);
}

Chain::~Chain ()
{
  if (pipeline_)
    gst_element_set_state (pipeline_.get (), GST_STATE_NULL);
  for (const Curve &curve : curves_)
    gst_object_unref (curve.line);
}

void
Chain::drive (const char *element, const char *parameter, const char *name,
    GstWebAutomationTimeline *line)
{
  Ptr<GstElement> worklet (
      gst_bin_get_by_name (GST_BIN (pipeline_.get ()), element));
  Ptr<GObject> child (gst_child_proxy_get_child_by_name (
      GST_CHILD_PROXY (worklet.get ()), parameter));
  auto object = GST_OBJECT (child.get ());
  gst_object_add_control_binding (
      object, gst_direct_control_binding_new_absolute (
                  object, "value", GST_CONTROL_SOURCE (line)));
  curves_.push_back ({name, line});
}

const Curve &
Chain::curve (const char *name) const
{
  return *std::find_if (curves_.begin (), curves_.end (),
      [name] (const Curve &curve) { return curve.name == name; });
}

std::string
Chain::play ()
{
  if (error_.empty ()
      && gst_element_set_state (pipeline_.get (), GST_STATE_PLAYING)
             == GST_STATE_CHANGE_FAILURE)
    tick (); // which reads why
  return error_;
}

// The meter's: the time, and for each channel its peak and RMS.
void
Chain::on_message (GstElement *, GVariant *message, gpointer self)
{
  auto &chain = *static_cast<Chain *> (self);
  gsize count = 0;
  auto numbers = static_cast<const double *> (
      g_variant_get_fixed_array (message, &count, sizeof (double)));
  std::lock_guard locker (chain.lock_);
  chain.received_++;
  chain.levels_ = {};
  if (count > 0)
    chain.levels_.time = numbers[0];
  for (gsize c = 0; c < 2 && 2 + 2 * c < count; c++) {
    chain.levels_.peak[c] = numbers[1 + 2 * c];
    chain.levels_.rms[c] = numbers[2 + 2 * c];
  }
}

void
Chain::send (const char *element, const char *text)
{
  Ptr<GstElement> worklet (
      gst_bin_get_by_name (GST_BIN (pipeline_.get ()), element));
  // What is rendered now is heard when the queues behind it are through.
  GstWebAudioWorklet *context = nullptr;
  g_object_get (worklet.get (), "worklet", &context, nullptr);
  Ptr<GstWebAudioWorklet> owned (context);
  const GstClockTime now = gst_web_audio_worklet_global_scope_get_current_time (
      gst_web_audio_worklet_get_global_scope (context));
  gboolean is_posted = FALSE;
  g_signal_emit_by_name (
      worklet.get (), "post-message", g_variant_new_string (text), &is_posted);
  if (is_posted)
    sent_.push_back ({seconds (now), std::string (element) + ": " + text});
}

bool
Chain::tick ()
{
  Ptr<GstBus> bus (gst_element_get_bus (pipeline_.get ()));
  while (Ptr<GstMessage> message{gst_bus_pop_filtered (
      bus.get (), GstMessageType (GST_MESSAGE_EOS | GST_MESSAGE_ERROR))}) {
    if (GST_MESSAGE_TYPE (message.get ()) == GST_MESSAGE_ERROR) {
      GError *error = nullptr;
      gst_message_parse_error (message.get (), &error, nullptr);
      error_ = error->message;
      g_error_free (error);
    }
    return false;
  }
  const double now = position ();
  while (sent_.size () < G_N_ELEMENTS (kMessages)
         && kMessages[sent_.size ()].time <= now) {
    const size_t before = sent_.size ();
    send (kMessages[before].element, kMessages[before].text);
    if (sent_.size () == before) {
      error_ = "a message could not be posted";
      return false;
    }
  }
  if (now >= kLength && !is_ending_) {
    is_ending_ = true;
    gst_element_send_event (pipeline_.get (), gst_event_new_eos ());
  }
  return true;
}

double
Chain::position () const
{
  gint64 position = 0;
  gst_element_query_position (pipeline_.get (), GST_FORMAT_TIME, &position);
  return seconds (GstClockTime (std::max<gint64> (position, 0)));
}

Levels
Chain::levels () const
{
  std::lock_guard locker (lock_);
  return levels_;
}

size_t
Chain::received () const
{
  std::lock_guard locker (lock_);
  return received_;
}

} // namespace demo
