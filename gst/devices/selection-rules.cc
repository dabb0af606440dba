// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/selection-rules.hh"

#include "devices/frame-size.hh"

namespace webmedia::devices {

namespace {

// https://w3c.github.io/mediacapture-screen-share/#dfn-floor-value
double
floor_value (Property property)
{
  return property == Property::aspect_ratio ? 1. / kMaxSide : 1;
}

void
keep_kind (ConstraintSet &set, TrackKind kind)
{
  std::erase_if (set, [kind] (const auto &member) {
    return !info (member.first).applies_to (kind);
  });
}

// A page that may not see ids gets "" for each, and may pass it on.
void
drop_empty (ConstraintSet &set)
{
  const Value empty{std::string ()};
  for (auto &[property, constraint] : set)
    if (info (property).is (empty_is_none))
      for (auto *list :
          {&constraint.bare, &constraint.exact, &constraint.ideal})
        std::erase (*list, empty);
  std::erase_if (
      set, [] (const auto &member) { return member.second.empty (); });
}

// https://w3c.github.io/mediacapture-screen-share/#dom-mediadevices-getdisplaymedia
// steps 7.1 to 7.3
Result<std::string>
check_display_set (const TrackConstraints &constraints)
{
  // 7.1
  if (constraints.has_advanced)
    return make_error (ErrorCode::type,
        "getDisplayMedia takes no advanced constraints; apply them to the "
        "track when it is there");
  // 7.2
  for (const auto &[property, constraint] : constraints.basic)
    if (info (property).is (of_display)
        && (constraint.min || !constraint.exact.empty ()))
      return make_error (ErrorCode::type,
          "getDisplayMedia takes no %s for %s; use ideal or max",
          constraint.min ? "min" : "exact", info (property).name);
  // 7.3
  for (const auto &[property, constraint] : constraints.basic)
    if (info (property).is (of_display) && constraint.max
        && *constraint.max < floor_value (property))
      return std::string (info (property).name);
  return std::string ();
}

} // namespace

// https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia
// steps 2 and 3
Result<>
check_requested (const StreamConstraints &constraints)
{
  if (constraints.audio || constraints.video)
    return ok;
  return make_error (ErrorCode::type,
      "Neither audio nor video is requested; one has to be true or an object "
      "with constraints");
}

// Steps 11.3.3 and 11.3.4 of the same.
Result<TrackConstraints>
constraints_for_device_selection (
    const TrackConstraints &constraints, TrackKind kind)
{
  // 11.3.3
  TrackConstraints kept = constraints;
  keep_kind (kept.basic, kind);
  drop_empty (kept.basic);
  for (ConstraintSet &set : kept.advanced) {
    keep_kind (set, kind);
    drop_empty (set);
  }
  // 11.3.4. Those of advanced sets are not called required.
  for (const auto &[property, constraint] : kept.basic)
    if (is_required (constraint, BareValues::ideal)
        && !info (property).is (selects_device))
      return make_error (ErrorCode::type,
          "%s cannot be required of a device; give it an ideal value, or apply "
          "it to the track when it is there",
          info (property).name);
  return kept;
}

Result<std::string>
check_display_constraints (const StreamConstraints &constraints)
{
  // Step 6 of
  // https://w3c.github.io/mediacapture-screen-share/#dom-mediadevices-getdisplaymedia
  if (!constraints.video)
    return make_error (
        ErrorCode::type, "getDisplayMedia captures video: it cannot be false");
  for (const auto *kind : {&constraints.audio, &constraints.video})
    if (*kind)
      if (Result<std::string> failed = check_display_set (**kind);
          !failed || !failed->empty ())
        return failed;
  return std::string ();
}

} // namespace webmedia::devices
