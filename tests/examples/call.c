// SPDX-License-Identifier: LGPL-2.1-or-later
// A call: two peers of this process send each other a stream, over 127.0.0.1,
// and each shows what it gets in a pipeline of its own:
//     webmedia-call [PIPELINE]
// in which `mediastreamsrc name=remote` hands out the other one's stream. A
// stream has the same id on both sides.
#include <gst/webmedia/webmedia.h>
#include <gst/webrtc/webrtc.h>

typedef struct Peer {
  const char *name;
  struct Peer *other;
  GstElement *pipeline;
  GstElement *rtc;
  GstElement *shown;
  GstWebMediaStream *local;
  GstWebMediaStream *remote; // as soon as a description says its id
} Peer;

static GMainLoop *loop;
static const char *show = "mediastreamsrc name=remote "
                          "remote.video_0 ! videoconvert ! autovideosink "
                          "remote.audio_0 ! audioconvert ! autoaudiosink";
static int playing = 2;

// A camera and a microphone; what they give is encoded and sent.
static const char *kSend =
    "videotestsrc is-live=true pattern=%s ! video/x-raw,width=320,height=240 ! "
    "mediastreamsink name=local uri=mediastream://%s "
    "audiotestsrc is-live=true wave=ticks ! local. "
    "webrtcbin name=rtc bundle-policy=max-bundle "
    "mediastreamsrc name=sent uri=mediastream://%s "
    "sent.video_0 ! videoconvert ! vp8enc deadline=1 keyframe-max-dist=30 ! "
    "rtpvp8pay ! "
    "application/x-rtp,media=video,encoding-name=VP8,payload=96 ! rtc.sink_0 "
    "sent.audio_0 ! audioconvert ! audioresample ! opusenc ! rtpopuspay ! "
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! rtc.sink_1";

static void
check (Peer *peer, GError *error)
{
  if (error)
    g_error ("%s: %s", peer->name, error->message);
}

// Receiving

static void
on_decoded (GstElement *decoder, GstPad *pad, Peer *peer)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const char *type = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (peer->pipeline), "got");
  g_autoptr (GstPad) to = gst_element_request_pad_simple (
      sink, g_str_has_prefix (type, "video/") ? "video_%u" : "audio_%u");
  gst_pad_link (pad, to);
}

// What the other one sends is one stream: the first word of any "msid". (The
// pads of webrtcbin have it, too, but not those of who offers in 1.26.)
static char *
get_stream_id (const GstSDPMedia *media)
{
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const char *value = gst_sdp_media_get_attribute (media, i)->value;
    const char *id = value ? strstr (value, "msid:") : NULL;
    if (id)
      return g_strndup (id + 5, strcspn (id + 5, " "));
  }
  return NULL;
}

