"""REFI-QDA projects: valid, read back by others, lossless, and safe to read."""

import functools
import io
import itertools
import re
import uuid
import zipfile

import pandas as pd
import pytest
from conftest import ROOT, cases, fill_database, labelled, refused
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from lxml import etree

import clusterlib as cl
from clusterlib import inputs, refi
from clusterlib.problems import InputError

REFI = ROOT / "tests" / "refi"


BOOK = pd.DataFrame(cases("exchange")["codebook"]).drop(columns="comment")


# Beyond the Basic Multilingual Plane, combining marks, every line end, marks of direction.
HARD = (
    "\ufeffDie 🚗🔋-Messe in Köln.\r\n"
    "A\u0301 cafe\u0301 𝒪𝓃𝑒 — Ќ\u0306.\r\rДва реда\n\u202bعربي\u202c 👩‍👩‍👧‍👦 ok\x85\u2028end.\r\n"
)


EDGES = [*itertools.pairwise([0, 6, 7, 11, 24, 30, 44, 50, len(HARD)])]


def passages_at(texts, spans):
    """Return documents of these texts, and a passage of each at each of these places."""
    documents = pd.DataFrame({"doc": [*texts], "lang": "de", "text": [*texts.values()]})
    rows = [(f"{doc}-{n}", doc, *span) for doc in texts for n, span in enumerate(spans)]
    passages = pd.DataFrame(rows, columns=["passage", "doc", "start", "end"])
    return documents, passages.assign(lang="de", english="It's <good> & \x00 \r\n so 🚗")


@pytest.fixture
def hard():
    return passages_at({"a": HARD, "b/c": f"{HARD}x"}, EDGES)


def opened(data):
    """Read a source as programs do, for which every line end is one character."""
    return io.TextIOWrapper(io.BytesIO(data), "utf-8", newline=None).read()


def shown(text):
    """Return a text as it stands in a project: as long, every line end a line feed."""
    return text.replace("\r\n", " \n").replace("\r", "\n")


def coded(passages, book=BOOK):
    """Return a coding in which every second passage has a code."""
    rows = [
        (passage, code, (place + turn) % 2 == 0)
        for place, passage in enumerate(passages["passage"])
        for turn, code in enumerate(book["code"])
    ]
    return pd.DataFrame(rows, columns=["passage", "code", "coded"])


def valid(content, name):
    schema = etree.XMLSchema(etree.parse(REFI / f"{name}.xsd"))
    schema.assertValid(etree.fromstring(content))


def project(path):
    with zipfile.ZipFile(path) as files:
        return files.read("project.qde"), {n: files.read(n) for n in files.namelist()}


def rewritten(path, to, change, without="", **files):
    """Copy a project with its XML changed and files added, as another program might."""
    content, members = project(path)
    members |= {"project.qde": change(content.decode()).encode()} | files
    members.pop(without, None)
    with zipfile.ZipFile(to, "w") as out:
        for name, part in members.items():
            out.writestr(name, part)
    return to


def same(coding, again):
    """Tell whether two codings are of the same passages and codes, and code alike."""
    both = coding.merge(again, on=["passage", "code"], suffixes=("", "_again"), validate="1:1")
    assert len(both) == len(again) and both["coded"].any()
    return (both["coded"] == both["coded_again"]).all()


def read_by_others(path, folder):
    """Return the codes at each place of a project as an independent library reads it, and texts."""
    from pyrefiqda import RefiProject

    valid(project(path)[0], "Project")
    read = RefiProject.load(path, folder)
    names, texts, codings = {}, {}, []
    stack = list(read.code_book.codes.code)
    while stack:
        code = stack.pop()
        names[code.guid] = code.name
        stack += code.code
    for source in read.sources.text_source:
        place = RefiProject.resolve_source_path(source.plain_text_path, folder)
        texts[source.name] = text = opened(place.read_bytes())
        for one in source.plain_text_selection:
            span = one.start_position, one.end_position
            quote = " ".join(refi.plain(text[slice(*span)]).split())
            assert quote.startswith(one.name.removesuffix("…"))
            for coding in one.coding:
                codings.append((source.name, *span, names[coding.code_ref.target_guid]))
    assert len(codings) == len(set(codings))
    return set(codings), texts, read


def placed(coding, passages, book):
    """Return the label of each code that is given, with its place."""
    table = coding[coding["coded"]].merge(passages, on="passage")
    labels = table["code"].map(book.set_index("code")["label"])
    return {*zip(table["doc"], table["start"], table["end"], labels, strict=True)}


