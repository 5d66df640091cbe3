// SPDX-License-Identifier: Apache-2.0
#include "laws/realtime_guard.hpp"

#include <gtest/gtest.h>

#include <dlfcn.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#if defined(__SANITIZE_ADDRESS__)
#define UNGUARD_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNGUARD_SANITIZED 1
#endif
#endif

namespace {
thread_local bool watching = false;
thread_local long allocations_seen = 0;
thread_local long locks_seen = 0;
}  // namespace

#ifndef UNGUARD_SANITIZED
// glibc's own entry points behind the names that this program now defines.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t size) {
  if (watching) ++allocations_seen;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  if (watching) ++allocations_seen;
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  if (watching) ++allocations_seen;
  return __libc_realloc(old, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  if (watching) ++allocations_seen;
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  if (watching) ++allocations_seen;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  if (watching) ++allocations_seen;
  *out = __libc_memalign(alignment, size);
  return *out ? 0 : 12;
}
void free(void* old) {
  if (watching) ++allocations_seen;
  __libc_free(old);
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  static const auto next = reinterpret_cast<int (*)(pthread_mutex_t*)>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  if (watching) ++locks_seen;
  return next(mutex);
}
int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  static const auto next = reinterpret_cast<int (*)(pthread_mutex_t*)>(dlsym(RTLD_NEXT, "pthread_mutex_trylock"));
  if (watching) ++locks_seen;
  return next(mutex);
}
int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  static const auto next = reinterpret_cast<int (*)(pthread_rwlock_t*)>(dlsym(RTLD_NEXT, "pthread_rwlock_rdlock"));
  if (watching) ++locks_seen;
  return next(lock);
}
int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  static const auto next = reinterpret_cast<int (*)(pthread_rwlock_t*)>(dlsym(RTLD_NEXT, "pthread_rwlock_wrlock"));
  if (watching) ++locks_seen;
  return next(lock);
}
int pthread_spin_lock(pthread_spinlock_t* lock) {
  static const auto next = reinterpret_cast<int (*)(pthread_spinlock_t*)>(dlsym(RTLD_NEXT, "pthread_spin_lock"));
  if (watching) ++locks_seen;
  return next(lock);
}
int pthread_cond_signal(pthread_cond_t* condition) {
  static const auto next = reinterpret_cast<int (*)(pthread_cond_t*)>(dlsym(RTLD_NEXT, "pthread_cond_signal"));
  if (watching) ++locks_seen;
  return next(condition);
}
}
#endif

namespace unguard::laws {

Watch::Watch() {
  allocations_seen = locks_seen = 0;
  watching = true;
}
Watch::~Watch() { watching = false; }
long Watch::allocations() const { return allocations_seen; }
long Watch::locks() const { return locks_seen; }

bool can_watch() {
#ifdef UNGUARD_SANITIZED
  return false;
#else
  return true;
#endif
}

std::string system_calls_of(const std::function<void()>& work) {
#ifdef UNGUARD_SANITIZED
  work();  // a sanitizer makes system calls of its own; what it looks for, it shall see
  return "";
#endif
  const pid_t child = fork();
  if (child < 0) return "fork failed";
  if (child == 0) {
    // Only the end of the process is allowed; anything else kills it with SIGSYS.
    sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    const sock_fprog filter{4, program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
      _exit(77);
    work();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) return "the kernel offers no system call filter";
  if (WIFSIGNALED(status)) return "ended by signal " + std::to_string(WTERMSIG(status)) + " (31 is a system call)";
  return "ended with status " + std::to_string(status);
}

void expect_pure(const std::function<void()>& work) {
  EXPECT_EQ(system_calls_of(work), "");
  if (!can_watch()) return;
  long allocations = 0, locks = 0;
  {
    Watch watch;
    work();
    allocations = watch.allocations();
    locks = watch.locks();
  }
  EXPECT_EQ(allocations, 0);
  EXPECT_EQ(locks, 0);
}

}  // namespace unguard::laws
