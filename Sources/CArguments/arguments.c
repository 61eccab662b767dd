#include "CArguments.h"

static int count;
static char **arguments;

/* Swift reads the arguments from /proc, which some containers and chroots lack; the C library passes
   them to constructors. */
__attribute__((constructor)) static void keep(int number, char **values) {
  count = number;
  arguments = values;
}

int ca_count(void) { return count; }

const char *ca_argument(int index) { return arguments[index]; }