def test_an_independent_library_reads_all_of_the_seeds(
    tmp_path, documents, passages, translated, coding, facts, mentions
):
    given = {"codes": coding, "facts": facts, "mentions": mentions}
    path = cl.export.qdpx(tmp_path / "seeds.qdpx", documents, translated, **given)
    codings, texts, read = read_by_others(path, tmp_path / "out")
    assert texts == dict(zip(documents["doc"], documents["text"], strict=True))
    wanted = placed(coding, passages, cl.codes.read())
    for table, names in ((facts, "Fact: " + facts.kind), (mentions, "Actor: " + mentions.actor)):
        wanted |= {*zip(table.doc, table.start, table.end, names, strict=True)}
    assert codings == wanted
    folders = read.code_book.codes.code
    assert [folder.name for folder in folders][-2:] == ["Found: facts", "Found: actors"]
    assert sum(len(folder.code) for folder in folders[:-2]) == len(cl.codes.read())
    again, _ = cl.codes.read_qdpx(path, passages, coder="clusterlib")
    assert same(coding, again)


# Letters of every width, marks that combine or turn, every line end, what XML forbids.
CHARS = [*"aÉ<&\"' \t\r\n", "\r\n", "e\u0301", "🚗", "👩\u200d👧", "\u202e", "\ufeff", "\x00"]
TEXTS = st.lists(st.sampled_from(CHARS), min_size=1, max_size=40).map("".join)
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=20, unique=True)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS, SPANS)
@example(HARD, EDGES)
def test_a_round_trip_loses_nothing_and_no_place_moves_whatever_the_text(tmp_path, text, spans):
    spans = [(start, end) for start, end in spans if start < end <= len(text)]
    assume(spans)
    texts = {"a": text, "b/c": f"{text}x"}
    documents, passages = passages_at(texts, spans)
    coding = coded(passages).assign(score=0.0212, threshold=0.0211)
    path = tmp_path / "hard.qdpx"
    cl.export.qdpx(path, documents, passages, codes=coding, codebook=BOOK)
    codings, read, _ = read_by_others(path, tmp_path / "out")
    assert read == {doc: shown(text) for doc, text in texts.items()}
    assert codings == placed(coding, passages, BOOK)
    notes = project(path)[0].decode()
    assert notes.count(": score 0.0212, threshold 0.0211") == coding["coded"].sum()
    again, _ = cl.codes.read_qdpx(path, passages, documents, BOOK, "clusterlib")
    assert len(again) == len(passages) * len(BOOK)
    both = coding.merge(again, on=["passage", "code"]).merge(passages, on="passage")
    for row in both.itertuples():
        # A passage of blanks alone holds nothing that a person could mark, and one that lies in
        # others has their codes.
        is_blank = not texts[row.doc][row.start : row.end].strip("\ufeff \t\r\n")
        may_differ = is_blank or (row.coded_y and spans != EDGES)
        assert row.coded_x == row.coded_y or may_differ


def test_the_same_tables_give_the_same_bytes(hard, tmp_path):
    documents, passages = hard
    for name in "ab":
        shuffled = passages.sample(frac=1, random_state=ord(name))
        table = coded(passages).sample(frac=1, random_state=ord(name))
        cl.export.qdpx(tmp_path / name, documents, shuffled, codes=table, codebook=BOOK)
        cl.export.qdc(tmp_path / f"{name}.qdc", BOOK)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "a.qdc").read_bytes() == (tmp_path / "b.qdc").read_bytes()


def test_themes_are_exported_and_passed_over_when_read(documents, passages, words, tmp_path):
    vectors = cl.embed.vectors(passages, words)
    themes = cl.themes.fit(passages, vectors, n_themes=3, encoder=words)
    path = cl.export.qdpx(tmp_path / "t.qdpx", documents, passages, themes=themes)
    content, _ = project(path)
    valid(content, "Project")
    assert content.decode().count("<CodeRef") == len(passages)
    refused(InputError, "no passage has a code", cl.codes.read_qdpx, path, passages)
    valid(cl.export.qdc(tmp_path / "t.qdc", themes=themes).read_bytes(), "Codebook")


