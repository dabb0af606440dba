// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/track-constraints.hh"

#include "devices/overconstrained.hh"
#include "devices/select-settings.hh"

#include <gst/audio/audio.h>

namespace webmedia::devices {

namespace {

// https://w3c.github.io/mediacapture-main/#dfn-list-of-inherent-constrainable-track-properties
template <typename Dictionary>
Dictionary
inherent_of (Dictionary dictionary)
{
  std::erase_if (dictionary, [] (const auto &member) {
    Property property = member.first;
    return property != Property::device_id && property != Property::facing_mode
           && property != Property::group_id;
  });
  return dictionary;
}

void
add_number (Settings &settings, Property property, const GstStructure *caps,
    const char *field)
{
  int number;
  if (gst_structure_get_int (caps, field, &number) && number > 0)
    settings[property] = double (number);
}

// The only settings that a source has.
SettingsSpace
space_of (const Settings &settings, stream::Kind kind)
{
  SettingsSpace space;
  space.kind =
      kind == stream::Kind::audio ? TrackKind::audio : TrackKind::video;
  Box box;
  for (const auto &[property, value] : settings) {
    Domain domain;
    if (const double *number = std::get_if<double> (&value))
      domain.numbers.intervals = {{*number, *number}};
    else
      domain.values = {value};
    // It follows from the others.
    if (property != Property::aspect_ratio)
      box.domains.emplace_back (property, std::move (domain));
  }
  space.boxes.push_back (std::move (box));
  return space;
}

// What is applied to a track that is no device's: it is kept, and changes
// nothing.
Result<>
apply_to_other (stream::Track &track, const TrackConstraints &constraints)
{
  const SettingsSpace space[] = {
      space_of (track_settings (track), track.kind ())};
  if (!select_settings (space[0], constraints))
    return make_overconstrained_error (failed_constraint (space, constraints));
  track.set_constraints (
      std::make_shared<const TrackConstraints> (constraints));
  return ok;
}

} // namespace

Settings
settings_of (GstCaps *caps)
{
  Settings settings;
  if (!caps || gst_caps_is_any (caps) || gst_caps_is_empty (caps))
    return settings;
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  add_number (settings, Property::width, structure, "width");
  add_number (settings, Property::height, structure, "height");
  if (settings.size () == 2)
    settings[Property::aspect_ratio] = round_to_tenth_decimal (
        *std::get_if<double> (&settings[Property::width])
        / *std::get_if<double> (&settings[Property::height]));
  int frames, seconds;
  if (gst_structure_get_fraction (structure, "framerate", &frames, &seconds)
      && frames > 0)
    settings[Property::frame_rate] = double (frames) / seconds;
  add_number (settings, Property::sample_rate, structure, "rate");
  add_number (settings, Property::channel_count, structure, "channels");
  GstAudioInfo info;
  if (gst_structure_has_name (structure, "audio/x-raw")
      && gst_audio_info_from_caps (&info, caps))
    settings[Property::sample_size] = double (GST_AUDIO_INFO_DEPTH (&info));
  return settings;
}

// https://w3c.github.io/mediacapture-main/#dom-mediastreamtrack-getcapabilities
Capabilities
track_capabilities (const stream::Track &track)
{
  auto constrainable = constrainable_of (track);
  if (!constrainable)
    return {};
  Capabilities all = constrainable->capabilities ();
  return track.is_ended () ? inherent_of (std::move (all)) : all;
}

// https://w3c.github.io/mediacapture-main/#dom-mediastreamtrack-getsettings
Settings
track_settings (const stream::Track &track)
{
  if (auto constrainable = constrainable_of (track)) {
    Settings all = constrainable->settings ();
    return track.is_ended () ? inherent_of (std::move (all)) : all;
  }
  return track.is_ended () ? Settings ()
                           : settings_of (track.source->caps ().get ());
}

// https://w3c.github.io/mediacapture-main/#dom-constrainablepattern-getconstraints
TrackConstraints
track_constraints (const stream::Track &track)
{
  if (auto constrainable = constrainable_of (track))
    return constrainable->constraints ();
  auto kept =
      std::static_pointer_cast<const TrackConstraints> (track.constraints ());
  return kept ? *kept : TrackConstraints ();
}

// https://w3c.github.io/mediacapture-main/#dom-mediastreamtrack-applyconstraints
Result<>
apply_constraints (stream::Track &track, const TrackConstraints &constraints,
    const std::function<bool ()> &cancelled)
{
  if (track.is_ended ())
    return ok;
  auto constrainable = constrainable_of (track);
  return constrainable ? constrainable->apply (constraints, cancelled)
                       : apply_to_other (track, constraints);
}

// https://www.w3.org/TR/mst-content-hint/#dom-mediastreamtrack-contenthint
bool
set_content_hint (stream::Track &track, std::string_view hint)
{
  if (!track.set_content_hint (hint))
    return false;
  if (auto constrainable = constrainable_of (track))
    constrainable->follow_hint (track);
  return true;
}

} // namespace webmedia::devices
