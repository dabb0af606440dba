# SPDX-License-Identifier: LGPL-2.1-or-later
"""The code is as clang-format 14 (Debian 12's) writes it. Other versions write
differently: then the check is skipped."""

import shutil
import subprocess
import sys

from tree import code_files

VERSION = 'version 14.'
SKIP = 77


def main():
    tool = shutil.which('clang-format-14') or shutil.which('clang-format')
    version = tool and subprocess.run([tool, '--version'], text=True,
                                      stdout=subprocess.PIPE).stdout
    if not version or VERSION not in version:
        print(f'skipped: needs clang-format {VERSION[:-1]}, has {version}')
        sys.exit(SKIP)
    code = code_files(sys.argv[1], 'gst', 'include', 'plugins', 'tests')
    sys.exit(subprocess.run([tool, '--dry-run', '-Werror', *code]).returncode)


main()
