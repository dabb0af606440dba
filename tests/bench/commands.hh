// SPDX-License-Identifier: LGPL-2.1-or-later
// What `./run bench NAME` runs.
#pragma once

namespace bench {

int run_append (int argc, char **argv);
int run_audioworklet (int argc, char **argv);
int run_constraints (int argc, char **argv);
int run_mediastream (int argc, char **argv);
int run_seek (int argc, char **argv);

} // namespace bench