def test_what_cannot_be_placed_is_refused(hard, tmp_path):
    documents, passages = hard
    table, path = coded(passages), tmp_path / "x.qdpx"
    for placed_in, codes, fault in (
        (passages.iloc[2:], table.assign(coded=True), r"2 passage\(s\) have no place"),
        (passages, table.replace("fair", "other"), "the codebook has no 'other'"),
        (passages.assign(end=9999), table, r"span\(s\) lie outside their text"),
        (None, table, "give these too"),
    ):
        given = {"codes": codes, "codebook": BOOK}
        refused(ValueError, fault, cl.export.qdpx, path, documents, placed_in, **given)
    assert not path.exists()


def by_hand(path, to, spans, code="Money 💶", origin=None):
    """Put selections as a person draws them into a project, in new codings of a new coder."""

    def change(text):
        names = dict(re.findall(r'guid="([^"]+)" name="([^"]*)" isCodable="true"', text))
        guids = {name: guid for guid, name in names.items()}
        marks = "".join(
            f'<PlainTextSelection guid="{refi.guid(start)}" startPosition="{start}" '
            f'endPosition="{end}"><Description>seen</Description><Coding guid="{refi.guid(end)}" '
            f'creatingUser="{{{refi.guid("ann").upper()}}}">'
            f'<CodeRef targetGUID="{guids[code].upper()}"/></Coding></PlainTextSelection>'
            for start, end in spans
        )
        text = text.replace("</Users>", f'<User guid="{refi.guid("ann")}" name="Ann"/></Users>')
        text = re.sub('origin="[^"]*"', f'origin="{origin}"', text) if origin else text
        return text.replace(
            "</Description>\n    </TextSource>", f"</Description>{marks}</TextSource>", 1
        )

    return rewritten(path, to, change)


@pytest.fixture
def blank(tmp_path):
    """Return a project of one text without codings, its documents and its three passages."""
    texts = {"a": "🚗🚗 one two.\r\nThree four.\r\nFive."}
    documents, passages = passages_at(texts, [(0, 11), (13, 24), (26, 31)])
    path = cl.export.qdpx(tmp_path / "blank.qdpx", documents, codebook=BOOK)
    return path, documents, passages


@labelled("exchange", "selections")
def test_a_selection_by_hand_codes_what_it_covers_by_half(blank, tmp_path, origin, span, inside):
    path, documents, passages = blank
    drawn = by_hand(path, tmp_path / "hand.qdpx", [span], origin=origin)
    coding, _ = cl.codes.read_qdpx(drawn, passages, documents, BOOK)
    assert coding.columns.tolist() == ["passage", "code", "dimension", "coded", "note"]
    given = coding[coding["coded"]]
    assert "".join(given["passage"].str[-1]) == inside
    assert set(given["code"]) <= {"money"} and set(given["note"]) <= {"seen"}


def test_other_line_ends_other_identifiers_and_a_changed_folder_do_no_harm(blank, tmp_path):
    path, documents, passages = blank
    hand = by_hand(path, tmp_path / "hand.qdpx", [(13, 24)])
    _, files = project(hand)
    (name,) = [name for name in files if name.startswith("sources/")]
    # QualCoder keeps CRLF as a line feed and a blank, and names codes anew.
    text = files[name].decode().replace("\r\n", "\n ")
    guid = refi.guid("code", "money")
    other = "11111111-2222-3333-4444-555555555555"

    def change(xml):
        xml = re.sub(guid, other, xml, flags=re.IGNORECASE)
        return xml.replace('name="a"', 'name="a.txt"')

    files = {name.replace("sources", "Sources"): text.encode("utf-8-sig")}
    changed = rewritten(hand, tmp_path / "q.qdpx", change, without=name, **files)
    coding, _ = cl.codes.read_qdpx(changed, passages, documents, BOOK)
    assert coding.query("coded")[["passage", "code"]].to_numpy().tolist() == [["a-1", "money"]]


def test_codes_that_are_labelled_alike_keep_apart(blank, tmp_path):
    """QualCoder drops the second of two codes with one name, and names codes anew."""
    _, documents, passages = blank
    book = BOOK.assign(label=["Other", "other ", "Money"])
    coding = coded(passages, book)
    path = cl.export.qdpx(tmp_path / "o.qdpx", documents, passages, codes=coding, codebook=book)
    content, _ = project(path)
    names = re.findall(r'<Code [^>]*name="([^"]*)"', content.decode())
    assert {"Other (fair)", "other (trade-fair)", "Money"} <= set(names)
    assert len({name.casefold() for name in names}) == len(names)

    def change(xml):
        for code in book["code"]:
            xml = re.sub(refi.guid("code", code), str(uuid.uuid4()), xml, flags=re.IGNORECASE)
        return xml

    changed = rewritten(path, tmp_path / "again.qdpx", change)
    again, _ = cl.codes.read_qdpx(changed, passages, documents, book, "clusterlib")
    assert same(coding, again)


