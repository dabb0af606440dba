// SPDX-License-Identifier: LGPL-2.1-or-later
// Several threads have the element in their hands before it starts.
#include "support/worklet-playing.hh"

#include <atomic>
#include <functional>
#include <latch>
#include <map>
#include <mutex>
#include <thread>

using namespace webmedia::test;

namespace {

// The children that signals have told of.
// Threads: thread-safe.
class Family {
public:
  explicit Family (GstElement *element) : element_ (element)
  {
    using Told = void (*) (GstChildProxy *, GObject *, gchar *, gpointer);
    Told on_added = [] (GstChildProxy *, GObject *child, gchar *,
                        gpointer self) {
      static_cast<Family *> (self)->add (child);
    };
    Told on_removed = [] (GstChildProxy *, GObject *child, gchar *,
                          gpointer self) {
      static_cast<Family *> (self)->remove (child);
    };
    g_signal_connect (element, "child-added", G_CALLBACK (on_added), this);
    g_signal_connect (element, "child-removed", G_CALLBACK (on_removed), this);
  }
  ~Family () { g_signal_handlers_disconnect_by_data (element_, this); }
  Family (const Family &) = delete;
  Family &operator= (const Family &) = delete;

  // On a thread of its own, which is waited for, when the first child comes.
  std::function<void ()> meanwhile;
  // They are those that are told of, and no other one belongs to the element.
  void check (const std::vector<std::string> &names)
  {
    auto proxy = GST_CHILD_PROXY (element_);
    fail_unless_equals_int (
        gst_child_proxy_get_children_count (proxy), names.size ());
    const std::lock_guard locker (lock_);
    size_t there = 0;
    for (const auto &[child, known] : known_) {
      const Own<GstObject> parent (gst_object_get_parent (GST_OBJECT (child)));
      fail_unless (known.is_there == (parent != nullptr), "\"%s\" is%s a child",
          GST_OBJECT_NAME (child), parent ? "" : " not");
      there += known.is_there;
    }
    fail_unless_equals_int (there, names.size ());
    for (const std::string &name : names) {
      const Own<GObject> child (
          gst_child_proxy_get_child_by_name (proxy, name.c_str ()));
      fail_unless (child && known_[child.get ()].is_there);
    }
  }

private:
  struct Known {
    Own<GObject> reference;
    bool is_there = false;
  };

  void add (GObject *child)
  {
    note (child, true);
    if (auto once = std::exchange (meanwhile, nullptr))
      std::thread (once).join ();
  }
  void remove (GObject *child) { note (child, false); }
  void note (GObject *child, bool is_there)
  {
    const std::lock_guard locker (lock_);
    Known &known = known_[child];
    if (!known.reference)
      known.reference.reset (G_OBJECT (g_object_ref (child)));
    known.is_there = is_there;
  }

  GstElement *const element_;
  std::mutex lock_;
  std::map<GObject *, Known> known_;
};

// It is constructed as its element starts, and sets that another processor.
class Meddling final : public gst::web::AudioProcessor {
public:
  Meddling (const gst::web::Options &options, GstWebAudioHost *host)
      : AudioProcessor (options, host)
  {
    g_object_set (element, "processor", "oscillator", nullptr);
  }
  bool process (const gst::web::Quantum &) { return true; }

  static inline GstElement *element;
};

// Posts at each quantum.
class Chatty final : public gst::web::AudioProcessor {
public:
  using AudioProcessor::AudioProcessor;
  bool process (const gst::web::Quantum &)
  {
    post_number (1);
    return true;
  }
};

} // namespace

// They may be set while it plays, from any thread.
GST_START_TEST (settings_of_several_threads_are_kept)
{
  const auto element = make_worklet_element ();
  std::latch start (2);
  std::thread other ([&] {
    start.arrive_and_wait ();
    for (int i = 0; i < 100000; i++) {
      gint found;
      g_object_set (element.get (), "on-error", i % 2, nullptr);
      g_object_get (element.get (), "on-error", &found, nullptr);
      fail_unless_equals_int (found, i % 2);
    }
  });
  start.arrive_and_wait ();
  for (guint64 i = 0; i < 100000; i++) {
    guint64 found;
    g_object_set (element.get (), "max-tail-time", i, nullptr);
    g_object_get (element.get (), "max-tail-time", &found, nullptr);
    fail_unless_equals_uint64 (found, i);
  }
  other.join ();
}
GST_END_TEST

