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

} // namespace

bool
AllocationCache::set (Ptr<GstQuery> answer)
{
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
  for (guint i = 0; i < gst_query_get_n_allocation_pools (known.get ()); i++) {
    GstBufferPool *pool;
    guint size, min, max;
    gst_query_parse_nth_allocation_pool (
        known.get (), i, &pool, &size, &min, &max);
    auto owned = Ptr<GstBufferPool>::adopt (pool);
    gst_query_add_allocation_pool (query, pool, size, min, max);
  }
  for (guint i = 0; i < gst_query_get_n_allocation_metas (known.get ()); i++) {
    const GstStructure *parameters;
    GType api =
        gst_query_parse_nth_allocation_meta (known.get (), i, &parameters);
    gst_query_add_allocation_meta (query, api, parameters);
  }
  return true;
}

} // namespace webmedia::elements
