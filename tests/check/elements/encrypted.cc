// SPDX-License-Identifier: LGPL-2.1-or-later
// Encrypted media: what the application hears of it, and what a decryptor gets.
#include "support/isobmff-writer.hh"
#include "support/playback.hh"
#include "support/test-decryptor.hh"

using namespace webmedia::mse;
using namespace webmedia::test;
using Bytes = webmedia::mse::Bytes;

static constexpr const char *kType = "video/mp4; codecs=\"avc1.64001e\"";
static constexpr const char *kSystem1 = "10111213-1415-1617-1819-1a1b1c1d1e1f";
static constexpr const char *kSystem5 = "50515253-5455-5657-5859-5a5b5c5d5e5f";

static Bytes
pssh (uint8_t first, uint8_t data = 0)
{
  return full_box ("pssh", 0, 0, payload (16, first) + u32 (1) + u8 (data));
}

static Bytes
encrypted_init (const Bytes &extra, const char *scheme = "cenc")
{
  TrackSpec track;
  Bytes keys = strcmp (scheme, "cbcs") == 0 ? tenc (0x19, 0, payload (16, 0x40))
                                            : tenc (0, 8);
  track.sample_entries = avc_entry ("encv", true, sinf ("avc1", scheme, keys));
  return ftyp () + moov ({track}, extra);
}

// One frame of 40 ms.
static Bytes
fragment (uint64_t number, const Bytes &extra = {})
{
  std::vector<SampleSpec> samples = {{40, 4, kSyncFlags}};
  Bytes info = full_box ("senc", 0, 0, u32 (1) + payload (8, uint8_t (number)));
  auto write = [&] (int32_t offset) {
    return moof (traf (1, number * 40, trun (samples, offset) + info) + extra);
  };
  return write (int32_t (write (0).size ()) + 8) + box ("mdat", payload (4));
}

static bool
is_equal (GstBuffer *buffer, const Bytes &bytes)
{
  return gst_buffer_get_size (buffer) == bytes.size ()
         && gst_buffer_memcmp (buffer, 0, bytes.data (), bytes.size ()) == 0;
}

namespace {

// What an application's handler of the signal `encrypted` notes.
struct Application {
  explicit Application (GstElement *element)
  {
    g_signal_connect (element, "encrypted", G_CALLBACK (on_encrypted), this);
  }

  static void on_encrypted (
      GstElement *element, const char *type, GstBuffer *data, Application *self)
  {
    fail_unless_equals_string (type, "cenc");
    std::unique_lock locker (self->lock);
    self->changed.wait (locker, [self] { return !self->busy; });
    self->heard.push_back (gst_buffer_ref (data));
    self->changed.notify_all ();
  }

  void wait (size_t count)
  {
    std::unique_lock locker (lock);
    changed.wait (locker, [&] { return heard.size () >= count; });
  }

  void set_busy (bool set)
  {
    std::lock_guard locker (lock);
    busy = set;
    changed.notify_all ();
  }

  ~Application ()
  {
    for (GstBuffer *each : heard)
      gst_buffer_unref (each);
  }

  std::mutex lock;
  std::condition_variable changed;
  bool busy = false;
  std::vector<GstBuffer *> heard;
};

} // namespace

static void
check_told (const char *element)
{
  Owner owner ("mse://e");
  Pipeline pipeline (
      std::string (element) + " name=src uri=mse://e ! fakesink");
  Application application (pipeline.get ("src"));
  pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add (kType);
  Bytes data = pssh (0x10) + pssh (0x50);
  owner.append (buffer, encrypted_init (data));
  GstMessage *message = pipeline.wait (GST_MESSAGE_ELEMENT);
  const GstStructure *told = gst_message_get_structure (message);
  fail_unless (gst_structure_has_name (told, "encrypted"));
  fail_unless (GST_MESSAGE_SRC (message) == GST_OBJECT (pipeline.get ("src")));
  fail_unless_equals_string (
      gst_structure_get_string (told, "init-data-type"), "cenc");
  const GValue *value = gst_structure_get_value (told, "init-data");
  fail_unless (is_equal (gst_value_get_buffer (value), data));
  gst_message_unref (message);
  fail_unless_equals_int (application.heard.size (), 1);
  fail_unless (is_equal (application.heard[0], data));

  // New keys, in a media segment.
  owner.append (buffer, fragment (0, pssh (0x10, 7)));
  application.wait (2);
  fail_unless (is_equal (application.heard[1], pssh (0x10, 7)));
}

GST_START_TEST (msesrc_tells_of_initialization_data)
{
  check_told ("webmsesrc");
}
GST_END_TEST;

GST_START_TEST (msebin_tells_of_initialization_data)
{
  check_told ("msebin");
}
GST_END_TEST;

