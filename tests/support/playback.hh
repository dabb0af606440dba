// SPDX-License-Identifier: LGPL-2.1-or-later
// What the tests of elements need: pipelines, a record of what comes out of
// one, and an application that appends.
#pragma once

#include "support/check.hh"

#include <condition_variable>
#include <cstdint>
#include <gst/webmedia/webmedia.h>
#include <mutex>
#include <string>
#include <vector>

namespace webmedia::test {

using Bytes = std::vector<uint8_t>;

// From then on decodebin3 and decoders behave otherwise.
bool gstreamer_is_after_1_22 ();

// A file of the test media, and where it is.
std::string media_path (const std::string &name);
Bytes media_bytes (const std::string &name);
// A fragmented MP4: the initialization segment, then the media segments.
std::vector<Bytes> split_mp4 (const Bytes &file);

// A buffer as it reached a pad, with the times that its segment gives it.
struct Output {
  int64_t pts; // stream time
  int64_t dts; // the same; INT64_MIN: none
  int64_t duration;
  bool keyframe;
  bool decode_only;
  std::string md5;

  int64_t end () const { return pts + duration; }
};

// Threads: thread-safe.
class Recorder {
public:
  // Of the sink pad of `element`, or of its `pad`.
  explicit Recorder (GstElement *element, const char *pad = "sink");
  ~Recorder ();

  std::vector<Output> outputs ();
  size_t count ();
  void clear ();
  void wait_count (size_t count);
  // Waits for GAP events that reach a stream time.
  void wait_gap (int64_t end);
  void wait_event (const std::string &name);
  // Waits for flushes to end.
  void wait_flush (unsigned count);
  unsigned flushes ();
  GstSegment segment ();
  // Waits until the pad has taken a segment, with no frame right behind it.
  void wait_segment (int64_t start);
  // Names of the events, with spaces between: "stream-start caps segment".
  std::string events ();

private:
  static GstPadProbeReturn probe (
      GstPad *pad, GstPadProbeInfo *info, gpointer self);

  GstPad *pad_;
  gulong id_;
  std::mutex lock_;
  std::condition_variable added_;
  std::vector<Output> outputs_;
  std::string events_;
  GstSegment segment_;
  int64_t gap_end_ = INT64_MIN;
  unsigned flushes_ = 0;
};

// Threads: thread-bound.
class Pipeline {
public:
  explicit Pipeline (const std::string &description);
  ~Pipeline (); // to NULL

  GstElement *get (const char *name); // owned by the pipeline
  GstElement *operator* () { return pipeline_; }
  // For an appsrc that is called "in".
  void push (const Bytes &bytes);
  void end_input ();
  // Asks for a state, and waits for it unless an element waits for media.
  void set_state (GstState state, bool wait = true);
  void play () { set_state (GST_STATE_PLAYING, false); }
  // Waits for the end: "" for EOS, else the text of the error.
  std::string wait_end ();
  // Waits for a message, and drops those before it.
  GstMessage *wait (GstMessageType types);
  bool seek (int64_t start, GstSeekFlags flags, int64_t stop = -1);

private:
  GstElement *pipeline_;
};

// The owner of a media source, which it gave a name.
// Threads: thread-bound.
class Owner {
public:
  explicit Owner (const char *uri);
  ~Owner ();

  GstWebMediaSource *source () { return source_; }
  GstWebSourceBuffer *add (const char *type); // owned by this
  void append (GstWebSourceBuffer *buffer, const Bytes &bytes);
  void end ();
  void drop (); // its references

private:
  GstWebMediaSource *source_;
  std::vector<GstWebSourceBuffer *> buffers_;
};

} // namespace webmedia::test
