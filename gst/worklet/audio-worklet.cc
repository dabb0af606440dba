// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/audio-worklet.hh"

#include "base/log.hh"
#include "worklet/pump.hh"

#include <tuple>

WEBMEDIA_DEBUG_CATEGORY ("webmedia-worklet", "AudioWorklet")

namespace webmedia::worklet {

AudioWorklet::AudioWorklet (uint32_t quantum, uint32_t rate)
    : scope (std::make_shared<GlobalScope> (quantum, rate))
{
  std::tie (port_, far_) = port::MessagePort::create_channel ();
}

Result<std::shared_ptr<AudioWorklet>>
AudioWorklet::create (uint32_t quantum, uint32_t rate)
{
  // Of an unknown rate it is checked when that is known.
  constexpr uint32_t kMostRate = UINT32_MAX / 6;
  if (auto result = check_quantum_size (quantum, rate ? rate : kMostRate);
      !result)
    return result.error ();
  std::shared_ptr<AudioWorklet> self (new AudioWorklet (quantum, rate));
  self->late_look_ = LateLook::create ([weak = self->weak_from_this ()] {
    if (auto worklet = weak.lock ())
      worklet->look_late ();
  });
  return self;
}

// ---- Modules ----

// Step 2 of addModule(): the URL.
static Result<std::string>
find_path (const std::string &url)
{
  const CString scheme (g_uri_parse_scheme (url.c_str ()));
  if (!scheme)
    return std::string (
        CString (g_canonicalize_filename (url.c_str (), nullptr)).get ());
  if (!g_str_equal (scheme.get (), "file"))
    return make_error (ErrorCode::not_supported,
        "\"%s\" has the scheme %s; a module is a file: a path or file://PATH",
        url.c_str (), scheme.get ());
  GError *error = nullptr;
  const CString path (g_filename_from_uri (url.c_str (), nullptr, &error));
  if (path)
    return std::string (path.get ());
  auto failure = make_error (
      ErrorCode::abort, "\"%s\" is no file: %s", url.c_str (), error->message);
  g_error_free (error);
  return failure;
}

// https://html.spec.whatwg.org/multipage/worklets.html#dom-worklet-addmodule
// DEVIATION: a module that could not be loaded is tried again, where the module
// responses map keeps the failure.
Result<ModuleReport>
AudioWorklet::add_module (const std::string &url)
{
  auto path = find_path (url);
  if (!path)
    return path.error ();
  {
    MutexLocker locker (lock_);
    // The module responses map: who comes second waits for the first.
    while (modules_.contains (*path)) {
      if (const auto &report = modules_[*path])
        return *report;
      changed_.wait (lock_);
    }
    modules_[*path].reset ();
  }
  auto report = add_native_module (scope, *path);
  // As exceptions of a script are in the console of a browser.
  if (report)
    for (const Error &mistake : report->errors)
      GST_WARNING ("%s: %s", path->c_str (), mistake.message.c_str ());
  {
    MutexLocker locker (lock_);
    if (report)
      modules_[*path] = *report;
    else
      modules_.erase (*path);
    changed_.notify_all ();
  }
  if (scope->has_message_handler ())
    listen ();
  hand_on ();
  return report;
}

// ---- Ports ----

// A port's queue is enabled when somebody listens.
void
AudioWorklet::listen ()
{
  {
    MutexLocker locker (lock_);
    if (std::exchange (is_listening_, true))
      return;
  }
  far_->hand_on ([weak = weak_from_this ()] (port::Message message) {
    if (auto self = weak.lock ())
      self->on_message (std::move (message));
  });
}

// From `AudioWorklet.port`. What comes along is for who has a port: a module
// sees the data alone.
void
AudioWorklet::on_message (port::Message message)
{
  std::shared_ptr<port::MessagePort> open;
  {
    MutexLocker locker (lock_);
    open = scope_far_;
  }
  if (scope->has_message_handler ())
    scope->port ().post_to_processor ({message.data, {}});
  if (open)
    (void)open->post_message (std::move (message));
  pump_overdue ();
}

// Whatever node of the scope is rendered, its messages are delivered.
void
AudioWorklet::pump ()
{
  worklet::pump (
      scope->role (), scope->port (), [] { return true; },
      [this] {
        scope->deliver_messages (true);
        return scope->has_message_handler ();
      });
  hand_on ();
  look_again ();
}

// Unless the audio thread comes for them.
void
AudioWorklet::pump_overdue ()
{
  if (scope->is_idle ())
    pump ();
  else
    look_again ();
}

void
AudioWorklet::look_again ()
{
  if (scope->has_message_handler () && scope->port ().waiting () > 0)
    late_look_->set ();
}

void
AudioWorklet::look_late ()
{
  pump_overdue ();
  hand_on ();
}

std::shared_ptr<port::MessagePort>
AudioWorklet::open_port ()
{
  is_open_.store (true);
  hand_on ();
  return std::move (port_);
}

std::shared_ptr<port::MessagePort>
AudioWorklet::open_scope_port ()
{
  auto [near, far] = port::MessagePort::create_channel ();
  {
    MutexLocker locker (lock_);
    scope_far_ = far;
  }
  far->hand_on ([weak = weak_from_this ()] (port::Message message) {
    if (auto self = weak.lock ())
      (void)self->far_->post_message (std::move (message));
  });
  listen ();
  return near;
}

// Once, and once more for who came meanwhile. What they go on to cause is for
// later, as they may answer each other without an end.
void
AudioWorklet::hand_on ()
{
  if (!is_open_.load ()
      || (!scope->port ().has_posted ()
          && scope->port ().dropped () == told_dropped_.load ()))
    return;
  handing_on_.run_for (
      2,
      [this] {
        scope->port ().receive ([this] (Ptr<GVariant> data) {
          (void)far_->post_message ({std::move (data), {}});
        });
        const uint64_t lost = scope->port ().dropped ();
        if (const uint64_t more = lost - told_dropped_.exchange (lost))
          GST_WARNING ("%" G_GUINT64_FORMAT
                       " messages of the scope found no room and are lost",
              more);
      },
      [this] { late_look_->set (); });
}

} // namespace webmedia::worklet
