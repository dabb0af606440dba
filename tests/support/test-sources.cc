// SPDX-License-Identifier: LGPL-2.1-or-later
// The elements of test devices.
#include "support/test-devices.hh"

#include "base/weak-ref.hh"
#include "support/test-photography.hh"

#include <atomic>
#include <condition_variable>
#include <mutex>

using webmedia::Ptr;

static std::mutex sources_lock;
static std::condition_variable sources_changed;
static std::vector<std::shared_ptr<webmedia::WeakRef<GstElement>>> sources;
static std::atomic<bool> are_busy{false};
static std::atomic<bool> are_missing{false};
static std::atomic<bool> are_silent{false};
static std::atomic<bool> are_not_live{false};
static std::atomic<bool> are_fed{false};
static int surface_width = 0, surface_height = 0;
static bool are_held = false;
static int n_held = 0; // that wait

// A source whose change to READY takes until it is let.
struct TestHeldSource {
  GstBin parent;
};
struct TestHeldSourceClass {
  GstBinClass parent;
};

G_DEFINE_TYPE (TestHeldSource, test_held_source, GST_TYPE_BIN)

static GstStateChangeReturn
test_held_source_change_state (GstElement *self, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_NULL_TO_READY) {
    std::unique_lock locker (sources_lock);
    n_held++;
    sources_changed.notify_all ();
    sources_changed.wait (locker, [] { return !are_held; });
    n_held--;
  }
  return GST_ELEMENT_CLASS (test_held_source_parent_class)
      ->change_state (self, transition);
}

static void
test_held_source_init (TestHeldSource *)
{}

static void
test_held_source_class_init (TestHeldSourceClass *klass)
{
  GST_ELEMENT_CLASS (klass)->change_state = test_held_source_change_state;
}

// A microphone with the properties of GstAudioBaseSrc. What it reads at once is
// a number of samples at 44.1 kHz, whatever rate it has. It counts as a source
// from READY on: who only looks at its properties has not opened it.
struct TestMicrophone {
  GstBin parent;
  GstElement *tone;
  gint64 period; // in microseconds, as the other one
  gint64 room;
};
struct TestMicrophoneClass {
  GstBinClass parent;
};

enum { PROP_LATENCY_TIME = 1, PROP_BUFFER_TIME };

G_DEFINE_TYPE (TestMicrophone, test_microphone, GST_TYPE_BIN)

static gint64 *
test_microphone_time (GObject *object, guint id)
{
  auto self = reinterpret_cast<TestMicrophone *> (object);
  return id == PROP_LATENCY_TIME ? &self->period : &self->room;
}

static void
test_microphone_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *)
{
  *test_microphone_time (object, id) = g_value_get_int64 (value);
}

static void
test_microphone_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *)
{
  g_value_set_int64 (value, *test_microphone_time (object, id));
}

static GstStateChangeReturn
test_microphone_change_state (GstElement *element, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_NULL_TO_READY) {
    auto self = reinterpret_cast<TestMicrophone *> (element);
    g_object_set (self->tone, "samplesperbuffer",
        int (self->period * 44100 / G_USEC_PER_SEC), nullptr);
    std::lock_guard locker (sources_lock);
    sources.push_back (webmedia::WeakRef<GstElement>::create (element));
    sources_changed.notify_all ();
  }
  return GST_ELEMENT_CLASS (test_microphone_parent_class)
      ->change_state (element, transition);
}

static void
test_microphone_init (TestMicrophone *self)
{
  self->tone = gst_element_factory_make ("audiotestsrc", nullptr);
  gst_bin_add (GST_BIN (self), self->tone);
  auto pad =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (self->tone, "src"));
  gst_element_add_pad (
      GST_ELEMENT (self), gst_ghost_pad_new ("src", pad.get ()));
}

static void
test_microphone_class_init (TestMicrophoneClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = test_microphone_set_property;
  object_class->get_property = test_microphone_get_property;
  auto install = [object_class] (guint id, const char *name, gint64 usual) {
    g_object_class_install_property (object_class, id,
        g_param_spec_int64 (name, "", "", 1, G_MAXINT64, usual,
            GParamFlags (G_PARAM_READWRITE | G_PARAM_CONSTRUCT
                         | G_PARAM_STATIC_STRINGS)));
  };
  install (PROP_LATENCY_TIME, "latency-time", 10 * G_TIME_SPAN_MILLISECOND);
  install (PROP_BUFFER_TIME, "buffer-time", 200 * G_TIME_SPAN_MILLISECOND);
  GST_ELEMENT_CLASS (klass)->change_state = test_microphone_change_state;
}

// A display that shows its pointer, or does not.
struct TestDisplay {
  GstBin parent;
  GstElement *pictures;
};
struct TestDisplayClass {
  GstBinClass parent;
};

enum { PROP_SHOW_POINTER = 1 };

G_DEFINE_TYPE (TestDisplay, test_display, GST_TYPE_BIN)

