// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/audio-durations.hh"
#include "support/check.hh"

#include <cstring>
#include <vector>

using namespace webmedia::mse;

static uint32_t
opus (std::vector<uint8_t> packet)
{
  return opus_packet_samples (packet.data (), packet.size ());
}

// RFC 6716, table 2.
GST_START_TEST (each_opus_config_has_its_frame_size)
{
  static const uint32_t sizes[32] = {480, 960, 1920, 2880, 480, 960, 1920, 2880,
      480, 960, 1920, 2880, 480, 960, 480, 960, 120, 240, 480, 960, 120, 240,
      480, 960, 120, 240, 480, 960, 120, 240, 480, 960};
  for (unsigned config = 0; config < 32; config++) {
    auto toc = uint8_t (config << 3);
    fail_unless_equals_int (opus ({toc}), sizes[config]);
    fail_unless_equals_int (opus ({uint8_t (toc | 4)}), sizes[config]);
    fail_unless_equals_int (opus ({uint8_t (toc | 1)}), 2 * sizes[config]);
    fail_unless_equals_int (opus ({uint8_t (toc | 2)}), 2 * sizes[config]);
    fail_unless_equals_int (opus ({uint8_t (toc | 3), 1}), sizes[config]);
  }
}
GST_END_TEST

GST_START_TEST (opus_code_3_counts_up_to_120_ms)
{
  fail_unless_equals_int (opus ({0xff, 6}), 6 * 960);
  fail_unless_equals_int (opus ({0xff, 0xc0 | 6}), 6 * 960);
  fail_unless_equals_int (opus ({0xe3, 48}), 48 * 120);
  fail_unless_equals_int (opus ({0xff, 7}), 0);
  fail_unless_equals_int (opus ({0xff, 0}), 0);
  fail_unless_equals_int (opus ({0xff}), 0);
  fail_unless_equals_int (opus ({}), 0);
}
GST_END_TEST

// Vorbis packs bits from the least significant on.
class BitWriter {
public:
  std::vector<uint8_t> bytes;

  void write (uint32_t value, unsigned count)
  {
    for (unsigned i = 0; i < count; i++, at_++) {
      if (at_ % 8 == 0)
        bytes.push_back (0);
      bytes.back () |= uint8_t ((value >> i & 1) << at_ % 8);
    }
  }

private:
  unsigned at_ = 0;
};

static std::vector<uint8_t>
setup_header (unsigned padding, const std::vector<bool> &long_modes)
{
  BitWriter writer;
  for (char c : {'\5', 'v', 'o', 'r', 'b', 'i', 's'})
    writer.write (uint8_t (c), 8);
  // Codebooks and the like, of no meaning here.
  writer.write (0x2b, 8);
  for (unsigned i = 0; i < padding; i++)
    writer.write (1, 1);
  writer.write (uint32_t (long_modes.size ()) - 1, 6);
  for (size_t i = 0; i < long_modes.size (); i++) {
    writer.write (long_modes[i], 1);
    writer.write (0, 32);
    writer.write (uint32_t (i), 8);
  }
  writer.write (1, 1);
  return writer.bytes;
}

static std::vector<uint8_t>
identification_header ()
{
  std::vector<uint8_t> header (30);
  memcpy (header.data (), "\1vorbis", 7);
  header[11] = 2;
  header[12] = 0x44; // 44100
  header[13] = 0xac;
  header[28] = 0xb8; // blocks of 256 and 2048
  header[29] = 1;
  return header;
}

static bool
read (VorbisDurations &durations, const std::vector<uint8_t> &setup)
{
  std::vector<uint8_t> identification = identification_header ();
  return durations.read_headers (identification.data (), identification.size (),
      setup.data (), setup.size ());
}

GST_START_TEST (vorbis_packets_last_a_quarter_of_two_blocks)
{
  // Wherever in a byte the modes begin.
  for (unsigned padding = 0; padding < 8; padding++) {
    VorbisDurations durations;
    fail_unless (read (durations, setup_header (padding, {false, true})));
    fail_unless_equals_int (durations.rate (), 44100);
    fail_unless_equals_int (durations.channels (), 2);
    // The first bit is that of audio packets, the next one the mode.
    fail_unless_equals_int (durations.packet_samples (0x0), 128);
    fail_unless_equals_int (durations.packet_samples (0x2), 576);
    fail_unless_equals_int (durations.packet_samples (0xfe), 1024);
    fail_unless_equals_int (durations.packet_samples (0xfc), 576);
    durations.reset ();
    fail_unless_equals_int (durations.packet_samples (0x2), 1024);
    fail_unless_equals_int (durations.packet_samples (0x1), 0);
  }
}
GST_END_TEST

GST_START_TEST (vorbis_modes_take_as_many_bits_as_they_need)
{
  VorbisDurations durations;
  fail_unless (read (durations, setup_header (3, {true})));
  fail_unless_equals_int (durations.packet_samples (0xfe), 1024);

  fail_unless (
      read (durations, setup_header (3, {false, false, true, false, true})));
  fail_unless_equals_int (durations.packet_samples (2 << 1), 1024);
  fail_unless_equals_int (durations.packet_samples (4 << 1), 1024);
  fail_unless_equals_int (durations.packet_samples (3 << 1), 576);
  // There is no sixth mode.
  fail_unless_equals_int (durations.packet_samples (5 << 1), 0);
}
GST_END_TEST

GST_START_TEST (what_is_no_vorbis_header_is_refused)
{
  VorbisDurations durations;
  std::vector<uint8_t> setup = setup_header (0, {false, true});
  std::vector<uint8_t> identification = identification_header ();
  fail_unless (!read (durations, {}));
  fail_unless (!read (durations, identification));
  fail_unless (!read (durations, {setup.begin (), setup.begin () + 12}));
  std::vector<uint8_t> zeros (setup.begin (), setup.begin () + 7);
  zeros.resize (100);
  fail_unless (!read (durations, zeros));
  fail_unless (!durations.read_headers (
      identification.data (), 29, setup.data (), setup.size ()));
  identification[28] = 0x8b; // blocks of 2048 and 256
  fail_unless (!durations.read_headers (identification.data (),
      identification.size (), setup.data (), setup.size ()));
}
GST_END_TEST

static Suite *
audio_durations_suite ()
{
  Suite *suite = suite_create ("mse/audio-durations");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, each_opus_config_has_its_frame_size);
  tcase_add_test (tcase, opus_code_3_counts_up_to_120_ms);
  tcase_add_test (tcase, vorbis_packets_last_a_quarter_of_two_blocks);
  tcase_add_test (tcase, vorbis_modes_take_as_many_bits_as_they_need);
  tcase_add_test (tcase, what_is_no_vorbis_header_is_refused);
  return suite;
}
GST_CHECK_MAIN (audio_durations)
