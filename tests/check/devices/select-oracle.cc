// SPDX-License-Identifier: LGPL-2.1-or-later
// SelectSettings as the specification has it, over a list of every possible
// settings dictionary, beside the one that makes no such list.
#include "devices/fitness.hh"
#include "devices/json.hh"
#include "devices/select-settings.hh"

#include "support/check.hh"

#include <cmath>
#include <limits>
#include <random>
#include <set>

using namespace webmedia::devices;

namespace {

constexpr int kCases = 10000;

// Rates and limits are such that no larger divisor is ever of use.
constexpr int kMaxDivisor = 6;

using Dictionaries = std::vector<Settings>;

struct Source {
  SettingsSpace space;
  std::vector<VideoMode> modes;
  bool scales = true;
  Dictionaries all;
};

class Random {
public:
  explicit Random (unsigned seed) : engine_ (seed) {}
  int number (int low, int high)
  {
    return std::uniform_int_distribution<> (low, high) (engine_);
  }
  bool once_in (int times) { return number (1, times) == 1; }
  template <typename T> const T &one_of (const std::vector<T> &list)
  {
    return list[static_cast<size_t> (number (0, int (list.size ()) - 1))];
  }
  // Some of them, at least one, in their order.
  template <typename T> std::vector<T> some_of (const std::vector<T> &list)
  {
    std::vector<T> some;
    for (const T &element : list)
      if (once_in (2))
        some.push_back (element);
    return some.empty () ? std::vector<T>{one_of (list)} : some;
  }

private:
  std::mt19937 engine_;
};

// What sources have and applications ask for, by property.
std::vector<Value>
values_of (Property property)
{
  auto text = [] (const char *s) {
    return Value (std::string (s));
  };
  switch (property) {
  case Property::device_id:
  case Property::group_id:
    return {text ("a"), text ("b")};
  case Property::facing_mode:
    return {text ("user"), text ("left"), text ("environment")};
  case Property::resize_mode:
    return {text ("none"), text ("crop-and-scale"), text ("invalid")};
  case Property::echo_cancellation:
    return {true, false, text ("all"), text ("remote-only")};
  case Property::aspect_ratio:
    return {0.5, 0.6666666667, 0.75, 1., 1.3333333333, 1.5, 1.6, 2., 1.7777};
  case Property::frame_rate:
    return {1., 1.5, 2., 2.5, 3., 4., 5., 6., 7.};
  case Property::zoom:
    return {1., 2., 3., 10.};
  case Property::pan:
    return {-3600., 0., 7200.};
  case Property::latency:
    return {0., 0.01, 0.02, 0.5};
  case Property::points_of_interest:
    return {std::vector<Point>{{0, 1}}, std::vector<Point>{{0.5, 0.5}, {1, 1}}};
  default:
    if (info (property).is_number ())
      return {0., 1., 2., 3., 4., 5., 6., 7.};
    return {true, false};
  }
}

const std::vector<Property> kVideoExtras{Property::device_id,
    Property::facing_mode, Property::torch, Property::zoom, Property::pan,
    Property::points_of_interest};
const std::vector<Property> kAudioExtras{Property::group_id,
    Property::sample_rate, Property::channel_count, Property::echo_cancellation,
    Property::latency, Property::auto_gain_control};

Domain
domain_of (Property property, const std::vector<Value> &values)
{
  Domain domain;
  for (const Value &value : values)
    if (const auto *number = std::get_if<double> (&value))
      domain.numbers.intervals.push_back ({*number, *number});
    else
      domain.values.push_back (value);
  return domain;
}

// Each dictionary once for each of these values.
void
multiply (
    Dictionaries &all, Property property, const std::vector<Value> &values)
{
  Dictionaries product;
  for (const Settings &settings : all)
    for (const Value &value : values) {
      product.push_back (settings);
      product.back ()[property] = value;
    }
  all = std::move (product);
}

// Every dictionary of a mode: its own, a copy of each as crop-and-scale, and
// each smaller size and lower rate.
Dictionaries
dictionaries_of (const VideoMode &mode, bool scales)
{
  Dictionaries all;
  auto add = [&all] (double w, double h, double rate, const char *resize) {
    all.push_back ({{Property::width, w}, {Property::height, h},
        {Property::aspect_ratio, round_to_tenth_decimal (w / h)},
        {Property::frame_rate, rate},
        {Property::resize_mode, std::string (resize)}});
  };
  for (const Interval &rate : mode.frame_rates)
    for (double w = 1; w <= mode.width.high; w++)
      for (double h = 1; h <= mode.height.high; h++) {
        if (w >= mode.width.low && h >= mode.height.low)
          add (w, h, rate.low, "none");
        for (int divisor = 1; scales && divisor <= kMaxDivisor; divisor++)
          add (w, h, rate.low / divisor, "crop-and-scale");
      }
  return all;
}

Interval
random_side (Random &random)
{
  double high = random.number (1, 6);
  return {random.once_in (8) ? 1 : high, high};
}

Source
random_source (Random &random)
{
  Source source;
  bool video = !random.once_in (3);
  source.scales = !random.once_in (5);
  for (int count = video ? random.number (1, 3) : 0; count > 0; count--) {
    VideoMode mode{random_side (random), random_side (random), {}};
    for (const Value &rate : random.some_of<Value> ({6., 4., 2.}))
      mode.frame_rates.push_back (
          {*std::get_if<double> (&rate), *std::get_if<double> (&rate)});
    for (Settings &settings : dictionaries_of (mode, source.scales))
      source.all.push_back (std::move (settings));
    source.modes.push_back (std::move (mode));
  }
  if (video) {
    source.space = video_space ({}, source.modes, source.scales);
  } else {
    source.space = {.kind = TrackKind::audio,
        .common = {},
        .boxes = {Box ()},
        .defaults = {}};
    source.all.emplace_back ();
  }
  for (Property property : video ? kVideoExtras : kAudioExtras)
    if (random.once_in (video ? 4 : 2)) {
      auto values = random.some_of (values_of (property));
      values.resize (std::min (values.size (), video ? 2ul : 4ul));
      multiply (source.all, property, values);
      source.space.common.emplace_back (property, domain_of (property, values));
    }
  return source;
}

Constraint
random_constraint (Random &random, Property property)
{
  std::vector<Value> values = values_of (property);
  auto one = [&] {
    return random.one_of (values);
  };
  auto list = [&] {
    return info (property).type == ValueType::string
               ? random.some_of (values)
               : std::vector<Value>{one ()};
  };
  Constraint constraint;
  if (info (property).type == ValueType::real_or_boolean && random.once_in (3))
    constraint.bare = {random.once_in (2)};
  else if (random.once_in (4))
    constraint.bare = list ();
  if (!constraint.bare.empty ())
    return constraint;
  bool number = info (property).is_number ();
  if (number && random.once_in (4)) {
    Value value = one ();
    constraint.min = *std::get_if<double> (&value);
  }
  if (number && random.once_in (4)) {
    Value value = one ();
    constraint.max = *std::get_if<double> (&value);
  }
  if (random.once_in (number ? 8 : 3))
    constraint.exact = list ();
  if (constraint.empty () || random.once_in (3))
    constraint.ideal = list ();
  return constraint;
}

ConstraintSet
random_set (Random &random, TrackKind kind)
{
  ConstraintSet set;
  std::vector<Property> names = kAudioExtras;
  if (kind == TrackKind::video) {
    names = kVideoExtras;
    for (Property property :
        {Property::width, Property::height, Property::aspect_ratio,
            Property::frame_rate, Property::resize_mode, Property::width,
            Property::height, Property::aspect_ratio})
      names.push_back (property);
  }
  for (int count = random.number (0, 4); count > 0; count--) {
    Property property = random.one_of (names);
    set[property] = random_constraint (random, property);
  }
  // What does not apply to the kind is here by accident.
  if (random.once_in (30))
    set[Property::sample_size].ideal = {4.};
  return set;
}

TrackConstraints
random_constraints (Random &random, TrackKind kind)
{
  TrackConstraints constraints;
  constraints.basic = random_set (random, kind);
  for (int count = random.number (0, 2); count > 0; count--)
    constraints.advanced.push_back (random_set (random, kind));
  constraints.has_advanced = !constraints.advanced.empty ();
  return constraints;
}

// https://w3c.github.io/mediacapture-main/#dfn-selectsettings, to the letter:
// all that step 6 may select from.
Dictionaries
select_from_all (const Source &source, const TrackConstraints &constraints)
{
  TrackKind kind = source.space.kind;
  Dictionaries candidates;
  for (const Settings &settings : source.all)
    if (std::isfinite (fitness_distance (
            settings, constraints.basic, BareValues::ideal, kind)))
      candidates.push_back (settings);
  for (const ConstraintSet &set : constraints.advanced) {
    Dictionaries kept;
    for (const Settings &settings : candidates)
      if (std::isfinite (
              fitness_distance (settings, set, BareValues::exact, kind)))
        kept.push_back (settings);
    if (!kept.empty ())
      candidates = std::move (kept);
  }
  return candidates;
}

// Whether these settings can be made of that mode.
bool
yields (const Source &source, size_t mode, Settings settings)
{
  if (source.space.kind == TrackKind::audio)
    return mode == 0;
  for (const auto &common : source.space.common)
    settings.erase (common.first);
  Dictionaries all = dictionaries_of (source.modes[mode], source.scales);
  return std::find (all.begin (), all.end (), settings) != all.end ();
}

// The names that OverconstrainedError may have.
std::set<std::string>
failed_of_all (const Source &source, const TrackConstraints &constraints)
{
  std::set<std::string> names;
  for (const auto &[property, constraint] : constraints.basic) {
    bool infinite = true;
    for (const Settings &settings : source.all)
      infinite =
          infinite
          && std::isinf (fitness_distance (settings, {{property, constraint}},
              BareValues::ideal, source.space.kind));
    if (infinite)
      names.insert (info (property).name);
  }
  if (names.empty ())
    names.insert ("");
  return names;
}

} // namespace

