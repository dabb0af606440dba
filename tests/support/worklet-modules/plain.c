// SPDX-License-Identifier: LGPL-2.1-or-later
// A shared library that is no module.
#include <gst/webmedia/gstwebaudioprocessor.h>

GST_WEB_AUDIO_EXPORT int gst_web_audio_nothing = 1;
