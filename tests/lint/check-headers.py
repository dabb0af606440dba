# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each public header compiles alone, as C and as C++, without a warning."""

import argparse
import pathlib
import subprocess

from tree import finish

PACKAGES = ['gstreamer-1.0', 'gio-2.0']
WARNINGS = ['-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter']
LANGUAGES = {'c': ['-std=gnu11', '-Wstrict-prototypes'], 'c++': ['-std=c++17']}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('include', type=pathlib.Path)
    parser.add_argument('--cc', nargs='+')
    parser.add_argument('--cxx', nargs='+')
    options = parser.parse_args()
    compilers = {'c': options.cc, 'c++': options.cxx}
    flags = subprocess.run(['pkg-config', '--cflags', *PACKAGES], check=True,
                           text=True, stdout=subprocess.PIPE).stdout.split()
    headers = sorted(options.include.rglob('*.h'))
    problems = [] if headers else ['there is no public header']
    for header in headers:
        name = header.relative_to(options.include)
        for language, standard in LANGUAGES.items():
            result = subprocess.run(
                [*compilers[language], '-x', language, *standard, *WARNINGS,
                 f'-I{options.include}', *flags, '-fsyntax-only', '-'],
                input=f'#include <{name}>\n', text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if result.returncode:
                problems.append(f'{name} as {language}:\n{result.stdout}')
    finish(problems)


main()
