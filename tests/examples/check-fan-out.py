# SPDX-License-Identifier: LGPL-2.1-or-later
"""One camera in several pipelines: all get it, and its end.

check-fan-out.py PROGRAM"""
import concurrent.futures
import os
import signal
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv[1]
PICTURE = 640 * 360 * 3 // 2
PIPELINE = ('mediastreamsrc name=camera ! videoconvert ! '
            'video/x-raw,format=I420 ! filesink buffer-mode=2 location={}')


class FanOut(unittest.TestCase):
    def test_each_gets_pictures_and_the_end(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        pipes = [os.path.join(folder.name, str(i)) for i in range(2)]
        for pipe in pipes:
            os.mkfifo(pipe)
        process = subprocess.Popen(
            [PROGRAM, *map(PIPELINE.format, pipes)], stdout=subprocess.PIPE,
            text=True)
        self.addCleanup(process.kill)
        files = [open(pipe, 'rb') for pipe in pipes]
        for file in files:
            self.assertEqual(len(file.read(PICTURE)), PICTURE)
        process.send_signal(signal.SIGINT)
        # All at once: none of the pipes is closed before all pipelines end.
        with concurrent.futures.ThreadPoolExecutor() as threads:
            list(threads.map(lambda file: file.read(), files))
        for file in files:
            file.close()
        output, _ = process.communicate(timeout=60)
        self.assertEqual(output.count(': ended\n'), 3, output)
        self.assertEqual(process.returncode, 0)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
