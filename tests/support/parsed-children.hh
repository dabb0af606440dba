// SPDX-License-Identifier: LGPL-2.1-or-later
// Who has the children of an element that a line was parsed to.
#pragma once

#include "support/playback.hh"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace webmedia::test {

// gst_parse_launch() keeps a reference of a child for each of its properties in
// the line, up to GStreamer 1.22.2. Here it is given back, where nobody else
// has one any more: then the child went with its element.
// Threads: thread-bound.
class ParsedChildren {
public:
  // Of what such a line has become. Of each name one element has a child.
  ParsedChildren (const std::string &line, GstElement *parsed)
  {
    for (size_t end = line.find ("::"); end != std::string::npos;
         end = line.find ("::", end + 2)) {
      size_t start = end;
      while (start > 0
             && (g_ascii_isalnum (line[start - 1])
                 || strchr ("_-", line[start - 1])))
        start--;
      // GStreamer sets that of the element before it in the line, which is not
      // known here.
      const std::string name = line.substr (start, end - start);
      const size_t found = find (parsed, name);
      fail_unless (
          found <= 1, "%zu elements have a child \"%s\"", found, name.c_str ());
    }
  }
  ParsedChildren (const ParsedChildren &) = delete;
  ParsedChildren &operator= (const ParsedChildren &) = delete;

  // When the elements are gone.
  void give_back ()
  {
    for (const Child &child : children_) {
      const guint parsed = keeps_children () ? child.properties : 0;
      // One is of this.
      fail_unless (child.object->ref_count == 1 + parsed,
          "\"%s\" has %u references, not %u", GST_OBJECT_NAME (child.object),
          child.object->ref_count, 1 + parsed);
      for (guint i = 0; i < 1 + parsed; i++)
        g_object_unref (child.object);
    }
    children_.clear ();
  }

private:
  struct Child {
    GObject *object;
    guint properties;
  };

  static bool keeps_children ()
  {
    guint major, minor, micro, nano;
    gst_version (&major, &minor, &micro, &nano);
    return major == 1 && minor == 22 && micro < 3;
  }
  // How many elements have such a child.
  size_t find (GstElement *parsed, const std::string &name)
  {
    size_t found = 0;
    if (GST_IS_BIN (parsed)) {
      for (GList *entry = GST_BIN_CHILDREN (parsed); entry; entry = entry->next)
        found += find (GST_ELEMENT (entry->data), name);
    } else if (GST_IS_CHILD_PROXY (parsed)) {
      GObject *object = gst_child_proxy_get_child_by_name (
          GST_CHILD_PROXY (parsed), name.c_str ());
      if (object) {
        note (object);
        found = 1;
      }
    }
    return found;
  }
  void note (GObject *object)
  {
    for (Child &child : children_)
      if (child.object == object) {
        child.properties++;
        g_object_unref (object);
        return;
      }
    children_.push_back ({object, 1});
  }

  std::vector<Child> children_;
};

// A pipeline of a line, with all its children, which go with it.
// Threads: thread-bound.
class ParsedPipeline {
public:
  explicit ParsedPipeline (const std::string &line)
      : pipeline_ (std::make_unique<Pipeline> (line)),
        children_ (line, **pipeline_)
  {}
  ~ParsedPipeline ()
  {
    pipeline_.reset ();
    children_.give_back ();
  }
  ParsedPipeline (const ParsedPipeline &) = delete;
  ParsedPipeline &operator= (const ParsedPipeline &) = delete;

  Pipeline *operator->() { return pipeline_.get (); }
  Pipeline &operator* () { return *pipeline_; }

private:
  std::unique_ptr<Pipeline> pipeline_;
  ParsedChildren children_;
};

} // namespace webmedia::test
