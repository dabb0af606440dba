// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/media-source-2/#mediasourcehandle
#pragma once

#include "base/mutex.hh"
#include "base/transferable.hh"
#include "mse/attachment.hh"

namespace webmedia::mse {

// What a worker gives away so that another thread can attach its media
// source. It can be transferred until it is given to an element, and be
// attached once, where it is. Threads: thread-safe.
class MediaSourceHandle final : public Transferable {
public:
  explicit MediaSourceHandle (std::shared_ptr<MediaSource> source)
      : source_ (std::move (source))
  {}

  Kind kind () const override { return Kind::media_source_handle; }
  Result<> check_transferable () const override EXCLUDES (lock_);
  Result<std::shared_ptr<Transferable>> transfer () override EXCLUDES (lock_);

  // The element's srcObject: assigning counts, even where nothing is attached.
  void assign () EXCLUDES (lock_);
  Result<std::shared_ptr<Attachment>> attach () EXCLUDES (lock_);

private:
  Result<> check_transferable_locked () const REQUIRES (lock_);
  // The media source, which is null where the handle was transferred.
  std::shared_ptr<MediaSource> set_assigned () EXCLUDES (lock_);

  mutable Mutex lock_;
  std::shared_ptr<MediaSource> source_ GUARDED_BY (lock_); // null: [[Detached]]
  bool assigned_ GUARDED_BY (lock_) = false; // [[has ever been assigned …]]
};

} // namespace webmedia::mse
