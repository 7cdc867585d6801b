"""Get an encoder by name."""

import warnings
from pathlib import Path

from clusterlib.embed.e5 import E5Encoder
from clusterlib.embed.encoder import ADVICE, DEFAULT, HUB_NAME, HUB_REVISION, Encoder, Precision
from clusterlib.embed.hub import SentenceEncoder
from clusterlib.embed.weights import MissingWeightsError


def load_encoder(
    name_or_folder: str | Path = DEFAULT,
    revision: str | None = None,
    precision: Precision = "float32",
) -> Encoder:
    """Return an encoder.

    Parameters
    ----------
    name_or_folder : str or pathlib.Path
        ``"multilingual-e5-small"`` is the default encoder, which needs no
        network. Else a folder that sentence-transformers can read, or the name
        of a model on the hub.
    revision : str, optional
        The commit of a hub model; required for one, since a name alone may
        stand for other weights tomorrow.
    precision : {"float32", "int8"}
        Of the default encoder: ``"int8"`` is faster and a little less exact;
        `benchmarks/encoder.py` measures both.

    Returns
    -------
    Encoder

    Raises
    ------
    ValueError
        For a hub model without a revision.
    ImportError
        If the model needs sentence-transformers and it is not installed.

    Warns
    -----
    UserWarning
        If the default encoder's weights are not installed and the hub's copy
        of them is used.

    Examples
    --------
    >>> load_encoder().dim
    384
    """
    if str(name_or_folder) == DEFAULT:
        if revision is not None:
            raise ValueError(f"the weights of {DEFAULT} are those installed; leave revision out")
        return _default(precision)
    if precision != "float32":
        raise ValueError(f"precision {precision!r} is offered for {DEFAULT} only")
    if not Path(name_or_folder).is_dir() and revision is None:
        raise ValueError(
            f"{str(name_or_folder)!r} is no folder; to load it from the hub, name a revision "
            "(a commit hash), so that the same weights are loaded next time"
        )
    return SentenceEncoder(str(name_or_folder), revision)


def _default(precision: Precision) -> Encoder:
    """Return the embedded encoder, or where its weights are missing the hub's."""
    try:
        return E5Encoder(precision)
    except MissingWeightsError as error:
        warnings.warn(f"{error}. Trying {HUB_NAME} through {ADVICE!r}", stacklevel=3)
        return SentenceEncoder(HUB_NAME, HUB_REVISION)
