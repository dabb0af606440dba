// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/capture-pipeline-gst.hh"

#include "base/log.hh"
#include "devices/capture-caps.hh"
#include "devices/display-cursor.hh"
#include "devices/source-latency-gst.hh"
#include "devices/source-setup-gst.hh"

WEBMEDIA_DEBUG_CATEGORY ("webmedia-capture", "Open devices")

namespace webmedia::devices {

// What the callbacks of the pipeline see.
struct CapturePipeline::Shared {
  std::shared_ptr<CaptureHealth> health;
  std::weak_ptr<Owner> owner;
  std::atomic<bool> awaits_data{false}; // of the device

  void on_data ()
  {
    if (!awaits_data || !awaits_data.exchange (false))
      return;
    health->on_data ();
    if (auto told = owner.lock ())
      told->on_data ();
  }
  void on_caps (GstEvent *event)
  {
    GstCaps *caps;
    gst_event_parse_caps (event, &caps);
    if (auto told = owner.lock ())
      told->on_caps (caps);
  }
  void fail (Error error)
  {
    if (!health->on_error (error))
      return;
    if (auto told = owner.lock ())
      told->on_failure (std::move (error));
  }

  using Pointer = std::shared_ptr<Shared>;
  static Shared &of (gpointer data) { return **static_cast<Pointer *> (data); }
  static void free (gpointer data) { delete static_cast<Pointer *> (data); }
};

namespace {

Error
error_of (GstMessage *message, const char *what)
{
  GError *reason = nullptr;
  gchar *debug = nullptr;
  gst_message_parse_error (message, &reason, &debug);
  CString details (debug);
  GST_INFO_OBJECT (GST_MESSAGE_SRC (message), "%s (%s)", reason->message,
      GST_STR_NULL (debug));
  ErrorCode code = reason->domain == GST_RESOURCE_ERROR
                       ? ErrorCode::not_readable
                       : ErrorCode::abort;
  Error error = make_error (code, "%s: %s", what, reason->message);
  g_error_free (reason);
  return error;
}

// Null stays null.
Ptr<GstElement>
own (GstElement *floating)
{
  return Ptr<GstElement>::adopt (
      floating ? GST_ELEMENT_CAST (gst_object_ref_sink (floating)) : nullptr);
}

Ptr<GstElement>
make (const char *factory)
{
  return own (gst_element_factory_make (factory, nullptr));
}

Ptr<GstElement>
make_pipeline ()
{
  auto pipeline = own (gst_pipeline_new (nullptr));
  // All captures have the same, and can be compared with each other; it is no
  // device's, which may go.
  auto clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
  gst_pipeline_use_clock (GST_PIPELINE_CAST (pipeline.get ()), clock.get ());
  return pipeline;
}

Ptr<GstElement>
make_tee (const Ptr<GstElement> &pipeline)
{
  auto tee = make ("tee");
  g_object_set (tee.get (), "allow-not-linked", TRUE, nullptr);
  gst_bin_add (GST_BIN_CAST (pipeline.get ()), tee.get ());
  return tee;
}

} // namespace

CapturePipeline::CapturePipeline (std::weak_ptr<Owner> owner,
    std::shared_ptr<CaptureHealth> health, bool has_surface)
    : shared_ (std::make_shared<Shared> ()),
      pipeline_ (make_pipeline ()),
      tee_ (make_tee (pipeline_)),
      tee_pad_ (
          Ptr<GstPad>::adopt (gst_element_get_static_pad (tee_.get (), "sink")))
{
  shared_->owner = std::move (owner);
  shared_->health = std::move (health);
  auto bus = Ptr<GstBus>::adopt (gst_element_get_bus (pipeline_.get ()));
  gst_bus_set_sync_handler (
      bus.get (),
      [] (GstBus *, GstMessage *message, gpointer data) {
        if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
          if (auto branch = BranchHealth::of (GST_MESSAGE_SRC (message)))
            branch->fail (error_of (message, "The track gets nothing"));
          else
            Shared::of (data).fail (
                error_of (message, "The device gives nothing out"));
        }
        gst_message_unref (message);
        return GST_BUS_DROP;
      },
      new Shared::Pointer (shared_), Shared::free);
  // The tracks go on, should another head take this one's place.
  gst_pad_add_probe (
      tee_pad_.get (), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      [] (GstPad *, GstPadProbeInfo *info, gpointer data) {
        GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
        if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
          Shared::of (data).on_caps (event);
        if (GST_EVENT_TYPE (event) != GST_EVENT_EOS)
          return GST_PAD_PROBE_OK;
        Shared::of (data).fail (make_error (
            ErrorCode::not_readable, "The device has stopped by itself"));
        return GST_PAD_PROBE_DROP;
      },
      new Shared::Pointer (shared_), Shared::free);
  gst_pad_add_probe (
      tee_pad_.get (),
      GstPadProbeType (
          GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST),
      [] (GstPad *, GstPadProbeInfo *, gpointer data) {
        Shared::of (data).on_data ();
        return GST_PAD_PROBE_OK;
      },
      new Shared::Pointer (shared_), Shared::free);
  if (has_surface)
    answer_caps ();
  gst_element_set_state (pipeline_.get (), GST_STATE_PLAYING);
}

