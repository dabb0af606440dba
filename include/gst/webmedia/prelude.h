// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_PRELUDE_H__
#define __GST_WEB_PRELUDE_H__

#include <gst/gst.h>

#ifndef GST_WEB_API
  #ifdef BUILDING_GST_WEBMEDIA
    #define GST_WEB_API GST_API_EXPORT
  #else
    #define GST_WEB_API GST_API_IMPORT
  #endif
#endif

#endif
