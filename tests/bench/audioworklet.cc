// SPDX-License-Identifier: LGPL-2.1-or-later
// `audioworklet`: what a render quantum costs, beside filters that do the same.
#include "bench/audioworklet.hh"

#include "bench/commands.hh"
#include "bench/figures.hh"
#include "bench/filter-rig.hh"
#include "bench/table.hh"

#include <cstdio>
#include <cstring>
#include <functional>
#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gstinterpolationcontrolsource.h>
#include <gst/webmedia/webmedia.h>
#include <memory>

namespace bench {

namespace {

constexpr int kQuantum = 128;

// What drives a property.
enum class Driver { none, interpolation, time_line };

struct Contender {
  const char *name;
  const char *description;
  Driver driver = Driver::none;
  // Of one channel, with as many samples: for an example that has but one.
  bool is_mono = false;
};

constexpr char kGain[] = "audioworklet processor=gain gain::value=0.5";
constexpr Contender kContenders[] = {
    {"identity", "identity silent=true"},
    {"volume", "volume volume=0.5"},
    {"audioamplify", "audioamplify amplification=0.5"},
    {"LADSPA amp_stereo", "ladspa-amp-so-amp-stereo gain=0.5"},
    {"audioworklet gain", kGain},
    {"LV2 gain", "urn-gst-webmedia-stereo-gain gain=0.5"},
    {"LV2 eg-amp, one channel", "lv2plug-in-plugins-eg-amp", Driver::none,
        true},
    {"audioworklet gain, one channel", kGain, Driver::none, true},
    {"volume, controlled", "volume", Driver::interpolation},
    {"audioworklet gain, controlled", "audioworklet processor=gain",
        Driver::interpolation},
    {"audioworklet gain, time line", "audioworklet processor=gain",
        Driver::time_line},
};

size_t
find (const char *name)
{
  size_t i = 0;
  while (strcmp (kContenders[i].name, name) != 0)
    i++;
  return i;
}

// Over times that no run comes to the end of.
GstControlSource *
make_ramp (Driver driver)
{
  constexpr GstClockTime kLong = 1000000 * GST_SECOND;
  if (driver == Driver::time_line) {
    GstWebAutomationTimeline *line = gst_web_automation_timeline_new (0);
    gst_web_automation_timeline_linear_ramp_to_value_at_time (
        line, 1, kLong, nullptr);
    return GST_CONTROL_SOURCE (line);
  }
  GstControlSource *source = gst_interpolation_control_source_new ();
  g_object_set (source, "mode", GST_INTERPOLATION_MODE_LINEAR, nullptr);
  auto timed = GST_TIMED_VALUE_CONTROL_SOURCE (source);
  gst_timed_value_control_source_set (timed, 0, 0);
  gst_timed_value_control_source_set (timed, kLong, 1);
  return source;
}

void
drive (GstElement *element, Driver driver)
{
  if (driver == Driver::none)
    return;
  const bool is_worklet = GST_IS_CHILD_PROXY (element);
  GstObject *object =
      is_worklet ? GST_OBJECT (
          gst_child_proxy_get_child_by_name (GST_CHILD_PROXY (element), "gain"))
                 : GST_OBJECT (gst_object_ref (element));
  GstControlSource *source = make_ramp (driver);
  gst_object_add_control_binding (
      object, gst_direct_control_binding_new_absolute (
                  object, is_worklet ? "value" : "volume", source));
  gst_object_unref (source);
  gst_object_unref (object);
}

// Nanoseconds for each 128 frames, beyond what the pads cost.
struct Costs {
  std::string failure;
  std::vector<double> rounds;
};

std::vector<Costs>
measure (int frames, int rounds, const char *only)
{
  const SoundShape stereo{2, frames}, mono{1, 2 * frames};
  const int buffers = 2000 * 1024 / (frames + 512);
  FilterRig floor ("", stereo), mono_floor ("", mono);
  std::vector<std::unique_ptr<FilterRig>> rigs;
  std::vector<Costs> costs;
  for (const Contender &contender : kContenders) {
    rigs.push_back (std::make_unique<FilterRig> (
        contender.description, contender.is_mono ? mono : stereo));
    costs.push_back ({rigs.back ()->failure (), {}});
    if (only && strcmp (only, contender.name) != 0)
      costs.back ().failure = "left out";
    if (costs.back ().failure.empty ()) {
      drive (rigs.back ()->element (), contender.driver);
      rigs.back ()->run (buffers / 4);
    }
  }
  const double quanta = double (frames) / kQuantum;
  for (int round = 0; round < rounds; round++)
    for (size_t i = 0; i < rigs.size (); i++) {
      if (!costs[i].failure.empty ())
        continue;
      // The floor before and after it.
      FilterRig &under = kContenders[i].is_mono ? mono_floor : floor;
      const double before = under.run (buffers);
      const double with = rigs[i]->run (buffers);
      const double after = under.run (buffers);
      if (with < 0)
        costs[i].failure = "failed while it ran";
      costs[i].rounds.push_back ((with - (before + after) / 2) / quanta);
    }
  return costs;
}

std::vector<double>
pair_up (const Costs &one, const Costs &other,
    const std::function<double (double, double)> &what)
{
  std::vector<double> all;
  for (size_t i = 0; i < std::min (one.rounds.size (), other.rounds.size ());
       i++)
    all.push_back (what (one.rounds[i], other.rounds[i]));
  return all;
}

double
ratio (const Costs &one, const Costs &other)
{
  return median (
      pair_up (one, other, [] (double a, double b) { return a / b; }));
}

double
difference (const Costs &one, const Costs &other)
{
  return median (
      pair_up (one, other, [] (double a, double b) { return a - b; }));
}

void
print (const std::vector<Costs> &costs, int frames, int rounds)
{
  printf ("\nBuffers of %d frames: %d rounds\n", frames, rounds);
  const size_t gain = find ("audioworklet gain");
  Table table ({"", "ns/quantum", "least", "most", "gain's time / its"});
  for (size_t i = 0; i < costs.size (); i++)
    if (!costs[i].failure.empty ())
      printf ("%s: %s\n", kContenders[i].name, costs[i].failure.c_str ());
    else
      table.add ({kContenders[i].name, number (median (costs[i].rounds)),
          number (percentile (costs[i].rounds, 0)),
          number (percentile (costs[i].rounds, 1)),
          costs[gain].rounds.empty ()
              ? "-"
              : number (ratio (costs[gain], costs[i]))});
  table.print ();
}

// One of them beside another one, if both have run.
void
judge (const std::vector<Costs> &costs, int frames, const char *name,
    const char *other, double most, bool is_ratio)
{
  const Costs &one = costs[find (name)], &two = costs[find (other)];
  if (one.rounds.empty () || two.rounds.empty ())
    return;
  const std::string size = ", " + std::to_string (frames) + " frames";
  if (is_ratio)
    print_verdict (std::string (name) + " / " + other + size, ratio (one, two),
        true, most);
  else
    print_verdict (std::string (name) + ", ns more than " + other + size,
        std::max (difference (one, two), 0.0), true, most);
}

} // namespace

int
run_audioworklet (int argc, char **argv)
{
  int rounds = 31;
  int messages = 1000000;
  char *only = nullptr;
  const GOptionEntry entries[] = {
      {"rounds", 0, 0, G_OPTION_ARG_INT, &rounds, "rounds (31)", "N"},
      {"messages", 0, 0, G_OPTION_ARG_INT, &messages,
          "messages each way (1000000); 0: leave that out", "N"},
      {"contender", 0, 0, G_OPTION_ARG_STRING, &only,
          "only this one of the table: for a profiler", "NAME"},
      {},
  };
  GOptionContext *context = g_option_context_new (
      "- measure a gain of AudioWorklet beside other filters");
  g_option_context_add_main_entries (context, entries, nullptr);
  GError *error = nullptr;
  const bool parsed = g_option_context_parse (context, &argc, &argv, &error);
  if (!parsed)
    fprintf (stderr, "%s\n", error->message);
  g_clear_error (&error);
  g_option_context_free (context);
  if (!parsed)
    return 2;
  printf ("Processor time for 128 frames in stereo, beyond two pads.\n");
  std::vector<std::vector<Costs>> all;
  const int sizes[] = {128, 1024};
  for (int frames : sizes) {
    all.push_back (measure (frames, rounds, only));
    print (all.back (), frames, rounds);
  }
  printf ("\n");
  for (size_t i = 0; i < all.size (); i++) {
    judge (all[i], sizes[i], "audioworklet gain", "LADSPA amp_stereo", 1, true);
    judge (all[i], sizes[i], "audioworklet gain", "LV2 gain", 1, true);
    judge (all[i], sizes[i], "audioworklet gain, one channel",
        "LV2 eg-amp, one channel", 1, true);
  }
  judge (all[1], 1024, "audioworklet gain", "volume", 150, false);
  for (const char *driven :
      {"audioworklet gain, controlled", "audioworklet gain, time line"})
    judge (all[1], 1024, driven, "audioworklet gain", 500, false);
  if (messages > 0 && !only)
    measure_messages (messages);
  g_free (only);
  return 0;
}

} // namespace bench
