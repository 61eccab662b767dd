#!/usr/bin/env python3
"""Makes the lists of genes that scanpy selects, which the tests hold ours to.

usage: make_variable_genes.py FOLDER_WITH_H5AD [NAME...]
Writes variable_genes_NAME.txt beside this script: scanpy's highly_variable_genes with
batch_key, default flavour, 2,000 genes, in the order of the file. Made with scanpy 1.11.5.
"""
import pathlib
import sys

import scanpy as sc

folder = pathlib.Path(sys.argv[1])
for name in sys.argv[2:] or ["lungmix_celseq2_dropseq"]:
    cells = sc.read_h5ad(folder / f"{name}.h5ad")
    sc.pp.normalize_total(cells, target_sum=1e4)
    sc.pp.log1p(cells)
    sc.pp.highly_variable_genes(cells, n_top_genes=2000, batch_key="batch")
    genes = cells.var_names[cells.var.highly_variable]
    out = pathlib.Path(__file__).with_name(f"variable_genes_{name}.txt")
    out.write_text("\n".join(genes) + "\n")
    print(out.name, len(genes))
