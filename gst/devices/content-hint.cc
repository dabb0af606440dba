// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/content-hint.hh"

namespace webmedia::devices {

// https://www.w3.org/TR/mst-content-hint/#behavior-of-a-mediastreamtrack
Settings
defaults_of_hint (std::string_view hint)
{
  if (hint == "music" || hint == "speech-recognition")
    return {{Property::echo_cancellation, false},
        {Property::auto_gain_control, false},
        {Property::noise_suppression, false}};
  if (hint == "speech")
    return {{Property::echo_cancellation, true},
        {Property::auto_gain_control, true}};
  return {};
}

} // namespace webmedia::devices
