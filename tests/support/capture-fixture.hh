// SPDX-License-Identifier: LGPL-2.1-or-later
// Tracks of test devices, and who consumes them.
#pragma once

#include "devices/capture.hh"
#include "devices/device-entries.hh"
#include "devices/json.hh"
#include "devices/overconstrained.hh"
#include "support/check.hh"
#include "support/test-devices.hh"

#include <condition_variable>
#include <gst/check/gsttestclock.h>
#include <mutex>
#include <string>

namespace webmedia::test {

using TrackPtr = std::shared_ptr<stream::Track>;

inline constexpr TestDeviceSpec kGrayCamera{.classes = "Video/Source",
    .label = "Gray Camera",
    .caps = "video/x-raw, format=GRAY8, width=640, height=480, "
            "framerate={(fraction)60/1,(fraction)30/1}; "
            "video/x-raw, format=GRAY8, width=320, height=240, "
            "framerate={(fraction)60/1,(fraction)30/1}",
    .properties = "props, device.path=(string)/dev/video7"};

// Of a track, as `{"width":{"exact":320}}`.
inline devices::TrackConstraints
constraints (const std::string &json)
{
  auto parsed = devices::parse_track_constraints (json);
  fail_unless (bool (parsed), "%s", json.c_str ());
  return *parsed;
}

// What happened to a track, which any thread may wait for.
class TrackLog final : public stream::TrackListener {
public:
  explicit TrackLog (const TrackPtr &track) : track_ (track.get ())
  {
    log_.reset (this, [] (TrackLog *) {});
    track->replace_listener (nullptr, log_);
  }
  ~TrackLog () override { track_->replace_listener (log_, nullptr); }

  void on_event (stream::TrackEvent event) override
  {
    std::lock_guard locker (lock_);
    last_ = event == stream::TrackEvent::mute     ? "mute "
            : event == stream::TrackEvent::unmute ? "unmute "
            : event == stream::TrackEvent::ended  ? "ended "
                                                  : "configurationchange ";
    events_ += last_;
    changed_.notify_all ();
  }
  // Until it is so, whatever came before: a source that is live stalls by
  // itself where the machine is slow.
  void wait_last (const std::string &event)
  {
    std::unique_lock locker (lock_);
    changed_.wait (locker, [&] { return last_ == event; });
  }
  // Until these have come. Others are a failure.
  void wait (const std::string &events)
  {
    std::string seen;
    {
      std::unique_lock locker (lock_);
      changed_.wait (locker, [&] {
        return events_.size () >= events.size ()
               || !events.starts_with (events_);
      });
      seen.swap (events_);
    }
    fail_unless_equals_string (seen.c_str (), events.c_str ());
  }
  bool has_any ()
  {
    std::lock_guard locker (lock_);
    return !events_.empty ();
  }
  // Of what has been done by now.
  void expect_nothing ()
  {
    std::lock_guard locker (lock_);
    fail_unless_equals_string (events_.c_str (), "");
  }

private:
  stream::Track *const track_;
  std::shared_ptr<TrackLog> log_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::string events_;
  std::string last_;
};

// A consumer that takes at once.
class Taker {
public:
  explicit Taker (const TrackPtr &track)
      : output (track->subscribe (stream::Delivery::live, {}))
  {
    auto clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
    auto now = Time (gst_clock_get_time (clock.get ()));
    output->set_clock (clock, now - kSecond);
  }

  // The next one; null at the end.
  Ptr<GstBuffer> next ()
  {
    for (;;) {
      auto taken = output->take ();
      if (taken.status == stream::Output::Status::event) {
        if (GST_EVENT_TYPE (taken.event.get ()) == GST_EVENT_CAPS) {
          GstCaps *with;
          gst_event_parse_caps (taken.event.get (), &with);
          caps = Ptr<GstCaps>::share (with);
        }
        continue;
      }
      return taken.status == stream::Output::Status::buffer ? taken.buffer
                                                            : nullptr;
    }
  }
  // The next one of this width.
  Ptr<GstBuffer> next_of_width (int width)
  {
    for (;;) {
      auto buffer = next ();
      fail_unless (bool (buffer), "the track ended before that");
      if (number ("width") == width)
        return buffer;
    }
  }
  int number (const char *field) const
  {
    int value = -1;
    gst_structure_get_int (
        gst_caps_get_structure (caps.get (), 0), field, &value);
    return value;
  }
  std::string frame_rate () const
  {
    int frames = 0, seconds = 0;
    gst_structure_get_fraction (gst_caps_get_structure (caps.get (), 0),
        "framerate", &frames, &seconds);
    return std::to_string (frames) + "/" + std::to_string (seconds);
  }

