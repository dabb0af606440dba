// SPDX-License-Identifier: LGPL-2.1-or-later
#include "output.hh"

#include "caps-mistake.hh"

#include <algorithm>

namespace webmedia::elements {

Outputs::Outputs (std::vector<Ptr<GstPad>> pads)
    : pads_ (std::move (pads)),
      infos_ (pads_.size ()),
      combiner_ (gst_flow_combiner_new ())
{
  for (size_t i = 0; i < pads_.size (); i++) {
    gst_audio_info_init (&infos_[i]);
    if (pads_[i])
      gst_flow_combiner_add_pad (combiner_, pads_[i].get ());
  }
}

Outputs::~Outputs ()
{
  gst_flow_combiner_free (combiner_);
}

static GstAudioInfo
make_info (uint32_t rate, uint32_t channels, GstAudioLayout layout,
    const GstAudioInfo *like)
{
  GstAudioChannelPosition positions[64];
  for (auto &position : positions)
    position = GST_AUDIO_CHANNEL_POSITION_NONE;
  const int count = static_cast<int> (channels);
  const GstAudioChannelPosition *given = nullptr; // mono and stereo
  if (like && like->channels == count)
    given = like->position;
  else if (count > 2) {
    given = positions;
    if (const guint64 mask = gst_audio_channel_get_fallback_mask (count))
      gst_audio_channel_positions_from_mask (count, mask, positions);
  }
  GstAudioInfo info;
  gst_audio_info_init (&info);
  gst_audio_info_set_format (
      &info, GST_AUDIO_FORMAT_F32, static_cast<int> (rate), count, given);
  info.layout = layout;
  return info;
}

// Of the two layouts, the first one that downstream takes.
static bool
choose_layout (GstPad *pad, GstAudioInfo &info, bool is_free)
{
  GstAudioLayout layouts[] = {
      GST_AUDIO_LAYOUT_INTERLEAVED, GST_AUDIO_LAYOUT_NON_INTERLEAVED};
  if (!is_free && info.layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
    std::swap (layouts[0], layouts[1]);
  for (GstAudioLayout layout : layouts) {
    info.layout = layout;
    auto caps = Ptr<GstCaps>::adopt (gst_audio_info_to_caps (&info));
    if (gst_pad_peer_query_accept_caps (pad, caps.get ()))
      return true;
  }
  return false;
}

static Error
not_taken (GstPad *pad, const GstAudioInfo &info)
{
  const auto made = Ptr<GstCaps>::adopt (gst_audio_info_to_caps (&info));
  const auto taken =
      Ptr<GstCaps>::adopt (gst_pad_peer_query_caps (pad, nullptr));
  return Error{ErrorCode::not_supported,
      tell_not_taken (pad, made.get (), taken.get ())};
}

Result<>
Outputs::negotiate (uint32_t rate, const std::vector<uint32_t> &channels,
    const GstAudioInfo *like)
{
  for (size_t i = 0; i < pads_.size (); i++) {
    GstAudioInfo info = make_info (rate, channels[i],
        like ? like->layout : GST_AUDIO_LAYOUT_INTERLEAVED, like);
    GstPad *pad = pads_[i].get ();
    // Who is not linked takes what he gets.
    if (pad && gst_pad_is_linked (pad) && !choose_layout (pad, info, !like))
      return not_taken (pad, info);
    if (gst_audio_info_is_equal (&info, &infos_[i]))
      continue;
    infos_[i] = info;
    if (!pad)
      continue;
    auto caps = Ptr<GstCaps>::adopt (gst_audio_info_to_caps (&info));
    gst_pad_push_event (pad, gst_event_new_caps (caps.get ()));
  }
  return ok;
}

// A GstAudioMeta says where the channels of one buffer lie: a copy of it may
// be of more than there is in another one. So may any that is about the memory.
static gboolean
copy_meta (GstBuffer *from, GstMeta **meta, gpointer to)
{
  const GstMetaInfo *info = (*meta)->info;
  if (info->api == GST_AUDIO_META_API_TYPE
      || gst_meta_api_type_has_tag (info->api, _gst_meta_tag_memory)
      || !info->transform_func)
    return TRUE;
  GstMetaTransformCopy copy = {FALSE, 0, static_cast<gsize> (-1)};
  info->transform_func (
      GST_BUFFER (to), *meta, from, _gst_meta_transform_copy, &copy);
  return TRUE;
}

std::vector<Ptr<GstBuffer>>
Outputs::allocate (size_t frames, GstBuffer *like) const
{
  std::vector<Ptr<GstBuffer>> buffers;
  for (const GstAudioInfo &info : infos_) {
    const size_t size = frames * static_cast<size_t> (info.bpf);
    auto buffer = Ptr<GstBuffer>::adopt (
        gst_buffer_new_allocate (nullptr, size, nullptr));
    if (like) {
      gst_buffer_copy_into (buffer.get (), like,
          GstBufferCopyFlags (
              GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS),
          0, -1);
      gst_buffer_foreach_meta (like, copy_meta, buffer.get ());
    }
    if (info.layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
      gst_buffer_add_audio_meta (buffer.get (), &info, frames, nullptr);
    buffers.push_back (std::move (buffer));
  }
  return buffers;
}

void
Outputs::truncate (std::vector<Ptr<GstBuffer>> &buffers, size_t frames) const
{
  for (size_t i = 0; i < buffers.size (); i++)
    buffers[i] = Ptr<GstBuffer>::adopt (gst_audio_buffer_truncate (
        buffers[i].release (), infos_[i].bpf, 0, frames));
}

bool
Outputs::are_refused () const
{
  for (size_t i = 0; i < pads_.size (); i++) {
    GstPad *pad = pads_[i].get ();
    // The flag alone is looked at for each buffer.
    if (!pad || !GST_PAD_NEEDS_RECONFIGURE (pad)
        || !gst_pad_check_reconfigure (pad) || !gst_pad_is_linked (pad))
      continue;
    auto caps = Ptr<GstCaps>::adopt (gst_audio_info_to_caps (&infos_[i]));
    if (!gst_pad_peer_query_accept_caps (pad, caps.get ()))
      return true;
  }
  return false;
}

bool
Outputs::have_event (GstEventType type) const
{
  return std::all_of (
      pads_.begin (), pads_.end (), [type] (const Ptr<GstPad> &pad) {
        return !pad
               || Ptr<GstEvent>::adopt (
                   gst_pad_get_sticky_event (pad.get (), type, 0));
      });
}

void
Outputs::forget_formats ()
{
  for (GstAudioInfo &info : infos_)
    gst_audio_info_init (&info);
}

// A stream has one id: those behind the first output are others.
void
Outputs::push_stream_start (GstElement *element, GstEvent *like)
{
  for (size_t i = 0; i < pads_.size (); i++) {
    GstPad *pad = pads_[i].get ();
    if (!pad)
      continue;
    auto event = Ptr<GstEvent>::share (like);
    if (i > 0 || !like) {
      const char *first = nullptr;
      if (like)
        gst_event_parse_stream_start (like, &first);
      const CString name (g_strdup_printf ("src_%zu", i));
      const CString id (
          first ? g_strconcat (first, "/", name.get (), nullptr)
                : gst_pad_create_stream_id (pad, element, name.get ()));
      event = Ptr<GstEvent>::adopt (gst_event_new_stream_start (id.get ()));
      guint group = 0;
      if (!like || !gst_event_parse_group_id (like, &group))
        group = gst_util_group_id_next ();
      gst_event_set_group_id (event.get (), group);
    }
    gst_pad_push_event (pad, event.release ());
  }
}

bool
Outputs::push_event (const Ptr<GstEvent> &event)
{
  bool is_handled = true;
  for (const Ptr<GstPad> &pad : pads_)
    if (pad)
      is_handled &=
          gst_pad_push_event (pad.get (), Ptr<GstEvent> (event).release ());
  return is_handled;
}

GstFlowReturn
Outputs::push (std::vector<Ptr<GstBuffer>> &buffers)
{
  // The one of one needs nobody to combine it.
  if (buffers.size () == 1 && pads_[0])
    return gst_pad_push (pads_[0].get (), buffers[0].release ());
  GstFlowReturn result = GST_FLOW_OK;
  for (size_t i = 0; i < buffers.size (); i++) {
    if (!pads_[i])
      continue;
    const GstFlowReturn flow =
        gst_pad_push (pads_[i].get (), buffers[i].release ());
    result =
        gst_flow_combiner_update_pad_flow (combiner_, pads_[i].get (), flow);
  }
  return result;
}

} // namespace webmedia::elements
