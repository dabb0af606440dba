// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/rings.hh"

#include <bit>
#include <cstring>

namespace webmedia::worklet {

// A record that says that the rest of the ring is skipped: no record is in two
// pieces.
static constexpr uint32_t kSkip = UINT32_MAX;

static size_t
round_up (size_t size)
{
  return (size + 7) & ~size_t (7);
}

RecordRing::RecordRing (size_t capacity)
    : mask_ (std::bit_ceil (capacity < 64 ? 64 : capacity) - 1),
      words_ (new uint64_t[(mask_ + 1) / sizeof (uint64_t)])
{}

bool
RecordRing::write (uint32_t kind, const void *first, size_t first_size,
    const void *second, size_t second_size)
{
  char *bytes = reinterpret_cast<char *> (words_.get ());
  if (first_size > mask_ || second_size > mask_)
    return false;
  const size_t needed = sizeof (Header) + round_up (first_size + second_size);
  const size_t written = written_.load (std::memory_order_relaxed);
  const size_t to_end = mask_ + 1 - (written & mask_);
  const size_t total = needed > to_end ? to_end + needed : needed;
  if (needed > mask_ + 1)
    return false;
  if (written + total - known_read_ > mask_ + 1) {
    known_read_ = read_.load (std::memory_order_acquire);
    if (written + total - known_read_ > mask_ + 1)
      return false;
  }
  size_t at = written & mask_;
  if (needed > to_end) {
    const Header skip{kSkip, 0};
    std::memcpy (bytes + at, &skip, sizeof skip);
    at = 0;
  }
  const Header header{kind, static_cast<uint32_t> (first_size + second_size)};
  std::memcpy (bytes + at, &header, sizeof header);
  if (first_size)
    std::memcpy (bytes + at + sizeof header, first, first_size);
  if (second_size)
    std::memcpy (bytes + at + sizeof header + first_size, second, second_size);
  written_.store (written + total, std::memory_order_release);
  return true;
}

bool
RecordRing::read (Record &record)
{
  const char *bytes = reinterpret_cast<const char *> (words_.get ());
  if (reading_ != read_.load (std::memory_order_relaxed))
    read_.store (reading_, std::memory_order_release);
  const size_t written = written_.load (std::memory_order_acquire);
  if (reading_ == written)
    return false;
  Header header;
  std::memcpy (&header, bytes + (reading_ & mask_), sizeof header);
  if (header.kind == kSkip) {
    reading_ += mask_ + 1 - (reading_ & mask_);
    std::memcpy (&header, bytes, sizeof header);
  }
  record = {
      header.kind, header.size, bytes + (reading_ & mask_) + sizeof header};
  reading_ += sizeof header + round_up (header.size);
  return true;
}

bool
RecordRing::is_empty () const
{
  return written_.load (std::memory_order_acquire)
         == read_.load (std::memory_order_acquire);
}

} // namespace webmedia::worklet
