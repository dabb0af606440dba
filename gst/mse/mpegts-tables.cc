// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpegts-tables.hh"

#include "base/ptr.hh"

#include <algorithm>
#include <cstring>
#include <gst/mpegts/mpegts.h>
#include <gst/tag/tag.h>
#include <mutex>
#include <string_view>

namespace webmedia::mse {

// 2.4.4.1: where a section begins, the payload starts with the number of bytes
// of the section before it.
Result<>
SectionReader::add (const TsPacket &packet)
{
  bytes_.erase (bytes_.begin (), bytes_.begin () + ptrdiff_t (taken_));
  taken_ = 0;
  const uint8_t *data = packet.payload;
  size_t size = packet.size;
  if (packet.start) {
    if (size == 0 || data[0] >= size)
      return mpegts_error (packet.pid, "section that begins in no packet");
    size_t before = data[0];
    if (joined_)
      bytes_.insert (bytes_.end (), data + 1, data + 1 + before);
    // A section that is not whole now never will be; 0xff is no section.
    size_t whole = bytes_.size () < 3
                       ? SIZE_MAX
                       : 3 + ((bytes_[1] & 0xfu) << 8 | bytes_[2]);
    if (!bytes_.empty () && bytes_[0] != 0xff && bytes_.size () < whole)
      return mpegts_error (packet.pid, "section that is cut off");
    if (bytes_.size () > whole)
      bytes_.resize (whole);
    if (!bytes_.empty () && bytes_[0] == 0xff)
      bytes_.clear ();
    joined_ = true;
    data += 1 + before;
    size -= 1 + before;
  }
  if (joined_)
    bytes_.insert (bytes_.end (), data, data + size);
  return ok;
}

const uint8_t *
SectionReader::next (size_t *size)
{
  const uint8_t *data = bytes_.data () + taken_;
  size_t left = bytes_.size () - taken_;
  // Stuffing fills the rest of the packet.
  if (left > 0 && data[0] == 0xff) {
    bytes_.clear ();
    taken_ = 0;
    joined_ = false;
    return nullptr;
  }
  if (left < 3)
    return nullptr;
  *size = 3 + size_t ((data[1] & 0xf) << 8 | data[2]);
  if (left < *size)
    return nullptr;
  taken_ += *size;
  return data;
}

namespace {

struct SectionUnref {
  void operator() (GstMpegtsSection *section) const
  {
    gst_mpegts_section_unref (section);
  }
};
using SectionPtr = std::unique_ptr<GstMpegtsSection, SectionUnref>;

SectionPtr
make_section (uint16_t pid, const uint8_t *data, size_t size)
{
  static std::once_flag once;
  std::call_once (once, gst_mpegts_initialize);
  auto *copy = static_cast<guint8 *> (g_memdup2 (data, size));
  return SectionPtr (gst_mpegts_section_new (pid, copy, size));
}

// 2.6.8: whose private data it is.
bool
is_registered (GPtrArray *descriptors, std::string_view format)
{
  const GstMpegtsDescriptor *found =
      gst_mpegts_find_descriptor (descriptors, GST_MTS_DESC_REGISTRATION);
  return found && found->length >= 4
         && memcmp (found->data + 2, format.data (), 4) == 0;
}

// ATSC A/52 and ETSI EN 300 468 have types and descriptors of their own.
MpegtsCodec
codec_of (const GstMpegtsPMTStream &stream)
{
  GPtrArray *descriptors = stream.descriptors;
  switch (stream.stream_type) {
  case GST_MPEGTS_STREAM_TYPE_VIDEO_H264:
    return MpegtsCodec::h264;
  case GST_MPEGTS_STREAM_TYPE_VIDEO_HEVC:
    return MpegtsCodec::h265;
  case GST_MPEGTS_STREAM_TYPE_AUDIO_AAC_ADTS:
    return MpegtsCodec::aac;
  case GST_MPEGTS_STREAM_TYPE_AUDIO_MPEG1:
  case GST_MPEGTS_STREAM_TYPE_AUDIO_MPEG2:
    return MpegtsCodec::mpeg_audio;
  case 0x81:
    return MpegtsCodec::ac3;
  case 0x87:
    return MpegtsCodec::eac3;
  case GST_MPEGTS_STREAM_TYPE_PRIVATE_PES_PACKETS:
    if (gst_mpegts_find_descriptor (descriptors, GST_MTS_DESC_DVB_AC3)
        || is_registered (descriptors, "AC-3"))
      return MpegtsCodec::ac3;
    if (gst_mpegts_find_descriptor (descriptors, GST_MTS_DESC_DVB_ENHANCED_AC3)
        || is_registered (descriptors, "EAC3"))
      return MpegtsCodec::eac3;
    if (is_registered (descriptors, "HEVC"))
      return MpegtsCodec::h265;
    for (const char *known : {"Opus", "DTS1", "DTS2", "DTS3", "AV01", "BSSD"})
      if (is_registered (descriptors, known))
        return MpegtsCodec::unsupported;
    return MpegtsCodec::data;
  // MPEG-1, 2 and 4 video, AAC in LATM, MPEG-4 audio without a transport,
  // JPEG 2000, VVC; DTS and TrueHD; AVS, Dirac and VC-1.
  case 0x01:
  case 0x02:
  case 0x10:
  case 0x11:
  case 0x1c:
  case 0x1e:
  case 0x21:
  case 0x2d:
  case 0x33:
  case 0x42:
  case 0x82:
  case 0x83:
  case 0x85:
  case 0x8a:
  case 0xd1:
  case 0xd2:
  case 0xea:
    return MpegtsCodec::unsupported;
  default:
    return MpegtsCodec::data;
  }
}

// 2.6.18: three letters of ISO 639-2, and what the sound is for.
void
read_language (GPtrArray *descriptors, MpegtsEntry &entry)
{
  const GstMpegtsDescriptor *found =
      gst_mpegts_find_descriptor (descriptors, GST_MTS_DESC_ISO_639_LANGUAGE);
  if (!found || found->length < 3)
    return;
  if (found->length > 3)
    entry.audio_type = found->data[5];
  char code[4] = {};
  for (int i = 0; i < 3; i++) {
    if (!g_ascii_isalpha (found->data[2 + i]))
      return;
    code[i] = g_ascii_tolower (char (found->data[2 + i]));
  }
  if (strcmp (code, "und") == 0)
    return;
  const char *shortest = gst_tag_get_language_code_iso_639_1 (code);
  entry.language = shortest ? shortest : code;
}

} // namespace

std::string
describe_stream_type (uint8_t type)
{
  static const struct {
    uint8_t type;
    const char *name;
  } kNames[] = {{0x01, "MPEG-1 video"}, {0x02, "MPEG-2 video"},
      {0x10, "MPEG-4 video"}, {0x11, "AAC in LATM"}, {0x21, "JPEG 2000"},
      {0x33, "VVC"}, {0x82, "DTS"}, {0x83, "TrueHD"}, {0x85, "DTS"},
      {0x8a, "DTS"}, {0xd1, "Dirac"}, {0xea, "VC-1"}};
  char number[] = "stream type 0x00";
  g_snprintf (number, sizeof (number), "stream type 0x%02x", type);
  for (const auto &known : kNames)
    if (known.type == type)
      return std::string (known.name) + " (" + number + ")";
  return number;
}

Result<bool>
MpegtsTables::read (const TsPacket &packet)
{
  if (packet.size == 0)
    return false;
  if (packet.scrambled)
    return mpegts_error (packet.pid, "scrambled table");
  bool changed = false;
  SectionReader &reader = packet.pid == 0 ? pat_reader_ : pmt_reader_;
  if (Result<> added = reader.add (packet); !added)
    return added.error ();
  size_t size;
  while (const uint8_t *data = reader.next (&size)) {
    Result<bool> read = read_section (packet, data, size);
    if (!read)
      return read;
    changed |= *read;
  }
  return changed;
}

Result<bool>
MpegtsTables::read_section (
    const TsPacket &packet, const uint8_t *data, size_t size)
{
  bool pat = packet.pid == 0;
  // Other tables may share the PID of the PMT.
  if (data[0] != (pat ? 0 : 2))
    return false;
  std::vector<uint8_t> &last = pat ? pat_ : pmt_;
  if (last.size () == size && memcmp (last.data (), data, size) == 0)
    return false;
  if (size > SectionReader::kMaxSize || size < 12 || !(data[1] & 0x80))
    return mpegts_error (packet.pid, "malformed section");
  if (data[7] != 0)
    return mpegts_error (packet.pid, "table of several sections");
  bool current = data[5] & 1;
  if (!current)
    return false;
  if (!pat)
    return read_pmt (data, size);
  if (Result<> read = read_pat (data, size); !read)
    return read.error ();
  return false;
}

Result<>
MpegtsTables::read_pat (const uint8_t *data, size_t size)
{
  SectionPtr section = make_section (0, data, size);
  GPtrArray *programs =
      section ? gst_mpegts_section_get_pat (section.get ()) : nullptr;
  if (!programs)
    return mpegts_error (0, "PAT that is broken or has a wrong CRC");
  unsigned count = 0;
  uint16_t pid = kNullPid;
  for (guint i = 0; i < programs->len; i++) {
    auto *program = static_cast<const GstMpegtsPatProgram *> (
        g_ptr_array_index (programs, i));
    if (program->program_number == 0) // network information
      continue;
    count++;
    pid = program->network_or_program_map_PID;
  }
  g_ptr_array_unref (programs);
  if (count != 1)
    return mpegts_error (
        0, count == 0 ? "PAT without a program"
                      : "PAT with several programs; append one program alone");
  if (pid < 0x10 || pid == kNullPid)
    return mpegts_error (0, "PAT with a reserved PID for its PMT");
  pat_.assign (data, data + size);
  if (pid != pmt_pid_) {
    pmt_pid_ = pid;
    pmt_reader_.reset ();
    pmt_.clear ();
  }
  return ok;
}

Result<bool>
MpegtsTables::read_pmt (const uint8_t *data, size_t size)
{
  SectionPtr section = make_section (pmt_pid_, data, size);
  const GstMpegtsPMT *pmt =
      section ? gst_mpegts_section_get_pmt (section.get ()) : nullptr;
  if (!pmt)
    return mpegts_error (pmt_pid_, "PMT that is broken or has a wrong CRC");
  MpegtsProgram program;
  program.pcr_pid = pmt->pcr_pid;
  for (guint i = 0; i < pmt->streams->len; i++) {
    auto *stream = static_cast<const GstMpegtsPMTStream *> (
        g_ptr_array_index (pmt->streams, i));
    MpegtsEntry entry{stream->pid, stream->stream_type, codec_of (*stream), {}};
    if (entry.codec == MpegtsCodec::data)
      continue;
    read_language (stream->descriptors, entry);
    if (is_table (entry.pid) || entry.pid == kNullPid
        || std::any_of (program.entries.begin (), program.entries.end (),
            [&entry] (
                const MpegtsEntry &other) { return other.pid == entry.pid; }))
      return mpegts_error (pmt_pid_, "PMT that gives a PID to several streams");
    program.entries.push_back (std::move (entry));
  }
  pmt_.assign (data, data + size);
  if (complete_ && program == program_)
    return false;
  complete_ = true;
  program_ = std::move (program);
  return true;
}

void
MpegtsTables::reset ()
{
  pat_reader_.reset ();
  pmt_reader_.reset ();
}

} // namespace webmedia::mse
