// SPDX-License-Identifier: LGPL-2.1-or-later
// What a producer hears when it asks all of its consumers.
#include "stream/frame-reader.hh"

#include "support/fan-out.hh"

#include <gst/video/video.h>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

std::shared_ptr<TestConsumer>
make_consumer (std::function<bool (GstQuery *)> answer)
{
  auto consumer = std::make_shared<TestConsumer> ();
  consumer->answer = std::move (answer);
  return consumer;
}

// Of a sink that takes such caps.
std::shared_ptr<TestConsumer>
of_caps (const char *text)
{
  auto caps = make_caps (text);
  return make_consumer ([caps] (GstQuery *query) {
    if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS)
      return false;
    GstCaps *filter;
    gst_query_parse_caps (query, &filter);
    auto both = filter ? Ptr<GstCaps>::adopt (gst_caps_intersect_full (
                    filter, caps.get (), GST_CAPS_INTERSECT_FIRST))
                       : caps;
    gst_query_set_caps_result (query, both.get ());
    return true;
  });
}

std::shared_ptr<TestConsumer>
of_pool (Ptr<GstBufferPool> pool, guint size, guint min, guint max,
    std::vector<GType> metas = {})
{
  return make_consumer ([=] (GstQuery *query) {
    if (size > 0)
      gst_query_add_allocation_pool (query, pool.get (), size, min, max);
    for (GType meta : metas)
      gst_query_add_allocation_meta (query, meta, nullptr);
    return true;
  });
}

struct Asked {
  explicit Asked (std::vector<std::shared_ptr<TestConsumer>> consumers)
  {
    for (auto &consumer : consumers)
      readers.push_back (std::make_unique<Reader> (
          camera.track, Delivery::live, std::move (consumer)));
  }

  std::string caps (const char *filter = nullptr)
  {
    auto query = Ptr<GstQuery>::adopt (
        gst_query_new_caps (filter ? make_caps (filter).get () : nullptr));
    if (!camera.input->query (query.get ()))
      return "none";
    GstCaps *result;
    gst_query_parse_caps_result (query.get (), &result);
    return CString (gst_caps_to_string (result)).get ();
  }
  bool accepts (const char *text)
  {
    auto query = Ptr<GstQuery>::adopt (
        gst_query_new_accept_caps (make_caps (text).get ()));
    fail_unless (camera.input->query (query.get ()));
    gboolean result;
    gst_query_parse_accept_caps_result (query.get (), &result);
    return result;
  }
  Ptr<GstQuery> allocation (const char *of = "video/x-raw,format=I420,width=8,"
                                             "height=8,framerate=25/1")
  {
    auto caps = make_caps (of);
    auto query =
        Ptr<GstQuery>::adopt (gst_query_new_allocation (caps.get (), TRUE));
    fail_unless (camera.input->query (query.get ()));
    return query;
  }

  FanOut camera;
  std::vector<std::unique_ptr<Reader>> readers;
};

struct Pool {
  explicit Pool (const Ptr<GstQuery> &query)
  {
    fail_unless_equals_int (
        int (gst_query_get_n_allocation_pools (query.get ())), 1);
    GstBufferPool *given;
    gst_query_parse_nth_allocation_pool (
        query.get (), 0, &given, &size, &min, &max);
    pool = Ptr<GstBufferPool>::adopt (given);
  }

  Ptr<GstBufferPool> pool;
  guint size, min, max;
};

constexpr guint kHeld = 2;    // in the mailbox of one
constexpr guint kForLate = 1; // the last picture

} // namespace

GST_START_TEST (without_a_consumer_nobody_says)
{
  Asked asked ({});
  fail_unless_equals_string (asked.caps ().c_str (), "none");
  Asked gone ({of_caps ("video/x-raw")});
  gone.readers.clear ();
  fail_unless_equals_string (gone.caps ().c_str (), "none");
}
GST_END_TEST

GST_START_TEST (caps_are_what_all_take)
{
  Asked asked ({of_caps ("video/x-raw,format={I420,NV12,RGB}"),
      of_caps ("video/x-raw,format={RGB,NV12},width=[1,100]"),
      of_caps ("ANY")});
  fail_unless_equals_string (asked.caps ().c_str (),
      "video/x-raw, format=(string){ NV12, RGB }, width=(int)[ 1, 100 ]");
  fail_unless_equals_string (
      asked.caps ("video/x-raw,format=RGB,width=7").c_str (),
      "video/x-raw, format=(string)RGB, width=(int)7");
}
GST_END_TEST

