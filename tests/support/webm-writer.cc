// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/webm-writer.hh"

#include <bit>

namespace webmedia::mse {

Bytes
join (const std::vector<Bytes> &parts)
{
  Bytes all;
  for (const Bytes &part : parts)
    all.insert (all.end (), part.begin (), part.end ());
  return all;
}

Bytes
bytes_of (const std::string &text)
{
  return {text.begin (), text.end ()};
}

static Bytes
big_endian (uint64_t value, unsigned length)
{
  Bytes bytes;
  while (length-- > 0)
    bytes.push_back (uint8_t (value >> (8 * length)));
  return bytes;
}

static Bytes
id_bytes (uint32_t id)
{
  unsigned length = 1;
  while (length < 4 && id >> (8 * length))
    length++;
  return big_endian (id, length);
}

// A number with its length marker, as short as can be.
static Bytes
vint (uint64_t value)
{
  unsigned length = 1;
  while (value >= (uint64_t (1) << (7 * length)) - 1)
    length++;
  return big_endian (value | uint64_t (1) << (7 * length), length);
}

Bytes
element (uint32_t id, const Bytes &content)
{
  return join ({id_bytes (id), vint (content.size ()), content});
}

Bytes
element_of_unknown_size (uint32_t id, const Bytes &content)
{
  return join ({id_bytes (id), {0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
      content});
}

Bytes
uint_element (uint32_t id, uint64_t value)
{
  unsigned length = 1;
  while (length < 8 && value >> (8 * length))
    length++;
  return element (id, big_endian (value, length));
}

Bytes
float_element (uint32_t id, double value)
{
  return element (id, big_endian (std::bit_cast<uint64_t> (value), 8));
}

Bytes
text_element (uint32_t id, const std::string &text)
{
  return element (id, bytes_of (text));
}

Bytes
ebml_header (const std::string &doc_type)
{
  return element (
      0x1a45dfa3, join ({uint_element (0x4286, 1), uint_element (0x42f7, 1),
                      uint_element (0x42f2, 4), uint_element (0x42f3, 8),
                      text_element (0x4282, doc_type), uint_element (0x4287, 4),
                      uint_element (0x4285, 2)}));
}

Bytes
info (uint64_t timecode_scale, double duration)
{
  Bytes content = uint_element (0x2ad7b1, timecode_scale);
  if (duration > 0)
    content = join ({content, float_element (0x4489, duration)});
  return element (0x1549a966, content);
}

Bytes
tracks (const std::vector<Bytes> &entries)
{
  return element (0x1654ae6b, join (entries));
}

Bytes
video_entry (unsigned number, const Bytes &more, const std::string &codec)
{
  return element (0xae, join ({uint_element (0xd7, number),
                            uint_element (0x83, 1), text_element (0x86, codec),
                            element (0xe0, join ({uint_element (0xb0, 320),
                                               uint_element (0xba, 180)})),
                            more}));
}

Bytes
opus_entry (unsigned number, const Bytes &more)
{
  Bytes head = bytes_of ("OpusHead");
  // Version, channels, pre-skip, rate, gain, mapping family.
  head.insert (head.end (), {1, 2, 0x38, 1, 0x80, 0xbb, 0, 0, 0, 0, 0});
  return element (
      0xae, join ({uint_element (0xd7, number), uint_element (0x83, 2),
                text_element (0x86, "A_OPUS"), element (0x63a2, head), more}));
}

Bytes
init_segment (const std::vector<Bytes> &entries, uint64_t timecode_scale)
{
  return join (
      {ebml_header (), element_of_unknown_size (0x18538067,
                           join ({info (timecode_scale), tracks (entries)}))});
}

Bytes
timecode (uint64_t time)
{
  return uint_element (0xe7, time);
}

Bytes
cluster (uint64_t time, const std::vector<Bytes> &children)
{
  return element (0x1f43b675, join ({timecode (time), join (children)}));
}

Bytes
live_cluster (uint64_t time, const std::vector<Bytes> &children)
{
  return element_of_unknown_size (
      0x1f43b675, join ({timecode (time), join (children)}));
}

static Bytes
block_content (unsigned track, int time, uint8_t flags, const Bytes &payload)
{
  return join ({vint (track), big_endian (uint16_t (int16_t (time)), 2),
      {flags}, payload});
}

Bytes
block (unsigned track, int time, uint8_t flags, const Bytes &payload)
{
  return element (0xa1, block_content (track, time, flags, payload));
}

Bytes
simple_block (unsigned track, int time, const Bytes &payload, uint8_t flags)
{
  return element (0xa3, block_content (track, time, flags, payload));
}

Bytes
block_group (const std::vector<Bytes> &children)
{
  return element (0xa0, join (children));
}

Bytes
xiph_lace (const std::vector<Bytes> &frames)
{
  Bytes lace{uint8_t (frames.size () - 1)};
  for (size_t i = 0; i + 1 < frames.size (); i++) {
    size_t size = frames[i].size ();
    for (; size >= 255; size -= 255)
      lace.push_back (255);
    lace.push_back (uint8_t (size));
  }
  return join ({lace, join (frames)});
}

Bytes
fixed_lace (const std::vector<Bytes> &frames)
{
  return join ({{uint8_t (frames.size () - 1)}, join (frames)});
}

Bytes
ebml_lace (const std::vector<Bytes> &frames)
{
  Bytes lace =
      join ({{uint8_t (frames.size () - 1)}, vint (frames[0].size ())});
  for (size_t i = 1; i + 1 < frames.size (); i++) {
    int64_t difference =
        int64_t (frames[i].size ()) - int64_t (frames[i - 1].size ());
    // Two bytes hold differences within 8191.
    Bytes number = big_endian (uint64_t (difference + 8191) | 0x4000, 2);
    lace = join ({lace, number});
  }
  return join ({lace, join (frames)});
}

Bytes
opus_packet (size_t size)
{
  Bytes packet (size, 0x55);
  packet[0] = 0xfc;
  return packet;
}

} // namespace webmedia::mse
