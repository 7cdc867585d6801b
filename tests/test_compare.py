"""Shares, floors, contrasts, gaps, likeness and shares by time, on planted answers."""

import numpy as np
import pandas as pd
import pytest
from conftest import frame, labelled, passages_of, refused, scattered
from scipy.special import betaincinv
from test_codes import BOOK

import clusterlib as cl
from clusterlib.compare.together import choose_unit


def corpus(counts, lang="de"):
    """Return passages of texts, and codes: of each text, the first so many carry the code."""
    rows = [
        (f"{doc}-{place:03d}", doc, place < coded)
        for doc, (coded, size) in counts.items()
        for place in range(size)
    ]
    table = pd.DataFrame(rows, columns=["passage", "doc", "coded"])
    codes = table[["passage", "coded"]].assign(code="fair", score=0.0, threshold=0.0)
    langs = table["doc"].map(lang) if isinstance(lang, dict) else lang
    return table.drop(columns="coded").assign(lang=langs), codes


@pytest.mark.parametrize(
    ("by", "chosen", "remark"),
    [
        (None, "doc", ""),
        ("initiative", "initiative", ""),
        ("region", "doc", "not every text has a region"),
        ("title", "doc", ""),
    ],
)
def test_texts_are_compared_by_what_is_asked_if_it_groups_them(by, chosen, remark):
    passages = corpus({"a": (1, 2), "b": (1, 2), "c": (1, 2)})[0]
    passages["initiative"] = passages["doc"].map({"a": "one", "b": "one", "c": "two"})
    passages["region"] = passages["doc"].map({"a": "north", "b": "south", "c": ""})
    unit, remarks = choose_unit(passages, by)
    assert unit == chosen and remark in "".join(remarks)


def test_an_interval_of_yes_and_no_is_that_of_jeffreys():
    passages, codes = corpus({"a": (4, 20), "b": (0, 13)})
    shares = cl.compare.shares(codes, passages)
    for row, (coded, size) in zip(shares.itertuples(), [(4, 20), (0, 13)], strict=True):
        low, high = betaincinv(coded + 0.5, size - coded + 0.5, [0.025, 0.975])
        assert row.share == round(coded / size, 4)
        assert row.high == pytest.approx(high, abs=1e-4)
        assert row.low == pytest.approx(low if coded else 0, abs=1e-4)
    # What is never mentioned has an interval that is not empty.
    assert row.share == 0 and row.high > 0.1


@labelled("compare", "intervals")
def test_an_interval_of_a_difference_is_that_of_jeffreys_priors_whatever_the_seed(counts):
    passages, codes = corpus({"a": counts[:2], "b": counts[2:]})
    floors = cl.compare.floors(codes, passages)
    row = cl.compare.contrasts(codes, passages, floors).iloc[0]
    draw = np.random.default_rng(0)
    drawn = [
        draw.beta(coded + 0.5, size - coded + 0.5, 200_000)
        for coded, size in (counts[:2], counts[2:])
    ]
    low, high = np.quantile(drawn[0] - drawn[1], [0.025, 0.975])
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=0.01)
    other = cl.compare.contrasts(codes, passages, floors, random_state=1).iloc[0]
    assert row.equals(other)


def test_shares_depend_neither_on_order_nor_on_other_texts_and_topics_are_taken_as_themes():
    passages, codes = corpus({"a": (4, 20), "b": (9, 13), "c": (1, 5)})
    whole = cl.compare.shares(codes, passages)
    shuffled = cl.compare.shares(
        codes.sample(frac=1, random_state=1), passages.sample(frac=1, random_state=2)
    )
    pd.testing.assert_frame_equal(whole, shuffled)
    inside = passages["doc"] != "b"
    fewer = cl.compare.shares(codes[inside.to_numpy()], passages[inside])
    pd.testing.assert_frame_equal(whole[whole["unit"] != "b"].reset_index(drop=True), fewer)
    passages, codes = corpus({"a": (5, 10), "b": (2, 10)})
    members = passages[["passage"]].assign(theme=np.where(codes["coded"], "x", "y"))
    weights = pd.get_dummies(members.set_index("passage")["theme"]).astype(float)
    weights = weights.reset_index().melt("passage", var_name="topic", value_name="weight")
    by_theme, by_topic = (cl.compare.shares(one, passages) for one in (members, weights))
    assert set(by_theme["kind"]) == {"theme"}
    pd.testing.assert_frame_equal(by_theme, by_topic.assign(kind="theme"), check_dtype=False)


