// SPDX-License-Identifier: LGPL-2.1-or-later
// MIME types with a codecs parameter: what isTypeSupported, addSourceBuffer
// and changeType are asked about.
#pragma once

#include "base/result.hh"
#include "mse/byte-stream-parser.hh"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace webmedia::mse {

enum class Container { mp4, webm, adts, mpeg, mp2t };

// A MIME type of a byte stream format that we have.
struct ContentType {
  Container container = Container::mp4;
  TrackKind kind = TrackKind::video; // of the MIME type: audio or video
  std::vector<std::string> codecs;   // as they were spelt, no spaces around
  bool has_codecs = false;           // a codecs parameter is there

  bool operator== (const ContentType &) const = default;

  // The spec's generate timestamps flag.
  bool generates_timestamps () const
  {
    return container == Container::adts || container == Container::mpeg;
  }
};

// Takes a MIME type apart. Fails where it is none, or none of our formats;
// says nothing about the codecs.
Result<ContentType> parse_content_type (std::string_view type);

// The type when addSourceBuffer may take it; else the error that it throws.
Result<ContentType> check_supported (std::string_view type);

// https://www.w3.org/TR/media-source-2/#dom-mediasource-istypesupported
bool is_type_supported (std::string_view type);

// Whether the type lets a track of this codec appear in its byte stream.
bool codec_promised (const ContentType &type, const std::string &codec);

// A parser of the type's byte stream format.
std::unique_ptr<ByteStreamParser> make_parser (const ContentType &type);

// The MIME type of a byte stream that begins with these bytes; null when they
// are none of ours, or too few to tell (then *need_more is set).
const char *sniff_type (const uint8_t *data, size_t size, bool *need_more);

} // namespace webmedia::mse
