"""Write the reference of the public modules, a page a module, from their docstrings."""

import re
import sys
import warnings
from pathlib import Path

import clusterlib

# Under this name the study is public.
sys.modules["clusterlib.study"] = clusterlib.study
MODULES = [getattr(clusterlib, name).__name__.split(".", 1)[1] for name in clusterlib.__all__]


def write(folder: Path) -> None:
    import pdoc

    pdoc.render.configure(docformat="numpy", show_source=False)
    private = rf"!clusterlib\.(?!(?:{'|'.join(map(re.escape, MODULES))})$).*"
    with warnings.catch_warnings():
        # What a series holds is for mypy alone: pandas cannot evaluate it.
        warnings.filterwarnings("ignore", message=".*'Series' is not subscriptable")
        pdoc.pdoc("clusterlib", private, output_directory=folder)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