static void
test_display_set_property (
    GObject *object, guint, const GValue *value, GParamSpec *)
{
  gst_util_set_object_arg (
      G_OBJECT (reinterpret_cast<TestDisplay *> (object)->pictures), "pattern",
      g_value_get_boolean (value) ? "white" : "black");
}

static void
test_display_init (TestDisplay *self)
{
  self->pictures = gst_element_factory_make ("videotestsrc", nullptr);
  g_object_set (self->pictures, "is-live", TRUE, nullptr);
  gst_bin_add (GST_BIN (self), self->pictures);
  auto pad =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (self->pictures, "src"));
  gst_element_add_pad (
      GST_ELEMENT (self), gst_ghost_pad_new ("src", pad.get ()));
}

static void
test_display_class_init (TestDisplayClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = test_display_set_property;
  g_object_class_install_property (object_class, PROP_SHOW_POINTER,
      g_param_spec_boolean ("show-pointer", "", "", TRUE,
          GParamFlags (G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS)));
}

namespace webmedia::test {

namespace {

bool
has_property (GstDevice *device, const char *name)
{
  GstStructure *properties = gst_device_get_properties (device);
  bool has = properties && gst_structure_has_field (properties, name);
  g_clear_pointer (&properties, gst_structure_free);
  return has;
}

bool
has_latency (GstDevice *device)
{
  return !has_property (device, "test.no-latency");
}

// Of one that has nothing raw.
bool
gives_jpeg (GstDevice *device)
{
  auto caps = Ptr<GstCaps>::adopt (gst_device_get_caps (device));
  return caps && !gst_caps_is_any (caps.get ())
         && gst_structure_has_name (
             gst_caps_get_structure (caps.get (), 0), "image/jpeg");
}

bool
is_held ()
{
  std::lock_guard locker (sources_lock);
  return are_held;
}

GstElement *
hold (GstElement *source, const char *name)
{
  auto bin = GST_ELEMENT (
      g_object_new (test_held_source_get_type (), "name", name, nullptr));
  gst_bin_add (GST_BIN (bin), source);
  auto pad = Ptr<GstPad>::adopt (gst_element_get_static_pad (source, "src"));
  gst_element_add_pad (bin, gst_ghost_pad_new ("src", pad.get ()));
  return bin;
}

// What downstream can do, as far as it is of this size.
void
hold_to_surface (GstQuery *query)
{
  GstCaps *caps;
  std::lock_guard locker (sources_lock);
  if (surface_width == 0)
    return;
  gst_query_parse_caps_result (query, &caps);
  auto all = Ptr<GstCaps>::adopt (
      gst_caps_new_simple ("video/x-raw", "width", G_TYPE_INT, surface_width,
          "height", G_TYPE_INT, surface_height, nullptr));
  auto held = Ptr<GstCaps>::adopt (gst_caps_intersect (caps, all.get ()));
  gst_query_set_caps_result (query, held.get ());
}

GstElement *
make_fed_source (const char *name)
{
  GstElement *source = gst_element_factory_make ("appsrc", name);
  gst_util_set_object_arg (G_OBJECT (source), "format", "time");
  g_object_set (source, "is-live", TRUE, "do-timestamp", TRUE, nullptr);
  auto once = std::make_shared<std::once_flag> ();
  using Once = decltype (once);
  g_signal_connect_data (
      source, "need-data",
      G_CALLBACK (+[] (GstElement *self, guint, Once *first) {
        std::call_once (**first, [self] {
          feed (Ptr<GstElement>::share (self), make_gray (640, 48, 0));
        });
      }),
      new Once (once),
      [] (gpointer data, GClosure *) { delete static_cast<Once *> (data); },
      GConnectFlags (0));
  return source;
}

// Nothing comes while devices are silent.
void
make_silenceable (GstPad *pad)
{
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER,
      [] (GstPad *, GstPadProbeInfo *, gpointer) {
        return are_silent ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
      },
      nullptr, nullptr);
}

// As large as its surface, where that has a size.
void
answer_size (GstElement *source)
{
  auto pad = Ptr<GstPad>::adopt (gst_element_get_static_pad (source, "src"));
  constexpr auto kAnswers = GstPadProbeType (
      GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM | GST_PAD_PROBE_TYPE_PULL);
  gst_pad_add_probe (
      pad.get (), kAnswers,
      [] (GstPad *, GstPadProbeInfo *info, gpointer) {
        GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
        if (GST_QUERY_TYPE (query) == GST_QUERY_CAPS)
          hold_to_surface (query);
        return GST_PAD_PROBE_OK;
      },
      nullptr, nullptr);
}

GstElement *
make_raw_source (bool is_video, const char *name)
{
  if (is_video && are_fed)
    return make_fed_source (name);
  bool held = is_held ();
  GstElement *source = gst_element_factory_make (
      is_video ? "videotestsrc" : "audiotestsrc", held ? nullptr : name);
  g_object_set (source, "is-live", !are_not_live, nullptr);
  auto pad = Ptr<GstPad>::adopt (gst_element_get_static_pad (source, "src"));
  make_silenceable (pad.get ());
  if (is_video)
    answer_size (source);
  return held ? hold (source, name) : source;
}

// When it is linked.
void
count_source (GstPad *pad, GstPad *, GstElement *source)
{
  g_signal_handlers_disconnect_by_func (pad, gpointer (count_source), source);
  std::lock_guard locker (sources_lock);
  sources.push_back (WeakRef<GstElement>::create (source));
  sources_changed.notify_all ();
}

GstElement *
make_microphone (const char *name)
{
  auto source = GST_ELEMENT (
      g_object_new (test_microphone_get_type (), "name", name, nullptr));
  g_object_set (reinterpret_cast<TestMicrophone *> (source)->tone, "is-live",
      !are_not_live, nullptr);
  auto pad = Ptr<GstPad>::adopt (gst_element_get_static_pad (source, "src"));
  make_silenceable (pad.get ());
  return source;
}

} // namespace

