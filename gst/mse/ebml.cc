// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/ebml.hh"

#include <bit>
#include <cstring>

namespace webmedia::mse {

HeaderStatus
read_element_id (const uint8_t *data, size_t size, uint32_t *id)
{
  if (size == 0)
    return HeaderStatus::incomplete;
  size_t length = size_t (std::countl_zero (data[0])) + 1;
  if (length > 4)
    return HeaderStatus::invalid;
  if (size < length)
    return HeaderStatus::incomplete;
  *id = uint32_t (read_uint (data, length));
  return HeaderStatus::complete;
}

HeaderStatus
read_any_element_header (
    const uint8_t *data, size_t size, ElementHeader *header)
{
  HeaderStatus status = read_element_id (data, size, &header->id);
  if (status != HeaderStatus::complete)
    return status;
  size_t id_length = size_t (std::countl_zero (data[0])) + 1;
  if (size == id_length)
    return HeaderStatus::incomplete;
  if (data[id_length] == 0)
    return HeaderStatus::invalid;
  size_t length = read_vint (data + id_length, size - id_length, &header->size);
  if (length == 0)
    return HeaderStatus::incomplete;
  header->length = uint8_t (id_length + length);
  return HeaderStatus::complete;
}

bool
EbmlReader::next ()
{
  if (left_ == 0 || malformed_)
    return false;
  if (read_element_header (next_, left_, &header_) != HeaderStatus::complete
      || header_.size == kUnknownSize
      || header_.size > left_ - header_.length) {
    malformed_ = true;
    return false;
  }
  data_ = next_ + header_.length;
  next_ = data_ + header_.size;
  left_ -= size_t (header_.total ());
  return true;
}

uint64_t
EbmlReader::as_uint ()
{
  if (size () > 8) {
    malformed_ = true;
    return 0;
  }
  return read_uint (data_, size ());
}

double
EbmlReader::as_float ()
{
  switch (size ()) {
  case 0:
    return 0;
  case 4:
    return double (std::bit_cast<float> (uint32_t (read_uint (data_, 4))));
  case 8:
    return std::bit_cast<double> (read_uint (data_, 8));
  default:
    malformed_ = true;
    return 0;
  }
}

// A string may be padded with zeros.
std::string
EbmlReader::as_string () const
{
  auto text = reinterpret_cast<const char *> (data_);
  return {text, strnlen (text, size ())};
}

} // namespace webmedia::mse
