// SPDX-License-Identifier: LGPL-2.1-or-later
// Which input's thread renders, where others go on without it.
#include "support/worklet-mixer.hh"

#include <atomic>

using namespace webmedia::test;

static constexpr int kPushes = 20000; // of the input that goes on
static constexpr size_t kFrames = 128;

namespace {

// Two inputs: the first one goes on and on, the second one takes no part any
// more from a round on that its own thread renders.
class Turns {
public:
  using Leave = void (*) (Mixer &);

  explicit Turns (Leave leave) : leave_ (leave)
  {
    auto look = [] (GstPad *, GstPadProbeInfo *info, gpointer self) {
      static_cast<Turns *> (self)->look (
          GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info)));
      return GST_PAD_PROBE_DROP;
    };
    using Look = GstPadProbeReturn (*) (GstPad *, GstPadProbeInfo *, gpointer);
    GstPad *pad = gst_element_get_static_pad (mixer_.element (), "src");
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, static_cast<Look> (look),
        this, nullptr);
    gst_object_unref (pad);
  }

  // How often the first one was pushed into until the second one was free.
  int run (bool ends)
  {
    std::thread other ([this, ends] {
      other_ = std::this_thread::get_id ();
      is_ready_ = true;
      for (size_t i = 0; !has_left_; i++)
        mixer_.try_push (1, time_of (i * kFrames), kFrames);
      if (ends)
        mixer_.end (1);
      is_free_ = true;
    });
    while (!is_ready_)
      std::this_thread::yield ();
    while (!is_free_ && pushes_ < kPushes) {
      const GstClockTime time = time_of (size_t (pushes_++) * kFrames);
      mixer_.try_push (0, time, kFrames);
    }
    is_over_ = true;
    // What waits for the first one goes on.
    mixer_.end (0);
    other.join ();
    return pushes_;
  }

private:
  // It lasts until the first one has brought the next buffer already.
  void look (GstClockTime pts)
  {
    if (std::this_thread::get_id () != other_)
      return;
    if (!has_left_ && leave_)
      leave_ (mixer_);
    has_left_ = true;
    const guint64 frame = gst_util_uint64_scale_round (pts, kRate, GST_SECOND);
    while (pushes_ < int (frame / kFrames) + 3 && !is_over_)
      std::this_thread::yield ();
  }

  Mixer mixer_{2};
  const Leave leave_;
  std::atomic<std::thread::id> other_{};
  std::atomic<bool> is_ready_{false}, has_left_{false}, is_free_{false},
      is_over_{false};
  std::atomic<int> pushes_{0}; // that the first one has begun
};

} // namespace

// Its thread would render what the others bring for ever, and who stops what is
// before it would wait for that.
GST_START_TEST (who_is_not_linked_any_more_renders_for_nobody_else)
{
  Turns turns ([] (Mixer &mixer) { mixer.unlink (1); });
  fail_unless (turns.run (false) < kPushes, "it renders for the other one");
}
GST_END_TEST

GST_START_TEST (who_has_ended_renders_for_nobody_else)
{
  Turns turns (nullptr);
  fail_unless (turns.run (true) < kPushes, "it renders for the other one");
}
GST_END_TEST

static Suite *
audioworklet_turns_suite (void)
{
  Suite *suite = suite_create ("audioworklet-turns");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, who_is_not_linked_any_more_renders_for_nobody_else);
  tcase_add_test (chain, who_has_ended_renders_for_nobody_else);
  return suite;
}

GST_CHECK_MAIN (audioworklet_turns)
