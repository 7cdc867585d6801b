import re

import ftfy
import pandas as pd
import pytest
from conftest import ROOT, cases
from hypothesis import example, given, settings
from hypothesis import strategies as st

import clusterlib as cl
from clusterlib.clean.boilerplate import is_language_switch, judge
from clusterlib.clean.repair import FTFY, apply, is_sound, repair
from clusterlib.clean.sentences import abbreviations, clean_text, openers, split

SENTENCE = re.compile(r"[.!?][\"'»”“’)]*$")


def table(text, lang="en", doc="x"):
    return pd.DataFrame({"doc": [doc], "lang": [lang], "text": [text]}).astype("str")


def kept_lines(page):
    """For each line that is not blank: whether a passage overlaps it."""
    spans = [
        (sentence.start, sentence.end)
        for sentence in clean_text(page["text"], page["lang"]).sentences
    ]
    position, kept = 0, []
    for line in page["text"].split("\n"):
        if line.strip():
            end = position + len(line)
            kept.append((line, any(start < end and stop > position for start, stop in spans)))
        position += len(line) + 1
    return kept


def test_lines_of_labelled_pages():
    agree = total = 0
    lost = []
    for page in cases("pages"):
        for (line, kept), keep in zip(kept_lines(page), page["keep"], strict=True):
            agree += kept == keep
            total += 1
            if keep and not kept and SENTENCE.search(line.strip()):
                lost.append((page["name"], line))
    assert lost == []
    assert agree / total >= 0.95


@pytest.mark.parametrize("case", cases("sentences"), ids=lambda case: case["comment"])
def test_sentences(case):
    text = " ".join(case["sentences"])
    assert [text[start:end] for start, end in split(text, case["lang"])] == case["sentences"]


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("de CO 2 -reductie van 14", "de CO2-reductie van 14"),
        ("300\u2009\u2009entreprises", "300 entreprises"),
        ("«\u00a0L’idée\u00a0»", "« L’idée »"),
        ("ener\u00adgi\u200bja", "energija"),
        ("Ã©nergie et stockage", "énergie et stockage"),
        ("R&amp;D", "R&D"),
        ("from CO 2 to CO 24", "from CO2 to CO 24"),
        ("’quoted’ and “curled”", "’quoted’ and “curled”"),
    ],
)
def test_repairs(text, repaired):
    block = repair(text, 0, len(text))
    assert block.text == repaired
    assert apply(text, block.edits, 0) == repaired


@given(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
        st.text("аеёРСÐÃÂÅä«“é ø", max_size=20),
        st.text("éàôíłčбяЖ’« ", max_size=20).map(
            lambda text: text.encode().decode("cp1252", errors="ignore")
        ),
    ),
    st.sampled_from(["fr", "pt", "bg", "nb", "pl", "und"]),
)
@settings(max_examples=300, deadline=None)
@example("énergieÂ : un", "fr")
@example("Ã beira", "pt")
def test_sound_texts_are_those_that_ftfy_leaves(text, lang):
    if is_sound(text, lang):
        assert ftfy.fix_and_explain(text, FTFY).text == text


def test_repeats_keep_their_first_full_occurrence():
    lead = "The region signs an agreement on storage with three partners."
    text = f"Teaser of it\nThe region signs an agreement on ...\n\n{lead}\n\n{lead} It pays for it."
    cleaned = clean_text(text, "en")
    assert [sentence.text for sentence in cleaned.sentences] == [lead, "It pays for it."]


def test_what_differs_in_a_number_is_no_repeat():
    text = (
        "The cluster had twelve paying members in 2021.\nThe cluster had twelve paying members in "
        "2022.\nPhase 1\nIt plans for the coming years now.\nPhase 2\nIt builds the pilot line now."
    )
    assert len(clean_text(text, "en").sentences) == 6


LEAD = "The region and its firms sign an agreement on storage."


