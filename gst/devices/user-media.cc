// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/user-media.hh"

#include "base/wake-on-cancel.hh"
#include "devices/control-plan.hh"
#include "devices/overconstrained.hh"
#include "devices/selection-rules.hh"

#include <algorithm>

namespace webmedia::devices {

namespace {

// One kind of what is requested, and what of it may become a track.
struct Request {
  TrackKind kind;
  const TrackConstraints *given;
  TrackConstraints constraints{}; // those that count
  std::vector<const Device *> devices{};
  std::vector<DeviceSelection> candidates{}; // the best first
  bool asks_for_movement = false;            // and a device can be moved
  bool may_move = false;

  bool is_audio () const { return kind == TrackKind::audio; }
  Permission permission () const
  {
    return is_audio () ? Permission::microphone : Permission::camera;
  }
  const Device &device_of (const DeviceSelection &candidate) const
  {
    return *devices[candidate.device];
  }
};
using Requests = std::vector<Request>;

const char *
thing_of (const Request &request)
{
  return request.is_audio () ? "microphone" : "camera";
}

Error
not_found (const Request &request)
{
  return make_error (
      ErrorCode::not_found, "There is no %s; plug one in", thing_of (request));
}

Error
not_allowed (const Request &request)
{
  return make_error (ErrorCode::not_allowed,
      "The %s may not be used: its permission was denied", thing_of (request));
}

Error
was_cancelled ()
{
  return make_error (ErrorCode::abort, "getUserMedia was cancelled");
}

bool
is_denied (PermissionPolicy *policy, const Request &request)
{
  return policy
         && policy->query (request.permission ()) == PermissionState::denied;
}

// The steps NotFound Failure and Constraint Failure: who was denied a device is
// not told what there is of them.
// https://w3c.github.io/mediacapture-main/#getUserMedia-specific-failure-is-allowed
Error
specific_failure (
    const Requests &requests, PermissionPolicy *policy, Error failure)
{
  for (const Request &request : requests)
    if (is_denied (policy, request))
      return not_allowed (request);
  return failure;
}

// The devices of a kind, the system's default first.
std::vector<const Device *>
sources_of (const Devices &all, TrackKind kind)
{
  DeviceKind wanted = kind == TrackKind::audio ? DeviceKind::audioinput
                                               : DeviceKind::videoinput;
  std::vector<const Device *> sources;
  for (const Device &device : all)
    if (device.kind == wanted)
      sources.push_back (&device);
  std::stable_partition (sources.begin (), sources.end (),
      [] (const Device *device) { return device->is_default; });
  return sources;
}

// Steps 11.3.1 to 11.3.8, for one kind.
Result<>
find_candidates (Request &request, const Devices &all, MediaDevices &devices,
    PermissionPolicy *policy)
{
  // 11.3.1
  std::vector<SettingsSpace> spaces;
  for (const Device *device : sources_of (all, request.kind))
    if (auto space = devices.opener ().space_of (*device);
        space && !space->boxes.empty ()) {
      request.devices.push_back (device);
      spaces.push_back (*space);
    }
  if (request.devices.empty ())
    return not_found (request);
  // 11.3.2 to 11.3.4
  Result<TrackConstraints> kept =
      constraints_for_device_selection (*request.given, request.kind);
  if (!kept)
    return kept.error ();
  request.constraints = std::move (*kept);
  // 11.3.5
  request.candidates = select_devices (spaces, request.constraints);
  if (request.candidates.empty ())
    return make_overconstrained_error (
        devices.exposes_info ()
            ? failed_constraint (spaces, request.constraints)
            : "");
  request.asks_for_movement =
      asks_for_movement (request.constraints)
      && std::any_of (spaces.begin (), spaces.end (), has_movement);
  // 11.3.6
  if (is_denied (policy, request))
    std::erase_if (request.candidates, [&] (const DeviceSelection &candidate) {
      return !devices.opener ().is_captured (request.device_of (candidate));
    });
  if (request.candidates.empty ())
    return not_allowed (request);
  return ok; // 11.3.7 is the policy's
}

// https://w3c.github.io/mediacapture-image/#pan "MUST either request permission
// to use": whether that is granted, or else is to be asked for.
PermissionState
movement_state (const Requests &requests, PermissionPolicy *policy)
{
  bool asks = std::any_of (requests.begin (), requests.end (),
      [] (const Request &request) { return request.asks_for_movement; });
  if (!asks || (policy && !policy->allows (Permission::camera_movement)))
    return PermissionState::denied;
  return policy ? policy->query (Permission::camera_movement)
                : PermissionState::granted;
}

void
permit_movement (Requests &requests)
{
  for (Request &request : requests)
    request.may_move = request.asks_for_movement;
}

// Asks for these and for the movement of a camera, all at once. Who blocks
// nothing but the latter is asked for the others alone.
Result<>
request_with_movement (Requests &requests, std::vector<Permission> asked,
    PermissionPolicy &policy, GCancellable *cancellable)
{
  std::vector<Permission> all = asked;
  all.push_back (Permission::camera_movement);
  Result<> granted = policy.request (all, cancellable);
  if (granted)
    permit_movement (requests);
  if (granted || asked.empty ())
    return ok;
  if (policy.query (Permission::camera_movement) != PermissionState::denied)
    return granted;
  std::erase_if (asked, [&policy] (Permission permission) {
    return policy.query (permission) == PermissionState::granted;
  });
  for (Permission permission : asked)
    if (policy.query (permission) == PermissionState::denied)
      return granted;
  return asked.empty () ? Result<> (ok) : policy.request (asked, cancellable);
}

// Step 11.5: one question for all kinds. What is captured already is granted,
// and nothing else where nobody was asked.
Result<>
request_permissions (Requests &requests, MediaDevices &devices,
    PermissionPolicy *policy, GCancellable *cancellable)
{
  std::vector<Permission> asked;
  for (Request &request : requests) {
    if (!policy
        || policy->query (request.permission ()) == PermissionState::granted)
      continue;
    auto is_new = [&] (const DeviceSelection &candidate) {
      return !devices.opener ().is_captured (request.device_of (candidate));
    };
    if (is_new (request.candidates.front ()))
      asked.push_back (request.permission ());
    else
      std::erase_if (request.candidates, is_new);
  }
  PermissionState movement = movement_state (requests, policy);
  if (movement == PermissionState::prompt)
    return request_with_movement (
        requests, std::move (asked), *policy, cancellable);
  if (movement == PermissionState::granted)
    permit_movement (requests);
  return asked.empty () ? Result<> (ok) : policy->request (asked, cancellable);
}

// Step 11.9, for one kind: what can't be had makes room for the next one. The
// opener hears of what is unplugged meanwhile, or was while the user was asked,
// as the owner may be who waits here.
Result<std::shared_ptr<stream::Track>>
open_first (const Request &request, MediaDevices &devices,
    const std::function<bool ()> &cancelled)
{
  auto is_over = [&] {
    if (cancelled ())
      return true; // the list may wait for a new device
    devices.devices ();
    return cancelled ();
  };
  for (size_t i = 0;; i++) {
    if (is_over ())
      return was_cancelled ();
    const DeviceSelection &candidate = request.candidates[i];
    const Device &device = request.device_of (candidate);
    auto track = devices.opener ().open ({.device = device,
        .selection = candidate.selection,
        .constraints = request.constraints,
        .cancelled = is_over,
        .may_move = request.may_move});
    if (track)
      return track;
    ErrorCode code = track.error ().code;
    // 11.10; and what is revoked meanwhile is so for all candidates.
    if (code == ErrorCode::overconstrained || code == ErrorCode::not_allowed)
      return track;
    if (i + 1 < request.candidates.size ())
      continue;
    return code == ErrorCode::not_readable
               ? track.error ()
               : Error{ErrorCode::abort, track.error ().message};
  }
}

} // namespace

// https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia
// There is no document: it is in view, and has the focus (4, 5, 9, 11.1, 11.6
// and 11.7).
Result<stream::Tracks>
get_user_media (MediaDevices &devices, const StreamConstraints &constraints,
    GCancellable *cancellable)
{
  // 2 and 3
  if (Result<> requested = check_requested (constraints); !requested)
    return requested.error ();
  Requests requests;
  if (constraints.audio)
    requests.push_back ({TrackKind::audio, &*constraints.audio});
  if (constraints.video)
    requests.push_back ({TrackKind::video, &*constraints.video});
  // 6 and 7
  auto policy = devices.policy ();
  for (const Request &request : requests)
    if (policy && !policy->allows (request.permission ()))
      return not_allowed (request);
  // 11.3
  WakeOnCancel wake (cancellable, [&devices] {
    devices.wake_waits ();
    devices.opener ().wake_waits ();
  });
  auto cancelled = [cancellable] {
    return g_cancellable_is_cancelled (cancellable) != FALSE;
  };
  if (!devices.wait_ready (cancelled))
    return was_cancelled ();
  auto all = devices.devices ();
  for (Request &request : requests)
    if (Result<> found =
            find_candidates (request, *all, devices, policy.get ());
        !found) {
      ErrorCode code = found.error ().code;
      bool specific = code == ErrorCode::not_found
                      || code == ErrorCode::overconstrained; // 11.13, 11.14
      return specific
                 ? specific_failure (requests, policy.get (), found.error ())
                 : found.error ();
    }
  // 11.5
  Result<> granted =
      request_permissions (requests, devices, policy.get (), cancellable);
  if (cancelled ())
    return was_cancelled ();
  if (!granted)
    return granted.error (); // 11.15
  // 11.8
  devices.set_exposure (
      constraints.audio.has_value (), constraints.video.has_value (), true);
  // 11.9 to 11.12
  stream::Tracks tracks;
  for (const Request &request : requests) {
    auto track = open_first (request, devices, cancelled);
    if (!track) {
      for (const auto &opened : tracks)
        opened->stop ();
      return track.error ();
    }
    tracks.push_back (std::move (*track));
  }
  return tracks;
}

} // namespace webmedia::devices
