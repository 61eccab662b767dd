"""The calls. Written by make_api.py from the options of the program; change nothing here."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Callable, Literal, Sequence, Union

from . import _calls
from ._model import Model

if TYPE_CHECKING:
    from anndata import AnnData
    from pandas import DataFrame

#: What an option takes that is no single kind of number.
Value = Union[str, int, float, Sequence[Union[str, int, float]]]

#: True, False, None, or a function of a stage's name and its fraction done.
Progress = Union[bool, None, Callable[[str, float], None]]



def integrate(
    adata: AnnData,
    batch_key: str | Sequence[str] | None = None,
    *,
    label_key: str | None = None,
    layer: str | None = None,
    use_raw: bool = False,
    copy: bool = False,
    return_model: bool = False,
    progress: Progress = None,
    gene_names: Literal["id", "symbol"] | None = None,
    umap: bool = False,
    corrected: str | PathLike[str] | None = None,
    as_: Value | None = None,
    report: str | PathLike[str] | None = None,
    multiqc: str | PathLike[str] | None = None,
    n_genes: int | None = None,
    genes: str | PathLike[str] | Sequence[str] | None = None,
    exclude_genes: Value | Sequence[str] | None = None,
    min_counts: int | None = None,
    min_genes: int | None = None,
    hidden: Value | None = None,
    latent: int | None = None,
    residual: bool = False,
    encoder_norm: Literal["batch", "source", "matched", "layer", "group", "none"] | None = None,
    decoder_norm: Literal["batch", "source", "matched", "layer", "group", "none"] | None = None,
    composition: Literal["matched", "equal"] | None = None,
    batch_shrinkage: float | None = None,
    dropout: float | None = None,
    loss: Literal["nb", "poisson", "mse"] | None = None,
    visits: int | None = None,
    minibatch_size: int | None = None,
    minibatches: Literal["mixed", "shuffled", "single"] | None = None,
    learning_rate: Value | None = None,
    kl_weight: float | None = None,
    adversary: float | None = None,
    critic_norm: Literal["layer", "spectral"] | None = None,
    critic_hidden: Value | None = None,
    seed: int | None = None,
    space: Literal["decoded", "latent"] | None = None,
    components: int | None = None,
    component_scaling: float | None = None,
    no_align: bool = False,
    theta: Value | None = None,
    sigma: float | None = None,
    lambda_: Value | None = None,
    clusters: int | None = None,
    checkpoint: str | PathLike[str] | None = None,
    checkpoint_minutes: float | None = None,
    resume: bool = False,
    threads: int | None = None,
    memory: Value | None = None,
    scratch: str | PathLike[str] | None = None,
    null_test: bool = False,
) -> AnnData | Model | tuple[AnnData, Model] | None:
    """Remove batch effects, and add the corrected embedding to `adata`.

    Trains an autoencoder with batch normalization on minibatches that mix the batches, and
    adds `obsm["X_scharmonize"]` and `uns["scharmonize"]`; some options add columns of `obs`
    and `var`, too. The counts are left as they are.

    Parameters
    ----------
    adata
        Cells with raw counts in `X`, or where `layer` or `use_raw` tell. Views and files
        that are opened in backed mode are taken, too.
    batch_key
        The column of 'obs' that names a cell's batch, or several, parted by commas. (default:
        batch; of several files, each is a batch, unless the sample sheet has a column 'batch')
        May be a list of columns.
    label_key
        A column of 'obs' with cell types: never used in training, only to warn of types that cannot
        be told from their batch, and kept in '--model' for 'map' to transfer.
    layer
        The layer with the counts, instead of `X`.
    use_raw
        Take the counts of `adata.raw` instead of `X`.
    copy
        Return a copy with the results, and leave `adata` as it is.
    return_model
        Return the trained model, which places new cells by `map_cells`.
    progress
        Whether to show a progress bar, or a function that is called with the name of the
        stage and its fraction done. By default a bar is shown in terminals and notebooks.
    gene_names
        What genes are called and matched by. (default: what the files share most)
    umap
        Also lay the cells out in a plane by the embedding, for pictures, and write that to
        'obsm/X_umap' of the .h5ad, in place of the input's own if it has one.
    corrected
        Also write the corrected expression of the genes used, an .h5ad: what each cell would have
        had averaged over all batches, or as the one that `as_` names.
    as_
        The batch that `corrected` decodes all cells as. (default: the average over all)
    report
        Also write a page on the run for any browser, .html: what was done on what, the cells before
        and after by batch and `label_key`, how batches mixed and what each kept, the training,
        warnings, and a methods paragraph.
    multiqc
        Also write two files for MultiQC: x_mqc.json, the mixing of each batch, and beside it
        x_general_mqc.json, the run's row of general statistics. The sample is named after the
        output.
    n_genes
        How many highly variable genes to use. (default: 2000)
    genes
        Use the genes that this file names, one a line, instead; '-' for standard input.
    exclude_genes
        Leave these genes out of the selection, but not of the cells' totals: sets (mito, ribo,
        cycle, stress, sex), patterns such as 'HLA-*', names, or files of names, one a line.
    min_counts
        Leave cells with fewer counts out of the training. (default: 1)
    min_genes
        Leave cells with fewer expressed genes out of the training. (default: 0)
    hidden
        The widths of the encoder's hidden layers, such as 256,128, or 64x50 for fifty of 64; the
        decoder has them in reverse. (default: 256,128)
    latent
        The dimensions of the latent space. (default: 20)
    residual
        Add skip connections between hidden layers of equal width.
    encoder_norm
        The encoder's normalization: of the mixed minibatch, per batch, or per cell. (default:
        batch)
    decoder_norm
        The decoder's normalization: by each batch's offset at matched composition, by its own
        moments, of the mixed minibatch, or per cell. (default: matched)
    composition
        The populations that batches hold: found from expression, so that types of one batch alone
        stay apart, or taken to be equal in all. (default: matched)
    batch_shrinkage
        How many cells of the mixture count toward a batch's statistics; 'inf' for the mixture
        alone. (default: 1.0)
    dropout
        The share of hidden units left out at each step. (default: 0.1)
    loss
        The loss; 'mse' also takes values that are not counts, as they are. (default: nb)
    visits
        How many cell visits the training takes. (default: 40 a cell, at least 200000, at most
        500000)
    minibatch_size
        How many cells a minibatch holds. (default: 128)
    minibatches
        Whether minibatches mix the batches, hold cells as they come, or those of a single source.
        (default: mixed)
    learning_rate
        The step size of the optimizer at the start. (default: 0.001, rising to 0.002 between 2500
        and 5000 cells)
    kl_weight
        The weight of the latent space's divergence from a standard normal. (default: 0.2)
    adversary
        The weight of a critic that guesses each cell's batch from its latent position, which the
        encoder learns to hide; such as 1. 0 is none. (default: 0.0)
    critic_norm
        What keeps the critic within bounds: layer norm, or the spectral norms of its weights.
        (default: layer)
    critic_hidden
        The widths of the critic's hidden layers. (default: 64)
    seed
        The seed of every random choice. (default: 0)
    space
        Where the embedding is taken: principal components of the corrected expression, or the
        latent space. (default: decoded)
    components
        How many principal components the embedding has. (default: 20)
    component_scaling
        The power of its deviation that each component is divided by: 0 keeps coarse types apart,
        0.5 mixes more. (default: 0.0)
    no_align
        Leave the alignment of clusters out.
    theta
        How strongly each cluster is pushed to hold all batches, within 0 and 1000; one number, or
        one a batch key. (default: 1)
    sigma
        How soft the clusters are, within 0.0001 and 10000. (default: 0.1)
    lambda_
        The ridge penalty on a batch's offset in a cluster, in cells; 'auto' for a fifth of the
        cells expected there, at least 40 over the batch's cells. (default: auto)
    clusters
        How many clusters there are. (default: a thirtieth of the cells, at most 100)
    checkpoint
        Where to save the training when SIGINT or SIGTERM stops it, and now and then; removed when
        the result is written. (default: the output's name with '.checkpoint'; none where that is
        standard output)
    checkpoint_minutes
        How many minutes pass between two savings. (default: 10.0)
    resume
        Go on from the checkpoint, where there is one; the result has the same bytes as if the
        training had never stopped.
    threads
        How many threads to use; the result is the same for any. (default: SCHARMONIZE_THREADS, or
        one for each processor that the process may use)
    memory
        How much memory to take for what grows with the data, such as 512M or 4G; the result is the
        same for any. Counts that do not fit go to a scratch file. (default: half of the machine's)
    scratch
        The folder for a scratch file, on a disk. (default: TMPDIR, unless its files are held in
        memory; else the output's folder)
    null_test
        Run twice more, with the batches dealt out at random and with another seed, and report how
        much each changes the graph of 30 nearest neighbours.

    Returns
    -------
    None, the copy, the model, or the copy and the model, as `copy` and `return_model` ask.

    Raises
    ------
    ScharmonizeError
        The data or an option is not what it must be, or the program failed.
    """
    return _calls.integrate(
        adata, batch_key=batch_key, label_key=label_key, layer=layer, use_raw=use_raw, copy=copy, return_model=return_model, progress=progress,
        options={
            "gene_names": gene_names,
            "umap": umap,
            "corrected": corrected,
            "as_": as_,
            "report": report,
            "multiqc": multiqc,
            "n_genes": n_genes,
            "genes": genes,
            "exclude_genes": exclude_genes,
            "min_counts": min_counts,
            "min_genes": min_genes,
            "hidden": hidden,
            "latent": latent,
            "residual": residual,
            "encoder_norm": encoder_norm,
            "decoder_norm": decoder_norm,
            "composition": composition,
            "batch_shrinkage": batch_shrinkage,
            "dropout": dropout,
            "loss": loss,
            "visits": visits,
            "minibatch_size": minibatch_size,
            "minibatches": minibatches,
            "learning_rate": learning_rate,
            "kl_weight": kl_weight,
            "adversary": adversary,
            "critic_norm": critic_norm,
            "critic_hidden": critic_hidden,
            "seed": seed,
            "space": space,
            "components": components,
            "component_scaling": component_scaling,
            "no_align": no_align,
            "theta": theta,
            "sigma": sigma,
            "lambda_": lambda_,
            "clusters": clusters,
            "checkpoint": checkpoint,
            "checkpoint_minutes": checkpoint_minutes,
            "resume": resume,
            "threads": threads,
            "memory": memory,
            "scratch": scratch,
            "null_test": null_test,
        },
    )


def map_cells(
    adata: AnnData,
    model: Model | str | PathLike[str],
    batch_key: str | Sequence[str] | None = None,
    *,
    layer: str | None = None,
    use_raw: bool = False,
    copy: bool = False,
    progress: Progress = None,
    gene_names: Literal["id", "symbol"] | None = None,
    statistics: Literal["frozen", "adapted", "none"] | None = None,
    query_shrinkage: float | None = None,
    cluster_shrinkage: float | None = None,
    no_align: bool = False,
    neighbours: int | None = None,
    min_confidence: float | None = None,
    min_support: float | None = None,
    certified_radius: bool = False,
    fine_tune: bool = False,
    fine_tune_visits: int | None = None,
    fine_tune_shrinkage: float | None = None,
    seed: int | None = None,
    threads: int | None = None,
    memory: Value | None = None,
    scratch: str | PathLike[str] | None = None,
) -> AnnData | None:
    """Place new cells in the embedding of a model, without training.

    Adds `obsm["X_scharmonize"]`, `uns["scharmonize"]`, and with labels in the model the
    columns of `obs` with each cell's label and how far to trust it.

    Parameters
    ----------
    adata
        The new cells, with raw counts in `X`, or where `layer` or `use_raw` tell.
    model
        What `integrate(..., return_model=True)` returned, or a model's file.
    batch_key
        The column of 'obs' that names a new cell's batch. (default: batch, where all files have it;
        else each file is a batch)
    layer
        The layer with the counts, instead of `X`.
    use_raw
        Take the counts of `adata.raw` instead of `X`.
    copy
        Return a copy with the results, and leave `adata` as it is.
    progress
        Whether to show a progress bar, or a function that is called with the name of the
        stage and its fraction done.
    gene_names
        What genes are called and matched by. (default: what matches the model)
    statistics
        The statistics the encoder normalizes by: the model's, those of the new cells shrunk toward
        them, or none, for models with layer or group norm. (default: frozen, or none)
    query_shrinkage
        How many cells the model's statistics count as in adapted ones, and no common offset in the
        alignment. (default: 100.0)
    cluster_shrinkage
        How many cells the common offset counts as in each cluster's. (default: 5.0)
    no_align
        Leave the new cells where the network places them.
    neighbours
        How many nearest cells vote on a label. (default: 30)
    min_confidence
        The share of the votes under which a label is 'unknown'. (default: 0.5)
    min_support
        How much of what sets its label apart a cell's own counts must show, or it is 'unknown': 1
        is what a cell of the label shows, 0 asks for nothing. (default: 0.0)
    certified_radius
        Also label by the latent means, 'scharmonize_mu_label' in 'obs', and write the radius within
        which that label holds, 'scharmonize_radius': how far the input log(1 + 10⁴ x / t) of a cell
        may move in l2. 0 where nothing can be said.
    fine_tune
        Learn a scale and a shift of each hidden unit and an offset of each gene for every new batch
        of 20 cells or more, with all else frozen, before its cells are placed.
    fine_tune_visits
        How many cell visits that takes for a batch. (default: 50000)
    fine_tune_shrinkage
        How many cells the model's own values count as in it. (default: 4.0)
    seed
        The seed of the fine-tuning. (default: 0)
    threads
        How many threads to use; the result is the same for any. (default: SCHARMONIZE_THREADS, or
        one for each processor that the process may use)
    memory
        How much memory to take for what grows with the data, such as 512M or 4G; the result is the
        same for any. Counts that do not fit go to a scratch file. (default: half of the machine's)
    scratch
        The folder for a scratch file, on a disk. (default: TMPDIR, unless its files are held in
        memory; else the output's folder)

    Returns
    -------
    None, or the copy.

    Raises
    ------
    ScharmonizeError
        The data, the model or an option is not what it must be, or the program failed.
    """
    return _calls.map_cells(
        adata, model=model, batch_key=batch_key, layer=layer, use_raw=use_raw, copy=copy, progress=progress,
        options={
            "gene_names": gene_names,
            "statistics": statistics,
            "query_shrinkage": query_shrinkage,
            "cluster_shrinkage": cluster_shrinkage,
            "no_align": no_align,
            "neighbours": neighbours,
            "min_confidence": min_confidence,
            "min_support": min_support,
            "certified_radius": certified_radius,
            "fine_tune": fine_tune,
            "fine_tune_visits": fine_tune_visits,
            "fine_tune_shrinkage": fine_tune_shrinkage,
            "seed": seed,
            "threads": threads,
            "memory": memory,
            "scratch": scratch,
        },
    )


def evaluate(
    adata: AnnData,
    keys: str | Sequence[str] = "X_scharmonize",
    *,
    batch_key: str | None = None,
    label_key: str | None = None,
    uncorrected: str | None = None,
    layer: str | None = None,
    use_raw: bool = False,
    report: str | PathLike[str] | None = None,
    threads: int | None = None,
    memory: Value | None = None,
    scratch: str | PathLike[str] | None = None,
) -> DataFrame:
    """Judge embeddings by the metrics of scib-metrics.

    Parameters
    ----------
    adata
        Cells with the embeddings in `obsm`, and with raw counts in `X`, or where `layer` or
        `use_raw` tell; with `uncorrected` the counts are not needed.
    keys
        The embeddings to judge, by their names in `obsm`.
    batch_key
        The column of 'obs' that names a cell's batch. (default: batch)
    label_key
        The column of 'obs' with cell types; cells called 'unknown' are left out.
    uncorrected
        The uncorrected embedding in 'obsm'. (default: principal components of the counts)
    layer
        The layer with the counts, instead of `X`.
    use_raw
        Take the counts of `adata.raw` instead of `X`.
    report
        Write a page for any browser, .html: each embedding in a picture by batch and `label_key`,
        and the scores side by side.
    threads
        How many threads to use; the result is the same for any. (default: SCHARMONIZE_THREADS, or
        one for each processor that the process may use)
    memory
        How much memory to take for what grows with the data, such as 512M or 4G; the result is the
        same for any. Counts that do not fit go to a scratch file. (default: half of the machine's)
    scratch
        The folder for a scratch file, on a disk. (default: TMPDIR, unless its files are held in
        memory; else the output's folder)

    Returns
    -------
    A table with a row for each embedding.

    Raises
    ------
    ScharmonizeError
        The data or an option is not what it must be, or the program failed.
    """
    return _calls.evaluate(
        adata, keys=keys, batch_key=batch_key, label_key=label_key, uncorrected=uncorrected, layer=layer, use_raw=use_raw,
        options={
            "report": report,
            "threads": threads,
            "memory": memory,
            "scratch": scratch,
        },
    )


#: The flag of each keyword, whether it is a switch, and whether it takes several values.
_calls.FLAGS.update(
    {
        "integrate": {
            "gene_names": ("--gene-names", False, False),
            "umap": ("--umap", True, False),
            "corrected": ("--corrected", False, False),
            "as_": ("--as", False, False),
            "report": ("--report", False, False),
            "multiqc": ("--multiqc", False, False),
            "n_genes": ("--n-genes", False, False),
            "genes": ("--genes", False, False),
            "exclude_genes": ("--exclude-genes", False, True),
            "min_counts": ("--min-counts", False, False),
            "min_genes": ("--min-genes", False, False),
            "hidden": ("--hidden", False, False),
            "latent": ("--latent", False, False),
            "residual": ("--residual", True, False),
            "encoder_norm": ("--encoder-norm", False, False),
            "decoder_norm": ("--decoder-norm", False, False),
            "composition": ("--composition", False, False),
            "batch_shrinkage": ("--batch-shrinkage", False, False),
            "dropout": ("--dropout", False, False),
            "loss": ("--loss", False, False),
            "visits": ("--visits", False, False),
            "minibatch_size": ("--minibatch-size", False, False),
            "minibatches": ("--minibatches", False, False),
            "learning_rate": ("--learning-rate", False, False),
            "kl_weight": ("--kl-weight", False, False),
            "adversary": ("--adversary", False, False),
            "critic_norm": ("--critic-norm", False, False),
            "critic_hidden": ("--critic-hidden", False, False),
            "seed": ("--seed", False, False),
            "space": ("--space", False, False),
            "components": ("--components", False, False),
            "component_scaling": ("--component-scaling", False, False),
            "no_align": ("--no-align", True, False),
            "theta": ("--theta", False, False),
            "sigma": ("--sigma", False, False),
            "lambda_": ("--lambda", False, False),
            "clusters": ("--clusters", False, False),
            "checkpoint": ("--checkpoint", False, False),
            "checkpoint_minutes": ("--checkpoint-minutes", False, False),
            "resume": ("--resume", True, False),
            "threads": ("--threads", False, False),
            "memory": ("--memory", False, False),
            "scratch": ("--scratch", False, False),
            "null_test": ("--null-test", True, False),
        },
        "map": {
            "gene_names": ("--gene-names", False, False),
            "statistics": ("--statistics", False, False),
            "query_shrinkage": ("--query-shrinkage", False, False),
            "cluster_shrinkage": ("--cluster-shrinkage", False, False),
            "no_align": ("--no-align", True, False),
            "neighbours": ("--neighbours", False, False),
            "min_confidence": ("--min-confidence", False, False),
            "min_support": ("--min-support", False, False),
            "certified_radius": ("--certified-radius", True, False),
            "fine_tune": ("--fine-tune", True, False),
            "fine_tune_visits": ("--fine-tune-visits", False, False),
            "fine_tune_shrinkage": ("--fine-tune-shrinkage", False, False),
            "seed": ("--seed", False, False),
            "threads": ("--threads", False, False),
            "memory": ("--memory", False, False),
            "scratch": ("--scratch", False, False),
        },
        "evaluate": {
            "report": ("--report", False, False),
            "threads": ("--threads", False, False),
            "memory": ("--memory", False, False),
            "scratch": ("--scratch", False, False),
        },
    }
)

#: The keyword of each flag, for the program's sentences.
_calls.KEYWORDS.update(
    {
        "adversary": "adversary",
        "as": "as_",
        "batch-key": "batch_key",
        "batch-shrinkage": "batch_shrinkage",
        "certified-radius": "certified_radius",
        "checkpoint": "checkpoint",
        "checkpoint-minutes": "checkpoint_minutes",
        "cluster-shrinkage": "cluster_shrinkage",
        "clusters": "clusters",
        "component-scaling": "component_scaling",
        "components": "components",
        "composition": "composition",
        "corrected": "corrected",
        "critic-hidden": "critic_hidden",
        "critic-norm": "critic_norm",
        "decoder-norm": "decoder_norm",
        "dropout": "dropout",
        "encoder-norm": "encoder_norm",
        "exclude-genes": "exclude_genes",
        "fine-tune": "fine_tune",
        "fine-tune-shrinkage": "fine_tune_shrinkage",
        "fine-tune-visits": "fine_tune_visits",
        "gene-names": "gene_names",
        "genes": "genes",
        "hidden": "hidden",
        "kl-weight": "kl_weight",
        "label-key": "label_key",
        "lambda": "lambda_",
        "latent": "latent",
        "layer": "layer",
        "learning-rate": "learning_rate",
        "loss": "loss",
        "memory": "memory",
        "min-confidence": "min_confidence",
        "min-counts": "min_counts",
        "min-genes": "min_genes",
        "min-support": "min_support",
        "minibatch-size": "minibatch_size",
        "minibatches": "minibatches",
        "multiqc": "multiqc",
        "n-genes": "n_genes",
        "neighbours": "neighbours",
        "no-align": "no_align",
        "null-test": "null_test",
        "query-shrinkage": "query_shrinkage",
        "report": "report",
        "residual": "residual",
        "resume": "resume",
        "scratch": "scratch",
        "seed": "seed",
        "sigma": "sigma",
        "space": "space",
        "statistics": "statistics",
        "theta": "theta",
        "threads": "threads",
        "umap": "umap",
        "uncorrected": "uncorrected",
        "use-raw": "use_raw",
        "visits": "visits",
    }
)

#: The options whose file may be given as a list of its lines.
_calls.LISTS.update(
    [
        "exclude_genes",
        "genes",
    ]
)