GST_START_TEST (threads_that_ask_at_once_get_one_worklet)
{
  for (int i = 0; i < 300; i++) {
    const auto element = make_worklet_element ();
    GObject *found[2];
    std::latch start (2);
    auto ask = [&] (GObject **mine) {
      start.arrive_and_wait ();
      g_object_get (element.get (), "worklet", mine, nullptr);
    };
    std::thread other (ask, &found[0]);
    ask (&found[1]);
    other.join ();
    fail_unless (found[0] == found[1]);
    g_object_unref (found[0]);
    g_object_unref (found[1]);
  }
}
GST_END_TEST

// The other thread does not wait: the one that is in chooses once more.
GST_START_TEST (a_processor_that_is_set_while_children_come_is_the_last)
{
  const auto element = make_worklet_element ();
  Family family (element.get ());
  family.meanwhile = [&element] {
    g_object_set (element.get (), "processor", "panner", nullptr);
  };
  g_object_set (element.get (), "processor", "biquad", nullptr);
  family.check ({"pan"});
}
GST_END_TEST

GST_START_TEST (threads_that_set_the_processor_leave_no_child_behind)
{
  const auto element = make_worklet_element ();
  Family family (element.get ());
  std::latch start (2);
  auto set = [&] (const char *processor) {
    start.arrive_and_wait ();
    for (int i = 0; i < 300; i++)
      g_object_set (element.get (), "processor", processor, nullptr);
  };
  std::thread other (set, "biquad");
  set ("panner");
  other.join ();
  gchar *last;
  g_object_get (element.get (), "processor", &last, nullptr);
  if (g_str_equal (last, "panner"))
    family.check ({"pan"});
  else
    family.check ({"frequency", "detune", "Q", "gain"});
  g_free (last);
}
GST_END_TEST

static void
check_refused (GstElement *element, GstBus *bus, GstState state)
{
  fail_unless_equals_int (
      gst_element_set_state (element, state), GST_STATE_CHANGE_FAILURE);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != nullptr);
  GError *error;
  gst_message_parse_error (message, &error, nullptr);
  fail_unless (strstr (error->message, "before it starts") != nullptr, "%s",
      error->message);
  g_error_free (error);
  gst_message_unref (message);
}

// Another thread, which has set another processor or not; and the handler's
// own.
GST_START_TEST (it_does_not_start_while_its_settings_change)
{
  for (bool is_changed : {true, false})
    for (GstState state : {GST_STATE_READY, GST_STATE_PAUSED}) {
      const auto element = make_worklet_element ();
      const Own<GstBus> bus (gst_bus_new ());
      gst_element_set_bus (element.get (), bus.get ());
      Family family (element.get ());
      family.meanwhile = [&] {
        if (is_changed)
          g_object_set (element.get (), "processor", "panner", nullptr);
        check_refused (element.get (), bus.get (), state);
      };
      g_object_set (element.get (), "processor", "biquad", nullptr);
      fail_unless (!family.meanwhile); // it was called
      fail_unless (gst_element_set_state (element.get (), state)
                   != GST_STATE_CHANGE_FAILURE);
      if (is_changed)
        family.check ({"pan"});
      gst_element_set_state (element.get (), GST_STATE_NULL);
      gst_element_set_bus (element.get (), nullptr);
    }
}
GST_END_TEST

