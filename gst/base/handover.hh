// SPDX-License-Identifier: LGPL-2.1-or-later
// For the thread sanitizer only: what goes from one thread to another through
// GLib or GStreamer is ordered by locks that it does not see.
#pragma once

#if defined(__has_feature)
  #if __has_feature(thread_sanitizer)
    #define WEBMEDIA_TSAN 1
  #endif
#elif defined(__SANITIZE_THREAD__)
  #define WEBMEDIA_TSAN 1
#endif

#ifdef WEBMEDIA_TSAN
  #include <sanitizer/tsan_interface.h>
#endif

namespace webmedia {

// Before `address` is handed to GLib.
inline void
hand_over ([[maybe_unused]] void *address)
{
#ifdef WEBMEDIA_TSAN
  __tsan_release (address);
#endif
}

// In the thread that GLib gives it to.
inline void
take_over ([[maybe_unused]] void *address)
{
#ifdef WEBMEDIA_TSAN
  __tsan_acquire (address);
#endif
}

} // namespace webmedia
