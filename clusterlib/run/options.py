"""What a run can be told."""

import functools
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from clusterlib import codes, embed

FAST = "fast"


@dataclass(frozen=True)
class Options:
    """What a run can be told; the same options on the same texts give the same bytes.

    Attributes
    ----------
    source : tuple of str
        As `clusterlib.load.documents` takes it; empty for the seeds.
    languages : tuple of str
        Keep texts in these primary languages only; empty keeps all.
    codebook : str or None
        A codebook; by default that of the seeds.
    reading : str or None
        Passages of these texts that a person has coded, as
        `clusterlib.codes.read_sheet` takes them: codes that agree with it too
        little are not relied on.
    topics, themes : int or None
        How many; None finds the number.
    encoder : str
        ``"default"``, ``"int8"``, ``"fast"`` (see `clusterlib.embed.words`), a
        folder, or ``"name@revision"`` on the hub.
    seed : int
        Of all that is drawn.
    max_mb : float
        Larger files are faults.
    sample : int
        Topics and themes are fitted on so many passages at most; the others
        are assigned to them.
    part : int
        Characters of source text in one part of a table.

    Examples
    --------
    >>> Options(("my-texts",), encoder="fast").seed
    0
    """

    source: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    codebook: str | None = None
    topics: int | None = None
    themes: int | None = None
    encoder: str = "default"
    seed: int = 0
    max_mb: float = 50
    sample: int = 20_000
    part: int = 1_000_000
    reading: str | None = None

    @property
    def book(self) -> Path | None:
        """The codebook, as codes are asked for it."""
        return Path(self.codebook) if self.codebook else None

    def try_out(self) -> None:
        """Refuse a codebook, reading or encoder that cannot be used, before any work is done."""
        codes.read(self.book)
        self.read()
        self.base()

    @functools.cache  # noqa: B019 -- a run has one set of options
    def base(self) -> embed.Encoder:
        """Return the encoder that is named, or the one that the fast encoder is made from."""
        if self.encoder in ("default", FAST):
            return embed.load_encoder()
        if self.encoder == "int8":
            return embed.load_encoder(precision="int8")
        name, _, revision = self.encoder.partition("@")
        return embed.load_encoder(Path(name) if Path(name).is_dir() else name, revision or None)

    def read(self) -> pd.DataFrame | None:
        """Return the reading, a row a passage and code."""
        if self.reading is None:
            return None
        return codes.read_sheet(Path(self.reading), self.book)

    def rest(self) -> None:
        """Give back the memory of the encoder, which opens anew when it has to encode."""
        if close := getattr(self.base(), "close", None):
            close()
