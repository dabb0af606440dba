// SPDX-License-Identifier: LGPL-2.1-or-later
// With eight samples at once, with four and one by one: to the last bit.
#include "worklet/kernels.hh"

#include "support/check.hh"

#include <cstdint>
#include <cstring>
#include <vector>

using namespace webmedia::worklet;

static constexpr size_t kMost = 40;
static constexpr size_t kRoom = 2 * kMost + 32;

// Without eight, and with them where the machine has them.
static const std::vector<bool> &
widths ()
{
  static const std::vector<bool> both = {false, true}, one = {false};
  return has_eight () ? both : one;
}

namespace {

// Floats that may begin at any byte. What is around them is watched.
class Memory {
public:
  explicit Memory (size_t offset)
      : bytes_ (4 * kRoom, 0xa5),
        start_ (bytes_.data () + 16 + offset)
  {}
  // Any bits: also what is no number, and what is very small.
  void fill (uint32_t seed)
  {
    for (size_t i = 16; i + 16 < bytes_.size (); i++) {
      seed = seed * 1664525u + 1013904223u;
      bytes_[i] = uint8_t (seed >> 24);
    }
  }
  void put (size_t i, float value)
  {
    std::memcpy (start_ + 4 * i, &value, sizeof value);
  }
  float *floats () { return reinterpret_cast<float *> (start_); }
  uint32_t bits (size_t i) const
  {
    uint32_t value;
    std::memcpy (&value, start_ + 4 * i, sizeof value);
    return value;
  }
  float value (size_t i) const
  {
    float value;
    std::memcpy (&value, start_ + 4 * i, sizeof value);
    return value;
  }
  void set_bits (size_t i, uint32_t value)
  {
    std::memcpy (start_ + 4 * i, &value, sizeof value);
  }
  bool operator== (const Memory &other) const { return bytes_ == other.bytes_; }

private:
  std::vector<uint8_t> bytes_;
  uint8_t *const start_;
};

} // namespace

GST_START_TEST (stereo_is_taken_apart)
{
  for (bool with_eight : widths ())
    for (size_t count = 0; count <= kMost; count++)
      for (size_t offset = 0; offset < 9; offset++)
        for (size_t to = 0; to < 8; to++) {
          Memory in (offset), left (4 * to), right (4), first (4 * to),
              second (4);
          in.fill (uint32_t (count));
          for (size_t i = 0; i < count; i++) {
            first.set_bits (i, in.bits (2 * i));
            second.set_bits (i, in.bits (2 * i + 1));
          }
          split_stereo (
              in.floats (), left.floats (), right.floats (), count, with_eight);
          if (!(left == first && right == second))
            fail_unless (false, "%zu frames, %zu bytes, %zu floats, %d", count,
                offset, to, with_eight);
        }
}
GST_END_TEST

GST_START_TEST (stereo_is_put_together)
{
  for (bool with_eight : widths ())
    for (size_t count = 0; count <= kMost; count++)
      for (size_t offset = 0; offset < 9; offset++)
        for (size_t from = 0; from < 8; from++) {
          Memory left (4 * from), right (4), out (offset), expected (offset);
          left.fill (uint32_t (count));
          right.fill (uint32_t (count + 99));
          for (size_t i = 0; i < count; i++) {
            expected.set_bits (2 * i, left.bits (i));
            expected.set_bits (2 * i + 1, right.bits (i));
          }
          join_stereo (left.floats (), right.floats (), out.floats (), count,
              with_eight);
          if (!(out == expected))
            fail_unless (false, "%zu frames, %zu bytes, %zu floats, %d", count,
                offset, from, with_eight);
        }
}
GST_END_TEST

GST_START_TEST (a_gain_is_one_product_a_sample)
{
  const float gains[] = {0, -0.0f, 1, -0.3f, 1e-30f, 3e38f};
  for (bool with_eight : widths ())
    for (float gain : gains)
      for (size_t count = 0; count <= kMost; count++)
        for (size_t offset = 0; offset < 9; offset++) {
          Memory in (4 * offset), out (4 * (8 - offset)),
              expected (4 * (8 - offset));
          for (size_t i = 0; i < count; i++) {
            const auto step = float (int (i) - 17);
            in.put (i, i % 5 ? step * 0.37f : step * 1e-39f);
            // One by one, at run time.
            volatile float one = in.value (i);
            expected.put (i, one * gain);
          }
          scale (in.floats (), gain, out.floats (), count, with_eight);
          if (!(out == expected))
            fail_unless (false, "%zu samples by %g, %zu floats, %d", count,
                double (gain), offset, with_eight);
          // In place, as buffers are.
          scale (in.floats (), gain, in.floats (), count, with_eight);
          for (size_t i = 0; i < count; i++)
            fail_unless (in.bits (i) == expected.bits (i));
        }
}
GST_END_TEST

static Suite *
kernels_suite ()
{
  Suite *suite = suite_create ("worklet/kernels");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, stereo_is_taken_apart);
  tcase_add_test (tcase, stereo_is_put_together);
  tcase_add_test (tcase, a_gain_is_one_product_a_sample);
  return suite;
}
GST_CHECK_MAIN (kernels)
