#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs Chromium without a window and lets it append.

Reads one job a line from standard input, as JSON: {"file", "type", "sizes"}.
Answers each with one line: "ok", the kilobytes that the renderer's memory grew
at its peak, and the nanoseconds of every append; or "failed" and why.

The page that does the work is served, with the media, over loopback; it asks
for its next task and posts what came of it."""

import glob
import http.server
import json
import os
import pathlib
import queue
import shutil
import subprocess
import sys
import tempfile
import threading

PAGE = pathlib.Path(__file__).with_name('page.html')
TIMEOUT = 120  # seconds for a task
FLAGS = ['--headless', '--disable-gpu', '--disable-quic', '--no-first-run',
         '--disable-background-networking', '--disable-component-update',
         '--disable-sync']

tasks = queue.Queue()
results = queue.Queue()
media = {'path': None}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def answer(self, content, kind):
        self.send_response(200)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(content)))
        self.send_header('Cache-Control', 'no-store')
        # An isolated page has a clock of 5 microseconds, not of 100.
        self.send_header('Cross-Origin-Opener-Policy', 'same-origin')
        self.send_header('Cross-Origin-Embedder-Policy', 'require-corp')
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        if self.path == '/next':
            self.answer(json.dumps(tasks.get()).encode(), 'application/json')
        elif self.path == '/media':
            self.answer(pathlib.Path(media['path']).read_bytes(),
                        'application/octet-stream')
        else:
            self.answer(PAGE.read_bytes(), 'text/html')

    def do_POST(self):
        length = int(self.headers['Content-Length'])
        results.put(json.loads(self.rfile.read(length)))
        self.answer(b'', 'text/plain')


def ask(task):
    """Has the page do a task; what it answers, or a reason."""
    tasks.put(task)
    try:
        return results.get(timeout=TIMEOUT)
    except queue.Empty:
        return {'failed': f'no answer within {TIMEOUT} seconds'}


def renderers(folder):
    """The processes that run this Chromium's pages."""
    for path in glob.glob('/proc/[0-9]*/cmdline'):
        try:
            words = pathlib.Path(path).read_bytes().decode(errors='replace')
        except OSError:
            continue
        if '--type=renderer' in words and folder in words:
            yield pathlib.Path(path).parent


def kilobytes(process, key):
    for line in (process / 'status').read_text().splitlines():
        if line.startswith(key + ':'):
            return int(line.split()[1])
    return 0


def run(job, folder):
    if job['file'] != media['path']:
        media['path'] = job['file']
        answer = ask({'load': True})
        if 'failed' in answer:
            return answer
    processes = list(renderers(folder))
    before = 0
    for process in processes:
        (process / 'clear_refs').write_text('5')
        before += kilobytes(process, 'VmRSS')
    answer = ask({'type': job['type'], 'sizes': job['sizes']})
    peak = sum(kilobytes(process, 'VmHWM') for process in processes)
    answer['peak'] = peak - before if processes else -1
    return answer


def main():
    browser = shutil.which('chromium')
    if not browser:
        sys.exit('chromium is not installed')
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()

    folder = tempfile.mkdtemp(prefix='webmedia-chromium-')
    flags = FLAGS + (['--no-sandbox'] if os.getuid() == 0 else [])
    chromium = subprocess.Popen(
        [browser, *flags, f'--user-data-dir={folder}',
         f'http://127.0.0.1:{server.server_port}/'],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        for line in sys.stdin:
            answer = run(json.loads(line), folder)
            if 'failed' in answer:
                print('failed', answer['failed'], flush=True)
            else:
                print('ok', answer['peak'], *answer['each'], flush=True)
    finally:
        chromium.terminate()
        chromium.wait()
        shutil.rmtree(folder, ignore_errors=True)


main()
