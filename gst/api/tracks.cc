// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/tracks.hh"

#include <algorithm>

namespace webmedia {

// Until wrap_*_track() gives it another one.
TrackState::TrackState (mse::TrackKind kind)
    : track (std::make_shared<mse::Track> (
        mse::TrackDescription{.kind = kind,
            .id = 0,
            .config = std::make_shared<mse::TrackConfig> ()},
        "", std::make_shared<mse::MemoryAccount> ()))
{}

// https://www.w3.org/TR/media-source-2/#dom-audiotrack-sourcebuffer
Ptr<GstWebSourceBuffer>
TrackState::source_buffer () const
{
  auto makers = objects.lock ();
  auto buffer = track->owner.lock ();
  if (!makers || !buffer || buffer->is_removed ())
    return nullptr;
  return makers->get (buffer);
}

void
install_track_properties (GObjectClass *klass)
{
  g_object_class_install_property (klass, TRACK_PROPERTY_ID,
      g_param_spec_string (
          "id", "ID", "What no other track has", "", kReadOnly));
  g_object_class_install_property (klass, TRACK_PROPERTY_LABEL,
      g_param_spec_string (
          "label", "Label", "The name of the track", "", kReadOnly));
  g_object_class_install_property (klass, TRACK_PROPERTY_LANGUAGE,
      g_param_spec_string (
          "language", "Language", "A BCP 47 language tag", "", kReadOnly));
  g_object_class_install_property (klass, TRACK_PROPERTY_SOURCE_BUFFER,
      g_param_spec_object ("source-buffer", "Source buffer",
          "The source buffer that made the track", GST_TYPE_WEB_SOURCE_BUFFER,
          kReadOnly));
}

void
get_track_property (GObject *object, const TrackState &state, guint id,
    GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case TRACK_PROPERTY_ID:
    g_value_set_string (value, state.track->id.c_str ());
    break;
  case TRACK_PROPERTY_LABEL:
    g_value_set_string (value, state.track->label.c_str ());
    break;
  case TRACK_PROPERTY_LANGUAGE:
    g_value_set_string (value, state.track->language.c_str ());
    break;
  case TRACK_PROPERTY_SOURCE_BUFFER:
    g_value_take_object (value, state.source_buffer ().release ());
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

mse::Tracks
TrackListContents::tracks () const
{
  mse::Tracks all;
  if (auto buffer = buffer_.lock ())
    all = buffer->tracks ();
  else if (auto source = source_.lock ())
    all = source->tracks ();
  std::erase_if (
      all, [this] (const auto &track) { return track->kind != kind_; });
  return all;
}

int
TrackListContents::selected_index () const
{
  auto all = tracks ();
  auto selected =
      std::find_if (all.begin (), all.end (), [] (const auto &track) {
        return track->selection != mse::TrackSelection::off;
      });
  return selected == all.end () ? -1 : int (selected - all.begin ());
}

Ptr<GObject>
TrackListContents::object_of (const std::shared_ptr<mse::Track> &track) const
{
  auto objects = objects_.lock ();
  return objects ? objects->get_track (track) : nullptr;
}

Ptr<GObject>
TrackListContents::get (size_t index) const
{
  auto all = tracks ();
  return index < all.size () ? object_of (all[index]) : nullptr;
}

Ptr<GObject>
TrackListContents::get_by_id (const char *id) const
{
  for (const auto &track : tracks ())
    if (track->id == id)
      return object_of (track);
  return nullptr;
}

Ptr<GObject>
wrap_track (TrackState state)
{
  switch (state.track->kind) {
  case mse::TrackKind::audio:
    return wrap_audio_track (std::move (state));
  case mse::TrackKind::video:
    return wrap_video_track (std::move (state));
  case mse::TrackKind::text:
    return wrap_text_track (std::move (state));
  }
  return nullptr;
}

void
install_track_list (GObjectClass *klass, GType track)
{
  g_object_class_install_property (klass, LIST_PROPERTY_LENGTH,
      g_param_spec_uint ("length", "Length", "How many tracks are in the list",
          0, G_MAXUINT, 0, kReadOnly));
  GType list = G_TYPE_FROM_CLASS (klass);
  for (const char *name : {"addtrack", "removetrack"})
    g_signal_new (name, list, G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr,
        G_TYPE_NONE, 1, track);
  g_signal_new ("change", list, G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr,
      G_TYPE_NONE, 0);
}

void
get_track_list_property (GObject *object, const TrackListContents &contents,
    guint id, GValue *value, GParamSpec *pspec)
{
  if (id == LIST_PROPERTY_LENGTH)
    g_value_set_uint (value, guint (contents.tracks ().size ()));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

void
TrackLists::emit (SourceBufferObjects &objects, mse::TrackEvent event,
    const std::shared_ptr<mse::Track> &track) const
{
  const Ptr<GObject> &list = track->kind == mse::TrackKind::audio   ? audio
                             : track->kind == mse::TrackKind::video ? video
                                                                    : text;
  if (event == mse::TrackEvent::change) {
    g_signal_emit_by_name (list.get (), "change");
    return;
  }
  auto object = objects.get_track (track);
  g_signal_emit_by_name (list.get (),
      event == mse::TrackEvent::addtrack ? "addtrack" : "removetrack",
      object.get ());
}

} // namespace webmedia
