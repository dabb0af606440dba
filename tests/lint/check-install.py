# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `meson install` puts into a prefix works from there: a C program finds
the library by pkg-config, Python finds the typelib, GStreamer the plugins."""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from tree import finish

PACKAGE = 'gstreamer-webmedia-1.0'
PROGRAM = '''#include <gst/webmedia/webmedia.h>
int main (void) { return gst_web_error_quark () == 0; }
'''
PYTHON = '''import gi
gi.require_version('GstWebMedia', '1.0')
from gi.repository import GstWebMedia
assert GstWebMedia.error_quark()
'''


def run(command, **environment):
    """What a command prints, or the reason to fail."""
    result = subprocess.run(
        list(map(str, command)), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **{k: str(v) for k, v in environment.items()}})
    if result.returncode:
        sys.exit(f'{command[0]} fails:\n{result.stdout}')
    return result.stdout


def one(root, name):
    """The only file of this name below root."""
    found = list(root.rglob(name))
    if len(found) != 1:
        sys.exit(f'{name} is installed {len(found)} times')
    return found[0]


def compile_program(work, root, compilers):
    # The file as it would be had the prefix been this one.
    pc_file = one(root, f'{PACKAGE}.pc')
    text = pc_file.read_text(encoding='utf-8')
    prefix = re.search(r'^prefix=(.*)$', text, re.MULTILINE).group(1)
    pc_file.write_text(text.replace(f'prefix={prefix}\n',
                                    f'prefix={root}{prefix}\n', 1),
                       encoding='utf-8')
    flags = run(['pkg-config', '--cflags', '--libs', PACKAGE],
                PKG_CONFIG_PATH=pc_file.parent).split()
    for language, compiler in compilers.items():
        source = work / f'program.{language}'
        source.write_text(PROGRAM, encoding='utf-8')
        run([*compiler, '-Wall', '-Werror', source, '-o', work / language,
             *flags])
        library = one(root, 'libgstwebmedia-1.0.so')
        run([work / language], LD_LIBRARY_PATH=library.parent)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('build')
    parser.add_argument('--typelib', action='store_true')
    parser.add_argument('--plugin', action='append', default=[])
    parser.add_argument('--cc', nargs='+')
    parser.add_argument('--cxx', nargs='+')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        root = work / 'root'
        run(['meson', 'install', '-C', options.build, '--no-rebuild',
             '--quiet', '--destdir', root])
        compile_program(work, root, {'c': options.cc, 'cc': options.cxx})
        libraries = one(root, 'libgstwebmedia-1.0.so').parent
        if options.typelib:
            typelib = one(root, 'GstWebMedia-1.0.typelib')
            one(root, 'GstWebMedia-1.0.gir')
            run([sys.executable, '-c', PYTHON],
                LD_LIBRARY_PATH=libraries, GI_TYPELIB_PATH=typelib.parent)
        for name in options.plugin:
            run(['gst-inspect-1.0', one(root, f'libgst{name}.so')],
                LD_LIBRARY_PATH=libraries, GST_REGISTRY=work / 'registry')
    finish([])


main()
