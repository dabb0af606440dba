// SPDX-License-Identifier: LGPL-2.1-or-later
// Another track in place of the one that is played, and nobody at all.
#include "support/playback.hh"

#include <future>
#include <optional>

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;

namespace {

// Links another pad of a bin in place of one, on the thread of that one, just
// before the frame at `time`.
// Threads: thread-bound.
class Switch {
public:
  Switch (GstElement *bin, const char *from, const char *to, int64_t time,
      GstPadLinkCheck checks)
      : from_ (gst_element_get_static_pad (bin, from)),
        to_ (to ? gst_element_get_static_pad (bin, to) : nullptr),
        time_ (GstClockTime (time)),
        checks_ (checks)
  {
    fail_unless (from_ && (to_ || !to));
    gst_pad_add_probe (from_, GST_PAD_PROBE_TYPE_BUFFER, probe, this, nullptr);
    if (to_)
      gst_pad_add_probe (to_, GST_PAD_PROBE_TYPE_BUFFER, look, this, nullptr);
  }
  ~Switch ()
  {
    gst_object_unref (from_);
    gst_clear_object (&to_);
  }

  // Of the first frame of the other one that was taken; when all has ended.
  bool is_discont () const { return discont_.value (); }
  size_t count_before = 0; // frames in `out` when it happened
  Recorder *out = nullptr;

private:
  static GstPadProbeReturn probe (
      GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    auto self = static_cast<Switch *> (data);
    if (GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info)) < self->time_)
      return GST_PAD_PROBE_OK;
    GstPad *peer = gst_pad_get_peer (self->from_);
    gst_pad_unlink (self->from_, peer);
    if (self->out)
      self->count_before = self->out->count ();
    if (self->to_)
      fail_unless_equals_int (
          gst_pad_link_full (self->to_, peer, self->checks_), GST_PAD_LINK_OK);
    gst_object_unref (peer);
    return GST_PAD_PROBE_REMOVE;
  }
  static GstPadProbeReturn look (
      GstPad *pad, GstPadProbeInfo *info, gpointer data)
  {
    auto self = static_cast<Switch *> (data);
    if (!gst_pad_is_linked (pad))
      return GST_PAD_PROBE_OK;
    self->discont_ = GST_BUFFER_FLAG_IS_SET (
        GST_PAD_PROBE_INFO_BUFFER (info), GST_BUFFER_FLAG_DISCONT);
    return GST_PAD_PROBE_REMOVE;
  }

  GstPad *const from_;
  GstPad *to_;
  const GstClockTime time_;
  const GstPadLinkCheck checks_;
  std::optional<bool> discont_;
};

} // namespace

static constexpr auto kSilent = GstPadLinkCheck (
    GST_PAD_LINK_CHECK_DEFAULT | GST_PAD_LINK_CHECK_NO_RECONFIGURE);

// To PAUSED, until the pads of `m` are there.
static void
pause_with_pads (Pipeline &pipeline)
{
  std::promise<void> done;
  gulong id = g_signal_connect (pipeline.get ("m"), "no-more-pads",
      G_CALLBACK (+[] (GstElement *, gpointer promise) {
        static_cast<std::promise<void> *> (promise)->set_value ();
      }),
      &done);
  pipeline.set_state (GST_STATE_PAUSED, false);
  done.get_future ().wait ();
  g_signal_handler_disconnect (pipeline.get ("m"), id);
}

// Two tracks of a kind; the first is played to 3.7 s, the second from there.
static void
play_both (const char *type, const char *file, GstPadLinkCheck checks,
    std::vector<Output> *before, std::vector<Output> *after)
{
  std::string kind (type, 5);
  Owner owner ("mse://t");
  Pipeline pipeline (
      "msebin name=m uri=mse://t m." + kind + "_0 ! fakesink name=s");
  Recorder out (pipeline.get ("s"));
  pipeline.set_state (GST_STATE_READY);
  auto old_one = owner.add (type), new_one = owner.add (type);
  owner.append (old_one, split_mp4 (media_bytes (file))[0]);
  owner.append (new_one, media_bytes (file));
  // Both pads are there before the first frame.
  pause_with_pads (pipeline);
  Switch change (pipeline.get ("m"), (kind + "_0").c_str (),
      (kind + "_1").c_str (), 3700 * kMs, checks);
  change.out = &out;
  pipeline.play ();
  owner.append (old_one, media_bytes (file));
  owner.end ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless (change.is_discont ());
  auto outputs = out.outputs ();
  auto at = outputs.begin () + long (change.count_before);
  before->assign (outputs.begin (), at);
  after->assign (at, outputs.end ());
}

