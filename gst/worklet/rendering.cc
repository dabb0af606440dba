// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/rendering.hh"

namespace webmedia::worklet {

namespace {

class RenderingImpl final : public Rendering {
public:
  RenderingImpl (std::shared_ptr<RenderingOwner> owner,
      std::unique_ptr<Renderer> renderer,
      std::vector<std::shared_ptr<NodeParam>> params)
      : owner_ (std::move (owner)),
        params_ (std::move (params)),
        renderer_ (std::move (renderer)),
        cutter_ (std::make_unique<BufferCutter> (*renderer_))
  {}
  ~RenderingImpl () override
  {
    for (const auto &param : params_)
      param->set_control (nullptr);
    cutter_.reset ();
    owner_->give_back (std::move (renderer_));
  }

  void set_input_format (uint32_t input, const GstAudioInfo *info) override
  {
    cutter_->set_input_format (input, info);
  }
  void set_output_format (uint32_t output, const GstAudioInfo &info) override
  {
    cutter_->set_output_format (output, info);
  }
  bool push (std::span<const InputFrames> inputs,
      std::span<Ptr<GstBuffer>> outputs, size_t frames) override
  {
    const bool is_pushed = cutter_->push (inputs, outputs, frames);
    owner_->note_rendered ();
    return is_pushed;
  }
  bool pop (std::span<Ptr<GstBuffer>> outputs) override
  {
    return cutter_->pop (outputs);
  }
  void finish () override { cutter_->finish (); }
  void reset () override { cutter_->reset (); }
  void set_tail_limit (uint64_t frames) override
  {
    renderer_->set_tail_limit (frames);
  }
  void begin_tail (uint64_t limit) override { cutter_->begin_tail (limit); }
  ssize_t tail (std::span<const Ptr<GstBuffer>> outputs, size_t frames) override
  {
    return cutter_->tail (outputs, frames);
  }
  bool is_tail_over () const override { return cutter_->is_tail_over (); }
  void set_stream_time (StreamTime time) override
  {
    cutter_->set_stream_time (time);
  }
  uint32_t latency () const override { return cutter_->latency (); }
  size_t pending () const override { return cutter_->pending (); }
  bool keeps_alive () const override { return renderer_->keeps_alive (); }

private:
  const std::shared_ptr<RenderingOwner> owner_;
  const std::vector<std::shared_ptr<NodeParam>> params_;
  std::unique_ptr<Renderer> renderer_;
  std::unique_ptr<BufferCutter> cutter_;
};

} // namespace

std::unique_ptr<Rendering>
make_rendering (std::shared_ptr<RenderingOwner> owner,
    std::unique_ptr<Renderer> renderer,
    std::vector<std::shared_ptr<NodeParam>> params)
{
  return std::make_unique<RenderingImpl> (
      std::move (owner), std::move (renderer), std::move (params));
}

} // namespace webmedia::worklet
