#pragma once

/* Returns the number of the process's arguments, the program's name among them; 0 if unknown. */
int ca_count(void);

/* Returns an argument of the process. */
const char *ca_argument(int index);
