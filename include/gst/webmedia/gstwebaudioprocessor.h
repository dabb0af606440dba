// SPDX-License-Identifier: LGPL-2.1-or-later
// Processors for AudioWorklet in C: what a loadable module implements, and what
// it is given. The shape is the web's: a constructor with options, static
// parameter descriptors, process (inputs, outputs, parameters) that says
// whether to keep the processor alive, and a port.
//
// A module needs this header and GLib's; it links nothing of the library. What
// stands here is an ABI: structures grow at their end alone, and each one that
// may grow says its size.
#ifndef __GST_WEB_AUDIO_PROCESSOR_H__
#define __GST_WEB_AUDIO_PROCESSOR_H__

#include <glib.h>

G_BEGIN_DECLS

/**
 * GstWebAutomationRate:
 * @GST_WEB_AUTOMATION_RATE_A: a value for each frame
 * @GST_WEB_AUTOMATION_RATE_K: a value for each render quantum
 *
 * How often the value of a parameter is computed: the specification's
 * AutomationRate.
 */
typedef enum {
  GST_WEB_AUTOMATION_RATE_A,
  GST_WEB_AUTOMATION_RATE_K,
} GstWebAutomationRate;

#ifndef __GI_SCANNER__

  /* The ABI that this header describes. A module is loaded if its version is
   * not above the library's; the library knows all of them from 1 on. */
  #define GST_WEB_AUDIO_ABI_VERSION 1

typedef struct _GstWebAudioParamDescriptor GstWebAudioParamDescriptor;
typedef struct _GstWebAudioInput GstWebAudioInput;
typedef struct _GstWebAudioOutput GstWebAudioOutput;
typedef struct _GstWebAudioParamValues GstWebAudioParamValues;
typedef struct _GstWebAudioQuantum GstWebAudioQuantum;
typedef struct _GstWebAudioMessage GstWebAudioMessage;
typedef struct _GstWebAudioOptions GstWebAudioOptions;
typedef struct _GstWebAudioHost GstWebAudioHost;
typedef struct _GstWebAudioProcessorClass GstWebAudioProcessorClass;
typedef struct _GstWebAudioScope GstWebAudioScope;
typedef struct _GstWebAudioModule GstWebAudioModule;

/* One of the static parameterDescriptors. */
struct _GstWebAudioParamDescriptor {
  const gchar *name;
  gfloat default_value;
  gfloat min_value; /* -G_MAXFLOAT: no limit */
  gfloat max_value; /* G_MAXFLOAT: no limit */
  GstWebAutomationRate automation_rate;
};

/* inputs[n]: planar. With no channel while nothing feeds the input: it is not
 * connected, or what is connected to it is silent for the time being. */
struct _GstWebAudioInput {
  guint n_channels;
  const gfloat *const *channels; /* of n_frames each, 64-byte aligned */
};

/* outputs[n]: planar, all zeros when process() is called. */
struct _GstWebAudioOutput {
  guint n_channels;
  gfloat *const *channels; /* of n_frames each, 64-byte aligned */
};

/* parameters[name], in the order of the descriptors: a value for each frame,
 * or one that holds for all of them. */
struct _GstWebAudioParamValues {
  guint n_values; /* 1 or n_frames */
  const gfloat *values;
};

/* What process() is given. All of it may be used during the call alone. */
struct _GstWebAudioQuantum {
  gsize size;            /* of this structure */
  guint64 current_frame; /* of the first frame, from the start on */
  gdouble current_time;  /* the same in seconds */
  gfloat sample_rate;
  guint n_frames; /* renderQuantumSize: the same in every call */
  guint n_inputs;
  guint n_outputs;
  guint n_parameters;
  const GstWebAudioInput *inputs;
  const GstWebAudioOutput *outputs;
  const GstWebAudioParamValues *parameters;
};

/* What came through the port: a GVariant, and its serialised form, which can be
 * read without allocating anything. */
struct _GstWebAudioMessage {
  gsize struct_size;
  const gchar *type;  /* the variant's type string */
  gconstpointer data; /* aligned as the type needs; in normal form */
  gsize size;         /* of the data */
  GVariant *variant;  /* the same; to take containers apart allocates */
};

/* What the constructor is given: AudioWorkletNodeOptions as the node was made
 * with, and what the global scope says. */
struct _GstWebAudioOptions {
  gsize size; /* of this structure */
  guint number_of_inputs;
  guint number_of_outputs;
  const guint *output_channel_count; /* number_of_outputs, or NULL: not given */
  GVariant *processor_options;       /* a{sv}, or NULL: none given */
  gfloat sample_rate;
  guint render_quantum_size;
};

/* What a processor calls, from its constructor, process(), message() and
 * get_tail() alone. It is there as long as the processor. */
struct _GstWebAudioHost {
  gsize size; /* of this structure */

