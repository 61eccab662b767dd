#pragma once
#include <stdint.h>

/* A signal handler for faults that a damaged file causes in the HDF5 library. It is in C because
   the library may have overwritten the allocator, and a language with a runtime can wait for its
   lock for ever. Nothing here allocates memory or takes a lock. */

/* Names that a handler may read at any moment: `CF_PLACES` times `CF_BYTES`, each ended by a
   zero; an entry that begins with a zero is empty. */
enum { CF_PLACES = 64, CF_BYTES = 4096 };

typedef struct {
  /* Exit codes: a file makes the library fail; a mapped scratch file cannot be read. */
  int damaged, unreadable;
  /* A flag that is true to write the message as a JSON object; exit codes must have two digits. */
  int is_json;
  /* Names of the open files, and of the files to remove. */
  const volatile char *open_files;
  const volatile char *temporary_files;
  /* The thread that is within the library, or 0. */
  const volatile uintptr_t *calling_thread;
  /* The mapped scratch files: CF_PLACES pairs of a start and a length. */
  const volatile uintptr_t *mapped;
} cf_plan;

/* Returns the calling thread in the form of `calling_thread`. */
uintptr_t cf_this_thread(void);

/* Gives the calling thread a stack for the handler, once, if a handler is installed. */
void cf_prepare_thread(void);

/* A word that one thread writes while others read it. */
static inline void cf_store(uintptr_t *word, uintptr_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline uintptr_t cf_load(const volatile uintptr_t *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* Handles SIGSEGV, SIGBUS, SIGABRT and SIGFPE from now on. The plan's pointers must stay valid. */
void cf_install(const cf_plan *plan);

/* Ends the process if a call into the library does not return. */
void cf_end_for_library_that_hangs(void);
