// SPDX-License-Identifier: LGPL-2.1-or-later
// What the playing side (an element) sees of a media source it is attached
// to. Only virtual functions and plain values: plugins call it through the
// library's one bridge, with no symbols exported for it.
#pragma once

#include "base/ptr.hh"
#include "base/result.hh"
#include "base/time.hh"

#include <memory>
#include <string>
#include <vector>

namespace webmedia::mse {

enum class TrackKind { video, audio, text };

// How much a media element has to play.
// https://html.spec.whatwg.org/multipage/media.html#ready-states
enum class MediaReadyState {
  have_nothing,
  have_metadata,
  have_current_data,
  have_future_data,
  have_enough_data,
};

// Frames of one track.
class Reader {
public:
  enum class Status {
    frame,
    end,      // the media source has ended and all was read
    flushing, // set_flushing(true) was called
    closed,   // the media source is gone: see `error`
  };
  struct Read {
    Status status = Status::flushing;
    // Set with the first frame and wherever it changes.
    Ptr<GstCaps> caps;
    std::vector<Ptr<GstEvent>>
        events; // to be sent after them, before the frame
    // With signed times, because a GstBuffer has no negative DTS: the
    // buffer's own times are not set.
    Ptr<GstBuffer> buffer;
    Time pts = 0;
    Time dts = 0;
    Time duration = 0;
    // This sound is faded out from here on, where what is faded in begins: the
    // first frame that comes without this mark. kTimeNone: it is not faded out.
    Time splice = kTimeNone;
    Time splice_end = kTimeNone; // of the last frame that is faded out
    // Sound that was cut at the append window: the frame's bytes have this much
    // before its PTS and after its end that shall not be heard.
    Time cut_before = 0;
    Time cut_after = 0;
    Error error{};
  };

  virtual ~Reader () = default;

  // The next frame; waits for it. A wait ends by data, the end of the media
  // source, its loss, or set_flushing(true).
  virtual Read read () = 0;
  // Whether read() would wait if it were called now.
  virtual bool waits () = 0;
  // read() goes on with the random access point at or before `time`.
  virtual void seek (Time time) = 0;
  // Playback has come to `time`, with no frame of this track on the way: what
  // is before it may be evicted.
  virtual void skip (Time time) = 0;
  // The PTS of the stored random access point at or before (`after`: at or
  // after) `time`; `time` itself where there is none.
  virtual Time key_unit (Time time, bool after) = 0;
  virtual void set_flushing (bool flushing) = 0;
};

struct TrackInfo {
  TrackKind kind;
  std::string id;
  std::string label;
  std::string language;
  std::string codec;
  std::string web_kind; // "main" and the like, or empty
  Ptr<GstCaps> caps;
  bool selected; // enabled, selected or showing
};

struct Span {
  Time start;
  Time end;
};

// What keys are found by: the web's initialization data.
// https://www.w3.org/TR/encrypted-media-2/#initialization-data
struct InitData {
  std::string type; // of the registry: "cenc"
  Ptr<GstBuffer> data;
};

// Hears of what happens to the media source, on the thread that makes it
// happen, with no lock held; it must not block.
class PlayerObserver {
public:
  virtual ~PlayerObserver () = default;
  // tracks() changed. All source buffers have their first initialization
  // segment when it is called for the first time (HAVE_METADATA).
  virtual void on_tracks () = 0;
  // Which of the tracks() are selected has changed.
  virtual void on_selection () {}
  // The media has initialization data; that of an initialization segment comes
  // before on_tracks() of its tracks.
  virtual void on_init_data (const InitData &data) {}
  virtual void on_duration () = 0;
  // The media ends at `end`, which is before its end until now: playback that
  // is beyond it goes there. Comes before on_duration().
  virtual void on_cut (Time end) {}
  // ready_state() changed.
  virtual void on_ready_state () {}
  // Nothing more is to come, not even tracks where there are none yet.
  virtual void on_ended () = 0;
  // Playback can't go on.
  virtual void on_error (const Error &error) = 0;
};

// An attachment: the one playing side of a media source, from attach to
// detach. Threads: thread-safe.
class Player {
public:
  virtual ~Player () = default; // detaches

  // The observer hears at once of an end or an error that is there already, the
  // first one of initialization data, too.
  virtual void set_observer (std::weak_ptr<PlayerObserver> observer) = 0;
  // Whether every source buffer has its first initialization segment.
  virtual bool has_metadata () const = 0;
  // Whether nothing more is to come. What has ended with an error says that.
  virtual bool is_ended () const = 0;
  // Whether an error has ended one of the tracks that there are.
  virtual bool has_failed () const = 0;
  // From what is buffered at the place that was read up to.
  virtual MediaReadyState ready_state () const = 0;
  virtual std::vector<TrackInfo> tracks () const = 0;
  // Selects these tracks, and no others: as if the media element's lists were
  // written to. Of several video tracks it is the first.
  virtual void select (const std::vector<std::string> &track_ids) = 0;
  // Reads from `time` on, as after Reader::seek(): that is where the track is
  // played from, also where it comes to others that play. Null: no such track.
  virtual std::unique_ptr<Reader> open (
      const std::string &track_id, Time time) = 0;

  virtual Time duration () const = 0; // kTimeNone, kTimeInfinite: as MSE's
  virtual std::vector<Span> buffered () const = 0;
  virtual std::vector<Span> seekable () const = 0;

  // The element has failed: appends are refused from now on, until it is
  // attached anew.
  virtual void set_element_error () = 0;
  // Ends the attachment: readers end with `closed`.
  virtual void detach () = 0;
};

} // namespace webmedia::mse
