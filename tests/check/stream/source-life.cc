// SPDX-License-Identifier: LGPL-2.1-or-later
// Who waits for whom, and how a source, its tracks and its consumers end.
#include "stream/source.hh"

#include "support/fan-out.hh"

#include <random>
#include <thread>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;

std::vector<std::unique_ptr<Reader>>
make_readers (FanOut &camera, int count, Delivery delivery = Delivery::live)
{
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < count; i++) {
    readers.push_back (std::make_unique<Reader> (camera.track, delivery));
    readers.back ()->play (camera.clock, camera.base_time);
  }
  return readers;
}

Ptr<GstEvent>
tag_event (const char *title)
{
  return Ptr<GstEvent>::adopt (
      gst_event_new_tag (gst_tag_list_new (GST_TAG_TITLE, title, nullptr)));
}

// A thread that takes until it is told to stop.
class Taker {
public:
  explicit Taker (std::shared_ptr<Output> output)
      : thread_ ([this, output] {
          for (;;) {
            Output::Taken taken = output->take ();
            if (taken.status == Output::Status::buffer)
              buffers++;
            else if (taken.status != Output::Status::event)
              return;
          }
        })
  {}
  ~Taker () { join (); }

  void join ()
  {
    if (thread_.joinable ())
      thread_.join ();
  }

  std::atomic<int> buffers{0};

private:
  std::thread thread_;
};

} // namespace

// Lossless

GST_START_TEST (lossless_waits_for_a_first_consumer)
{
  FanOut file (Kind::video, Delivery::lossless);
  std::atomic<bool> done = false;
  std::thread producer ([&] {
    fail_unless_equals_int (file.put_frame (0), GST_FLOW_OK);
    done = true;
    file.input->end ();
  });
  for (int i = 0; i < 1000; i++) {
    std::this_thread::yield ();
    fail_if (done);
  }
  Reader reader (file.track, Delivery::lossless);
  fail_unless_equals_int (int (reader.drain ().size ()), 1);
  producer.join ();
}
GST_END_TEST

GST_START_TEST (lossless_loses_nothing)
{
  FanOut file (Kind::video, Delivery::lossless);
  Reader slow (file.track, Delivery::lossless);
  Reader fast (file.track, Delivery::lossless);
  Reader live (file.track, Delivery::live);
  std::thread producer ([&] {
    for (int i = 0; i < 500; i++)
      fail_unless_equals_int (file.put_frame (i * kFrame), GST_FLOW_OK);
    file.input->end ();
  });
  std::vector<Seen> seen;
  std::thread consumer ([&] { seen = fast.drain (); });
  auto other = slow.drain ();
  consumer.join ();
  producer.join ();
  for (const auto &all : {seen, other}) {
    fail_unless_equals_int (int (all.size ()), 500);
    for (size_t i = 0; i < all.size (); i++)
      fail_unless_equals_int64 (all[i].due, Time (i) * kFrame);
  }
  auto stats = live.output->stats ();
  fail_unless_equals_int (int (stats.dropped + stats.waiting), 500);
}
GST_END_TEST

// It loses what it is too slow for itself, no more.
GST_START_TEST (who_is_live_waits_for_nobody_who_is_lossless)
{
  FanOut file (Kind::video, Delivery::lossless);
  Reader slow (file.track, Delivery::lossless);
  Reader live (file.track, Delivery::live);
  std::thread producer ([&] {
    for (int i = 0; file.put_frame (i * kFrame) == GST_FLOW_OK; i++) {
    }
  });
  auto count = [&] {
    auto stats = live.output->stats ();
    return stats.dropped + stats.waiting;
  };
  while (count () < 5) // one more than the other one holds
    std::this_thread::yield ();
  file.track->stop ();
  producer.join ();
}
GST_END_TEST

// Only a producer that wants it, waits.
GST_START_TEST (a_live_producer_waits_for_nobody)
{
  FanOut camera;
  Reader reader (camera.track, Delivery::lossless);
  fail_unless (reader.output->delivery () == Delivery::live);
  for (int i = 0; i < 100; i++)
    fail_unless_equals_int (camera.put_frame (i * kFrame), GST_FLOW_OK);
  fail_unless_equals_int (int (reader.output->stats ().waiting), 2);
}
GST_END_TEST

