// SPDX-License-Identifier: LGPL-2.1-or-later
// Owning pointers to GStreamer mini objects, GObjects and other C types. The
// name of the maker says what happens to the count: `adopt` takes the caller's
// reference over, `share` adds one.
#pragma once

#include <gst/gst.h>
#include <memory>
#include <utility>

namespace webmedia {

// How a type is referenced and let go; specialised below.
template <typename T> struct Counted {
  static void ref (T *object) { g_object_ref (object); }
  static void unref (T *object) { g_object_unref (object); }
};

#define WEBMEDIA_MINI_OBJECT(Type)                                             \
  template <> struct Counted<Type> {                                           \
    static void ref (Type *object)                                             \
    {                                                                          \
      gst_mini_object_ref (GST_MINI_OBJECT_CAST (object));                     \
    }                                                                          \
    static void unref (Type *object)                                           \
    {                                                                          \
      gst_mini_object_unref (GST_MINI_OBJECT_CAST (object));                   \
    }                                                                          \
  };
WEBMEDIA_MINI_OBJECT (GstBuffer)
WEBMEDIA_MINI_OBJECT (GstCaps)
WEBMEDIA_MINI_OBJECT (GstEvent)
WEBMEDIA_MINI_OBJECT (GstMemory)
WEBMEDIA_MINI_OBJECT (GstMessage)
WEBMEDIA_MINI_OBJECT (GstQuery)
WEBMEDIA_MINI_OBJECT (GstSample)
WEBMEDIA_MINI_OBJECT (GstTagList)
#undef WEBMEDIA_MINI_OBJECT

template <> struct Counted<GMainContext> {
  static void ref (GMainContext *context) { g_main_context_ref (context); }
  static void unref (GMainContext *context) { g_main_context_unref (context); }
};
template <> struct Counted<GVariant> {
  static void ref (GVariant *variant) { g_variant_ref (variant); }
  static void unref (GVariant *variant) { g_variant_unref (variant); }
};
template <> struct Counted<GBytes> {
  static void ref (GBytes *bytes) { g_bytes_ref (bytes); }
  static void unref (GBytes *bytes) { g_bytes_unref (bytes); }
};

// A counted reference. Copying adds one.
template <typename T> class Ptr {
public:
  Ptr () = default;
  Ptr (std::nullptr_t) {}
  Ptr (const Ptr &other) : object_ (other.object_)
  {
    if (object_)
      Counted<T>::ref (object_);
  }
  Ptr (Ptr &&other) noexcept : object_ (std::exchange (other.object_, nullptr))
  {}
  ~Ptr () { reset (); }

  Ptr &operator= (Ptr other) noexcept
  {
    std::swap (object_, other.object_);
    return *this;
  }

  static Ptr adopt (T *object)
  {
    Ptr pointer;
    pointer.object_ = object;
    return pointer;
  }
  static Ptr share (T *object)
  {
    if (object)
      Counted<T>::ref (object);
    return adopt (object);
  }

  // Gives the reference to the caller: for (transfer full) only.
  [[nodiscard]] T *release () { return std::exchange (object_, nullptr); }
  void reset ()
  {
    if (T *object = std::exchange (object_, nullptr))
      Counted<T>::unref (object);
  }

  T *get () const { return object_; }
  T *operator->() const { return object_; }
  T &operator* () const { return *object_; }
  explicit operator bool () const { return object_ != nullptr; }
  bool operator== (const Ptr &other) const = default;

private:
  T *object_ = nullptr;
};

struct GFree {
  void operator() (void *memory) const { g_free (memory); }
};
// A string from a (transfer full) call.
using CString = std::unique_ptr<char, GFree>;

struct StructureFree {
  void operator() (GstStructure *structure) const
  {
    gst_structure_free (structure);
  }
};
using StructurePtr = std::unique_ptr<GstStructure, StructureFree>;

} // namespace webmedia