@labelled("compare", "verdicts")
def test_a_difference_is_told_beyond_chance_and_floor_where_codes_are_relied_on(
    a, b, floor, relied_on, verdict
):
    passages, codes = corpus({"a": a, "b": b})
    floors = cl.compare.floors(codes, passages)
    assert (floors["floor"] == 0).all()  # one language
    marked = codes if relied_on is None else codes.assign(relied_on=relied_on)
    contrast = cl.compare.contrasts(
        marked, passages, floors.assign(floor=np.nan if floor is None else floor)
    ).iloc[0]
    assert (contrast["verdict"], contrast.get("relied_on", False)) == (verdict, bool(relied_on))
    assert contrast["low"] <= contrast["difference"] <= contrast["high"]


def test_any_column_can_be_compared_and_is_brought_as_the_error_says(documents, words):
    passages, codes = corpus({"a": (3, 6), "b": (1, 6), "c": (5, 6)})
    passages["country"] = passages["doc"].map({"a": "AT", "b": "AT", "c": "CH"})
    shares = cl.compare.shares(codes, passages, by="country")
    rows = [["AT", 12, 0.3333], ["CH", 6, 0.8333]]
    assert shares[["unit", "passages", "share"]].to_numpy().tolist() == rows
    assert cl.compare.gaps(codes, passages, by="country").empty
    passages = cl.clean.passages(documents)
    vectors = cl.embed.vectors(passages, words)
    codes = passages[["passage"]].assign(code="money", coded=True, score=0.0, threshold=0.0)
    asks = (
        lambda grouped: cl.compare.shares(codes, grouped, by="initiative"),
        lambda grouped: cl.compare.gaps(codes, grouped, encoder=words, by="initiative"),
        lambda grouped: cl.compare.similarity(grouped, vectors, words, by="initiative"),
        lambda grouped: cl.compare.keyness(grouped, by="initiative"),
    )
    for ask in asks:
        error = refused(ValueError, "there is no column 'initiative'", ask, passages)
        line = str(error).rpartition(": ")[2]
        grouped = eval(line, {"passages": passages, "documents": documents})
        ask(grouped)
        lacking = grouped.assign(initiative=grouped["initiative"].where(grouped["doc"] != "nl"))
        refused(ValueError, r"20 passage.* have no 'initiative', such as 'nl-001'", ask, lacking)


def test_tables_that_do_not_fit_or_lack_a_column_are_refused():
    passages, codes = corpus({"a": (3, 6), "b": (1, 6)})
    floors = cl.compare.floors(codes, passages)
    members, elsewhere = codes.assign(theme="x"), codes.assign(passage="x-" + codes["passage"])
    both = pd.concat([codes, codes.assign(code="money")])
    many, of_many = corpus({f"doc-{number:02d}": (1, 2) for number in range(51)})
    shares, contrasts, gaps = cl.compare.shares, cl.compare.contrasts, cl.compare.gaps
    for call, given, reading, fault in (
        (shares, [codes.iloc[1:], passages], None, "differ in 1 passage"),
        (shares, [passages, passages], None, "expected a column topic, theme or code"),
        (shares, [codes.replace("fair", None), passages], None, "12 rows name no passage or no c"),
        (shares, [codes.drop(columns="coded"), passages], None, "of codes has no column 'coded'"),
        (shares, [codes, passages, "region"], None, "there is no column 'region'"),
        (gaps, [codes.drop(columns="score"), passages], None, "score: the column is missing"),
        (contrasts, [codes, passages, floors.iloc[:, :3]], None, "floor: the column is missing"),
        (contrasts, [codes, passages, floors[:0]], None, "no floor for 'fair' between 'a' and 'b'"),
        (contrasts, [of_many, many, floors[:0]], None, r'51 units.*by="country"'),
        (shares, [members[["passage", "theme"]], passages], codes, "these are themes"),
        (shares, [both, passages], codes, "for every code; not judged: 'a-000' for 'money'"),
        (shares, [both, passages], elsewhere, r"some of these .* not \[\['x-a-000', 'fair'\]\]"),
    ):
        options = {} if reading is None else {"reading": reading}
        refused(ValueError, fault, call, *given, **options)