// A display has what it has. ximagesrc (1.22) looks at the size of its window
// when it is asked, and would not tell of it any more if it is another one.
void
CapturePipeline::answer_caps ()
{
  gst_pad_add_probe (
      tee_pad_.get (), GST_PAD_PROBE_TYPE_QUERY_UPSTREAM,
      [] (GstPad *pad, GstPadProbeInfo *info, gpointer) {
        GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
        if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS)
          return GST_PAD_PROBE_OK;
        auto caps = Ptr<GstCaps>::adopt (gst_pad_get_current_caps (pad));
        if (!caps)
          return GST_PAD_PROBE_OK;
        GstCaps *filter;
        gst_query_parse_caps (query, &filter);
        if (filter)
          caps = Ptr<GstCaps>::adopt (gst_caps_intersect (caps.get (), filter));
        gst_query_set_caps_result (query, caps.get ());
        return GST_PAD_PROBE_HANDLED;
      },
      nullptr, nullptr);
}

CapturePipeline::~CapturePipeline ()
{
  stop_head ();
  gst_element_set_state (pipeline_.get (), GST_STATE_NULL);
}

bool
CapturePipeline::add_head (std::vector<Ptr<GstElement>> elements)
{
  head_ = std::move (elements);
  head_.push_back (make ("clocksync"));
  for (const auto &element : head_) {
    // Its state is changed here only.
    gst_element_set_locked_state (element.get (), TRUE);
    gst_bin_add (GST_BIN_CAST (pipeline_.get ()), element.get ());
  }
  for (size_t i = 1; i < head_.size (); i++)
    if (!gst_element_link (head_[i - 1].get (), head_[i].get ()))
      return false;
  return true;
}

