"""Compare what regional initiatives say, in languages that one reader does not all read.

The modules are imported when first used. Those of the analysis, in the order of their data: load,
clean, facts, embed (vectors, whose coordinates for groups are in axes), topics, themes, codes,
compare, claims (our sentences on the texts), export. A study, in compare/study.py, makes their
tables of one another as they are asked for; run does all of them.

>>> import clusterlib as cl
>>> documents = cl.load.documents()
>>> passages = cl.clean.passages(documents)
"""

import importlib
from typing import Any

__version__ = "0.1.0"
__all__ = (
    "axes claims clean codes compare embed export facts language load plot problems run "
    "schema search stability study themes topics view"
).split()


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    place = "compare.study" if name == "study" else name
    globals()[name] = module = importlib.import_module(f"{__name__}.{place}")
    return module


def __dir__() -> list[str]:
    return __all__
