// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "support/check.hh"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace webmedia::test {

// The pads of an element that have come and gone. It may go while one of them
// does.
class PadLog {
public:
  explicit PadLog (GstElement *element) : element_ (element)
  {
    connect ("pad-added", G_CALLBACK (on_pad<'+'>));
    connect ("pad-removed", G_CALLBACK (on_pad<'-'>));
  }
  ~PadLog ()
  {
    for (gulong each : handlers_)
      g_signal_handler_disconnect (element_, each);
  }

  // Until as many have.
  void wait (const std::string &text)
  {
    std::unique_lock locker (log_->lock);
    log_->added.wait (
        locker, [&] { return log_->text.size () >= text.size (); });
    fail_unless_equals_string (log_->text.c_str (), text.c_str ());
  }

private:
  struct Log {
    std::mutex lock;
    std::condition_variable added;
    std::string text;
  };
  using Shared = std::shared_ptr<Log>;

  template <char sign>
  static void on_pad (GstElement *, GstPad *pad, gpointer data)
  {
    Log &log = **static_cast<Shared *> (data);
    std::lock_guard locker (log.lock);
    log.text += sign + std::string (GST_PAD_NAME (pad));
    log.added.notify_all ();
  }
  void connect (const char *signal, GCallback handler)
  {
    handlers_.push_back (g_signal_connect_data (
        element_, signal, handler, new Shared (log_),
        [] (gpointer data, GClosure *) { delete static_cast<Shared *> (data); },
        GConnectFlags (0)));
  }

  GstElement *const element_;
  const Shared log_ = std::make_shared<Log> ();
  std::vector<gulong> handlers_;
};

} // namespace webmedia::test
