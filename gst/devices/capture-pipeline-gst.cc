// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/capture-pipeline-gst.hh"

#include "base/log.hh"
#include "devices/capture-caps.hh"

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
error_of (GstMessage *message)
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
  Error error =
      make_error (code, "The device gives nothing out: %s", reason->message);
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

CapturePipeline::CapturePipeline (
    std::weak_ptr<Owner> owner, std::shared_ptr<CaptureHealth> health)
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
        if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
          Shared::of (data).fail (error_of (message));
        gst_message_unref (message);
        return GST_BUS_DROP;
      },
      new Shared::Pointer (shared_), Shared::free);
  // The tracks go on, should another head take this one's place.
  gst_pad_add_probe (
      tee_pad_.get (), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      [] (GstPad *, GstPadProbeInfo *info, gpointer data) {
        if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS)
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
  gst_element_set_state (pipeline_.get (), GST_STATE_PLAYING);
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

// From its end on, so that each is there for the data of the one before.
bool
CapturePipeline::run_head ()
{
  auto last = Ptr<GstPad>::adopt (
      gst_element_get_static_pad (head_.back ().get (), "src"));
  for (auto element = head_.rbegin (); element != head_.rend (); ++element) {
    bool is_source = element->get () == head_.front ().get ();
    if (is_source) {
      // What it is can be said once it has opened its device.
      if (gst_element_set_state (element->get (), GST_STATE_READY)
          == GST_STATE_CHANGE_FAILURE)
        return false;
      adapt_to_source ();
      if (gst_pad_link_full (
              last.get (), tee_pad_.get (), GST_PAD_LINK_CHECK_NOTHING)
          != GST_PAD_LINK_OK)
        return false;
    }
    if (gst_element_set_state (element->get (), GST_STATE_PLAYING)
        == GST_STATE_CHANGE_FAILURE)
      return false;
  }
  return true;
}

// What is not live would be through at once: it is kept to the clock, and
// begins now.
void
CapturePipeline::adapt_to_source ()
{
  auto pad = Ptr<GstPad>::adopt (
      gst_element_get_static_pad (head_.front ().get (), "src"));
  auto query = Ptr<GstQuery>::adopt (gst_query_new_latency ());
  gboolean is_live = TRUE;
  if (pad && gst_pad_query (pad.get (), query.get ()))
    gst_query_parse_latency (query.get (), &is_live, nullptr, nullptr);
  needs_sync_ = !is_live;
  gint64 offset = 0;
  if (needs_sync_) {
    auto clock =
        Ptr<GstClock>::adopt (gst_element_get_clock (pipeline_.get ()));
    offset = gint64 (gst_clock_get_time (clock.get ())
                     - gst_element_get_base_time (pipeline_.get ()));
  }
  gst_pad_set_offset (tee_pad_.get (), offset);
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
  if (decoder)
    elements.push_back (
        own (gst_element_factory_create (decoder.get (), nullptr)));

  CaptureHealth &health = *shared_->health;
  health.begin (is_awaited);
  shared_->awaits_data = true;
  if (add_head (std::move (elements)) && run_head ())
    return ok;
  auto reason = health.error ();
  stop_head ();
  if (reason)
    return *reason;
  return make_error (ErrorCode::not_readable, "The device can't be opened");
}

bool
CapturePipeline::start_blank (const Ptr<GstCaps> &caps)
{
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
  for (const auto &element : head_)
    gst_element_set_state (element.get (), GST_STATE_NULL);
  for (const auto &element : head_)
    gst_bin_remove (GST_BIN_CAST (pipeline_.get ()), element.get ());
  head_.clear ();
}

Ptr<GstCaps>
CapturePipeline::current_caps () const
{
  return Ptr<GstCaps>::adopt (gst_pad_get_current_caps (tee_pad_.get ()));
}

std::unique_ptr<CaptureBranch>
CapturePipeline::add_branch (const BranchShape &shape,
    std::shared_ptr<stream::Input> input, std::string &missing)
{
  auto branch =
      std::make_unique<CaptureBranch> (shape, std::move (input), tee_);
  branch->set_sync (needs_sync_);
  if (!branch->start (missing))
    return nullptr;
  return branch;
}

} // namespace webmedia::devices