GST_START_TEST (a_flush_ends_the_wait_for_a_consumer)
{
  FanOut file (Kind::video, Delivery::lossless);
  std::thread producer ([&file] {
    fail_unless_equals_int (file.put_frame (0), GST_FLOW_FLUSHING);
  });
  file.input->set_flushing (true);
  producer.join ();
  file.input->set_flushing (false);
  Reader reader (file.track, Delivery::lossless);
  fail_unless_equals_int (file.put_frame (0), GST_FLOW_OK);
}
GST_END_TEST

// A sink that is told to pause may be in the middle of a buffer: it must not
// hear that it is flushing.
GST_START_TEST (a_live_producer_never_hears_that_it_flushes)
{
  FanOut camera;
  Reader reader (camera.track);
  camera.input->set_flushing (true);
  fail_unless_equals_int (camera.put_frame (0), GST_FLOW_OK);
  fail_unless_equals_int (int (reader.output->stats ().waiting), 1);
}
GST_END_TEST

GST_START_TEST (who_comes_during_a_flush_is_not_waited_for)
{
  FanOut file (Kind::video, Delivery::lossless);
  file.input->set_flushing (true);
  Reader reader (file.track, Delivery::lossless);
  for (int i = 0; i < 10; i++)
    fail_unless_equals_int (file.put_frame (i * kFrame), GST_FLOW_OK);
}
GST_END_TEST

GST_START_TEST (a_consumer_that_leaves_ends_the_wait_for_it)
{
  FanOut file (Kind::video, Delivery::lossless);
  Reader staying (file.track, Delivery::lossless);
  auto leaving = std::make_unique<Reader> (file.track, Delivery::lossless);
  Taker taker (staying.output);
  std::thread producer ([&file] {
    for (int i = 0; i < 100; i++)
      file.put_frame (i * kFrame);
    file.input->end ();
  });
  while (leaving->output->stats ().waiting < 4)
    std::this_thread::yield ();
  leaving.reset ();
  producer.join ();
  taker.join ();
  fail_unless_equals_int (taker.buffers, 100);
}
GST_END_TEST

// The end

GST_START_TEST (what_is_there_is_taken_before_the_end)
{
  FanOut camera;
  auto readers = make_readers (camera, 3);
  camera.put_frame (0);
  camera.input->end ();
  fail_unless (camera.track->is_ended ());
  fail_unless_equals_int (camera.put_frame (kFrame), GST_FLOW_EOS);
  for (auto &reader : readers)
    fail_unless_equals_int (int (reader->drain ().size ()), 1);
  fail_unless_equals_int (camera.producer->stops, 0);
}
GST_END_TEST

GST_START_TEST (a_producer_that_goes_ends_its_source)
{
  FanOut camera;
  Taker taker (camera.track->subscribe (Delivery::live, {}));
  camera.input.reset ();
  taker.join ();
  fail_unless (camera.track->is_ended ());
}
GST_END_TEST

GST_START_TEST (the_producer_stops_once_with_the_last_track)
{
  FanOut camera;
  auto clone = camera.track->clone ();
  Reader reader (camera.track), other (clone);
  camera.track->stop ();
  fail_unless_equals_int (camera.producer->stops, 0);
  camera.put_frame (0);
  fail_unless (reader.drain ().empty ()); // its end, and no more buffers
  fail_unless (bool (other.next ()));
  clone->stop ();
  clone->stop ();
  fail_unless_equals_int (camera.producer->stops, 1);
  fail_unless_equals_int (camera.put_frame (kFrame), GST_FLOW_EOS);
  fail_unless (other.drain ().empty ());
  camera.input->end ();
  clone.reset ();
  fail_unless_equals_int (camera.producer->stops, 1);
}
GST_END_TEST

GST_START_TEST (the_producer_stops_when_the_last_track_goes)
{
  FanOut camera;
  camera.track.reset ();
  fail_unless_equals_int (camera.producer->stops, 1);
}
GST_END_TEST

GST_START_TEST (a_consumer_keeps_its_track)
{
  FanOut camera;
  Reader reader (camera.track);
  camera.track.reset ();
  fail_unless_equals_int (camera.producer->stops, 0);
  fail_unless_equals_int (camera.put_frame (0), GST_FLOW_OK);
  reader.output.reset ();
  fail_unless_equals_int (camera.producer->stops, 1);
}
GST_END_TEST