// mediastreamsink makes the tracks of the other one's stream.
static void
show_stream (Peer *peer, const GstSDPMessage *sdp)
{
  g_autofree char *id = get_stream_id (gst_sdp_message_get_media (sdp, 0));
  peer->remote = gst_web_media_stream_new_with_id (id);
  GstElement *sink = gst_element_factory_make ("mediastreamsink", "got");
  g_object_set (sink, "stream", peer->remote, NULL);
  gst_bin_add (GST_BIN (peer->pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  g_autoptr (GstElement) src =
      gst_bin_get_by_name (GST_BIN (peer->shown), "remote");
  g_object_set (src, "stream", peer->remote, NULL);
  gst_element_set_state (peer->shown, GST_STATE_PLAYING);
}

static void
on_received (GstElement *rtc, GstPad *pad, Peer *peer)
{
  if (GST_PAD_IS_SINK (pad))
    return;
  GstElement *decoder = gst_element_factory_make ("decodebin", NULL);
  g_signal_connect (decoder, "pad-added", G_CALLBACK (on_decoded), peer);
  gst_bin_add (GST_BIN (peer->pipeline), decoder);
  gst_element_sync_state_with_parent (decoder);
  g_autoptr (GstPad) to = gst_element_get_static_pad (decoder, "sink");
  gst_pad_link (pad, to);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  Peer *peer = data;
  GError *error = NULL;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  check (peer, error);
  // What is shown ends by itself where the pipeline says how much it takes.
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS && --playing == 0)
    g_main_loop_quit (loop);
  return TRUE;
}

// Signalling: what a server would carry from one to the other

static GstWebRTCSessionDescription *
get_description (GstPromise *promise, const char *name)
{
  GstWebRTCSessionDescription *description = NULL;
  gst_structure_get (gst_promise_get_reply (promise), name,
      GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &description, NULL);
  gst_promise_unref (promise);
  return description;
}

static void
set_description (Peer *peer, GstWebRTCSessionDescription *description)
{
  g_signal_emit_by_name (peer->rtc, "set-local-description", description, NULL);
  show_stream (peer->other, description->sdp);
  g_signal_emit_by_name (
      peer->other->rtc, "set-remote-description", description, NULL);
  gst_webrtc_session_description_free (description);
}

static void
on_answer (GstPromise *promise, gpointer peer)
{
  set_description (peer, get_description (promise, "answer"));
}

static void
on_offer (GstPromise *promise, gpointer data)
{
  Peer *peer = data;
  set_description (peer, get_description (promise, "offer"));
  g_signal_emit_by_name (peer->other->rtc, "create-answer", NULL,
      gst_promise_new_with_change_func (on_answer, peer->other, NULL));
}

static void
on_negotiation_needed (GstElement *rtc, Peer *peer)
{
  g_signal_emit_by_name (rtc, "create-offer", NULL,
      gst_promise_new_with_change_func (on_offer, peer, NULL));
}

static void
on_ice_candidate (
    GstElement *rtc, guint line, const char *candidate, Peer *peer)
{
  g_signal_emit_by_name (
      peer->other->rtc, "add-ice-candidate", line, candidate);
}

// Sending

static void
start (Peer *peer, const char *pattern)
{
  GError *error = NULL;
  g_autofree char *text =
      g_strdup_printf (kSend, pattern, peer->name, peer->name);
  peer->pipeline = gst_parse_launch (text, &error);
  check (peer, error);
  peer->shown = gst_parse_launch (show, &error);
  check (peer, error);
  peer->rtc = gst_bin_get_by_name (GST_BIN (peer->pipeline), "rtc");
  g_autofree char *uri = g_strconcat ("mediastream://", peer->name, NULL);
  peer->local = gst_web_media_stream_obtain (uri, NULL);
  for (int i = 0; i < 2; i++) {
    g_autofree char *name = g_strdup_printf ("sink_%d", i);
    g_autoptr (GstPad) pad = gst_element_get_static_pad (peer->rtc, name);
    g_object_set (pad, "msid", gst_web_media_stream_get_id (peer->local), NULL);
  }
  g_print (
      "%s sends %s\n", peer->name, gst_web_media_stream_get_id (peer->local));
  g_autoptr (GObject) agent = NULL;
  gboolean added;
  g_object_get (peer->rtc, "ice-agent", &agent, NULL);
  g_signal_emit_by_name (agent, "add-local-ip-address", "127.0.0.1", &added);
  g_signal_connect (peer->rtc, "pad-added", G_CALLBACK (on_received), peer);
  g_signal_connect (
      peer->rtc, "on-ice-candidate", G_CALLBACK (on_ice_candidate), peer);
  GstElement *pipelines[] = {peer->pipeline, peer->shown};
  for (int i = 0; i < 2; i++) {
    g_autoptr (GstBus) bus = gst_element_get_bus (pipelines[i]);
    gst_bus_add_watch (bus, on_message, peer);
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  if (argc > 1)
    show = argv[1];
  loop = g_main_loop_new (NULL, FALSE);
  Peer alice = {.name = "alice"}, bob = {.name = "bob", .other = &alice};
  alice.other = &bob;
  start (&alice, "smpte");
  start (&bob, "ball");
  g_signal_connect (alice.rtc, "on-negotiation-needed",
      G_CALLBACK (on_negotiation_needed), &alice);
  gst_element_set_state (bob.pipeline, GST_STATE_PLAYING);
  gst_element_set_state (alice.pipeline, GST_STATE_PLAYING);
  g_main_loop_run (loop);
  for (Peer *peer = &alice; peer; peer = peer == &alice ? &bob : NULL) {
    g_print (
        "%s got %s\n", peer->name, gst_web_media_stream_get_id (peer->remote));
    gst_element_set_state (peer->shown, GST_STATE_NULL);
    gst_element_set_state (peer->pipeline, GST_STATE_NULL);
    gst_object_unref (peer->shown);
    gst_object_unref (peer->rtc);
    gst_object_unref (peer->pipeline);
    gst_object_unref (peer->local);
    gst_object_unref (peer->remote);
  }
  g_main_loop_unref (loop);
  return 0;
}
