"""An automatic commentary says what the tables bear, and nothing where they do not."""

import hashlib
import itertools
import json
import re
import shutil

import pandas as pd
import pytest
from conftest import cases, refused
from reports import assert_links_land

import clusterlib as cl
from clusterlib.claims.claim import EvidenceIndex
from clusterlib.compare.together import choose_unit
from clusterlib.export import overview
from clusterlib.run import Options, report, run
from clusterlib.schema import check

NAMES = [one + two for one in "abcdefgh" for two in "klmno"]
STREET, WIND = (
    [f"The {noun} named {name} is long." for name in NAMES] for noun in ("street", "wind")
)
TEXTS = {"one": WIND[:12], "two": STREET[:12], "wee": STREET[:2]}


def corpus(texts, langs=None):
    """Return documents of these sentences, their passages and their facts."""
    rows = [(doc, (langs or {}).get(doc, "en"), " ".join(texts[doc])) for doc in texts]
    documents = pd.DataFrame(rows, columns=["doc", "lang", "text"]).astype("str")
    passages = cl.clean.passages(documents)
    facts = cl.facts.find(documents, passages)
    return {"documents": documents, "passages": passages, "facts": facts}


def coded(passages, names):
    """Return codes: passages have a code whose text contains its name."""
    codes = passages[["passage", "doc", "text"]].merge(pd.DataFrame({"code": names}), how="cross")
    given = [name in text for name, text in zip(codes["code"], codes["text"], strict=True)]
    codes = codes.assign(label=codes["code"].str.title(), coded=given, threshold=0.5)
    return codes.drop(columns="text").assign(score=codes["coded"] * 0.8 + 0.1)


def grouped(passages, kind, words, stability=0.9, bias=0.0, stable=True):
    """Return topics or themes: a passage belongs to the one whose word it holds."""
    place = [next(n for n, word in enumerate(words) if word in text) for text in passages["text"]]
    names = [f"{kind}-{n + 1}" for n in range(len(words))]
    rows = passages[["passage"]].assign(**{kind: [names[n] for n in place]})
    summary = pd.DataFrame({kind: names, "label": [word.title() for word in words]})
    summary = summary.assign(stability=stability, language_bias=bias, bias_by_chance=0.1)
    curve = pd.DataFrame([{"stable": stable, "chosen": True}])
    if kind == "theme":
        members = rows.assign(margin=[0.5 + n / 1000 for n in range(len(rows))])
        return {"themes": summary, "theme_members": members, "theme_curve": curve}
    weights = rows.merge(pd.DataFrame({"name": names}), how="cross")
    weights["weight"] = (weights["topic"] == weights["name"]) * 0.6 + 0.2
    weights = weights.drop(columns="topic").rename(columns={"name": "topic"})
    return {
        "topics": summary,
        "topic_weights": weights,
        "topic_passages": rows,
        "topic_curve": curve,
    }


def planted(texts, langs=None, codes=(), topics=(), themes=(), floor=0.0, read=False, **options):
    """Return the tables of a corpus, of which passages have codes, topics and themes by words."""
    tables = corpus(texts, langs)
    passages, assigned = tables["passages"], []
    if codes:
        tables["codes"] = coded(passages, codes)
        # Of codes that nobody has checked no difference is told.
        assigned.append(tables["codes"].assign(relied_on=True))
        tables["codes"] = assigned[0] if read else tables["codes"]
    if topics:
        tables |= grouped(passages, "topic", topics, **options)
        assigned.append(tables["topic_weights"])
    if themes:
        tables |= grouped(passages, "theme", themes, **options)
        assigned.append(tables["theme_members"])
    if assigned:
        tables["shares"] = pd.concat(cl.compare.shares(one, passages) for one in assigned)
        tables["contrasts"] = pd.concat(contrasts(one, passages, floor) for one in assigned)
    return tables


def contrasts(assigned, passages, floor):
    """Return contrasts of texts in what their passages are assigned to, above a floor."""
    names = set(assigned[next(name for name in ("code", "topic", "theme") if name in assigned)])
    pairs = itertools.combinations(passages["doc"].unique(), 2)
    keys = [(name, *pair, floor) for pair in pairs for name in names]
    floors = pd.DataFrame(keys, columns=["category", "unit_a", "unit_b", "floor"])
    return cl.compare.contrasts(assigned, passages, floors)


def sentences(text):
    """Return the sentences of a text of a case: a passage, or so many of a kind."""
    kinds = {"street": STREET, "wind": WIND}
    if isinstance(text, str):
        return [text]
    return [sentence for kind, count in text for sentence in kinds[kind][:count]]