def taken_over(path, to, *names):
    """Give the first codings to people, one to each."""

    def change(text):
        head, *codings = text.split("<Coding ")
        for place, name in enumerate(names):
            attribute = f'creatingUser="{refi.guid(name)}"'
            codings[place] = re.sub('creatingUser="[^"]+"', attribute, codings[place], count=1)
            user = f'<User guid="{refi.guid(name)}" name="{name}"/>'
            head = head if user in head else head.replace("</Users>", f"{user}</Users>")
        return "<Coding ".join([head, *codings])

    return rewritten(path, to, change)


@pytest.fixture
def machine(blank, tmp_path):
    """Return a project that the machine has coded, its passages, documents and coding."""
    _, documents, passages = blank
    codes = coded(passages)
    path = tmp_path / "m.qdpx"
    cl.export.qdpx(path, documents, passages, codes=codes, codebook=BOOK)
    return path, passages, documents, codes


@pytest.mark.parametrize("errors", ["raise", "report"])
def test_codings_of_the_machine_are_nobodys(machine, taguette, errors):
    path, *given, codes = machine
    tables = {"codes": codes, "codebook": BOOK}
    cl.export.qdpx(path, given[1], given[0], **tables, coder="model 2")
    fault = r"nobody has coded: .*; coder='model 2' reads them"
    refused(InputError, fault, cl.codes.read_qdpx, path, *given, BOOK, errors=errors)
    assert same(codes, cl.codes.read_qdpx(path, *given, BOOK, "model 2")[0])
    # Nor is a project a reading that nobody has coded at all.
    fault = "sources: no passage has a code; is this the project as"
    bare = cl.export.qdpx(path, given[1], codebook=BOOK)
    refused(InputError, fault, cl.codes.read_qdpx, bare, *given, BOOK, errors=errors)
    path, documents, passages = taguette
    fill_database(path, "DELETE FROM highlight_tags")
    read = cl.codes.read_taguette
    refused(InputError, fault, read, path, passages, documents, BOOK, errors=errors)


@pytest.mark.parametrize("other", [False, True])
def test_what_a_person_codes_is_read_without_the_machines(machine, tmp_path, other):
    path, *given, codes = machine
    path = taken_over(path, tmp_path / "two.qdpx", "Ann")
    if other:  # a program has given its own identifiers to coders
        old, new = refi.guid("coder", "clusterlib"), str(uuid.uuid4())
        path = rewritten(path, tmp_path / "new.qdpx", lambda text: text.replace(old, new))
    with pytest.warns(UserWarning, match="are left out; coder='clusterlib' reads them"):
        read, _ = cl.codes.read_qdpx(path, *given, BOOK)
    alone, rest = (cl.codes.read_qdpx(path, *given, BOOK, who)[0] for who in ("Ann", "clusterlib"))
    pd.testing.assert_frame_equal(read, alone)
    assert (read["coded"].sum(), rest["coded"].sum()) == (1, codes["coded"].sum() - 1)
    assert cl.codes.agreement(codes, read)["alpha"].item() < 1
    fault = "'Bob' is not there; found Ann, clusterlib"
    refused(InputError, fault, cl.codes.read_qdpx, path, *given, BOOK, "Bob")


def test_codings_of_several_people_are_read_as_one_and_said_to_be(machine, tmp_path):
    path, *given, codes = machine
    count = codes["coded"].sum()
    people = itertools.islice(itertools.cycle(["Ann", "Bob"]), count)
    path = taken_over(path, tmp_path / "team.qdpx", *people)
    with pytest.warns(UserWarning, match="several people are read as one: Ann, Bob; coder="):
        read, _ = cl.codes.read_qdpx(path, *given, BOOK)
    ann, bob = (cl.codes.read_qdpx(path, *given, BOOK, who)[0] for who in ("Ann", "Bob"))
    assert (read["coded"] == (ann["coded"] | bob["coded"])).all()
    assert same(codes, read) and 0 < ann["coded"].sum() < count


