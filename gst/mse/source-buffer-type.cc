// SPDX-License-Identifier: LGPL-2.1-or-later
// The type of a source buffer's byte stream, and the change to another one.
#include "mse/source-buffer.hh"

#include "mse/media-source.hh"

namespace webmedia::mse {

// What browsers allow. A video type's byte stream may carry sound as well.
static constexpr uint64_t kAudioQuota = uint64_t (12) << 20;
static constexpr uint64_t kVideoQuota = uint64_t (150) << 20;

uint64_t
SourceBuffer::default_quota (const ContentType &type)
{
  return type.kind == TrackKind::audio ? kAudioQuota : kVideoQuota;
}

// https://www.w3.org/TR/media-source-2/#dom-sourcebuffer-changetype
Result<>
SourceBuffer::change_type (std::string_view type)
{
  auto checked = check_supported (type);
  // 1.
  if (type.empty ())
    return checked.error ();
  // 2 and 3.
  auto source = begin (Operation::change, "changeType");
  if (!source)
    return source.error ();
  // 4. No type rules out another one.
  if (!checked) {
    settle ();
    return checked.error ();
  }
  // 5.
  (*source)->reopen (*this);
  // 6.
  reset_parser_state ();
  // A quota that nobody has set is that of the type.
  uint64_t usual = default_quota (type_);
  quota_.compare_exchange_strong (usual, default_quota (*checked));
  type_ = *checked;
  parser_ = make_parser (type_);
  {
    MutexLocker locker (lock_);
    // 7.
    processing_.generate_timestamps = type_.generates_timestamps ();
    // 8.
    if (processing_.generate_timestamps)
      processing_.set_mode (AppendMode::sequence);
  }
  // 9.
  pending_init_ = true;
  settle ();
  return ok;
}

} // namespace webmedia::mse
