// SPDX-License-Identifier: LGPL-2.1-or-later
// What a pipeline plays, as a stream of live tracks.
// https://w3c.github.io/mediacapture-fromelement/#dom-htmlmediaelement-capturestream
#pragma once

#include "base/result.hh"
#include "base/weak-ref.hh"
#include "stream/media-stream.hh"
#include "stream/pad-capture.hh"

namespace webmedia::stream {

// It watches the sinks of a bin, which come and go, the pipeline's state, and
// which streams are selected. It lives as long as one of its tracks' sources,
// or who holds it, and keeps the pipeline not. What it hears it may hear with
// state locks held: it takes none, waits for nothing, and calls nobody with its
// own lock held.
// Threads: thread-safe.
class ElementCapture final
    : public PadCapture::Owner,
      public std::enable_shared_from_this<ElementCapture> {
public:
  // NotSupportedError: it is no bin; InvalidStateError: in no pipeline.
  static Result<std::shared_ptr<ElementCapture>> create (
      GstElement *element, const std::shared_ptr<MediaStream> &stream);
  ~ElementCapture () override;

  void add (const std::shared_ptr<Track> &track) override EXCLUDES (lock_);
  void remove (const std::shared_ptr<Track> &track) override EXCLUDES (lock_);
  void on_end () override EXCLUDES (lock_);

private:
  using Pads = std::vector<std::shared_ptr<PadCapture>>;
  using Weak = std::weak_ptr<ElementCapture>;
  struct Change {
    std::shared_ptr<Track> track;
    bool is_added;
  };

  ElementCapture (GstElement *bin, GstElement *top, Ptr<GstBus> bus,
      std::weak_ptr<MediaStream> stream);
  void watch_bin () EXCLUDES (lock_);
  void tell_first () EXCLUDES (lock_);
  bool waits (const std::shared_ptr<Track> &track, bool is_added)
      EXCLUDES (lock_);
  void change (const Change &change, Cause cause);
  bool has (GstElement *element);
  void watch_element (GstElement *element) EXCLUDES (lock_);
  std::shared_ptr<PadCapture> know (GstPad *pad) EXCLUDES (lock_);
  void forget_element (GstElement *element) EXCLUDES (lock_);
  void on_state (GstMessage *message) EXCLUDES (lock_);
  void on_selected (GstMessage *message) EXCLUDES (lock_);
  void on_collection (GstMessage *message) EXCLUDES (lock_);
  Pads pads () const EXCLUDES (lock_);

  static void on_added (
      GstBin *bin, GstBin *parent, GstElement *element, gpointer weak);
  static void on_removed (
      GstBin *bin, GstBin *parent, GstElement *element, gpointer weak);
  static void on_message (GstBus *bus, GstMessage *message, gpointer weak);
  gulong connect (gpointer object, const char *signal, GCallback callback);

  const std::shared_ptr<WeakRef<GstElement>> bin_;
  const std::shared_ptr<WeakRef<GstElement>> top_; // the pipeline
  const Ptr<GstBus> bus_;
  const std::weak_ptr<MediaStream> stream_;
  gulong added_ = 0, removed_ = 0;
  std::vector<gulong> messages_;

  mutable Mutex lock_;
  Pads pads_ GUARDED_BY (lock_);
  PadCapture::Playback playback_ GUARDED_BY (lock_);
  bool knows_state_ GUARDED_BY (lock_) = false;
  // The stream's, until it is handed out: of these there are no events.
  std::vector<Change> first_ GUARDED_BY (lock_);
  bool is_out_ GUARDED_BY (lock_) = false;
};

} // namespace webmedia::stream