GST_START_TEST (the_handler_holds_nobody_up_and_hears_all_in_order)
{
  Owner owner ("mse://e");
  Pipeline pipeline ("webmsesrc name=src uri=mse://e ! fakesink name=out");
  Application application (pipeline.get ("src"));
  Recorder out (pipeline.get ("out"));
  application.set_busy (true);
  pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add (kType);
  owner.append (buffer, encrypted_init (pssh (0x10)));
  for (uint8_t i = 0; i < 20; i++)
    owner.append (buffer, fragment (i, pssh (0x10, i)));
  owner.end ();
  pipeline.play ();
  out.wait_count (20);
  fail_unless (application.heard.empty ());
  application.set_busy (false);
  application.wait (21);
  for (uint8_t i = 0; i < 20; i++)
    fail_unless (is_equal (application.heard[i + 1u], pssh (0x10, i)));
}
GST_END_TEST;

GST_START_TEST (an_element_that_comes_later_hears_of_it)
{
  Owner owner ("mse://e");
  Pipeline first ("webmsesrc uri=mse://e ! fakesink");
  first.set_state (GST_STATE_READY);
  auto buffer = owner.add (kType);
  owner.append (buffer, encrypted_init (pssh (0x10)));
  owner.append (buffer, fragment (0, pssh (0x50)));
  Pipeline second ("webmsesrc name=src uri=mse://e ! fakesink");
  Application application (second.get ("src"));
  second.set_state (GST_STATE_READY);
  application.wait (2);
  fail_unless (is_equal (application.heard[0], pssh (0x10)));
  fail_unless (is_equal (application.heard[1], pssh (0x50)));
}
GST_END_TEST;

namespace {

// Everything that leaves a pad, as a line of words. Not thread-safe: look at it
// when the pipeline is done.
class PadLog {
public:
  explicit PadLog (GstElement *element)
      : pad_ (gst_element_get_static_pad (element, "sink"))
  {
    gst_pad_add_probe (pad_,
        GstPadProbeType (
            GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
        probe, this, nullptr);
  }
  ~PadLog ()
  {
    gst_clear_caps (&caps);
    gst_object_unref (pad_);
  }

  std::string words;
  GstCaps *caps = nullptr;

private:
  static GstPadProbeReturn probe (
      GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    auto self = static_cast<PadLog *> (data);
    if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
      self->add_buffer (GST_PAD_PROBE_INFO_BUFFER (info));
    else
      self->add_event (GST_PAD_PROBE_INFO_EVENT (info));
    return GST_PAD_PROBE_OK;
  }

  // "frame3": with this first byte of its IV.
  void add_buffer (GstBuffer *buffer)
  {
    auto meta = gst_buffer_get_protection_meta (buffer);
    fail_unless (meta != nullptr);
    const GValue *iv = gst_structure_get_value (meta->info, "iv");
    uint8_t first = 0;
    gst_buffer_extract (gst_value_get_buffer (iv), 0, &first, 1);
    words += " frame" + std::to_string (first);
  }

  // "moof:10:7": where a pssh is from, of which system, with which data.
  void add_event (GstEvent *event)
  {
    if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
      GstCaps *current;
      gst_event_parse_caps (event, &current);
      gst_caps_replace (&caps, current);
      words += " caps";
    }
    if (GST_EVENT_TYPE (event) != GST_EVENT_PROTECTION)
      return;
    const char *system, *origin;
    GstBuffer *data;
    gst_event_parse_protection (event, &system, &data, &origin);
    fail_unless (g_str_has_prefix (origin, "isobmff/"));
    uint8_t last = 0;
    gst_buffer_extract (data, gst_buffer_get_size (data) - 1, &last, 1);
    words += std::string (" ") + (origin + 8) + ":"
             + std::string (system).substr (0, 2) + ":" + std::to_string (last);
  }

  GstPad *pad_;
};

} // namespace

static void
check_caps (const PadLog &log, const char *mode, const char *system)
{
  const GstStructure *caps = gst_caps_get_structure (log.caps, 0);
  fail_unless (gst_structure_has_name (caps, "application/x-cenc"));
  fail_unless_equals_string (
      gst_structure_get_string (caps, "original-media-type"), "video/x-h264");
  fail_unless_equals_string (
      gst_structure_get_string (caps, "cipher-mode"), mode);
  fail_unless_equals_string (
      gst_structure_get_string (caps, "protection-system"), system);
}

GST_START_TEST (new_keys_come_before_their_frames_and_old_ones_once)
{
  Owner owner ("mse://e");
  Pipeline pipeline ("webmsesrc uri=mse://e ! fakesink name=out");
  PadLog log (pipeline.get ("out"));
  pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add (kType);
  owner.append (buffer, encrypted_init (pssh (0x10) + pssh (0x50)));
  owner.append (buffer, fragment (1));
  Bytes rotated = pssh (0x10, 7) + pssh (0x50, 8);
  owner.append (buffer, fragment (2, rotated));
  owner.append (buffer, fragment (3, rotated));
  owner.append (buffer, fragment (4));
  owner.append (buffer, fragment (5, pssh (0x10, 9)));
  owner.end ();
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_string (log.words.c_str (),
      " caps moov:10:0 moov:50:0 frame1 moof:10:7 moof:50:8 frame2 frame3"
      " frame4 moof:10:9 frame5");
  check_caps (log, "cenc", kSystem1);
}
GST_END_TEST;

