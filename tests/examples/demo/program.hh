// SPDX-License-Identifier: LGPL-2.1-or-later
// What the programs have in common that draw one picture.
#pragma once

#include <string>

namespace demo {

struct Program {
  const char *name;
  const char *summary; // for --help
  const char *files;   // that --out is for
  // Plays, and draws it into the folder, which is there. An error message, or
  // an empty string.
  std::string (*run) (const std::string &out);
};

// Its main (): 0, 1 where it fails, 2 where its options are wrong.
int run_program (const Program &program, int argc, char **argv);

} // namespace demo
