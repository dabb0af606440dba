# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a call: each peer gets the other one's stream, pictures and sound.

check-call.py PROGRAM"""
import re
import subprocess
import sys
import unittest

PROGRAM = sys.argv[1]
# It ends when so much of both has come.
PIPELINE = (
    'mediastreamsrc name=remote '
    'remote.video_0 ! video/x-raw,width=320,height=240 ! '
    'fakesink num-buffers=30 '
    'remote.audio_0 ! audio/x-raw,rate=48000 ! fakesink num-buffers=50')


class Call(unittest.TestCase):
    def test_each_gets_the_others_stream_by_its_id(self):
        result = subprocess.run(
            [PROGRAM, PIPELINE], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=100)
        self.assertEqual(result.returncode, 0, result.stderr)
        ids = dict(re.findall(r'(\w+ \w+) (\S+)', result.stdout))
        self.assertEqual(ids['alice got'], ids['bob sends'])
        self.assertEqual(ids['bob got'], ids['alice sends'])
        self.assertNotEqual(ids['alice sends'], ids['bob sends'])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
