"""Themes: planted ones are found, whatever the order, the sizes and the repetitions."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from conftest import frame, passages_of, scattered
from sklearn.metrics import adjusted_rand_score

import clusterlib as cl

SIZES = (60, 30, 15)


@pytest.fixture(scope="module")
def planted():
    """Return passages and vectors of three subjects of unlike size, in two languages."""
    rows, subjects = scattered(SIZES, 40, 0.06)
    draw = np.random.default_rng(1)
    names = [f"p-{number:03d}" for number in draw.permutation(len(subjects))]
    texts = [f"Sentence {number} of subject {subject}." for number, subject in enumerate(subjects)]
    passages = pd.DataFrame({"passage": names, "text": texts, "subject": subjects})
    passages["doc"] = passages["lang"] = draw.choice(["de", "fr"], len(passages))
    return passages, frame(rows, passages)


@pytest.fixture(scope="module")
def themes(planted):
    return cl.themes.fit(*planted)


def likeness(themes, passages):
    both = themes.members.merge(passages, on="passage")
    return adjusted_rand_score(both["subject"], both["theme"])


def test_planted_themes_are_found_and_counted(planted, themes):
    assert themes.stable
    assert themes.summary["size"].tolist() == list(SIZES)
    assert themes.summary["theme"].tolist() == ["theme-1", "theme-2", "theme-3"]
    assert themes.summary["stability"].min() > 0.9
    assert (themes.summary["language_bias"] <= themes.summary["bias_by_chance"] + 0.05).all()
    assert likeness(themes, planted[0]) == 1
    counted = cl.themes.by_initiative(themes, planted[0])
    assert counted[["de", "fr"]].to_numpy().sum() == sum(SIZES)


def test_the_tables_keep_their_contracts(planted):
    themes = cl.themes.fit(*planted, n_themes=4)
    cl.schema.check(themes.members, "themes members")
    cl.schema.check(themes.summary, "themes summary")
    assert len(themes.tree) == 3
    assert themes.tree["height"].is_monotonic_increasing
    assert themes.tree["size"].iloc[-1] == len(themes.members)
    assert themes.curve["chosen"].tolist() == [True]


def test_order_of_passages_and_vectors_changes_nothing(planted, themes):
    passages, vectors = planted
    again = cl.themes.fit(passages.sample(frac=1, random_state=1), vectors[::-1])
    for name in ("members", "summary", "tree", "curve"):
        pd.testing.assert_frame_equal(getattr(themes, name), getattr(again, name))
    assert again.cards()._repr_html_() == themes.cards()._repr_html_()


def test_repeated_passages_count_once_in_the_fit(planted, themes):
    passages, vectors = planted
    copies = passages[passages["subject"] == 2].assign(passage=lambda table: "z" + table["passage"])
    more = vectors.loc[copies["passage"].str[1:]].set_axis(copies["passage"])
    doubled = cl.themes.fit(pd.concat([passages, copies]), pd.concat([vectors, more]))
    assert doubled.curve.equals(themes.curve)
    assert sorted(doubled.summary["size"]) == [30, 30, 60]
    assert likeness(doubled, pd.concat([passages, copies])) == 1


def test_rows_without_structure_are_not_called_stable():
    rows, _ = scattered((150,), 40, 9)
    passages = passages_of([f"word{place}" for place in range(150)], "de")
    themes = cl.themes.fit(passages, frame(rows, passages))
    assert not themes.stable
    assert len(themes.summary) == 2


def test_few_passages_and_a_number_that_cannot_be_are_refused(planted):
    for count in (1, 7):
        with pytest.raises(ValueError, match=f"8 passages with different texts; found {count}"):
            cl.themes.fit(planted[0].head(count), planted[1])
    with pytest.raises(ValueError, match="expected 2 to 52 for 105 passages"):
        cl.themes.fit(*planted, n_themes=60)
    with pytest.raises(ValueError, match="no vector: p-000"):
        cl.themes.fit(planted[0], planted[1].drop("p-000"))


def test_a_large_corpus_is_grouped_by_a_part_of_it(planted, monkeypatch):
    monkeypatch.setattr(cl.stability, "TRIAL", 50)
    assert likeness(cl.themes.fit(*planted), planted[0]) > 0.95


WORDS = np.array(["Bicycles on roads", "Batteries in storage", "Glaciers in summer"])


def test_words_alone_are_the_label_where_no_heading_is_known(planted, themes):
    passages, vectors = planted
    english = passages.assign(english=WORDS[passages["subject"]])
    summary = cl.themes.fit(english, vectors).summary
    assert summary["heading"].eq("").all()
    assert summary["heading_score"].isna().all()
    labels = ["roads, bicycles", "batteries, storage", "summer, glaciers"]
    assert summary["label"].tolist() == labels
    assert themes.summary["label"].tolist() == ["no sure words"] * 3
    read = passages.assign(text=WORDS[passages["subject"]], lang="en")
    terms = cl.themes.fit(read, vectors).terms
    assert set(terms.loc[terms["theme"] == "theme-2", "term"]) == {"batteries", "storage"}


HOSTILE = '<script>alert("x")</script> & {{ 7 * 7 }}'


def test_cards_show_each_theme_with_its_trust_and_central_passages(themes):
    cards = themes.cards(most=1)
    assert themes._repr_html_() == themes.cards()._repr_html_()
    assert cards._repr_html_().count('<section class="cl-card">') == 3
    assert cards._repr_html_().count("<blockquote>") == len(cards.passages) == 6
    assert set(themes.summary["central"]) <= set(cards.passages["passage"])
    assert cards.facts["text"].str.findall(r" (\d+) of ").map(
        lambda n: sum(map(int, n))
    ).sum() == sum(SIZES)
    first = themes.summary.iloc[0]
    trust = (
        f"60 passages; stability {first['stability']:.2f} (stable), "
        f"coherence {first['coherence']:.2f}, language bias {first['language_bias']:.2f} "
        f"(by chance up to {first['bias_by_chance']:.2f})"
    )
    assert str(cards).splitlines()[:2] == [f"theme-1: {first['label']}", trust]
    assert trust in cards._repr_html_()


def test_cards_quote_as_many_passages_a_language_as_they_are_asked(themes):
    many = themes.cards(most=3).passages.groupby(["theme", "lang"])
    assert many.size().eq(3).all()
    rest = many["margin"].apply(lambda margin: margin.iloc[1:].is_monotonic_decreasing)
    assert rest.all()
    with pytest.raises(ValueError, match="most=0; expected 1 or more"):
        themes.cards(most=0)


def test_cards_escape_what_comes_from_texts(planted):
    passages, vectors = planted
    hostile = passages.assign(text=HOSTILE, english=HOSTILE, doc=HOSTILE, start=0, end=9)
    hostile["text"] += hostile["passage"]
    shown = cl.themes.fit(hostile, vectors, n_themes=2)._repr_html_()
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") >= 3 * shown.count("<blockquote>")
    assert "&quot;x&quot;" in shown


def test_cards_show_english_and_places_where_they_are_known(planted):
    passages, vectors = planted
    bare = str(cl.themes.fit(passages[["passage", "lang", "text"]], vectors).cards(most=1))
    assert " = " not in bare
    assert "–" not in bare
    full = passages.assign(english="A bicycle.", start=3, end=9)
    full.loc[full["lang"] == "fr", "english"] = None
    quotes = str(cl.themes.fit(full, vectors).cards(most=1)).split("\n\n")[0].splitlines()[3:]
    assert [line for line in quotes if " = " in line] == ["    = A bicycle."]
    assert ", de 3–9, margin" in quotes[0]


def test_equals_stand_by_name_on_cards(themes):
    members = themes.members.assign(margin=0.5)
    even = dataclasses.replace(themes, members=members).cards(most=60)
    rest = even.passages[~even.passages["central"]].groupby(["theme", "lang"])["passage"]
    assert rest.apply(lambda names: names.is_monotonic_increasing).all()
