// SPDX-License-Identifier: LGPL-2.1-or-later
#include "allocation-cache.hh"

namespace webmedia::elements {

namespace {

bool
have_equal_caps (GstQuery *a, GstQuery *b)
{
  GstCaps *of_a, *of_b;
  gst_query_parse_allocation (a, &of_a, nullptr);
  gst_query_parse_allocation (b, &of_b, nullptr);
  return of_a && of_b && gst_caps_is_equal (of_a, of_b);
}

// The kinds of meta, and how many pools: what a producer may do otherwise.
bool
is_alike (GstQuery *a, GstQuery *b)
{
  guint metas = gst_query_get_n_allocation_metas (a);
  if (!have_equal_caps (a, b) || metas != gst_query_get_n_allocation_metas (b)
      || gst_query_get_n_allocation_pools (a)
             != gst_query_get_n_allocation_pools (b))
    return false;
  for (guint i = 0; i < metas; i++) {
    GType api = gst_query_parse_nth_allocation_meta (a, i, nullptr);
    if (!gst_query_find_allocation_meta (b, api, nullptr))
      return false;
  }
  return true;
}

// A pool is stopped when downstream is, and an allocator is downstream's, too:
// the producer has its own.
void
copy_wishes (GstQuery *from, GstQuery *to)
{
  for (guint i = 0; i < gst_query_get_n_allocation_pools (from); i++) {
    guint size, min, max;
    gst_query_parse_nth_allocation_pool (from, i, nullptr, &size, &min, &max);
    gst_query_add_allocation_pool (to, nullptr, size, min, max);
  }
  for (guint i = 0; i < gst_query_get_n_allocation_params (from); i++) {
    GstAllocationParams params;
    gst_query_parse_nth_allocation_param (from, i, nullptr, &params);
    gst_query_add_allocation_param (to, nullptr, &params);
  }
  for (guint i = 0; i < gst_query_get_n_allocation_metas (from); i++) {
    const GstStructure *parameters;
    GType api = gst_query_parse_nth_allocation_meta (from, i, &parameters);
    gst_query_add_allocation_meta (to, api, parameters);
  }
}

// A copy by GStreamer would have the same lists.
Ptr<GstQuery>
copy (GstQuery *query)
{
  GstCaps *caps;
  gboolean need_pool;
  gst_query_parse_allocation (query, &caps, &need_pool);
  auto made = Ptr<GstQuery>::adopt (gst_query_new_allocation (caps, need_pool));
  copy_wishes (query, made.get ());
  return made;
}

} // namespace

bool
AllocationCache::set (GstQuery *query)
{
  auto answer = copy (query);
  MutexLocker locker (lock_);
  std::swap (answer_, answer);
  return !answer || !is_alike (answer_.get (), answer.get ());
}

bool
AllocationCache::answer (GstQuery *query) const
{
  // One of our own: GStreamer lets none look into a query that is shared.
  Ptr<GstQuery> known;
  {
    MutexLocker locker (lock_);
    if (!answer_ || !have_equal_caps (answer_.get (), query))
      return false;
    known = Ptr<GstQuery>::adopt (gst_query_copy (answer_.get ()));
  }
  copy_wishes (known.get (), query);
  return true;
}

} // namespace webmedia::elements
