"""An automatic commentary says what the tables bear, and nothing where they do not."""

import hashlib
import itertools
import json
import re
import shutil
from html.parser import HTMLParser

import pandas as pd
import pytest
from conftest import cases

import clusterlib as cl
from clusterlib.claims.claim import EvidenceIndex
from clusterlib.compare.together import choose_unit
from clusterlib.export import overview, pages
from clusterlib.run import Options, report, run
from clusterlib.schema import check

SCRIPT = "<script>document.title = 'owned'</script>"


def corpus(texts, langs=None):
    """Return documents of plain paragraphs, each sentence a passage."""
    rows, spans = [], []
    for doc, sentences in texts.items():
        lang, at = (langs or {}).get(doc, "en"), 0
        rows.append((doc, lang, " ".join(sentences)))
        for position, sentence in enumerate(sentences):
            name, end = f"{doc}-{position + 1:03d}", at + len(sentence)
            spans.append((name, doc, position, at, end, sentence, lang, "body"))
            at = end + 1
    columns = ["passage", "doc", "position", "start", "end", "text", "lang", "kind"]
    documents = pd.DataFrame(rows, columns=["doc", "lang", "text"])
    return {"documents": documents, "passages": pd.DataFrame(spans, columns=columns)}


def with_facts(texts, langs=None):
    """Return the tables of a corpus with its facts."""
    tables = corpus(texts, langs)
    return tables | {"facts": cl.facts.find(tables["documents"], tables["passages"])}


def with_codes(tables, given, floor=0.0):
    """Add codes, shares and contrasts: passages have a code whose text contains its name."""
    rows = [
        (row.passage, row.doc, code, code.title(), 0.9 if code in row.text else 0.1, 0.5)
        for row in tables["passages"].itertuples()
        for code in given
    ]
    names = ["passage", "doc", "code", "label", "score", "threshold"]
    codes = pd.DataFrame(rows, columns=names).assign(coded=lambda table: table["score"] > 0.5)
    # Of codes that nobody has checked no difference is told.
    checked = codes.assign(relied_on=True)
    shares = cl.compare.shares(codes, tables["passages"])
    return tables | {"codes": codes, "shares": shares, "contrasts": above(checked, tables, floor)}


def above(assigned, tables, floor):
    """Return contrasts of texts in what their passages are assigned to, above a floor."""
    pairs = itertools.combinations(tables["documents"]["doc"], 2)
    names = set(assigned[next(name for name in ("code", "topic", "theme") if name in assigned)])
    keys = [(name, *pair, floor) for pair in pairs for name in names]
    floors = pd.DataFrame(keys, columns=["category", "unit_a", "unit_b", "floor"])
    return cl.compare.contrasts(assigned, tables["passages"], floors)


WIND = [f"The park number {word} has wind." for word in "a b c d e f g h i j k l".split()]
NONE = [f"The street named {word} is long." for word in "a b c d e f g h i j k l".split()]


def test_what_a_text_is_most_like_is_told_where_it_is_clear(planted):
    rows = [
        ("one", "two", "wee", 0.4, 0.2, 0.6, 0.1, "two", "one-003", "two-002"),
        ("two", "wee", "one", 0.1, -0.1, 0.3, 0.1, "too little evidence", "two-001", "wee-001"),
        ("wee", "two", "one", 0.2, -0.1, 0.4, 0.1, "too little evidence", "wee-002", "two-002"),
    ]
    names = "unit nearest second lead low high floor verdict passage passage_of_nearest".split()
    commentary = cl.claims.automatic(planted | {"nearest": pd.DataFrame(rows, columns=names)})
    by_name = {claim.name: claim for claim in commentary.claims}
    assert by_name["alike-1"].text == (
        "Of the other two, the text one is most like two, ahead of wee by 0.40 in similarity "
        "(interval 0.20 to 0.60), where languages alone can move it by 0.10; their passages "
        "nearest to one another are quoted."
    )
    assert by_name["alike-1"].evidence["passage"].tolist() == ["one-003", "two-002"]
    assert "alike-2" not in by_name
    little = by_name["little-alike"]
    assert little.text.startswith("For two of three texts there is too little evidence")
    assert "clearest for wee: two is nearer to it than one by 0.20" in little.text
    assert little.evidence["passage"].tolist() == ["wee-002", "two-002"]


