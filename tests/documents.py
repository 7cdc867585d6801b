"""The documents and notebooks of the repository, as tests read them."""

import re
import subprocess

import nbformat
from conftest import ROOT

LISTED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
    cwd=ROOT, capture_output=True, text=True, check=False,
).stdout.split()  # fmt: skip
# Without git, as in an archive, every document that is not in a folder of installed packages.
DOCUMENTS = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in LISTED
    or sorted(
        str(path.relative_to(ROOT))
        for folder in (".", "benchmarks", "docs", "seeds", "tests/refi")
        for path in (ROOT / folder).glob("*.md")
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
