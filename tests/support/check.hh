// SPDX-License-Identifier: LGPL-2.1-or-later
// gst-check for C++. Its macro `fail` would break the standard library's
// streams, which have a function of that name: tests include this instead.
#pragma once

#include <gst/check/gstcheck.h>

#undef fail
