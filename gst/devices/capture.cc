// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/capture.hh"

#include "devices/capture-engine.hh"
#include "devices/control-plan.hh"

#include <algorithm>

namespace webmedia::devices {

namespace {

bool
is_in (const Devices &list, const std::string &id)
{
  return std::any_of (list.begin (), list.end (),
      [&id] (const Device &device) { return device.id == id; });
}

Error
is_gone (const Device &device)
{
  return make_error (ErrorCode::not_readable,
      "%s is not there any more: it was unplugged, or its session has ended",
      device.label.c_str ());
}

bool
is_installed (const char *factory)
{
  auto found =
      Ptr<GstElementFactory>::adopt (gst_element_factory_find (factory));
  return bool (found);
}

// The first value is what it is when nobody asks.
void
offer (SettingsSpace &space, Property property, bool by_itself)
{
  if (Domain *domain = find_domain (space.common, property))
    domain->values = {by_itself, !by_itself};
}

void
offer_voice (SettingsSpace &space, const std::string &echo_probe)
{
  if (!is_installed ("webrtcdsp") || !is_installed ("audiobuffersplit"))
    return;
  offer (space, Property::auto_gain_control, false);
  offer (space, Property::noise_suppression, false);
  // Not "all" or "remote-only", which a source has that "allows controlling
  // which audio sources will be cancelled": here it is what passes the probe,
  // whatever the application plays there.
  if (!echo_probe.empty ())
    offer (space, Property::echo_cancellation, true);
}

} // namespace

std::shared_ptr<CaptureRegistry>
CaptureRegistry::create (Ptr<GstClock> clock)
{
  if (!clock)
    clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
  return std::shared_ptr<CaptureRegistry> (
      new CaptureRegistry (std::move (clock)));
}

CaptureRegistry::CaptureRegistry (Ptr<GstClock> clock)
    : clock_ (std::move (clock))
{}

CaptureRegistry::~CaptureRegistry () = default;

void
CaptureRegistry::set_echo_probe (std::string name)
{
  MutexLocker locker (lock_);
  echo_probe_.swap (name);
}

std::string
CaptureRegistry::echo_probe () const
{
  MutexLocker locker (lock_);
  return echo_probe_;
}

// DEVIATION: a source that is neither GstAudioBaseSrc's nor PipeWire's has no
// latency: what it adds is not known before it is open, and nothing can be
// asked of it. Where no element can be made nothing is known yet: a
// plugin may be missing still.
std::optional<SourceLatency>
CaptureRegistry::latency_of (const Device &device) const
{
  {
    MutexLocker locker (lock_);
    if (auto known = latencies_.find (device.id); known != latencies_.end ())
      return known->second;
  }
  auto element = make_element (device);
  if (!element)
    return std::nullopt;
  auto latency = find_latency (element.get ());
  MutexLocker locker (lock_);
  return latencies_.try_emplace (device.id, latency).first->second;
}

// What they can be stays the same; what they are set to is looked at again
// where it matters. The provider has opened the device as well, to list it: one
// that never answers that is never listed. What can't be looked at is not tried
// again before it is opened, or was unplugged.
std::optional<ControlState>
CaptureRegistry::controls_of (const Device &device, Look look) const
{
  uint64_t version;
  {
    MutexLocker locker (lock_);
    version = version_;
    auto known = controls_.find (device.id);
    if (known != controls_.end ()
        && (look == Look::last
            || (known->second && known->second->domains.empty ())))
      return known->second;
  }
  auto found = find_controls (device);
  MutexLocker locker (lock_);
  if (found || version == version_) // or it may have gone meanwhile
    controls_.insert_or_assign (device.id, found);
  return found;
}

std::shared_ptr<const SettingsSpace>
CaptureRegistry::make_space (
    const Device &device, const std::string &echo_probe, Look look) const
{
  if (!device.space || device.space->of_display)
    return device.space;
  if (device.kind == DeviceKind::videoinput) {
    auto controls = controls_of (device, look);
    if (!controls || controls->domains.empty ())
      return device.space;
    auto space = std::make_shared<SettingsSpace> (*device.space);
    add_controls (*space, *controls);
    return space;
  }
  auto space = std::make_shared<SettingsSpace> (*device.space);
  offer_voice (*space, echo_probe);
  if (auto latency = latency_of (device)) {
    space->common.emplace_back (Property::latency,
        Domain{.values = {}, .numbers = {.intervals = {latency->range}}});
    space->defaults[Property::latency] = latency->usual;
  }
  return space;
}

// That of a device which is open does not change.
std::shared_ptr<const SettingsSpace>
CaptureRegistry::space_of (const Device &device) const
{
  if (device.kind == DeviceKind::audiooutput)
    return nullptr;
  for (const auto &capture : captures ())
    if (capture->device ().id == device.id)
      return capture->shared_space ();
  return make_space (device, echo_probe (), Look::last);
}

// Those that are open.
std::vector<std::shared_ptr<Capture>>
CaptureRegistry::captures () const
{
  MutexLocker locker (lock_);
  return captures_locked ();
}

std::vector<std::shared_ptr<Capture>>
CaptureRegistry::captures_locked () const
{
  std::vector<std::shared_ptr<Capture>> open;
  for (const auto &weak : captures_)
    if (auto capture = weak.lock (); capture && !capture->is_closed ())
      open.push_back (std::move (capture));
  return open;
}

// https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia
// "attached to a live MediaStreamTrack", steps 11.3.6 and 11.5
bool
CaptureRegistry::is_captured (const Device &device) const
{
  auto open = captures ();
  return std::any_of (open.begin (), open.end (), [&] (const auto &capture) {
    return capture->device ().id == device.id
           && capture->device ().kind == device.kind && capture->has_tracks ();
  });
}

std::shared_ptr<Capture>
CaptureRegistry::capture_of (const Device &device)
{
  std::string probe = echo_probe (); // one for both: space and capture
  auto find = [this, &device] () -> std::shared_ptr<Capture> {
    for (auto &open : captures ())
      if (open->device ().id == device.id)
        return std::move (open);
    return nullptr;
  };
  if (auto open = find ())
    return open;
  auto space = make_space (device, probe, Look::now);
  // What others hold goes without the lock.
  std::vector<std::shared_ptr<Capture>> held;
  MutexLocker locker (lock_);
  std::erase_if (captures_, [] (const auto &weak) { return weak.expired (); });
  for (const auto &weak : captures_)
    if (auto capture = weak.lock ()) {
      held.push_back (capture);
      if (!capture->is_closed () && capture->device ().id == device.id)
        return capture;
    }
  // It was chosen of an older list, and what is not open yet does not end with
  // the newest one.
  if (devices_ && !is_in (*devices_, device.id))
    return nullptr;
  bool is_muted = muted_.contains (device.kind);
  auto made = Capture::create (
      {device, std::move (space), std::move (probe), clock_, is_muted});
  captures_.push_back (made);
  return made;
}

void
CaptureRegistry::set_devices (const DeviceSnapshot &list)
{
  auto is_missing = [&list] (const std::string &id) {
    return !is_in (*list.devices, id);
  };
  // What is opened from now on is in this list, or in a newer one.
  std::vector<std::shared_ptr<Capture>> open;
  auto devices = list.devices; // the old ones go without the lock
  {
    MutexLocker locker (lock_);
    if (list.version <= version_)
      return;
    version_ = list.version;
    devices_.swap (devices);
    open = captures_locked ();
    std::erase_if (latencies_,
        [&is_missing] (const auto &known) { return is_missing (known.first); });
    std::erase_if (controls_,
        [&is_missing] (const auto &known) { return is_missing (known.first); });
  }
  for (const auto &capture : open)
    if (is_missing (capture->device ().id))
      capture->fail (is_gone (capture->device ()));
}

void
CaptureRegistry::revoke (DeviceKind kind)
{
  for (const auto &capture : captures ())
    if (const Device &device = capture->device (); device.kind == kind) {
      capture->fail (make_error (ErrorCode::not_allowed,
          "The permission to use %s was revoked", device.label.c_str ()));
      capture->end_tracks (); // before this returns
    }
}

void
CaptureRegistry::mute (DeviceKind kind, bool muted)
{
  std::vector<std::shared_ptr<Capture>> open;
  {
    MutexLocker locker (lock_);
    if (muted)
      muted_.insert (kind);
    else
      muted_.erase (kind);
    open = captures_locked ();
  }
  for (const auto &capture : open)
    if (capture->device ().kind == kind)
      do {
        muted = is_muted (kind); // whatever another thread has said meanwhile
        capture->mute (muted);
      } while (muted != is_muted (kind));
}

bool
CaptureRegistry::is_muted (DeviceKind kind) const
{
  MutexLocker locker (lock_);
  return muted_.contains (kind);
}

void
CaptureRegistry::revoke_movement ()
{
  for (const auto &capture : captures ())
    capture->forbid_movement ();
}

Result<std::shared_ptr<stream::Track>>
open_track (CaptureRegistry &registry, const OpenRequest &request)
{
  if (request.device.kind == DeviceKind::audiooutput)
    return make_error (ErrorCode::not_supported,
        "%s plays sound; a track is of a camera or a microphone",
        request.device.label.c_str ());
  for (;;) {
    auto capture = registry.capture_of (request.device);
    if (!capture)
      return is_gone (request.device);
    auto opened = capture->open (request);
    if (opened)
      return std::move (*opened);
  }
}

} // namespace webmedia::devices
