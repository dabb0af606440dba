// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/test-policy.hh"

struct TestMutePolicy {
  GObject parent;
  webmedia::test::PolicyState *state;
};
struct TestMutePolicyClass {
  GObjectClass parent;
};
struct TestAskingPolicy {
  TestMutePolicy parent;
};
struct TestAskingPolicyClass {
  TestMutePolicyClass parent;
};

static webmedia::test::PolicyState &
state_of (gpointer policy)
{
  return *static_cast<TestMutePolicy *> (policy)->state;
}

static GstWebPermissionState
test_policy_query (GstWebPermissionPolicy *self, const gchar *)
{
  auto &state = state_of (self);
  std::lock_guard locker (state.lock);
  return state.state;
}

static void
ask (GstWebPermissionPolicy *self, const std::string &what,
    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  auto &state = state_of (self);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  bool holds;
  {
    std::lock_guard locker (state.lock);
    state.asked += what;
    holds = state.holds;
    if (holds)
      state.pending = task;
    state.changed.notify_all ();
  }
  if (holds) {
    if (cancellable)
      g_cancellable_connect (cancellable,
          G_CALLBACK (+[] (GCancellable *, gpointer data) {
            static_cast<webmedia::test::PolicyState *> (data)->answer (false);
          }),
          &state, nullptr);
    return;
  }
  g_task_return_boolean (task, state.grants);
  g_object_unref (task);
}

static void
test_policy_request_async (GstWebPermissionPolicy *self,
    const gchar *const *names, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  std::string all;
  for (; *names; names++)
    all += std::string (*names) + " ";
  ask (self, all, cancellable, callback, user_data);
}

static void
test_policy_choose_display_async (GstWebPermissionPolicy *self, GVariant *,
    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  ask (self, "display ", cancellable, callback, user_data);
}

static GstDevice *
test_policy_choose_display_finish (GstWebPermissionPolicy *self,
    GAsyncResult *result, GstDevice **audio, GError **error)
{
  auto &state = state_of (self);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return nullptr;
  if (audio && state.sound)
    *audio = webmedia::Ptr<GstDevice> (state.sound).release ();
  return webmedia::Ptr<GstDevice> (state.display).release ();
}

static GstWebPermissionState
test_policy_request_finish (
    GstWebPermissionPolicy *, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error)
             ? GST_WEB_PERMISSION_STATE_GRANTED
             : GST_WEB_PERMISSION_STATE_DENIED;
}

static void
test_mute_policy_implement (GstWebPermissionPolicyInterface *interface)
{
  interface->query = test_policy_query;
}

static void
test_asking_policy_implement (GstWebPermissionPolicyInterface *interface)
{
  interface->query = test_policy_query;
  interface->request_async = test_policy_request_async;
  interface->request_finish = test_policy_request_finish;
  interface->choose_display_async = test_policy_choose_display_async;
  interface->choose_display_finish = test_policy_choose_display_finish;
}

static GType test_mute_policy_get_type (void);
G_DEFINE_TYPE_WITH_CODE (TestMutePolicy, test_mute_policy, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (
        GST_TYPE_WEB_PERMISSION_POLICY, test_mute_policy_implement))

static void
test_mute_policy_init (TestMutePolicy *)
{}

static void
test_mute_policy_class_init (TestMutePolicyClass *)
{}

static GType test_asking_policy_get_type (void);
G_DEFINE_TYPE_WITH_CODE (TestAskingPolicy, test_asking_policy,
    test_mute_policy_get_type (),
    G_IMPLEMENT_INTERFACE (
        GST_TYPE_WEB_PERMISSION_POLICY, test_asking_policy_implement))

static void
test_asking_policy_init (TestAskingPolicy *)
{}

static void
test_asking_policy_class_init (TestAskingPolicyClass *)
{}

namespace webmedia::test {

static Ptr<GstWebPermissionPolicy>
make (GType type, PolicyState &state)
{
  auto policy = static_cast<TestMutePolicy *> (g_object_new (type, nullptr));
  policy->state = &state;
  return Ptr<GstWebPermissionPolicy>::adopt (
      GST_WEB_PERMISSION_POLICY (policy));
}

Ptr<GstWebPermissionPolicy>
make_policy (PolicyState &state)
{
  return make (test_asking_policy_get_type (), state);
}

Ptr<GstWebPermissionPolicy>
make_mute_policy (PolicyState &state)
{
  return make (test_mute_policy_get_type (), state);
}

void
PolicyState::wait_asked ()
{
  std::unique_lock locker (lock);
  changed.wait (locker, [this] { return !asked.empty (); });
}

void
PolicyState::answer (bool granted)
{
  GTask *task;
  {
    std::lock_guard locker (lock);
    task = std::exchange (pending, nullptr);
  }
  if (!task)
    return;
  g_task_return_boolean (task, granted);
  g_object_unref (task);
}

} // namespace webmedia::test
