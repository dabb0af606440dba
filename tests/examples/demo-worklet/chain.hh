// SPDX-License-Identifier: LGPL-2.1-or-later
// Speech and a tone through processors of AudioWorklet, with parameters that
// time lines drive, and messages both ways.
#pragma once

#include "sound.hh"

namespace demo {

constexpr double kLength = 10; // seconds

// A parameter, and what drives it.
struct Curve {
  std::string name;
  GstWebAutomationTimeline *line;

  std::vector<double> values (size_t count) const; // over kLength
};

struct Note {
  double time; // of the sound that the processor rendered next
  std::string text;
};

struct Levels {
  double time = 0;
  double peak[2] = {0, 0};
  double rms[2] = {0, 0};
};

// Threads: thread-bound (the application's), but for what says otherwise.
class Chain {
public:
  Chain ();
  ~Chain ();
  Chain (const Chain &) = delete;
  Chain &operator= (const Chain &) = delete;

  // An error message, or an empty string.
  std::string play ();
  // Sends what is due, ends it when it is over. False: it has ended, by an
  // error if there is one.
  bool tick ();
  const std::string &error () const { return error_; }

  double position () const; // seconds
  Levels levels () const;   // any thread: the newest that came
  size_t received () const; // messages
  const std::vector<Note> &sent () const { return sent_; }
  const std::vector<Curve> &curves () const { return curves_; }
  const Curve &curve (const char *name) const;
  const Recording &before () const { return before_; }
  const Recording &after () const { return after_; }

private:
  void drive (const char *element, const char *parameter, const char *name,
      GstWebAutomationTimeline *line);
  void send (const char *element, const char *text);
  static void on_message (GstElement *meter, GVariant *message, gpointer self);

  Ptr<GstElement> pipeline_;
  std::string error_;
  Recording before_;
  Recording after_;
  std::vector<Curve> curves_;
  std::vector<Note> sent_;
  bool is_ending_ = false;
  mutable std::mutex lock_;
  Levels levels_;
  size_t received_ = 0;
};

} // namespace demo