GST_START_TEST (a_source_that_has_ended_does_not_stop_its_producer)
{
  FanOut camera;
  camera.input->end ();
  camera.track.reset ();
  fail_unless_equals_int (camera.producer->stops, 0);
}
GST_END_TEST

GST_START_TEST (who_comes_after_the_end_sees_the_last_picture)
{
  FanOut camera;
  camera.put_frame (0);
  camera.input->end ();
  Reader reader (camera.track);
  fail_unless_equals_int (int (reader.drain ().size ()), 1);
}
GST_END_TEST

// A lossless producer may wait just then.
GST_START_TEST (the_last_track_that_stops_ends_the_wait)
{
  for (bool with_consumer : {true, false}) {
    FanOut file (Kind::video, Delivery::lossless);
    std::unique_ptr<Reader> reader;
    if (with_consumer)
      reader = std::make_unique<Reader> (file.track, Delivery::lossless);
    std::thread producer ([&file] {
      for (int i = 0; file.put_frame (i * kFrame) == GST_FLOW_OK; i++) {
      }
    });
    file.track->stop ();
    producer.join ();
    fail_unless_equals_int (file.producer->stops, 1);
  }
}
GST_END_TEST

// Flush

GST_START_TEST (a_flush_drops_what_was_not_taken)
{
  FanOut camera;
  auto readers = make_readers (camera, 3);
  camera.put_frame (0);
  camera.put_frame (kFrame);
  camera.input->flush ();
  camera.put_frame (2 * kFrame);
  for (auto &reader : readers) {
    auto seen = reader->next ();
    fail_unless_equals_int64 (seen->due, 2 * kFrame);
    fail_unless (seen->has (GST_BUFFER_FLAG_DISCONT));
    fail_unless (reader->events == std::vector<std::string> ({"caps"}));
  }
}
GST_END_TEST

GST_START_TEST (a_flush_of_one_consumer_is_not_of_the_others)
{
  FanOut camera;
  auto readers = make_readers (camera, 2);
  readers[0]->output->set_flushing (true);
  fail_unless_equals_int (camera.put_frame (0), GST_FLOW_OK);
  fail_unless (readers[0]->output->take ().status == Output::Status::flushing);
  fail_unless (bool (readers[1]->next ()));
}
GST_END_TEST

// What is let go may call back.
GST_START_TEST (nothing_goes_with_the_lock_held)
{
  FanOut camera;
  int calls = 0;
  auto make = [&] {
    auto buffer = FanOut::make_frame (0);
    struct Data {
      FanOut *camera;
      int *calls;
    };
    gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (buffer.get ()),
        g_quark_from_static_string ("test"), new Data{&camera, &calls},
        [] (gpointer data) {
          auto self = static_cast<Data *> (data);
          self->camera->source->counts ();
          self->camera->source->caps ();
          ++*self->calls;
          delete self;
        });
    return buffer;
  };
  for (int i = 0; i < 5; i++)
    camera.put (make ()); // it is kept alone
  fail_unless_equals_int (calls, 4);
  Reader reader (camera.track);
  for (int i = 0; i < 5; i++)
    camera.put (make ());
  camera.input->preroll (make ());
  camera.input->preroll (make ());
  camera.put_caps ("video/x-raw,format=GRAY8,width=8,height=8,framerate=25/1");
  camera.input->flush ();
  fail_unless_equals_int (calls, 12);
}
GST_END_TEST

// Life

GST_START_TEST (consumers_come_and_go_while_it_produces)
{
  FanOut camera;
  std::atomic<bool> done = false;
  std::thread producer ([&] {
    for (int i = 0; !done; i++)
      fail_unless_equals_int (camera.put_frame (i * kFrame), GST_FLOW_OK);
  });
  for (int i = 0; i < 300; i++) {
    Reader reader (camera.track);
    reader.play (camera.clock, 0);
    std::optional<Seen> seen;
    while (!seen)
      seen = reader.next ();
    fail_unless (!reader.events.empty () && reader.events[0] == "caps");
  }
  done = true;
  producer.join ();
  fail_unless_equals_int (camera.producer->stops, 0);
}
GST_END_TEST

