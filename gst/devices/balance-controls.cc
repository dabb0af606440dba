// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/balance-controls.hh"

#include "devices/element-interface.hh"

#include <cmath>
#include <gst/video/colorbalance.h>

namespace webmedia::devices {

namespace {

// libgstvideo (1.22) registers it without a lock: of two threads that ask first
// one is warned. So it is asked as the library is loaded.
const GType kColorBalance = gst_color_balance_get_type ();

struct Channel {
  Property property;
  Ptr<GstColorBalanceChannel> channel;
};

// Labels are free text; what they say in it is a convention of all elements.
// There is no property for their hue.
std::optional<Property>
property_of (const GstColorBalanceChannel *channel)
{
  if (!channel->label)
    return {};
  CString label (g_ascii_strup (channel->label, -1));
  for (auto [word, property] : {std::pair ("BRIGHTNESS", Property::brightness),
           std::pair ("CONTRAST", Property::contrast),
           std::pair ("SATURATION", Property::saturation)})
    if (g_strrstr (label.get (), word))
      return property;
  return {};
}

class BalanceControls final : public CameraControls {
public:
  BalanceControls (Ptr<GstElement> balance, std::vector<Channel> channels)
      : balance_ (std::move (balance)),
        channels_ (std::move (channels))
  {}

  Domains domains () const override
  {
    Domains all;
    for (const auto &[property, channel] : channels_)
      all.emplace_back (
          property, Domain{.values = {},
                        .numbers = {.intervals = {{double (channel->min_value),
                                        double (channel->max_value)}},
                            .step = 1}});
    return all;
  }

  Settings values () const override
  {
    Settings all;
    for (const auto &[property, channel] : channels_)
      all[property] =
          double (gst_color_balance_get_value (balance (), channel.get ()));
    return all;
  }

  bool set (Property property, const Value &value) override
  {
    const auto *number = std::get_if<double> (&value);
    for (const Channel &each : channels_)
      if (each.property == property && number) {
        gst_color_balance_set_value (
            balance (), each.channel.get (), int (std::lround (*number)));
        return true;
      }
    return false;
  }

private:
  GstColorBalance *balance () const
  {
    return GST_COLOR_BALANCE (balance_.get ());
  }

  const Ptr<GstElement> balance_;
  const std::vector<Channel> channels_;
};

} // namespace

std::shared_ptr<CameraControls>
make_balance_controls (const Ptr<GstElement> &element)
{
  auto balance = find_interface (element, kColorBalance);
  if (!balance)
    return nullptr;
  std::vector<Channel> channels;
  for (const GList *each =
           gst_color_balance_list_channels (GST_COLOR_BALANCE (balance.get ()));
       each; each = each->next) {
    auto *channel = GST_COLOR_BALANCE_CHANNEL (each->data);
    if (auto property = property_of (channel);
        property && channel->min_value < channel->max_value)
      channels.push_back (
          {*property, Ptr<GstColorBalanceChannel>::share (channel)});
  }
  if (channels.empty ())
    return nullptr;
  return std::make_shared<BalanceControls> (
      std::move (balance), std::move (channels));
}

} // namespace webmedia::devices
