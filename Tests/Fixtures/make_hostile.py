#!/usr/bin/env python3
"""Makes the files of Tests/Fixtures/hostile: valid HDF5 with contents that no program would write.

    python3 Tests/Fixtures/make_hostile.py

Needs h5py and numpy. What the program has to say of each file is in 'messages.tsv' beside them; the
files whose names begin with 'library' make libhdf5 1.10.8 itself fail: they show how that is told.
"""

import os
import pathlib

import h5py
import numpy as np

folder = pathlib.Path(__file__).parent / "hostile"
cases = {}


def case(make):
    cases[make.__name__] = make
    return make


def text(f, name, values, **options):
    return f.create_dataset(name, data=np.array(values, dtype=object), dtype=h5py.string_dtype(), **options)


def base(f):
    """Four cells with three genes."""
    x = f.create_group("X")
    x.attrs["encoding-type"] = "csr_matrix"
    x.attrs["shape"] = np.array([4, 3])
    x["data"] = np.arange(1, 6, dtype="f4")
    x["indices"] = np.array([0, 1, 2, 0, 2], dtype="i4")
    x["indptr"] = np.array([0, 1, 3, 4, 5], dtype="i8")
    for table, names in [("obs", "abcd"), ("var", "xyz")]:
        g = f.create_group(table)
        g.attrs["_index"] = "_index"
        text(g, "_index", list(names))
    text(f["obs"], "batch", ["u", "u", "v", "v"])
    f["obs"].attrs["column-order"] = np.array(["batch"], dtype=object)


def replace(f, name, value=None, **options):
    del f[name]
    return f.create_dataset(name, data=value, **options)


@case
def indptr_negative(f):
    replace(f, "X/indptr", np.array([0, -1, 3, 4, 5]))


@case
def indptr_near_limit(f):
    replace(f, "X/indptr", np.array([0, 1, 3, 2**63 - 1, 5]))


@case
def indptr_unsigned_limit(f):
    replace(f, "X/indptr", np.array([0, 1, 3, 2**64 - 1, 5], dtype="u8"))


@case
def indptr_of_floats(f):
    replace(f, "X/indptr", np.array([0, 1, np.nan, np.inf, 5]))


@case
def indptr_of_two_dimensions(f):
    replace(f, "X/indptr", np.zeros((5, 1), dtype="i8"))


@case
def indices_negative(f):
    replace(f, "X/indices", np.array([0, 1, -2, 0, 2]))


@case
def indices_beyond_32_bits(f):
    replace(f, "X/indices", np.array([0, 1, 2**40, 0, 2]))


@case
def indices_of_records(f):
    replace(f, "X/indices", np.zeros(5, dtype=[("a", "i4"), ("b", "f8")]))


@case
def data_a_group(f):
    del f["X/data"]
    f.create_group("X/data")


@case
def data_of_strings(f):
    del f["X/data"]
    text(f, "X/data", list("abcde"))


@case
def shape_overflows(f):
    f["X"].attrs["shape"] = np.array([2**62, 2**62])


@case
def shape_negative(f):
    f["X"].attrs["shape"] = np.array([-4, 3])


@case
def shape_a_string(f):
    f["X"].attrs["shape"] = "4x3x9"


@case
def shape_of_three(f):
    f["X"].attrs["shape"] = np.array([4, 3, 1])


@case
def shape_of_many_numbers(f):
    f.create_dataset("big", data=0)
    space = h5py.h5s.create_simple((1 << 9,))
    del f["X"].attrs["shape"]
    h5py.h5a.create(f["X"].id, b"shape", h5py.h5t.NATIVE_INT64, space)


@case
def encoding_says_csc(f):
    f["X"].attrs["encoding-type"] = "csc_matrix"


@case
def encoding_a_number(f):
    f["X"].attrs["encoding-type"] = 7


@case
def encoding_says_array(f):
    f["X"].attrs["encoding-type"] = "array"


