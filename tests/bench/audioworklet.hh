// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of `audioworklet`.
#pragma once

namespace bench {

// So many messages to a processor and back, while its element plays.
void measure_messages (int count);

} // namespace bench
