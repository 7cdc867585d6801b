import re
import shutil

import pandas as pd
from conftest import ROOT

import clusterlib as cl


def test_report_opens_without_a_network(tmp_path):
    sources = sorted((ROOT / "notebooks").glob("*.ipynb"))
    copies = [shutil.copy(path, tmp_path) for path in sources]
    index = cl.export.report([tmp_path / path.name for path in sources], tmp_path)
    for page in tmp_path.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text
        assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", text)
        assert all(
            'alt="' in image and 'alt=""' not in image for image in re.findall("<img[^>]*>", text)
        )
    text = index.read_text(encoding="utf-8")
    links = re.findall(r'href="([^"]+)"', text)
    assert links
    assert all((tmp_path / link).is_file() for link in links)
    assert len(copies) == text.count(".ipynb")


def test_tables_of_the_report_read_back(tmp_path):
    cl.export.report([], tmp_path)
    passages = cl.clean.passages(cl.load.documents())
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "tables" / "passages.parquet"), passages
    )


def test_text_from_sources_is_escaped():
    table = cl.view.table(pd.DataFrame({"text": ["<script>alert(1)</script>"]}))
    assert "<script>" not in table._repr_html_()
    assert "&lt;script&gt;" in table._repr_html_()