// The others are there for the data of the one before. What is not live would
// be through at once: it is kept to the clock, from its first buffer on, and
// begins now. Whether it is live is what its change to PAUSED says.
bool
CapturePipeline::run_head ()
{
  const Ptr<GstElement> source = head_.front (), sync = head_.back ();
  auto set = [] (const Ptr<GstElement> &element, GstState state) {
    return gst_element_set_state (element.get (), state);
  };
  auto into =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (sync.get (), "sink"));
  auto last =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (sync.get (), "src"));
  auto clock = Ptr<GstClock>::adopt (gst_element_get_clock (pipeline_.get ()));
  if (gst_pad_link_full (
          last.get (), tee_pad_.get (), GST_PAD_LINK_CHECK_NOTHING)
          != GST_PAD_LINK_OK
      || set (sync, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE)
    return false;
  for (size_t i = head_.size () - 2; i > 0; i--)
    if (set (head_[i], GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
      return false;
  if (set (source, GST_STATE_READY) == GST_STATE_CHANGE_FAILURE)
    return false;
  gst_pad_set_offset (
      into.get (), gint64 (gst_clock_get_time (clock.get ())
                           - gst_element_get_base_time (pipeline_.get ())));
  GstStateChangeReturn paused = set (source, GST_STATE_PAUSED);
  if (paused == GST_STATE_CHANGE_NO_PREROLL) {
    gst_pad_set_offset (into.get (), 0);
    g_object_set (sync.get (), "sync", FALSE, nullptr);
  }
  return paused != GST_STATE_CHANGE_FAILURE
         && set (sync, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE
         && set (source, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
}

Result<>
CapturePipeline::start_device (
    Ptr<GstElement> source, const Ptr<GstCaps> &caps, bool is_awaited)
{
  bool is_missing;
  auto decoder = decoder_of (caps, is_missing);
  if (is_missing)
    return make_error (ErrorCode::abort,
        "There is no decoder for what the device gives out (%s)",
        gst_structure_get_name (gst_caps_get_structure (caps.get (), 0)));
  std::vector<Ptr<GstElement>> elements{
      std::move (source), make ("capsfilter")};
  g_object_set (elements.back ().get (), "caps", caps.get (), nullptr);
  if (decoder) {
    elements.push_back (
        own (gst_element_factory_create (decoder.get (), nullptr)));
    if (!elements.back ())
      return make_error (ErrorCode::abort, "The decoder %s can't be loaded",
          GST_OBJECT_NAME (decoder.get ()));
  }

  CaptureHealth &health = *shared_->health;
  health.begin (is_awaited);
  shared_->awaits_data = true;
  has_device_ = true;
  if (add_head (std::move (elements)) && run_head ())
    return ok;
  auto reason = health.error ();
  stop_head ();
  if (reason)
    return *reason;
  return make_error (ErrorCode::not_readable, "The device can't be opened");
}

bool
CapturePipeline::start_blank (const Ptr<GstCaps> &of)
{
  auto caps = blank_caps (of);
  bool is_video = g_str_has_prefix (
      gst_structure_get_name (gst_caps_get_structure (caps.get (), 0)),
      "video/");
  auto source = make (is_video ? "videotestsrc" : "audiotestsrc");
  if (!source
      || !gst_element_factory_can_src_any_caps (
          gst_element_get_factory (source.get ()), caps.get ()))
    return false;
  g_object_set (source.get (), "is-live", TRUE, nullptr);
  gst_util_set_object_arg (G_OBJECT (source.get ()),
      is_video ? "pattern" : "wave", is_video ? "black" : "silence");
  auto filter = make ("capsfilter");
  g_object_set (filter.get (), "caps", caps.get (), nullptr);
  shared_->health->begin (false);
  if (add_head ({std::move (source), std::move (filter)}) && run_head ())
    return true;
  stop_head ();
  return false;
}

void
CapturePipeline::stop_head ()
{
  shared_->health->stop ();
  shared_->awaits_data = false;
  if (!head_.empty ()) {
    // So that the source does not wait in it.
    gst_element_set_state (head_.back ().get (), GST_STATE_NULL);
    stop_source (head_.front ().get ());
  }
  for (const auto &element : head_)
    gst_element_set_state (element.get (), GST_STATE_NULL);
  for (const auto &element : head_)
    gst_bin_remove (GST_BIN_CAST (pipeline_.get ()), element.get ());
  head_.clear ();
  has_device_ = false;
}

void
CapturePipeline::set_cursor (const std::string &cursor)
{
  if (!head_.empty ())
    devices::set_cursor (head_.front ().get (), cursor);
}

Time
CapturePipeline::latency () const
{
  return head_.empty () ? 0 : measure_latency (head_.front ().get ());
}

Ptr<GstCaps>
CapturePipeline::current_caps () const
{
  return Ptr<GstCaps>::adopt (gst_pad_get_current_caps (tee_pad_.get ()));
}

Result<std::unique_ptr<CaptureBranch>>
CapturePipeline::add_branch (
    const BranchShape &shape, std::shared_ptr<stream::Input> input)
{
  auto health = std::make_shared<BranchHealth> ([shared = shared_] {
    if (auto told = shared->owner.lock ())
      told->on_branch_failure ();
  });
  auto branch = std::make_unique<CaptureBranch> (
      shape, std::move (input), tee_, std::move (health));
  if (Result<> started = branch->start (); !started)
    return std::move (started.error ());
  return branch;
}

} // namespace webmedia::devices