GST_START_TEST (patterns_have_another_cipher_mode)
{
  Owner owner ("mse://e");
  Pipeline pipeline ("webmsesrc uri=mse://e ! fakesink name=out");
  PadLog log (pipeline.get ("out"));
  pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add (kType);
  owner.append (buffer, encrypted_init (pssh (0x50), "cbcs"));
  std::vector<SampleSpec> samples = {{40, 4, kSyncFlags}};
  owner.append (buffer, media_segment (1, 0, samples));
  owner.end ();
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_string (log.words.c_str (), " caps moov:50:0 frame64");
  check_caps (log, "cbcs", kSystem5);
}
GST_END_TEST;

// The initialization segment `init` with its track encrypted by a pattern of
// no blocks, so that the frames stay as they are.
static Bytes
encrypt (const Bytes &init)
{
  // Each box but the last one of the path holds the next one.
  static const struct {
    const char *type;
    size_t head; // what is before the children
  } kPath[] = {{"moov", 8}, {"trak", 8}, {"mdia", 8}, {"minf", 8}, {"stbl", 8},
      {"stsd", 16}, {"avc1", 0}};
  Bytes result = init;
  Bytes protection = sinf ("avc1", "cbcs", tenc (0x01, 0, payload (16, 0x40)));
  auto find = [&result] (const char *type, size_t from) {
    while (memcmp (&result[from + 4], type, 4) != 0)
      from += size_t (result[from] << 24 | result[from + 1] << 16
                      | result[from + 2] << 8 | result[from + 3]);
    return from;
  };
  auto grow = [&result] (size_t at, size_t more) {
    size_t size = size_t (result[at + 2] << 8 | result[at + 3]) + more;
    result[at + 2] = uint8_t (size >> 8);
    result[at + 3] = uint8_t (size);
    return size;
  };
  size_t at = 0;
  for (const auto &step : kPath) {
    at = find (step.type, at);
    size_t size = grow (at, protection.size ());
    if (step.head == 0) {
      memcpy (&result[at + 4], "encv", 4);
      result.insert (result.begin () + long (at + size - protection.size ()),
          protection.begin (), protection.end ());
    }
    at += step.head;
  }
  Bytes keys = pssh (0x10) + pssh (0x50);
  grow (find ("moov", 0), keys.size ()); // which is the last box
  result += keys;
  return result;
}

static std::vector<Output>
play_h264 (const std::string &source, bool encrypted)
{
  Owner owner ("mse://e");
  Pipeline pipeline (source + " ! fakesink name=out");
  Recorder out (pipeline.get ("out"));
  pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add (kType);
  auto parts = split_mp4 (media_bytes ("cmaf-v.mp4"));
  if (encrypted)
    parts[0] = encrypt (parts[0]);
  for (const Bytes &part : parts)
    owner.append (buffer, part);
  owner.end ();
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  return out.outputs ();
}

static void
check_decryptor (const char *source)
{
  register_test_decryptor ();
  auto clear = play_h264 (source, false);
  fail_unless (test_decryptor_log ().empty ());
  auto decrypted = play_h264 (source, true);
  fail_unless (clear.size () > 100);
  fail_unless_equals_int (decrypted.size (), clear.size ());
  for (size_t i = 0; i < clear.size (); i++)
    fail_unless_equals_string (
        decrypted[i].md5.c_str (), clear[i].md5.c_str ());
  std::string log = test_decryptor_log ();
  fail_unless (g_str_has_prefix (log.c_str (), " 10 50 frame frame"), "%s",
      log.c_str ());
}

GST_START_TEST (decodebin_finds_the_decryptor_of_one_of_the_systems)
{
  check_decryptor ("webmsesrc uri=mse://e ! decodebin");
}
GST_END_TEST;

GST_START_TEST (msebin_and_decodebin3_find_it_too)
{
  check_decryptor ("msebin uri=mse://e ! decodebin3");
}
GST_END_TEST;

static Suite *
encrypted_suite ()
{
  Suite *suite = suite_create ("elements/encrypted");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, msesrc_tells_of_initialization_data);
  tcase_add_test (tcase, msebin_tells_of_initialization_data);
  tcase_add_test (tcase, the_handler_holds_nobody_up_and_hears_all_in_order);
  tcase_add_test (tcase, an_element_that_comes_later_hears_of_it);
  tcase_add_test (tcase, new_keys_come_before_their_frames_and_old_ones_once);
  tcase_add_test (tcase, patterns_have_another_cipher_mode);
  tcase_add_test (tcase, decodebin_finds_the_decryptor_of_one_of_the_systems);
  tcase_add_test (tcase, msebin_and_decodebin3_find_it_too);
  return suite;
}
GST_CHECK_MAIN (encrypted)
