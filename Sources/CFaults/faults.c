#define _GNU_SOURCE
#include "CFaults.h"
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static cf_plan plan;
static int installed;

enum { SIGNALS = 4 };
static const int numbers[SIGNALS] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE};
static struct sigaction before[SIGNALS];

/* If the library recurses until the stack is full, the handler needs a stack of its own; each
   thread has one. */
enum { STACK_BYTES = 1 << 16 };
static char main_stack[STACK_BYTES];
static pthread_key_t stack_of_thread;
static __thread int has_stack;

static void put_stack_away(void *memory) {
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  munmap(memory, STACK_BYTES);
}

/* Several threads may fault at once: the first one ends the process, and the others wait. */
static int is_ending;

static void begin_ending(void) {
  while (__atomic_exchange_n(&is_ending, 1, __ATOMIC_SEQ_CST)) pause();
}

/* The message, one line. */
static char line[16384];
static size_t length;

/* The bytes reserved for the end of the line. */
enum { ROOM_FOR_END = 64 };

static void add_as_is(const char *text) {
  for (; *text && length < sizeof line; text++) line[length++] = *text;
}

static void add_digits(long number, int digits) {
  char text[20] = {0};
  for (int k = digits; k-- > 0; number /= 10) text[k] = (char)('0' + number % 10);
  add_as_is(text);
}

/* Appends to the message; in JSON some bytes are escaped. */
static void add(const volatile char *text) {
  static const char hexadecimal[] = "0123456789abcdef";
  for (; *text && length + 6 < sizeof line - ROOM_FOR_END; text++) {
    unsigned char byte = (unsigned char)*text;
    if (plan.is_json && byte < 0x20) {
      add_as_is("\\u00");
      line[length++] = hexadecimal[byte >> 4];
      line[length++] = hexadecimal[byte & 15];
      continue;
    }
    if (plan.is_json && (byte == '"' || byte == '\\')) line[length++] = '\\';
    line[length++] = (char)byte;
  }
}

/* Appends the time in UTC, computed here because the C library's functions take a lock. */
static void add_time(void) {
  struct timespec now = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  long days = now.tv_sec / 86400, second = now.tv_sec % 86400, year = 1970, month = 1;
  for (;; year++) {
    long length_of_year = 365 + (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    if (days < length_of_year) break;
    days -= length_of_year;
  }
  for (;; month++) {
    long is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    long length_of_month = month == 2 ? 28 + is_leap : 30 + ((month + month / 8) & 1);
    if (days < length_of_month) break;
    days -= length_of_month;
  }
  add_digits(year, 4);
  add_as_is("-");
  add_digits(month, 2);
  add_as_is("-");
  add_digits(days + 1, 2);
  add_as_is("T");
  add_digits(second / 3600, 2);
  add_as_is(":");
  add_digits(second / 60 % 60, 2);
  add_as_is(":");
  add_digits(second % 60, 2);
  add_as_is(".");
  add_digits(now.tv_nsec / 1000000, 3);
  add_as_is("Z");
}

static void begin_line(void) {
  if (!plan.is_json) return add_as_is("Error: ");
  add_as_is("{\"time\":\"");
  add_time();
  add_as_is("\",\"level\":\"error\",\"message\":\"");
}

static void write_line(int status) {
  if (plan.is_json) {
    add_as_is("\",\"status\":");
    add_digits(status, 2);
    add_as_is("}");
  }
  add_as_is("\n");
  size_t written = 0;
  while (written < length) {
    ssize_t more = write(STDERR_FILENO, line + written, length - written);
    if (more <= 0) return;
    written += (size_t)more;
  }
}

static void remove_temporary_files(void) {
  for (int place = 0; place < CF_PLACES; place++) {
    const volatile char *name = plan.temporary_files + place * CF_BYTES;
    if (*name) unlink((const char *)name);
  }
}

static void end_for_library(const char *reason) {
  begin_ending();
  begin_line();
  add("the HDF5 library failed while reading ");
  int is_first = 1;
  for (int place = 0; place < CF_PLACES; place++) {
    const volatile char *name = plan.open_files + place * CF_BYTES;
    if (!*name) continue;
    add(is_first ? "'" : " or '");
    add(name);
    add("'");
    is_first = 0;
  }
  if (is_first) add("a file");
  add(": ");
  add(reason);
  add("; most likely the file is damaged: copy or download it again");
  write_line(plan.damaged);
  remove_temporary_files();
  _exit(plan.damaged);
}

static int is_mapped(uintptr_t address) {
  for (int place = 0; place < CF_PLACES; place++) {
    uintptr_t start = plan.mapped[2 * place], count = plan.mapped[2 * place + 1];
    if (address >= start && address - start < count) return 1;
  }
  return 0;
}

static void receive(int signal, siginfo_t *info, void *context) {
  (void)context;
  if (cf_load(plan.calling_thread) == cf_this_thread()) {
    end_for_library(signal == SIGABRT  ? "it gave up"
                    : signal == SIGFPE ? "it divided by zero"
                                       : "it read or wrote where there is no memory");
  }
  if (signal == SIGBUS && is_mapped((uintptr_t)info->si_addr)) {
    begin_ending();
    begin_line();
    add("the scratch file cannot be read back: input/output error");
    write_line(plan.unreadable);
    remove_temporary_files();
    _exit(plan.unreadable);
  }
  /* A fault elsewhere: after restoring the old handlers, the instruction is retried and fails
     again. A signal sent by a process instead takes effect when it is sent once more. */
  for (int k = 0; k < SIGNALS; k++) {
    if (numbers[k] == signal) sigaction(signal, &before[k], NULL);
  }
  if (info->si_code <= 0) raise(signal);
}

uintptr_t cf_this_thread(void) { return (uintptr_t)pthread_self(); }

void cf_prepare_thread(void) {
  if (!installed || has_stack) return;
  has_stack = 1;
  void *memory =
      mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  stack_t stack = {.ss_sp = memory, .ss_size = STACK_BYTES};
  sigaltstack(&stack, NULL);
  pthread_setspecific(stack_of_thread, memory);
}

void cf_install(const cf_plan *wanted) {
  plan = *wanted;
  stack_t stack = {.ss_sp = main_stack, .ss_size = sizeof main_stack};
  sigaltstack(&stack, NULL);
  has_stack = 1;
  pthread_key_create(&stack_of_thread, put_stack_away);
  for (int k = 0; k < SIGNALS; k++) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = receive;
    /* A fault within the handler then ends the process at once. */
    sigfillset(&action.sa_mask);
    action.sa_flags = SA_ONSTACK | SA_SIGINFO;
    sigaction(numbers[k], &action, &before[k]);
  }
  installed = 1;
}

void cf_end_for_library_that_hangs(void) {
  if (installed) end_for_library("it does not come to an end");
}