@case
def obs_of_2_to_40_names(f):
    del f["obs/_index"]
    f["obs"].create_dataset("_index", shape=(2**40,), chunks=(2**16,), dtype="S8")


@case
def obs_of_2_to_30_names(f):
    del f["obs/_index"]
    f["obs"].create_dataset("_index", shape=(2**30,), chunks=(2**16,), dtype=h5py.string_dtype(), compression="gzip")


@case
def names_of_a_gigabyte(f):
    del f["obs/_index"]
    f["obs"].create_dataset("_index", shape=(4,), dtype="S1000000000", chunks=(1,))


@case
def sparse_of_2_to_40_values(f):
    for name, kind in [("data", "f4"), ("indices", "i4")]:
        del f["X/" + name]
        f["X"].create_dataset(name, shape=(2**40,), chunks=(2**16,), dtype=kind, compression="gzip")
    replace(f, "X/indptr", np.array([0, 1, 3, 4, 2**40]))


@case
def columns_of_2_to_40_values(f):
    sparse_of_2_to_40_values(f)
    f["X"].attrs["encoding-type"] = "csc_matrix"
    replace(f, "X/indptr", np.array([0, 1, 3, 2**40]))


@case
def dense_of_another_size(f):
    del f["X"]
    f.create_dataset("X", shape=(2**31, 2**31), chunks=(64, 64), dtype="f4")


@case
def dense_scalar(f):
    del f["X"]
    f["X"] = 3.0


@case
def dense_of_five_dimensions(f):
    del f["X"]
    f["X"] = np.zeros((1, 1, 1, 4, 3))


@case
def chunks_of_4_gigabytes(f):
    del f["X"]
    x = f.create_dataset("X", shape=(4, 3), maxshape=(None, None), chunks=(2**15, 2**14), dtype="f4", compression="gzip")
    import zlib
    pack = zlib.compressobj(9)
    packed = pack.compress(b"\0" * 4096) + pack.flush()
    x.id.write_direct_chunk((0, 0), packed)


@case
def chunk_inflates_beyond(f):
    del f["X/data"]
    import zlib
    d = f["X"].create_dataset("data", shape=(5,), chunks=(5,), dtype="f4", compression="gzip")
    d.id.write_direct_chunk((0,), zlib.compress(b"\0" * (1 << 20), 9))


@case
def names_inflate_beyond(f):
    del f["obs/_index"]
    import zlib
    d = f["obs"].create_dataset("_index", shape=(4,), chunks=(4,), dtype="S4", compression="gzip")
    d.id.write_direct_chunk((0,), zlib.compress(b"\0" * (1 << 20), 9))


@case
def one_long_string_for_all(f):
    """Ten thousand references to one place of the heap, packed into almost nothing."""
    import zlib
    del f["obs/_index"]
    d = f["obs"].create_dataset("_index", shape=(1,), dtype=h5py.string_dtype(), data=["x" * 4000])
    f.flush()
    with open(f.filename, "rb") as raw:
        raw.seek(d.id.get_offset())
        reference = raw.read(16)
    del f["obs/_index"]
    d = f["obs"].create_dataset("_index", shape=(10_000,), chunks=(10_000,), dtype=h5py.string_dtype(), compression="gzip")
    d.id.write_direct_chunk((0,), zlib.compress(reference * 10_000, 9))
    text(f, "keep", ["x" * 4000])


@case
def codes_out_of_range(f):
    del f["obs/batch"]
    g = f["obs"].create_group("batch")
    g.attrs["encoding-type"] = "categorical"
    g["codes"] = np.array([0, 1, 99, -5], dtype="i8")
    text(g, "categories", ["u", "v"])


@case
def categories_within_themselves(f):
    del f["obs/batch"]
    g = f["obs"].create_group("batch")
    g.attrs["encoding-type"] = "categorical"
    g["codes"] = np.array([0, 1, 0, 1], dtype="i1")
    g["categories"] = g