def test_floors_grow_with_what_translations_are_coded_apart(passages, monkeypatch):
    """Plant it: of sentences that carry a code, one in three loses it in another language."""
    from clusterlib.compare import noise

    written = pd.read_csv(cl.load.seeds() / "code_sentences.csv")
    book = cl.codes.read()

    def coded(key, langs, csv, lost="nb"):
        rows = written[written["lang"].isin(langs)].rename(columns={"code": "written"})
        given = rows.merge(book[["code"]], how="cross").drop(columns="text")
        own = given["code"] == given["written"]
        return given.assign(coded=own & ~((given["lang"] == lost) & (given["row"] == 1)))

    monkeypatch.setattr(noise, "_code_written", coded)
    langs = ["bg", "nb", "nl"]
    some = passages[passages["lang"].isin(langs)]
    codes = some[["passage"]].merge(book[["code"]], how="cross")
    codes["coded"] = codes["code"] == "storage"
    floors = cl.compare.floors(codes, some).set_index(["category", "unit_a", "unit_b"])["floor"]
    floors = floors.sort_index()
    # All carry storage and lose a third of it, give or take, or nothing; no other is given.
    assert floors["storage", "bg", "nb"] == pytest.approx(1 / 3 + 1.645 * (2 / 9 / 13) ** 0.5, 1e-2)
    assert floors["storage", "bg", "nl"] == 0
    assert (floors.drop("storage") == 0).all()


OWN = BOOK.assign(label=["Fairs", "Coins"], dimension=["event", "thing"])


def test_codes_are_refused_without_the_codebook_that_they_were_given_by(passages, vectors):
    codes = cl.codes.apply(passages, vectors, OWN)
    money, shows = codes[codes["code"] == "money"], OWN.assign(label=["Shows", "Coins"])
    lacks = "codebook of the seeds.*no code 'fair'; its label of 'money' is 'Money and investment'"
    for compare in (cl.compare.gaps, cl.compare.floors):
        refused(ValueError, lacks, compare, codes, passages)
        fault = "label.*, not 'Coins'; its dimension.*, not 'thing'"
        refused(ValueError, fault, compare, money, passages)
        fault = "^the codebook is not that of the codes: its label"
        refused(ValueError, fault, compare, codes, passages, codebook=shows)
    gaps = cl.compare.gaps(codes, passages, OWN)
    assert gaps["noise"].notna().all()
    bare = cl.compare.gaps(codes.drop(columns=["label", "dimension"]), passages, OWN)
    pd.testing.assert_frame_equal(gaps.drop(columns="label"), bare)
    assert len(cl.compare.floors(codes, passages, codebook=OWN)) == 20


def test_one_text_has_no_contrast_and_a_language_without_calibration_no_floor():
    passages, codes = corpus({"a": (3, 6)})
    floors = cl.compare.floors(codes, passages)
    assert floors.columns.tolist() == ["category", "unit_a", "unit_b", "floor"]
    assert cl.compare.contrasts(codes, passages, floors).empty
    passages, codes = corpus({"a": (3, 6), "b": (1, 6)}, {"a": "de", "b": "tlh"})
    refused(ValueError, "no code 'fair'", cl.compare.floors, codes, passages)
    codes["code"] = "money"
    assert cl.compare.floors(codes, passages)["floor"].isna().all()


