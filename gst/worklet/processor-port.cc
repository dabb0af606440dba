// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/processor-port.hh"

#include "base/log.hh"

#include <cstring>

WEBMEDIA_DEBUG_CATEGORY ("webmedia-worklet", "AudioWorklet")

namespace webmedia::worklet {

// A record is the type string with its NUL, filled up to 8 bytes, and the data;
// its kind is how many bytes the type takes.
static constexpr size_t kMaxType = 256;

ProcessorPort::ProcessorPort (size_t capacity) : from_ (capacity) {}

ProcessorPort::~ProcessorPort () = default;

// https://html.spec.whatwg.org/multipage/web-messaging.html#message-port-post-message-steps
// (step 7, of a port whose other side is on the audio thread)
bool
ProcessorPort::post_to_processor (port::Message message)
{
  if (message.data && !g_variant_is_normal_form (message.data.get ())) {
    GST_WARNING ("a message of the type %s is not in normal form, and is "
                 "dropped: g_variant_get_normal_form () makes one that is",
        g_variant_get_type_string (message.data.get ()));
    return false;
  }
  auto incoming = std::make_unique<Incoming> ();
  // `null` is a maybe of nothing.
  if (!message.data)
    message.data = Ptr<GVariant>::adopt (g_variant_ref_sink (
        g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, nullptr)));
  GVariant *data = message.data.get ();
  incoming->type = g_variant_get_type_string (data);
  incoming->bytes = Ptr<GBytes>::adopt (g_variant_get_data_as_bytes (data));
  incoming->data = g_bytes_get_data (incoming->bytes.get (), &incoming->size);
  incoming->message = std::move (message);
  to_.push (incoming.release ());
  posted_.fetch_add (1);
  collect ();
  return true;
}

// Whether a variant can be of this type.
static bool
is_definite (const char *type)
{
  return g_variant_type_string_is_valid (type)
         && g_variant_type_is_definite (G_VARIANT_TYPE (type));
}

// Whether the bytes are one. What has another size than all of its type is read
// as zeros. Padding is whatever a structure of C has there, which is no matter.
static bool
is_serialised (GVariant *variant, size_t size)
{
  if (size != g_variant_get_size (variant) || !g_variant_get_data (variant))
    return size == 0 && g_variant_get_size (variant) == 0;
  return !g_variant_type_is_basic (g_variant_get_type (variant))
         || g_variant_is_normal_form (variant);
}

// Null where it can't be read.
static Ptr<GVariant>
make_variant (const char *type, const void *data, size_t size)
{
  const Ptr<GBytes> bytes = Ptr<GBytes>::adopt (g_bytes_new (data, size));
  auto variant = Ptr<GVariant>::adopt (g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (type), bytes.get (), FALSE)));
  if (is_serialised (variant.get (), size))
    return variant;
  GST_WARNING ("what a processor has posted, %" G_GSIZE_FORMAT
               " bytes, is no serialised GVariant of the type \"%s\", and is "
               "dropped: a string ends with a NUL, and what is in a structure "
               "is aligned",
      size, type);
  return nullptr;
}

bool
ProcessorPort::post_as_processor (
    const char *type, const void *data, size_t size)
{
  if (!is_definite (type))
    return false;
  Ptr<GVariant> message = make_variant (type, data, size);
  if (!message)
    return false;
  MutexLocker locker (lock_);
  early_.push_back (std::move (message));
  has_early_.store (true, std::memory_order_relaxed);
  return true;
}

void
ProcessorPort::collect ()
{
  MutexLocker locker (lock_);
  while (Incoming *incoming = used_.pop ())
    delete incoming;
}

size_t
ProcessorPort::receive (const std::function<void (Ptr<GVariant>)> &handler)
{
  std::vector<Ptr<GVariant>> messages;
  {
    MutexLocker locker (lock_);
    messages = std::exchange (early_, {});
    has_early_.store (false, std::memory_order_relaxed);
    RecordRing::Record record;
    while (from_.read (record)) {
      const char *type = static_cast<const char *> (record.data);
      if (auto message = make_variant (
              type, type + record.kind, record.size - record.kind))
        messages.push_back (std::move (message));
    }
  }
  collect ();
  for (Ptr<GVariant> &message : messages)
    handler (std::move (message));
  return messages.size ();
}

ProcessorPort::Incoming *
ProcessorPort::take ()
{
  Incoming *incoming = to_.pop ();
  if (incoming)
    taken_.fetch_add (1, std::memory_order_relaxed);
  return incoming;
}

bool
ProcessorPort::post_from_processor (
    const char *type, const void *data, size_t size)
{
  char name[kMaxType] = "";
  const size_t length = std::strlen (type) + 1;
  if (length <= kMaxType) {
    std::memcpy (name, type, length);
    const uint32_t padded = (length + 7) & ~size_t (7);
    if (is_definite (type) && from_.write (padded, name, padded, data, size))
      return true;
  }
  dropped_.fetch_add (1, std::memory_order_relaxed);
  return false;
}

} // namespace webmedia::worklet
