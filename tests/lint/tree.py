# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the lint scripts share: the files of the project and a way to fail."""

import pathlib
import sys

FOLDERS = ['.ci', 'docs', 'gst', 'include', 'plugins', 'tests']
CODE = {'.c', '.cc', '.h', '.hh'}


def all_files(top):
    """Every text file of the project, build folders left out."""
    top = pathlib.Path(top)
    for path in top.iterdir():
        if path.is_file() and path.name != '.git':
            yield path
    for folder in FOLDERS:
        for path in (top / folder).rglob('*'):
            if path.is_file() and '__pycache__' not in path.parts:
                yield path


def code_files(top, *folders):
    """The C and C++ files in these folders, sorted."""
    top = pathlib.Path(top)
    return sorted(path for path in all_files(top)
                  if path.suffix in CODE
                  and path.relative_to(top).parts[0] in folders)


def finish(problems):
    """Prints what was found; the exit status says whether it was nothing."""
    for problem in problems:
        print(problem)
    sys.exit(bool(problems))
