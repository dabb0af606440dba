// SPDX-License-Identifier: LGPL-2.1-or-later
// The render loop: one quantum after the other.
// https://webaudio.github.io/web-audio-api/#rendering-loop
#pragma once

#include "worklet/node.hh"

namespace webmedia::worklet {

// Planar blocks of one quantum; null where there is no channel.
struct Bus {
  uint32_t channels = 0;
  float *const *data = nullptr;
};

// Renders one node of a scope.
// Threads: thread-bound (the audio thread, which may be another one each time),
// but for create(), the destructor and what is marked. On the audio
// thread it allocates nothing, frees nothing, locks nothing and makes no system
// call; so does a native processor.
class Renderer {
public:
  // Constructs the processor: on a control thread, or on the audio thread
  // before its first quantum. If that fails, the node has its `processorerror`,
  // and the renderer gives silence. InvalidStateError: the scope is rendered by
  // another one; NotSupportedError: no quantum of this size at this rate.
  static Result<std::unique_ptr<Renderer>> create (
      std::shared_ptr<Node> node, uint32_t rate);
  // The same, in two steps: one that is not attached to its scope has a
  // processor, which gets its messages, but does not render. It goes on where
  // the clock is when it is attached.
  static Result<std::unique_ptr<Renderer>> create_idle (
      std::shared_ptr<Node> node, uint32_t rate);
  Result<> attach ();
  // Its inputs are not connected any more.
  void detach ();
  ~Renderer ();

  // How many channels a connection has, 0: not connected. Before the first
  // quantum, or between two.
  void connect_input (uint32_t input, uint32_t channels);
  uint32_t output_channels (uint32_t output) const;

  // Where the samples of the next quantum go: as many channels as the
  // connection has.
  Bus input (uint32_t input);
  // Whether something that is actively processing feeds it in this quantum. It
  // is not when the next one begins.
  void activate_input (uint32_t input);
  void deactivate_inputs ();
  // When the frame that is `ahead` of the next quantum's first is due.
  void set_stream_time (uint32_t ahead, StreamTime time);
  // For how many frames on end a processor that keeps itself alive is called
  // while no input is active; then it waits for one, or for a message. One that
  // says a longer tail is called until that is over: what is left of it would
  // come later, in other sound. It is for ever at first, and for one without
  // inputs.
  void set_tail_limit (uint64_t frames) { tail_limit_ = frames; }

  void render ();

  // What the last quantum made: as many channels as output_channels(). Not
  // active: silence, which is there nevertheless.
  Bus output (uint32_t output) const;
  bool is_active () const { return is_active_; }

  // Whether another quantum may give something while no input is active.
  bool keeps_alive ();
  std::optional<uint64_t> tail ();

  // Whoever is in the scope's role: hands the processor its messages, and the
  // scope's handlers theirs, until all are taken or the role is wanted.
  void deliver_messages (bool until_wanted);
  // The audio thread around a row of quanta: it takes the scope's role.
  void begin () { scope_.role ().begin (); }
  void end () { scope_.role ().end (); }
  // Any thread: whether begin() waits.
  bool is_wanted () const { return scope_.role ().is_wanted (); }

  const std::shared_ptr<Node> node;
  uint32_t quantum () const { return quantum_; }
  uint32_t rate () const { return rate_; }
  uint64_t calls () const { return calls_; } // of process(), ever

private:
  // What the blocks of an input or output, or those that it is mixed to, are
  // in.
  struct Blocks {
    uint32_t channels = 0;
    std::unique_ptr<float[]> memory;
    float *data[kMaxChannels] = {};

    void allocate (uint32_t number, uint32_t frames);
    void clear (uint32_t frames);
  };
  struct Input {
    Blocks connection;
    Blocks mixed; // where the computed number of channels is another one
    bool active = false;
  };

  Renderer (std::shared_ptr<Node> its_node, uint32_t rate);
  void prepare ();
  void construct_processor ();
  void allocate_outputs ();
  bool mix_inputs ();
  void compute_parameters (const QuantumTime &time, bool is_called);
  bool call_process (const QuantumTime &time);
  void silence_outputs ();
  QuantumTime time () const;

  GlobalScope &scope_; // the node's
  const uint32_t quantum_;
  const uint32_t rate_;
  std::unique_ptr<Processor> processor_;
  bool callable_ = false;     // [[callable process]]
  bool active_source_ = true; // [[active source]]
  bool is_active_ = false;
  bool is_silenced_ = false; // the blocks of outputs are zeros
  uint64_t tail_limit_ = UINT64_MAX;
  // Frames of quanta since an input was active, or the processor had a message.
  // It begins anew, with or without the role, when it is attached.
  std::atomic<uint64_t> silence_{0};
  // The tail that it says, when that is longer than the limit; this: it was not
  // asked since there was less silence.
  static constexpr uint64_t kNotAsked = UINT64_MAX;
  uint64_t known_tail_ = kNotAsked;
  uint64_t calls_ = 0;
  bool is_attached_ = false;
  uint64_t frame_ = 0;
  int64_t ahead_ = 0; // the clock, of the frame
  uint64_t anchor_frame_ = 0;
  StreamTime anchor_time_;

  std::vector<Input> inputs_;
  std::vector<Blocks> outputs_;
  std::vector<Blocks> values_; // of each parameter: one block
  // What process() is given.
  std::vector<GstWebAudioInput> input_buses_;
  std::vector<GstWebAudioOutput> output_buses_;
  std::vector<GstWebAudioParamValues> parameters_;
};

// The audio thread is in the renderer.
class Entered {
public:
  explicit Entered (Renderer &renderer) : renderer_ (renderer)
  {
    renderer_.begin ();
  }
  ~Entered () { renderer_.end (); }
  Entered (const Entered &) = delete;
  Entered &operator= (const Entered &) = delete;

private:
  Renderer &renderer_;
};

} // namespace webmedia::worklet
