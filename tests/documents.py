"""The documents and notebooks of the repository, as tests read them."""

import re

import nbformat
from conftest import ROOT

FOLDERS = [
    path
    for path in ROOT.iterdir()
    if path.is_dir() and not path.name.startswith(".") and path.name != "build"
]
DOCUMENTS = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in sorted(
        [*ROOT.glob("*.md"), *(file for one in FOLDERS for file in one.rglob("*.md"))]
    )
}
NOTEBOOKS = {
    path.stem: nbformat.read(path, as_version=4)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
}
DOCUMENTS |= {
    name: "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for name, notebook in NOTEBOOKS.items()
}
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
