// SPDX-License-Identifier: LGPL-2.1-or-later
#include "controlled-param.hh"

#include "base/log.hh"

#include <algorithm>
#include <cmath>

WEBMEDIA_DEBUG_CATEGORY ("audioworklet", "Web Audio's AudioWorklet")

namespace webmedia::elements {

using worklet::StreamTime;

// Values that are asked for at once.
static constexpr size_t kAtOnce = 512;
// Frames of a buffer that are asked for before its quanta.
static constexpr size_t kAhead = 8192;

// Times of GstControlSource are whole nanoseconds, and a frame lasts none such.
// But some number of frames nearly does: three of 48 kHz are 62,500 ns. So it
// is asked for every third one, from the first, from the second, and from the
// third on. An interval is rounded up, as the times of frames are, and begins
// anew before that adds up to much.
ControlledParam::Steps
ControlledParam::choose_steps (uint32_t rate)
{
  constexpr double kAllowed = 1; // ns, at the last one
  constexpr double kFrames = 128;
  Steps best;
  double least = kFrames;
  for (size_t step = 1; step <= 8 && least > kAllowed; step++) {
    const double interval =
        static_cast<double> (step) * GST_SECOND / static_cast<double> (rate);
    const double each = std::ceil (interval) - interval;
    const double error = each * kFrames / static_cast<double> (step);
    if (error >= least)
      continue;
    least = error;
    const double most = each > 0 ? kAllowed / each : kAtOnce;
    best = {step, step
                      * static_cast<size_t> (std::clamp (
                          most, 16.0, static_cast<double> (kAtOnce)))};
  }
  return best;
}

void
ControlledParam::set (float value)
{
  std::shared_ptr<worklet::ParamView> param;
  Setting setting;
  {
    MutexLocker locker (lock_);
    value_.store (value, std::memory_order_relaxed);
    setting = count_locked (value);
    if (!is_given_)
      set_ = setting;
    param = param_;
  }
  assign (std::move (param), setting);
}

// What is controlled no more stays as it is.
void
ControlledParam::stay ()
{
  std::shared_ptr<worklet::ParamView> param;
  Setting setting;
  {
    MutexLocker locker (lock_);
    setting = count_locked (value_.load (std::memory_order_relaxed));
    param = param_;
  }
  assign (std::move (param), setting);
}

ControlledParam::Setting
ControlledParam::count_locked (float value)
{
  latest_ = {value, ++n_settings_};
  return *latest_;
}

// To the node, if there is one. What another thread set later may have come to
// it earlier: then it is assigned once more. It ends when nobody has set it
// meanwhile.
void
ControlledParam::assign (
    std::shared_ptr<worklet::ParamView> param, Setting setting)
{
  while (param) {
    // On the web it is an error where a curve lasts; here it has no effect.
    if (auto set = param->set_value (setting.value); !set)
      GST_WARNING ("the value %g is not set: %s", setting.value,
          set.error ().message.c_str ());
    MutexLocker locker (lock_);
    if (param != param_ || !latest_ || latest_->number == setting.number)
      return;
    setting = *latest_;
  }
}

float
ControlledParam::get () const
{
  if (is_controlled_.load (std::memory_order_relaxed))
    return value_.load (std::memory_order_relaxed);
  std::shared_ptr<worklet::ParamView> param;
  {
    MutexLocker locker (lock_);
    if (!param_)
      return set_ ? set_->value : descriptor_.default_value;
    param = param_;
  }
  return param->value ();
}

// What is set while the node is given its value is given to it, too.
void
ControlledParam::follow (std::shared_ptr<worklet::ParamView> param)
{
  for (std::optional<Setting> given;;) {
    {
      MutexLocker locker (lock_);
      if (!param || !set_ || (given && given->number == set_->number)) {
        replace_locked (param, false);
        return;
      }
      given = set_;
    }
    (void)param->set_value (given->value);
  }
}

void
ControlledParam::follow_given (std::shared_ptr<worklet::ParamView> param)
{
  MutexLocker locker (lock_);
  replace_locked (param, true);
}

// The caller lets go of the one before, without the lock.
void
ControlledParam::replace_locked (
    std::shared_ptr<worklet::ParamView> &param, bool is_given)
{
  is_controlled_.store (false);
  std::swap (param_, param);
  is_given_ = is_given;
  latest_.reset ();
}

bool
ControlledParam::look_up (GstObject *child, uint32_t rate)
{
  find_binding (child);
  const bool is_controlled =
      binding_ && !gst_control_binding_is_disabled (binding_.get ());
  if (is_controlled && !is_controlled_.load ())
    value_.store (get (), std::memory_order_relaxed);
  // No exchange: others write it only while nothing streams (follow()).
  const bool was_controlled = is_controlled_.load (std::memory_order_relaxed);
  if (was_controlled != is_controlled)
    is_controlled_.store (is_controlled);
  if (was_controlled && !is_controlled)
    stay ();
  if (rate != rate_) {
    rate_ = rate;
    steps_ = choose_steps (rate);
  }
  n_ahead_ = 0;
  return is_controlled;
}

void
ControlledParam::prepare (StreamTime start, size_t frames)
{
  if (!is_controlled_.load (std::memory_order_relaxed) || !wants_all_
      || !start.is_known ())
    return;
  n_ahead_ = std::min (frames, kAhead);
  ahead_start_ = start;
  ahead_.resize (std::max (ahead_.size (), n_ahead_));
  compute (start, n_ahead_, ahead_.data ());
}

void
ControlledParam::find_binding (GstObject *child)
{
  // As gst_object_sync_values() looks first.
  if (!child->control_bindings) {
    binding_.reset ();
    source_.reset ();
    return;
  }
  auto binding = Ptr<GstControlBinding>::adopt (
      gst_object_get_control_binding (child, "value"));
  if (binding == binding_)
    return;
  source_.reset ();
  if (binding
      && g_str_equal (
          G_OBJECT_TYPE_NAME (binding.get ()), "GstDirectControlBinding")) {
    GstControlSource *source = nullptr;
    gboolean is_absolute = FALSE;
    g_object_get (binding.get (), "control-source", &source, "absolute",
        &is_absolute, nullptr);
    source_ = Ptr<GstControlSource>::adopt (source);
    is_absolute_ = is_absolute;
  }
  binding_ = std::move (binding);
}

// Every `step`th of `values`. Where the source has no value, it is the last
// one. What is out of the range is held in it later, by who asked.
void
ControlledParam::ask (GstClockTime start, GstClockTime interval, size_t count,
    float *values, size_t step)
{
  const float last = value_.load (std::memory_order_relaxed);
  const auto n = static_cast<guint> (count);
  if (!source_) {
    float given[kAtOnce];
    if (!gst_control_binding_get_value_array (
            binding_.get (), start, interval, n, given))
      std::fill_n (given, count, last);
    for (size_t i = 0; i < count; i++)
      values[i * step] = given[i];
    return;
  }
  double given[kAtOnce];
  if (!gst_control_source_get_value_array (
          source_.get (), start, interval, n, given))
    std::fill_n (given, count, NAN);
  const double least = descriptor_.min_value;
  const double range = descriptor_.max_value - least;
  if (!is_absolute_)
    for (size_t i = 0; i < count; i++)
      given[i] = least + std::clamp (given[i], 0.0, 1.0) * range;
  for (size_t i = 0; i < count; i++) {
    const auto value = static_cast<float> (given[i]);
    values[i * step] = value == value ? value : last;
  }
}

// What a frame is asked for is the same whichever frames are asked for with it:
// spans are counted from the first frame of all.
void
ControlledParam::compute (StreamTime start, size_t count, float *values)
{
  const auto [step, span] = steps_;
  const auto interval = static_cast<GstClockTime> (
      StreamTime{0, static_cast<int64_t> (step)}.time (rate_));
  for (size_t i = 0; i < count;) {
    const StreamTime first = start.after (static_cast<int64_t> (i));
    const auto length = static_cast<int64_t> (span);
    const int64_t done = (first.frames % length + length) % length;
    const auto before = static_cast<size_t> (done);
    const size_t end = std::min (count, i + span - before);
    for (size_t k = 0; k < step && i + k < end; k++) {
      const size_t at = before + k;
      const StreamTime begin =
          first.after (static_cast<int64_t> (at % step) - done);
      const Time time = std::max<Time> (begin.time (rate_), 0);
      ask (static_cast<GstClockTime> (time) + at / step * interval, interval,
          (end - i - k + step - 1) / step, values + i + k, step);
    }
    i = end;
  }
}

// What prepare() has asked for already, or null.
const float *
ControlledParam::find_ahead (StreamTime start, size_t count) const
{
  const int64_t from = start.frames - ahead_start_.frames;
  if (start.start != ahead_start_.start || from < 0)
    return nullptr;
  const auto skipped = static_cast<size_t> (from);
  return skipped + count <= n_ahead_ ? ahead_.data () + skipped : nullptr;
}

size_t
ControlledParam::fill (
    const worklet::QuantumTime &time, float *values, size_t count)
{
  if (!is_controlled_.load (std::memory_order_relaxed))
    return 0;
  wants_all_ = count > 1;
  if (const float *known = find_ahead (time.stream_time, count)) {
    std::copy_n (known, count, values);
  } else {
    compute (time.stream_time.is_known ()
                 ? time.stream_time
                 : StreamTime{0, static_cast<int64_t> (time.clock ())},
        count, values);
  }
  value_.store (
      std::clamp (values[0], descriptor_.min_value, descriptor_.max_value),
      std::memory_order_relaxed);
  const bool is_constant = std::all_of (values + 1, values + count,
      [values] (float value) { return value == values[0]; });
  return is_constant ? 1 : count;
}

} // namespace webmedia::elements
