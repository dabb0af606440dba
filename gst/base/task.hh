// SPDX-License-Identifier: LGPL-2.1-or-later
// Something to call once, later. Unlike a std::function it never allocates:
// events are many.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace webmedia {

// A callable and what it captured, up to kRoom bytes. Can be moved only.
// Threads: reentrant.
template <typename... Arguments> class Task {
public:
  static constexpr size_t kRoom = 72;

  Task () = default;
  template <typename Function,
      typename = std::enable_if_t<
          !std::is_reference_v<Function> && !std::is_same_v<Function, Task>>>
  Task (Function &&function) : operations_ (&kOperations<Function>)
  {
    static_assert (sizeof (Function) <= kRoom
                   && alignof (Function) <= alignof (void *)
                   && std::is_nothrow_move_constructible_v<Function>);
    new (room_) Function (std::move (function));
  }
  Task (Task &&other) noexcept { take (other); }
  Task &operator= (Task &&other) noexcept
  {
    if (this != &other) {
      reset ();
      take (other);
    }
    return *this;
  }
  ~Task () { reset (); }

  void operator() (Arguments... arguments)
  {
    operations_->call (room_, arguments...);
  }

private:
  struct Operations {
    void (*call) (void *function, Arguments... arguments);
    void (*move) (void *from, void *to); // and destroys `from`
    void (*destroy) (void *function);
  };
  template <typename Function>
  static constexpr Operations kOperations = {
      [] (void *function, Arguments... arguments) {
        (*static_cast<Function *> (function)) (arguments...);
      },
      [] (void *from, void *to) {
        auto function = static_cast<Function *> (from);
        new (to) Function (std::move (*function));
        function->~Function ();
      },
      [] (void *function) { static_cast<Function *> (function)->~Function (); },
  };

  void take (Task &other)
  {
    operations_ = std::exchange (other.operations_, nullptr);
    if (operations_)
      operations_->move (other.room_, room_);
  }
  void reset ()
  {
    if (auto operations = std::exchange (operations_, nullptr))
      operations->destroy (room_);
  }

  const Operations *operations_ = nullptr;
  alignas (void *) unsigned char room_[kRoom];
};

} // namespace webmedia