def test_what_a_project_has_and_we_have_not_is_left_out_and_told(blank, tmp_path):
    path, documents, passages = blank
    spans = [(3, 6), (9, 31), (20, 1000), (5, 2)]
    hand = by_hand(path, tmp_path / "h.qdpx", spans, code="Trade fairs")
    fair, wood, money = (refi.guid("code", code) for code in ("trade-fair", "wood", "money"))

    def change(text):
        text = text.replace(f'guid="{fair}" name="Trade fairs"', f'guid="{wood}" name="Timber"')
        text = re.sub(fair, wood, text, flags=re.IGNORECASE)
        codings = "".join(
            f'<Coding guid="{code}"><CodeRef targetGUID="{code}"/></Coding>'
            for code in (money, refi.guid(8))
        )
        selection = f'<PlainTextSelection guid="{money}" startPosition="13" endPosition="24">'
        text = text.replace(
            "</TextSource>", f"{selection}{codings}</PlainTextSelection></TextSource>"
        )
        other = f'<TextSource guid="{wood}" name="other" plainTextPath="internal://none.txt"/>'
        video = f'<VideoSource name="film"><Coding guid="{wood}"/></VideoSource>'
        return text.replace("</Sources>", f"{other}{video}</Sources>")

    path = rewritten(hand, tmp_path / "t.qdpx", change)
    with pytest.warns(UserWarning, match="as one: Ann, somebody unnamed"):
        read, left = cl.codes.read_qdpx(path, passages, documents, BOOK, errors="report")
    assert read.query("coded")[["passage", "code"]].to_numpy().tolist() == [["a-1", "money"]]
    unknown, outside = "the codebook has no code", "is not inside the text"
    assert left.astype(object).fillna("").to_numpy().tolist() == [
        ["a", "a-0", 3, 6, "Timber", f"{unknown} 'Timber'"],
        ["a", "a-1 | a-2", 9, 31, "Timber", f"{unknown} 'Timber'"],
        ["a", "a-1", 13, 24, refi.guid(8), f"{unknown} '{refi.guid(8)}'"],
        ["a", "", "", "", "Timber", f"the selection ['20', '1000'] {outside}"],
        ["a", "", "", "", "Timber", f"the selection ['5', '2'] {outside}"],
        ["film", "", "", "", "", "is no plain text; codes of it cannot be read"],
        ["other", "", "", "", "", "its text 'internal://none.txt' is not in the project"],
    ]
    assert documents["text"][0][3:6] == "one"
    content = path.read_bytes()
    hint = 'fault.s.; errors="report" reads the rest and returns what is left out as a table:\n'
    caught = refused(InputError, hint, cl.codes.read_qdpx, path, passages, documents, BOOK)
    for doc, message in left[["doc", "message"]].to_numpy().tolist():
        assert f"{doc}: {message}" in str(caught)
    assert {"file", "fault", "message"} <= set(caught.faults.columns)
    assert path.read_bytes() == content
    with pytest.raises(InputError, match="its text is not the one that was loaded"):
        cl.codes.read_qdpx(hand, passages, documents.assign(text="Another."), BOOK)
    with pytest.raises(ValueError, match="errors='ignore'; expected 'raise' or 'report'"):
        cl.codes.read_qdpx(path, passages, documents, BOOK, errors="ignore")


def test_sources_that_are_not_loaded_are_left_out_and_told(blank, tmp_path):
    _, documents, passages = blank
    more = documents.assign(doc="b", text="Another text.")
    uncoded = cl.export.qdpx(tmp_path / "b.qdpx", pd.concat([documents, more]), codebook=BOOK)
    path = by_hand(uncoded, tmp_path / "two.qdpx", [(0, 11)])
    both = pd.concat([passages, passages.head(1).assign(passage="b-0", doc="b")])
    changed = pd.concat([documents, more.assign(text="It has changed.")])
    read, faults = cl.codes.read_qdpx(path, both, changed, BOOK, errors="report")
    assert sorted(set(read["passage"])) == ["a-0", "a-1", "a-2"]
    assert faults[["doc", "message"]].to_numpy().tolist() == [
        ["b", "its text is not the one that was loaded"]
    ]
    other = documents.assign(doc="c", text="Elsewhere.")
    renamed = passages.assign(doc="c")
    read, faults = cl.codes.read_qdpx(uncoded, renamed, other, BOOK, errors="report")
    assert read.empty and read["coded"].dtype == bool
    assert faults["message"].tolist() == ["none of them is one of the documents"]
    whole, none = cl.codes.read_qdpx(path, passages, documents, BOOK, errors="report")
    assert len(whole) == 3 * len(BOOK) and none.empty
    assert none.dtypes.equals(faults.dtypes)


