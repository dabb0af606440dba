// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/result.hh"
#include "support/check.hh"

#include <memory>

using namespace webmedia;

static Result<int>
half (int number)
{
  if (number % 2)
    return make_error (ErrorCode::type, "%d is odd", number);
  return number / 2;
}

GST_START_TEST (a_value_is_true_and_there)
{
  Result<int> result = half (8);
  fail_unless (bool (result));
  fail_unless_equals_int (*result, 4);
}
GST_END_TEST

GST_START_TEST (an_error_is_false_and_says_why)
{
  Result<int> result = half (7);
  fail_if (bool (result));
  fail_unless (result.error ().code == ErrorCode::type);
  fail_unless_equals_string (result.error ().message.c_str (), "7 is odd");
}
GST_END_TEST

GST_START_TEST (a_result_without_value_is_ok_or_an_error)
{
  Result<> good = ok;
  fail_unless (bool (good));
  Result<> bad = make_error (ErrorCode::abort, "stopped");
  fail_if (bool (bad));
}
GST_END_TEST

GST_START_TEST (a_value_that_only_moves_moves_out)
{
  Result<std::unique_ptr<int>> result = std::make_unique<int> (5);
  std::unique_ptr<int> taken = std::move (*result);
  fail_unless_equals_int (*taken, 5);
}
GST_END_TEST

static Suite *
result_suite ()
{
  Suite *suite = suite_create ("base/result");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_value_is_true_and_there);
  tcase_add_test (tcase, an_error_is_false_and_says_why);
  tcase_add_test (tcase, a_result_without_value_is_ok_or_an_error);
  tcase_add_test (tcase, a_value_that_only_moves_moves_out);
  return suite;
}
GST_CHECK_MAIN (result)
