/* Starts the program of a release on any Linux.

   The program needs the C library it was built with, or a newer one. Where the system has one, the
   program runs with it, so that libraries found at run time (libdeflate, HDF5's plugins) match.
   Elsewhere it runs with the C library that lies beside it. This file is linked statically. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef LEAST_GLIBC
#error "define LEAST_GLIBC as the second number of the C library's least version"
#endif

#define LOADER "ld-linux-x86-64.so.2"

/* Returns the second number of the system's C library, such as 36 of 2.36; 0 if it cannot be told.

   The loader names its version since 2.33; no other way is quick and the same on every system. */
static int system_glibc(void) {
  static const char words[] = "release version 2.";
  int file = open("/lib64/" LOADER, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (file < 0) return 0;
  if (fstat(file, &status) < 0) return 0;
  size_t size = (size_t)status.st_size;
  char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
  close(file);
  if (bytes == MAP_FAILED) return 0;
  int version = 0;
  char *end = bytes + size;
  char *found = memmem(bytes, size, words, sizeof words - 1);
  if (found) {
    for (found += sizeof words - 1; found < end && *found >= '0' && *found <= '9'; found++)
      version = version * 10 + (*found - '0');
  }
  munmap(bytes, size);
  return version;
}

/* Writes the path of this file, without symbolic links; the folder /proc may be missing. */
static int own_path(char path[PATH_MAX]) {
  const char *given = (const char *)getauxval(AT_EXECFN);
  if (given && realpath(given, path)) return 1;
  return realpath("/proc/self/exe", path) != NULL;
}

int main(int count, char **arguments) {
  /* The launcher is bin/scharmonize, the program lib/scharmonize/scharmonize. */
  char folder[PATH_MAX], program[PATH_MAX + 40], loader[PATH_MAX + 40];
  if (!own_path(folder)) {
    fprintf(stderr, "Error: scharmonize cannot tell where it is installed\n");
    return 70;
  }
  for (int level = 0; level < 2; level++) {
    char *slash = strrchr(folder, '/');
    if (slash) *slash = 0;
  }
  strcat(folder, strlen(folder) + 20 < sizeof folder ? "/lib/scharmonize" : "");
  snprintf(program, sizeof program, "%s/scharmonize", folder);
  snprintf(loader, sizeof loader, "%s/" LOADER, folder);

  /* SCHARMONIZE_C_LIBRARY=own or system decides, for whoever looks for a fault. */
  const char *choice = getenv("SCHARMONIZE_C_LIBRARY");
  int is_own = choice && !strcmp(choice, "own");
  int is_system = choice && !strcmp(choice, "system");
  if (is_system || (!is_own && system_glibc() >= LEAST_GLIBC)) execv(program, arguments);

  char **with_loader = calloc((size_t)count + 7, sizeof *with_loader);
  if (!with_loader) return 70;
  int n = 0;
  with_loader[n++] = loader;
  with_loader[n++] = "--argv0";
  with_loader[n++] = count > 0 ? arguments[0] : program;
  with_loader[n++] = "--library-path";
  with_loader[n++] = folder;
  with_loader[n++] = program;
  for (int i = 1; i < count; i++) with_loader[n++] = arguments[i];
  execv(loader, with_loader);
  fprintf(
      stderr, "Error: '%s' cannot be started (%s); unpack the whole archive, and keep its folders as they are\n",
      loader, strerror(errno));
  return 70;
}
