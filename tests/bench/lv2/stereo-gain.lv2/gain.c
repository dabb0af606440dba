/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The simplest LV2 gain of two channels: the examples of its SDK have one. */
#include <lv2/core/lv2.h>
#include <stdlib.h>

enum { GAIN, IN_LEFT, IN_RIGHT, OUT_LEFT, OUT_RIGHT, N_PORTS };

static LV2_Handle
instantiate (const LV2_Descriptor *descriptor, double rate, const char *path,
    const LV2_Feature *const *features)
{
  (void)descriptor, (void)rate, (void)path, (void)features;
  return calloc (N_PORTS, sizeof (float *));
}

static void
connect_port (LV2_Handle instance, uint32_t port, void *data)
{
  ((float **)instance)[port] = data;
}

static void
scale (const float *in, float gain, float *out, uint32_t n_samples)
{
  for (uint32_t i = 0; i < n_samples; i++)
    out[i] = in[i] * gain;
}

static void
run (LV2_Handle instance, uint32_t n_samples)
{
  float **ports = instance;
  scale (ports[IN_LEFT], *ports[GAIN], ports[OUT_LEFT], n_samples);
  scale (ports[IN_RIGHT], *ports[GAIN], ports[OUT_RIGHT], n_samples);
}

LV2_SYMBOL_EXPORT const LV2_Descriptor *
lv2_descriptor (uint32_t index)
{
  static const LV2_Descriptor descriptor = {
      .URI = "urn:gst-webmedia:stereo-gain",
      .instantiate = instantiate,
      .connect_port = connect_port,
      .run = run,
      .cleanup = free,
  };
  return index == 0 ? &descriptor : NULL;
}
