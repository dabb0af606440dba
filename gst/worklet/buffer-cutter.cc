// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/buffer-cutter.hh"

#include "base/raw-layout.hh"

#include <utility>

namespace webmedia::worklet {

// ---- A mapping ----

BufferCutter::Mapping::Mapping (Mapping &&other) noexcept
    : mapped_ (std::exchange (other.mapped_, nullptr)),
      map_ (other.map_),
      kept_ (std::move (other.kept_)),
      frames_ (other.frames_),
      samples_ (other.samples_)
{}

bool
BufferCutter::Mapping::map (
    GstBuffer *buffer, const GstAudioInfo &info, GstMapFlags flags)
{
  unmap ();
  if (!gst_buffer_map (buffer, &map_, flags))
    return false;
  mapped_ = buffer;
  const GstAudioMeta *meta = gst_buffer_get_audio_meta (buffer);
  const bool is_planar =
      GST_AUDIO_INFO_LAYOUT (&info) == GST_AUDIO_LAYOUT_NON_INTERLEAVED;
  // What most sound is: count_frames () says the same, for each buffer anew.
  if (!meta && !is_planar) {
    frames_ = map_.size / static_cast<size_t> (GST_AUDIO_INFO_BPF (&info));
  } else if (auto counted = count_frames (buffer, info)) {
    frames_ = *counted;
  } else {
    unmap ();
    return false;
  }
  if (find_samples (meta, info))
    return true;
  unmap ();
  return false;
}

// The meta says where planes are, each of them in the memory; here, they must
// lie a stride apart.
bool
BufferCutter::Mapping::find_samples (
    const GstAudioMeta *meta, const GstAudioInfo &info)
{
  const auto channels = static_cast<uint32_t> (GST_AUDIO_INFO_CHANNELS (&info));
  auto *data = reinterpret_cast<float *> (map_.data);
  if (GST_AUDIO_INFO_LAYOUT (&info) == GST_AUDIO_LAYOUT_INTERLEAVED) {
    samples_ = Samples::interleaved (data, channels);
    return true;
  }
  const size_t first = meta->offsets[0];
  const size_t stride =
      channels > 1 ? meta->offsets[1] - first : frames_ * sizeof (float);
  if (first % sizeof (float) || stride % sizeof (float))
    return false;
  for (uint32_t c = 1; c < channels; c++)
    if (meta->offsets[c] < meta->offsets[c - 1]
        || meta->offsets[c] - meta->offsets[c - 1] != stride)
      return false;
  samples_ = Samples::planar (
      data + first / sizeof (float), channels, stride / sizeof (float));
  return true;
}

void
BufferCutter::Mapping::unmap ()
{
  if (mapped_)
    gst_buffer_unmap (mapped_, &map_);
  mapped_ = nullptr;
}

Ptr<GstBuffer>
BufferCutter::Mapping::release ()
{
  unmap ();
  return std::move (kept_);
}

Samples
BufferCutter::Mapping::samples (size_t from) const
{
  Samples samples = samples_;
  samples.data += from * samples.frame_stride;
  return samples;
}

// ---- Pieces ----

BufferCutter::BufferCutter (Renderer &renderer)
    : renderer_ (renderer),
      cutter_ (renderer),
      input_formats_ (renderer.node->options.number_of_inputs),
      output_formats_ (renderer.node->options.number_of_outputs),
      inputs_ (input_formats_.size ()),
      mapped_ (input_formats_.size ()),
      places_ (output_formats_.size ())
{}

BufferCutter::~BufferCutter () = default;

void
BufferCutter::set_input_format (uint32_t input, const GstAudioInfo *info)
{
  input_formats_[input].reset ();
  if (info)
    input_formats_[input] = *info;
  renderer_.connect_input (
      input, info ? static_cast<uint32_t> (GST_AUDIO_INFO_CHANNELS (info)) : 0);
}

void
BufferCutter::set_output_format (uint32_t output, const GstAudioInfo &info)
{
  output_formats_[output] = info;
}

// Behind those that are there.
BufferCutter::Piece &
BufferCutter::add_piece ()
{
  if (count_ == pieces_.size ()) {
    std::vector<Piece> more (2 * count_ + 2);
    for (size_t i = 0; i < count_; i++)
      more[i] = std::move (piece (i));
    pieces_ = std::move (more);
    first_ = 0;
  }
  Piece &added = piece (count_++);
  added.outputs.resize (output_formats_.size ());
  return added;
}

void
BufferCutter::drop_newest ()
{
  for (Mapping &mapping : piece (--count_).outputs)
    mapping.release ();
}

bool
BufferCutter::map_outputs (
    std::span<const Ptr<GstBuffer>> buffers, Piece &piece)
{
  for (size_t i = 0; i < buffers.size (); i++) {
    Mapping &mapping = piece.outputs[i];
    if (!mapping.map (buffers[i].get (), output_formats_[i], GST_MAP_READWRITE))
      return false;
    places_[i] = mapping.samples (0);
  }
  return true;
}

bool
BufferCutter::map_inputs (
    std::span<const InputFrames> inputs, const Piece &piece, size_t frames)
{
  for (size_t i = 0; i < inputs.size (); i++) {
    GstBuffer *buffer = inputs[i].buffer;
    inputs_[i] = {};
    if (!buffer || !input_formats_[i]
        || GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
      continue;
    // In place: it is mapped already.
    const Mapping *place = nullptr;
    for (const Mapping &output : piece.outputs)
      if (output.is_of (buffer))
        place = &output;
    if (!place) {
      if (!mapped_[i].map (buffer, *input_formats_[i], GST_MAP_READ))
        return false;
      place = &mapped_[i];
    }
    if (place->frames () < inputs[i].from + frames)
      return false;
    inputs_[i] = {place->samples (inputs[i].from), true};
  }
  return true;
}

bool
BufferCutter::push (std::span<const InputFrames> inputs,
    std::span<Ptr<GstBuffer>> outputs, size_t frames)
{
  Piece &added = add_piece ();
  const bool is_mapped =
      map_outputs (outputs, added) && map_inputs (inputs, added, frames);
  if (is_mapped) {
    for (size_t i = 0; i < outputs.size (); i++)
      added.outputs[i].keep (std::move (outputs[i]));
    complete (cutter_.push (inputs_, places_, frames));
  } else {
    drop_newest ();
  }
  for (Mapping &mapping : mapped_)
    mapping.unmap ();
  return is_mapped;
}

void
BufferCutter::complete (size_t count)
{
  for (size_t i = 0; i < count; i++)
    piece (complete_ + i).is_silent = cutter_.is_silent (i);
  complete_ += count;
}

bool
BufferCutter::pop (std::span<Ptr<GstBuffer>> outputs)
{
  if (complete_ == 0)
    return false;
  Piece &oldest = piece (0);
  for (size_t i = 0; i < outputs.size (); i++) {
    outputs[i] = oldest.outputs[i].release ();
    if (oldest.is_silent)
      GST_BUFFER_FLAG_SET (outputs[i].get (), GST_BUFFER_FLAG_GAP);
    else
      GST_BUFFER_FLAG_UNSET (outputs[i].get (), GST_BUFFER_FLAG_GAP);
  }
  first_ = (first_ + 1) % pieces_.size ();
  count_--;
  complete_--;
  return true;
}

void
BufferCutter::finish ()
{
  complete (cutter_.finish ());
}

void
BufferCutter::reset ()
{
  cutter_.reset ();
  while (count_ > 0)
    drop_newest ();
  complete_ = 0;
}

ssize_t
BufferCutter::tail (std::span<const Ptr<GstBuffer>> outputs, size_t frames)
{
  Piece &added = add_piece ();
  ssize_t count = -1;
  if (map_outputs (outputs, added))
    count = static_cast<ssize_t> (cutter_.tail (places_, frames));
  drop_newest ();
  return count;
}

} // namespace webmedia::worklet