GST_START_TEST (what_is_set_as_it_starts_is_for_the_next_start)
{
  const auto worklet = make_worklet (48000);
  register_processor<Meddling> (worklet.get (), "meddling");
  const auto element = make_worklet_element ();
  Meddling::element = element.get ();
  g_object_set (element.get (), "worklet", worklet.get (), "processor",
      "meddling", nullptr);
  auto has_sink = [&element] {
    return bool (
        Own<GstPad> (gst_element_get_static_pad (element.get (), "sink")));
  };
  fail_unless (gst_element_set_state (element.get (), GST_STATE_PAUSED)
               != GST_STATE_CHANGE_FAILURE);
  fail_unless (has_sink ());
  gst_element_set_state (element.get (), GST_STATE_NULL);
  fail_unless (has_sink ());
  fail_unless_equals_int (
      gst_element_set_state (element.get (), GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  fail_if (has_sink ()); // an oscillator now
  gst_element_set_state (element.get (), GST_STATE_NULL);
}
GST_END_TEST

// Names that there are, and one that there is not.
GST_START_TEST (it_starts_while_another_thread_sets_the_processor)
{
  const auto element = make_worklet_element ();
  g_object_set (element.get (), "processor", "gain", nullptr);
  std::atomic<bool> is_over = false;
  std::thread other ([&] {
    constexpr const char *kNames[] = {"nope", "gain", "oscillator"};
    for (size_t i = 0; !is_over; i++)
      g_object_set (element.get (), "processor", kNames[i % 3], nullptr);
  });
  for (int i = 0; i < 300; i++) {
    gst_element_set_state (element.get (), GST_STATE_PAUSED);
    gst_element_set_state (element.get (), GST_STATE_NULL);
  }
  is_over = true;
  other.join ();
  // Nothing of that is left.
  g_object_set (element.get (), "processor", "gain", nullptr);
  fail_unless (gst_element_set_state (element.get (), GST_STATE_PAUSED)
               != GST_STATE_CHANGE_FAILURE);
  gst_element_set_state (element.get (), GST_STATE_NULL);
}
GST_END_TEST

// On the thread that goes on as an input is not waited for any more.
GST_START_TEST (who_is_told_by_a_thread_of_the_pool_may_stop_it)
{
  const auto worklet = make_worklet ();
  register_processor<Chatty> (worklet.get (), "chatty");
  const auto node =
      make_node (worklet.get (), "chatty", "{'numberOfInputs': <uint32 2>}");
  const auto element = make_worklet_element (node.get ());
  const Own<GstPad> other_pad (
      gst_element_request_pad_simple (element.get (), "sink_1"));
  Playing playing (element.get ());
  const Own<GstPad> source (gst_pad_new ("source", GST_PAD_SRC));
  gst_object_ref_sink (source.get ());
  fail_unless_equals_int (
      gst_pad_link (source.get (), other_pad.get ()), GST_PAD_LINK_OK);
  std::atomic<bool> is_stopped = false;
  using Stop = void (*) (GstElement *, GVariant *, gpointer);
  Stop stop = [] (GstElement *told, GVariant *, gpointer stopped) {
    gst_element_set_state (told, GST_STATE_NULL);
    *static_cast<std::atomic<bool> *> (stopped) = true;
  };
  g_signal_connect (element.get (), "message", G_CALLBACK (stop), &is_stopped);
  fail_unless_equals_int (playing.push (1024), GST_FLOW_OK);
  fail_if (is_stopped);
  fail_unless (gst_pad_unlink (source.get (), other_pad.get ()));
  while (!is_stopped)
    std::this_thread::yield ();
}
GST_END_TEST

static Suite *
audioworklet_settings_suite (void)
{
  Suite *suite = suite_create ("audioworklet-settings");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, settings_of_several_threads_are_kept);
  tcase_add_test (chain, threads_that_ask_at_once_get_one_worklet);
  tcase_add_test (
      chain, a_processor_that_is_set_while_children_come_is_the_last);
  tcase_add_test (chain, threads_that_set_the_processor_leave_no_child_behind);
  tcase_add_test (chain, it_does_not_start_while_its_settings_change);
  tcase_add_test (chain, what_is_set_as_it_starts_is_for_the_next_start);
  tcase_add_test (chain, it_starts_while_another_thread_sets_the_processor);
  tcase_add_test (chain, who_is_told_by_a_thread_of_the_pool_may_stop_it);
  return suite;
}

GST_CHECK_MAIN (audioworklet_settings)