def of_subjects(*sizes):
    """Return passages of texts of twelve, and vectors of subjects of so many passages."""
    passages, _ = corpus(dict.fromkeys("abcdefgh"[: sum(sizes) // 12], (0, 12)))
    return passages, frame(scattered(sizes, 32, 0.05)[0], passages)


def test_texts_about_one_thing_are_alike_and_others_are_not(words):
    passages, vectors = of_subjects(24, 12)
    alike = cl.compare.similarity(passages, vectors, words)
    assert alike.matrix.loc["a", "b"] == pytest.approx(1, abs=0.05)
    assert alike.matrix.loc["a", "c"] == pytest.approx(0, abs=0.05)
    assert alike.nearest.set_index("unit")["verdict"].to_dict()["a"] == "b"
    assert alike.tree.iloc[0][["left", "right"]].tolist() == ["a", "b"]
    shuffled = cl.compare.similarity(passages[::-1], vectors.sample(frac=1), words)
    pd.testing.assert_frame_equal(alike.pairs, shuffled.pairs)
    pd.testing.assert_frame_equal(alike.tree, shuffled.tree)


def test_texts_that_are_all_unlike_have_no_nearest_and_few_passages_no_likeness(words):
    passages, vectors = of_subjects(*[12] * 8)
    alike = cl.compare.similarity(passages, vectors, words)
    assert set(alike.nearest["verdict"]) == {"too little evidence"}
    two = passages[passages["doc"] < "c"]
    refused(ValueError, r"2 text.*expected three", cl.compare.similarity, two, vectors, words)
    few = (passages["doc"] == "d") & (passages.groupby("doc").cumcount() > 3)
    kept = passages[~few & (passages["doc"] < "e")]
    alike = cl.compare.similarity(kept, vectors.loc[kept["passage"]], words)
    assert alike.matrix.index.tolist() == ["a", "b", "c"]


def test_gaps_name_the_nearest_passage_and_how_far_it_is(passages, vectors):
    codes = cl.codes.apply(passages, vectors)
    gaps = cl.compare.gaps(codes.assign(relied_on=True), passages)
    coded = codes.groupby(["doc", "code"])["coded"].sum()
    missing = {pair for pair, count in coded.items() if not count}
    assert set(zip(gaps["unit"], gaps["code"], strict=True)) == missing
    for row in gaps.itertuples():
        scores = codes[(codes["doc"] == row.unit) & (codes["code"] == row.code)]
        assert row.score == scores["score"].max()
        assert row.passage in set(scores.loc[scores["score"] == row.score, "passage"])
        assert (row.verdict == "absent") == (row.short > row.noise)
    assert set(gaps["verdict"]) == {"absent", "too little evidence"}
    for doubtful in (codes, codes.assign(relied_on=False)):
        verdicts = set(cl.compare.gaps(doubtful, passages)["verdict"])
        assert verdicts == {"too little evidence"}


def test_gaps_of_one_language_are_measured_by_its_english_and_of_english_by_german(passages, words):
    dutch = passages[passages["doc"] == "nl"]
    codes = cl.codes.apply(dutch, cl.embed.vectors(dutch)).assign(relied_on=True)
    gaps = cl.compare.gaps(codes, dutch)
    assert gaps["noise"].gt(0).all()
    assert set(gaps["verdict"]) == {"absent", "too little evidence"}
    english = passages_of(["A fair opens.", "A firm grows."])
    codes = cl.codes.apply(english, cl.embed.vectors(english, words), None, words)
    assert cl.compare.gaps(codes, english, encoder=words)["noise"].gt(0).all()


def test_a_difference_is_corrected_for_the_number_of_others():
    passages, codes = corpus({"a": (6, 20), "b": (0, 20)})
    # What has a score is a machine's, and nobody has borne it out.
    assert (cl.compare.contrasts(codes, passages)["verdict"] == "too little evidence").all()
    codes = codes.drop(columns="score")
    alone = cl.compare.contrasts(codes, passages)
    assert alone["p_value"].equals(alone["p_adjusted"]) and alone["verdict"].item() == "more"
    others = [codes.assign(code=f"none-{n}", coded=False) for n in range(20)]
    many = cl.compare.contrasts(pd.concat([codes, *others]), passages).set_index("category")
    assert many.loc["fair", "p_value"] == alone["p_value"].item() < 0.05
    assert many.loc["fair", "p_adjusted"] > 0.05
    assert (many["verdict"] == "too little evidence").all()
    # What a person has read needs no floor between languages.
    passages, codes = corpus({"a": (15, 20), "b": (0, 20)}, {"a": "de", "b": "fr"})
    read = codes.drop(columns="score")
    told = cl.compare.contrasts(read, passages)[["floor", "verdict"]].values.tolist()
    assert told == [[0.0, "more"]]


def erring(sizes, shares, errors, seed=0):
    """Return passages, codes of a machine that misses and adds so often, and the truth."""
    draw = np.random.default_rng(seed)
    passages, codes = corpus({doc: (0, size) for doc, size in sizes.items()})
    docs = passages["doc"]
    truth = codes.assign(coded=draw.random(len(codes)) < docs.map(shares).to_numpy())
    wrong = draw.random(len(codes)) < docs.map(errors).to_numpy()
    return passages, codes.assign(coded=truth["coded"] ^ wrong), truth[["passage", "code", "coded"]]


def test_a_complete_reading_is_the_data(passages, vectors, coding):
    codes = cl.codes.apply(passages, vectors)
    read = cl.compare.shares(codes, passages, reading=coding).drop(columns="passages_read")
    pd.testing.assert_frame_equal(read, cl.compare.shares(coding, passages))
    pd.testing.assert_frame_equal(
        cl.compare.contrasts(codes, passages, reading=coding),
        cl.compare.contrasts(coding, passages),
    )


def test_corrected_intervals_hold_the_share_however_the_machine_errs():
    sizes = {"a": 300, "b": 300, "c": 300}
    passages, codes, truth = erring(
        sizes, {"a": 0.3, "b": 0.1, "c": 0.3}, {"a": 0, "b": 0.3, "c": 0.1}
    )
    true = cl.compare.shares(truth, passages)["share"]
    alone = cl.compare.shares(codes, passages)
    assert not true.between(alone["low"], alone["high"]).all()
    inside, narrower = [], []
    for seed in range(60):
        drawn = cl.codes.sheet(passages.assign(text="A text."), n=150, random_state=seed)
        reading = truth[truth["passage"].isin(drawn["passage"])]
        table = cl.compare.shares(codes, passages, reading=reading)
        inside.append(true.between(table["low"] - 1e-4, table["high"] + 1e-4).mean())
        sample = cl.compare.shares(codes.assign(probability=0.0), passages, reading=reading)
        narrower.append(((table["high"] - table["low"]) / (sample["high"] - sample["low"])).mean())
    assert 0.9 <= np.mean(inside) <= 1
    assert np.mean(narrower) < 0.9


def test_unequal_probabilities_are_weighed():
    passages, codes, truth = erring({"a": 400}, {"a": 0.2}, {"a": 0.5})
    probability = np.where(truth["coded"], 0.5, 0.1)
    shares = []
    for seed in range(100):
        drawn = np.random.default_rng(seed).random(len(truth)) < probability
        reading = truth.assign(inclusion_probability=probability)[drawn]
        shares.append(cl.compare.shares(codes, passages, reading=reading)["share"].item())
    assert np.mean(shares) == pytest.approx(truth["coded"].mean(), abs=0.015)


def test_a_machine_that_knows_nothing_leaves_the_interval_of_jeffreys():
    passages, codes, _ = erring({"a": 20_000}, {"a": 0}, {"a": 0})
    reading = codes.head(60)[["passage", "code"]].assign(coded=[True] * 9 + [False] * 51)
    (row,) = cl.compare.shares(codes, passages, reading=reading).itertuples()
    ends = betaincinv(9.5, 51.5, [0.025, 0.975])
    assert row.share == 0.15 and (row.low, row.high) == pytest.approx(ends, abs=0.006)


def test_what_the_reading_never_saw_may_be_nowhere_and_is_not_ruled_out():
    passages, codes, truth = erring({"a": 100, "b": 100}, {"a": 0, "b": 0.4}, {"a": 0, "b": 0})
    reading = truth[truth["passage"].str[2:] < "030"]
    a, b = cl.compare.shares(codes, passages, reading=reading).itertuples()
    assert a.low == 0 and 0.01 < a.high < 0.1
    # A machine that has not erred yet may err.
    assert b.high - b.low > 0.02 and b.passages_read == 30


def test_a_corrected_difference_is_told_without_floor_or_mark_and_an_unread_one_is_not():
    sizes, shares = dict.fromkeys("abc", 200), {"a": 0.5, "b": 0.1, "c": 0.5}
    passages, codes, truth = erring(sizes, shares, dict.fromkeys(sizes, 0.1))
    codes = codes.assign(relied_on=False)
    reading = truth[(truth["passage"].str[2:] < "060") & ~truth["passage"].str.startswith("c")]
    table = cl.compare.contrasts(codes, passages, reading=reading).set_index(["unit_a", "unit_b"])
    assert table["verdict"].tolist() == ["more", "too little evidence", "too little evidence"]
    assert (table["low"] <= table["difference"]).all()
    unread = cl.compare.shares(codes, passages, reading=reading).set_index("unit").loc["c"]
    assert unread["low"] == 0 and unread["high"] > 0.95


def dated(dates, passages=4):
    docs = [f"d{number:02d}" for number in range(len(dates))]
    documents = pd.DataFrame({"doc": docs, "published": dates})
    table = pd.DataFrame({"doc": np.repeat(docs, passages), "lang": "de"})
    return documents, table.assign(passage=[f"p{place:03d}" for place in range(len(table))])


def members(passages, inside):
    return passages[["passage"]].assign(theme=np.where(inside, "x", "y"))


def of_theme(theme, table):
    return table[table["category"] == theme].set_index("period")


@labelled("compare", "periods")
def test_periods_between_others_are_there_and_texts_without_a_date_are_last(
    every, periods, undated
):
    documents, passages = dated(["2024-02-29", "2022-11", "2022-11-05", None, "2024"])
    table = of_theme("x", cl.compare.by_time(members(passages, True), passages, documents, every))
    assert table.index.tolist() == [*periods, "no date"]
    assert table.loc["no date", "documents"] == undated
    assert table["documents"].sum() == 5
    assert table["passages"].sum() == 20
    empty = table[table["documents"] == 0]
    assert len(empty) == len(periods) - 2
    assert empty[["share", "low", "high"]].isna().all(axis=None)


def test_the_interval_is_that_of_texts_and_not_of_passages():
    documents, passages = dated(["2023"] * 10, passages=20)
    of_texts, of_passages = (
        of_theme("x", cl.compare.by_time(members(passages, inside), passages, documents))
        for inside in (passages["doc"] < "d05", np.arange(len(passages)) % 2 == 0)
    )
    assert of_texts["share"].tolist() == of_passages["share"].tolist() == [0.5]
    wide, narrow = ((table["high"] - table["low"]).item() for table in (of_texts, of_passages))
    assert 0.45 < wide < 0.65
    assert narrow < wide / 2


def test_intervals_hold_what_texts_are_drawn_from():
    draw = np.random.default_rng(0)
    documents, passages = dated(["2023"] * 12, passages=5)
    hits = 0
    for _ in range(60):
        chance = np.repeat(draw.beta(1, 2, size=12), 5)
        table = cl.compare.by_time(members(passages, draw.random(60) < chance), passages, documents)
        row = of_theme("x", table).loc["2023"] if "x" in table["category"].tolist() else None
        hits += row is not None and row["low"] <= 1 / 3 <= row["high"]
    assert hits >= 54


def test_weights_of_topics_and_the_order_of_passages():
    documents, passages = dated(["2023-01-01", "2024-01-01"])
    shares = pd.DataFrame({"topic": ["a", "b"], "weight": [0.25, 0.75]})
    weights = passages[["passage"]].merge(shares, how="cross")
    table = cl.compare.by_time(weights, passages, documents)
    assert of_theme("b", table)["share"].tolist() == [0.75, 0.75]
    again = cl.compare.by_time(weights, passages[::-1], documents[::-1])
    pd.testing.assert_frame_equal(table, again)


def test_faults_have_names():
    documents, passages = dated(["2023", "2024"])
    for given, every, fault in (
        (documents, "week", "every='week'; expected one of year, quarter, month"),
        (documents.head(1), "year", "no document 'd01'"),
        (documents.assign(published="May 2023"), "year", "published"),
        (documents[["doc"]], "year", "published"),
    ):
        with pytest.raises(ValueError, match=fault):
            cl.compare.by_time(members(passages, True), passages, given, every)
