"""Makes chunks.h5: chunks as other programs store them, and this package does not.

Run it with h5py 3 in this folder; the file is committed, so that the tests need no Python.
"""

import zlib

import h5py
import numpy as np

random = np.random.default_rng(1)
values = (random.poisson(0.8, 1000) * random.integers(1, 500, 1000)).astype("i4")
table = values[:900].reshape(45, 20)


def make(name):
    file = h5py.File(name, "w", libver=("earliest", "v110"))

    # Filters that only the C library undoes, and elements that only it converts.
    file.create_dataset("library/lzf", data=values, chunks=(300,), compression="lzf")
    file.create_dataset("library/lzf_table", data=table, chunks=(7, 6), compression="lzf")
    file.create_dataset("library/fletcher", data=values, chunks=(300,), compression="gzip",
                        fletcher32=True)
    file.create_dataset("library/scaled", data=values, chunks=(300,), scaleoffset=0)
    file.create_dataset("library/big", data=values.astype(">i4"), chunks=(300,), compression="gzip")
    file.create_dataset("library/half", data=values.astype("f2"), chunks=(300,), compression="gzip")
    file.create_dataset("library/flags", data=values > 0, chunks=(300,), compression="gzip")
    cube = file.create_dataset("library/cube", (10, 10, 10), "i4", chunks=(3, 4, 5),
                               compression="gzip")
    cube[...] = values.reshape(10, 10, 10)

    # Chunks that skip some of the filters, as their masks say.
    for name, mask, encode in [
        ("gzip", 0b10, lambda data: shuffled(data)),
        ("shuffle", 0b01, lambda data: zlib.compress(data.tobytes())),
        ("both", 0b11, lambda data: data.tobytes()),
    ]:
        data = file.create_dataset(f"masks/{name}", data=values, chunks=(300,), shuffle=True,
                                   compression="gzip")
        data.id.write_direct_chunk((300,), encode(values[300:600]), filter_mask=mask)

    file.create_dataset("filters/shuffle", data=values, chunks=(300,), shuffle=True)
    wide = file.create_dataset("filters/wide", (1000,), "f8", chunks=(300,), shuffle=True,
                               compression="gzip")
    wide[...] = values / 7

    # Chunks that were never written.
    for name, fill in [("zero", None), ("seven", 7)]:
        data = file.create_dataset(f"fill/{name}", (1000,), "i4", chunks=(100,), fillvalue=fill,
                                   compression="gzip")
        data[250:420] = values[250:420]
        file.create_dataset(f"fill/{name}_plain", (1000,), "i4", chunks=(100,), fillvalue=fill)
        file.create_dataset(f"fill/{name}_whole", (1000,), "i4", fillvalue=fill)
        data = file.create_dataset(f"fill/{name}_table", (45, 20), "i4", chunks=(7, 6),
                                   fillvalue=fill)
        data[8:20, 3:9] = table[8:20, 3:9]
    never = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    never.set_chunk((100,))
    never.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    never.set_fill_value(np.array(7, "i4"))
    space = h5py.h5s.create_simple((1000,))
    h5py.h5d.create(file.id, b"fill/never", h5py.h5t.STD_I32LE, space, never)
    return file


def shuffled(data):
    return data.view("u1").reshape(-1, data.itemsize).T.tobytes()


with make("chunks.h5") as file:
    # The indices of chunks that came with later versions of the format.
    file.create_dataset("indices/one", data=values, chunks=(1000,), compression="gzip")
    file.create_dataset("indices/growing", data=values, chunks=(90,), maxshape=(None,),
                        compression="gzip")
    file.create_dataset("indices/tree", data=table, chunks=(7, 6), maxshape=(None, None),
                        compression="gzip")
    file.create_dataset("indices/bounded", data=table, chunks=(7, 6), maxshape=(100, 20),
                        compression="gzip")
    file.create_dataset("indices/list", data=values, chunks=(90,), compression="gzip")
with h5py.File("chunks.h5", "a", libver=("v110", "v110")) as file:
    for name in ["one", "growing", "tree", "bounded", "list"]:
        old = file[f"indices/{name}"]
        file.create_dataset(f"later/{name}", data=old[...], chunks=old.chunks,
                            maxshape=old.maxshape, compression="gzip")
    file.create_dataset("later/plain", data=table, chunks=(7, 6))