// What is in memory of its own kind is not what is in the system's.
GST_START_TEST (features_of_memory_are_what_all_have)
{
  const char *either = "video/x-raw(memory:DMABuf),format=NV12; "
                       "video/x-raw,format={NV12,I420}";
  const char *in_dmabuf =
      "video/x-raw(memory:DMABuf),format=NV12,width=4,height=4";
  Asked all ({of_caps (either), of_caps (either)});
  fail_unless_equals_string (all.caps ().c_str (),
      "video/x-raw(memory:DMABuf), format=(string)NV12; "
      "video/x-raw, format=(string){ NV12, I420 }");
  fail_unless (all.accepts (in_dmabuf));
  Asked some ({of_caps (either), of_caps ("video/x-raw,format=NV12")});
  fail_unless_equals_string (
      some.caps ().c_str (), "video/x-raw, format=(string)NV12");
  fail_if (some.accepts (in_dmabuf));
}
GST_END_TEST

GST_START_TEST (who_does_not_answer_is_not_counted)
{
  Asked asked ({make_consumer ([] (GstQuery *) { return false; }),
      of_caps ("video/x-raw,format=RGB")});
  fail_unless_equals_string (
      asked.caps ().c_str (), "video/x-raw, format=(string)RGB");
}
GST_END_TEST

// The others go on, wherever it stands; it gets an error of its own.
GST_START_TEST (who_fits_with_none_is_left_out)
{
  for (int odd = 0; odd < 3; odd++) {
    std::vector<std::shared_ptr<TestConsumer>> all;
    for (int i = 0; i < 3; i++)
      all.push_back (of_caps (i == odd ? "video/x-raw,format=v210"
                                       : "video/x-raw,format={I420,NV12}"));
    Asked asked (all);
    fail_unless_equals_string (
        asked.caps ().c_str (), "video/x-raw, format=(string){ I420, NV12 }");
    fail_unless (asked.accepts ("video/x-raw,format=NV12"));
    fail_if (asked.accepts ("video/x-raw,format=v210"));
  }
}
GST_END_TEST

GST_START_TEST (who_takes_nothing_is_left_out)
{
  Asked asked ({of_caps ("EMPTY"), of_caps ("video/x-raw,format=RGB")});
  fail_unless_equals_string (
      asked.caps ().c_str (), "video/x-raw, format=(string)RGB");
}
GST_END_TEST

// A pad would refuse them, too: what they leave open may be anything.
GST_START_TEST (caps_that_say_less_are_not_accepted)
{
  Asked asked ({of_caps ("video/x-raw,format=I420,colorimetry=bt709")});
  fail_if (asked.accepts ("video/x-raw,format=I420,width=4,height=4"));
  fail_unless (asked.accepts (
      "video/x-raw,format=I420,width=4,height=4,colorimetry=bt709"));
}
GST_END_TEST

// It stops with that one: what is asked of it is kept.
GST_START_TEST (a_consumers_pool_is_not_the_producers)
{
  auto pool = Ptr<GstBufferPool>::adopt (gst_buffer_pool_new ());
  Pool one (Asked ({of_pool (pool, 96, 2, 5)}).allocation ());
  fail_if (bool (one.pool));
  fail_unless_equals_int (int (one.size), 96);
  fail_unless_equals_int (int (one.min), int (2 + kHeld + kForLate));
  fail_unless_equals_int (int (one.max), int (5 + kHeld + kForLate));
}
GST_END_TEST

GST_START_TEST (buffers_are_the_sum_of_all)
{
  auto pool = Ptr<GstBufferPool>::adopt (gst_buffer_pool_new ());
  auto other = Ptr<GstBufferPool>::adopt (gst_buffer_pool_new ());
  Asked asked ({of_pool (pool, 96, 2, 5), of_pool (other, 128, 3, 7)});
  Pool both (asked.allocation ());
  fail_if (bool (both.pool));
  fail_unless_equals_int (int (both.size), 128);
  fail_unless_equals_int (int (both.min), int (5 + 2 * kHeld + kForLate));
  fail_unless_equals_int (int (both.max), int (12 + 2 * kHeld + kForLate));
}
GST_END_TEST

// Which is of the producer's pool, where that has the only such memory.
GST_START_TEST (a_black_picture_each_is_held_in_other_memory)
{
  auto pool = Ptr<GstBufferPool>::adopt (gst_buffer_pool_new ());
  Asked asked ({of_pool (pool, 96, 2, 5), of_pool (pool, 96, 3, 7)});
  Pool both (asked.allocation ("video/x-raw(memory:DMABuf),format=I420,width=8,"
                               "height=8,framerate=25/1"));
  fail_unless_equals_int (int (both.min), int (5 + 2 * (kHeld + 1) + kForLate));
  fail_unless_equals_int (
      int (both.max), int (12 + 2 * (kHeld + 1) + kForLate));
}
GST_END_TEST

