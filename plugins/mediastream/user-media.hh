// SPDX-License-Identifier: LGPL-2.1-or-later
// The devices that a mediastreamsrc opens itself, as its constraints say.
#pragma once

#include "settings.hh"

#include <gst/webmedia/gstwebmediadevices.h>

namespace webmedia::elements {

enum UserMediaSetting : guint {
  SETTING_CONSTRAINTS = kFirstOwnProperty,
  SETTING_MEDIA_DEVICES,
};
constexpr guint kAfterUserMedia = SETTING_MEDIA_DEVICES + 1;

void install_user_media_settings (GObjectClass *klass);

// One at a time is open: from start() to stop().
// Threads: settings are thread-safe, guarded by the element's object lock;
// start() and stop() are called with its state lock.
class UserMedia {
public:
  explicit UserMedia (GstElement *element) : element_ (element) {}

  void set_property (guint id, const GValue *value);
  void get_property (guint id, GValue *value) const;
  // Whether it is to open any.
  bool is_wanted () const { return !copy ().constraints.empty (); }

  // False: they are none, whatever devices there are; an error was posted.
  bool check () const;
  // Opens them on another thread, and adds their tracks to the stream, if any
  // are wanted. Where that fails an error message is posted.
  void start (const Ptr<GstWebMediaStream> &stream);
  // Ends the tracks, and what was to open them.
  void stop ();

private:
  struct Wanted {
    std::string constraints; // JSON; empty: none
    Ptr<GstWebMediaDevices> devices;
  };
  class Session;

  static void open (GstElement *element, Session &session);
  Wanted copy () const;

  GstElement *const element_;
  Wanted wanted_;
  std::shared_ptr<Session> session_;
};

} // namespace webmedia::elements
