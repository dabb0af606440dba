// SPDX-License-Identifier: LGPL-2.1-or-later
// What elements see of a stream, and of its tracks. Only virtual functions and
// plain values: plugins call it through the library's one bridge, with no
// symbols exported for it.
#pragma once

#include "stream/endpoints.hh"

#include <vector>

namespace webmedia::stream {

// What a source is told of when it is made.
struct SourceInfo {
  Kind kind;
  std::string label;
  Delivery delivery = Delivery::live;
  bool is_device = false;  // its tracks have statistics
  bool is_display = false; // what of it is sound has none
  // Its frames are written by an application.
  bool is_written = false;
  // What a media element plays: muted, it shows its last picture, not black.
  bool is_played = false;
};

// A track. Threads: thread-safe.
class TrackView {
public:
  struct Info {
    std::string id;
    Kind kind;
    std::string label;
    Delivery delivery = Delivery::live; // its source's
  };

  virtual ~TrackView () = default;
  virtual Info info () const = 0;
  virtual bool is_ended () const = 0;
  // It consumes until the last reference goes.
  virtual std::shared_ptr<Output> subscribe (
      Delivery delivery, std::weak_ptr<Consumer> consumer) = 0;
};

// Hears what happens to a stream, on the thread that makes it happen, with no
// lock held; it must not block. It looks for itself at what is new.
class TrackSetObserver {
public:
  virtual ~TrackSetObserver () = default;
  // list() changed: by an application, or an element.
  virtual void on_tracks () = 0;
  // is_active() changed.
  virtual void on_active () {}
};

// The tracks of a stream. Threads: thread-safe.
class TrackSet {
public:
  virtual ~TrackSet () = default;
  // In the order in which they were added.
  virtual std::vector<std::shared_ptr<TrackView>> list () const = 0;
  // Whether one of them has not ended.
  virtual bool is_active () const = 0;
  // Held until it goes.
  virtual void add_observer (std::weak_ptr<TrackSetObserver> observer) = 0;
  // What the user agent does: the application hears of it.
  virtual void add (const std::shared_ptr<TrackView> &track) = 0;
  virtual void remove (const std::shared_ptr<TrackView> &track) = 0;
};

} // namespace webmedia::stream
