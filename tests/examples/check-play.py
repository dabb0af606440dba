# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a player: every frame is rendered, and what fails says so.

check-play.py COMMAND..."""
import os
import subprocess
import sys
import tempfile
import unittest

MEDIA = os.environ['WEBMEDIA_TEST_MEDIA']
COMMAND = sys.argv[1:]
# A picture becomes 256 bytes, a moment of sound one.
PIPELINE = (
    'msebin name=m m.video_0 ! decodebin ! videoconvert ! videoscale ! '
    'video/x-raw,format=GRAY8,width=16,height=16 ! '
    'filesink location={0}/video '
    'm.audio_0 ! decodebin ! audioconvert ! '
    'audio/x-raw,format=U8,channels=1 ! filesink location={0}/audio')


class Play(unittest.TestCase):
    def play(self, name, media_type):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        result = subprocess.run(
            [*COMMAND, os.path.join(MEDIA, name), media_type,
             PIPELINE.format(folder.name)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            timeout=100)
        return result, {name: os.path.getsize(os.path.join(folder.name, name))
                        for name in os.listdir(folder.name)}

    def test_every_frame_of_a_film_is_rendered(self):
        result, sizes = self.play('av.mp4', 'video/mp4')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sizes['video'], 200 * 256)
        self.assertGreaterEqual(sizes['audio'], 370 * 1024)

    def test_media_that_is_not_what_the_type_says_fails(self):
        result, _ = self.play('vp9-opus.webm', 'video/mp4')
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertNotEqual(result.stderr, '')


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
