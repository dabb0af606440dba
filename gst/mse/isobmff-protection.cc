// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/isobmff-protection.hh"

#include "mse/sample-protection.hh"

namespace webmedia::mse {

static bool
valid_iv_size (uint8_t size)
{
  return size == 8 || size == 16;
}

Result<SampleEncryption>
parse_encryption (BoxReader &reader)
{
  SampleEncryption encryption;
  uint8_t pattern = reader.u8 ();
  encryption.crypt_byte_block = pattern >> 4;
  encryption.skip_byte_block = pattern & 15;
  encryption.is_protected = reader.u8 () == 1;
  encryption.iv_size = reader.u8 ();
  if (const uint8_t *key_id = reader.bytes (16))
    memcpy (encryption.key_id.data (), key_id, 16);
  if (encryption.is_protected && encryption.iv_size == 0) {
    encryption.constant_iv_size = reader.u8 ();
    if (!valid_iv_size (encryption.constant_iv_size))
      return make_error (ErrorCode::decode,
          "a constant IV has 8 or 16 bytes, not %u",
          encryption.constant_iv_size);
    if (const uint8_t *iv = reader.bytes (encryption.constant_iv_size))
      memcpy (encryption.constant_iv.data (), iv, encryption.constant_iv_size);
  } else if (encryption.is_protected && !valid_iv_size (encryption.iv_size)) {
    return make_error (ErrorCode::decode, "an IV has 8 or 16 bytes, not %u",
        encryption.iv_size);
  }
  if (!reader.ok ())
    return make_error (ErrorCode::decode, "encryption parameters are cut off");
  return encryption;
}

static Result<SampleEncryption>
parse_schi (BoxReader schi)
{
  Box box;
  while (schi.next (box)) {
    if (box.type != fourcc ("tenc"))
      continue;
    FullBox full (box.body);
    box.body.skip (1);
    auto encryption = parse_encryption (box.body);
    if (encryption && full.version == 0)
      encryption->crypt_byte_block = encryption->skip_byte_block = 0;
    return encryption;
  }
  return make_error (ErrorCode::decode, "sinf: there is no tenc in schi");
}

Result<std::optional<ProtectionScheme>>
parse_sinf (BoxReader sinf)
{
  ProtectionScheme scheme;
  std::optional<BoxReader> schi;
  Box box;
  while (sinf.next (box)) {
    if (box.type == fourcc ("frma")) {
      scheme.original_format = box.body.u32 ();
    } else if (box.type == fourcc ("schm")) {
      FullBox full (box.body);
      scheme.type = box.body.u32 ();
    } else if (box.type == fourcc ("schi")) {
      schi = box.body;
    }
  }
  if (!sinf.ok () || !scheme.original_format || !scheme.type)
    return make_error (ErrorCode::decode,
        "sinf must say the original format (frma) and the scheme (schm)");
  if (scheme.type != fourcc ("cenc") && scheme.type != fourcc ("cbcs"))
    return std::optional<ProtectionScheme> ();
  if (!schi)
    return make_error (ErrorCode::decode, "sinf: there is no schi");
  auto defaults = parse_schi (*schi);
  if (!defaults)
    return defaults.error ();
  scheme.defaults = *defaults;
  return std::optional (scheme);
}

bool
ProtectionSystem::operator== (const ProtectionSystem &other) const
{
  GstMapInfo map;
  if (strcmp (origin, other.origin) != 0
      || !gst_buffer_map (init_data.get (), &map, GST_MAP_READ))
    return false;
  GstBuffer *theirs = other.init_data.get ();
  bool same = gst_buffer_get_size (theirs) == map.size
              && gst_buffer_memcmp (theirs, 0, map.data, map.size) == 0;
  gst_buffer_unmap (init_data.get (), &map);
  return same;
}

Result<ProtectionSystem>
parse_pssh (const Box &box, const char *origin)
{
  BoxReader body = box.body;
  FullBox full (body);
  const uint8_t *id = body.bytes (16);
  if (!id)
    return make_error (ErrorCode::decode, "a pssh box is cut off");
  ProtectionSystem system;
  for (int i = 0; i < 16; i++) {
    const char *digits = "0123456789abcdef";
    if (i == 4 || i == 6 || i == 8 || i == 10)
      system.system_id += '-';
    system.system_id += digits[id[i] >> 4];
    system.system_id += digits[id[i] & 15];
  }
  system.init_data =
      Ptr<GstBuffer>::adopt (gst_buffer_new_memdup (box.start, box.size));
  system.origin = origin;
  return system;
}

std::vector<InitData>
join_pssh (const std::vector<ProtectionSystem> &systems)
{
  if (systems.empty ())
    return {};
  auto data = Ptr<GstBuffer>::adopt (gst_buffer_new ());
  for (const ProtectionSystem &system : systems)
    gst_buffer_copy_into (data.get (), system.init_data.get (),
        GST_BUFFER_COPY_MEMORY, 0, gsize (-1));
  return {{"cenc", std::move (data)}};
}

static const char *
cipher_mode (uint32_t scheme)
{
  return scheme == fourcc ("cbcs") ? "cbcs" : "cenc";
}

void
protect_caps (GstCaps *caps, const ProtectionScheme &scheme,
    const std::vector<ProtectionSystem> &systems)
{
  GstStructure *structure = gst_caps_get_structure (caps, 0);
  gst_structure_set (structure, "original-media-type", G_TYPE_STRING,
      gst_structure_get_name (structure), "cipher-mode", G_TYPE_STRING,
      cipher_mode (scheme.type), nullptr);
  gst_structure_set_name (structure, "application/x-cenc");
  name_protection_system (caps, systems);
}

void
name_protection_system (
    GstCaps *caps, const std::vector<ProtectionSystem> &systems)
{
  if (systems.empty ())
    return;
  // The first one: so that the message about the missing element names it.
  std::vector<const char *> ids;
  for (const ProtectionSystem &system : systems)
    ids.push_back (system.system_id.c_str ());
  ids.push_back (nullptr);
  const char *selected = gst_protection_select_system (ids.data ());
  gst_caps_set_simple (caps, GST_PROTECTION_SYSTEM_ID_CAPS_FIELD, G_TYPE_STRING,
      selected ? selected : ids[0], nullptr);
}

Result<SampleAuxiliary>
SampleAuxiliary::open (BoxReader senc, uint32_t limit)
{
  SampleAuxiliary auxiliary;
  FullBox full (senc);
  auxiliary.subsamples_ = full.flags & 2;
  auxiliary.samples_ = senc.u32 ();
  auxiliary.reader_ = senc;
  if (!senc.ok () || (full.flags & 1))
    return make_error (ErrorCode::decode, "senc is cut off or of a kind "
                                          "that overrides tenc");
  if (auxiliary.samples_ > 0 && auxiliary.samples_ < limit)
    return make_error (ErrorCode::decode,
        "senc has %u samples, the fragment %u", auxiliary.samples_, limit);
  return auxiliary;
}

bool
SampleAuxiliary::next (uint32_t scheme, const SampleEncryption &encryption,
    SampleProtection &protection)
{
  protection = nullptr;
  bool listed = samples_ > 0;
  if (listed)
    samples_--;
  if (!encryption.is_protected)
    // A clear sample of a list has no IV, but may have its subsamples.
    return !listed || !subsamples_
           || reader_.bytes (size_t (reader_.u16 ()) * 6);

  const uint8_t *iv = encryption.constant_iv.data ();
  uint8_t iv_size = encryption.constant_iv_size;
  if (encryption.iv_size > 0) {
    iv_size = encryption.iv_size;
    iv = listed ? reader_.bytes (iv_size) : nullptr;
    if (!iv)
      return false;
  }
  uint16_t count = 0;
  const uint8_t *subsamples = nullptr;
  if (listed && subsamples_) {
    count = reader_.u16 ();
    subsamples = reader_.bytes (size_t (count) * 6);
    if (!subsamples)
      return false;
  }

  GstStructure *structure = new_protection (cipher_mode (scheme),
      encryption.key_id, {iv, iv_size}, {subsamples, size_t (count) * 6});
  if (encryption.iv_size == 0)
    gst_structure_set (
        structure, "constant_iv_size", G_TYPE_UINT, guint (iv_size), nullptr);
  if (encryption.crypt_byte_block || encryption.skip_byte_block)
    gst_structure_set (structure, "crypt_byte_block", G_TYPE_UINT,
        guint (encryption.crypt_byte_block), "skip_byte_block", G_TYPE_UINT,
        guint (encryption.skip_byte_block), nullptr);
  protection = adopt_protection (structure);
  return true;
}

} // namespace webmedia::mse
