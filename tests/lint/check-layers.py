# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who may include whom, and what only some files may do: see
docs/architecture.md. Includes are by path from gst/."""

import pathlib
import re
import sys

from tree import code_files, finish

# folder of gst/: the folders that it may include, besides itself
MAY_INCLUDE = {
    'base': set(),
    'port': {'base'},
    'mse': {'base'},
    'stream': {'base'},
    'devices': {'base', 'stream'},
    'worklet': {'base', 'port'},
    'element': {'base', 'port', 'mse', 'stream', 'devices', 'worklet'},
}
MAY_INCLUDE['api'] = set(MAY_INCLUDE['element']) | {'element'}
BRIDGE = 'api/bridge.hh'
# What modules implement is what the worklet calls.
MODULE_ABI = {'gst/webmedia/gstwebaudioprocessor.h',
              'gst/webmedia/gstwebaudioprocessor.hpp'}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
PIPELINE = re.compile(r'\bgst_(element_factory_make|pipeline_new|parse_launch)')
GOBJECT = re.compile(r'\b(G_DEFINE_\w+|g_object_new|g_signal_emit\w*)\b')


def check_library_file(path, folder, text):
    if folder not in MAY_INCLUDE:
        yield f'folder gst/{folder} has no place in the layers'
        return
    allowed = MAY_INCLUDE[folder] | {folder}
    for bracket, name in INCLUDE.findall(text):
        first = name.split('/')[0]
        if bracket == '"' and '/' not in name:
            yield f'"{name}" is not by path from gst/'
        elif bracket == '"' and first not in allowed:
            yield f'{folder} must not include "{name}"'
        elif folder == 'worklet' and name in MODULE_ABI:
            continue
        elif name.startswith('gst/webmedia/') and folder != 'api':
            yield f'{folder} must not know the public <{name}>'
    stem = path.stem
    if PIPELINE.search(text) and not stem.endswith('-gst'):
        yield 'builds a pipeline, but its name does not end in -gst'
    if folder != 'api' and GOBJECT.search(text):
        yield 'GObject belongs into gst/api'


def check_plugin_file(path, text):
    for bracket, name in INCLUDE.findall(text):
        if bracket == '<' or (path.parent / name).exists():
            continue
        if name != BRIDGE and not name.startswith('base/'):
            yield f'a plugin sees include/, base/ and "{BRIDGE}", not "{name}"'


def check_public_file(text):
    for bracket, name in INCLUDE.findall(text):
        if bracket == '"':
            yield f'a public header must not include "{name}"'


def main():
    top = pathlib.Path(sys.argv[1])
    problems = []
    for path in code_files(top, 'gst', 'plugins', 'include'):
        name = path.relative_to(top)
        text = path.read_text(encoding='utf-8')
        if name.parts[0] == 'gst':
            found = check_library_file(path, name.parts[1], text)
        elif name.parts[0] == 'plugins':
            found = check_plugin_file(path, text)
        else:
            found = check_public_file(text)
        problems += [f'{name}: {problem}' for problem in found]
    finish(problems)


main()
