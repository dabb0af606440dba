#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Opens a microphone and a camera, and plays what they give.

Usage: get-user-media.py [CONSTRAINTS ["PIPELINE"]]

CONSTRAINTS are the web's, in JSON: {"video":{"width":{"ideal":1280}}}"""
import sys

import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstWebMedia', '1.0')
from gi.repository import GLib, Gst, GstWebMedia  # noqa: E402

SCREEN = ('mediastreamsrc name=s '
          's.video_0 ! queue ! videoconvert ! autovideosink '
          's.audio_0 ! queue ! audioconvert ! audioresample ! autoaudiosink')

Gst.init(None)
given = sys.argv[1:]
constraints, description = given + ['{"audio":true,"video":true}',
                                    SCREEN][len(given):]
devices = GstWebMedia.MediaDevices.new()
try:
    stream = devices.get_user_media_json(constraints, None)
except GLib.Error as error:
    sys.exit(error.message)
for track in stream.get_tracks():
    print(track.props.kind, track.props.label, track.get_settings().unpack())
pipeline = Gst.parse_launch(description)
pipeline.get_by_name('s').props.stream = stream
pipeline.set_state(Gst.State.PLAYING)
message = pipeline.get_bus().timed_pop_filtered(
    Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
pipeline.set_state(Gst.State.NULL)
if message.type == Gst.MessageType.ERROR:
    sys.exit(message.parse_error().gerror.message)