@pytest.fixture
def planted():
    """One text of wind, one of streets, one mixed but for one sentence."""
    tables = with_codes(corpus({"one": WIND, "two": NONE, "wee": NONE[:2]}), ["wind", "rain"])
    rows = [
        ("two", "wind", "Wind", 0.2, "two-001", 0.1, 0.5, 0.4, 0.1, "absent"),
        ("wee", "wind", "Wind", 0.7, "wee-001", 0.1, 0.5, 0.4, 0.5, "too little evidence"),
    ]
    names = "unit code label high passage score threshold short noise verdict".split()
    return tables | {"gaps": pd.DataFrame(rows, columns=names)}


def select(tables, name, **options):
    claims = cl.claims.automatic(tables, **options).claims
    return [claim for claim in claims if re.fullmatch(name, claim.name)]


def test_every_sentence_quotes_and_keeps_the_contract(planted):
    commentary = cl.claims.automatic(planted)
    check(commentary.table, "claims")
    texts = dict(zip(planted["documents"]["doc"], planted["documents"]["text"], strict=True))
    for evidence in commentary.table["evidence"]:
        assert len(evidence)
        for row in evidence:
            assert texts[row["doc"]][row["start"] : row["end"]] == row["quote"]


FACTS = (
    "The fund holds 165 million euros. It grew by 12 % from 2019 to 2021, as said on 3 May 2022."
)
# Texts that cases have by name.
NAMED = {"wind": WIND, "none": NONE, "none, two sentences": NONE[:2]}


@pytest.mark.parametrize("case", cases("claims"), ids=lambda case: case["comment"])
def test_sentences_on_the_corpus_and_on_facts(case):
    texts = {doc: NAMED.get(text, [text]) for doc, text in case["texts"].items()}
    claims = cl.claims.automatic(with_facts(texts, {"pl": "pl", "und": "und"})).claims
    (claim,) = [claim for claim in claims if claim.name == case["claim"]]
    assert (claim.text, claim.strength) == (case["sentence"], case["strength"])
    assert not any(claim.name.startswith("text-2") for claim in claims)
    if claim.name == "text-1-quantities":
        assert claim.evidence["quote"].tolist() == ["about 30 members", "14.5 megatonnes"]


def test_what_was_removed_is_told_if_anything_was(planted):
    text = planted["documents"]["text"].iloc[0]
    row = {"doc": "one", "rule": "label", "start": 0, "end": 27, "text": text[:27]}
    ledger = pd.DataFrame([{**row, "replacement": "", "reason": "is short"}])
    (claim,) = select(planted | {"ledger": ledger}, "corpus-removed")
    share = 27 / planted["documents"]["text"].str.len().sum()
    assert claim.text.startswith(f"{100 * share:.0f} per cent of the characters")
    assert claim.evidence["quote"].tolist() == [text[:27]]
    assert not select(planted | {"ledger": ledger.assign(rule="spaces")}, "corpus-removed")
    assert not select(planted, "corpus-removed")


@pytest.mark.parametrize("is_read", [False, True])
def test_frequent_codes_are_told_and_are_doubtful_unless_a_reading_bears_them_out(planted, is_read):
    codes = planted["codes"].assign(relied_on=True) if is_read else planted["codes"]
    (claim,) = select(planted | {"codes": codes}, "text-.-codes")
    assert claim.text.startswith("The code given to most passages of the text one is “Wind” (12 of")
    assert claim.strength == ("counted" if is_read else "doubtful")
    assert set(claim.evidence["doc"]) == {"one"}


def test_one_passage_or_many_equals_are_no_emphasis():
    names = ["wind", "rain", "snow", "hail"]
    each = [f"There is {name} on day {day}." for name in names for day in "xy"]
    tables = with_codes(corpus({"one": each, "two": WIND[:1]}), names)
    assert not select(tables, "text-.-codes")


def test_a_clear_difference_quotes_both_sides(planted):
    claims = select(planted, "apart-.*")
    assert len(claims) == 1
    assert "“Wind” is given to 100 per cent of the passages of the text one" in claims[0].text
    assert {"one", "two"} <= set(claims[0].evidence["doc"])
    assert "translations" not in claims[0].text


def test_a_floor_above_the_difference_silences_it(planted):
    tables = with_codes(planted, ["wind", "rain"], floor=1.0)
    assert not select(tables, "apart-.*")
    (claim,) = select(tables, "little-contrasts")
    assert claim.text.startswith("In six of six comparisons")


