# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every file: a licence line, no more than 600 lines, clean white space, and
nothing unfinished, forbidden, or true of one machine alone."""

import pathlib
import re
import sys

from tree import CODE, all_files, finish

# Catches what modules throw, which may.
WITH_EXCEPTIONS = 'native-guard.cc'
MAX_LINES = 600
LICENCE = 'SPDX-License-Identifier: LGPL-2.1-or-later'
# The licence itself, prose, and settings of tools.
NO_LICENCE_LINE = {'LICENSE', '.md', '.gitignore', '.clang-format',
                   '.editorconfig', '.supp', '.map', '.svg', '.json'}
BINARY = {'.png', '.jpg', '.mp4', '.webm'}

# The brackets keep a pattern from finding itself.
EVERYWHERE = [
    (r'\b(TO[D]O|FIX[M]E|XX[X])\b', 'unfinished'),
    (r'(?i)not [i]mplemented', 'unfinished'),
    (r'/(ho[m]e|wo[r]k|fa[r]m)/\w', "one machine's path"),
]
IN_CODE = [
    (r'\b(g_u|u|nano)?sl[e]ep(_for|_until)? ?\(', 'nothing sleeps'),
    (r'\bstd::(regex|sto[a-z]+)\b|\.at \(', 'throws exceptions'),
    (r'\b(dynamic_cast|typeid|throw|try) ?[(<{]', 'no RTTI, no exceptions'),
    # The pointer that a call gives out is gone before the first turn.
    (r'\bfor \(.* : \*[\w:.>-]+ ?\(', 'what is iterated has to be kept'),
]


def check_file(name, text):
    if not text:
        yield 'is empty'
        return
    lines = text.split('\n')
    if len(lines) - 1 > MAX_LINES and name.name != 'LICENSE':
        yield f'has {len(lines) - 1} lines: split it by responsibility'
    if (not {name.name, name.suffix} & NO_LICENCE_LINE
            and LICENCE not in '\n'.join(lines[:3])):
        yield f'lacks the line {LICENCE}'
    if not text.endswith('\n') or text.endswith('\n\n'):
        yield 'must end with one line break'
    if '\r' in text:
        yield 'has carriage returns'
    patterns = EVERYWHERE + (IN_CODE if name.suffix in CODE else [])
    for number, line in enumerate(lines, 1):
        if line != line.rstrip() and name.name != 'LICENSE':
            yield f'line {number}: white space at the end'
        if '\t' in line and name.suffix in CODE:
            yield f'line {number}: a tab'
        for pattern, reason in patterns:
            if name.name == WITH_EXCEPTIONS and 'exceptions' in reason:
                continue
            if re.search(pattern, line):
                yield f'line {number}: {reason}: {line.strip()}'


def main():
    top = pathlib.Path(sys.argv[1])
    problems = []
    for path in sorted(all_files(top)):
        name = path.relative_to(top)
        if name.suffix in BINARY:
            continue
        text = path.read_text(encoding='utf-8')
        problems += [f'{name}: {problem}' for problem in check_file(name, text)]
    finish(problems)


main()
