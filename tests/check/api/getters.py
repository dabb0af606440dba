# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each property and its getter, of all that a program can make."""
import sys
import unittest

try:
    import gi
except ImportError:
    print("PyGObject (python3-gi) is not installed")
    sys.exit(77)

gi.require_version("Gst", "1.0")
gi.require_version("GstWebMedia", "1.0")
from gi.repository import GObject, Gst, GstWebMedia  # noqa: E402

Gst.init(None)
RGBA = "video/x-raw,format=RGBA,width=4,height=2,framerate=0/1"
SOUND = "audio/x-raw,format=F32LE,rate=8000,channels=2,layout=interleaved"


def painted():
    canvas = GstWebMedia.Canvas.new()
    canvas.paint(Gst.Sample.new(
        Gst.Buffer.new_wrapped(b"abcd" * 8), Gst.Caps.from_string(RGBA),
        None, None))
    return canvas


def plain(value):
    """What can be compared of it."""
    if isinstance(value, Gst.Caps):
        return value.to_string()
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


class Getters(unittest.TestCase):
    def says(self, thing, **expected):
        """What it is asked for is what it has, whichever way."""
        compared = set()
        for spec in thing.list_properties():
            name = spec.name.replace("-", "_")
            get = getattr(thing, "get_" + name, None)
            if spec.flags & GObject.ParamFlags.READABLE and get:
                compared.add(name)
                self.assertEqual(plain(get()),
                                 plain(thing.get_property(spec.name)), name)
        self.assertTrue(compared)
        for name, value in expected.items():
            self.assertEqual(plain(thing.get_property(name)), value, name)
            self.assertIn(name, compared)

    def test_a_parameter(self):
        worklet = GstWebMedia.AudioWorklet.new(44100, 256)
        node = GstWebMedia.AudioWorkletNode.new(worklet, "biquad", None)
        frequency = node.props.parameters.get("frequency")
        frequency.props.value = 440
        self.says(frequency, value=440, default_value=350,
                  min_value=0, max_value=384000)
        self.says(node, number_of_inputs=1, number_of_outputs=1,
                  channel_count=2)
        self.says(node.props.parameters, size=4)
        self.says(worklet)
        self.says(worklet.props.global_scope, sample_rate=44100,
                  render_quantum_size=256)

    def test_a_canvas_and_who_reads_it(self):
        canvas = painted()
        self.says(canvas, width=4, height=2)
        stream = canvas.capture_stream(0)
        self.says(stream, active=True)
        track, = stream.get_tracks()
        self.says(track, kind="video", enabled=True, muted=False)
        self.says(GstWebMedia.MediaStreamTrackProcessor.new(track, 7),
                  track=track, max_buffer_size=7)
        self.says(GstWebMedia.ImageCapture.new(track), track=track)

    def test_a_destination_and_a_generator(self):
        self.says(GstWebMedia.MediaStreamAudioDestination.new(
            Gst.Caps.from_string(SOUND)))
        generator = GstWebMedia.VideoTrackGenerator.new()
        generator.props.muted = True
        self.says(generator, muted=True)

    def test_devices(self):
        monitor = Gst.DeviceMonitor.new()
        devices = GstWebMedia.MediaDevices.new_with_monitor(monitor, "pepper")
        self.says(devices, monitor=monitor, salt="pepper", echo_probe=None)
        devices.set_echo_probe("what is played")
        self.says(devices, echo_probe="what is played")
        devices.props.echo_probe = None
        self.says(devices, echo_probe=None)
        self.says(GstWebMedia.InputDeviceInfo())

    def test_statistics(self):
        self.says(GstWebMedia.MediaStreamTrackAudioStats(), total_frames=0)
        self.says(GstWebMedia.MediaStreamTrackVideoStats(), total_frames=0)

    def test_a_media_source(self):
        source = GstWebMedia.MediaSource.new()
        self.says(source)
        self.says(source.props.source_buffers, length=0)
        channel = GstWebMedia.MessageChannel.new()
        self.says(channel)
        self.says(channel.props.port1)


if __name__ == "__main__":
    unittest.main()
