// SPDX-License-Identifier: LGPL-2.1-or-later
// Devices that GStreamer knows, and the ids that they are given.
#pragma once

#include "devices/device.hh"

#include <map>
#include <optional>

namespace webmedia::devices {

// Threads: thread-bound (whoever holds its list's lock).
class DeviceEntries {
public:
  explicit DeviceEntries (std::string salt) : salt_ (std::move (salt)) {}

  // What was there at first: numbers equal devices by their place. Whether
  // there were any.
  bool add_all (std::vector<Ptr<GstDevice>> objects);

  // One that comes in the place of another; null: none. It may be known
  // already, and the other one need not be. Whether anything has changed.
  bool replace (const Ptr<GstDevice> &before, const Ptr<GstDevice> &after);

  // In the order in which they came, the same device of two providers once.
  Devices devices () const;

private:
  struct Entry {
    Ptr<GstDevice> object;
    std::optional<Device> device; // none if it is neither source nor speaker
    std::string identity;
    std::string place;
    unsigned number = 0; // of those that are equal
  };

  Entry make_entry (const Ptr<GstDevice> &object);
  void number (Entry &entry) const;
  std::string group_of (const std::vector<std::string> &marks);
  bool known (const GstDevice *object) const;
  void insert (Entry entry, size_t index);
  bool listed_before (size_t index) const;

  const std::string salt_;
  std::vector<Entry> entries_;
  std::map<std::string, std::string> groups_; // by their marks
};

} // namespace webmedia::devices