// However many an application may leave unread.
GST_START_TEST (a_reader_needs_none_of_the_buffers)
{
  Asked asked ({of_pool (nullptr, 96, 2, 0)});
  auto reader = FrameReader::create (asked.camera.track, 1000);
  fail_unless_equals_int (
      int (Pool (asked.allocation ()).min), int (2 + kHeld + kForLate));
}
GST_END_TEST

// With no allocator of a consumer.
GST_START_TEST (memory_is_as_all_need_it)
{
  auto of_memory = [] (gsize align, gsize padding) {
    return make_consumer ([=] (GstQuery *query) {
      GstAllocationParams params;
      gst_allocation_params_init (&params);
      params.align = align;
      params.padding = padding;
      auto own = Ptr<GstAllocator>::adopt (gst_allocator_find (nullptr));
      gst_query_add_allocation_param (query, own.get (), &params);
      return true;
    });
  };
  auto query =
      Asked ({of_memory (31, 0), of_memory (7, 64), of_pool (nullptr, 0, 0, 0)})
          .allocation ();
  fail_unless_equals_int (
      int (gst_query_get_n_allocation_params (query.get ())), 1);
  GstAllocator *allocator;
  GstAllocationParams params;
  gst_query_parse_nth_allocation_param (query.get (), 0, &allocator, &params);
  fail_unless (allocator == nullptr);
  fail_unless_equals_int (int (params.align), 31);
  fail_unless_equals_int (int (params.padding), 64);
  query = Asked ({of_pool (nullptr, 0, 0, 0)}).allocation ();
  fail_unless_equals_int (
      int (gst_query_get_n_allocation_params (query.get ())), 0);
}
GST_END_TEST

// Or its producer would wait for a buffer that lies there.
GST_START_TEST (who_sets_no_bound_lifts_it)
{
  for (auto unbounded :
      {of_pool (nullptr, 96, 3, 0), of_pool (nullptr, 0, 0, 0),
          make_consumer ([] (GstQuery *) { return false; })})
    for (bool before : {true, false}) {
      auto bounded = of_pool (nullptr, 96, 2, 5);
      Pool both (before ? Asked ({unbounded, bounded}).allocation ()
                        : Asked ({bounded, unbounded}).allocation ());
      fail_unless_equals_int (int (both.max), 0);
      fail_unless (both.min >= 2 + 2 * kHeld + kForLate);
    }
}
GST_END_TEST

GST_START_TEST (what_is_held_counts_where_nobody_says)
{
  Pool pool (Asked ({of_pool (nullptr, 0, 0, 0)}).allocation ());
  fail_unless_equals_int (int (pool.size), 96);
  fail_unless_equals_int (int (pool.min), int (kHeld + kForLate));
  fail_unless_equals_int (int (pool.max), 0);
}
GST_END_TEST

GST_START_TEST (metas_are_those_that_all_know)
{
  auto has = [] (const Ptr<GstQuery> &query, GType api) {
    return bool (gst_query_find_allocation_meta (query.get (), api, nullptr));
  };
  GType video = GST_VIDEO_META_API_TYPE;
  GType crop = GST_VIDEO_CROP_META_API_TYPE;
  auto both = of_pool (nullptr, 0, 0, 0, {video, crop});
  auto one = of_pool (nullptr, 0, 0, 0, {video});
  auto query = Asked ({both, one}).allocation ();
  fail_unless (has (query, video));
  fail_if (has (query, crop));
  query = Asked ({one, both}).allocation ();
  fail_unless (has (query, video));
  fail_if (has (query, crop));
  query = Asked ({both, both}).allocation ();
  fail_unless (has (query, crop));
  auto silent = make_consumer ([] (GstQuery *) { return false; });
  query = Asked ({both, silent}).allocation ();
  fail_if (has (query, video));
}
GST_END_TEST

GST_START_TEST (parameters_of_metas_are_given_where_all_agree)
{
  auto of_size = [] (guint width) {
    return make_consumer ([width] (GstQuery *query) {
      GstStructure *size =
          gst_structure_new ("size", "width", G_TYPE_UINT, width, nullptr);
      gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, size);
      gst_structure_free (size);
      return true;
    });
  };
  auto parameters = [] (const Ptr<GstQuery> &query) {
    const GstStructure *result;
    gst_query_parse_nth_allocation_meta (query.get (), 0, &result);
    return result != nullptr;
  };
  fail_unless (parameters (Asked ({of_size (7), of_size (7)}).allocation ()));
  fail_if (parameters (Asked ({of_size (7), of_size (8)}).allocation ()));
}
GST_END_TEST

