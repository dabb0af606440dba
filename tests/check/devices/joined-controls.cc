// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of one camera that are in several places.
#include "devices/joined-controls.hh"

#include "support/check.hh"
#include "support/test-controls.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

// A zoom alone, which the other ones have, too.
class ZoomControls final : public CameraControls {
public:
  Domains domains () const override
  {
    return {{Property::zoom, range (1, 10, 0)}};
  }
  Settings values () const override { return {{Property::zoom, zoom}}; }
  bool set (Property property, const Value &value) override
  {
    zoom = *std::get_if<double> (&value);
    return true;
  }

  double zoom = 1;
};

struct Fixture {
  std::shared_ptr<ZoomControls> first = std::make_shared<ZoomControls> ();
  std::shared_ptr<TestControls> second = std::make_shared<TestControls> ();
  std::shared_ptr<CameraControls> joined = join_controls ({first, second});
};

} // namespace

GST_START_TEST (each_property_is_of_the_first_that_has_it)
{
  Fixture f;
  Domains domains = f.joined->domains ();
  fail_unless_equals_int (domains.size (), f.second->domains ().size ());
  fail_unless (find_domain (domains, Property::zoom)->numbers
               == range (1, 10, 0).numbers);
  Settings values = f.second->values ();
  values[Property::zoom] = 1.;
  fail_unless (f.joined->values () == values);
  fail_unless (f.joined->set (Property::zoom, 3.));
  fail_unless (f.joined->set (Property::contrast, 60.));
  fail_unless (f.joined->put_back (Property::brightness, 7.));
  fail_unless (f.first->zoom == 3);
  fail_unless_equals_string (
      f.second->take_written ().c_str (), "contrast brightness");
  fail_if (join_controls ({f.first, std::make_shared<ZoomControls> ()})
               ->set (Property::contrast, 60.));
}
GST_END_TEST

GST_START_TEST (the_iso_is_of_who_has_it)
{
  Fixture f;
  fail_unless (f.joined->is_iso_automatic ());
  fail_unless (f.joined->set (Property::iso, 200.));
  fail_if (f.joined->is_iso_automatic ());
  f.joined->free_iso ();
  fail_unless (f.second->is_iso_automatic ());
  auto without = join_controls ({f.first, std::make_shared<ZoomControls> ()});
  fail_if (without->is_iso_automatic ());
  without->free_iso ();
}
GST_END_TEST

GST_START_TEST (what_is_alone_is_not_joined)
{
  Fixture f;
  fail_unless (join_controls ({nullptr, f.first}) == f.first);
  fail_unless (!join_controls ({nullptr, nullptr}));
}
GST_END_TEST

static Suite *
joined_controls_suite (void)
{
  Suite *suite = suite_create ("joined-controls");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, each_property_is_of_the_first_that_has_it);
  tcase_add_test (tcase, the_iso_is_of_who_has_it);
  tcase_add_test (tcase, what_is_alone_is_not_joined);
  return suite;
}

GST_CHECK_MAIN (joined_controls)
