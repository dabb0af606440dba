// SPDX-License-Identifier: LGPL-2.1-or-later
// What the sink of a live consumer shows before it plays.
#pragma once

#include "support/live.hh"

namespace webmedia::test {

// What the sink "out" shows: in PAUSED, and in PLAYING.
// Threads: thread-safe.
class Screen {
public:
  explicit Screen (Consumer &consumer) : consumer_ (consumer)
  {
    GstElement *sink = consumer.get ("out");
    g_signal_connect (sink, "preroll-handoff", G_CALLBACK (on_show<'p'>), this);
    g_signal_connect (sink, "handoff", G_CALLBACK (on_show<'r'>), this);
  }

  ~Screen () { gst_element_set_state (*consumer_, GST_STATE_NULL); }

  // Until as many were shown; "p" is one in PAUSED.
  void wait (const std::string &text)
  {
    std::unique_lock locker (lock_);
    added_.wait (locker, [&] { return shown_.size () >= text.size (); });
    fail_unless_equals_string (shown_.c_str (), text.c_str ());
  }
  std::string shown ()
  {
    std::lock_guard locker (lock_);
    return shown_;
  }

private:
  template <char how>
  static void on_show (GstElement *, GstBuffer *, GstPad *, gpointer data)
  {
    auto self = static_cast<Screen *> (data);
    std::lock_guard locker (self->lock_);
    self->shown_ += how;
    self->added_.notify_all ();
  }

  Consumer &consumer_;
  std::mutex lock_;
  std::condition_variable added_;
  std::string shown_;
};

inline void
pause (Consumer &consumer)
{
  fail_unless_equals_int (gst_element_set_state (*consumer, GST_STATE_PAUSED),
      GST_STATE_CHANGE_NO_PREROLL);
}

// What a pad's consumer has not taken.
inline guint
waiting (Consumer &consumer, const char *pad = "video_0")
{
  GstStructure *all, *of_pad;
  guint count = 0;
  g_object_get (consumer.get ("m"), "stats", &all, nullptr);
  if (gst_structure_get (all, pad, GST_TYPE_STRUCTURE, &of_pad, nullptr)) {
    fail_unless (gst_structure_get_uint (of_pad, "waiting", &count));
    gst_structure_free (of_pad);
  }
  gst_structure_free (all);
  return count;
}

} // namespace webmedia::test
