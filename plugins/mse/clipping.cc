// SPDX-License-Identifier: LGPL-2.1-or-later
#include "clipping.hh"

#include <gst/audio/audio.h>

namespace webmedia::elements {

// More elements than this are before no decoder.
static constexpr int kMaxElements = 64;
// Opus counts in these, whatever rate it is decoded to.
static constexpr guint64 kOpusRate = 48000;

// Where what comes to a sink pad goes on: the first of the pads that it is
// linked to inside of the element.
static Ptr<GstPad>
next_pad (GstPad *sink)
{
  GstIterator *links = gst_pad_iterate_internal_links (sink);
  if (!links)
    return nullptr;
  GValue value = G_VALUE_INIT;
  Ptr<GstPad> next;
  if (gst_iterator_next (links, &value) == GST_ITERATOR_OK) {
    next = Ptr<GstPad>::share (GST_PAD (g_value_get_object (&value)));
    g_value_unset (&value);
  }
  gst_iterator_free (links);
  return next;
}

// The decoder that gets what is sent to `pad`, or null.
static GstElementFactory *
find_decoder (GstPad *pad)
{
  auto src = Ptr<GstPad>::share (pad);
  for (int i = 0; src && i < kMaxElements; i++) {
    auto sink = Ptr<GstPad>::adopt (gst_pad_get_peer (src.get ()));
    if (!sink)
      return nullptr;
    auto parent = Ptr<GstObject>::adopt (
        gst_object_get_parent (GST_OBJECT (sink.get ())));
    if (parent && GST_IS_ELEMENT (parent.get ())
        && !GST_IS_BIN (parent.get ())) {
      auto factory = gst_element_get_factory (GST_ELEMENT (parent.get ()));
      if (factory
          && gst_element_factory_list_is_type (
              factory, GST_ELEMENT_FACTORY_TYPE_DECODER
                           | GST_ELEMENT_FACTORY_TYPE_MEDIA_AUDIO))
        return factory; // the registry's, which lasts
    }
    src = next_pad (sink.get ());
  }
  return nullptr;
}

bool
clip_in_decoder (GstPad *pad, GstBuffer *buffer, Time before, Time after)
{
  GstElementFactory *decoder = find_decoder (pad);
  // The only one, and it takes the PTS for that of the first sample kept.
  if (!decoder || strcmp (GST_OBJECT_NAME (decoder), "opusdec") != 0)
    return false;
  auto samples = [] (Time time) {
    return gst_util_uint64_scale_round (guint64 (time), kOpusRate, GST_SECOND);
  };
  gst_buffer_add_audio_clipping_meta (
      buffer, GST_FORMAT_DEFAULT, samples (before), samples (after));
  return true;
}

} // namespace webmedia::elements
