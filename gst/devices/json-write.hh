// SPDX-License-Identifier: LGPL-2.1-or-later
// The pieces of which JSON is put together.
#pragma once

#include "devices/value.hh"

#include <string>

namespace webmedia::devices {

// An array or an object that is being written.
class JsonText {
public:
  JsonText (char open, char close) : text_ (1, open), close_ (close) {}

  void add (const std::string &json)
  {
    if (text_.size () > 1)
      text_ += ',';
    text_ += json;
  }
  void add (const char *name, const std::string &json)
  {
    add ('"' + std::string (name) + "\":" + json);
  }
  std::string text () const { return text_ + close_; }

private:
  std::string text_;
  char close_;
};

// The shortest text that is read as the same number.
std::string json_of (double number);
std::string json_of (const Value &value);

// A list; one of a single value is written as the value, which is the same.
std::string json_of (const std::vector<Value> &values);

} // namespace webmedia::devices
