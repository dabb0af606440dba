// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures of any size that a test gives to a device, and what comes of them.
#pragma once

#include "support/capture-fixture.hh"

namespace webmedia::test {

struct Size {
  int width, height;
  bool operator== (const Size &) const = default;
};

inline Size
size_of (const TrackPtr &track)
{
  return {int (CaptureFixture::setting (track, devices::Property::width)),
      int (CaptureFixture::setting (track, devices::Property::height))};
}

#define fail_unless_size(size, wanted)                                         \
  do {                                                                         \
    const Size is_ = (size), is_to_be_ = (wanted);                             \
    fail_unless (is_ == is_to_be_, "%dx%d is not %dx%d", is_.width,            \
        is_.height, is_to_be_.width, is_to_be_.height);                        \
  } while (0)

// Of this picture; some of before may be there still.
inline Size
next_size (Taker &taker, int shade)
{
  auto picture = taker.next ();
  while (picture && pixel (picture, 4, 0, 0) != shade)
    picture = taker.next ();
  fail_unless (bool (picture), "the track has ended");
  Size size{taker.number ("width"), taker.number ("height")};
  fail_unless_equals_int (
      pixel (picture, size.width, size.width - 1, size.height - 1), shade);
  fail_unless_equals_int (int (gst_buffer_get_size (picture.get ())),
      GST_ROUND_UP_4 (size.width) * size.height);
  return size;
}

// What devices that are opened give out comes from the test, one by one.
struct FedPictures {
  FedPictures () { make_fed (true); }
  ~FedPictures () { make_fed (false); }

  int give (int width, int height, int frames_a_second = 1)
  {
    shade = shade % 200 + 17;
    feed (sources_now ().front (),
        make_gray (width, height, shade, frames_a_second));
    return shade;
  }

  int shade = 0;
};

} // namespace webmedia::test