def test_absences_beyond_noise_quote_the_nearest_passage(planted):
    (claim,) = select(planted, "text-.-without-wind")
    assert "No passage of the text two is given the code “Wind”" in claim.text
    assert claim.evidence["passage"].tolist() == ["two-001"]
    (claim,) = select(planted, "little-gaps")
    assert claim.text.startswith("In two cases no passage") and " In one of these " in claim.text


def test_one_text_without_facts_or_codes_has_its_size_only_and_no_passages_nothing():
    tables = corpus({"a": NONE})
    commentary = cl.claims.automatic(tables)
    assert [claim.name for claim in commentary.claims] == ["corpus-size"]
    assert commentary.section("Where they differ").claims == []
    commentary = cl.claims.automatic(tables | {"passages": tables["passages"][:0]})
    assert commentary.claims == [] and len(commentary.table) == 0


def test_caps_are_told():
    tables = with_facts({"a": [FACTS], "b": [FACTS], "c": [FACTS]})
    commentary = cl.claims.automatic(tables, per_text=2, texts=1)
    assert [c.name for c in commentary.claims if c.name != "corpus-size"] == [
        "text-1-money",
        "text-1-percentages",
    ]
    assert commentary.remarks["remark"].tolist() == [
        "only the 1 texts of most passages have claims of their own; two texts left out",
        "two claims on one text left out: the table claims has 2 of one text at most",
    ]


def test_what_is_compared_where_texts_are_too_many():
    passages = pd.DataFrame({"doc": [str(n) for n in range(60)], "lang": "en", "country": ""})
    unit, (remark,) = choose_unit(passages)
    assert unit == "" and "left out" in remark
    assert choose_unit(passages.assign(country=["NL", "FR", "DE"] * 20))[0] == "country"
    alone = ["there is one text only, so nothing is compared with another"]
    assert choose_unit(passages.head(1)) == ("", alone)


def test_hostile_text_is_shown_and_not_obeyed(tmp_path):
    sentences = [f"{SCRIPT} The wind of day {day} is worth 5 million euros." for day in "abc"]
    tables = with_codes(with_facts({f'a"{SCRIPT}/../b': sentences, "b": NONE}), ["wind"])
    tables["codes"]["label"] = f"Wind {SCRIPT}"
    documents = tables["documents"]
    commentary = cl.claims.automatic(tables)
    assert len(commentary.claims) > 3
    assert SCRIPT not in commentary._repr_html_()
    filled = documents.assign(initiative=SCRIPT, title="", published="", source="", sha256="0" * 64)
    index = cl.export.report(
        [], tmp_path, {**tables, "documents": filled, "claims": commentary.table}
    )
    for page in index.parent.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text.replace(f"<script>{pages.SCRIPT}</script>", "")


class Links(HTMLParser):
    """What a page links to, and the places that links may lead to."""

    def __init__(self, page):
        super().__init__()
        self.hrefs, self.ids = [], set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids.add(values.get("id"))
        if tag == "a" and "href" in values:
            self.hrefs.append(values["href"])


def assert_links_land(index):
    pages = {path.resolve(): Links(path) for path in index.parent.rglob("*.html")}
    for path, page in pages.items():
        for href in page.hrefs:
            target, _, anchor = href.partition("#")
            place = (path.parent / target).resolve() if target else path
            assert place.is_file(), href
            assert not anchor or anchor in pages[place].ids, href


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
    book.write_bytes((cl.load.seeds() / "codebook.csv").read_bytes())
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
    first = weights["topic"] == weights["name"]
    weights = weights.assign(topic=weights["name"], weight=first * 0.8 + ~first * 0.2)
    weights = weights.drop(columns="name")
    return {
        "topics": summary,
        "topic_weights": weights,
        "topic_passages": rows,
        "topic_curve": curve,
    }


def with_groups(tables, kind, words, floor=0.0, **options):
    """Add topics or themes to tables, with their shares and contrasts."""
    groups = grouped(tables["passages"], kind, words, **options)
    assigned = groups["topic_weights" if kind == "topic" else "theme_members"]
    shares = cl.compare.shares(assigned, tables["passages"])
    more = {"shares": shares, "contrasts": above(assigned, tables, floor)}
    both = {name: pd.concat([tables[name], table]) for name, table in more.items()}
    return tables | groups | both


