#pragma once
#include <hdf5.h>

/* HDF5 defines these constants as macros that first call H5open(), which Swift cannot import.
   Each one becomes a function of the same name in lower case. */
static inline unsigned h5f_acc_rdonly(void) { return H5F_ACC_RDONLY; }
static inline unsigned h5f_acc_rdwr(void) { return H5F_ACC_RDWR; }
static inline unsigned h5f_acc_trunc(void) { return H5F_ACC_TRUNC; }
static inline unsigned h5f_obj_all(void) { return H5F_OBJ_ALL; }
static inline hid_t h5p_default(void) { return H5P_DEFAULT; }
static inline hid_t h5p_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t h5p_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t h5p_dataset_access(void) { return H5P_DATASET_ACCESS; }
static inline hid_t h5p_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t h5p_link_create(void) { return H5P_LINK_CREATE; }
static inline hid_t h5p_link_access(void) { return H5P_LINK_ACCESS; }
static inline hid_t h5p_dataset_transfer(void) { return H5P_DATASET_XFER; }
static inline hid_t h5e_default(void) { return H5E_DEFAULT; }
static inline hid_t h5s_all(void) { return H5S_ALL; }
static inline hsize_t h5s_unlimited(void) { return H5S_UNLIMITED; }
static inline size_t h5t_variable(void) { return H5T_VARIABLE; }
static inline hid_t h5t_c_s1(void) { return H5T_C_S1; }
static inline hid_t h5t_std_ref_obj(void) { return H5T_STD_REF_OBJ; }
static inline hid_t h5t_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t h5t_native_int16(void) { return H5T_NATIVE_INT16; }
static inline hid_t h5t_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t h5t_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t h5t_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t h5t_native_uint16(void) { return H5T_NATIVE_UINT16; }
static inline hid_t h5t_native_uint32(void) { return H5T_NATIVE_UINT32; }
static inline hid_t h5t_native_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t h5t_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t h5t_native_double(void) { return H5T_NATIVE_DOUBLE; }

/* HDF5 1.10.7 added the property; before it, only the environment decides. */
static inline herr_t h5p_disable_file_locking(hid_t access) {
#if H5_VERSION_GE(1, 10, 7)
  return H5Pset_file_locking(access, 0, 1);
#else
  (void)access;
  return -1;
#endif
}

/* The function and its structure have other names in 1.10 and in 1.12. */
static inline haddr_t h5o_address(hid_t object) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info1_t info;
#else
  H5O_info_t info;
#endif
  return H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0 ? HADDR_UNDEF : info.addr;
}

/* The information passed with a link's name has another type in 1.12; only the name is needed. */
typedef void (*h5l_name_callback)(const char *name, void *context);

struct h5l_name_call {
  h5l_name_callback callback;
  void *context;
};

static inline herr_t h5l_call_with_name(
    hid_t group, const char *name, const H5L_info_t *info, void *data) {
  struct h5l_name_call *call = (struct h5l_name_call *)data;
  (void)group;
  (void)info;
  call->callback(name, call->context);
  return 0;
}

static inline herr_t h5l_each_name(hid_t group, h5l_name_callback callback, void *context) {
  struct h5l_name_call call = {callback, context};
  hsize_t start = 0;
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &start, h5l_call_with_name, &call);
}
