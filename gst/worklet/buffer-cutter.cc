// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/buffer-cutter.hh"

namespace webmedia::worklet {

// A buffer that is mapped, for as long as this is there.
class BufferCutter::Mapping {
public:
  Mapping () = default;
  Mapping (Mapping &&other) noexcept
      : buffer_ (std::move (other.buffer_)),
        audio_ (std::move (other.audio_))
  {}
  Mapping &operator= (Mapping &&other) = delete;
  ~Mapping () { unmap (); }

  // The caller has a reference of the buffer that keeps it writable.
  bool map (GstBuffer *buffer, const GstAudioInfo &info, GstMapFlags flags)
  {
    audio_ = std::make_unique<GstAudioBuffer> ();
    if (gst_audio_buffer_map (audio_.get (), &info, buffer, flags))
      return true;
    audio_.reset ();
    return false;
  }
  void keep (Ptr<GstBuffer> buffer) { buffer_ = std::move (buffer); }
  void unmap ()
  {
    if (audio_)
      gst_audio_buffer_unmap (audio_.get ());
    audio_.reset ();
  }
  Ptr<GstBuffer> release ()
  {
    unmap ();
    return std::move (buffer_);
  }

  size_t frames () const { return audio_->n_samples; }
  // Where its frames are. Planes are one behind the other.
  Samples samples (size_t from) const
  {
    const auto channels =
        static_cast<uint32_t> (GST_AUDIO_INFO_CHANNELS (&audio_->info));
    auto *data = static_cast<float *> (audio_->planes[0]);
    if (GST_AUDIO_INFO_LAYOUT (&audio_->info) == GST_AUDIO_LAYOUT_INTERLEAVED)
      return Samples::interleaved (data + from * channels, channels);
    Samples samples = Samples::planar (data + from, channels, frames ());
    if (channels > 1)
      samples.channel_stride =
          static_cast<size_t> (static_cast<float *> (audio_->planes[1]) - data);
    return samples;
  }
  // Whether samples() can say where they are.
  bool is_even () const
  {
    const auto distance = [this] (int plane) {
      return static_cast<float *> (audio_->planes[plane])
             - static_cast<float *> (audio_->planes[plane - 1]);
    };
    for (int i = 2; i < audio_->n_planes; i++)
      if (distance (i) != distance (1))
        return false;
    return audio_->n_planes < 2 || distance (1) >= 0;
  }

private:
  Ptr<GstBuffer> buffer_;
  std::unique_ptr<GstAudioBuffer> audio_;
};

BufferCutter::BufferCutter (Renderer &renderer)
    : renderer_ (renderer),
      cutter_ (renderer),
      input_formats_ (renderer.node->options.number_of_inputs),
      output_formats_ (renderer.node->options.number_of_outputs),
      inputs_ (input_formats_.size ()),
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

bool
BufferCutter::map_outputs (
    std::span<const Ptr<GstBuffer>> buffers, Piece &piece)
{
  piece.outputs.resize (buffers.size ());
  for (size_t i = 0; i < buffers.size (); i++) {
    Mapping &mapping = piece.outputs[i];
    if (!mapping.map (buffers[i].get (), output_formats_[i], GST_MAP_READWRITE)
        || !mapping.is_even ())
      return false;
    places_[i] = mapping.samples (0);
  }
  for (size_t i = 0; i < buffers.size (); i++)
    piece.outputs[i].keep (buffers[i]);
  return true;
}

bool
BufferCutter::push (std::span<const InputFrames> inputs,
    std::span<const Ptr<GstBuffer>> outputs, size_t frames)
{
  Piece piece;
  if (!map_outputs (outputs, piece))
    return false;
  std::vector<Mapping> mapped (inputs.size ());
  for (size_t i = 0; i < inputs.size (); i++) {
    GstBuffer *buffer = inputs[i].buffer;
    inputs_[i] = {};
    if (!buffer || !input_formats_[i]
        || GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
      continue;
    inputs_[i].active = true;
    // In place: it is mapped already.
    const Mapping *place = nullptr;
    for (size_t k = 0; k < outputs.size (); k++)
      if (outputs[k].get () == buffer)
        place = &piece.outputs[k];
    if (!place) {
      if (!mapped[i].map (buffer, *input_formats_[i], GST_MAP_READ)
          || !mapped[i].is_even ())
        return false;
      place = &mapped[i];
    }
    if (place->frames () < inputs[i].from + frames)
      return false;
    inputs_[i].samples = place->samples (inputs[i].from);
  }
  pieces_.push_back (std::move (piece));
  complete (cutter_.push (inputs_, places_, frames));
  return true;
}

void
BufferCutter::complete (size_t count)
{
  for (size_t i = 0; i < count; i++)
    pieces_[complete_ + i].is_silent = cutter_.is_silent (i);
  complete_ += count;
}

bool
BufferCutter::pop (std::span<Ptr<GstBuffer>> outputs)
{
  if (complete_ == 0)
    return false;
  Piece &piece = pieces_.front ();
  for (size_t i = 0; i < outputs.size (); i++) {
    outputs[i] = piece.outputs[i].release ();
    if (piece.is_silent)
      GST_BUFFER_FLAG_SET (outputs[i].get (), GST_BUFFER_FLAG_GAP);
    else
      GST_BUFFER_FLAG_UNSET (outputs[i].get (), GST_BUFFER_FLAG_GAP);
  }
  pieces_.pop_front ();
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
  pieces_.clear ();
  complete_ = 0;
}

ssize_t
BufferCutter::tail (std::span<const Ptr<GstBuffer>> outputs, size_t frames)
{
  Piece piece;
  if (!map_outputs (outputs, piece))
    return -1;
  return static_cast<ssize_t> (cutter_.tail (places_, frames));
}

} // namespace webmedia::worklet
