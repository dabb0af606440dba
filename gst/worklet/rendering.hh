// SPDX-License-Identifier: LGPL-2.1-or-later
// What a node gives who renders it: its renderer, with a cutter of buffers.
#pragma once

#include "worklet/element-view.hh"
#include "worklet/renderer.hh"

namespace webmedia::worklet {

// The node, which outlives its renderings.
class RenderingOwner {
public:
  virtual ~RenderingOwner () = default;

  // Its own again, when the rendering is let go.
  virtual void give_back (std::unique_ptr<Renderer> renderer) = 0;
  // After each buffer.
  virtual void note_rendered () = 0;
};

// What controls these parameters lasts as long as the rendering.
std::unique_ptr<Rendering> make_rendering (
    std::shared_ptr<RenderingOwner> owner, std::unique_ptr<Renderer> renderer,
    std::vector<std::shared_ptr<NodeParam>> params);

} // namespace webmedia::worklet