// All of the second track from its first frame here on.
static void
check_whole (const std::vector<Output> &before,
    const std::vector<Output> &after, size_t total)
{
  fail_unless (!after.empty () && after[0].keyframe);
  fail_unless (after[0].pts <= before.back ().end ());
  for (size_t i = 1; i < after.size (); i++)
    fail_unless (after[i].dts > after[i - 1].dts);
  // The frames of both tracks are the same ones.
  size_t skipped = 0;
  while (before[skipped].pts != after[0].pts)
    if (++skipped == before.size ())
      break;
  fail_unless_equals_int (skipped + after.size (), total);
}

GST_START_TEST (a_track_goes_on_where_another_was_unlinked)
{
  for (GstPadLinkCheck checks : {GST_PAD_LINK_CHECK_DEFAULT, kSilent}) {
    std::vector<Output> before, after;
    play_both ("audio/mp4", "a.mp4", checks, &before, &after);
    check_whole (before, after, 376);
  }
}
GST_END_TEST;

GST_START_TEST (pictures_go_on_at_a_random_access_point)
{
  for (GstPadLinkCheck checks : {GST_PAD_LINK_CHECK_DEFAULT, kSilent}) {
    std::vector<Output> before, after;
    play_both ("video/mp4", "v.mp4", checks, &before, &after);
    check_whole (before, after, 200);
    fail_unless (after[0].pts <= 3700 * kMs);
  }
}
GST_END_TEST;

GST_START_TEST (a_track_is_switched_beside_another_that_plays_on)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("msebin name=m uri=mse://t m.video_0 ! fakesink name=v "
                     "m.audio_0 ! fakesink name=a");
  Recorder video (pipeline.get ("v")), audio (pipeline.get ("a"));
  pipeline.set_state (GST_STATE_READY);
  auto pictures = owner.add ("video/mp4");
  auto old_one = owner.add ("audio/mp4"), new_one = owner.add ("audio/mp4");
  auto parts = split_mp4 (media_bytes ("v.mp4"));
  owner.append (pictures, parts[0]);
  owner.append (pictures, parts[1]);
  owner.append (old_one, split_mp4 (media_bytes ("a.mp4"))[0]);
  owner.append (new_one, media_bytes ("a.mp4"));
  pause_with_pads (pipeline);
  Switch change (pipeline.get ("m"), "audio_0", "audio_1", 2000 * kMs,
      GST_PAD_LINK_CHECK_DEFAULT);
  pipeline.play ();
  owner.append (old_one, media_bytes ("a.mp4"));
  audio.wait_count (300); // the other one plays
  for (size_t i = 2; i < parts.size (); i++)
    owner.append (pictures, parts[i]);
  owner.end ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (video.count (), 200);
  fail_unless (audio.outputs ().back ().pts > 7900 * kMs);
}
GST_END_TEST;

static unsigned
count_errors (Pipeline &pipeline)
{
  unsigned count = 0;
  pipeline.set_state (GST_STATE_READY);
  GstBus *bus = gst_element_get_bus (*pipeline);
  while (GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR)) {
    count++;
    gst_message_unref (message);
  }
  gst_object_unref (bus);
  return count;
}

static void
check_not_linked (Pipeline &pipeline)
{
  GstMessage *message =
      pipeline.wait (GstMessageType (GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
  fail_unless_equals_string (GST_MESSAGE_TYPE_NAME (message), "error");
  const GstStructure *details;
  gst_message_parse_error_details (message, &details);
  int flow = GST_FLOW_OK;
  fail_unless (
      details && gst_structure_get_int (details, "flow-return", &flow));
  fail_unless_equals_int (flow, GST_FLOW_NOT_LINKED);
  gst_message_unref (message);
  fail_unless_equals_int (int (count_errors (pipeline)), 0);
}

GST_START_TEST (pads_none_of_which_is_linked_are_one_error)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("msebin name=m uri=mse://t fakesink");
  pipeline.set_state (GST_STATE_READY);
  auto pictures = owner.add ("video/mp4"), sound = owner.add ("audio/mp4");
  auto cues = owner.add ("video/mp4; codecs=wvtt");
  owner.append (pictures, media_bytes ("v.mp4"));
  owner.append (sound, media_bytes ("a.mp4"));
  owner.append (cues, split_mp4 (media_bytes ("webvtt.mp4"))[0]);
  pipeline.play ();
  check_not_linked (pipeline);
}
GST_END_TEST;

GST_START_TEST (the_last_link_that_goes_is_an_error)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("msebin name=m uri=mse://t m.audio_0 ! fakesink");
  pipeline.set_state (GST_STATE_READY);
  auto old_one = owner.add ("audio/mp4"), new_one = owner.add ("audio/mp4");
  owner.append (old_one, split_mp4 (media_bytes ("a.mp4"))[0]);
  owner.append (new_one, media_bytes ("a.mp4"));
  pause_with_pads (pipeline);
  Switch change (pipeline.get ("m"), "audio_0", nullptr, 2000 * kMs,
      GST_PAD_LINK_CHECK_DEFAULT);
  pipeline.play ();
  owner.append (old_one, media_bytes ("a.mp4"));
  check_not_linked (pipeline);
}
GST_END_TEST;