  std::shared_ptr<stream::Output> output;
  Ptr<GstCaps> caps;
};

struct CaptureFixture {
  explicit CaptureFixture (const TestDeviceSpec &spec = kGrayCamera)
  {
    devices::DeviceEntries entries ("salt");
    entries.add_all ({make_test_device (spec)});
    device = entries.devices ().front ();
    made_before = sources_made ();
  }

  Result<TrackPtr> try_open (
      const std::string &json, std::function<bool ()> cancelled = {})
  {
    auto asked = constraints (json);
    auto space = registry->space_of (device);
    auto selection = devices::select_settings (*space, asked);
    fail_unless (bool (selection), "%s", json.c_str ());
    return devices::open_track (
        *registry, {.device = device,
                       .selection = *selection,
                       .constraints = asked,
                       .cancelled = std::move (cancelled)});
  }
  TrackPtr open (const std::string &json = "{}")
  {
    auto opened = try_open (json);
    fail_unless (
        bool (opened), "%s", opened ? "" : opened.error ().message.c_str ());
    return *opened;
  }
  static std::shared_ptr<devices::Constrainable> of (const TrackPtr &track)
  {
    auto found = devices::constrainable_of (*track);
    fail_unless (bool (found));
    return found;
  }
  static void apply (const TrackPtr &track, const std::string &json)
  {
    auto applied = of (track)->apply (constraints (json), {});
    fail_unless (
        bool (applied), "%s", applied ? "" : applied.error ().message.c_str ());
  }
  static double setting (const TrackPtr &track, devices::Property property)
  {
    devices::Settings settings = of (track)->settings ();
    const double *number = std::get_if<double> (&settings[property]);
    return number ? *number : -1;
  }
  // The newest list of devices.
  void set_devices (devices::Devices all)
  {
    registry->set_devices ({++version, share (std::move (all))});
  }
  static std::shared_ptr<const devices::Devices> share (devices::Devices all)
  {
    return std::make_shared<const devices::Devices> (std::move (all));
  }
  // How often the device has been opened.
  int opened () const { return sources_made () - made_before; }

  // Until the device is released: nobody tells, as it is nobody's business.
  static void wait_released ()
  {
    while (!sources_now ().empty ())
      g_thread_yield ();
  }
  // What is due by then happens here.
  void advance (Time time)
  {
    auto test_clock = GST_TEST_CLOCK (clock.get ());
    gst_test_clock_advance_time (test_clock, GstClockTimeDiff (time));
    while (GstClockID id = gst_test_clock_process_next_clock_id (test_clock))
      gst_clock_id_unref (id);
  }
  void wait_timer ()
  {
    gst_test_clock_wait_for_next_pending_id (
        GST_TEST_CLOCK (clock.get ()), nullptr);
  }

  Ptr<GstClock> clock = Ptr<GstClock>::adopt (gst_test_clock_new ());
  std::shared_ptr<devices::CaptureRegistry> registry =
      devices::CaptureRegistry::create (clock);
  devices::Device device;
  int made_before;
  std::atomic<uint64_t> version{0};
};

inline uint8_t
pixel (const Ptr<GstBuffer> &buffer, int width, int x, int y)
{
  uint8_t byte = 0;
  int stride = GST_ROUND_UP_4 (width);
  gst_buffer_extract (buffer.get (), gsize (y * stride + x), &byte, 1);
  return byte;
}

} // namespace webmedia::test
