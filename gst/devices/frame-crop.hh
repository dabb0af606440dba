// SPDX-License-Identifier: LGPL-2.1-or-later
// What is cut off a picture for it to have another shape.
#pragma once

#include <algorithm>
#include <cmath>

namespace webmedia::devices {

struct FrameCrop {
  int left = 0, right = 0, top = 0, bottom = 0;
};

// The largest part that has the shape of this width and height, from the
// middle. It begins where colours do.
inline FrameCrop
crop_to (int all_width, int all_height, int width, int height)
{
  double ratio = double (width) / height;
  int kept_width = std::min (all_width, int (std::lround (all_height * ratio)));
  int kept_height =
      std::min (all_height, int (std::lround (all_width / ratio)));
  auto split = [] (int all, int kept, int &before, int &after) {
    int rest = all - std::max (kept, 1);
    before = rest / 2 & ~1;
    after = rest - before;
  };
  FrameCrop crop;
  split (all_width, kept_width, crop.left, crop.right);
  split (all_height, kept_height, crop.top, crop.bottom);
  return crop;
}

} // namespace webmedia::devices
