// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/global-scope.hh"

namespace webmedia::worklet {

const std::vector<std::shared_ptr<const Definition>> &
builtin_definitions ()
{
  static const std::vector<std::shared_ptr<const Definition>> definitions;
  return definitions;
}

} // namespace webmedia::worklet
