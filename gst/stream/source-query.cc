// SPDX-License-Identifier: LGPL-2.1-or-later
// What all consumers say together.
#include "stream/source.hh"

#include "stream/asking.hh"
#include "stream/raw-info.hh"
#include "stream/subscription.hh"

#include <algorithm>

namespace webmedia::stream {

namespace {

using Consumers = std::vector<std::shared_ptr<Consumer>>;

struct Pool {
  guint size = 0, min = 0, max = 0;
};

struct Meta {
  GType api;
  StructurePtr parameters;
};

using ManyCaps = std::vector<Ptr<GstCaps>>;

// Of a producer or a consumer. Null: it does not say, or can't play anything.
template <typename T>
Ptr<GstCaps>
ask_for_caps (T &end, GstCaps *filter)
{
  auto query = Ptr<GstQuery>::adopt (gst_query_new_caps (filter));
  GstCaps *caps = nullptr;
  if (end.query (query.get ()))
    gst_query_parse_caps_result (query.get (), &caps);
  return caps && !gst_caps_is_empty (caps) ? Ptr<GstCaps>::share (caps)
                                           : nullptr;
}

ManyCaps
ask_all_for_caps (const Consumers &consumers, GstCaps *filter)
{
  ManyCaps all;
  for (const auto &consumer : consumers)
    if (auto caps = ask_for_caps (*consumer, filter))
      all.push_back (std::move (caps));
  return all;
}

struct Common {
  Ptr<GstCaps> caps;
  size_t count = 0; // of those that have it in common
};

// Beginning with one, what as many as possible have in common with it.
Common
common_with (const ManyCaps &all, size_t first)
{
  Common common{all[first], 1};
  for (size_t i = 0; i < all.size (); i++) {
    if (i == first)
      continue;
    auto both = Ptr<GstCaps>::adopt (gst_caps_intersect_full (
        common.caps.get (), all[i].get (), GST_CAPS_INTERSECT_FIRST));
    if (gst_caps_is_empty (both.get ()))
      continue;
    common.caps = std::move (both);
    common.count++;
  }
  return common;
}

// What they have in common. Whoever fits with fewer of them is left out: it
// gets an error of its own, and the others go on. Null when nobody says.
Ptr<GstCaps>
common_caps (const Consumers &consumers, GstCaps *filter)
{
  ManyCaps all = ask_all_for_caps (consumers, filter);
  Common best;
  for (size_t i = 0; i < all.size () && best.count < all.size (); i++) {
    Common common = common_with (all, i);
    if (common.count > best.count)
      best = std::move (common);
  }
  return best.caps;
}

bool
answer_caps (const Consumers &consumers, GstQuery *query)
{
  GstCaps *filter;
  gst_query_parse_caps (query, &filter);
  auto caps = common_caps (consumers, filter);
  if (!caps)
    return false;
  gst_query_set_caps_result (query, caps.get ());
  return true;
}

bool
answer_accept_caps (const Consumers &consumers, GstQuery *query)
{
  GstCaps *caps;
  gst_query_parse_accept_caps (query, &caps);
  auto common = common_caps (consumers, nullptr);
  if (!common)
    return false;
  gst_query_set_accept_caps_result (
      query, gst_caps_is_subset (caps, common.get ()));
  return true;
}

// Adds up what consumers ask of who allocates. No pool is handed on, nor an
// allocator: it is a consumer's, and would stop the producer when it stops.
class Allocation {
public:
  void add (GstQuery *answer)
  {
    add_pool (answer);
    add_parameters (answer);
    add_metas (answer);
    count_++;
  }

  // `held`: buffers that we keep ourselves; `size`: of one, where nobody says.
  void answer (GstQuery *query, guint held, guint size)
  {
    for (const Meta &meta : metas_)
      gst_query_add_allocation_meta (query, meta.api, meta.parameters.get ());
    if (has_parameters_)
      gst_query_add_allocation_param (query, nullptr, &parameters_);
    if (pool_.size == 0)
      pool_.size = size;
    if (pool_.size == 0)
      return;
    guint max = is_bounded_ ? pool_.max + held : 0;
    gst_query_add_allocation_pool (
        query, nullptr, pool_.size, pool_.min + held, max);
  }

private:
  void add_pool (GstQuery *answer)
  {
    if (gst_query_get_n_allocation_pools (answer) == 0) {
      is_bounded_ = false; // it may hold any number
      return;
    }
    guint size, min, max;
    gst_query_parse_nth_allocation_pool (answer, 0, nullptr, &size, &min, &max);
    is_bounded_ = is_bounded_ && max > 0;
    pool_ = {
        .size = std::max (pool_.size, size),
        .min = pool_.min + min,
        .max = pool_.max + max,
    };
  }