// One that has not got any frame has not tried, until it ends without.
GST_START_TEST (a_track_without_frames_may_still_be_linked)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("msebin name=m uri=mse://t fakesink name=s");
  pipeline.set_state (GST_STATE_READY);
  auto old_one = owner.add ("audio/mp4"), new_one = owner.add ("audio/mp4");
  owner.append (old_one, media_bytes ("a.mp4"));
  owner.append (new_one, split_mp4 (media_bytes ("a.mp4"))[0]);
  pipeline.play ();
  gst_message_unref (pipeline.wait (GST_MESSAGE_STREAM_COLLECTION));
  owner.end ();
  check_not_linked (pipeline);
}
GST_END_TEST;

GST_START_TEST (the_end_of_the_track_that_plays_is_no_error)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("msebin name=m uri=mse://t m.audio_0 ! fakesink");
  pipeline.set_state (GST_STATE_READY);
  auto old_one = owner.add ("audio/mp4"), new_one = owner.add ("audio/mp4");
  owner.append (old_one, media_bytes ("a.mp4"));
  owner.append (new_one, media_bytes ("a.mp4"));
  pause_with_pads (pipeline);
  Recorder other (pipeline.get ("audio_1"), "src");
  pipeline.play ();
  other.wait_count (2); // after the first one, it is known to be unlinked
  fail_unless (gst_web_media_source_remove_source_buffer (
      owner.source (), old_one, nullptr));
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (int (count_errors (pipeline)), 0);
}
GST_END_TEST;

// Whoever is behind the next element may be late, but not for ever.
GST_START_TEST (a_link_that_is_missing_behind_another_is_an_error)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("msebin name=m uri=mse://t m.audio_0 ! identity");
  pipeline.set_state (GST_STATE_READY);
  auto old_one = owner.add ("audio/mp4"), new_one = owner.add ("audio/mp4");
  owner.append (old_one, media_bytes ("a.mp4"));
  owner.append (new_one, media_bytes ("a.mp4"));
  pipeline.play ();
  check_not_linked (pipeline);
}
GST_END_TEST;

// The ids of a collection of so many streams.
static std::vector<std::string>
wait_streams (Pipeline &pipeline, guint count)
{
  for (;;) {
    GstMessage *message = pipeline.wait (
        GstMessageType (GST_MESSAGE_STREAM_COLLECTION | GST_MESSAGE_ERROR));
    fail_unless_equals_string (
        GST_MESSAGE_TYPE_NAME (message), "stream-collection");
    GstStreamCollection *collection;
    gst_message_parse_stream_collection (message, &collection);
    std::vector<std::string> ids;
    for (guint i = 0; i < gst_stream_collection_get_size (collection); i++)
      ids.push_back (gst_stream_get_stream_id (
          gst_stream_collection_get_stream (collection, i)));
    gst_object_unref (collection);
    gst_message_unref (message);
    if (ids.size () == count)
      return ids;
  }
}

static void
select_stream (Pipeline &pipeline, const std::string &id)
{
  GList *list = g_list_append (nullptr, const_cast<char *> (id.c_str ()));
  fail_unless (
      gst_element_send_event (*pipeline, gst_event_new_select_streams (list)));
  g_list_free (list);
}

// A bus filters extended types by single bits: other ones come along.
static void
wait_selected (Pipeline &pipeline)
{
  for (bool selected = false; !selected;) {
    GstMessage *message = pipeline.wait (
        GstMessageType (GST_MESSAGE_STREAMS_SELECTED | GST_MESSAGE_ERROR));
    fail_unless (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR);
    selected = GST_MESSAGE_TYPE (message) == GST_MESSAGE_STREAMS_SELECTED;
    gst_message_unref (message);
  }
}

