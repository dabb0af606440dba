// SPDX-License-Identifier: LGPL-2.1-or-later
// How long messages take to a processor and back while its element plays.
#include "bench/audioworklet.hh"
#include "bench/figures.hh"
#include "bench/table.hh"

#include <atomic>
#include <cstdio>
#include <gst/gst.h>

namespace bench {

namespace {

constexpr int kPerMillisecond = 70;
constexpr double kQuantum = 128 / 48.0; // milliseconds

struct Arrivals {
  std::vector<double> there; // milliseconds to the processor
  std::vector<double> back;  // and from it
  guint64 expected = 0;      // the number of the next one
  guint64 wrong = 0;         // came out of order, or after a lost one
  std::atomic<guint64> count{0};
};

// On the thread that renders, or the one that posts, one at a time.
void
on_message (GstElement *, GVariant *message, gpointer data)
{
  auto &arrivals = *static_cast<Arrivals *> (data);
  const uint64_t time = now ();
  guint64 number, posted, handled;
  g_variant_get (message, "(ttt)", &number, &posted, &handled);
  arrivals.wrong += number != arrivals.expected;
  arrivals.expected = number + 1;
  arrivals.there.push_back (double (handled - posted) / 1e6);
  arrivals.back.push_back (double (time - handled) / 1e6);
  arrivals.count++;
}

GstBusSyncReply
drop (GstBus *, GstMessage *message, gpointer)
{
  gst_message_unref (message);
  return GST_BUS_DROP;
}

void
post_all (GstElement *element, int count)
{
  uint64_t next = now ();
  for (int i = 0; i < count; i++) {
    if (i % kPerMillisecond == 0) {
      wait_until (next);
      next += 1000000;
    }
    gboolean is_posted = FALSE;
    g_signal_emit_by_name (element, "post-message",
        g_variant_new ("(tt)", guint64 (i), guint64 (now ())), &is_posted);
  }
}

void
print (const Arrivals &arrivals, int count)
{
  Table table ({"ms", "p50", "p99", "most"});
  for (const auto &[name, ages] :
      {std::pair ("to the processor", &arrivals.there),
          std::pair ("and back", &arrivals.back)})
    table.add ({name, number (percentile (*ages, 0.5)),
        number (percentile (*ages, 0.99)), number (percentile (*ages, 1))});
  printf ("\n%d messages each way, %d in each millisecond, at buffers of 128 "
          "frames\n",
      count, kPerMillisecond);
  table.print ();
  printf ("\n");
  print_verdict ("messages that did not come back",
      double (guint64 (count) - arrivals.count), true, 0);
  print_verdict (
      "messages that came out of order", double (arrivals.wrong), true, 0);
  print_verdict ("p99 to the processor, ms", percentile (arrivals.there, 0.99),
      true, kQuantum + 0.2);
}

} // namespace

void
measure_messages (int count)
{
  GError *error = nullptr;
  GstElement *pipeline = gst_parse_launch (
      "audiotestsrc is-live=true samplesperbuffer=128 ! "
      "audio/x-raw,rate=48000,channels=2 ! audioworklet name=echo "
      "module=" BENCH_ECHO_MODULE " processor=echo ! fakesink",
      &error);
  if (error) {
    printf ("messages: %s\n", error->message);
    g_error_free (error);
    return;
  }
  GstBus *bus = gst_element_get_bus (pipeline);
  gst_bus_set_sync_handler (bus, drop, nullptr, nullptr);
  gst_object_unref (bus);
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), "echo");
  Arrivals arrivals;
  arrivals.there.reserve (size_t (count));
  arrivals.back.reserve (size_t (count));
  g_signal_connect (element, "message", G_CALLBACK (on_message), &arrivals);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_element_get_state (pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
  wait_for (0.2);
  post_all (element, count);
  for (int i = 0; i < 100 && arrivals.count < guint64 (count); i++)
    wait_for (0.01);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (element);
  gst_object_unref (pipeline);
  print (arrivals, count);
}

} // namespace bench
