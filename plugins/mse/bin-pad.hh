// SPDX-License-Identifier: LGPL-2.1-or-later
// A track of msebin: its msesrc, and the pad that shows it.
#pragma once

#include "hub-client.hh"
#include "links.hh"

namespace webmedia::elements {

struct BinPad {
  mse::TrackInfo info;
  Ptr<GstStream> stream;
  Ptr<GstElement> src;
  Ptr<GstPad> pad;
  std::shared_ptr<std::atomic<bool>> ended; // its EOS has passed

  TrackStream &track () const
  {
    return gst_web_mse_src_stream (GST_WEB_MSE_SRC (src.get ()));
  }
};

// Makes an element in NULL and a ghost pad, and adds neither to anything.
// Frames of a pad that is not linked are dropped at the pace of the others,
// and are an error only as `links` says. When its stream has ended, `client`
// hears of a change.
BinPad make_bin_pad (const std::string &name, GstPadTemplate *pad_template,
    const mse::TrackInfo &info, TrackStream::Source source,
    const std::shared_ptr<Links> &links, std::weak_ptr<HubClient> client);

// Adds both to the bin, or removes them.
void show (const BinPad &pad, GstBin *bin);
void hide (const BinPad &pad, GstBin *bin);

} // namespace webmedia::elements
