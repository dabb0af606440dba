// SPDX-License-Identifier: LGPL-2.1-or-later
// The AudioParams of an element, as children of a GstChildProxy.
#pragma once

#include "gstwebaudioworkletparam.hh"

#include <set>
#include <string>
#include <vector>

namespace webmedia::elements {

// Guarded by the element's object lock, which is not held where signals are
// emitted.
// Threads: thread-safe.
class Children {
public:
  explicit Children (gpointer element) : element_ (GST_OBJECT (element)) {}
  ~Children ();

  // Those of this processor from now on, in the order of its descriptors; none,
  // where it is null. What was set of parameters whose name and range stay is
  // kept. They are parameters of `given`, a node of the application's, or of
  // none yet. One at a time.
  void set_definition (
      const worklet::Definition *definition, const worklet::NodeView *given);
  std::vector<Ptr<GstObject>> list () const;
  Ptr<GstObject> find (const char *name); // null: remembered as missed
  // The parameters of the element's own node; null: there is none. A child that
  // the node has no parameter for follows none.
  void follow (const worklet::NodeView *node) const;

  // A name that was asked for, by someone who still waits for it, and is no
  // parameter; empty: there is none.
  std::string find_unknown () const;
  std::string names () const; // "a, b"

private:
  GstObject *const element_;
  std::vector<Ptr<GstObject>> children_;
  std::set<std::string> missed_;
};

void init_child_proxy (gpointer interface, gpointer);
// The element's own.
Children &children_of (gpointer element);

} // namespace webmedia::elements