@case
def soft_links_in_a_circle(f):
    del f["obs/batch"]
    f["obs/batch"] = h5py.SoftLink("/obs/other")
    f["obs/other"] = h5py.SoftLink("/obs/batch")
    del f["X/data"]
    f["X/data"] = h5py.SoftLink("/X/data")


@case
def hard_links_in_a_circle(f):
    f["obs/loop"] = f["obs"]
    f["layers"] = f["/"]


@case
def link_to_another_file(f):
    del f["X/data"]
    f["X/data"] = h5py.ExternalLink("indptr_negative.h5ad", "/X/data")


@case
def soft_link_to_another_file(f):
    del f["obs/_index"]
    f["away"] = h5py.ExternalLink("/dev/stdin", "/")
    f["obs/_index"] = h5py.SoftLink("/away/obs")


@case
def values_in_another_file(f):
    del f["X/data"]
    f["X"].create_dataset("data", shape=(5,), dtype="f4", external=[("/etc/passwd", 0, 20)])


@case
def virtual_dataset(f):
    del f["X/data"]
    layout = h5py.VirtualLayout(shape=(5,), dtype="f4")
    layout[:] = h5py.VirtualSource("indptr_negative.h5ad", "/X/data", shape=(5,))
    f.create_virtual_dataset("/X/data", layout)


@case
def obs_of_odd_records(f):
    del f["obs"]
    f["obs"] = np.zeros(4, dtype=[("index", "S4"), ("a/b", "f2", (2, 3)), ("", "V3"), ("c", [("d", "i8"), ("e", "S2")])])


@case
def obs_of_records_without_names(f):
    del f["obs"]
    f["obs"] = np.zeros(4, dtype=[("c", [("d", "i8")])])


@case
def obs_a_number(f):
    del f["obs"]
    f["obs"] = 1


@case
def index_says_slash(f):
    f["obs"].attrs["_index"] = "/"


@case
def index_says_parent(f):
    f["obs"].attrs["_index"] = "../../../../etc/passwd"


@case
def column_order_a_hundred_times(f):
    f["obs"].attrs["column-order"] = np.array(["batch", "", "/", ".", "..", "_index"] * 20, dtype=object)


@case
def column_of_references(f):
    del f["obs/batch"]
    f["obs/batch"] = np.array([f["X"].ref] * 4, dtype=h5py.ref_dtype)


@case
def column_of_lists(f):
    del f["obs/batch"]
    d = f["obs"].create_dataset("batch", shape=(4,), dtype=h5py.vlen_dtype("i4"))
    d[0] = [1, 2, 3]


@case
def many_attributes(f):
    for k in range(100):
        f["obs"].attrs[f"a{k}"] = k


@case
def groups_in_groups(f):
    f.create_group("uns/" + "/".join(["g"] * 60))


@case
def newer_library(f):
    """Names in the layout of chunks that came with HDF5 2."""
    del f["obs/_index"]
    text(f["obs"], "_index", list("abcd"), chunks=(4,), compression="gzip")


newer_library.versions = ("latest", "latest")


@case
def library_heap_of_zeros(f):
    return b"GCOL", 16, b"\0" * 64


@case
def library_heap_of_long_strings(f):
    return b"GCOL", 24, b"\xff\xff\xff\xff\xff\xff\xff\x7f"


def main():
    folder.mkdir(exist_ok=True)
    for name, make in cases.items():
        path = folder / f"{name}.h5ad"
        if path.exists():
            os.remove(path)
        with h5py.File(path, "w", libver=getattr(make, "versions", ("v108", "v110"))) as f:
            base(f)
            damage = make(f)
        if damage:
            signature, offset, put = damage
            data = bytearray(path.read_bytes())
            start = data.find(signature)
            while start >= 0:
                data[start + offset : start + offset + len(put)] = put
                start = data.find(signature, start + 1)
            path.write_bytes(data)


main()
