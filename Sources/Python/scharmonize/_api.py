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

#: True, False, None, or a function of a stage's name and the finished fraction of the call.
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
    covariate: Value | None = None,
    from_embedding: Value | None = None,
    gene_names: Literal["id", "symbol"] | None = None,
    protect: Value | None = None,
    train_labels: Value | None = None,
    unlabelled: Value | None = None,
    size_factor: Value | None = None,
    umap: bool = False,
    corrected: str | PathLike[str] | None = None,
    corrected_as: Value | None = None,
    corrected_genes: str | PathLike[str] | Sequence[str] | None = None,
    report: str | PathLike[str] | None = None,
    multiqc: str | PathLike[str] | None = None,
    feature_kind: Literal["genes", "peaks", "proteins"] | None = None,
    peak_counts: Literal["reads", "fragments"] | None = None,
    n_genes: int | None = None,
    genes: str | PathLike[str] | Sequence[str] | None = None,
    exclude_genes: Value | Sequence[str] | None = None,
    min_counts: int | None = None,
    min_genes: int | None = None,
    hidden_sizes: Value | None = None,
    n_latent: int | None = None,
    residual: bool = False,
    encoder_norm: Literal["batch", "per-batch", "matched", "layer", "group", "none"] | None = None,
    decoder_norm: Literal["batch", "per-batch", "matched", "layer", "group", "none"] | None = None,
    composition: Literal["matched", "equal"] | None = None,
    batch_shrinkage: float | None = None,
    dropout: float | None = None,
    loss: Literal["nb", "poisson", "mse"] | None = None,
    visits: int | None = None,
    max_epochs: int | None = None,
    minibatch_size: int | None = None,
    minibatch_mix: Literal["mixed", "shuffled", "single"] | None = None,
    precision: Literal["float32", "bf16"] | None = None,
    optimizer: Literal["muon", "adam"] | None = None,
    learning_rate: float | None = None,
    kl_weight: float | None = None,
    adversary: float | None = None,
    critic_norm: Literal["layer", "spectral"] | None = None,
    critic_hidden_sizes: Value | None = None,
    seed: int | None = None,
    space: Literal["decoded", "latent"] | None = None,
    n_components: int | None = None,
    component_scaling: float | None = None,
    no_align: bool = False,
    theta: Value | None = None,
    sigma: float | None = None,
    lambda_: Value | None = None,
    n_clusters: int | None = None,
    permutation_test: bool = False,
    checkpoint: str | PathLike[str] | None = None,
    checkpoint_minutes: float | None = None,
    resume: bool = False,
    threads: int | None = None,
    memory: Value | None = None,
    scratch: str | PathLike[str] | None = None,
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
        Column of 'obs' with the batch of each cell, or several, comma-separated. (default: batch;
        several files are one batch each, unless the sample sheet has a column 'batch')
        May be a list of columns.
    label_key
        Column of 'obs' with cell types. Training does not use it: a warning names types that are
        confounded with batches, and '--model' keeps the labels for 'map'.
    layer
        The layer with the counts, instead of `X`, or a table of `obsm`, such as
        'obsm/protein_expression'.
    use_raw
        Take the counts of `adata.raw` instead of `X`.
    copy
        Return a copy with the results, and leave `adata` as it is.
    return_model
        Return the trained model, which places new cells by `map_cells`.
    progress
        Whether to show a progress bar, or a function that is called with the name of the
        stage and the finished fraction of the whole call, which ends with 1. By default a
        bar is shown in terminals and notebooks.
    covariate
        Columns of 'obs' whose effects are removed as those of batches are, comma-separated, such as
        percent_mito,phase. Numbers are continuous; text and truth values are categorical.
        NAME:continuous or NAME:categorical forces the kind.
    from_embedding
        Align an embedding instead of training on counts: a key of 'obsm', such as X_pca, or a table
        (.csv, .tsv) with one row per cell and the cells' names in the first column.
    gene_names
        Gene names by which genes are matched: id (identifiers) or symbol. (default: those that the
        files share most)
    protect
        Column of 'obs' with a factor, such as a treatment, whose differences stay: batches are
        compared within its levels only.
    train_labels
        Column of 'obs' with labels, such as cell types, within which batches are compared. Cells
        without a label are compared by expression.
    unlabelled
        Text that stands for a missing label, beside missing values. (default: unknown, unlabelled,
        unlabeled, Unknown, Unlabelled, Unlabeled or NA)
    size_factor
        Column of 'obs' with the size of each cell, such as the area of its segment, by which counts
        are divided instead of by their total. For imaging panels.
    umap
        Also compute a UMAP of the embedding, and write it to 'obsm/X_umap' of the .h5ad; it
        replaces an 'X_umap' of the input.
    corrected
        Also write the corrected expression of the used genes, as .h5ad: each cell decoded as the
        average over all batches, or as the batch that `corrected_as` names.
    corrected_as
        Batch as which `corrected` decodes all cells. (default: the average over all batches)
    corrected_genes
        Genes for `corrected`, in place of decoded expression: a file of names, one per line, or
        'all'. Their counts are multiplied by one factor for each gene and batch, so that fold
        changes within a batch stay as they are.
    report
        Also write an HTML report: inputs and options, the cells before and after integration by
        batch and `label_key`, mixing and preservation by batch, training curves, warnings, and a
        methods paragraph.
    multiqc
        Also write two files for MultiQC: x_mqc.json with the mixing of each batch, and
        x_general_mqc.json with the run's row of general statistics. The sample is named after the
        output.
    feature_kind
        Kind of the features: genes, peaks (counted in fragments, with TF-IDF input), or proteins
        (without dropout, and with scaled components). (default: peaks for a modality named atac,
        the feature type Peaks, and names such as chr1:100-600; proteins for a modality or table
        named prot, adt or protein, and the feature type Antibody Capture; else genes)
    peak_counts
        Counts of peaks: reads (or cut sites; two of a fragment, so they are halved) or fragments
        (unchanged). (default: reads where even numbers dominate; else fragments)
    n_genes
        Number of highly variable genes, or of peaks accessible in the most cells, to use. (default:
        2000; 10000 peaks)
    genes
        File with the genes to use instead of highly variable ones, one per line; '-' for standard
        input.
    exclude_genes
        Genes to exclude from the selection; they still count in the totals of cells. Give gene sets
        (mito, ribo, cycle, stress, sex), patterns such as 'HLA-*', gene names, or files with one
        name per line.
    min_counts
        Exclude cells with a smaller total count from the training. (default: 1)
    min_genes
        Exclude cells with fewer expressed genes from the training. (default: 0)
    hidden_sizes
        Widths of the encoder's hidden layers, comma-separated, such as 256,128; 64x50 is fifty
        layers of 64. The decoder has the same widths in reverse. (default: 256,128)
    n_latent
        Number of dimensions of the latent space. (default: 20)
    residual
        Add skip connections between hidden layers of equal width.
    encoder_norm
        Normalization in the encoder: batch (over all cells of a minibatch), per-batch (over the
        cells of each batch), layer or group (over the units of each cell), or none. matched is for
        the decoder only. (default: batch)
    decoder_norm
        Normalization in the decoder: matched (subtracts each batch's offset within shared
        populations), per-batch (over the cells of each batch), batch (over all cells of a
        minibatch), layer or group (over the units of each cell), or none. (default: matched)
    composition
        Assumption about the populations of batches: matched (found from expression; a population of
        only one batch stays separate) or equal (the same in all batches). (default: matched)
    batch_shrinkage
        Shrinkage of per-batch moments toward the pooled ones, in pseudo-cells; 'inf' uses the
        pooled ones only. It applies to the norms matched and per-batch. (default: 1.0)
    dropout
        Dropout rate of the encoder's hidden units, from 0 to 0.9. (default: 0.1; 0 for proteins)
    loss
        Reconstruction loss: nb (negative binomial), poisson, or mse (mean squared error), which
        also takes values that are not counts. (default: nb; poisson of peaks)
    visits
        Length of the training: the number of cells processed, counting repetitions. (default: 10
        for each cell, from 100000 to 150000; with adam 20, to 300000)
    max_epochs
        Length of the training in epochs, instead of `visits`; an epoch processes every cell once.
        (default: the length that `visits` sets)
    minibatch_size
        Number of cells in a minibatch. (default: 128)
    minibatch_mix
        Composition of minibatches: mixed (balanced over batches), shuffled (random), or single (one
        batch each). (default: mixed)
    precision
        Precision of dense products in training and in the decoded profiles: bf16 (factors rounded
        to bfloat16, sums in float32), which is faster on processors with AMX and on those of AMD
        with AVX512_BF16, or float32. (default: bf16)
    optimizer
        Method by which the training changes the weights: muon (Muon for the wide matrices of hidden
        and output layers, Adam for all else) or adam, which needs twice the visits for many cells.
        (default: muon for more than 5000 cells, else adam)
    learning_rate
        Initial learning rate; it falls to a tenth over the last 40% of the steps. (default: 0.002)
    kl_weight
        Weight of the KL divergence of the latent space from a standard normal. (default: 0.2)
    adversary
        Weight of a critic that predicts each cell's batch from its latent position, and whose
        gradient is reversed into the encoder; 0 disables it; start with 1. (default: 0.0)
    critic_norm
        Constraint on the critic: layer (layer norm of its hidden units) or spectral (spectral norm
        of its weights). (default: layer)
    critic_hidden_sizes
        Widths of the critic's hidden layers, comma-separated. (default: 64)
    seed
        Seed of all random choices. (default: 0)
    space
        Space of the embedding: decoded (principal components of the corrected expression) or latent
        (the autoencoder's latent space). (default: decoded)
    n_components
        Number of principal components of the embedding in decoded space. (default: 20)
    component_scaling
        Exponent of the standard deviation by which each component is divided, from 0 to 1; larger
        values mix batches more and separate coarse types less. (default: 0; 0.5 for proteins)
    no_align
        Do not align clusters between batches.
    theta
        Diversity penalty (Harmony's theta), from 0 to 1000; larger values mix batches more. Give
        one number, or one for each batch key, comma-separated. (default: 1)
    sigma
        Width of the soft clusters (Harmony's sigma), from 0.0001 to 10000. (default: 0.1)
    lambda_
        Ridge penalty on a batch's offset in a cluster (Harmony's lambda), in cells; larger values
        correct less. 'auto' is 1/5 of the batch's cells expected in the cluster, and at least 40
        divided by the batch's number of cells. (default: auto)
    n_clusters
        Number of clusters. (default: 1/30 of the number of cells, from 2 to 100)
    permutation_test
        Run two controls, one with permuted batch labels and one with another seed, and report the
        Jaccard index of each 30-nearest-neighbour graph.
    checkpoint
        File to which the training is saved at regular intervals, and when SIGINT or SIGTERM stops
        it; removed when the result is written. (default: the output's name with '.checkpoint'; none
        if the output is standard output)
    checkpoint_minutes
        Minutes of training between two saves. (default: 10.0)
    resume
        Resume from the checkpoint if there is one; the result has the same bytes as that of an
        uninterrupted run.
    threads
        Number of threads; the result does not depend on it. (default: SCHARMONIZE_THREADS, or the
        number of processors available to the process)
    memory
        Memory for data that grows with the input, such as 512M or 4G; counts that do not fit go to
        a scratch file. The result does not depend on it. (default: half of the available memory)
    scratch
        Folder for scratch files, which should be on a disk. (default: TMPDIR, or the output's
        folder if TMPDIR is held in memory)

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
            "covariate": covariate,
            "from_embedding": from_embedding,
            "gene_names": gene_names,
            "protect": protect,
            "train_labels": train_labels,
            "unlabelled": unlabelled,
            "size_factor": size_factor,
            "umap": umap,
            "corrected": corrected,
            "corrected_as": corrected_as,
            "corrected_genes": corrected_genes,
            "report": report,
            "multiqc": multiqc,
            "feature_kind": feature_kind,
            "peak_counts": peak_counts,
            "n_genes": n_genes,
            "genes": genes,
            "exclude_genes": exclude_genes,
            "min_counts": min_counts,
            "min_genes": min_genes,
            "hidden_sizes": hidden_sizes,
            "n_latent": n_latent,
            "residual": residual,
            "encoder_norm": encoder_norm,
            "decoder_norm": decoder_norm,
            "composition": composition,
            "batch_shrinkage": batch_shrinkage,
            "dropout": dropout,
            "loss": loss,
            "visits": visits,
            "max_epochs": max_epochs,
            "minibatch_size": minibatch_size,
            "minibatch_mix": minibatch_mix,
            "precision": precision,
            "optimizer": optimizer,
            "learning_rate": learning_rate,
            "kl_weight": kl_weight,
            "adversary": adversary,
            "critic_norm": critic_norm,
            "critic_hidden_sizes": critic_hidden_sizes,
            "seed": seed,
            "space": space,
            "n_components": n_components,
            "component_scaling": component_scaling,
            "no_align": no_align,
            "theta": theta,
            "sigma": sigma,
            "lambda_": lambda_,
            "n_clusters": n_clusters,
            "permutation_test": permutation_test,
            "checkpoint": checkpoint,
            "checkpoint_minutes": checkpoint_minutes,
            "resume": resume,
            "threads": threads,
            "memory": memory,
            "scratch": scratch,
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
    from_embedding: Value | None = None,
    peak_counts: Literal["reads", "fragments"] | None = None,
    statistics: Literal["frozen", "adapted", "none"] | None = None,
    query_shrinkage: float | None = None,
    cluster_shrinkage: float | None = None,
    no_align: bool = False,
    n_neighbors: int | None = None,
    min_confidence: float | None = None,
    min_support: float | None = None,
    certified_radius: bool = False,
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
        Column of 'obs' with the batch of each new cell. (default: batch if all files have it;
        otherwise each file is a batch)
    layer
        The layer with the counts, instead of `X`, or a table of `obsm`, such as
        'obsm/protein_expression'.
    use_raw
        Take the counts of `adata.raw` instead of `X`.
    copy
        Return a copy with the results, and leave `adata` as it is.
    progress
        Whether to show a progress bar, or a function that is called with the name of the
        stage and the finished fraction of the whole call.
    gene_names
        Gene names by which genes are matched: id (identifiers) or symbol. (default: those that
        match the model)
    from_embedding
        Embedding of the new cells, for a model of an embedding: a key of 'obsm', or a table (.csv,
        .tsv) with one row per cell; in the space of the reference's embedding. (default: the key of
        the reference)
    peak_counts
        Counts of peaks, for a model of peaks: reads (or cut sites; two of a fragment, so they are
        halved) or fragments (unchanged). (default: reads where even numbers dominate; else
        fragments)
    statistics
        Statistics by which the encoder normalizes: frozen (those of the model), adapted (those of
        the new cells, shrunk toward the model's), or none (for models with layer or group norm).
        (default: frozen, or none if the model has no statistics)
    query_shrinkage
        Shrinkage of adapted statistics toward those of the model, and of the alignment's common
        offset toward zero, in pseudo-cells. (default: 100.0)
    cluster_shrinkage
        Shrinkage of each cluster's offset toward the common offset, in pseudo-cells. (default: 5.0)
    no_align
        Do not align the new cells with the reference's clusters.
    n_neighbors
        Number of nearest reference cells that vote on a label. (default: 30)
    min_confidence
        Share of the votes below which a label is 'unknown', from 0 to 1. (default: 0.5)
    min_support
        Support of a label by the counts of the cell and of similar cells of its batch below which
        the label is 'unknown', from 0 to 1, where 1 is the support of a typical cell of the label.
        0 disables it. (default: 0.2)
    certified_radius
        Also write a label from the latent means, 'scharmonize_mu_label' in 'obs', and its certified
        radius, 'scharmonize_radius': the label holds while the cell's input log(1 + 10⁴ x / t)
        moves by less than the radius in the l2 norm. A radius of 0 certifies nothing.
    threads
        Number of threads; the result does not depend on it. (default: SCHARMONIZE_THREADS, or the
        number of processors available to the process)
    memory
        Memory for data that grows with the input, such as 512M or 4G; counts that do not fit go to
        a scratch file. The result does not depend on it. (default: half of the available memory)
    scratch
        Folder for scratch files, which should be on a disk. (default: TMPDIR, or the output's
        folder if TMPDIR is held in memory)

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
            "from_embedding": from_embedding,
            "peak_counts": peak_counts,
            "statistics": statistics,
            "query_shrinkage": query_shrinkage,
            "cluster_shrinkage": cluster_shrinkage,
            "no_align": no_align,
            "n_neighbors": n_neighbors,
            "min_confidence": min_confidence,
            "min_support": min_support,
            "certified_radius": certified_radius,
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
    progress: Progress = None,
    report: str | PathLike[str] | None = None,
    multiqc: str | PathLike[str] | None = None,
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
        Column of 'obs' with the batch of each cell. (default: batch)
    label_key
        Column of 'obs' with cell types; cells labelled 'unknown' are ignored.
    uncorrected
        Uncorrected embedding in 'obsm', for the row 'uncorrected'. (default: principal components
        of the counts)
    layer
        The layer with the counts, instead of `X`, or a table of `obsm`, such as
        'obsm/protein_expression'.
    use_raw
        Take the counts of `adata.raw` instead of `X`.
    progress
        Whether to show a progress bar, or a function that is called with the name of the
        stage and the finished fraction of the whole call.
    report
        Write an HTML report: each embedding coloured by batch and by `label_key`, and a table of
        the scores.
    multiqc
        Write two files for MultiQC: x_mqc.json with a table of the scores, and x_general_mqc.json
        with rows of general statistics. Each embedding is a row, named after the file and the
        embedding.
    threads
        Number of threads; the result does not depend on it. (default: SCHARMONIZE_THREADS, or the
        number of processors available to the process)
    memory
        Memory for data that grows with the input, such as 512M or 4G; counts that do not fit go to
        a scratch file. The result does not depend on it. (default: half of the available memory)
    scratch
        Folder for scratch files, which should be on a disk. (default: TMPDIR, or the output's
        folder if TMPDIR is held in memory)

    Returns
    -------
    A table with a row for each embedding.

    Raises
    ------
    ScharmonizeError
        The data or an option is not what it must be, or the program failed.
    """
    return _calls.evaluate(
        adata, keys=keys, batch_key=batch_key, label_key=label_key, uncorrected=uncorrected, layer=layer, use_raw=use_raw, progress=progress,
        options={
            "report": report,
            "multiqc": multiqc,
            "threads": threads,
            "memory": memory,
            "scratch": scratch,
        },
    )


#: The flag of each keyword, whether it is a switch, and whether it takes several values.
_calls.FLAGS.update(
    {
        "integrate": {
            "covariate": ("--covariate", False, False),
            "from_embedding": ("--from-embedding", False, False),
            "gene_names": ("--gene-names", False, False),
            "protect": ("--protect", False, False),
            "train_labels": ("--train-labels", False, False),
            "unlabelled": ("--unlabelled", False, False),
            "size_factor": ("--size-factor", False, False),
            "umap": ("--umap", True, False),
            "corrected": ("--corrected", False, False),
            "corrected_as": ("--corrected-as", False, False),
            "corrected_genes": ("--corrected-genes", False, False),
            "report": ("--report", False, False),
            "multiqc": ("--multiqc", False, False),
            "feature_kind": ("--feature-kind", False, False),
            "peak_counts": ("--peak-counts", False, False),
            "n_genes": ("--n-genes", False, False),
            "genes": ("--genes", False, False),
            "exclude_genes": ("--exclude-genes", False, True),
            "min_counts": ("--min-counts", False, False),
            "min_genes": ("--min-genes", False, False),
            "hidden_sizes": ("--hidden-sizes", False, False),
            "n_latent": ("--n-latent", False, False),
            "residual": ("--residual", True, False),
            "encoder_norm": ("--encoder-norm", False, False),
            "decoder_norm": ("--decoder-norm", False, False),
            "composition": ("--composition", False, False),
            "batch_shrinkage": ("--batch-shrinkage", False, False),
            "dropout": ("--dropout", False, False),
            "loss": ("--loss", False, False),
            "visits": ("--visits", False, False),
            "max_epochs": ("--max-epochs", False, False),
            "minibatch_size": ("--minibatch-size", False, False),
            "minibatch_mix": ("--minibatch-mix", False, False),
            "precision": ("--precision", False, False),
            "optimizer": ("--optimizer", False, False),
            "learning_rate": ("--learning-rate", False, False),
            "kl_weight": ("--kl-weight", False, False),
            "adversary": ("--adversary", False, False),
            "critic_norm": ("--critic-norm", False, False),
            "critic_hidden_sizes": ("--critic-hidden-sizes", False, False),
            "seed": ("--seed", False, False),
            "space": ("--space", False, False),
            "n_components": ("--n-components", False, False),
            "component_scaling": ("--component-scaling", False, False),
            "no_align": ("--no-align", True, False),
            "theta": ("--theta", False, False),
            "sigma": ("--sigma", False, False),
            "lambda_": ("--lambda", False, False),
            "n_clusters": ("--n-clusters", False, False),
            "permutation_test": ("--permutation-test", True, False),
            "checkpoint": ("--checkpoint", False, False),
            "checkpoint_minutes": ("--checkpoint-minutes", False, False),
            "resume": ("--resume", True, False),
            "threads": ("--threads", False, False),
            "memory": ("--memory", False, False),
            "scratch": ("--scratch", False, False),
        },
        "map": {
            "gene_names": ("--gene-names", False, False),
            "from_embedding": ("--from-embedding", False, False),
            "peak_counts": ("--peak-counts", False, False),
            "statistics": ("--statistics", False, False),
            "query_shrinkage": ("--query-shrinkage", False, False),
            "cluster_shrinkage": ("--cluster-shrinkage", False, False),
            "no_align": ("--no-align", True, False),
            "n_neighbors": ("--n-neighbors", False, False),
            "min_confidence": ("--min-confidence", False, False),
            "min_support": ("--min-support", False, False),
            "certified_radius": ("--certified-radius", True, False),
            "threads": ("--threads", False, False),
            "memory": ("--memory", False, False),
            "scratch": ("--scratch", False, False),
        },
        "evaluate": {
            "report": ("--report", False, False),
            "multiqc": ("--multiqc", False, False),
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
        "batch-key": "batch_key",
        "batch-shrinkage": "batch_shrinkage",
        "certified-radius": "certified_radius",
        "checkpoint": "checkpoint",
        "checkpoint-minutes": "checkpoint_minutes",
        "cluster-shrinkage": "cluster_shrinkage",
        "component-scaling": "component_scaling",
        "composition": "composition",
        "corrected": "corrected",
        "corrected-as": "corrected_as",
        "corrected-genes": "corrected_genes",
        "covariate": "covariate",
        "critic-hidden-sizes": "critic_hidden_sizes",
        "critic-norm": "critic_norm",
        "decoder-norm": "decoder_norm",
        "dropout": "dropout",
        "encoder-norm": "encoder_norm",
        "exclude-genes": "exclude_genes",
        "feature-kind": "feature_kind",
        "from-embedding": "from_embedding",
        "gene-names": "gene_names",
        "genes": "genes",
        "hidden-sizes": "hidden_sizes",
        "kl-weight": "kl_weight",
        "label-key": "label_key",
        "lambda": "lambda_",
        "layer": "layer",
        "learning-rate": "learning_rate",
        "loss": "loss",
        "max-epochs": "max_epochs",
        "memory": "memory",
        "min-confidence": "min_confidence",
        "min-counts": "min_counts",
        "min-genes": "min_genes",
        "min-support": "min_support",
        "minibatch-mix": "minibatch_mix",
        "minibatch-size": "minibatch_size",
        "multiqc": "multiqc",
        "n-clusters": "n_clusters",
        "n-components": "n_components",
        "n-genes": "n_genes",
        "n-latent": "n_latent",
        "n-neighbors": "n_neighbors",
        "no-align": "no_align",
        "optimizer": "optimizer",
        "peak-counts": "peak_counts",
        "permutation-test": "permutation_test",
        "precision": "precision",
        "protect": "protect",
        "query-shrinkage": "query_shrinkage",
        "report": "report",
        "residual": "residual",
        "resume": "resume",
        "scratch": "scratch",
        "seed": "seed",
        "sigma": "sigma",
        "size-factor": "size_factor",
        "space": "space",
        "statistics": "statistics",
        "theta": "theta",
        "threads": "threads",
        "train-labels": "train_labels",
        "umap": "umap",
        "uncorrected": "uncorrected",
        "unlabelled": "unlabelled",
        "use-raw": "use_raw",
        "visits": "visits",
    }
)

#: The options whose file may be given as a list of its lines.
_calls.LISTS.update(
    [
        "corrected_genes",
        "genes",
    ]
)