// Whoever goes first, all threads come to their end.
GST_START_TEST (anything_may_end_at_any_time)
{
  std::minstd_rand random (7);
  for (int round = 0; round < 1000; round++) {
    auto delivery = round % 2 ? Delivery::lossless : Delivery::live;
    FanOut file (round % 3 ? Kind::video : Kind::audio, delivery);
    auto input = std::move (file.input);
    auto second = file.track->clone ();
    std::weak_ptr<Source> source = file.source;
    std::weak_ptr<Track> weak = file.track;
    auto kind = random () % 4;
    auto when = random () % 20;
    {
      auto first_output = file.track->subscribe (delivery, {});
      auto second_output = second->subscribe (delivery, {});
      std::thread producer ([&] {
        for (unsigned i = 0;; i++) {
          if (i % 5 == 1)
            input->put (tag_event ("again"));
          auto buffer = FanOut::make_frame (Time (i) * kFrame);
          if (kind == 0 && i == when)
            input->end ();
          if (input->put (std::move (buffer)) != GST_FLOW_OK)
            return;
        }
      });
      std::thread consumer ([&, output = std::move (first_output)] () mutable {
        for (unsigned i = 0;; i++) {
          if (kind == 1 && i == when)
            file.track->stop ();
          if (output->take ().status == Output::Status::ended)
            return;
        }
      });
      std::thread other ([&, output = std::move (second_output)] () mutable {
        for (unsigned i = 0;; i++) {
          second->set_enabled (i % 2);
          if (kind == 2 && i == when) {
            output.reset ();
            output = second->subscribe (delivery, {});
          }
          if (i == when + 10)
            second->stop ();
          if (output->take ().status == Output::Status::ended)
            return;
        }
      });
      other.join ();
      if (kind != 1)
        file.track->stop ();
      consumer.join ();
      producer.join ();
      fail_unless (kind == 0 || file.producer->stops == 1);
      fail_unless (file.producer->stops <= 1);
    }
    input.reset ();
    file.track.reset ();
    second.reset ();
    file.source.reset ();
    fail_unless (source.expired () && weak.expired ());
  }
}
GST_END_TEST

static Suite *
source_life_suite ()
{
  Suite *suite = suite_create ("stream/source-life");
  TCase *lossless = tcase_create ("lossless");
  suite_add_tcase (suite, lossless);
  tcase_add_test (lossless, lossless_waits_for_a_first_consumer);
  tcase_add_test (lossless, lossless_loses_nothing);
  tcase_add_test (lossless, a_live_producer_waits_for_nobody);
  tcase_add_test (lossless, who_is_live_waits_for_nobody_who_is_lossless);
  tcase_add_test (lossless, a_flush_ends_the_wait_for_a_consumer);
  tcase_add_test (lossless, a_live_producer_never_hears_that_it_flushes);
  tcase_add_test (lossless, who_comes_during_a_flush_is_not_waited_for);
  tcase_add_test (lossless, a_consumer_that_leaves_ends_the_wait_for_it);
  TCase *end = tcase_create ("end");
  suite_add_tcase (suite, end);
  tcase_add_test (end, what_is_there_is_taken_before_the_end);
  tcase_add_test (end, a_producer_that_goes_ends_its_source);
  tcase_add_test (end, the_producer_stops_once_with_the_last_track);
  tcase_add_test (end, the_producer_stops_when_the_last_track_goes);
  tcase_add_test (end, a_consumer_keeps_its_track);
  tcase_add_test (end, a_source_that_has_ended_does_not_stop_its_producer);
  tcase_add_test (end, who_comes_after_the_end_sees_the_last_picture);
  tcase_add_test (end, the_last_track_that_stops_ends_the_wait);
  tcase_add_test (end, a_flush_drops_what_was_not_taken);
  tcase_add_test (end, a_flush_of_one_consumer_is_not_of_the_others);
  tcase_add_test (end, nothing_goes_with_the_lock_held);
  TCase *life = tcase_create ("life");
  suite_add_tcase (suite, life);
  tcase_add_test (life, consumers_come_and_go_while_it_produces);
  tcase_add_test (life, anything_may_end_at_any_time);
  return suite;
}
GST_CHECK_MAIN (source_life)