STEPS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
OF_TYPES, OUTSIDE = "declares a document type or entities", "leaves the project's folder"
# What describes the project, and what it is refused for.
HOSTILE_XML = {
    "entities": (f'<!DOCTYPE p [<!ENTITY e0 "ha">{STEPS}]><Project name="&e8;"/>', OF_TYPES),
    "file": ('<!DOCTYPE p [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', OF_TYPES),
    "deep": ("<a>" * 100_000, "nests deeper than 256"),
    "many": ("<a>" + "<b/>" * 1_001 + "</a>", "over 1,000 parts"),
    "large": ("<a>" + " " * (refi.XML + 1) + "</a>", "unpacks to more than 64 MB"),
    "latin": ('<?xml version="1.0" encoding="nonsense"?><a/>', "is no well-formed XML"),
    "nothing": (f'<Project xmlns="{refi.PROJECT}" name="x"/>', "none of them is one of the docu"),
}
HOSTILE_NAMES = {
    **dict.fromkeys(["../evil.txt", "/etc/evil", "C:\\evil.txt", "a\\..\\..\\evil"], OUTSIDE),
    "PROJECT.QDE": "is there twice",
}


@pytest.mark.parametrize("name", [*HOSTILE_XML, *HOSTILE_NAMES])
def test_hostile_files_are_refused(blank, tmp_path, monkeypatch, name):
    monkeypatch.setattr(inputs, "ELEMENTS", 1_000)
    _, documents, passages = blank
    path, message = tmp_path / "bad.qdpx", HOSTILE_NAMES.get(name)
    xml, message = HOSTILE_XML.get(name, (HOSTILE_XML["nothing"][0], message))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("project.qde", xml)
        if name in HOSTILE_NAMES:
            files.writestr(name, "x")
    before = sorted(tmp_path.rglob("*"))
    refused(InputError, message, cl.codes.read_qdpx, path, passages, documents, BOOK)
    assert sorted(tmp_path.rglob("*")) == before


def test_no_archive_and_a_source_that_points_outside_the_project_are_refused(blank, tmp_path):
    path, documents, passages = blank
    given = passages, documents, BOOK
    for target in ("internal://../../etc/passwd", "absolute:///etc/passwd", "file:///etc/passwd"):
        change = functools.partial(re.sub, 'plainTextPath="[^"]*"', f'plainTextPath="{target}"')
        pointed = rewritten(path, tmp_path / "p.qdpx", change)
        refused(InputError, "is not in the project", cl.codes.read_qdpx, pointed, *given)
    path.write_bytes(b"PK\x03\x04nonsense")
    refused(InputError, "is no archive that can be read", cl.codes.read_qdpx, path, *given)


QDC = '<?xml version="1.0" encoding="utf-8"?>\n<CodeBook xmlns="{}"><Codes>{}</Codes></CodeBook>'


@labelled("codebooks")
def test_codebooks_of_other_programs(tmp_path, case):
    path = tmp_path / "book.QDC"
    path.write_text(QDC.format(refi.CODEBOOK, case["codes"]), encoding="utf-8")
    valid(path.read_bytes(), "Codebook")
    book = cl.codes.read(path)
    # Below a code, a dimension is that of the parent.
    columns = ["code", "parent", "dimension", "label", "definition"]
    assert book[columns].to_numpy().tolist() == case["rows"]
    assert (book["probes"] != "").all()


@pytest.mark.parametrize("book", [BOOK, None], ids=["hard", "seeds"])
def test_a_codebook_is_valid_and_comes_back_as_it_was(hard, tmp_path, book):
    from pyrefiqda import RefiCodebook

    before = cl.codes.read(book)
    path = cl.export.qdc(tmp_path / "book.qdc", book)
    valid(path.read_bytes(), "Codebook")
    after = cl.codes.read(path)
    project = cl.export.qdpx(tmp_path / "book.qdpx", hard[0], codebook=book)
    pd.testing.assert_frame_equal(cl.codes.read(project), after)
    columns = ["parent", "label", "definition", "use_when", "not_when", "probes"]
    assert set(after["code"]) == set(before["code"])
    before, after = before.set_index("code"), after.set_index("code").loc[before["code"]]
    pd.testing.assert_frame_equal(after[columns], before[columns])
    # An independent library reads dimensions as folders, and codes below codes.
    folders = RefiCodebook.load(path).codes.code
    assert [one.name.lower() for one in folders] == [*dict.fromkeys(before["dimension"])]
    assert not any(one.is_codable for one in folders)
    first = folders[0].code[0]
    assert (first.name, len(first.code)) == (before["label"].iloc[0], int(book is BOOK))
    assert " ".join(before["definition"].iloc[0].split()) in first.description


