// SPDX-License-Identifier: LGPL-2.1-or-later
// Handlers, on the thread that renders, that stop the element or release an
// input.
#include "support/push-pad.hh"
#include "support/worklet-playing.hh"

#include <atomic>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <thread>
#include <unistd.h>

using namespace webmedia::test;

namespace {

// Posts a message in each quantum.
class Chatty final : public gst::web::AudioProcessor {
public:
  using AudioProcessor::AudioProcessor;
  bool process (const gst::web::Quantum &)
  {
    post_number (1);
    return true;
  }
};

// What is to be done by who is told of the first message.
class AtMessage {
public:
  AtMessage (GstElement *element, std::function<void ()> act)
      : element_ (element),
        act_ (std::move (act))
  {
    using Told = void (*) (GstElement *, GVariant *, gpointer);
    Told told = [] (GstElement *, GVariant *, gpointer self) {
      if (auto once = std::exchange (static_cast<AtMessage *> (self)->act_, {}))
        once ();
    };
    g_signal_connect (element, "message", G_CALLBACK (told), this);
  }
  ~AtMessage () { g_signal_handlers_disconnect_by_data (element_, this); }
  AtMessage (const AtMessage &) = delete;
  AtMessage &operator= (const AtMessage &) = delete;

private:
  GstElement *const element_;
  std::function<void ()> act_;
};

// A thread, and whether it sleeps.
class Other {
public:
  explicit Other (std::function<void ()> act)
      : thread_ ([this, act = std::move (act)] {
          id_ = gettid ();
          act ();
        })
  {}
  ~Other () { thread_.join (); }

  // In what it does with the pad.
  void wait_until_asleep (GstPad *pad)
  {
    while (!has_lock_of (pad) || state () != 'S')
      std::this_thread::yield ();
  }

private:
  static bool has_lock_of (GstPad *pad)
  {
    if (!g_rec_mutex_trylock (GST_PAD_GET_STREAM_LOCK (pad)))
      return true;
    g_rec_mutex_unlock (GST_PAD_GET_STREAM_LOCK (pad));
    return false;
  }
  char state () const
  {
    std::ifstream file (
        "/proc/self/task/" + std::to_string (id_.load ()) + "/stat");
    const std::string text (std::istreambuf_iterator<char> (file), {});
    const size_t name_end = text.rfind (") ");
    return name_end == std::string::npos ? '?' : text[name_end + 2];
  }

  std::atomic<pid_t> id_{0};
  std::thread thread_; // last: it uses what is before
};

constexpr const char *kMono = "audio/x-raw,format=" GST_AUDIO_NE (
    F32) ",rate=48000,channels=1,layout=interleaved";
constexpr const char *kStereo = "audio/x-raw,format=" GST_AUDIO_NE (
    F32) ",rate=48000,channels=2,layout=interleaved";

// What the thread of the second input is in meanwhile.
struct Way {
  const char *name;
  std::function<void (PushPad &)> act;
};

const Way kWays[] = {
    {"its end",
        [] (PushPad &pad) {
          pad.push (gst_event_new_eos ());
        }},
    {"a tag",
        [] (PushPad &pad) {
          pad.push (gst_event_new_tag (gst_tag_list_new_empty ()));
        }},
    {"a segment",
        [] (PushPad &pad) {
          pad.push_segment ();
        }},
    {"caps",
        [] (PushPad &pad) {
          pad.push_caps (kStereo);
        }},
    {"a flush",
        [] (PushPad &pad) {
          pad.push (gst_event_new_flush_start ());
          pad.push (gst_event_new_flush_stop (TRUE));
        }},
};

// An element with two inputs. The second one has what the first one waits for.
struct Joined {
  Joined ()
      : worklet (make_worklet ()),
        node ((register_processor<Chatty> (worklet.get (), "chatty"),
            make_node (
                worklet.get (), "chatty", "{'numberOfInputs': <uint32 2>}"))),
        element (make_worklet_element (node.get ())),
        other (element.get (), "sink_1"),
        playing (element.get ())
  {
    other.begin (kMono);
    auto buffer = gst_buffer_new_allocate (nullptr, 4096, nullptr);
    gst_buffer_memset (buffer, 0, 0, 4096);
    GST_BUFFER_PTS (buffer) = 0;
    fail_unless_equals_int (gst_pad_push (*other, buffer), GST_FLOW_OK);
  }
  void pull ()
  {
    GstBuffer *buffer = gst_harness_pull (*playing);
    fail_unless (buffer != nullptr);
    gst_buffer_unref (buffer);
  }

