// SPDX-License-Identifier: LGPL-2.1-or-later
#include "planning.hh"

#include "element-parts.hh"

namespace webmedia::elements {

static void
set_flag (GstElement *element, GstElementFlags flag, bool is_set)
{
  if (is_set)
    GST_OBJECT_FLAG_SET (element, flag);
  else
    GST_OBJECT_FLAG_UNSET (element, flag);
}

static bool
is_early (GstElement *element)
{
  GST_OBJECT_LOCK (element);
  const GstState state = GST_STATE (element);
  GST_OBJECT_UNLOCK (element);
  return state <= GST_STATE_READY;
}

bool
has_begun (GstElement *element)
{
  return parts_of (element).is_open.load () || !is_early (element);
}

static void
adapt_pads (GstElement *element, const WorkletSettings &settings)
{
  ElementParts &self = parts_of (element);
  const Chosen chosen = self.choosing.chosen ();
  if (!chosen)
    return;
  auto options = chosen.parse_options (settings);
  if (!options)
    return; // told when the element starts
  set_first_pad (element, GST_PAD_SINK, options->number_of_inputs > 0);
  set_first_pad (element, GST_PAD_SRC, options->number_of_outputs > 0);
  set_flag (element, GST_ELEMENT_FLAG_SINK, options->number_of_outputs == 0);
  set_flag (element, GST_ELEMENT_FLAG_SOURCE, options->number_of_inputs == 0);
}

// What a processor of the library has no use for it has by its name alone, so
// that an element that is linked by mistake is told so. Where the number was
// written, it is told when the element starts.
bool
may_have_more (GstElement *element, bool inputs)
{
  ElementParts &self = parts_of (element);
  const Chosen chosen = self.choosing.chosen ();
  if (!chosen.choice)
    return true;
  const worklet::Shape shape = chosen.choice->shape ();
  auto options = chosen.parse_options (self.settings.copy ());
  if (!shape.option_names || !options)
    return true;
  return inputs ? options->has_number_of_inputs || shape.inputs > 1
                : options->has_number_of_outputs || shape.outputs > 1;
}

std::optional<WorkletSettings>
adapt (GstElement *element, bool opens)
{
  ElementParts &self = parts_of (element);
  std::optional<WorkletSettings> seen;
  self.adapting.run ([&self, &seen, element, opens] {
    if (!(seen && opens) && has_begun (element))
      return;
    seen = self.settings.copy ();
    self.choosing.choose (*seen);
    adapt_pads (element, *seen);
    if (opens)
      self.is_open.store (true);
  });
  return seen;
}

Result<Plan>
make_plan (GstElement *element, bool opens)
{
  ElementParts &self = parts_of (element);
  const auto settings = adapt (element, opens);
  if (!settings)
    return Error{ErrorCode::invalid_state,
        "Its settings are being changed, by another thread or by who calls "
        "this: they have to be set before it starts"};
  Plan plan{self.choosing.chosen (), {}};
  if (!plan.chosen)
    return Error{ErrorCode::not_found, plan.chosen.mistake};
  auto options = plan.chosen.parse_options (*settings);
  if (!options)
    return options.error ();
  if (auto taken = plan.chosen.try_options (*options); !taken)
    return taken.error ();
  plan.options = std::move (*options);
  if (const std::string name = self.children.find_unknown (); !name.empty ())
    return Error{ErrorCode::not_found,
        "The processor has no parameter \"" + name + "\"; "
            + (self.children.names ().empty ()
                    ? std::string ("it has none")
                    : "it has: " + self.children.names ())};
  return plan;
}

} // namespace webmedia::elements