def test_the_theme_of_most_passages_is_told():
    texts = {"one": [*WIND[:9], *NONE[:3]], "two": NONE, "wee": NONE[:2]}
    tables = with_groups(with_codes(corpus(texts), ["wind", "rain"]), "theme", ["street", "wind"])
    by_name = {claim.name: claim for claim in cl.claims.automatic(tables).claims}
    claim = by_name["text-1-theme"]
    share = tables["shares"].set_index(["unit", "category"]).loc[("one", "theme-2")]
    assert claim.text == (
        "More passages of the text one are of the theme around “Wind” than of any other: 9 of 12 "
        f"(interval {100 * share['low']:.0f} to {100 * share['high']:.0f} per cent)."
    )
    assert claim.strength == "counted"
    # The two that belong to it most.
    assert claim.evidence["quote"].tolist() == [WIND[8], WIND[7]]
    assert by_name["text-2-theme"].text.startswith(
        "All 12 passages of the text two are of the theme"
    )


@pytest.mark.parametrize("trust", [{"stability": 0.65}, {"bias": 0.4}])
@pytest.mark.parametrize("kind", ["topic", "theme"])
def test_groups_that_return_seldom_or_are_of_one_language_are_doubtful(planted, kind, trust):
    tables = with_groups(planted, kind, ["street", "wind"], **trust)
    claims = select(tables, f"text-.-{kind}|apart-{kind}-.")
    assert len(claims) > 2
    assert {claim.strength for claim in claims} == {"doubtful"}


@pytest.mark.parametrize("kind", ["topic", "theme"])
def test_nothing_is_said_of_one_group_that_holds_everything(planted, kind):
    tables = with_groups(planted, kind, ["The"])
    assert not select(tables, f".*{kind}.*|common")
    sentences = overview.describe(EvidenceIndex(tables))
    assert f"Into how many {kind}s the passages fall is not certain" in sentences[1]


def test_the_first_page_says_of_differences_what_is_true_of_it(planted, tmp_path):
    for bias, first in ((0.4, False), (0.0, True)):
        tables = with_groups(planted, "theme", ["street", "wind"], bias=bias)
        tables = with_groups(tables, "topic", ["street", "wind"])
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


@pytest.mark.parametrize("kind", ["topic", "theme"])
def test_nothing_is_said_of_a_number_that_is_not_stable(planted, kind):
    tables = with_groups(planted, kind, ["street", "wind"], stable=False)
    assert not select(tables, f".*{kind}.*")
    remarks = cl.claims.automatic(tables).remarks["remark"].tolist()
    assert f"clear differences in {kind}s left out" in remarks[-1]
    del tables[f"{kind}_curve"]
    assert not select(tables, f".*{kind}.*")


def test_the_topic_with_the_largest_share_is_told(planted):
    tables = with_groups(planted, "topic", ["street", "wind"])
    (claim,) = select(tables, "text-1-topic")
    assert claim.text.startswith(
        "The topic “Wind” takes up more of the text one than any other: 80 per cent of 12 passages"
    )
    assert claim.strength == "counted" and set(claim.evidence["doc"]) == {"one"}


def test_one_passage_or_as_many_of_another_theme_is_no_emphasis():
    texts = {"one": [*WIND[:3], *NONE[:3]], "two": NONE[:1], "wee": WIND}
    tables = with_codes(corpus(texts), ["wind", "rain"])
    tables = with_groups(tables, "theme", ["street", "wind"])
    assert [claim.name for claim in select(tables, "text-.-theme")] == ["text-3-theme"]


def test_clear_differences_in_themes_are_told_as_those_in_codes(planted):
    tables = with_groups(planted, "theme", ["street", "wind"])
    claims = select(tables, "apart-theme-.*")
    # Of two themes one is what the other is not.
    assert len(claims) == 1
    assert claims[0].text.startswith(
        "The theme around “Wind” takes up 100 per cent of the passages of the text one and less of "
        "those of two (0)"
    )
    docs = claims[0].evidence["doc"].tolist()
    assert docs[:2] == ["one", "one"] and set(docs) == {"one", "two", "wee"}
    assert claims[0].evidence["quote"].str.contains("wind").tolist()[:2] == [True, True]
    tables = with_groups(planted, "theme", ["street", "wind"], floor=1.0)
    assert not select(tables, "apart-theme-.*")


def test_three_topics_are_all_told_within_the_limit(planted):
    words = ["number a ", "street", "wind"]
    tables = with_groups(planted, "topic", words)
    names = [claim.name for claim in select(tables, "apart-.*")]
    assert "apart-1" in names and {"apart-topic-1", "apart-topic-2"} <= set(names)
    few = cl.claims.automatic(tables, differences=2)
    # Codes that no reading bears out come after topics that are stable.
    assert [c.name for c in few.claims if c.name.startswith("apart")] == [
        "apart-topic-1",
        "apart-topic-2",
    ]
    assert "has the 2 that are least in doubt" in few.remarks["remark"].iloc[-1]


