"""Themes: their tables, labels and cards."""

import dataclasses

import numpy as np
import pytest
from conftest import refused

import clusterlib as cl

SIZES = (60, 30, 15)


@pytest.fixture(scope="module")
def themes(planted):
    return cl.themes.fit(*planted)


def test_the_tables_keep_their_contracts(planted):
    themes = cl.themes.fit(*planted, n_themes=4)
    cl.schema.check(themes.members, "themes members")
    cl.schema.check(themes.summary, "themes summary")
    assert len(themes.tree) == 3
    assert themes.tree["height"].is_monotonic_increasing
    assert themes.tree["size"].iloc[-1] == len(themes.members)
    assert themes.curve["chosen"].tolist() == [True]
    counted = cl.themes.by_initiative(themes, planted[0])
    assert counted[["de", "fr"]].to_numpy().sum() == sum(SIZES)


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
    refused(ValueError, "most=0; expected 1 or more", themes.cards, most=0)


def test_cards_escape_what_comes_from_texts(planted):
    passages, vectors = planted
    text = '<script>alert("x")</script> & {{ 7 * 7 }}'
    hostile = passages.assign(text=text, english=text, doc=text, start=0, end=9)
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
