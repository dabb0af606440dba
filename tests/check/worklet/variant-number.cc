// SPDX-License-Identifier: LGPL-2.1-or-later
// Numbers, of whatever type.
#include "worklet/variant-number.hh"

#include "base/ptr.hh"
#include "support/check.hh"
#include "worklet/builtin-options.hh"
#include "worklet/node-options.hh"

#include <cmath>

using namespace webmedia;
using namespace webmedia::worklet;

static Ptr<GVariant>
parse (const std::string &text)
{
  return Ptr<GVariant>::adopt (
      g_variant_ref_sink (g_variant_new_parsed (text.c_str ())));
}

static const char *const kTypes[] = {
    "byte", "int16", "uint16", "int32", "uint32", "int64", "uint64", "double"};

GST_START_TEST (a_number_is_of_any_type)
{
  for (const std::string type : kTypes) {
    fail_unless (read_number (parse (type + " 7").get ()) == 7);
    fail_unless (read_number (parse ("<" + type + " 7>").get ()) == 7);
    fail_unless (read_number (parse ("<<" + type + " 7>>").get ()) == 7);
    fail_unless (read_count (parse (type + " 7").get ()) == 7u);
    fail_unless (read_count (parse ("<" + type + " 7>").get ()) == 7u);
  }
  for (const char *type : {"int16", "int32", "int64", "double"})
    fail_unless (read_number (parse (std::string (type) + " -7").get ()) == -7);
  fail_unless (read_number (parse ("-0.25").get ()) == -0.25);
  fail_unless (read_number (parse ("uint64 0x8000000000000000").get ())
               == std::exp2 (63));
}
GST_END_TEST;

GST_START_TEST (what_is_no_number_is_none)
{
  for (const char *text : {"'7'", "true", "[7]", "(7,)", "handle 7", "@mi 7",
           "<'7'>", "@a{sv} {}"}) {
    fail_if (read_number (parse (text).get ()).has_value (), "%s", text);
    fail_if (read_count (parse (text).get ()).has_value (), "%s", text);
  }
}
GST_END_TEST;

GST_START_TEST (a_count_is_whole_and_fits)
{
  fail_unless (read_count (parse ("0").get ()) == 0u);
  fail_unless (read_count (parse ("-0.0").get ()) == 0u);
  fail_unless (read_count (parse ("2147483647.0").get ()) == 2147483647u);
  for (const char *text : {"-1", "-1.0", "0.5", "2147483648.0",
           "uint32 2147483648", "int64 4294967298", "uint64 4294967298",
           "uint64 0xffffffffffffffff", "inf", "nan"}) {
    Ptr<GVariant> value;
    if (g_str_equal (text, "inf") || g_str_equal (text, "nan"))
      value = Ptr<GVariant>::adopt (g_variant_ref_sink (
          g_variant_new_double (std::strtod (text, nullptr))));
    else
      value = parse (text);
    fail_if (read_count (value.get ()).has_value (), "%s", text);
  }
}
GST_END_TEST;

// The same number means the same wherever it is.
GST_START_TEST (options_take_numbers_of_any_type)
{
  for (const std::string type : kTypes) {
    const std::string two = "<" + type + " 2>";
    auto options = read_node_options (
        parse ("{'numberOfInputs': " + two + ", 'numberOfOutputs': " + two
               + ", 'channelCount': " + two + ", 'outputChannelCount': <["
               + type + " 2, 2]>, 'parameterData': <{'gain': " + two + "}>}")
            .get (),
        Shape{});
    fail_unless (bool (options), "%s", type.c_str ());
    fail_unless_equals_int (options->number_of_inputs, 2);
    fail_unless_equals_int (options->number_of_outputs, 2);
    fail_unless_equals_int (options->channels.count, 2);
    fail_unless (
        *options->output_channel_count == std::vector<uint32_t> ({2, 2}));
    fail_unless (options->parameter_data.size () == 1
                 && options->parameter_data[0].second == 2);
    // A processor's own.
    const Ptr<GVariant> own = parse ("{'frames': " + two + "}");
    gst::web::Options given{};
    given.processor_options = own.get ();
    fail_unless (find_number (given, "frames") == 2);
  }
  auto json = parse_node_options (R"({"numberOfInputs": 2.0})", Shape{});
  fail_unless (json && json->number_of_inputs == 2);
  for (const char *text :
      {R"({"numberOfInputs": 2.5})", R"({"numberOfInputs": "2"})"}) {
    json = parse_node_options (text, Shape{});
    fail_unless (!json && json.error ().code == ErrorCode::type);
  }
}
GST_END_TEST;

static Suite *
variant_number_suite ()
{
  Suite *suite = suite_create ("worklet/variant-number");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_number_is_of_any_type);
  tcase_add_test (tcase, what_is_no_number_is_none);
  tcase_add_test (tcase, a_count_is_whole_and_fits);
  tcase_add_test (tcase, options_take_numbers_of_any_type);
  return suite;
}
GST_CHECK_MAIN (variant_number)
