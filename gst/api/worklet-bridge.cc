// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/bridge.hh"

using namespace webmedia;

void
gst_web_bridge_choose_processor (const char *module, const char *name,
    guint quantum, Result<std::shared_ptr<worklet::Choice>> *choice)
{
  auto worklet = worklet::AudioWorklet::create (quantum);
  if (worklet)
    *choice = worklet::choose_processor (
        std::move (*worklet), module ? module : "", name ? name : "");
  else
    *choice = worklet.error ();
}

char *
gst_web_bridge_describe_processors (void)
{
  return g_strdup (worklet::describe_builtin_processors ().c_str ());
}
