# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shared library exports what the public headers and the plugins' bridge
declare: all of it, and nothing else."""

import pathlib
import re
import subprocess
import sys

from tree import finish

COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/', re.DOTALL)
MACRO = re.compile(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', re.MULTILINE)
FUNCTION = re.compile(r'\b(gst_web_\w+)\s*\(')
TYPE = re.compile(r'\bG_DECLARE_\w+\s*\(\s*\w+\s*,\s*(\w+)')


def declared(path):
    text = MACRO.sub('', COMMENT.sub('', path.read_text(encoding='utf-8')))
    return (set(FUNCTION.findall(text))
            | {f'{name}_get_type' for name in TYPE.findall(text)})


def exported(nm, library):
    lines = subprocess.run([nm, '-D', '--defined-only', library], check=True,
                           text=True, stdout=subprocess.PIPE).stdout
    return {line.split()[-1].split('@')[0] for line in lines.splitlines()}


def main():
    top, library, nm = sys.argv[1:]
    headers = list(pathlib.Path(top, 'include').rglob('*.h'))
    headers += pathlib.Path(top, 'gst', 'api').glob('bridge.hh')
    wanted = set().union(*map(declared, headers))
    found = exported(nm, library)
    finish([f'exported, but in no public header: {name}'
            for name in sorted(found - wanted)]
           + [f'declared, but not exported: {name}'
              for name in sorted(wanted - found)])


main()
