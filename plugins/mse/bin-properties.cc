// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bin-properties.hh"

#include "settings.hh"

namespace webmedia::elements {

enum Fact : guint {
  FACT_READY_STATE = kFirstOwnProperty,
  FACT_DURATION,
  FACT_N_VIDEO, // as mse::TrackKind, and on
  FACT_N_AUDIO,
  FACT_N_TEXT,
};

void
install_facts (GObjectClass *klass)
{
  auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property (klass, FACT_READY_STATE,
      g_param_spec_enum ("ready-state", "Ready state",
          "How much there is to play, as a media element says it",
          GST_TYPE_WEB_MEDIA_ELEMENT_READY_STATE,
          GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_NOTHING, flags));
  g_object_class_install_property (klass, FACT_DURATION,
      g_param_spec_uint64 ("duration", "Duration",
          "Of the media source, in nanoseconds; the highest number while it is "
          "not known, the highest signed one where there is no end",
          0, G_MAXUINT64, GST_CLOCK_TIME_NONE, flags));
  static const struct {
    const char *name;
    const char *nick;
    const char *blurb;
  } kCounts[] = {
      {"n-video", "Video tracks", "How many video tracks there are"},
      {"n-audio", "Audio tracks", "How many audio tracks there are"},
      {"n-text", "Text tracks", "How many text tracks there are"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (kCounts); i++)
    g_object_class_install_property (klass, FACT_N_VIDEO + i,
        g_param_spec_uint (kCounts[i].name, kCounts[i].nick, kCounts[i].blurb,
            0, G_MAXUINT, 0, flags));
}

static guint
count_tracks (const PlayerHub *hub, mse::TrackKind kind)
{
  guint count = 0;
  if (hub)
    for (const mse::TrackInfo &track : hub->player ().tracks ())
      count += track.kind == kind;
  return count;
}

static mse::MediaReadyState
ready_state (const PlayerHub *hub)
{
  return hub ? hub->player ().ready_state ()
             : mse::MediaReadyState::have_nothing;
}

static guint64
duration (const PlayerHub *hub)
{
  Time time = hub ? hub->player ().duration () : kTimeNone;
  return time == kTimeNone ? GST_CLOCK_TIME_NONE : guint64 (time);
}

bool
get_fact (const PlayerHub *hub, guint id, GValue *value)
{
  switch (id) {
  case FACT_READY_STATE:
    g_value_set_enum (value, gint (ready_state (hub)));
    return true;
  case FACT_DURATION:
    g_value_set_uint64 (value, duration (hub));
    return true;
  case FACT_N_VIDEO:
  case FACT_N_AUDIO:
  case FACT_N_TEXT:
    g_value_set_uint (
        value, count_tracks (hub, mse::TrackKind (id - FACT_N_VIDEO)));
    return true;
  default:
    return false;
  }
}

void
notify_facts (GObject *bin)
{
  for (const char *name : {"n-video", "n-audio", "n-text"})
    g_object_notify (bin, name);
}

} // namespace webmedia::elements