  /* Sends a message through the port: `data` is the serialised form of a
   * GVariant of this type, e.g. "d" and a double, or "ad" and an array of them.
   * It is copied; nothing is allocated or locked. FALSE where there is no room
   * until the other side has read some: the message is lost and counted. What
   * is not of that form is lost, too, when it is read, with a warning in the
   * log. */
  gboolean (*post_message) (
      GstWebAudioHost *host, const gchar *type, gconstpointer data, gsize size);

  /* What a thrown exception is on the web: the processor is not called again,
   * its outputs are silent from this call on, and the node has a
   * `processorerror`. From message() it stops nothing, and is a warning. The
   * strings are copied; filename may be NULL. */
  void (*throw_error) (GstWebAudioHost *host, const gchar *message,
      const gchar *filename, guint line);
};

/* What registerProcessor() is given: it is copied, with its strings and
 * descriptors. Its functions must stay. */
struct _GstWebAudioProcessorClass {
  gsize size; /* of this structure */
  const gchar *name;
  const gchar *description; /* one line for people, or NULL */
  guint n_parameters;
  const GstWebAudioParamDescriptor *parameters;
  gpointer user_data; /* the constructor's */

  /* The constructor. It may allocate, but not wait. NULL is a failure, which
   * throw_error() explains. */
  gpointer (*construct) (const GstWebAudioOptions *options,
      GstWebAudioHost *host, gpointer user_data);

  /* Called once a render quantum. FALSE: nothing more is to come until an input
   * is fed again. It must not allocate, lock or wait. */
  gboolean (*process) (gpointer self, const GstWebAudioQuantum *quantum);

  /* A message came, between two quanta; NULL: messages are dropped. It must
   * not allocate, lock or wait. */
  void (*message) (gpointer self, const GstWebAudioMessage *message);

  /* For how many frames, from the last one of its inputs on, the outputs can
   * still sound; NULL: until process() returns FALSE, less the silence at the
   * end. Asked for when the inputs have ended, or were silent for the element's
   * max-tail-time, and then until it is over. */
  guint64 (*get_tail) (gpointer self);

  /* Called where it may free. */
  void (*destroy) (gpointer self);
};

/* What a module is given when it is added: the global scope. */
struct _GstWebAudioScope {
  gsize size;         /* of this structure */
  gfloat sample_rate; /* when it was evaluated; 0: not known */
  guint render_quantum_size;

  /* FALSE where the class has a mistake, which is reported while the module is
   * evaluated. Nodes can be made of it when that is over. The message handler
   * may call it, too, but it allocates. */
  gboolean (*register_processor) (
      GstWebAudioScope *scope, const GstWebAudioProcessorClass *klass);

  /* The port of the global scope: to AudioWorklet.port. As the host's, where
   * the message handler calls it. While the module is evaluated it allocates
   * and locks, and there is always room. */
  gboolean (*post_message) (GstWebAudioScope *scope, const gchar *type,
      gconstpointer data, gsize size);

  /* What is called for a message of AudioWorklet.port, between two quanta, from
   * the end of the module's evaluation on, as long as the scope lives. */
  void (*set_message_handler) (GstWebAudioScope *scope,
      void (*message) (gpointer user_data, const GstWebAudioMessage *message),
      gpointer user_data);
};

/* The one symbol that a module exports: see GST_WEB_AUDIO_MODULE. */
struct _GstWebAudioModule {
  guint32 magic;       /* GST_WEB_AUDIO_MODULE_MAGIC */
  guint32 abi_version; /* GST_WEB_AUDIO_ABI_VERSION */
  /* Registers the module's processors, as a module's script does. */
  void (*evaluate) (GstWebAudioScope *scope);
};

  #define GST_WEB_AUDIO_MODULE_MAGIC 0x57574147u /* "GAWW" */
  #define GST_WEB_AUDIO_MODULE_SYMBOL "gst_web_audio_module"

  #ifdef _WIN32
    #define GST_WEB_AUDIO_EXPORT __declspec(dllexport)
  #else
    #define GST_WEB_AUDIO_EXPORT __attribute__ ((visibility ("default")))
  #endif
extern GST_WEB_AUDIO_EXPORT const GstWebAudioModule gst_web_audio_module;

  /* Makes a shared library a module: `evaluate` is a function of the type
   * above. Once, in one source file. */
  #define GST_WEB_AUDIO_MODULE(evaluate)                                       \
    const GstWebAudioModule gst_web_audio_module = {                           \
        GST_WEB_AUDIO_MODULE_MAGIC, GST_WEB_AUDIO_ABI_VERSION, evaluate}

  /* throw_error() with the place in the source. */
  #define GST_WEB_AUDIO_THROW(host, message)                                   \
    ((host)->throw_error ((host), (message), __FILE__, __LINE__))

#endif /* __GI_SCANNER__ */

G_END_DECLS

#endif
