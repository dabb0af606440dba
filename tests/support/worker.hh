// SPDX-License-Identifier: LGPL-2.1-or-later
// A worker that has a media source, and a pipeline that plays it.
#pragma once

#include "support/playback.hh"

#include <functional>

namespace webmedia::test {

// A thread that owns a media source and runs a main loop. It writes down what
// it hears of: "active." is of activeSourceBuffers, "buffer." of the lists of
// tracks of a source buffer, "element." of those of the media element.
// Threads: thread-bound, but for what is said to be the worker's.
class Worker {
public:
  Worker (); // returns when the handle has come
  ~Worker ();

  GstWebMediaSourceHandle *handle () { return handle_; }
  GstWebMediaSource *source () { return source_; }
  // Runs `work` on the worker, once that has heard of all that happened before.
  void run (const std::function<void ()> &work);
  // What it has heard of until now.
  std::string take_events ();
  void expect_events (const char *expected);
  // A source buffer with what a file has.
  GstWebSourceBuffer *add_file (const char *type, const Bytes &bytes);
  // The thread ends, and with it all that was its own.
  void terminate ();

  // On the worker.
  GstWebSourceBuffer *add (const char *type); // owned by this
  static void append (GstWebSourceBuffer *buffer, const Bytes &bytes);

private:
  void live ();
  void connect (gpointer object, const char *signal, const std::string &event);
  void connect_list (gpointer list, const std::string &of);

  GstWebMessagePort *port_;
  GstWebMediaSourceHandle *handle_;
  GThread *thread_;
  // Of the worker.
  GMainContext *context_ = nullptr;
  GMainLoop *loop_ = nullptr;
  GstWebMediaSource *source_ = nullptr;
  std::vector<GstWebSourceBuffer *> buffers_;
  std::string events_;
};

guint count_active (GstWebMediaSource *source);

// A worker whose handle a bin in READY has.
// Threads: thread-bound.
struct WorkerPlayback {
  // `links`: what follows "msebin name=m".
  explicit WorkerPlayback (const std::string &links);

  GstElement *bin () { return pipeline.get ("m"); }
  // The collection of so many streams, once it comes.
  GstStreamCollection *wait_streams (guint count);
  // Whether the element may seek, and the end of what it may seek to.
  bool ask_seeking (gint64 *end);
  // "0-8000 ": what is buffered, in milliseconds.
  std::string ask_buffered ();

  Worker worker;
  Pipeline pipeline;
};

} // namespace webmedia::test
