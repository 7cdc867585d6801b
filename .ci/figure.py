"""Copy the figure of README, with its words, from notebook 08, where it is drawn."""

import base64
import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "08-compare-the-initiatives.ipynb"
FIGURE = "docs/codes.png"


def main() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    (cell,) = [cell for cell in notebook.cells if "front=True" in cell.source]
    (output,) = [one for one in cell.outputs if "image/png" in one.get("data", {})]
    (ROOT / FIGURE).write_bytes(base64.b64decode(output["data"]["image/png"]))
    words = f"![{output['metadata']['image/png']['alt']}]({FIGURE})"
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    text = re.sub(rf"!\[[^\]]*\]\({FIGURE}\)", lambda _: words, text)
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