GstElement *
make_test_source (GstDevice *device, const char *name)
{
  if (are_missing)
    return nullptr;
  bool is_video = gst_device_has_classes (device, "Video/Source");
  bool is_virtual = gst_device_has_classes (device, "Audio/Source/Virtual");
  if (is_virtual
      || (!is_video && !gst_device_has_classes (device, "Audio/Source")))
    return gst_element_factory_make ("fakesink", name);
  if (!is_video && !are_busy && !is_held () && has_latency (device))
    return make_microphone (name);
  GstElement *source;
  if (are_busy) { // it fails to open what there is
    source = gst_element_factory_make ("filesrc", name);
    g_object_set (source, "location", "/dev/null/busy", nullptr);
  } else if (gives_jpeg (device)) {
    source = gst_parse_bin_from_description (
        "videotestsrc is-live=true ! jpegenc", TRUE, nullptr);
  } else if (has_property (device, "test.pointer")) {
    source = GST_ELEMENT (
        g_object_new (test_display_get_type (), "name", name, nullptr));
    answer_size (reinterpret_cast<TestDisplay *> (source)->pictures);
  } else if (has_property (device, "test.photography")) {
    source = make_test_photography (name);
  } else {
    source = make_raw_source (is_video, name);
  }
  auto pad = Ptr<GstPad>::adopt (gst_element_get_static_pad (source, "src"));
  g_signal_connect (pad.get (), "linked", G_CALLBACK (count_source), source);
  return source;
}

int
sources_made ()
{
  std::lock_guard locker (sources_lock);
  return int (sources.size ());
}

void
wait_sources_made (int number)
{
  std::unique_lock locker (sources_lock);
  sources_changed.wait (
      locker, [number] { return int (sources.size ()) >= number; });
}

std::vector<Ptr<GstElement>>
sources_now ()
{
  std::vector<Ptr<GstElement>> all;
  std::lock_guard locker (sources_lock);
  for (const auto &weak : sources)
    if (auto source = weak->lock ())
      all.push_back (std::move (source));
  return all;
}

void
make_busy (bool busy)
{
  are_busy = busy;
}

void
make_missing (bool missing)
{
  are_missing = missing;
}

void
make_not_live (bool not_live)
{
  are_not_live = not_live;
}

void
set_surface (int width, int height)
{
  {
    std::lock_guard locker (sources_lock);
    surface_width = width;
    surface_height = height;
  }
  for (const auto &source : sources_now ()) {
    auto pad =
        Ptr<GstPad>::adopt (gst_element_get_static_pad (source.get (), "src"));
    gst_pad_send_event (pad.get (), gst_event_new_reconfigure ());
  }
}

void
make_fed (bool fed)
{
  are_fed = fed;
}

Ptr<GstSample>
make_gray (int width, int height, int shade, int frames_a_second)
{
  auto caps = Ptr<GstCaps>::adopt (gst_caps_new_simple ("video/x-raw", "format",
      G_TYPE_STRING, "GRAY8", "width", G_TYPE_INT, width, "height", G_TYPE_INT,
      height, "framerate", GST_TYPE_FRACTION, frames_a_second, 1, nullptr));
  gsize size = gsize (GST_ROUND_UP_4 (width)) * gsize (height);
  auto buffer =
      Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (nullptr, size, nullptr));
  gst_buffer_memset (buffer.get (), 0, guint8 (shade), size);
  return Ptr<GstSample>::adopt (
      gst_sample_new (buffer.get (), caps.get (), nullptr, nullptr));
}

void
feed (const Ptr<GstElement> &source, const Ptr<GstSample> &picture)
{
  GstFlowReturn flow;
  g_signal_emit_by_name (source.get (), "push-sample", picture.get (), &flow);
}

void
make_silent (bool silent)
{
  are_silent = silent;
}

void
hold_open (bool hold)
{
  std::lock_guard locker (sources_lock);
  are_held = hold;
  sources_changed.notify_all ();
}

void
wait_held ()
{
  std::unique_lock locker (sources_lock);
  sources_changed.wait (locker, [] { return n_held > 0; });
}

} // namespace webmedia::test