namespace {

// decodebin3 (1.22) looks at the streams of all of its slots in a selection,
// also where one has not come to its slot yet.
// Threads: thread-safe.
class Slots {
public:
  // Of a playbin3 that is not more than READY.
  explicit Slots (GstElement *playbin)
  {
    g_signal_connect (
        playbin, "deep-element-added", G_CALLBACK (on_element), this);
    GstIterator *all = gst_bin_iterate_recurse (GST_BIN (playbin));
    fail_unless_equals_int (gst_iterator_foreach (
                                all,
                                [] (const GValue *value, gpointer self) {
                                  auto element = static_cast<GstElement *> (
                                      g_value_get_object (value));
                                  on_element (nullptr, nullptr, element,
                                      static_cast<Slots *> (self));
                                },
                                this),
        GST_ITERATOR_DONE);
    gst_iterator_free (all);
  }

  // Until so many have a stream.
  void wait (int count)
  {
    std::unique_lock locker (lock_);
    filled_.wait (locker, [&] { return count_ >= count; });
  }

private:
  static bool is_a (gpointer element, const char *factory)
  {
    GstElementFactory *made_by =
        gst_element_get_factory (GST_ELEMENT (element));
    return made_by && g_str_equal (GST_OBJECT_NAME (made_by), factory);
  }
  static void on_element (GstBin *, GstBin *, GstElement *element, Slots *self)
  {
    GstObject *parent = GST_OBJECT_PARENT (element);
    if (parent && is_a (element, "multiqueue") && is_a (parent, "decodebin3"))
      g_signal_connect (element, "pad-added", G_CALLBACK (on_pad), self);
  }
  static void on_pad (GstElement *, GstPad *pad, Slots *self)
  {
    if (GST_PAD_IS_SRC (pad))
      gst_pad_add_probe (
          pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self, nullptr);
  }
  // Caps come behind what begins a stream.
  static GstPadProbeReturn on_event (
      GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    auto self = static_cast<Slots *> (data);
    if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_CAPS)
      return GST_PAD_PROBE_OK;
    std::lock_guard locker (self->lock_);
    self->count_++;
    self->filled_.notify_all ();
    return GST_PAD_PROBE_REMOVE;
  }

  std::mutex lock_;
  std::condition_variable filled_;
  int count_ = 0;
};

} // namespace

// One and the other in turn, while there is no media to play. It does not wait
// for the end, or for the last frames: decodebin3 (1.22) can keep them where a
// stream that is not selected has filled its queue.
GST_START_TEST (playbin3_selects_another_track)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("playbin3 uri=mse://t flags=audio "
                     "audio-sink=\"fakesink name=a\"");
  Slots slots (*pipeline);
  pipeline.set_state (GST_STATE_READY);
  pipeline.play ();
  auto old_one = owner.add ("audio/aac"), new_one = owner.add ("audio/aac");
  Bytes file = media_bytes ("adts.aac");
  constexpr long kParts = 16;
  auto append = [&] (long part) {
    long size = long (file.size ());
    Bytes bytes (file.begin () + size * part / kParts,
        file.begin () + size * (part + 1) / kParts);
    owner.append (old_one, bytes);
    owner.append (new_one, bytes);
  };
  append (0);
  auto ids = wait_streams (pipeline, 2);
  gst_message_unref (pipeline.wait (GST_MESSAGE_ASYNC_DONE));
  if (!gstreamer_is_after_1_22 ())
    slots.wait (2);
  Recorder out (pipeline.get ("a"));
  for (long i = 1; i < kParts; i++) {
    select_stream (pipeline, ids[size_t (i) % 2]);
    wait_selected (pipeline);
    append (i);
  }
  constexpr int64_t kHalf = 376 / 2 * 1024 * int64_t (GST_SECOND) / 48000;
  for (;;) {
    auto heard = out.outputs ();
    if (!heard.empty () && heard.back ().pts >= kHalf)
      break;
    out.wait_count (heard.size () + 1);
  }
  fail_unless_equals_int (count_errors (pipeline), 0);
}
GST_END_TEST;

static Suite *
msebin_switch_suite (void)
{
  Suite *suite = suite_create ("msebin-switch");
  TCase *tcase = tcase_create ("switch");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_track_goes_on_where_another_was_unlinked);
  tcase_add_test (tcase, pictures_go_on_at_a_random_access_point);
  tcase_add_test (tcase, a_track_is_switched_beside_another_that_plays_on);
  tcase_add_test (tcase, pads_none_of_which_is_linked_are_one_error);
  tcase_add_test (tcase, the_last_link_that_goes_is_an_error);
  tcase_add_test (tcase, a_track_without_frames_may_still_be_linked);
  tcase_add_test (tcase, the_end_of_the_track_that_plays_is_no_error);
  tcase_add_test (tcase, a_link_that_is_missing_behind_another_is_an_error);
  tcase_add_test (tcase, playbin3_selects_another_track);
  return suite;
}

GST_CHECK_MAIN (msebin_switch)
