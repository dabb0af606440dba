// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/sample-protection.hh"

namespace webmedia::mse {

static void
set_bytes (GstStructure *structure, const char *field, ByteSpan bytes)
{
  GstBuffer *buffer = gst_buffer_new_memdup (bytes.data (), bytes.size ());
  gst_structure_set (structure, field, GST_TYPE_BUFFER, buffer, nullptr);
  gst_buffer_unref (buffer);
}

GstStructure *
new_protection (
    const char *cipher_mode, ByteSpan key_id, ByteSpan iv, ByteSpan subsamples)
{
  GstStructure *structure = gst_structure_new ("application/x-cenc", "iv_size",
      G_TYPE_UINT, guint (iv.size ()), "encrypted", G_TYPE_BOOLEAN, TRUE,
      "cipher-mode", G_TYPE_STRING, cipher_mode, "subsample_count", G_TYPE_UINT,
      guint (subsamples.size () / 6), nullptr);
  set_bytes (structure, "kid", key_id);
  set_bytes (structure, "iv", iv);
  if (!subsamples.empty ())
    set_bytes (structure, "subsamples", subsamples);
  return structure;
}

SampleProtection
adopt_protection (GstStructure *structure)
{
  return SampleProtection (structure, [] (const GstStructure *owned) {
    gst_structure_free (const_cast<GstStructure *> (owned));
  });
}

} // namespace webmedia::mse