GST_START_TEST (selections_are_those_of_a_search_of_all_settings)
{
  int selected = 0;
  int nowhere = 0;
  std::set<std::string> failed;
  for (int i = 0; i < kCases; i++) {
    Random random (static_cast<unsigned> (i));
    Source source = random_source (random);
    TrackConstraints constraints =
        random_constraints (random, source.space.kind);
    std::string text = to_json (constraints);

    Dictionaries candidates = select_from_all (source, constraints);
    auto selection = select_settings (source.space, constraints);
    fail_unless (selection.has_value () == !candidates.empty (), "case %d: %s",
        i, text.c_str ());
    if (candidates.empty ()) {
      std::string name = failed_constraint ({&source.space, 1}, constraints);
      fail_unless (failed_of_all (source, constraints).contains (name),
          "case %d: %s", i, text.c_str ());
      failed.insert (name);
      nowhere++;
      continue;
    }
    selected++;
    double least = std::numeric_limits<double>::infinity ();
    for (const Settings &settings : candidates)
      least = std::min (least, fitness_distance (settings, constraints.basic,
                                   BareValues::ideal, source.space.kind));
    fail_unless (std::abs (selection->distance - least) < 1e-12,
        "case %d: %s: %g instead of %g by %s", i, text.c_str (),
        selection->distance, least, to_json (selection->settings).c_str ());
    fail_unless (
        std::find (candidates.begin (), candidates.end (), selection->settings)
            != candidates.end (),
        "case %d: %s: %s", i, text.c_str (),
        to_json (selection->settings).c_str ());
    fail_unless (yields (source, selection->mode, selection->settings),
        "case %d: %s: mode %u", i, text.c_str (), unsigned (selection->mode));
  }
  // All outcomes are there.
  fail_unless (selected > kCases / 4 && nowhere > kCases / 10);
  fail_unless (failed.contains ("") && failed.contains ("aspectRatio")
               && failed.contains ("sampleRate"));
}
GST_END_TEST

static Suite *
select_oracle_suite ()
{
  Suite *suite = suite_create ("select-oracle");
  TCase *tests = tcase_create ("select-oracle");
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, selections_are_those_of_a_search_of_all_settings);
  return suite;
}

GST_CHECK_MAIN (select_oracle)
