// SPDX-License-Identifier: LGPL-2.1-or-later
#include "choosing.hh"

namespace webmedia::elements {

// ---- What was chosen ----

const worklet::Definition *
Chosen::definition () const
{
  return view     ? &view->definition ()
         : choice ? &choice->definition ()
                  : nullptr;
}

Result<worklet::NodeOptions>
Chosen::parse_options (const WorkletSettings &from) const
{
  if (view)
    return view->options ();
  return choice->parse_options (
      from.node_options.c_str (), from.processor_options.c_str ());
}

// What somebody wrote stays what it is: there can't be pads for more.
static Result<>
check_pads (const char *member, const char *first, uint32_t given, size_t pads)
{
  if (pads <= given)
    return ok;
  const std::string last = std::to_string (pads - 1);
  return Error{ErrorCode::invalid_state,
      std::string (member) + " is " + std::to_string (given)
          + ", but there is a pad " + first + "_" + last + ", for which it has "
          + "to be " + std::to_string (pads)
          + ": ask for fewer pads, or leave it out"};
}

Result<worklet::NewNode>
Chosen::make_node (
    worklet::NodeOptions options, size_t inputs, size_t outputs) const
{
  if (!view) {
    if (options.has_number_of_inputs)
      if (auto result = check_pads (
              "numberOfInputs", "sink", options.number_of_inputs, inputs);
          !result)
        return result.error ();
    if (options.has_number_of_outputs)
      if (auto result = check_pads (
              "numberOfOutputs", "src", options.number_of_outputs, outputs);
          !result)
        return result.error ();
    options.number_of_inputs = static_cast<uint32_t> (inputs);
    options.number_of_outputs = static_cast<uint32_t> (outputs);
    return choice->create_node (std::move (options));
  }
  if (inputs != options.number_of_inputs
      || outputs != options.number_of_outputs)
    return Error{ErrorCode::invalid_state,
        "The node has " + std::to_string (options.number_of_inputs)
            + " inputs and " + std::to_string (options.number_of_outputs)
            + " outputs: there can't be pads for more of them"};
  return worklet::NewNode{nullptr, view};
}

// ---- Choosing ----

Ptr<GstWebAudioWorklet>
Choosing::find_worklet (const WorkletSettings &settings)
{
  if (settings.node)
    return Ptr<GstWebAudioWorklet>::share (
        gst_web_audio_worklet_node_get_worklet (settings.node.get ()));
  if (settings.worklet)
    return settings.worklet;
  const std::string key =
      settings.module + '\n' + std::to_string (settings.quantum);
  {
    MutexLocker locker (lock_);
    if (own_worklet_ && own_settings_ == key)
      return own_worklet_;
  }
  auto made = Ptr<GstWebAudioWorklet>::adopt (
      gst_web_audio_worklet_new (0, settings.quantum, nullptr));
  MutexLocker locker (lock_);
  // Of two that ask at once both have the one that came first.
  if (own_worklet_ && own_settings_ == key)
    return own_worklet_;
  own_settings_ = key;
  std::swap (own_worklet_, made);
  return own_worklet_;
}

// An object is there as long as it is in the settings, so its address names it.
static std::string
key_of (const WorkletSettings &settings)
{
  const CString objects (
      g_strdup_printf ("%p %p", static_cast<void *> (settings.worklet.get ()),
          static_cast<void *> (settings.node.get ())));
  return settings.module + '\n' + settings.processor + '\n'
         + std::to_string (settings.quantum) + '\n' + objects.get ();
}

void
Choosing::choose (const WorkletSettings &settings)
{
  Chosen made;
  made.settings = key_of (settings);
  const Chosen before = chosen ();
  if (before && before.settings == made.settings)
    return;
  made.worklet = find_worklet (settings);
  made.node = settings.node;
  if (made.node)
    gst_web_bridge_node_view (made.node.get (), &made.view);
  if (made.node && !made.view) {
    made.mistake = "The node was constructed, but not made: "
                   "gst_web_audio_worklet_node_new () makes one";
  } else if (!made.view) {
    Result<std::shared_ptr<worklet::Choice>> choice{nullptr};
    gst_web_bridge_choose_processor (made.worklet.get (),
        settings.module.c_str (), settings.processor.c_str (), &choice);
    if (choice)
      made.choice = *choice;
    else
      made.mistake = choice.error ().message;
  }
  {
    Chosen last = made;
    MutexLocker locker (lock_);
    std::swap (chosen_, last);
  }
  children_.set_definition (made.definition (), made.view.get ());
}

} // namespace webmedia::elements