def test_a_quantity_of_one_and_a_noun_without_english_keep_their_noun():
    tables = corpus({"a": ["Ein Netzwerk und drei Kwasse."]}, {"a": "de"})
    rows = [
        ("1", "Netzwerk", "networks", 0, 12, "Ein Netzwerk"),
        ("3", "Kwasse", "", 17, 28, "drei Kwasse"),
    ]
    facts = pd.DataFrame(rows, columns=["value", "unit", "unit_english", "start", "end", "quote"])
    facts = facts.assign(doc="a", passage="a-001", kind="quantity", value_end="", hedge="")
    (claim,) = select(tables | {"facts": facts}, "text-1-quantities")
    assert claim.text == "The text a names two quantities: 1 “Netzwerk” and 3 “Kwasse”."


# What a table cannot bear.
BEYOND = (
    r"\b(because|therefore|thus|hence|due to|leads? to|results? in|causes?|better|worse|good|bad|"
    r"important(ly)?|successful|impressive|only|should|must|unfortunately|remarkabl[ey])\b"
)


def test_claims_on_the_seeds_are_what_the_tables_say(seeds_run):
    """Each number in a sentence on themes and quantities is counted once more, another way."""
    tables = {path.stem: pd.read_parquet(path) for path in seeds_run.glob("tables/*.parquet")}
    # Of a number of themes that is not stable nothing is said; that of the seeds is not.
    assert not tables["claims"]["claim"].str.fullmatch("text-.-theme").any()
    tables["theme_curve"] = tables["theme_curve"].assign(stable=True)
    claims = cl.claims.automatic(tables).table.set_index("claim")
    themes = tables["themes"].set_index("theme")
    members = tables["theme_members"].merge(tables["passages"], on="passage")
    texts = tables["documents"].set_index("doc")["text"]
    names = tables["documents"].set_index("doc")["initiative"]
    rows = claims[claims.index.str.fullmatch("text-.-theme")]
    assert len(rows) == 4
    for row in rows.itertuples():
        doc = row.evidence[0]["doc"]
        counts = members.loc[members["doc"] == doc, "theme"].value_counts()
        numbers = [int(number) for number in re.findall(r"(\d+)", row.text.split("”")[-1])]
        if row.text.startswith("All"):
            assert len(counts) == 1
            assert row.text.startswith(f"All {counts.iloc[0]} passages of the text “{names[doc]}” ")
        else:
            assert numbers[:2] == [counts.iloc[0], counts.sum()] and counts.iloc[0] > counts.iloc[1]
        assert f"“{themes.loc[counts.index[0], 'label']}”" in row.text
        quoted = {evidence["passage"] for evidence in row.evidence}
        assert set(members.set_index("passage").loc[list(quoted), "theme"]) == {counts.index[0]}
        relied = themes["language_bias"] <= themes["bias_by_chance"]
        assert row.strength == ("counted" if relied[counts.index[0]] else "doubtful")
    facts = tables["facts"]
    rows = claims[claims.index.str.fullmatch("text-.-(quantities|percentages)")]
    assert len(rows) == 6
    for row in rows.itertuples():
        for evidence in row.evidence:
            assert texts[evidence["doc"]][evidence["start"] : evidence["end"]] == evidence["quote"]
            (fact,) = facts[
                (facts["doc"] == evidence["doc"]) & (facts["start"] == evidence["start"])
            ].itertuples()
            assert re.search(rf"[ :]{re.escape(fact.value)} {fact.unit_english}", row.text)


def test_sentences_judge_nothing_and_explain_nothing(seeds_run):
    for text in pd.read_parquet(seeds_run / "tables" / "claims.parquet")["text"]:
        plain = re.sub("“[^”]*”", "", text)
        assert not re.search(BEYOND, plain, flags=re.IGNORECASE), text


def test_pages_of_texts_are_capped_and_quoted_ones_kept(tmp_path):
    tables = with_facts({f"d{n}": NONE[:2] for n in range(9)} | {"wind": [FACTS]})
    commentary = cl.claims.automatic(tables)
    index = cl.export.report([], tmp_path, {**tables, "claims": commentary.table}, ["A note."], 3)
    pages = {path.stem for path in (tmp_path / "texts").iterdir()}
    assert len(pages) == 3 and "wind" in pages
    page = index.read_text(encoding="utf-8")
    assert "7 of 10 texts have no page here" in page and "A note." in page
    assert "What ten texts say" in page
    assert_links_land(index)


