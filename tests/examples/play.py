#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Play a fragmented MP4, WebM, ADTS, MP3 or MPEG-TS file that a worker appends.

Usage: play.py FILE TYPE ["PIPELINE"], such as play.py movie.mp4 video/mp4.
It is play.c in Python."""
import sys
import threading

import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstWebMedia', '1.0')
from gi.repository import Gst, GstWebMedia  # noqa: E402

SCREEN = ('msebin name=m m.video_0 ! decodebin ! videoconvert ! autovideosink '
          'm.audio_0 ! decodebin ! audioconvert ! audioresample ! '
          'autoaudiosink')


def work(port, path, media_type):
    try:
        source = GstWebMedia.MediaSource.new()
        port.post_message(None, [source.get_handle()])
        source.wait_open()
        buffer = source.add_source_buffer(media_type)
        with open(path, 'rb') as film:
            while piece := film.read(65536):
                buffer.append_buffer_sync(Gst.Buffer.new_wrapped(piece))
        source.end_of_stream(GstWebMedia.EndOfStreamError.NONE)
    finally:
        port.close()  # or who waits for a message would wait for ever


Gst.init(None)
if len(sys.argv) < 3:
    sys.exit(__doc__)
path, media_type, description = [*sys.argv[1:], SCREEN][:3]
pipeline = Gst.parse_launch(description)
channel = GstWebMedia.MessageChannel.new()
worker = threading.Thread(target=work, daemon=True, args=(
    channel.get_port2(), path, media_type))
worker.start()
event = channel.get_port1().receive(None)
pipeline.get_by_name('m').props.handle = event.get_transferred()[0]
pipeline.set_state(Gst.State.PLAYING)
message = pipeline.get_bus().timed_pop_filtered(
    Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
pipeline.set_state(Gst.State.NULL)
worker.join()  # it may still be telling why it failed
if message.type == Gst.MessageType.ERROR:
    sys.exit(message.parse_error().gerror.message)