@pytest.mark.parametrize("case", cases("claims"), ids=lambda case: case["comment"])
def test_sentences_are_those_that_the_tables_bear(case):
    texts = {doc: sentences(text) for doc, text in case["texts"].items()}
    tables = planted(texts, **case.get("planted", {}))
    for name, rows in case.get("tables", {}).items():
        tables[name] = pd.DataFrame(rows[1:], columns=rows[0])
    for name in case.get("without", []):
        del tables[name]
    commentary = cl.claims.automatic(tables, **case.get("options", {}))
    check(commentary.table, "claims")
    sources = dict(tables["documents"][["doc", "text"]].to_numpy().tolist())
    for evidence in commentary.table["evidence"]:
        assert len(evidence)
        for row in evidence:
            assert sources[row["doc"]][row["start"] : row["end"]] == row["quote"]
    wanted = case["claims"]
    told = commentary.table.set_index("claim").loc[[*wanted]]
    told["evidence"] = [[row["passage"] for row in rows] for rows in told["evidence"]]
    columns = ["section", "text", "strength", "evidence"]
    assert dict(zip(told.index, told[columns].to_numpy().tolist(), strict=True)) == wanted
    names = [claim.name for claim in commentary.claims]
    assert not [name for name in names if re.fullmatch(case.get("silent", "none"), name)]
    remarks = commentary.remarks["remark"].tolist()
    assert case.get("remarks", remarks) == remarks


def test_of_no_passages_nothing_is_said_nor_of_one_group_that_holds_everything():
    tables = corpus({"a": STREET[:2]})
    commentary = cl.claims.automatic(tables | {"passages": tables["passages"][:0]})
    assert commentary.claims == [] and commentary.table.empty
    assert commentary.section("Where they differ").claims == []
    for kind in ("topic", "theme"):
        tables = planted(TEXTS, **{f"{kind}s": ["The"]})
        names = [claim.name for claim in cl.claims.automatic(tables).claims]
        assert not [name for name in names if kind in name or name == "common"]
        sentences = overview.describe(EvidenceIndex(tables))
        assert f"Into how many {kind}s the passages fall is not certain" in sentences[1]


def test_the_first_page_says_of_differences_what_is_true_of_it(tmp_path):
    words = ["street", "wind"]
    for bias, first in ((0.4, False), (0.0, True)):
        tables = planted(TEXTS, codes=["wind", "rain"], topics=words, themes=words)
        tables["themes"]["language_bias"] = bias
        commentary = cl.claims.automatic(tables, differences=1)
        claims = commentary.table.assign(text=commentary.table["text"] + " word" * 90 + " end")
        tables |= {"claims": claims, "remarks": commentary.remarks}
        index = cl.export.report([], tmp_path, tables)
        page = index.read_text(encoding="utf-8")
        assert ("Of differences those come first" in page) == first
        assert ("doubtful, 1 of them on differences, are on" in page) == (not first)
        assert "sentences on clear differences the table claims has the 1 that" in page
        assert "in topics left out, since sentences are on themes, which group" in page
        table = (index.parent / "tables" / "claims.html").read_text(encoding="utf-8")
        assert table.count(" end</td>") == len(claims)


def test_what_is_compared_where_texts_are_too_many():
    passages = pd.DataFrame({"doc": [str(n) for n in range(60)], "lang": "en", "country": ""})
    unit, (remark,) = choose_unit(passages)
    assert unit == "" and "left out" in remark
    assert choose_unit(passages.assign(country=["NL", "FR", "DE"] * 20))[0] == "country"
    alone = ["there is one text only, so nothing is compared with another"]
    assert choose_unit(passages.head(1)) == ("", alone)


def test_a_run_of_the_seeds_ends_in_a_report(seeds_run, tmp_path):
    out = shutil.copytree(seeds_run, tmp_path / "run")
    manifest = json.loads((out / "manifest.json").read_text())
    claims = pd.read_parquet(out / "tables" / "claims.parquet")
    index = out / manifest["report"]["page"]
    assert 0 < manifest["report"]["findings"] < min(25, len(claims))
    assert set(claims["strength"]) == {"stated", "counted", "doubtful"}
    page = index.read_text(encoding="utf-8")
    assert "What five cluster initiatives say" in page and page.count('<use href="#m') == 96
    assert page.count('class="claim"') == manifest["report"]["findings"]
    assert "165 million NOK" in (index.parent / "texts" / "nb.html").read_text(encoding="utf-8")
    assert {"claims.csv", "contrasts.csv"} <= {p.name for p in (index.parent / "tables").iterdir()}
    assert_links_land(index)
    index.write_text("gone")
    lines = []
    run(Options(), out, tell=lines.append)
    assert [line for line in lines if "kept" not in line] == [lines[-1]]
    assert index.read_text(encoding="utf-8") == page


