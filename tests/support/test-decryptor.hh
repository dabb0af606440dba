// SPDX-License-Identifier: LGPL-2.1-or-later
// A decryptor for media that only says that it is encrypted.
#pragma once

#include <string>

namespace webmedia::test {

// Of WebM, and of the system 50515253-5455-5657-5859-5a5b5c5d5e5f: decodebin
// and the like find it.
void register_test_decryptor ();
// What all of them got: " 50" for a protection event of a system that begins
// so, " frame" for an encrypted frame, " clear" for one that is not.
std::string test_decryptor_log ();

} // namespace webmedia::test
