# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a player: every frame is rendered, and what fails says so.

check-play.py COMMAND..."""
import os
import re
import subprocess
import sys
import unittest

MEDIA = os.environ['WEBMEDIA_TEST_MEDIA']
COMMAND = sys.argv[1:]


def play(name, media_type):
    return subprocess.run(
        [*COMMAND, os.path.join(MEDIA, name), media_type, '--headless'],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=100)


class Play(unittest.TestCase):
    def test_every_frame_of_a_film_is_rendered(self):
        result = play('av.mp4', 'video/mp4')
        self.assertEqual(result.returncode, 0, result.stderr)
        rendered = dict(re.findall(
            r'^(video|audio): .*rendered=\(guint64\)(\d+)', result.stdout,
            re.MULTILINE))
        self.assertEqual(int(rendered['video']), 200, result.stdout)
        self.assertGreaterEqual(int(rendered['audio']), 370, result.stdout)

    def test_media_that_is_not_what_the_type_says_fails(self):
        result = play('vp9-opus.webm', 'video/mp4')
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertNotEqual(result.stderr, '')


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