@pytest.mark.parametrize(
    "end",
    [
        "Our members benefit from joint laboratories, training, test fields and shared procurement",
        "The members include Bosch, Siemens, the university, three start-ups and many others…",
        "Our goals\n\n- Triple the exports of the region\n- Train 500 workers a year",
        "What does it do?\nIt links firms.\nWhy now?\nDemand grows.\nWho pays?\nThe region.",
        "Address: climate and jobs belong together, says the minister.",
        "Members: 120 firms\nFounded: in 2008\nBudget: 2 M EUR per year",
        "12 March 2023 - Leeds - The cluster of the region signed.",
    ],
)
def test_the_end_of_a_text_is_kept(end):
    cleaned = clean_text(f"{LEAD}\n\n{end}", "en")
    assert [edit for edit in cleaned.edits if edit.rule != "spaces"] == []


def test_swiss_firms_are_not_methane():
    text = "Firms from Switzerland (CH 4 firms) and Germany joined, and CO 2 fell."
    assert clean_text(text, "en").sentences[0].text == text.replace("CO 2", "CO2")


def test_metadata_before_a_headline_is_taken_off():
    cleaned = clean_text(
        "date 2023-10 Directors speed up the greening\n\nThey were named today.", "en"
    )
    assert cleaned.sentences[0].text == "Directors speed up the greening"
    assert cleaned.sentences[0].kind == "headline"
    assert [edit.rule for edit in cleaned.edits] == ["metadata"]


def test_hard_wrapped_paragraphs_are_joined():
    text = (
        "The cluster brings together firms, universities and authorities of the\n"
        "region, and it wants to make storage cheaper for the whole of industry\n"
        "within ten years.\n\nA second paragraph stands here.\n"
    )
    sentences = [sentence.text for sentence in clean_text(text, "en").sentences]
    assert len(sentences) == 2
    assert "of the region, and" in sentences[0]


@pytest.mark.parametrize("line", ["Bulgarian\xa0 English", "DE | EN | FR", "Deutsch Français"])
def test_language_switches(line):
    assert is_language_switch(line)


def test_a_page_without_sentences_keeps_its_headlines():
    verdicts = judge(["Menu", "Five new directors for five regions"], "en")
    assert [verdict.kind for verdict in verdicts] == [None, "headline"]


def test_tables_do_not_depend_on_the_order_of_texts(documents, passages, ledger):
    shuffled = documents.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(cl.clean.passages(shuffled), passages)
    pd.testing.assert_frame_equal(cl.clean.ledger(shuffled), ledger)


def test_empty_input_gives_typed_empty_tables():
    none = table("x").iloc[:0]
    assert len(cl.clean.passages(none)) == 0
    assert cl.clean.ledger(none)["start"].dtype == "int64"


def check_invariants(text, lang):
    documents = table(text, lang)
    passages, ledger = cl.clean.tables(documents)
    cleaned = cl.clean.text(documents)
    assert (cl.clean.replay(documents, ledger) == cleaned).all()
    assert all(text[row.start : row.end] == row.text for row in ledger.itertuples())
    assert (ledger["start"].to_numpy()[1:] >= ledger["end"].to_numpy()[:-1]).all()
    edits = clean_text(text, lang).edits
    for row in passages.itertuples():
        inside = [edit for edit in edits if row.start <= edit.start and edit.end <= row.end]
        assert apply(text[row.start : row.end], inside, row.start) == row.text
    assert "".join("".join(passages["text"]).split()) == "".join(cleaned["x"].split())
    spans = cl.clean.spans(documents)
    assert (spans["end"] - spans["start"]).sum() == len(text)


def test_invariants_hold_on_seeds_and_labelled_pages(documents):
    for row in documents.itertuples():
        check_invariants(row.text, row.lang)
    for page in cases("pages"):
        check_invariants(page["text"], page["lang"])


PIECES = (
    "The region pays. ¦Menu\n¦Head\n¦\n2\n\f¦\n\n¦« Oui. » ¦CO 2 -arm ¦Ã© ¦\u00a0¦\u00ad¦...¦\r\n"
    '¦\u2028¦שלום עולם. ¦📈¦a\u0301¦»¦"¦т.н. „¦3. 5. 2022\n¦date 2023-10 ¦Read more¦ | ¦\t¦\u200b'
    "¦&amp;¦ﬁ¦\x85¦\x0c¦1. "
).split("¦")
REVIEWED = (
    " ".join(
        f"Le rÃ©seau numÃ©ro {number} a signÃ© un accord avec la rÃ©gion." for number in range(60)
    )
    + " Le grand rÃ©seau de la rÃ©gion est le premier du pays entier." * 2
)
hostile = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
)


