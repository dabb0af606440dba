// SPDX-License-Identifier: LGPL-2.1-or-later
// gst-check for C++. Its macro `fail` would break the standard library's
// streams, which have a function of that name, and its comparison of strings
// would outlive a temporary: tests include this instead. Its variable `mutex`,
// which nobody uses, is what every parameter of that name would hide.
#pragma once

#define mutex gst_check_mutex
#include <gst/check/gstcheck.h>
#undef mutex

#undef fail

#undef fail_unless_equals_string
#define fail_unless_equals_string(a, b)                                        \
  [] (const char *left_text, const char *right_text) {                         \
    fail_unless (g_strcmp0 (left_text, right_text) == 0,                       \
        "'%s' (%s) is not equal to '%s' (%s)", #a, GST_STR_NULL (left_text),   \
        #b, GST_STR_NULL (right_text));                                        \
  }(a, b)
