// SPDX-License-Identifier: LGPL-2.1-or-later
// Encrypted tracks of WebM: AES in counter mode, a key a track.
// https://www.webmproject.org/docs/webm-encryption/
#pragma once

#include "mse/byte-queue.hh"
#include "mse/byte-stream-parser.hh"
#include "mse/ebml.hh"

namespace webmedia::mse {

// What ContentEncodings says of a track. Threads: reentrant.
class WebmEncryption {
public:
  // Reads the element's content; what is wrong with it, or is not WebM's
  // encryption, or null.
  const char *read (EbmlReader encodings);

  // Turns `config` into that of an encrypted track, as matroskademux does.
  void protect (TrackConfig &config) const;
  InitData init_data () const;

  // What stands before a frame's own bytes: a signal byte, and more if it is
  // encrypted.
  struct Head {
    size_t size;
    SampleProtection protection; // null: it is clear
  };
  // Reads it of the frame of `size` bytes at `offset` of `input`; what is wrong
  // with it, or null.
  const char *read_head (
      ByteQueue &input, size_t offset, uint32_t size, Head *head) const;

private:
  std::vector<uint8_t> key_id_;
};

} // namespace webmedia::mse