GST_START_TEST (caps_can_change_to_what_all_take_and_the_producer_has)
{
  const char *kNow = "video/x-raw,format=GRAY8,width=4,height=4,"
                     "framerate=25/1";
  auto can = [] (const char *possible, const char *one, const char *other) {
    Asked asked ({of_caps (one), of_caps (other)});
    if (possible)
      asked.camera.producer->possible = make_caps (possible);
    return asked.readers[1]->output->can_change_caps ();
  };
  const char *kMany = "video/x-raw,format={GRAY8,RGB,I420}";
  fail_unless (can (kMany, "ANY", "video/x-raw,format=RGB"));
  fail_unless (can (kMany, "video/x-raw,format={GRAY8,RGB}",
      "video/x-raw,format={I420,RGB}"));
  // Not the second one's,
  fail_if (can (kMany, kNow, "video/x-raw,format=RGB"));
  // nor the producer's,
  fail_if (can (kMany, "ANY", "video/x-raw,format=v210"));
  fail_if (can (nullptr, "ANY", "video/x-raw,format=RGB"));
  // nor any other.
  fail_if (can (kNow, "ANY", "video/x-raw,colorimetry=bt709"));
}
GST_END_TEST

GST_START_TEST (possible_caps_begin_with_those_that_are_there)
{
  FanOut camera;
  Reader reader (camera.track);
  auto text = [&] {
    return std::string (CString (
        gst_caps_to_string (reader.output->possible_caps (nullptr).get ()))
                            .get ());
  };
  std::string now = text ();
  fail_unless (
      now
      == CString (gst_caps_to_string (reader.output->caps ().get ())).get ());
  camera.producer->possible = make_caps ("video/x-raw,format=RGB");
  fail_unless_equals_string (
      text ().c_str (), (now + "; video/x-raw, format=(string)RGB").c_str ());
}
GST_END_TEST

GST_START_TEST (other_queries_are_not_for_consumers)
{
  Asked asked ({of_caps ("ANY")});
  auto query = Ptr<GstQuery>::adopt (gst_query_new_latency ());
  fail_if (asked.camera.input->query (query.get ()));
}
GST_END_TEST

// A consumer may leave while it is asked: nothing is held.
GST_START_TEST (a_consumer_may_leave_when_it_is_asked)
{
  FanOut camera;
  std::unique_ptr<Reader> reader;
  reader = std::make_unique<Reader> (
      camera.track, Delivery::live, make_consumer ([&reader] (GstQuery *query) {
        reader->output.reset ();
        gst_query_set_caps_result (query, make_caps ("video/x-raw").get ());
        return true;
      }));
  auto query = Ptr<GstQuery>::adopt (gst_query_new_caps (nullptr));
  fail_unless (camera.input->query (query.get ()));
}
GST_END_TEST

GST_START_TEST (a_producer_renegotiates_when_a_consumer_comes_or_goes)
{
  FanOut camera;
  auto &asked = camera.producer->reconfigures;
  Reader unasked (camera.track);
  fail_unless_equals_int (asked, 0);
  {
    Reader reader (camera.track, Delivery::live, of_caps ("video/x-raw"));
    fail_unless_equals_int (asked, 1);
    reader.output.reset ();
    fail_unless_equals_int (asked, 2);
  }
  fail_unless_equals_int (asked, 2);
}
GST_END_TEST

// What a consumer makes of it goes back into the same stream.
GST_START_TEST (a_question_that_comes_back_is_not_asked_again)
{
  FanOut camera;
  int asked = 0;
  std::unique_ptr<Reader> reader;
  camera.producer->answer = [&] (GstQuery *query) {
    return asked++ < 10 && reader->output->query (query);
  };
  reader = std::make_unique<Reader> (
      camera.track, Delivery::live, make_consumer ([&] (GstQuery *query) {
        return asked++ < 10 && camera.input->query (query);
      }));
  auto caps = Ptr<GstQuery>::adopt (gst_query_new_caps (nullptr));
  fail_if (camera.input->query (caps.get ()));
  fail_unless_equals_int (asked, 1);
  auto latency = Ptr<GstQuery>::adopt (gst_query_new_latency ());
  reader->output->query (latency.get ());
  fail_unless_equals_int (asked, 2);
  camera.producer->answer = nullptr;
}
GST_END_TEST

