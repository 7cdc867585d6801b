"""Compare what regional initiatives say, in languages that one reader does not all read.

The modules are the stages of the analysis; they are imported when first used.

>>> import clusterlib as cl
>>> documents = cl.load.documents()
>>> passages = cl.clean.passages(documents)
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=(
        "axes claims clean codes compare embed export facts language load plot problems run "
        "schema search stability themes topics view"
    ).split(),
    submod_attrs={"compare": ["study"]},
)
