# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the example with a processor of its own.

check-tremolo.py COMMAND"""
import array
import os
import subprocess
import sys
import tempfile
import unittest

COMMAND = sys.argv[1:]
SOURCE = ('audiotestsrc wave=square freq=1 volume=0.5 num-buffers=96 '
          'samplesperbuffer=1000 ! audio/x-raw,rate={rate},channels=1 ! ')


class Tremolo(unittest.TestCase):
    def run_example(self, pipeline, rate=48000):
        return subprocess.run(
            [*COMMAND, SOURCE.format(rate=rate) + pipeline],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            timeout=100)

    def test_it_fades_in_and_tells_its_peak(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'sound')
            result = self.run_example(
                f'audioworklet name=w ! filesink location={path}')
            self.assertEqual(result.stderr, '')
            self.assertEqual(result.returncode, 0)
            self.assertEqual(result.stdout, 'peak 0.500\n')
            sound = array.array('f')
            with open(path, 'rb') as file:
                sound.frombytes(file.read())
        self.assertEqual(len(sound), 96000)
        # At its softest, eight times a second, it is as soft as the ramp says.
        for second in 0, 1:
            frame = second * 48000 + 3000
            left = 0.5 * (1 - frame / 96000)
            self.assertAlmostEqual(abs(sound[frame]), left, places=5)

    def test_another_rate_is_refused(self):
        result = self.run_example('audioworklet name=w ! fakesink', 44100)
        self.assertEqual(result.returncode, 1)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
