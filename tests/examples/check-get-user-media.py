# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the example that captures, with the test's devices.

check-get-user-media.py COMMAND..."""
import os
import subprocess
import sys
import tempfile
import unittest

COMMAND = sys.argv[1:]
PIPELINE = (
    'mediastreamsrc name=s '
    's.video_0 ! identity eos-after=5 ! videoconvert ! '
    'video/x-raw,format=GRAY8 ! filesink location={0}/video '
    's.audio_0 ! identity eos-after=5 ! audioconvert ! '
    'audio/x-raw,format=U8,channels=1 ! filesink location={0}/audio')


class GetUserMedia(unittest.TestCase):
    def run_example(self, constraints, pipeline):
        return subprocess.run(
            [*COMMAND, constraints, pipeline], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=100)

    def test_what_is_captured_is_handed_out(self):
        with tempfile.TemporaryDirectory() as folder:
            result = self.run_example(
                '{"audio":true,"video":{"width":320,"height":240}}',
                PIPELINE.format(folder))
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn('video HD Webcam', result.stdout)
            self.assertIn('audio Built-in Microphone', result.stdout)
            pictures = os.path.getsize(os.path.join(folder, 'video'))
            self.assertEqual(pictures % (320 * 240), 0)
            self.assertGreater(pictures, 0)
            self.assertGreater(
                os.path.getsize(os.path.join(folder, 'audio')), 0)

    def test_what_no_device_can_do_is_told(self):
        result = self.run_example('{"video":{"width":{"min":100000}}}', '')
        self.assertEqual(result.returncode, 1)
        self.assertTrue(result.stderr.startswith('width: '), result.stderr)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
