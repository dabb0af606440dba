// SPDX-License-Identifier: LGPL-2.1-or-later
// Crops and scales pictures, where no pipeline does.
#pragma once

#include "base/ptr.hh"

#include <gst/video/video.h>
#include <memory>

namespace webmedia::devices {

// Crops what comes to the shape of what it is scaled to. Format, colorimetry
// and the shape of a pixel stay what they are.
// Threads: thread-bound.
class FrameScaler {
public:
  ~FrameScaler ();

  // False: pictures of such caps can't be scaled, or not to that size, as they
  // are not in plain memory, say; they stay what they are.
  bool set_caps (const Ptr<GstCaps> &caps, int width, int height);
  // Of what it makes.
  const Ptr<GstCaps> &caps () const { return made_caps_; }
  // Null: this one can't be. It has no times, and no metas.
  Ptr<GstBuffer> make (GstBuffer *picture);

private:
  struct ConverterFree {
    void operator() (GstVideoConverter *converter) const
    {
      gst_video_converter_free (converter);
    }
  };

  bool open_pool ();
  void close_pool ();

  Ptr<GstCaps> caps_;
  Ptr<GstCaps> made_caps_;
  GstVideoInfo from_{};
  GstVideoInfo to_{};
  std::unique_ptr<GstVideoConverter, ConverterFree> converter_;
  Ptr<GstBufferPool> pool_;
};

} // namespace webmedia::devices
