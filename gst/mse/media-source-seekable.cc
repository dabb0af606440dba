// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the player may seek to, and the range that a live presentation tells.
#include "mse/media-source.hh"

namespace webmedia::mse {

// https://www.w3.org/TR/media-source-2/#dom-mediasource-setliveseekablerange
Result<>
MediaSource::set_live_seekable_range (Time start, Time end)
{
  MutexLocker locker (lock_);
  // 1.
  if (auto open = check_open_locked ("setLiveSeekableRange"); !open)
    return open;
  // 2. NaN, kTimeNone, is less than 0.
  if (start < 0 || start > end || end == kTimeInfinite)
    return make_error (ErrorCode::type,
        "setLiveSeekableRange: must be finite times, of at least 0, and not "
        "end before the start");
  // 3.
  live_seekable_ = TimeRange{start, end};
  return ok;
}

// https://www.w3.org/TR/media-source-2/#dom-mediasource-clearliveseekablerange
Result<>
MediaSource::clear_live_seekable_range ()
{
  MutexLocker locker (lock_);
  // 1.
  if (auto open = check_open_locked ("clearLiveSeekableRange"); !open)
    return open;
  // 2.
  live_seekable_.reset ();
  return ok;
}

// https://www.w3.org/TR/media-source-2/#htmlmediaelement-extensions-seekable
std::optional<TimeRange>
MediaSource::seekable () const
{
  // 1.
  if (is_lost ())
    return std::nullopt;
  // 2.
  Time recent_duration = duration ();
  // 3. NaN.
  if (recent_duration == kTimeNone)
    return std::nullopt;
  if (recent_duration != kTimeInfinite)
    return TimeRange{0, recent_duration};
  std::optional<TimeRange> live;
  {
    MutexLocker locker (lock_);
    live = live_seekable_;
  }
  TimeRanges ranges = buffered ();
  if (ranges.empty ())
    return live;
  TimeRange all{0, ranges.highest_end (0)};
  // From the earliest start to the highest end of both.
  if (live)
    all = {
        std::min (live->start, ranges[0].start), std::max (live->end, all.end)};
  return all;
}

} // namespace webmedia::mse
