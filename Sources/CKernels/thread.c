#include "CKernels.h"

static _Thread_local const struct ck_kernels *of_thread;

const struct ck_kernels *ck_kernels_of_thread(void) { return of_thread; }

void ck_set_kernels_of_thread(const struct ck_kernels *kernels) { of_thread = kernels; }
