# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library as a Python program sees it, through its typelib."""
import sys
import unittest

try:
    import gi
except ImportError:
    print("PyGObject (python3-gi) is not installed")
    sys.exit(77)

gi.require_version("Gst", "1.0")
gi.require_version("GstWebMedia", "1.0")
from gi.repository import Gio, GLib, GObject, Gst, GstWebMedia  # noqa: E402

Gst.init(None)


def run():
    context = GLib.MainContext.default()
    while context.iteration(False):
        pass


class Errors(unittest.TestCase):
    def test_codes_have_the_names_that_they_have_in_c(self):
        kind = GObject.type_from_name("GstWebError")
        nicks = [v.value_nick for v in
                 GstWebMedia.Error.__enum_values__.values()]
        self.assertEqual(GstWebMedia.Error.__gtype__, kind)
        self.assertEqual(nicks[0], "invalid-state")
        self.assertIn("data-clone", nicks)

    def test_an_error_is_matched_by_domain_and_code(self):
        channel = GstWebMedia.MessageChannel.new()
        with self.assertRaises(GLib.Error) as raised:
            channel.props.port1.post_message(None, [channel.props.port1])
        self.assertTrue(raised.exception.matches(
            GstWebMedia.Error.quark(), GstWebMedia.Error.DATA_CLONE))

    def test_an_overconstrained_error_has_its_constraint(self):
        error = GLib.Error.new_literal(
            GstWebMedia.Error.quark(), "width: too wide",
            GstWebMedia.Error.OVERCONSTRAINED)
        self.assertEqual(GstWebMedia.Error.get_constraint(error), "width")


