// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/media-source-handle.hh"

namespace webmedia::mse {

// https://www.w3.org/TR/media-source-2/#mediasourcehandle-transfer
Result<>
MediaSourceHandle::check_transferable_locked () const
{
  if (!source_)
    return make_error (ErrorCode::data_clone,
        "the MediaSourceHandle was transferred before; use the one that the "
        "receiver got");
  if (assigned_)
    return make_error (ErrorCode::data_clone,
        "the MediaSourceHandle was given to an element; it can't be "
        "transferred after that");
  return ok;
}

Result<>
MediaSourceHandle::check_transferable () const
{
  MutexLocker locker (lock_);
  return check_transferable_locked ();
}

Result<std::shared_ptr<Transferable>>
MediaSourceHandle::transfer ()
{
  MutexLocker locker (lock_);
  if (auto transferable = check_transferable_locked (); !transferable)
    return transferable.error ();
  return std::shared_ptr<Transferable> (
      std::make_shared<MediaSourceHandle> (std::exchange (source_, nullptr)));
}

// https://www.w3.org/TR/media-source-2/#htmlmediaelement-extensions-srcobject
void
MediaSourceHandle::assign ()
{
  MutexLocker locker (lock_);
  assigned_ = true;
}

Result<std::shared_ptr<Attachment>>
MediaSourceHandle::attach ()
{
  std::shared_ptr<MediaSource> source;
  {
    MutexLocker locker (lock_);
    if (!source_)
      return make_error (ErrorCode::invalid_state,
          "the MediaSourceHandle was transferred; use the one that the "
          "receiver got");
    assigned_ = true;
    source = source_;
  }
  return source->attach (true);
}

} // namespace webmedia::mse