GST_START_TEST (an_event_that_comes_back_goes_no_further)
{
  FanOut camera;
  Reader reader (camera.track);
  int heard = 0;
  camera.producer->on_event = [&] (const Ptr<GstEvent> &event) {
    if (heard++ < 10)
      reader.output->send_event (event);
  };
  for (int i = 1; i <= 2; i++) {
    reader.output->send_event (
        Ptr<GstEvent>::adopt (gst_event_new_reconfigure ()));
    fail_unless_equals_int (heard, i);
  }
  camera.producer->on_event = nullptr;
}
GST_END_TEST

GST_START_TEST (caps_that_depend_on_themselves_are_asked_for_once)
{
  FanOut camera;
  int asked = 0;
  std::unique_ptr<Reader> reader;
  camera.producer->answer = [&] (GstQuery *query) {
    auto caps =
        asked++ < 10 ? reader->output->possible_caps (nullptr) : nullptr;
    if (caps)
      gst_query_set_caps_result (query, caps.get ());
    return bool (caps);
  };
  reader = std::make_unique<Reader> (
      camera.track, Delivery::live, make_consumer ([&] (GstQuery *query) {
        gst_query_set_caps_result (query, make_caps ("video/x-raw").get ());
        return asked++ < 10 && reader->output->can_change_caps ();
      }));
  fail_unless (bool (reader->output->possible_caps (nullptr)));
  fail_unless_equals_int (asked, 1);
  // The one that asks is one of those that are asked.
  fail_if (reader->output->can_change_caps ());
  fail_unless_equals_int (asked, 2);
  camera.producer->answer = nullptr;
}
GST_END_TEST

GST_START_TEST (a_flush_that_comes_back_goes_no_further)
{
  FanOut file (Kind::video, Delivery::lossless);
  auto consumer = std::make_shared<TestConsumer> ();
  int flushed = 0;
  consumer->on_flush = [&] (GstEvent *event) {
    if (flushed++ < 10)
      file.input->flush_consumers (event);
  };
  Reader reader (file.track, Delivery::lossless, consumer);
  // One seek may flush it twice, with one number.
  auto flush = Ptr<GstEvent>::adopt (gst_event_new_flush_stop (TRUE));
  for (int i = 1; i <= 2; i++) {
    file.input->flush_consumers (flush.get ());
    fail_unless_equals_int (flushed, i);
  }
}
GST_END_TEST

static Suite *
source_query_suite ()
{
  Suite *suite = suite_create ("stream/source-query");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, without_a_consumer_nobody_says);
  tcase_add_test (tcase, caps_are_what_all_take);
  tcase_add_test (tcase, features_of_memory_are_what_all_have);
  tcase_add_test (tcase, who_does_not_answer_is_not_counted);
  tcase_add_test (tcase, who_fits_with_none_is_left_out);
  tcase_add_test (tcase, who_takes_nothing_is_left_out);
  tcase_add_test (tcase, caps_that_say_less_are_not_accepted);
  tcase_add_test (tcase, a_consumers_pool_is_not_the_producers);
  tcase_add_test (tcase, memory_is_as_all_need_it);
  tcase_add_test (tcase, buffers_are_the_sum_of_all);
  tcase_add_test (tcase, a_black_picture_each_is_held_in_other_memory);
  tcase_add_test (tcase, a_reader_needs_none_of_the_buffers);
  tcase_add_test (tcase, who_sets_no_bound_lifts_it);
  tcase_add_test (tcase, what_is_held_counts_where_nobody_says);
  tcase_add_test (tcase, metas_are_those_that_all_know);
  tcase_add_test (tcase, parameters_of_metas_are_given_where_all_agree);
  tcase_add_test (tcase, caps_can_change_to_what_all_take_and_the_producer_has);
  tcase_add_test (tcase, possible_caps_begin_with_those_that_are_there);
  tcase_add_test (tcase, other_queries_are_not_for_consumers);
  tcase_add_test (tcase, a_consumer_may_leave_when_it_is_asked);
  tcase_add_test (tcase, a_producer_renegotiates_when_a_consumer_comes_or_goes);
  tcase_add_test (tcase, a_question_that_comes_back_is_not_asked_again);
  tcase_add_test (tcase, an_event_that_comes_back_goes_no_further);
  tcase_add_test (tcase, caps_that_depend_on_themselves_are_asked_for_once);
  tcase_add_test (tcase, a_flush_that_comes_back_goes_no_further);
  return suite;
}
GST_CHECK_MAIN (source_query)
