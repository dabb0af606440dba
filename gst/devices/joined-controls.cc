// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/joined-controls.hh"

#include <map>

namespace webmedia::devices {

namespace {

class JoinedControls final : public CameraControls {
public:
  explicit JoinedControls (std::vector<std::shared_ptr<CameraControls>> parts)
      : parts_ (std::move (parts))
  {
    for (const auto &part : parts_)
      for (const auto &[property, domain] : part->domains ())
        owners_.try_emplace (property, part.get ());
  }

  Domains domains () const override
  {
    Domains all;
    for (const auto &part : parts_)
      for (auto &[property, domain] : part->domains ())
        if (owner_of (property) == part.get ())
          all.emplace_back (property, std::move (domain));
    return all;
  }

  Settings values () const override
  {
    Settings all;
    for (const auto &part : parts_)
      for (auto &[property, value] : part->values ())
        if (owner_of (property) == part.get ())
          all[property] = std::move (value);
    return all;
  }

  bool set (Property property, const Value &value) override
  {
    CameraControls *owner = owner_of (property);
    return owner && owner->set (property, value);
  }

  bool put_back (Property property, const Value &value) override
  {
    CameraControls *owner = owner_of (property);
    return owner && owner->put_back (property, value);
  }

  bool is_iso_automatic () const override
  {
    CameraControls *owner = owner_of (Property::iso);
    return owner && owner->is_iso_automatic ();
  }

  void free_iso () override
  {
    if (CameraControls *owner = owner_of (Property::iso))
      owner->free_iso ();
  }

private:
  CameraControls *owner_of (Property property) const
  {
    auto found = owners_.find (property);
    return found == owners_.end () ? nullptr : found->second;
  }

  const std::vector<std::shared_ptr<CameraControls>> parts_;
  std::map<Property, CameraControls *> owners_;
};

} // namespace

std::shared_ptr<CameraControls>
join_controls (std::vector<std::shared_ptr<CameraControls>> parts)
{
  std::erase (parts, nullptr);
  if (parts.size () < 2)
    return parts.empty () ? nullptr : std::move (parts.front ());
  return std::make_shared<JoinedControls> (std::move (parts));
}

} // namespace webmedia::devices
