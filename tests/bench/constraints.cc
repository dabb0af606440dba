// SPDX-License-Identifier: LGPL-2.1-or-later
// How long it takes to choose among eight devices of 200 modes each.
#include "bench/commands.hh"
#include "bench/table.hh"
#include "devices/json.hh"
#include "devices/select-settings.hh"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>

namespace bench {

using namespace webmedia::devices;

namespace {

constexpr int kDevices = 8, kModes = 200, kRounds = 101;

constexpr const char *kConstraints[] = {
    "{}",
    R"({"width":1280,"height":720,"frameRate":30})",
    R"({"width":{"min":640,"ideal":1280},"frameRate":{"min":20}})",
    R"({"width":1280,"aspectRatio":1.7777777778})",
    R"({"width":640,"height":480,"aspectRatio":1.7777777778})",
    R"({"width":1280,"height":719,"aspectRatio":1.7777777778})",
    R"({"width":4000,"height":3000,"aspectRatio":1.7777777778})",
    R"({"aspectRatio":1.7777})",
    R"({"aspectRatio":{"exact":1.7777777778}})",
    R"({"aspectRatio":{"exact":1.31},"width":{"min":1000}})",
    R"({"aspectRatio":{"exact":1.7777}})",
    R"({"width":1280,"advanced":[{"width":1920},{"frameRate":{"min":50}}]})",
    R"({"facingMode":{"exact":"left"}})",
};

using Spaces = std::vector<SettingsSpace>;

// `size` has the width and height of a mode.
template <typename Size>
Spaces
make_spaces (Size size)
{
  const std::vector<Interval> rates{{30, 30}, {25, 25}, {15, 15}};
  Spaces spaces;
  for (int i = 0; i < kDevices; i++) {
    std::vector<VideoMode> modes;
    for (int j = 0; j < kModes; j++) {
      auto [width, height] = size (j);
      modes.push_back ({{width, width}, {height, height}, rates});
    }
    Domain name{.values = {std::to_string (i)}, .numbers = {}};
    Domain facing{.values = {std::string ("user")}, .numbers = {}};
    spaces.push_back (video_space (
        {{Property::device_id, name}, {Property::facing_mode, facing}}, modes,
        true));
  }
  return spaces;
}

// The median, in microseconds.
double
time_of (const Spaces &spaces, const TrackConstraints &constraints)
{
  std::vector<double> times;
  for (int i = 0; i < kRounds; i++) {
    auto before = std::chrono::steady_clock::now ();
    if (select_devices (spaces, constraints).empty ())
      failed_constraint (spaces, constraints);
    std::chrono::duration<double, std::micro> time =
        std::chrono::steady_clock::now () - before;
    times.push_back (time.count ());
  }
  auto middle = times.begin () + kRounds / 2;
  std::nth_element (times.begin (), middle, times.end ());
  return *middle;
}

} // namespace

int
run_constraints (int argc, char **)
{
  if (argc > 1) {
    printf ("Usage: ./run bench constraints\n\nThe settings for a set of "
            "constraints, of %d cameras with %d modes each,\nthat scale and "
            "crop. `any` modes are of any size; of `stairs` none has room for "
            "another.\n",
        kDevices, kModes);
    return 0;
  }
  std::mt19937 random (1);
  auto any = make_spaces ([&random] (int) {
    std::uniform_int_distribution<> width (10, 240), height (60, 1080);
    return std::pair (16. * width (random), 2. * height (random));
  });
  auto stairs = make_spaces (
      [] (int i) { return std::pair (640. + 16 * i, 2160. - 8 * i); });
  Table table ({"constraints", "any, us", "stairs, us"});
  double slowest = 0;
  for (const char *json : kConstraints) {
    auto constraints = *parse_track_constraints (json);
    double usual = time_of (any, constraints);
    double worst = time_of (stairs, constraints);
    slowest = std::max ({slowest, usual, worst});
    table.add ({json, number (usual), number (worst)});
  }
  table.print ();
  printf ("\n");
  print_verdict ("the slowest, ms", slowest / 1000, true, 1);
  return 0;
}

} // namespace bench
