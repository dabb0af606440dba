// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/capture-branch-gst.hh"

#include "base/mutex.hh"
#include "devices/branch-feed.hh"
#include "devices/branch-scaling-gst.hh"
#include "devices/frame-skipper.hh"
#include "devices/loss-meter-gst.hh"

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

// Before the chain, which smooths over what is short.
struct Loss {
  LossMeter meter;
  std::shared_ptr<stream::Input> input;

  static GstPadProbeReturn probe (
      GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    auto self = static_cast<Loss *> (data);
    if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
      self->add (GST_PAD_PROBE_INFO_BUFFER (info));
    else if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
      self->add (GST_PAD_PROBE_INFO_BUFFER_LIST (info));
    else
      self->meter.on_event (GST_PAD_PROBE_INFO_EVENT (info));
    return GST_PAD_PROBE_OK;
  }
  void add (GstBuffer *sound)
  {
    if (Time lost = meter.lost_before (sound); lost > 0) [[unlikely]]
      input->count_lost (lost);
  }
  void add (GstBufferList *list)
  {
    for (guint i = 0; i < gst_buffer_list_length (list); i++)
      add (gst_buffer_list_get (list, i));
  }
  static void free (gpointer data) { delete static_cast<Loss *> (data); }
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
  if (!shape.fit)
    chain.add ("videocrop");
  if (GstElement *scale = chain.add ("videoscale"))
    g_object_set (scale, "add-borders", FALSE, nullptr);
  chain.add_filter (shape.fit ? Ptr<GstCaps>::adopt (gst_caps_new_any ())
                              : scaled_caps (shape.width, shape.height));
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
    // webrtcdsp (1.22) forgets what is shorter than the 10 ms that it works on,
    // and so gives nothing at all of such buffers.
    if (GstElement *split = chain.add ("audiobuffersplit"))
      gst_util_set_object_arg (
          G_OBJECT (split), "output-buffer-duration", "1/100");
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

// What the device has given out comes to one branch after the other, on its
// thread: it is on its way to all of them as long as one has it.
class BranchProducer final : public stream::PadProducer {
public:
  BranchProducer (GstPad *last, GstElement *tee)
      : PadProducer (last),
        tee_pad_ (Ptr<GstPad>::adopt (gst_element_get_static_pad (tee, "sink")))
  {}
  bool is_delivering () override
  {
    if (!GST_PAD_STREAM_TRYLOCK (tee_pad_.get ()))
      return true;
    GST_PAD_STREAM_UNLOCK (tee_pad_.get ());
    return false;
  }

private:
  const Ptr<GstPad> tee_pad_;
};

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

// A pad that a tee (1.22) adds while events pass through it may miss them: it
// has what came before, and others are handed on to the pads that are there by
// then. With the first buffer it is known what there was.
void
catch_up_with (GstPad *sink, GstPad *added)
{
  gst_pad_add_probe (
      added,
      GstPadProbeType (
          GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST),
      [] (GstPad *pad, GstPadProbeInfo *, gpointer of) {
        gst_pad_sticky_events_foreach (
            GST_PAD_CAST (of),
            [] (GstPad *, GstEvent **event, gpointer missing) -> gboolean {
              auto has = Ptr<GstEvent>::adopt (gst_pad_get_sticky_event (
                  GST_PAD_CAST (missing), GST_EVENT_TYPE (*event), 0));
              if (has.get () != *event)
                gst_pad_push_event (
                    GST_PAD_CAST (missing), gst_event_ref (*event));
              return TRUE;
            },
            pad);
        return GST_PAD_PROBE_REMOVE;
      },
      gst_object_ref (sink), gst_object_unref);
}

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
  bool same_fit = fit && other.fit ? fit->constraints == other.fit->constraints
                                   : !fit && !other.fit;
  return same (source, other.source) && same (sound, other.sound)
         && width == other.width && height == other.height
         && only_width == other.only_width && only_height == other.only_height
         && of_pictures == other.of_pictures && same_fit
         && frame_rate == other.frame_rate && source_rate == other.source_rate
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
  auto sink =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (tee_.get (), "sink"));
  if (tee_pad_)
    catch_up_with (sink.get (), tee_pad_.get ());
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
  if (shape.only_width > 0)
    keep_to_size (first.get (), shape.only_width, shape.only_height);
  if (shape.frame_rate > 0)
    gst_pad_add_probe (first.get (), GST_PAD_PROBE_TYPE_BUFFER, Skip::probe,
        new Skip{{shape.frame_rate, shape.source_rate}, input_}, Skip::free);
  if (!shape.of_pictures)
    gst_pad_add_probe (first.get (),
        GstPadProbeType (GST_PAD_PROBE_TYPE_BUFFER
                         | GST_PAD_PROBE_TYPE_BUFFER_LIST
                         | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM
                         | GST_PAD_PROBE_TYPE_EVENT_FLUSH),
        Loss::probe, new Loss{{}, input_}, Loss::free);
  if (shape.fit)
    fit_scaled (first.get (), chain_[1], shape.fit);
  else if (shape.is_scaled ())
    crop_to_ratio (first.get (), shape.width, shape.height);
  auto last = Ptr<GstPad>::adopt (
      gst_element_get_static_pad (chain_.back ().get (), "sink"));
  upstream_ = std::make_shared<BranchProducer> (last.get (), tee_.get ());
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
