// SPDX-License-Identifier: LGPL-2.1-or-later
#include "children.hh"

#include <algorithm>

namespace webmedia::elements {

static std::string
name_of (const Ptr<GstObject> &child)
{
  return GST_OBJECT_NAME (child.get ());
}

Children::~Children ()
{
  for (const auto &child : children_)
    gst_object_unparent (child.get ());
}

std::vector<Ptr<GstObject>>
Children::list () const
{
  GST_OBJECT_LOCK (element_);
  auto known = children_;
  GST_OBJECT_UNLOCK (element_);
  return known;
}

static Ptr<GstObject>
find_named (
    const std::vector<Ptr<GstObject>> &children, const std::string &name)
{
  for (const auto &child : children)
    if (name_of (child) == name)
      return child;
  return nullptr;
}

Ptr<GstObject>
Children::find (const char *name)
{
  Ptr<GstObject> found = find_named (list (), name);
  if (found)
    return found;
  GST_OBJECT_LOCK (element_);
  missed_.insert (name);
  GST_OBJECT_UNLOCK (element_);
  return nullptr;
}

void
Children::set_definition (
    const worklet::Definition *definition, const worklet::NodeView *given)
{
  std::vector<Ptr<GstObject>> before = list ();
  std::vector<Ptr<GstObject>> after;
  std::vector<Ptr<GstObject>> added;
  if (definition)
    for (const auto &descriptor : definition->parameters) {
      Ptr<GstObject> child = find_named (before, descriptor.name);
      if (!child
          || gst_web_audio_worklet_param_source (child.get ())->descriptor ()
                 != descriptor) {
        child = Ptr<GstObject>::adopt (
            gst_web_audio_worklet_param_new (descriptor));
        added.push_back (child);
      }
      after.push_back (std::move (child));
    }
  for (const auto &child : before)
    if (std::find (after.begin (), after.end (), child) == after.end ())
      gst_web_audio_worklet_param_source (child.get ())->follow (nullptr);
  // Before somebody who waits for a child sets it. One that stays goes from one
  // node to the next at once, so what is set meanwhile is of either.
  for (size_t i = 0; i < after.size (); i++) {
    auto source = gst_web_audio_worklet_param_source (after[i].get ());
    if (given)
      source->follow_given (given->parameter (i));
    else
      source->follow (nullptr);
  }
  GST_OBJECT_LOCK (element_);
  children_ = after;
  GST_OBJECT_UNLOCK (element_);
  auto proxy = GST_CHILD_PROXY (element_);
  for (const auto &child : before)
    if (std::find (after.begin (), after.end (), child) == after.end ()) {
      gst_child_proxy_child_removed (
          proxy, G_OBJECT (child.get ()), name_of (child).c_str ());
      gst_object_unparent (child.get ());
    }
  for (const auto &child : added) {
    gst_object_set_parent (child.get (), element_);
    gst_child_proxy_child_added (
        proxy, G_OBJECT (child.get ()), name_of (child).c_str ());
  }
}

// By their descriptors.
void
Children::follow (const worklet::NodeView *node) const
{
  for (const auto &child : list ()) {
    auto source = gst_web_audio_worklet_param_source (child.get ());
    std::shared_ptr<worklet::ParamView> param;
    if (node) {
      const auto &all = node->definition ().parameters;
      auto found = std::find (all.begin (), all.end (), source->descriptor ());
      if (found != all.end ())
        param = node->parameter (static_cast<size_t> (found - all.begin ()));
    }
    source->follow (std::move (param));
  }
}

std::string
Children::find_unknown () const
{
  const auto known = list ();
  GST_OBJECT_LOCK (element_);
  const auto missed = missed_;
  GST_OBJECT_UNLOCK (element_);
  static const guint child_added =
      g_signal_lookup ("child-added", GST_TYPE_CHILD_PROXY);
  for (const std::string &name : missed)
    if (!find_named (known, name)
        && g_signal_has_handler_pending (element_, child_added, 0, TRUE))
      return name;
  return "";
}

std::string
Children::names () const
{
  std::string text;
  for (const auto &child : list ())
    text += (text.empty () ? "" : ", ") + name_of (child);
  return text;
}

void
init_child_proxy (gpointer interface, gpointer)
{
  auto proxy = static_cast<GstChildProxyInterface *> (interface);
  proxy->get_children_count = [] (GstChildProxy *self) {
    return static_cast<guint> (children_of (self).list ().size ());
  };
  proxy->get_child_by_index = [] (GstChildProxy *self, guint index) {
    auto list = children_of (self).list ();
    return index < list.size () ? G_OBJECT (list[index].release ()) : nullptr;
  };
  proxy->get_child_by_name = [] (GstChildProxy *self, const gchar *name) {
    auto child = children_of (self).find (name);
    return child ? G_OBJECT (child.release ()) : nullptr;
  };
}

} // namespace webmedia::elements