@labelled("exchange", "no codebooks")
def test_what_is_no_codebook_is_a_named_fault(tmp_path, content, message):
    path = tmp_path / "book.qdc"
    path.write_text(content.replace("{}", refi.CODEBOOK), encoding="utf-8")
    error = refused(InputError, message, cl.codes.read, path)
    assert str(error).startswith("the codebook has")
    refused(InputError, "none.qdc", cl.codes.read, tmp_path / "none.qdc")


@pytest.fixture
def taguette(tmp_path):
    """Return a project that Taguette wrote, and the two texts that were given to it."""
    path = fill_database(tmp_path / "project.sqlite3", (REFI / "taguette.sql").read_text("utf-8"))
    first = "Zeven bezoekers uit Košice kwamen. 🚗 De beurs in Köln kost 3 € & meer."
    texts = {"a": f"{first}\n\nГрадът дава пари.", "b": "Er is geen beurs.\nWij betalen."}
    documents, _ = passages_at(texts, [])
    spans = [("a", 0, 34), ("a", 35, 71), ("a", 73, 90), ("b", 0, 17), ("b", 18, 30)]
    rows = [(f"{doc}-{start}", doc, start, end) for doc, start, end in spans]
    return path, documents, pd.DataFrame(rows, columns=["passage", "doc", "start", "end"])


def test_what_was_coded_in_taguette_comes_back(taguette):
    path, documents, passages = taguette
    book = pd.concat([BOOK, pd.DataFrame([BOOK.loc[2].to_dict() | {"code": "interesting"}])])
    book["label"] = book["label"].where(book["code"] != "interesting", "Interesting")
    coding, left = cl.codes.read_taguette(path, passages, documents, book)
    given = coding[coding["coded"]].groupby("passage")["code"].agg(list).to_dict()
    assert given == {
        "a-0": ["fair"],
        "a-35": ["trade-fair", "money", "interesting"],
        "a-73": ["money"],
        "b-18": ["money"],
    }
    assert len(coding) == len(book) * len(passages)
    assert left.empty


def test_what_taguette_has_and_we_have_not_is_named(taguette):
    path, documents, passages = taguette
    read, fault = cl.codes.read_taguette, r"reads the rest(.|\n)*no code 'interesting'"
    refused(InputError, fault, read, path, passages, documents, BOOK)
    changed = documents.replace("Er is geen beurs.\nWij betalen.", "Another.")
    coding, left = read(path, passages, changed, BOOK, errors="report")
    assert left["doc"].tolist() == ["a", "b.html"]
    assert left["code"].tolist() == ["interesting", ""]
    assert documents["text"][0][left["start"][0] : left["end"][0]] == "De beurs in Köln"
    assert set(coding["passage"]) == {"a-0", "a-35", "a-73"}
    refused(ValueError, "errors='ignore'", read, path, passages, documents, BOOK, errors="ignore")
    strange = documents.assign(text="Nothing alike.")
    refused(InputError, "none of the documents", read, path, passages, strange, BOOK)


@labelled("exchange", "no projects of Taguette")
def test_what_is_no_project_of_taguette_is_refused(tmp_path, taguette, schema):
    path, (_, documents, passages) = tmp_path / "hostile.sqlite3", taguette
    if schema is None:
        path.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 8)
    else:
        fill_database(path, schema)
    fault = "no project of Taguette"
    refused(InputError, fault, cl.codes.read_taguette, path, passages, documents, BOOK)


def test_a_codebook_goes_to_taguette_and_comes_back(tmp_path):
    read = cl.codes.read(REFI / "taguette.qdc")
    rows = {"interesting": "", "fair": "event", "trade-fair": "event", "money": "means"}
    assert dict(zip(read["code"], read["dimension"], strict=True)) == rows
    assert read["label"].tolist() == read["code"].tolist()
