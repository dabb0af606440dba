// SPDX-License-Identifier: LGPL-2.1-or-later
// What the GObjects of tracks and of their lists share.
#pragma once

#include "api/mse.hh"

namespace webmedia {

// What a track's GObject refers to.
struct TrackState {
  explicit TrackState (mse::TrackKind kind); // of no source buffer
  TrackState (std::shared_ptr<mse::Track> engine,
      std::weak_ptr<SourceBufferObjects> makers)
      : track (std::move (engine)),
        objects (std::move (makers))
  {}
  Ptr<GstWebSourceBuffer> source_buffer () const;

  std::shared_ptr<mse::Track> track;
  std::weak_ptr<SourceBufferObjects> objects;
};

inline constexpr auto kReadOnly =
    GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

// The properties of a track. `kind` has a type of its own for text, and what
// says whether a track plays is called `enabled`, `selected` or `mode`: these
// two are each class's own.
enum TrackProperty : guint {
  TRACK_PROPERTY_ID = 1,
  TRACK_PROPERTY_KIND,
  TRACK_PROPERTY_LABEL,
  TRACK_PROPERTY_LANGUAGE,
  TRACK_PROPERTY_PLAYS,
  TRACK_PROPERTY_SOURCE_BUFFER,
};
// All but the two.
void install_track_properties (GObjectClass *klass);
// Sets `value` to one of these; any other `id` gives a warning.
void get_track_property (GObject *object, const TrackState &state, guint id,
    GValue *value, GParamSpec *pspec);

// What a list's GObject reads through to: the tracks of one kind of a source
// buffer, or of a media source. Neither is kept alive.
// Threads: thread-safe.
class TrackListContents {
public:
  explicit TrackListContents (mse::TrackKind kind) : kind_ (kind) {}
  TrackListContents (mse::TrackKind kind, std::weak_ptr<mse::SourceBuffer> of,
      std::weak_ptr<SourceBufferObjects> objects)
      : kind_ (kind),
        buffer_ (std::move (of)),
        objects_ (std::move (objects))
  {}
  TrackListContents (mse::TrackKind kind, std::weak_ptr<mse::MediaSource> of,
      std::weak_ptr<SourceBufferObjects> objects)
      : kind_ (kind),
        source_ (std::move (of)),
        objects_ (std::move (objects))
  {}

  mse::Tracks tracks () const;
  int selected_index () const;
  // The GObject of a track, or null.
  Ptr<GObject> get (size_t index) const;
  Ptr<GObject> get_by_id (const char *id) const;

private:
  Ptr<GObject> object_of (const std::shared_ptr<mse::Track> &track) const;

  mse::TrackKind kind_;
  std::weak_ptr<mse::SourceBuffer> buffer_;
  std::weak_ptr<mse::MediaSource> source_;
  std::weak_ptr<SourceBufferObjects> objects_;
};

// The three types.
Ptr<GObject> wrap_audio_track (TrackState state);
Ptr<GObject> wrap_video_track (TrackState state);
Ptr<GObject> wrap_text_track (TrackState state);
Ptr<GObject> wrap_track (TrackState state); // the one that it is
Ptr<GObject> make_audio_track_list (TrackListContents contents);
Ptr<GObject> make_video_track_list (TrackListContents contents);
Ptr<GObject> make_text_track_list (TrackListContents contents);

// What every list has: the property `length` (as LIST_PROPERTY_LENGTH) and the
// signals, of tracks of one type.
enum ListProperty : guint { LIST_PROPERTY_LENGTH = 1, LIST_PROPERTY_OWN };
void install_track_list (GObjectClass *klass, GType track);
// Sets `value` to the length; any other `id` gives a warning.
void get_track_list_property (GObject *object,
    const TrackListContents &contents, guint id, GValue *value,
    GParamSpec *pspec);

// The three lists that a source buffer and a media source have.
struct TrackLists {
  template <typename Of>
  static TrackLists make (const std::shared_ptr<Of> &of,
      const std::weak_ptr<SourceBufferObjects> &objects)
  {
    std::weak_ptr<Of> weak = of;
    using mse::TrackKind;
    return {
        make_audio_track_list ({TrackKind::audio, weak, objects}),
        make_video_track_list ({TrackKind::video, weak, objects}),
        make_text_track_list ({TrackKind::text, weak, objects}),
    };
  }
  // `track` is the GObject's engine.
  void emit (SourceBufferObjects &objects, mse::TrackEvent event,
      const std::shared_ptr<mse::Track> &track) const;

  Ptr<GObject> audio;
  Ptr<GObject> video;
  Ptr<GObject> text;
};

} // namespace webmedia