  // What memory must be like for all.
  void add_parameters (GstQuery *answer)
  {
    if (gst_query_get_n_allocation_params (answer) == 0)
      return;
    GstAllocationParams asked;
    gst_query_parse_nth_allocation_param (answer, 0, nullptr, &asked);
    if (!std::exchange (has_parameters_, true))
      gst_allocation_params_init (&parameters_);
    parameters_.flags = GstMemoryFlags (parameters_.flags | asked.flags);
    parameters_.align = std::max (parameters_.align, asked.align);
    parameters_.prefix = std::max (parameters_.prefix, asked.prefix);
    parameters_.padding = std::max (parameters_.padding, asked.padding);
  }

  // Those that all know. Where they disagree on parameters, none are given.
  void add_metas (GstQuery *answer)
  {
    if (count_ == 0) {
      for (guint i = 0; i < gst_query_get_n_allocation_metas (answer); i++) {
        const GstStructure *of;
        GType api = gst_query_parse_nth_allocation_meta (answer, i, &of);
        metas_.push_back (
            {api, StructurePtr (of ? gst_structure_copy (of) : nullptr)});
      }
      return;
    }
    std::erase_if (metas_, [answer] (Meta &meta) {
      guint index;
      if (!gst_query_find_allocation_meta (answer, meta.api, &index))
        return true;
      const GstStructure *of;
      gst_query_parse_nth_allocation_meta (answer, index, &of);
      if (!of || !meta.parameters
          || !gst_structure_is_equal (of, meta.parameters.get ()))
        meta.parameters.reset ();
      return false;
    });
  }

  Pool pool_;
  GstAllocationParams parameters_{};
  bool has_parameters_ = false;
  bool is_bounded_ = true;
  std::vector<Meta> metas_;
  size_t count_ = 0;
};

bool
answer_allocation (
    const Consumers &consumers, GstQuery *query, guint held_by_all)
{
  GstCaps *caps;
  gboolean need_pool;
  gst_query_parse_allocation (query, &caps, &need_pool);
  Allocation allocation;
  guint held = 1 + held_by_all; // one for who comes late
  if (caps && !is_in_memory (caps))
    held += guint (consumers.size ()); // a black one each
  for (const auto &consumer : consumers) {
    auto asked =
        Ptr<GstQuery>::adopt (gst_query_new_allocation (caps, need_pool));
    // Who does not answer takes no metas, and its buffers wait here, too.
    consumer->query (asked.get ());
    allocation.add (asked.get ());
  }
  GstVideoInfo info;
  bool is_picture = caps && is_raw (caps)
                    && gst_structure_has_name (
                        gst_caps_get_structure (caps, 0), "video/x-raw")
                    && gst_video_info_from_caps (&info, caps);
  allocation.answer (
      query, held, is_picture ? guint (GST_VIDEO_INFO_SIZE (&info)) : 0);
  return true;
}

} // namespace

Ptr<GstCaps>
Source::possible_caps (GstCaps *filter)
{
  auto now = caps ();
  Asking asking (this, Asking::What::caps);
  auto asked = asking.comes_back () ? nullptr : producer ();
  auto possible = asked ? ask_for_caps (*asked, filter) : nullptr;
  if (!now || !possible)
    return now ? now : possible;
  return Ptr<GstCaps>::adopt (
      gst_caps_merge (now.release (), possible.release ()));
}

// What it has now is no other, nor a part of that which says more.
bool
Source::can_change_caps (Consumer &consumer)
{
  Asking asking (this, Asking::What::change);
  if (asking.comes_back ())
    return false;
  Consumers consumers;
  auto all = subscriptions ();
  for (const auto &subscription : *all)
    if (auto each = subscription->consumer ())
      consumers.push_back (std::move (each));
  auto asked = producer ();
  auto common = common_caps (consumers, nullptr);
  auto wanted = common ? ask_for_caps (consumer, common.get ()) : nullptr;
  auto possible =
      asked && wanted ? ask_for_caps (*asked, wanted.get ()) : nullptr;
  if (!possible)
    return false;
  auto both = Ptr<GstCaps>::adopt (gst_caps_intersect_full (
      possible.get (), wanted.get (), GST_CAPS_INTERSECT_FIRST));
  auto now = caps ();
  return !gst_caps_is_empty (both.get ())
         && !(now && gst_caps_is_subset (both.get (), now.get ()));
}

bool
Source::query_consumers (GstQuery *query)
{
  Asking asking (this, Asking::What::consumers);
  if (asking.comes_back ())
    return false;
  Consumers consumers;
  guint pictures = 0; // in mailboxes
  auto all = subscriptions ();
  for (const auto &subscription : *all) {
    auto consumer = subscription->consumer ();
    if (!consumer) // what a reader keeps is not for the producer to have ready
      continue;
    consumers.push_back (std::move (consumer));
    if (kind == Kind::video)
      pictures += guint (subscription->limits (true).buffers);
  }
  if (consumers.empty ())
    return false;
  switch (GST_QUERY_TYPE (query)) {
  case GST_QUERY_CAPS:
    return answer_caps (consumers, query);
  case GST_QUERY_ACCEPT_CAPS:
    return answer_accept_caps (consumers, query);
  case GST_QUERY_ALLOCATION:
    return answer_allocation (consumers, query, pictures);
  default:
    return false;
  }
}

} // namespace webmedia::stream
