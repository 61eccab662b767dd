"""Makes h5py.h5, which holds what other programs write and this package does not.

Run it with h5py 3 in this folder; the file is committed, so that the tests need no Python.
"""

import h5py
import numpy as np

with h5py.File("h5py.h5", "w", libver="earliest") as file:
    # Strings in a fixed room: ended by NUL, padded by NUL, padded by spaces; and what is no UTF-8.
    file.create_group("strings")
    for name, padding in [("nullterm", h5py.h5t.STR_NULLTERM), ("nullpad", h5py.h5t.STR_NULLPAD),
                          ("spacepad", h5py.h5t.STR_SPACEPAD)]:
        kind = h5py.h5t.C_S1.copy()
        kind.set_size(4)
        kind.set_strpad(padding)
        space = h5py.h5s.create_simple((3,))
        pad = b" " if name == "spacepad" else b"\0"
        texts = b"".join(text.ljust(4, pad) for text in [b"ab", b"", b"abc"])
        data = h5py.h5d.create(file.id, f"strings/{name}".encode(), kind, space)
        data.write(space, space, np.frombuffer(texts, dtype="S4"), mtype=kind)
    file["strings/broken"] = np.array([b"a\xffb", b"\xc3\xb6"], dtype="S3")
    utf8 = h5py.string_dtype("utf-8", 6)
    file["strings/utf8"] = np.array(["größe".encode()[:6], "T".encode()], dtype=utf8)
    file["strings/ascii"] = np.array([b"x", b"yz"], dtype=object).astype(h5py.string_dtype("ascii"))
    # Two of three are never written: pointers to nothing.
    unwritten = file.create_dataset("strings/unwritten", (3,), h5py.string_dtype())
    unwritten[1] = "here"

    # Numbers that no type of this package is stored as.
    file["numbers/half"] = np.array([0.5, -2, 1024], dtype="<f2")
    file["numbers/big"] = np.array([1, -2, 3], dtype=">f4")
    file["numbers/big_int"] = np.array([1, -2, 300], dtype=">i2")
    file["numbers/vast"] = np.array([0, 2**64 - 1], dtype="<u8")
    file.create_dataset("numbers/lzf", data=np.arange(1000) // 10, chunks=(300,),
                        compression="lzf", shuffle=True)
    file["numbers/null"] = h5py.Empty("f4")
    colours = h5py.enum_dtype({"RED": 3, "BLUE": 7}, basetype="i4")
    file.create_dataset("numbers/colours", data=np.array([7, 3, 7], dtype="i4"), dtype=colours)

    records = np.zeros(3, dtype=[("index", "S3"), ("n", "<i8"), ("x", "<f4"), ("on", "?"),
                                 ("label", h5py.string_dtype()), ("pca", "<f4", (2,))])
    records["index"] = [b"a", b"bc", b""]
    records["n"] = [1, -2, 3]
    records["x"] = [0.5, 1.5, 2.5]
    records["on"] = [True, False, True]
    records["label"] = ["one", "zwölf", ""]
    file["records"] = records

    # Links that lead nowhere, and one in a circle.
    file["links/data"] = np.array([1])
    file["links/soft"] = h5py.SoftLink("/links/data")
    file["links/dangling"] = h5py.SoftLink("/links/gone")
    file["links/outside"] = h5py.ExternalLink("gone.h5", "/x")
    file["links/circle"] = h5py.SoftLink("/links/circle")

    file.attrs["fixed"] = np.bytes_(b"csr")
    file.attrs["fixed_list"] = np.array([b"a", b"bc"])
    file.attrs["flag"] = np.bool_(True)
    file.attrs["small"] = np.int8(-3)
    file.attrs["list"] = np.array([1, 2], dtype="u2")
    file.attrs["empty"] = h5py.Empty("S1")
