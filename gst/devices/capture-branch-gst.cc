// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/capture-branch-gst.hh"

#include "base/mutex.hh"
#include "devices/branch-feed.hh"
#include "devices/frame-skipper.hh"

#include <algorithm>
#include <cmath>
#include <gst/video/video.h>

namespace webmedia::devices {

namespace {

// Of the voice processor, which goes by pieces of 10 ms of these.
constexpr const char *kVoiceCaps =
    "audio/x-raw,format=S16LE,rate=48000,layout=interleaved";

struct Skip {
  FrameSkipper skipper;
  std::shared_ptr<stream::Input> input;

  static GstPadProbeReturn probe (
      GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    auto self = static_cast<Skip *> (data);
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
    if (!GST_BUFFER_PTS_IS_VALID (buffer)
        || !self->skipper.skips (Time (GST_BUFFER_PTS (buffer))))
      return GST_PAD_PROBE_OK;
    self->input->count_discarded (1);
    return GST_PAD_PROBE_DROP;
  }
  static void free (gpointer data) { delete static_cast<Skip *> (data); }
};

struct Crop {
  int left, right, top, bottom;
};

// The largest part of this shape, from the middle. It begins where colours do.
Crop
crop_to (const GstVideoInfo &from, int width, int height)
{
  int all_width = GST_VIDEO_INFO_WIDTH (&from);
  int all_height = GST_VIDEO_INFO_HEIGHT (&from);
  double ratio = double (width) / height;
  int kept_width = std::min (all_width, int (std::lround (all_height * ratio)));
  int kept_height =
      std::min (all_height, int (std::lround (all_width / ratio)));
  auto split = [] (int all, int kept, int &before, int &after) {
    int rest = all - std::max (kept, 1);
    before = rest / 2 & ~1;
    after = rest - before;
  };
  Crop crop{};
  split (all_width, kept_width, crop.left, crop.right);
  split (all_height, kept_height, crop.top, crop.bottom);
  return crop;
}

// Crops what comes to the ratio of what it is scaled to.
struct Cropper {
  int width, height;

  static GstPadProbeReturn probe (
      GstPad *pad, GstPadProbeInfo *info, gpointer data)
  {
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
    if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
      return GST_PAD_PROBE_OK;
    GstCaps *caps;
    GstVideoInfo from;
    gst_event_parse_caps (event, &caps);
    auto element = Ptr<GstElement>::adopt (gst_pad_get_parent_element (pad));
    auto self = static_cast<Cropper *> (data);
    if (!element || !gst_video_info_from_caps (&from, caps))
      return GST_PAD_PROBE_OK;
    Crop crop = crop_to (from, self->width, self->height);
    g_object_set (element.get (), "left", crop.left, "right", crop.right, "top",
        crop.top, "bottom", crop.bottom, nullptr);
    return GST_PAD_PROBE_OK;
  }
  static void free (gpointer data) { delete static_cast<Cropper *> (data); }
};

// What makes the chain: null once something was missing.
class Chain {
public:
  GstElement *add (const char *factory)
  {
    GstElement *element = missing.empty ()
                              ? gst_element_factory_make (factory, nullptr)
                              : nullptr;
    if (element)
      elements.push_back (Ptr<GstElement>::adopt (
          GST_ELEMENT_CAST (gst_object_ref_sink (element))));
    else if (missing.empty ())
      missing = factory;
    return element;
  }
  void add_filter (const Ptr<GstCaps> &caps)
  {
    if (GstElement *filter = add ("capsfilter"))
      g_object_set (filter, "caps", caps.get (), nullptr);
  }

