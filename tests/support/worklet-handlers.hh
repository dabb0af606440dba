// SPDX-License-Identifier: LGPL-2.1-or-later
// Handlers of messages, on the thread that renders, and what other threads are
// in meanwhile.
#pragma once

#include "support/push-pad.hh"
#include "support/worklet-playing.hh"

#include <atomic>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <thread>
#include <unistd.h>

namespace webmedia::test {

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

inline constexpr const char *kMono = "audio/x-raw,format=" GST_AUDIO_NE (
    F32) ",rate=48000,channels=1,layout=interleaved";
inline constexpr const char *kStereo = "audio/x-raw,format=" GST_AUDIO_NE (
    F32) ",rate=48000,channels=2,layout=interleaved";

// What the thread of the second input is in meanwhile.
struct Way {
  const char *name;
  std::function<void (PushPad &)> act;
};

inline const Way kWays[] = {
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
inline void
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

} // namespace webmedia::test
