// SPDX-License-Identifier: LGPL-2.1-or-later
// Media sources by name: what `mse://ID` means in this process.
#include "api/mse.hh"

#include <map>
#include <string>

using namespace webmedia;

namespace {

using Reference = std::shared_ptr<WeakRef<GstWebMediaSource>>;

// A name lasts as long as its media source. Strong references are taken and
// dropped outside the lock: the last one's end calls out.
// Threads: thread-safe.
class Registry {
public:
  // Null when there is none of that name.
  Ptr<GstWebMediaSource> find (const std::string &uri) EXCLUDES (lock_)
  {
    Reference reference = get (uri);
    return reference ? reference->lock () : nullptr;
  }

  // Enters `source` unless another has the name; returns who has it.
  Ptr<GstWebMediaSource> enter (
      const std::string &uri, Ptr<GstWebMediaSource> source) EXCLUDES (lock_)
  {
    auto mine = WeakRef<GstWebMediaSource>::create (source.get ());
    for (;;) {
      Reference known = get (uri);
      if (auto other = known ? known->lock () : nullptr)
        return other;
      MutexLocker locker (lock_);
      Reference &entry = names_[uri];
      if (entry == known) {
        entry = mine;
        return source;
      }
    }
  }

private:
  Reference get (const std::string &uri) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    auto found = names_.find (uri);
    return found == names_.end () ? nullptr : found->second;
  }

  Mutex lock_;
  std::map<std::string, Reference> names_ GUARDED_BY (lock_);
};

Registry &
registry ()
{
  static Registry instance;
  return instance;
}

bool
check_uri (const char *uri, GError **error)
{
  constexpr std::string_view scheme = "mse://";
  std::string_view view = uri;
  if (view.starts_with (scheme) && view.size () > scheme.size ())
    return true;
  return set_error (error,
      make_error (ErrorCode::type,
          "\"%s\" names no media source; it must be like mse://NAME", uri));
}

} // namespace

/**
 * gst_web_media_source_publish:
 * @self: the media source
 * @uri: `mse://NAME`, with any name
 * @error: %GST_WEB_ERROR_TYPE when @uri is of another form,
 *     %GST_WEB_ERROR_INVALID_STATE when the name is taken
 *
 * Gives @self a name in this process, for elements and pipelines that are made
 * from text: `playbin3 uri=mse://NAME`. The name lasts as long as @self. What
 * the web does with `URL.createObjectURL()`.
 *
 * Returns: whether @self has that name now
 */
gboolean
gst_web_media_source_publish (
    GstWebMediaSource *self, const gchar *uri, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), FALSE);
  g_return_val_if_fail (uri != nullptr, FALSE);
  if (!check_uri (uri, error))
    return FALSE;
  auto owner = registry ().enter (uri, Ptr<GstWebMediaSource>::share (self));
  return owner.get () == self
         || set_error (
             error, make_error (ErrorCode::invalid_state,
                        "another media source has the name \"%s\"", uri));
}

/**
 * gst_web_media_source_lookup:
 * @uri: `mse://NAME`
 *
 * Returns: (transfer full) (nullable): the media source of that name, which an
 *     element or gst_web_media_source_publish() gave it
 */
GstWebMediaSource *
gst_web_media_source_lookup (const gchar *uri)
{
  g_return_val_if_fail (uri != nullptr, nullptr);
  return registry ().find (uri).release ();
}

/**
 * gst_web_media_source_obtain:
 * @uri: `mse://NAME`
 * @error: %GST_WEB_ERROR_TYPE when @uri is of another form
 *
 * Looks a media source up, and makes it where there is none of that name: what
 * elements do with their `uri`.
 *
 * Returns: (transfer full): the media source of that name
 */
GstWebMediaSource *
gst_web_media_source_obtain (const gchar *uri, GError **error)
{
  g_return_val_if_fail (uri != nullptr, nullptr);
  if (!check_uri (uri, error))
    return nullptr;
  if (auto found = registry ().find (uri))
    return found.release ();
  auto made = Ptr<GstWebMediaSource>::adopt (gst_web_media_source_new ());
  return registry ().enter (uri, std::move (made)).release ();
}