  std::vector<Ptr<GstElement>> elements;
  std::string missing;
};

void
add_scaling (Chain &chain, const BranchShape &shape)
{
  if (!shape.keeps_shape)
    chain.add ("videocrop");
  if (GstElement *scale = chain.add ("videoscale"))
    g_object_set (scale, "add-borders", FALSE, nullptr);
  chain.add_filter (Ptr<GstCaps>::adopt (gst_caps_new_simple ("video/x-raw",
      "width", G_TYPE_INT, shape.width, "height", G_TYPE_INT, shape.height,
      "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, nullptr)));
}

void
add_sound (Chain &chain, const BranchShape &shape)
{
  auto convert = [&chain] {
    chain.add ("audioconvert");
    chain.add ("audioresample");
  };
  if (shape.processes_voice ()) {
    convert ();
    chain.add_filter (Ptr<GstCaps>::adopt (gst_caps_from_string (kVoiceCaps)));
    if (GstElement *voice = chain.add ("webrtcdsp")) {
      g_object_set (voice, "echo-cancel", shape.cancels_echo, "gain-control",
          shape.controls_gain, "noise-suppression", shape.suppresses_noise,
          nullptr);
      if (shape.cancels_echo)
        g_object_set (voice, "probe", shape.echo_probe.c_str (), nullptr);
    }
  }
  convert ();
  chain.add_filter (shape.sound);
}

// Unlinks a pad when nothing is on its way through it.
class Unlinking {
public:
  void run (GstPad *pad) EXCLUDES (lock_)
  {
    gst_pad_add_probe (
        pad, GST_PAD_PROBE_TYPE_IDLE,
        [] (GstPad *idle, GstPadProbeInfo *, gpointer self) {
          auto peer = Ptr<GstPad>::adopt (gst_pad_get_peer (idle));
          if (peer)
            gst_pad_unlink (idle, peer.get ());
          static_cast<Unlinking *> (self)->finish ();
          return GST_PAD_PROBE_REMOVE;
        },
        this, nullptr);
    MutexLocker locker (lock_);
    while (!is_done_)
      done_.wait (lock_);
  }

private:
  void finish () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    is_done_ = true;
    done_.notify_all (); // with the lock: it goes right after it
  }

  Mutex lock_;
  Condition done_;
  bool is_done_ GUARDED_BY (lock_) = false;
};

void
unlink_between (GstPad *pad)
{
  Unlinking unlinking;
  unlinking.run (pad);
}

} // namespace

bool
BranchShape::operator== (const BranchShape &other) const
{
  auto same = [] (const Ptr<GstCaps> &a, const Ptr<GstCaps> &b) {
    return a && b ? gst_caps_is_equal (a.get (), b.get ()) : !a && !b;
  };
  return same (source, other.source) && same (sound, other.sound)
         && width == other.width && height == other.height
         && keeps_shape == other.keeps_shape && frame_rate == other.frame_rate
         && source_rate == other.source_rate
         && cancels_echo == other.cancels_echo
         && controls_gain == other.controls_gain
         && suppresses_noise == other.suppresses_noise
         && echo_probe == other.echo_probe;
}

CaptureBranch::CaptureBranch (const BranchShape &with,
    std::shared_ptr<stream::Input> input, Ptr<GstElement> tee,
    std::shared_ptr<BranchHealth> health)
    : shape (with),
      input_ (std::move (input)),
      tee_ (std::move (tee)),
      health_ (std::move (health)),
      bin_ (make_branch_bin (health_))
{}

CaptureBranch::~CaptureBranch ()
{
  stop ();
}

Ptr<GstPad>
CaptureBranch::first_pad () const
{
  return Ptr<GstPad>::adopt (
      gst_element_get_static_pad (chain_.front ().get (), "sink"));
}

Result<>
CaptureBranch::make_chain ()
{
  Chain chain;
  if (shape.is_scaled ())
    add_scaling (chain, shape);
  if (shape.sound)
    add_sound (chain, shape);
  if (GstElement *sink = chain.add ("fakesink"))
    g_object_set (sink, "async", FALSE, "sync", FALSE, "enable-last-sample",
        FALSE, nullptr);
  if (!chain.missing.empty ())
    return make_error (ErrorCode::abort,
        "The element %s is missing, with which a track is made of what the "
        "device gives out",
        chain.missing.c_str ());
  chain_ = std::move (chain.elements);
  return ok;
}

Result<>
CaptureBranch::link_chain ()
{
  for (const auto &element : chain_)
    gst_bin_add (GST_BIN_CAST (bin_.get ()), element.get ());
  for (size_t i = 1; i < chain_.size (); i++)
    if (!gst_element_link (chain_[i - 1].get (), chain_[i].get ()))
      return make_error (ErrorCode::abort,
          "%s can't be linked to %s, to make a track of what the device gives "
          "out",
          GST_OBJECT_NAME (chain_[i - 1].get ()),
          GST_OBJECT_NAME (chain_[i].get ()));
  return ok;
}

// What starts is there for the data by the time that it is linked.
Result<>
CaptureBranch::join ()
{
  auto pipeline = Ptr<GstObject>::adopt (
      gst_object_get_parent (GST_OBJECT_CAST (tee_.get ())));
  gst_bin_add (GST_BIN_CAST (pipeline.get ()), bin_.get ());
  if (!gst_element_sync_state_with_parent (bin_.get ())) {
    auto reason = failure ();
    return reason
               ? *reason
               : make_error (ErrorCode::abort,
                   "What makes a track of what the device gives out can't be "
                   "started");
  }
  tee_pad_ = Ptr<GstPad>::adopt (
      gst_element_request_pad_simple (tee_.get (), "src_%u"));
  auto gate =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (bin_.get (), "sink"));
  GstPadLinkReturn linked = tee_pad_ ? gst_pad_link_full (tee_pad_.get (),
                                gate.get (), GST_PAD_LINK_CHECK_NOTHING)
                                     : GST_PAD_LINK_REFUSED;
  if (linked == GST_PAD_LINK_OK)
    return ok;
  return make_error (ErrorCode::abort,
      "A track can't be linked to its device: %s",
      gst_pad_link_get_name (linked));
}

Result<>
CaptureBranch::start ()
{
  if (Result<> made = make_chain (); !made)
    return made;
  if (Result<> linked = link_chain (); !linked)
    return linked;
  // In this order: what is left out is neither scaled nor fed.
  auto first = first_pad ();
  if (shape.frame_rate > 0)
    gst_pad_add_probe (first.get (), GST_PAD_PROBE_TYPE_BUFFER, Skip::probe,
        new Skip{{shape.frame_rate, shape.source_rate}, input_}, Skip::free);
  if (shape.is_scaled () && !shape.keeps_shape)
    gst_pad_add_probe (first.get (), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
        Cropper::probe, new Cropper{shape.width, shape.height}, Cropper::free);
  auto last = Ptr<GstPad>::adopt (
      gst_element_get_static_pad (chain_.back ().get (), "sink"));
  upstream_ = std::make_shared<stream::PadProducer> (last.get ());
  tap_ = std::make_unique<stream::Tap> (last.get (), stream::Tap::Role::end);
  tap_->set_input (std::make_shared<Feed> (shape, input_, tee_));
  if (!add_gate (bin_.get (), first.get ()))
    return make_error (ErrorCode::abort, "A track has no way into it");
  return join ();
}

// A sink that stops while something is on its way into it would say EOS to all.
void
CaptureBranch::stop ()
{
  if (tee_pad_) {
    unlink_between (tee_pad_.get ());
    gst_element_release_request_pad (tee_.get (), tee_pad_.get ());
    tee_pad_.reset ();
  }
  gst_element_set_locked_state (bin_.get (), TRUE);
  gst_element_set_state (bin_.get (), GST_STATE_NULL);
  auto pipeline = Ptr<GstObject>::adopt (
      gst_object_get_parent (GST_OBJECT_CAST (bin_.get ())));
  if (pipeline)
    gst_bin_remove (GST_BIN_CAST (pipeline.get ()), bin_.get ());
  tap_.reset ();
  chain_.clear ();
}

} // namespace webmedia::devices
