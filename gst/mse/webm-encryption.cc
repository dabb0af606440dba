// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/webm-encryption.hh"

#include "mse/sample-protection.hh"

#include <algorithm>

namespace webmedia::mse {

namespace {

enum Id : uint32_t {
  kContentEncoding = 0x6240,
  kContentEncodingOrder = 0x5031,
  kContentEncodingScope = 0x5032,
  kContentEncodingType = 0x5033,
  kContentEncryption = 0x5035,
  kContentEncAlgo = 0x47e1,
  kContentEncKeyId = 0x47e2,
  kContentEncAesSettings = 0x47e7,
  kAesSettingsCipherMode = 0x47e8,
};

// The values that WebM allows.
constexpr uint64_t kEncryption = 1, kAllFrames = 1, kAes = 5, kCounter = 1;

constexpr size_t kIvSize = 8;

struct Encoding {
  uint64_t order = 0, scope = 1, type = 0, algorithm = 0, cipher_mode = 0;
  std::vector<uint8_t> key_id;
};

bool
read_encryption (EbmlReader reader, Encoding &encoding)
{
  while (reader.next ()) {
    if (reader.id () == kContentEncAlgo)
      encoding.algorithm = reader.as_uint ();
    if (reader.id () == kContentEncKeyId)
      encoding.key_id.assign (reader.data (), reader.data () + reader.size ());
    if (reader.id () != kContentEncAesSettings)
      continue;
    EbmlReader settings = reader.children ();
    while (settings.next ())
      if (settings.id () == kAesSettingsCipherMode)
        encoding.cipher_mode = settings.as_uint ();
    if (!settings.ok ())
      return false;
  }
  return reader.ok ();
}

bool
read_encoding (EbmlReader reader, Encoding &encoding)
{
  bool ok = true;
  while (reader.next ()) {
    switch (reader.id ()) {
    case kContentEncodingOrder:
      encoding.order = reader.as_uint ();
      break;
    case kContentEncodingScope:
      encoding.scope = reader.as_uint ();
      break;
    case kContentEncodingType:
      encoding.type = reader.as_uint ();
      break;
    case kContentEncryption:
      ok = ok && read_encryption (reader.children (), encoding);
      break;
    }
  }
  return ok && reader.ok ();
}

} // namespace

const char *
WebmEncryption::read (EbmlReader encodings)
{
  Encoding encoding;
  size_t count = 0;
  while (encodings.next ())
    if (encodings.id () == kContentEncoding) {
      count++;
      if (!read_encoding (encodings.children (), encoding))
        return "has malformed ContentEncodings";
    }
  if (!encodings.ok ())
    return "has malformed ContentEncodings";
  if (count > 0 && encoding.type != kEncryption)
    return "is compressed (ContentEncoding), which is not supported";
  if (count != 1 || encoding.order != 0 || encoding.scope != kAllFrames
      || encoding.algorithm != kAes || encoding.cipher_mode != kCounter)
    return "is encrypted otherwise than by AES-CTR of whole frames, which is "
           "not supported";
  if (encoding.key_id.empty ())
    return "is encrypted, but has no ContentEncKeyID";
  key_id_ = std::move (encoding.key_id);
  return nullptr;
}

InitData
WebmEncryption::init_data () const
{
  return {"webm", Ptr<GstBuffer>::adopt (gst_buffer_new_memdup (
                      key_id_.data (), key_id_.size ()))};
}

void
WebmEncryption::protect (TrackConfig &config) const
{
  auto caps = Ptr<GstCaps>::adopt (gst_caps_copy (config.caps.get ()));
  GstStructure *structure = gst_caps_get_structure (caps.get (), 0);
  gst_structure_set (structure, "original-media-type", G_TYPE_STRING,
      gst_structure_get_name (structure), "encryption-algorithm", G_TYPE_STRING,
      "AES", "encoding-scope", G_TYPE_STRING, "frame", "cipher-mode",
      G_TYPE_STRING, "CTR", nullptr);
  gst_structure_set_name (structure, "application/x-webm-enc");
  config.caps = std::move (caps);
  config.protection.push_back (
      {GST_PROTECTION_UNSPECIFIED_SYSTEM_ID, init_data ().data, "matroska"});
}

namespace {

// Partitions as subsamples: sections of clear and of encrypted bytes take
// turns, at `count` offsets, with a clear one first.
bool
read_partitions (const uint8_t *offsets, size_t count, size_t size,
    std::vector<uint8_t> &subsamples)
{
  auto add = [&] (size_t clear, size_t encrypted) {
    for (int shift : {8, 0})
      subsamples.push_back (uint8_t (clear >> shift));
    for (int shift : {24, 16, 8, 0})
      subsamples.push_back (uint8_t (encrypted >> shift));
  };
  constexpr size_t kClearMax = 0xffff;
  size_t last = 0;
  for (size_t i = 0; i <= count; i += 2) {
    auto offset = [&] (size_t n) {
      return n < count ? size_t (read_uint (offsets + 4 * n, 4)) : size;
    };
    size_t encrypted = offset (i), clear = offset (i + 1);
    if (encrypted < last || clear < encrypted || clear > size)
      return false;
    size_t before = encrypted - last;
    for (; before > kClearMax; before -= kClearMax)
      add (kClearMax, 0);
    if (before > 0 || clear > encrypted)
      add (before, clear - encrypted);
    last = clear;
  }
  return true;
}

} // namespace

const char *
WebmEncryption::read_head (
    ByteQueue &input, size_t offset, uint32_t size, Head *head) const
{
  constexpr size_t kHeadMax = 1 + kIvSize + 1 + 255 * 4;
  constexpr uint8_t kEncrypted = 1, kPartitioned = 2;
  size_t available = std::min<size_t> (size, kHeadMax);
  const uint8_t *data = input.peek (offset, available);
  *head = {1, nullptr};
  if (!(data[0] & kEncrypted))
    return nullptr;
  head->size += kIvSize;
  if (head->size > available)
    return "encrypted frame without its IV";
  std::vector<uint8_t> subsamples;
  if (data[0] & kPartitioned) {
    size_t at = head->size;
    size_t count = at < available ? data[at] : 0;
    head->size += 1 + 4 * count;
    if (count == 0 || head->size > available
        || !read_partitions (
            data + at + 1, count, size - head->size, subsamples))
      return "encrypted frame with partitions that are not in it";
  }
  head->protection = adopt_protection (
      new_protection ("cenc", key_id_, {data + 1, kIvSize}, subsamples));
  return nullptr;
}

} // namespace webmedia::mse
