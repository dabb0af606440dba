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
  std::shared_ptr<MediaSource> source;
  {
    MutexLocker locker (lock_);
    if (auto transferable = check_transferable_locked (); !transferable)
      return transferable.error ();
    source = std::exchange (source_, nullptr);
  }
  source->set_handle_used ();
  return std::shared_ptr<Transferable> (
      std::make_shared<MediaSourceHandle> (std::move (source)));
}

// https://www.w3.org/TR/media-source-2/#htmlmediaelement-extensions-srcobject
void
MediaSourceHandle::assign ()
{
  if (auto source = set_assigned ())
    source->set_handle_used ();
}

std::shared_ptr<MediaSource>
MediaSourceHandle::set_assigned ()
{
  MutexLocker locker (lock_);
  assigned_ = true;
  return source_;
}

Result<std::shared_ptr<Attachment>>
MediaSourceHandle::attach ()
{
  auto source = set_assigned ();
  if (!source)
    return make_error (ErrorCode::invalid_state,
        "the MediaSourceHandle was transferred; use the one that the "
        "receiver got");
  return source->attach (true);
}

} // namespace webmedia::mse
