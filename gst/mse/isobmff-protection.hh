// SPDX-License-Identifier: LGPL-2.1-or-later
// Common encryption in ISO base media files (ISO 23001-7).
#pragma once

#include "mse/byte-stream-parser.hh"
#include "mse/isobmff-boxes.hh"

#include <array>
#include <optional>

namespace webmedia::mse {

// How samples are encrypted: what `tenc` says of a track and `seig` of a
// group of samples.
struct SampleEncryption {
  bool is_protected = false;
  uint8_t iv_size = 0; // of each sample's own IV; 0: the constant one
  uint8_t crypt_byte_block = 0;
  uint8_t skip_byte_block = 0;
  uint8_t constant_iv_size = 0;
  std::array<uint8_t, 16> key_id{};
  std::array<uint8_t, 16> constant_iv{};
};

// What `sinf` says of an encrypted sample entry.
struct ProtectionScheme {
  uint32_t type = 0;            // cenc or cbcs
  uint32_t original_format = 0; // the sample entry's type before encryption
  SampleEncryption defaults;
};

// Nothing when the scheme is one that we don't know.
Result<std::optional<ProtectionScheme>> parse_sinf (BoxReader sinf);

// A `pssh` box, whole. `origin`: where it is, "isobmff/moov" or "isobmff/moof".
Result<ProtectionSystem> parse_pssh (const Box &box, const char *origin);

// The `pssh` boxes of one place, one after the other; none where there are
// none. https://www.w3.org/TR/eme-initdata-cenc/
std::vector<InitData> join_pssh (const std::vector<ProtectionSystem> &systems);

// The fields that `tenc` and a `seig` entry share, from the pattern on.
Result<SampleEncryption> parse_encryption (BoxReader &reader);

// Turns `caps` into application/x-cenc, as qtdemux does.
void protect_caps (GstCaps *caps, const ProtectionScheme &scheme,
    const std::vector<ProtectionSystem> &systems);
// Says the system for which there is a decryptor, or else the first one, in
// such caps, if there is any.
void name_protection_system (
    GstCaps *caps, const std::vector<ProtectionSystem> &systems);

// The per-sample information of a fragment: `senc`, read sample by sample.
// Threads: reentrant.
class SampleAuxiliary {
public:
  SampleAuxiliary () = default;
  // `senc` behind its box header; `limit` is how many samples there are.
  static Result<SampleAuxiliary> open (BoxReader senc, uint32_t limit);

  bool empty () const { return samples_ == 0; }
  // The next sample's protection; null for a clear sample. False when the
  // box has not enough bytes.
  bool next (uint32_t scheme, const SampleEncryption &encryption,
      SampleProtection &protection);

private:
  BoxReader reader_;
  uint32_t samples_ = 0;
  bool subsamples_ = false;
};

} // namespace webmedia::mse