def test_the_report_of_a_run_names_its_options(seeds_run, tmp_path):
    shutil.copytree(seeds_run / "tables", tmp_path / "tables")
    book = tmp_path / "own.csv"
    shutil.copy(cl.load.seeds() / "codebook.csv", book)
    entry, anew = report(tmp_path, Options(seed=3, codebook=str(book)))
    page = (tmp_path / entry["page"]).read_text(encoding="utf-8")
    assert anew and not report(tmp_path, Options(seed=3, codebook=str(book)))[1]
    for name, value in {"Seed": "3", "Codebook": "own.csv"}.items():
        assert re.search(rf"<dt>{name}</dt><dd[^>]*>{value}</dd>", page)
    assert hashlib.sha256(book.read_bytes()).hexdigest() in page
    assert "with codes, themes and facts at their places" in page
    parts = re.findall(r'<h3 id="findings-\d+"[^>]*>(.*?)</h3>', page)
    assert parts and not any(part.startswith("The text ") for part in parts)
    assert report(tmp_path, Options(seed=4, codebook=str(book)))[1]


def test_sentences_judge_nothing_and_explain_nothing(seeds_run):
    for text in pd.read_parquet(seeds_run / "tables" / "claims.parquet")["text"]:
        plain = re.sub("“[^”]*”", "", text)
        assert not re.search(BEYOND, plain, flags=re.IGNORECASE), text


# What a table cannot bear.
BEYOND = (
    r"\b(because|therefore|thus|hence|due to|leads? to|results? in|causes?|better|worse|good|bad|"
    r"important(ly)?|successful|impressive|only|should|must|unfortunately|remarkabl[ey])\b"
)


def test_pages_of_texts_are_capped_and_quoted_ones_kept(tmp_path):
    facts = "The fund holds 165 million euros. It grew by 12 % from 2019 to 2021."
    tables = corpus({f"d{n}": STREET[:2] for n in range(9)} | {"wind": [facts]})
    commentary = cl.claims.automatic(tables)
    assert "165 million EUR" in commentary._repr_html_()
    index = cl.export.report([], tmp_path, {**tables, "claims": commentary.table}, ["A note."], 3)
    pages = {path.stem for path in (tmp_path / "texts").iterdir()}
    assert len(pages) == 3 and "wind" in pages
    page = index.read_text(encoding="utf-8")
    assert "7 of 10 texts have no page here" in page and "A note." in page
    assert "What ten texts say" in page
    assert_links_land(index)


def test_a_map_leads_from_each_passage_to_its_text():
    tables = planted(TEXTS, themes=["street", "wind"])
    labels = tables["themes"].set_index("theme")["label"]
    plane = tables["passages"][["passage", "doc", "lang"]].merge(tables["theme_members"])
    plane = plane.assign(label=plane["theme"].map(labels), x=plane.index % 5, y=plane.index // 5)
    tables["theme_map"] = plane.assign(trustworthiness=0.8)

    def draw(**changed):
        return overview.overview(EvidenceIndex(tables | changed), None, {"one": "texts/one.html"})

    drawn = draw()
    assert drawn == draw(theme_map=tables["theme_map"].sample(frac=1, random_state=0))
    assert [group.name for group in drawn.groups] == ["one", "two", "wee"]
    assert [len(drawn.points[name]) for name in ("one", "two", "wee")] == [12, 12, 2]
    point = drawn.points["one"][1]
    assert point["title"] == WIND[1] and point["href"] == f"texts/one.html#p-{len(WIND[0]) + 1}"
    assert drawn.points["two"][0]["href"] == ""
    wide, high = drawn.size
    assert all(0 <= p["x"] <= wide and 0 <= p["y"] <= high for p in drawn.points["wee"])
    # A name that no sentence may rest on is not drawn as firm.
    weak = tables["themes"].assign(stability=[0.4, 0.9])
    for themes, unsure in ((tables["themes"], {False}), (weak, {False, True})):
        drawn = draw(themes=themes)
        named = {(" ".join(w for _, w in one["lines"]), one["unsure"]) for one in drawn.labels}
        assert {is_unsure for _, is_unsure in named} == unsure
        assert all(words.endswith("?") == is_unsure for words, is_unsure in named)
    assert drawn.doubts == "one returns too seldom in other samples"
    for themes, sentence in (
        (
            tables["themes"],
            "By share of passages, the largest certain themes are “Street” (54 per cent) and "
            "“Wind” (46 per cent).",
        ),
        (
            weak.assign(language_bias=0.2),
            "No theme is certain enough to say what most passages are about: one returns too "
            "seldom in other samples and one is more of one language than by chance alone.",
        ),
    ):
        assert overview.describe(EvidenceIndex(tables | {"themes": themes}))[1] == sentence
    assert overview.choose_group(tables["documents"].assign(country="NL")) == "doc"
    fault = "texts have no column 'colour'"
    refused(ValueError, fault, overview.choose_group, tables["documents"], "colour")
