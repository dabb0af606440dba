// SPDX-License-Identifier: LGPL-2.1-or-later
#include "meter.hh"

#include <algorithm>

namespace demo {

namespace {

constexpr size_t kAges = 90;

// One for each that has a place in the picture.
constexpr double kPictureInterval = 0.25;

} // namespace

// Meter

void
Meter::watch (GstElement *in)
{
  g_signal_connect (in, "pad-added", G_CALLBACK (on_pad_added), this);
}

void
Meter::on_pad_added (GstElement *, GstPad *pad, gpointer data)
{
  auto self = static_cast<Meter *> (data);
  Ptr<gchar> name (gst_pad_get_name (pad));
  {
    std::lock_guard<std::mutex> locker (self->lock_);
    if (!self->pad_.empty () || !g_str_has_prefix (name.get (), "video_"))
      return;
    self->pad_ = name.get ();
  }
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, self, nullptr);
}

// Its running time says when it was captured.
GstPadProbeReturn
Meter::on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  auto self = static_cast<Meter *> (data);
  Ptr<GstElement> in (gst_pad_get_parent_element (pad));
  Ptr<GstClock> clock (in ? gst_element_get_clock (in.get ()) : nullptr);
  GstEvent *event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  if (!clock || !event)
    return GST_PAD_PROBE_OK;
  const GstSegment *segment;
  gst_event_parse_segment (event, &segment);
  GstClockTime captured = gst_segment_to_running_time (segment, GST_FORMAT_TIME,
      GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info)));
  gst_event_unref (event);
  GstClockTime now =
      gst_clock_get_time (clock.get ()) - gst_element_get_base_time (in.get ());
  std::lock_guard<std::mutex> locker (self->lock_);
  self->ages_.resize (std::min (self->count_ + 1, kAges));
  self->ages_[self->count_++ % kAges] =
      1000 * (seconds (now) - seconds (captured));
  return GST_PAD_PROBE_OK;
}

Meter::Reading
Meter::read (GstElement *in)
{
  GstStructure *all = nullptr, *of_pad = nullptr;
  g_object_get (in, "stats", &all, nullptr);
  std::lock_guard<std::mutex> locker (lock_);
  if (gst_structure_get (
          all, pad_.c_str (), GST_TYPE_STRUCTURE, &of_pad, nullptr)) {
    gst_structure_get (of_pad, "delivered", G_TYPE_UINT64, &last_.delivered,
        "dropped", G_TYPE_UINT64, &last_.dropped, "waiting", G_TYPE_UINT,
        &last_.waiting, nullptr);
    gst_structure_free (of_pad);
  }
  gst_structure_free (all);
  auto ages = ages_;
  std::sort (ages.begin (), ages.end ());
  if (!ages.empty ()) {
    last_.median = ages[ages.size () / 2];
    last_.highest = ages.back ();
  }
  return last_;
}

// Camera

void
Camera::watch (GstPad *pad, double begin)
{
  begin_ = begin;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, this, nullptr);
}

GstPadProbeReturn
Camera::on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  auto self = static_cast<Camera *> (data);
  double wall = monotonic () - self->begin_;
  bool keep;
  {
    std::lock_guard<std::mutex> locker (self->lock_);
    self->ticks_.push_back (wall);
    keep = wall >= self->next_;
    if (keep)
      self->next_ = wall + kPictureInterval;
  }
  if (!keep)
    return GST_PAD_PROBE_OK;
  // A copy: the producer has only so many buffers.
  Ptr<GstBuffer> copy (gst_buffer_copy_deep (GST_PAD_PROBE_INFO_BUFFER (info)));
  Ptr<GstCaps> caps (gst_pad_get_current_caps (pad));
  Ptr<GstSample> sample (
      gst_sample_new (copy.get (), caps.get (), nullptr, nullptr));
  std::lock_guard<std::mutex> locker (self->lock_);
  self->pictures_.push_back ({wall, std::move (sample)});
  return GST_PAD_PROBE_OK;
}

std::vector<double>
Camera::ticks () const
{
  std::lock_guard<std::mutex> locker (lock_);
  return ticks_;
}

std::vector<Picture>
Camera::pictures () const
{
  std::lock_guard<std::mutex> locker (lock_);
  std::vector<Picture> all;
  for (const Picture &picture : pictures_)
    all.push_back ({picture.wall,
        Ptr<GstSample> (gst_sample_ref (picture.sample.get ()))});
  return all;
}

} // namespace demo