@given(hostile, st.sampled_from(["fr", "de", "el", "und", "ar"]))
@settings(max_examples=100, deadline=None)
@example(REVIEWED, "fr")
@example("0@. \x850", "fr")
@example("\x00", "en")
@example("\u00a0»", "fr")
@example("A.\u200b B.", "en")
@example("\x85date 2023-10 CO 2 -arm Menu\ndate 2023-10 ", "fr")
def test_invariants_hold_on_any_text(text, lang):
    check_invariants(text, lang)


LARGE = {
    "one word": "x" * 200_000,
    "marks": "!" * 200_000 + "a",
    "spaces": " " * 200_000 + "a",
    "sentences": "a b. " * 40_000,
    "ligatures": "﷽" * 20_000,
    "quotes": "«" * 60_000 + "x",
    "mojibake": "Ã©" * 40_000,
    "lines": "1.\n" * 20_000,
    "dots": "..." * 60_000,
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE.keys())
def test_large_and_odd_texts_are_cleaned(text):
    documents = table(text)
    ledger = cl.clean.ledger(documents)
    assert (cl.clean.replay(documents, ledger) == cl.clean.text(documents)).all()


def test_lone_surrogates_are_refused_by_name():
    documents = pd.DataFrame({"doc": ["x"], "lang": ["en"], "text": ["\ud800"]}, dtype=object)
    with pytest.raises(cl.problems.InputError, match="text"):
        cl.clean.passages(documents)


ENDS = pd.read_csv(ROOT / "tests" / "cases" / "sentence_ends.csv")
LANGUAGES = sorted(set(pd.read_csv(ROOT / "clusterlib" / "data" / "calibration.csv")["lang"]))


def test_labelled_sentence_ends():
    wrong = []
    for row in ENDS.itertuples():
        sentences = row.text.split(" ¦ ")
        text = " ".join(sentences)
        if [text[start:end] for start, end in split(text, row.lang)] != sentences:
            wrong.append((row.lang, row.text))
    assert len(wrong) <= 0.05 * len(ENDS), wrong
    assert len(ENDS) >= 300
    assert set(ENDS["lang"]) >= set(LANGUAGES)


@pytest.mark.parametrize("lang", [*LANGUAGES, "nn", "bs"])
def test_each_language_has_abbreviations_and_openers(lang):
    table = abbreviations(lang)
    assert {"any", "number", "name", "nothing"} <= set(table.values())
    assert len(table) >= 40
    assert len(openers(lang)) >= 40


def test_no_abbreviation_stands_twice():
    table = pd.read_csv(ROOT / "clusterlib" / "data" / "abbreviations.csv")
    words = table.assign(word=table["words"].str.split(" | ", regex=False)).explode("word")
    assert not words.duplicated(["lang", "word"]).any()
    assert table["source"].notna().all()


def test_marks_without_spaces_end_sentences():
    sentences = ["これは文です。", "「そうだ。」と言った。", "本当?", "はい。"]
    text = "".join(sentences)
    assert [text[start:end] for start, end in split(text, "ja")] == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "The region pays for\u2028the new hub. It opens in May.",
            ["The region pays for the new hub."],
        ),
        (
            "> The region\n> pays for the new\n> hub. It opens in May.\n",
            ["The region pays for the new hub."],
        ),
        (
            "> > The region of Rotterdam pays for\n> > the new hub.\n>\n> It opens in May.",
            ["The region of Rotterdam pays for the new hub."],
        ),
    ],
)
def test_wrapped_mail_and_line_separators_end_nothing(text, sentences):
    check_invariants(text, "en")
    assert [one.text for one in clean_text(text, "en").sentences] == [
        *sentences,
        "It opens in May.",
    ]


@pytest.mark.parametrize("mark", ["1", "[1]", " [1]", "[^1]", "¹", "*", " (1)", "1,2"])
def test_a_last_sentence_with_the_mark_of_a_footnote_is_text(mark):
    last = f"Las emisiones bajarán mucho según el informe.{mark}"
    page = f"Título del texto\n\nEl clúster crece en la región cada año.\n\n{last}\n"
    assert clean_text(page, "es").sentences[-1].text == last
