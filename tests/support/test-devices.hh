// SPDX-License-Identifier: LGPL-2.1-or-later
// Devices that come and go as a test says, for any GstDeviceMonitor.
#pragma once

#include "base/ptr.hh"

#include <vector>

namespace webmedia::test {

struct TestDeviceSpec {
  const char *classes; // "Video/Source"
  const char *label;
  const char *caps = "video/x-raw";
  const char *properties = nullptr; // "props, node.name=cam"
  const char *internal_name = "";
};

// That no provider has. Each makes a test source, or a sink that does nothing.
Ptr<GstDevice> make_test_device (const TestDeviceSpec &spec);
// The same, of another type: as another provider would have it.
Ptr<GstDevice> make_other_test_device (const TestDeviceSpec &spec);

// Of a plugin, or of the program.
bool register_provider (GstPlugin *plugin);

// A monitor that has the devices of this provider and no other ones: all are of
// the class `Test`, too.
Ptr<GstDeviceMonitor> make_test_monitor ();

// From then on GStreamer knows this provider alone, and none of this machine.
void keep_test_provider_alone ();
// Whether GStreamer knows it, as it does a plugin's that was installed.
void set_provider_known (bool known);
// Whether it hides its own devices, as it would another provider's that has the
// same ones.
void set_provider_hidden (bool hidden);

// What the provider has; any thread may change it, while it runs or not.
Ptr<GstDevice> plug (const TestDeviceSpec &spec);
void unplug (const Ptr<GstDevice> &device);
// Publishes other properties of the same device, as when it is the default.
Ptr<GstDevice> change (
    const Ptr<GstDevice> &device, const TestDeviceSpec &spec);
void unplug_all ();

// From then on the provider takes its time to start, until it is let.
void hold_start (bool hold);
// Until it is being started, and held.
void wait_start_held ();
// Whether a monitor has started it, and has not stopped it.
bool is_provider_running ();

// Sources that devices have made, ever, and those of them that are still there.
// It is one when it is put to use: who only looks at it has not opened it.
// They are live, or can't be opened while devices are busy.
int sources_made ();
std::vector<Ptr<GstElement>> sources_now ();
void make_busy (bool busy);
// From then on devices have no element, as without its plugin.
void make_missing (bool missing);
void wait_sources_made (int number); // at least
// From then on raw sources are as a file is: they give out all at once.
void make_not_live (bool not_live);
// From then on raw sources of pictures have this size alone, and those that are
// there change to it, as they negotiate; 0: any.
void set_surface (int width, int height);
// From then on raw sources of pictures give out a first one, and then what
// feed() is given: each with its caps, which nobody is asked about.
void make_fed (bool fed);
// A gray picture, all of this shade.
Ptr<GstSample> make_gray (
    int width, int height, int shade, int frames_a_second = 1);
void feed (const Ptr<GstElement> &source, const Ptr<GstSample> &picture);
// From then on raw sources give nothing out, though they play.
void make_silent (bool silent);
// From then on the change of raw sources to READY takes until it is let. Waits
// until one is held.
void hold_open (bool hold);
void wait_held ();
// Raw sources of pictures that have `test.pointer` have a `show-pointer`, as
// ximagesrc: all is white with it, and black without.
// Those that have `test.photography` are a GstPhotography: see
// support/test-photography.hh.
// For devices: an element as GstDevice makes it, floating.
GstElement *make_test_source (GstDevice *device, const char *name);

// Some that are like real ones.
inline constexpr TestDeviceSpec kCamera{.classes = "Video/Source",
    .label = "HD Webcam",
    .caps = "video/x-raw, format={YUY2,NV12}, width=640, height=480, "
            "framerate={(fraction)30/1,(fraction)15/1}; "
            "video/x-raw, format=YUY2, width=1280, height=720, framerate=10/1; "
            "image/jpeg, width=1280, height=720, framerate=30/1; "
            "image/jpeg, width=640, height=480, "
            "framerate={(fraction)30/1,(fraction)15/1}",
    .properties = "props, device.path=(string)/dev/video0, "
                  "v4l2.device.bus_info=(string)\"usb-0000:00:14.0-5\", "
                  "v4l2.device.card=(string)\"HD Webcam\""};
// One whose test source gives out all that it lists.
inline constexpr TestDeviceSpec kRawCamera{.classes = "Video/Source",
    .label = "HD Webcam",
    .caps = "video/x-raw, format=I420, width=640, height=480, "
            "framerate={(fraction)30/1,(fraction)15/1}; "
            "video/x-raw, format=I420, width=1280, height=720, framerate=30/1",
    .properties = kCamera.properties};
// The same with an element that is a GstPhotography.
inline constexpr TestDeviceSpec kPhotographyCamera{.classes = "Video/Source",
    .label = "HD Webcam",
    .caps = kRawCamera.caps,
    .properties = "props, device.path=(string)/dev/video0, "
                  "test.photography=true"};
inline constexpr TestDeviceSpec kCameraMicrophone{.classes = "Audio/Source",
    .label = "HD Webcam Mono",
    .caps = "audio/x-raw, format={S16LE,S24LE}, layout=interleaved, "
            "rate=[8000,48000], channels=1",
    .properties = "props, node.name=(string)alsa_input.usb-webcam.mono, "
                  "device.id=(string)50, device.bus-path=(string)"
                  "\"pci-0000:00:14.0-usb-0:5:1.2\""};
inline constexpr TestDeviceSpec kMicrophone{.classes = "Audio/Source",
    .label = "Built-in Microphone",
    .caps = "audio/x-raw, format=F32LE, layout=interleaved, "
            "rate={44100,48000}, channels=[1,2]",
    .properties = "props, is-default=true, "
                  "node.name=(string)alsa_input.pci.analog, "
                  "device.id=(string)40"};
inline constexpr TestDeviceSpec kSpeaker{.classes = "Audio/Sink",
    .label = "Built-in Speaker",
    .caps = "audio/x-raw",
    .properties = "props, is-default=true, "
                  "node.name=(string)alsa_output.pci.analog, "
                  "device.id=(string)40"};

} // namespace webmedia::test
