// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_WEBMEDIA_H__
#define __GST_WEB_WEBMEDIA_H__

#include <gst/webmedia/gstwebaudioprocessor.h>
#include <gst/webmedia/gstwebaudiotrack.h>
#include <gst/webmedia/gstwebaudiotracklist.h>
#include <gst/webmedia/gstwebautomationtimeline.h>
#include <gst/webmedia/gstwebbufferedchangeevent.h>
#include <gst/webmedia/gstwebcanvas.h>
#include <gst/webmedia/gstwebcanvascapturemediastreamtrack.h>
#include <gst/webmedia/gstwebdevicechangeevent.h>
#include <gst/webmedia/gstwebdisplaydevice.h>
#include <gst/webmedia/gstweberror.h>
#include <gst/webmedia/gstwebimagecapture.h>
#include <gst/webmedia/gstwebinputdeviceinfo.h>
#include <gst/webmedia/gstwebmanagedmediasource.h>
#include <gst/webmedia/gstwebmanagedsourcebuffer.h>
#include <gst/webmedia/gstwebmediadeviceinfo.h>
#include <gst/webmedia/gstwebmediadevices.h>
#include <gst/webmedia/gstwebmediaelement.h>
#include <gst/webmedia/gstwebmediasource.h>
#include <gst/webmedia/gstwebmediasourcehandle.h>
#include <gst/webmedia/gstwebmediastream.h>
#include <gst/webmedia/gstwebmediastreamaudiodestination.h>
#include <gst/webmedia/gstwebmediastreamtrack.h>
#include <gst/webmedia/gstwebmediastreamtrackaudiostats.h>
#include <gst/webmedia/gstwebmediastreamtrackevent.h>
#include <gst/webmedia/gstwebmediastreamtrackprocessor.h>
#include <gst/webmedia/gstwebmediastreamtrackvideostats.h>
#include <gst/webmedia/gstwebmessagechannel.h>
#include <gst/webmedia/gstwebmessageevent.h>
#include <gst/webmedia/gstwebmessageport.h>
#include <gst/webmedia/gstwebpermissionpolicy.h>
#include <gst/webmedia/gstwebsourcebuffer.h>
#include <gst/webmedia/gstwebsourcebufferlist.h>
#include <gst/webmedia/gstwebtexttrack.h>
#include <gst/webmedia/gstwebtexttracklist.h>
#include <gst/webmedia/gstwebtimeranges.h>
#include <gst/webmedia/gstwebvideotrack.h>
#include <gst/webmedia/gstwebvideotrackgenerator.h>
#include <gst/webmedia/gstwebvideotracklist.h>
#include <gst/webmedia/prelude.h>

#endif
