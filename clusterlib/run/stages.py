"""The stages of a run in their order: what each reads, and which options it depends on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clusterlib.run import steps, texts
from clusterlib.run.options import Options
from clusterlib.run.store import Store, Tables

WHOLE = Callable[[Store, Options], Any]
PART = Callable[[Store, Options, Any, int], Tables]


@dataclass(frozen=True)
class Stage:
    """A stage.

    Attributes
    ----------
    name : str
        What it is called.
    inputs : tuple of str
        The stages that it reads.
    options : tuple of str
        The options that it depends on.
    whole : callable or None
        Sees all parts and returns what `part` needs (in a stage without inputs,
        a list with an item for each part) or, in a stage without `part`, the
        tables of each part.
    part : callable or None
        Makes the tables of one part.
    counted : tuple of str
        The input and its table whose rows tell how far the parts are.
    """

    name: str
    inputs: tuple[str, ...]
    options: tuple[str, ...]
    whole: WHOLE | None = None
    part: PART | None = None
    counted: tuple[str, str] = ("clean", "passages")


ENCODER = ("encoder",)
STAGES = (
    Stage("read", (), ("source", "max_mb", "part"), texts.located, texts.read, ("", "files")),
    Stage("load", ("read",), ("languages", "part"), texts.loaded),
    Stage("clean", ("load",), (), None, steps.cleaned, ("load", "documents")),
    Stage("words", ("clean",), ENCODER, steps.worded),
    Stage("embed", ("clean", "words"), ENCODER, steps.prepared, steps.embedded),
    Stage("facts", ("load", "clean"), (), None, steps.found),
    Stage(
        "topics",
        ("clean", "words", "embed"),
        ("encoder", "topics", "seed", "sample"),
        steps.topics_fitted,
        steps.topics_assigned,
    ),
    Stage(
        "themes",
        ("clean", "words", "embed"),
        ("encoder", "themes", "seed", "sample"),
        steps.themes_fitted,
        steps.themes_assigned,
    ),
    Stage(
        "codes",
        ("clean", "words", "embed"),
        ("encoder", "codebook", "sample"),
        steps.codes_fitted,
        steps.codes_applied,
    ),
    Stage(
        "compare",
        ("load", "clean", "words", "embed", "topics", "themes", "codes"),
        ("encoder", "codebook", "seed", "reading"),
        steps.compared,
    ),
    Stage(
        "claims",
        ("load", "clean", "facts", "topics", "themes", "codes", "compare"),
        ("codebook", "reading"),
        steps.claimed,
    ),
)