  const Own<GstWebAudioWorklet> worklet;
  const Own<GstWebAudioWorkletNode> node;
  const Own<GstElement> element;
  PushPad other;
  Playing playing;
};

// Of all that is told of by a thread that renders the first input, while
// another one waits for it in `way`.
void
act_in_handler (Joined &joined, const Way &way, std::function<void ()> act)
{
  std::optional<Other> thread;
  const Own<GstPad> pad (gst_pad_get_peer (*joined.other));
  AtMessage at_message (joined.element.get (), [&] {
    thread.emplace ([&] { way.act (joined.other); });
    thread->wait_until_asleep (pad.get ());
    act ();
  });
  joined.playing.push (1024);
  fail_unless (thread.has_value ());
}

} // namespace

GST_START_TEST (a_handler_stops_it_while_another_input_waits)
{
  for (const Way &way : kWays) {
    g_debug ("%s", way.name);
    Joined joined;
    act_in_handler (joined, way, [&joined] {
      fail_unless_equals_int (
          gst_element_set_state (joined.element.get (), GST_STATE_NULL),
          GST_STATE_CHANGE_SUCCESS);
    });
    fail_unless_equals_int (joined.playing.push (1024), GST_FLOW_FLUSHING);
  }
}
GST_END_TEST

// A thread of the pool goes on for it.
GST_START_TEST (a_handler_stops_it_after_an_input_was_unlinked)
{
  Joined joined;
  const Own<GstPad> pad (gst_pad_get_peer (*joined.other));
  bool is_stopped = false;
  AtMessage at_message (joined.element.get (), [&] {
    fail_unless (gst_pad_unlink (*joined.other, pad.get ()));
    gst_element_set_state (joined.element.get (), GST_STATE_NULL);
    is_stopped = true;
  });
  joined.playing.push (1024);
  fail_unless (is_stopped);
}
GST_END_TEST

// The first one goes on without it, also where it went in the middle of a
// flush.
GST_START_TEST (a_handler_releases_an_input_that_waits)
{
  for (const Way &way : kWays) {
    g_debug ("%s", way.name);
    Joined joined;
    act_in_handler (joined, way, [&joined] { joined.other.release (); });
    joined.pull ();
    fail_unless_equals_int (joined.playing.push (1024), GST_FLOW_OK);
    joined.pull ();
  }
}
GST_END_TEST

// On its own thread GStreamer refuses it: then another one can.
GST_START_TEST (a_source_can_be_stopped_after_a_handler_could_not)
{
  const auto worklet = make_worklet ();
  register_processor<Chatty> (worklet.get (), "chatty");
  const auto node =
      make_node (worklet.get (), "chatty", "{'numberOfInputs': <uint32 0>}");
  const auto element = make_worklet_element (node.get ());
  std::binary_semaphore is_playing{0}, is_tried{0};
  AtMessage at_message (element.get (), [&] {
    is_playing.acquire ();
    g_test_expect_message (
        "GStreamer", G_LOG_LEVEL_WARNING, "*Trying to join task*");
    g_test_expect_message (
        "GStreamer", G_LOG_LEVEL_CRITICAL, "*Failed to deactivate pad*");
    fail_unless_equals_int (
        gst_element_set_state (element.get (), GST_STATE_NULL),
        GST_STATE_CHANGE_FAILURE);
    g_test_assert_expected_messages ();
    is_tried.release ();
  });
  GstHarness *harness =
      gst_harness_new_with_element (element.get (), nullptr, "src");
  gst_harness_play (harness);
  is_playing.release ();
  is_tried.acquire ();
  fail_unless_equals_int (
      gst_element_set_state (element.get (), GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  while (GstBuffer *buffer = gst_harness_try_pull (harness))
    gst_buffer_unref (buffer);
  fail_unless_equals_int (
      gst_element_set_state (element.get (), GST_STATE_PLAYING),
      GST_STATE_CHANGE_SUCCESS);
  GstBuffer *again = gst_harness_pull (harness);
  fail_unless (again != nullptr);
  gst_buffer_unref (again);
  gst_harness_teardown (harness);
}
GST_END_TEST

static Suite *
audioworklet_stop_suite (void)
{
  Suite *suite = suite_create ("audioworklet-stop");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, a_handler_stops_it_while_another_input_waits);
  tcase_add_test (chain, a_handler_stops_it_after_an_input_was_unlinked);
  tcase_add_test (chain, a_handler_releases_an_input_that_waits);
  tcase_add_test (chain, a_source_can_be_stopped_after_a_handler_could_not);
  return suite;
}

GST_CHECK_MAIN (audioworklet_stop)
