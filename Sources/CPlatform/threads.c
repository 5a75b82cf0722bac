#define _GNU_SOURCE
#include "CPlatform.h"
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

int cp_usable_processors(void) {
  // The kernel answers EINVAL to a set that is smaller than its own.
  for (size_t count = 1024; count <= 1 << 20; count *= 4) {
    cpu_set_t *set = CPU_ALLOC(count);
    if (set == NULL) return -ENOMEM;
    size_t size = CPU_ALLOC_SIZE(count);
    int found = sched_getaffinity(0, size, set) < 0 ? -errno : CPU_COUNT_S(size, set);
    CPU_FREE(set);
    if (found != -EINVAL) return found;
  }
  return -EINVAL;
}

struct worker {
  pthread_t thread;
  size_t index;
  cp_body *body;
  void *context;
  bool started;
};

static void *work(void *argument) {
  struct worker *worker = argument;
  worker->body(worker->context, worker->index);
  return NULL;
}

// Everything but what a thread's own fault raises: that must reach its handler in the thread itself.
static void block_signals(sigset_t *before) {
  static const int faults[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
  sigset_t blocked;
  sigfillset(&blocked);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&blocked, faults[i]);
  pthread_sigmask(SIG_SETMASK, &blocked, before);
}

void cp_run_threads(size_t count, size_t stack, cp_body *body, void *context) {
  struct worker *workers = calloc(count, sizeof *workers);
  pthread_attr_t attributes;
  bool ready = workers != NULL && pthread_attr_init(&attributes) == 0;
  if (ready) {
    pthread_attr_setstacksize(&attributes, stack);
    // Threads inherit the mask.
    sigset_t before;
    block_signals(&before);
    for (size_t i = 0; i < count; i++) {
      workers[i] = (struct worker){.index = i, .body = body, .context = context};
      workers[i].started = pthread_create(&workers[i].thread, &attributes, work, &workers[i]) == 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
  }
  for (size_t i = 0; i < count; i++) {
    if (!ready || !workers[i].started) body(context, i);
  }
  for (size_t i = 0; ready && i < count; i++) {
    if (workers[i].started) pthread_join(workers[i].thread, NULL);
  }
  free(workers);
}
