#pragma once
#include <stdint.h>

/* What a signal handler does where a damaged file makes the HDF5 library fail. In C, for by then the
   library may have overwritten the allocator, and a handler in a language with a runtime can wait
   for ever for a lock of it. Nothing here takes memory or a lock. */

/* Names that a handler may read at any moment: `CF_PLACES` times `CF_BYTES`, each ended by a zero; a
   place that begins with one is empty. */
enum { CF_PLACES = 64, CF_BYTES = 4096 };

typedef struct {
  /* Exit codes: a file makes the library fail; a mapped scratch file cannot be read. */
  int damaged, unreadable;
  /* Whether the line that says so is a JSON object; of two-digit exit codes. */
  int is_json;
  /* Names of the files that are open, and of those to be removed. */
  const volatile char *open_files;
  const volatile char *temporary_files;
  /* The thread that is within the library, or 0. */
  const volatile uintptr_t *calling_thread;
  /* CF_PLACES times a start and a length: the mapped scratch files. */
  const volatile uintptr_t *mapped;
} cf_plan;

/* The calling thread, as `calling_thread` names it. */
uintptr_t cf_this_thread(void);

/* Gives the calling thread a stack for the handler, once, where there is a handler. */
void cf_prepare_thread(void);

/* A word that one thread writes while others read it. */
static inline void cf_store(uintptr_t *word, uintptr_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline uintptr_t cf_load(const volatile uintptr_t *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* Receives SIGSEGV, SIGBUS, SIGABRT and SIGFPE from now on. What the plan points to has to stay. */
void cf_install(const cf_plan *plan);

/* Ends the process where a call into the library does not come to its end. */
void cf_end_for_library_that_hangs(void);