def test_what_all_have_and_what_one_lacks_are_told():
    """Of 40 passages each, three texts share one theme and one of them lacks another."""
    street, wind = (
        [f"The {noun} of day {day:02d} is long." for day in range(40)]
        for noun in ("street", "wind")
    )
    texts = {
        "one": [*street[:20], *wind[:20]],
        "two": [*street[:18], *wind[18:]],
        "wee": [f"{text[:-1]} and cold." for text in street],
    }
    lacking = with_groups(with_codes(corpus(texts), ["rain"]), "theme", ["street", "wind"])
    (claim,) = select(lacking, "absent-.*")
    assert claim.text == (
        "The theme “Wind”, 35 per cent of all passages, is absent from wee (none of 40 passages); "
        "what comes nearest there is quoted."
    )
    assert claim.section == "What is absent" and set(claim.evidence["doc"]) == {"wee"}
    assert not select(lacking, "common")
    alike = {doc: texts["one"] for doc in ("one", "two", "wee")}
    tables = with_codes(corpus(alike), ["rain"])
    (claim,) = select(with_groups(tables, "theme", ["street", "wind"]), "common")
    assert claim.text == (
        "All three texts have the themes “Street” (50 to 50 per cent of their passages) and “Wind” "
        "(50 to 50 per cent of their passages), in which no two of them differ by more than 21.2 "
        "points (95 % intervals)."
    )
    few = {doc: [*street[:5], *wind[:5]] for doc in alike}
    tables = with_codes(corpus(few), ["rain"])
    assert not select(with_groups(tables, "theme", ["street", "wind"]), "common")


def test_a_map_leads_from_each_passage_to_its_text(planted):
    tables = with_groups(planted, "theme", ["street", "wind"])
    places = range(len(tables["passages"]))
    rows = tables["passages"][["passage", "doc", "lang"]].merge(
        tables["theme_members"][["passage", "theme"]]
    )
    labels = dict(tables["themes"][["theme", "label"]].to_numpy().tolist())
    rows = rows.assign(
        label=rows["theme"].map(labels), x=[n % 5 for n in places], y=[n // 5 for n in places]
    )
    tables["theme_map"] = rows.assign(trustworthiness=0.8)
    pages_of = {"one": "texts/one.html"}
    drawn = overview.overview(EvidenceIndex(tables), None, pages_of)
    shuffled = tables | {"theme_map": tables["theme_map"].sample(frac=1, random_state=0)}
    assert drawn == overview.overview(EvidenceIndex(shuffled), None, pages_of)
    assert [group.name for group in drawn.groups] == ["one", "two", "wee"]
    assert {name: len(points) for name, points in drawn.points.items()} == {
        "one": 12,
        "two": 12,
        "wee": 2,
    }
    point = drawn.points["one"][1]
    assert point["title"] == WIND[1] and point["href"] == f"texts/one.html#p-{len(WIND[0]) + 1}"
    assert drawn.points["two"][0]["href"] == ""
    wide, high = drawn.size
    assert all(0 <= p["x"] <= wide and 0 <= p["y"] <= high for p in drawn.points["wee"])
    assert overview.describe(EvidenceIndex(tables))[1] == (
        "By share of passages, the largest certain themes are “Street” (54 per cent) and “Wind” "
        "(46 per cent)."
    )
    # A name that no sentence may rest on is not drawn as firm.
    weak = tables["themes"].assign(stability=[0.4, 0.9])
    for themes, unsure in ((tables["themes"], {False}), (weak, {False, True})):
        drawn = overview.overview(EvidenceIndex(tables | {"themes": themes}), None, pages_of)
        named = {(" ".join(w for _, w in one["lines"]), one["unsure"]) for one in drawn.labels}
        assert {is_unsure for _, is_unsure in named} == unsure
        assert all(words.endswith("?") == is_unsure for words, is_unsure in named)
    assert drawn.doubts == "one returns too seldom in other samples"
    biased = EvidenceIndex(tables | {"themes": weak.assign(language_bias=0.2)})
    assert overview.describe(biased)[1] == (
        "No theme is certain enough to say what most passages are about: one returns too seldom in "
        "other samples and one is more of one language than by chance alone."
    )
    assert overview.choose_group(planted["documents"].assign(country="NL")) == "doc"
    with pytest.raises(ValueError, match="texts have no column 'colour'"):
        overview.choose_group(planted["documents"], "colour")
