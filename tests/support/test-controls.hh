// SPDX-License-Identifier: LGPL-2.1-or-later
// The controls of a camera that is not there: it brings them itself.
#pragma once

#include "devices/camera-controls.hh"

#include <functional>
#include <mutex>
#include <set>
#include <string>

namespace webmedia::test {

inline devices::Domain
range (double low, double high, double step)
{
  return {.values = {}, .numbers = {.intervals = {{low, high}}, .step = step}};
}

inline devices::Domain
one_of (std::initializer_list<const char *> names)
{
  devices::Domain domain;
  for (const char *name : names)
    domain.values.emplace_back (std::string (name));
  return domain;
}

// A camera that can do all that the web has a name for, and does what it is
// told. Any thread may look at it.
class TestControls final : public devices::CameraControls {
public:
  using Property = devices::Property;

  devices::Domains domains () const override
  {
    return {{Property::white_balance_mode, one_of ({"manual", "continuous"})},
        {Property::exposure_mode, one_of ({"manual", "continuous"})},
        {Property::focus_mode,
            one_of ({"manual", "continuous", "single-shot"})},
        {Property::points_of_interest,
            {.values = {}, .numbers = {}, .points = 2}},
        {Property::exposure_compensation, range (-2, 2, 0.5)},
        {Property::exposure_time, range (1, 5000, 1)},
        {Property::color_temperature, range (2800, 6500, 50)},
        {Property::iso, range (100, 800, 100)},
        {Property::brightness, range (-64, 64, 1)},
        {Property::contrast, range (0, 100, 1)},
        {Property::saturation, range (0, 100, 1)},
        {Property::sharpness, range (0, 7, 1)},
        {Property::focus_distance, range (0, 250, 5)},
        {Property::pan, range (-36000, 36000, 3600)},
        {Property::tilt, range (-36000, 36000, 3600)},
        {Property::zoom, range (100, 400, 10)},
        {Property::torch, {.values = {false, true}, .numbers = {}}}};
  }
  devices::Settings values () const override
  {
    std::lock_guard locker (lock_);
    devices::Settings read = now_;
    for (Property property : unread)
      read.erase (property);
    return read;
  }
  // As V4L2 has it, what does not count in its mode is not taken.
  bool set (Property property, const devices::Value &value) override
  {
    if (on_set)
      on_set ();
    std::lock_guard locker (lock_);
    if (refused.contains (property)
        || (property == Property::exposure_time && is_automatic_locked ()))
      return false;
    written_ += std::string (written_.empty () ? "" : " ")
                + devices::info (property).name;
    if (property == Property::iso)
      is_iso_free_ = false;
    if (!ignored.contains (property))
      now_[property] = value;
    return true;
  }

  bool put_back (Property property, const devices::Value &value) override
  {
    if (value != devices::Value (std::string ("single-shot")))
      return set (property, value);
    put (property, value);
    return true;
  }

  bool is_iso_automatic () const override
  {
    std::lock_guard locker (lock_);
    return is_iso_free_;
  }
  void free_iso () override
  {
    std::lock_guard locker (lock_);
    is_iso_free_ = true;
    now_[Property::iso] = 100.; // what it finds right
  }

  // By hand, or by another process.
  void put (Property property, devices::Value value)
  {
    std::lock_guard locker (lock_);
    now_[property] = std::move (value);
  }
  double number (Property property) const
  {
    std::lock_guard locker (lock_);
    return *std::get_if<double> (&now_locked (property));
  }
  std::string text (Property property) const
  {
    std::lock_guard locker (lock_);
    return *std::get_if<std::string> (&now_locked (property));
  }
  bool is_on (Property property) const
  {
    std::lock_guard locker (lock_);
    return *std::get_if<bool> (&now_locked (property));
  }
  // The names of what was set, since it was asked for last.
  std::string take_written ()
  {
    std::lock_guard locker (lock_);
    return std::exchange (written_, {});
  }

  std::set<Property> refused;    // before it is open
  std::set<Property> ignored;    // taken, and nothing happens
  std::set<Property> unread;     // as nobody reads it now
  std::function<void ()> on_set; // before it is open; on any thread

private:
  const devices::Value &now_locked (Property property) const
  {
    return now_.find (property)->second;
  }
  bool is_automatic_locked () const
  {
    return now_locked (Property::exposure_mode)
           == devices::Value (std::string ("continuous"));
  }

  mutable std::mutex lock_;
  std::string written_;
  bool is_iso_free_ = true;
  devices::Settings now_{
      {Property::white_balance_mode, std::string ("continuous")},
      {Property::exposure_mode, std::string ("continuous")},
      {Property::focus_mode, std::string ("continuous")},
      {Property::points_of_interest, std::vector<devices::Point> ()},
      {Property::exposure_compensation, 0.}, {Property::exposure_time, 312.},
      {Property::color_temperature, 4600.}, {Property::iso, 100.},
      {Property::brightness, 0.}, {Property::contrast, 50.},
      {Property::saturation, 50.}, {Property::sharpness, 3.},
      {Property::focus_distance, 0.}, {Property::pan, 0.}, {Property::tilt, 0.},
      {Property::zoom, 100.}, {Property::torch, false}};
};

} // namespace webmedia::test
