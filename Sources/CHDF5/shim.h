#pragma once
#include <hdf5.h>

/* HDF5 spells these constants as macros that first call H5open(), which Swift
   cannot import. Each one becomes a function of the same name in lower case. */
static inline unsigned h5f_acc_rdonly(void) { return H5F_ACC_RDONLY; }
static inline hid_t h5p_default(void) { return H5P_DEFAULT; }
static inline hid_t h5e_default(void) { return H5E_DEFAULT; }