class TimeLines(unittest.TestCase):
    def test_a_time_line_is_a_control_source(self):
        line = GstWebMedia.AutomationTimeline.new(0)
        self.assertIsInstance(line, Gst.ControlSource)
        self.assertTrue(line.linear_ramp_to_value_at_time(1, Gst.SECOND))
        found, value = line.control_source_get_value(Gst.SECOND // 2)
        self.assertTrue(found)
        self.assertEqual(value, 0.5)

    def test_a_curve_is_a_list(self):
        line = GstWebMedia.AutomationTimeline.new(0)
        line.set_value_curve_at_time([0, 1, 0], 0, Gst.SECOND)
        self.assertEqual(
            line.control_source_get_value(Gst.SECOND // 4)[1], 0.5)
        with self.assertRaises(GLib.Error) as raised:
            line.set_value_curve_at_time([1], 0, Gst.SECOND)
        self.assertTrue(raised.exception.matches(
            GstWebMedia.Error.quark(), GstWebMedia.Error.INVALID_STATE))


class Worklets(unittest.TestCase):
    """With the processors that come with the library."""

    def setUp(self):
        self.worklet = GstWebMedia.AudioWorklet.new(48000, 0)

    def make(self, name, options=None):
        variant = GLib.Variant("a{sv}", options) if options else None
        return GstWebMedia.AudioWorkletNode.new(self.worklet, name, variant)

    def test_a_worklet_has_a_scope(self):
        scope = self.worklet.props.global_scope
        self.assertIs(scope, self.worklet.get_global_scope())
        self.assertEqual(scope.props.sample_rate, 48000)
        self.assertEqual(scope.props.current_time, 0)
        port = scope.props.port
        self.worklet.props.port.post_message(GLib.Variant("i", 1))
        self.assertEqual(port.receive(None).get_data().unpack(), 1)

    def test_a_module_is_added_without_a_wait(self):
        raised = []

        def done(worklet, result):
            try:
                worklet.add_module_finish(result)
            except GLib.Error as error:
                raised.append(error)

        self.worklet.add_module_async("/no/such.so", None, done)
        while not raised:
            GLib.MainContext.default().iteration(True)
        self.assertTrue(raised[0].matches(
            GstWebMedia.Error.quark(), GstWebMedia.Error.ABORT))

    def test_a_node_has_options_and_parameters(self):
        node = self.make("gain", {
            "channelCountMode": GLib.Variant("s", "explicit"),
            "parameterData": GLib.Variant("a{sd}", {"gain": 0.25})})
        self.assertEqual(
            node.props.channel_count_mode.value_nick, "explicit")
        parameters = node.props.parameters
        self.assertEqual(parameters.keys(), ["gain"])
        gain = parameters.get("gain")
        self.assertEqual(parameters.values(), [gain])
        self.assertIsNone(parameters.get("loudness"))
        self.assertEqual(gain.props.value, 0.25)
        self.assertEqual(gain.props.automation_rate.value_nick, "a-rate")
        gain.props.value = 0.5
        self.assertEqual(gain.get_value(), 0.5)
        gain.linear_ramp_to_value_at_time(1, Gst.SECOND)
        gain.set_value_curve_at_time([0, 1, 0], 2 * Gst.SECOND, Gst.SECOND)
        with self.assertRaises(GLib.Error) as raised:
            gain.exponential_ramp_to_value_at_time(0, 4 * Gst.SECOND)
        self.assertTrue(raised.exception.matches(
            GstWebMedia.Error.quark(), GstWebMedia.Error.RANGE))

    def test_an_unknown_name_is_told(self):
        with self.assertRaises(GLib.Error) as raised:
            self.make("gian")
        self.assertTrue(raised.exception.matches(
            GstWebMedia.Error.quark(), GstWebMedia.Error.INVALID_STATE))
        self.assertIn("gain", raised.exception.message)

    def test_a_constructor_that_fails_is_an_event(self):
        node = self.make("biquad", {"processorOptions": GLib.Variant(
            "a{sv}", {"type": GLib.Variant("s", "none such")})})
        events = []
        node.connect("processorerror",
                     lambda node, event: events.append(event))
        run()
        self.assertEqual(len(events), 1)
        self.assertIn("none such", events[0].props.message)

    def test_what_nobody_made_is_harmless(self):
        self.assertEqual(GstWebMedia.AudioParamMap().props.size, 0)
        self.assertEqual(GstWebMedia.ErrorEvent().props.lineno, 0)
        self.assertIsNone(GstWebMedia.AudioWorkletNode().props.port)
        self.assertEqual(
            GstWebMedia.AudioWorkletGlobalScope().props.sample_rate, 0)
        self.assertIsNotNone(GstWebMedia.AudioWorklet().props.port)


class Elements(unittest.TestCase):
    """A processor, by what the element has of it."""

    def play(self, pipeline):
        pipeline.set_state(Gst.State.PLAYING)
        told = []
        while True:
            message = pipeline.get_bus().timed_pop_filtered(
                Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS
                | Gst.MessageType.ERROR | Gst.MessageType.ELEMENT)
            if message.type != Gst.MessageType.ELEMENT:
                break
            told.append(message.get_structure())
        pipeline.set_state(Gst.State.NULL)
        self.assertEqual(message.type, Gst.MessageType.EOS)
        return told

    def test_messages_go_both_ways(self):
        # A lowpass, until it is told what to be.
        pipeline = Gst.parse_launch(
            "audiotestsrc num-buffers=20 freq=100 ! audioworklet name=biquad "
            "processor=biquad ! audioworklet name=meter processor=meter ! "
            "fakesink")
        biquad, meter = map(pipeline.get_by_name, ("biquad", "meter"))
        for kind, is_loud in (("lowpass", True), ("highpass", False)):
            heard = []
            handler = meter.connect(
                "message",
                lambda element, message: heard.append(message.unpack()))
            self.assertTrue(
                biquad.emit("post-message", GLib.Variant("s", kind)))
            told = self.play(pipeline)
            meter.disconnect(handler)
            self.assertGreater(len(heard), 5)
            self.assertEqual(heard[-1][1] > 0.5, is_loud)
            self.assertEqual([each.get_name() for each in told],
                             ["audioworklet-message"] * len(heard))
            self.assertEqual(
                [each.get_value("message").unpack() for each in told], heard)

    def test_parameters_are_children(self):
        element = Gst.ElementFactory.make("audioworklet")
        element.props.processor = "gain"
        self.assertEqual(element.get_children_count(), 1)
        element.get_child_by_name("gain").props.value = 0.5
        self.assertEqual(element.get_child_by_index(0).props.value, 0.5)


class Ports(unittest.TestCase):
    def setUp(self):
        self.channel = GstWebMedia.MessageChannel.new()
        self.near = self.channel.props.port1
        self.far = self.channel.props.port2

    def test_a_channel_can_be_constructed(self):
        channel = GstWebMedia.MessageChannel()
        self.assertIs(channel.props.port1, channel.get_port1())

    def test_messages_come_as_signals(self):
        data, events = [], []
        self.far.connect("message",
                         lambda port, event: data.append(event.props.data))
        self.far.connect("close", lambda port: events.append("close"))
        self.near.post_message(GLib.Variant("s", "hello"))
        self.far.start()
        self.near.post_message(GLib.Variant("a{sv}", {
            "bytes": GLib.Variant("ay", b"123")}))
        self.near.close()
        run()
        self.assertEqual(data[0].unpack(), "hello")
        self.assertEqual(bytes(data[1]["bytes"]), b"123")
        self.assertEqual(events, ["close"])

    def test_a_port_travels(self):
        other = GstWebMedia.MessageChannel.new()
        self.near.post_message(None, [other.props.port2])
        event = self.far.receive(None)
        self.assertIsNone(event.get_data())
        received = event.props.ports[0]
        self.assertIsInstance(received, GstWebMedia.MessagePort)
        self.assertEqual(list(event.get_transferred()), [received])
        received.post_message(GLib.Variant("i", 7))
        self.assertEqual(
            other.props.port1.receive(None).props.data.unpack(), 7)

    def test_a_media_source_handle_travels(self):
        source = GstWebMedia.MediaSource.new()
        self.near.post_message(None, [source.get_handle()])
        received, = self.far.receive(None).get_transferred()
        self.assertIsInstance(received, GstWebMedia.MediaSourceHandle)
        with self.assertRaises(GLib.Error):
            self.near.post_message(None, [source.get_handle()])

    def test_receive_can_be_cancelled(self):
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        with self.assertRaises(GLib.Error) as raised:
            self.far.receive(cancellable)
        self.assertTrue(raised.exception.matches(
            Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_a_port_without_channel_is_at_its_end(self):
        port = GstWebMedia.MessagePort()
        with self.assertRaises(GLib.Error) as raised:
            port.receive(None)
        self.assertTrue(raised.exception.matches(
            GstWebMedia.Error.quark(), GstWebMedia.Error.ABORT))


class Sources(unittest.TestCase):
    """With an element that stays in READY."""

    def setUp(self):
        self.source = GstWebMedia.MediaSource.new()
        self.element = Gst.ElementFactory.make("webmsesrc")
        self.element.set_property("handle", self.source.get_handle())
        self.element.set_state(Gst.State.READY)

    def tearDown(self):
        self.element.set_state(Gst.State.NULL)

    def assertFails(self, code, function, *arguments):
        with self.assertRaises(GLib.Error) as raised:
            function(*arguments)
        self.assertTrue(raised.exception.matches(
            GstWebMedia.Error.quark(), code), raised.exception.message)

    def test_the_mode_is_set_and_refused(self):
        video = self.source.add_source_buffer("video/mp4")
        self.assertEqual(video.props.mode.value_nick, "segments")
        video.set_mode(GstWebMedia.AppendMode.SEQUENCE)
        self.assertEqual(video.props.mode, GstWebMedia.AppendMode.SEQUENCE)
        audio = self.source.add_source_buffer("audio/mpeg")
        self.assertFails(GstWebMedia.Error.TYPE, audio.set_mode,
                         GstWebMedia.AppendMode.SEGMENTS)

    def test_the_type_is_changed_and_refused(self):
        audio = self.source.add_source_buffer("audio/mp4")
        audio.change_type("audio/mpeg")
        self.assertEqual(audio.props.mode, GstWebMedia.AppendMode.SEQUENCE)
        self.assertFails(GstWebMedia.Error.TYPE, audio.change_type, "")
        self.assertFails(GstWebMedia.Error.NOT_SUPPORTED,
                         audio.change_type, "audio/mpeg;codecs=mp3")

    def test_a_live_range_is_set_and_refused(self):
        self.source.set_live_seekable_range(0, Gst.SECOND)
        self.source.clear_live_seekable_range()
        self.assertFails(GstWebMedia.Error.TYPE,
                         self.source.set_live_seekable_range, 2, 1)
        self.element.set_state(Gst.State.NULL)
        self.assertFails(GstWebMedia.Error.INVALID_STATE,
                         self.source.clear_live_seekable_range)


class Policy(GObject.Object, GstWebMedia.PermissionPolicy):
    def __init__(self, state):
        super().__init__()
        self.state = state

    def do_query(self, name):
        return self.state


class Microphone(Gst.Device):
    def __init__(self, name):
        super().__init__(
            display_name=name, device_class="Audio/Source",
            caps=Gst.Caps.from_string("audio/x-raw,rate=48000,channels=1"))


class Microphones(Gst.DeviceProvider):
    def do_start(self):
        for name in "one", "two":
            self.device_add(Microphone(name))
        return True

    def do_stop(self):
        pass


class SomeDevices(unittest.TestCase):
    def test_devices_outlive_their_list(self):
        Microphones.set_metadata(
            "Test microphones", "Audio/Source", "Two of them", "us")
        Gst.DeviceProvider.register(
            None, "testmicrophones", Gst.Rank.PRIMARY, Microphones)
        monitor = Gst.DeviceMonitor.new()
        monitor.add_filter("Audio/Source", None)
        devices = GstWebMedia.MediaDevices.new_with_monitor(monitor, "salt")
        found = devices.enumerate_devices(None)
        del devices
        self.assertTrue(found)
        for device in found:
            self.assertEqual(device.get_kind().value_nick, "audioinput")


class Devices(unittest.TestCase):
    """With a monitor that has none."""

    def setUp(self):
        monitor = Gst.DeviceMonitor.new()
        monitor.add_filter("None/Such", None)
        self.devices = GstWebMedia.MediaDevices.new_with_monitor(
            monitor, "salt")

    def test_devices_are_enumerated(self):
        self.assertEqual(self.devices.enumerate_devices(None), [])
        found = []
        self.devices.enumerate_devices_async(
            None, lambda source, result: found.append(
                source.enumerate_devices_finish(result)))
        while not found:
            GLib.MainContext.default().iteration(True)
        self.assertEqual(found, [[]])

    def test_a_policy_can_be_written(self):
        policy = Policy(GstWebMedia.PermissionState.GRANTED)
        self.devices.props.permission_policy = policy
        self.assertIs(self.devices.get_permission_policy(), policy)
        self.assertEqual(policy.query("camera"),
                         GstWebMedia.PermissionState.GRANTED)
        self.assertTrue(policy.allows("camera"))

    def test_constraints_are_a_dictionary(self):
        supported = self.devices.get_supported_constraints()
        self.assertTrue(supported["width"])

    def test_a_call_need_not_be_waited_for(self):
        for start, finish, wrong in (
                ("get_user_media_async", "get_user_media_finish",
                 GLib.Variant("a{sv}", {})),
                ("get_user_media_json_async", "get_user_media_json_finish",
                 "{}"),
                ("get_display_media_async", "get_display_media_finish",
                 GLib.Variant("a{sv}", {"video": GLib.Variant("b", False)})),
                ("get_display_media_json_async",
                 "get_display_media_json_finish", '{"video":false}')):
            raised = []

            def done(devices, result):
                try:
                    getattr(devices, finish)(result)
                except GLib.Error as error:
                    raised.append(error)

            getattr(self.devices, start)(wrong, None, done)
            self.assertEqual(raised, [])
            while not raised:
                GLib.MainContext.default().iteration(True)
            self.assertTrue(raised[0].matches(
                GstWebMedia.Error.quark(), GstWebMedia.Error.TYPE), start)

    def test_an_input_that_nobody_made_is_empty(self):
        info = GstWebMedia.InputDeviceInfo()
        self.assertEqual(info.props.kind.value_nick, "audioinput")
        self.assertEqual(info.props.device_id, "")
        self.assertEqual(info.get_capabilities().unpack(), {})


class Streams(unittest.TestCase):
    """Without an element: of a track that has no source."""

    def setUp(self):
        self.track = GstWebMedia.MediaStreamTrack()

    def test_a_stream_is_constructed_three_ways(self):
        one = GstWebMedia.MediaStream.new_from_tracks([self.track])
        other = GstWebMedia.MediaStream.new_from_stream(one)
        self.assertEqual(other.get_tracks(), [self.track])
        self.assertEqual(GstWebMedia.MediaStream().get_tracks(), [])
        self.assertNotEqual(one.props.id, other.props.id)

    def test_snapshots_own_nothing_twice(self):
        stream = GstWebMedia.MediaStream.new()
        stream.add_track(self.track)
        before = self.track.ref_count
        for _ in range(3):
            self.assertEqual(len(stream.get_video_tracks()), 1)
            self.assertEqual(stream.get_audio_tracks(), [])
        found = stream.get_track_by_id(self.track.props.id)
        self.assertIs(found, self.track)
        self.assertEqual(self.track.ref_count, before)
        stream.remove_track(self.track)
        self.assertEqual(self.track.ref_count, before - 1)

    def test_attributes_have_the_words_of_the_web(self):
        self.assertEqual(self.track.props.kind, "video")
        self.assertEqual(self.track.props.ready_state.value_nick, "ended")
        self.track.props.content_hint = "motion"
        self.track.props.content_hint = "speech"
        self.assertEqual(self.track.props.content_hint, "motion")
        self.assertIsNone(self.track.props.stats)
        clone = self.track.clone()
        self.assertNotEqual(clone.props.id, self.track.props.id)
        self.assertEqual(clone.props.content_hint, "motion")

    def test_an_event_must_have_a_track(self):
        event = GstWebMedia.MediaStreamTrackEvent.new("addtrack", self.track)
        self.assertIs(event.props.track, self.track)
        self.assertEqual(event.props.type, "addtrack")
        with self.assertRaises(GLib.Error) as raised:
            GstWebMedia.MediaStreamTrackEvent.new("addtrack", None)
        self.assertTrue(raised.exception.matches(
            GstWebMedia.Error.quark(), GstWebMedia.Error.TYPE))

    def test_a_stream_has_a_name(self):
        stream = GstWebMedia.MediaStream.obtain("mediastream://python")
        self.assertIs(
            GstWebMedia.MediaStream.lookup("mediastream://python"), stream)
        with self.assertRaises(GLib.Error):
            GstWebMedia.MediaStream.obtain("python")


class Tracks(unittest.TestCase):
    def paint(self, canvas):
        caps = Gst.Caps.from_string(
            "video/x-raw,format=RGBA,width=4,height=2,framerate=0/1")
        canvas.paint(Gst.Sample.new(
            Gst.Buffer.new_wrapped(b"abcd" * 8), caps, None, None))

    def test_a_canvas_is_painted_and_read(self):
        canvas = GstWebMedia.Canvas.new()
        stream = canvas.capture_stream(GstWebMedia.CANVAS_EVERY_PAINTING)
        track, = stream.get_tracks()
        self.assertIsInstance(
            track, GstWebMedia.CanvasCaptureMediaStreamTrack)
        self.assertIs(track.props.canvas, canvas)
        processor = GstWebMedia.MediaStreamTrackProcessor.new(track, 1)
        got = []
        processor.read_async(None, lambda of, result: got.append(
            of.read_finish(result)))
        self.paint(canvas)
        while not got:
            GLib.MainContext.default().iteration(True)
        buffer = got[0].get_buffer()
        self.assertEqual(buffer.extract_dup(0, 4), b"abcd")
        track.stop()
        self.assertIsNone(processor.read(None))

    def test_what_is_written_is_read(self):
        generator = GstWebMedia.VideoTrackGenerator.new()
        track = generator.props.track
        processor = GstWebMedia.MediaStreamTrackProcessor.new(track, 1)
        caps = Gst.Caps.from_string(
            "video/x-raw,format=RGBA,width=4,height=2,framerate=0/1")
        frame = Gst.Sample.new(
            Gst.Buffer.new_wrapped(b"abcd" * 8), caps, None, None)
        self.assertTrue(generator.write(frame))
        read = processor.read(None)
        self.assertEqual(read.get_buffer().extract_dup(0, 4), b"abcd")
        self.assertTrue(generator.write(read))
        self.assertEqual(track.get_settings()["width"], 4)
        generator.props.muted = True
        self.assertTrue(track.props.muted)
        generator.close()
        self.assertEqual(
            track.props.ready_state,
            GstWebMedia.MediaStreamTrackState.ENDED)
        with self.assertRaises(GLib.Error) as raised:
            generator.write(frame)
        self.assertTrue(raised.exception.matches(
            GstWebMedia.Error.quark(), GstWebMedia.Error.TYPE))

    def test_a_frame_is_grabbed(self):
        canvas = GstWebMedia.Canvas.new()
        self.paint(canvas)
        track, = canvas.capture_stream(0).get_tracks()
        capture = GstWebMedia.ImageCapture.new(track)
        frame = capture.grab_frame(None)
        self.assertEqual(
            frame.get_caps().get_structure(0).get_string("format"), "RGBA")
        with self.assertRaises(GLib.Error) as raised:
            capture.take_photo(None, None)
        self.assertTrue(raised.exception.matches(
            GstWebMedia.Error.quark(), GstWebMedia.Error.UNKNOWN))

    def test_a_negative_rate_is_an_error(self):
        with self.assertRaises(GLib.Error) as raised:
            GstWebMedia.Canvas.new().capture_stream(-1)
        self.assertTrue(raised.exception.matches(
            GstWebMedia.Error.quark(), GstWebMedia.Error.NOT_SUPPORTED))


if __name__ == "__main__":
    unittest.main()
