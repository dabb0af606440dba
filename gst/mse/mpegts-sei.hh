// SPDX-License-Identifier: LGPL-2.1-or-later
// Recovery points of H.264, by GStreamer's parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace webmedia::mse {

// Threads: reentrant.
class RecoveryPoints {
public:
  // The sequence parameter set of what follows: a NAL unit without its start
  // code.
  void set_sps (const uint8_t *nal, size_t size);
  // Whether an SEI NAL unit says that the picture behind it is right, or right
  // enough to be shown, where decoding begins with it (recovery_frame_cnt 0).
  bool starts_here (const uint8_t *nal, size_t size);

private:
  struct Parser;
  struct Free {
    void operator() (Parser *parser) const;
  };
  std::unique_ptr<Parser, Free> parser_; // from the first one on
};

} // namespace webmedia::mse
