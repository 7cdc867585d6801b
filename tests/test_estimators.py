"""The estimators do as scikit-learn's do, and give the same numbers in another process."""

import subprocess
import sys

import joblib
import numpy as np
import pytest
from conftest import refused, scattered
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import estimator_checks_generator

import clusterlib as cl
from clusterlib.codes import CodeScorer, windows
from clusterlib.embed import LanguageCenterer
from clusterlib.steering import AnchorPull

ESTIMATORS = [
    LanguageCenterer(),
    CodeScorer(),
    cl.axes.SubjectAxes(n_components=3),
    AnchorPull(),
    cl.topics.TopicMixture(n_components=2, n_init=2, n_bootstraps=2, random_state=0),
    cl.themes.WardThemes(n_clusters=2, n_bootstraps=2, random_state=0),
]
# All that scikit-learn's `check_estimator` asks, of which none fails. Arrays of other libraries
# are left out: it passes them over itself where scipy is not told to take them.
CHECKS = [
    pytest.param(*pair, id=f"{type(pair[0]).__name__}-{pair[1].func.__name__}-{number}")
    for one in ESTIMATORS
    for number, pair in enumerate(estimator_checks_generator(one))
    if pair[1].func.__name__ != "check_array_api_input"
]


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.fixture
def reference(words):
    """Return vectors of calibration sentences in three languages, and their languages."""
    table = cl.embed.calibration().query("lang in ['de', 'fr', 'nl']")
    return words.encode(table["text"].tolist()), table["lang"].to_numpy(str)


def test_a_centerer_removes_the_mean_of_each_language(reference):
    X, langs = reference
    centerer = LanguageCenterer().fit(X, langs)
    centered = centerer.transform(X, langs)
    assert centered.dtype == X.dtype
    np.testing.assert_allclose(np.linalg.norm(centered, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(centered, LanguageCenterer().fit_transform(X, langs))
    # A language without offset keeps its direction, and no rows are no fault.
    np.testing.assert_allclose(centerer.transform(X[:2], ["uz", "uz"]), X[:2], atol=1e-6)
    assert centerer.transform(X[:0], langs[:0]).shape == (0, X.shape[1])
    refused(ValueError, "inconsistent numbers of samples", centerer.transform, X, langs[1:])


def test_rows_of_no_stated_language_are_of_the_nearest(passages):
    vectors = cl.embed.vectors(passages, calibrate=None).to_numpy()
    centerer = LanguageCenterer.of(cl.embed.offsets(cl.embed.load_encoder()), 384)
    langs = passages["lang"].to_numpy(str)
    alike = np.isclose(centerer.transform(vectors), centerer.transform(vectors, langs)).all(axis=1)
    assert alike.mean() > 0.8


def test_a_fitted_centerer_stands_in_a_pipeline(reference):
    import sklearn

    X, langs = reference
    long = np.arange(len(X)) % 2
    with sklearn.config_context(enable_metadata_routing=True):
        centerer = LanguageCenterer().set_transform_request(langs=True).fit(X, langs)
        model = make_pipeline(FrozenEstimator(centerer), LogisticRegression())
        model.fit(X, long, langs=langs)
        predicted = model.predict(X, langs=langs)
    plain = LogisticRegression().fit(centerer.transform(X, langs), long)
    np.testing.assert_array_equal(predicted, plain.predict(centerer.transform(X, langs)))


def planted():
    """Return rows that describe three codes or nothing, with the code of each."""
    X, place = scattered([20] * 4, 8, 0.1)
    return X, np.array(["fair", "money", "jobs", ""])[place]


def test_a_scorer_finds_planted_codes():
    X, names = planted()
    scorer = CodeScorer(alpha=1.0).fit(X, names)
    described = names != ""
    best = scorer.classes_[scorer.decision_function(X).argmax(axis=1)]
    assert (best == names)[described].all()
    assert scorer.predict(X)[~described].mean(axis=0).max() <= scorer.max_share
    one_hot = names[:, None] == scorer.classes_
    again = CodeScorer(alpha=1.0).fit(X, one_hot)
    np.testing.assert_array_equal(again.decision_function(X), scorer.decision_function(X))


def test_a_passage_is_scored_with_its_two_best_parts():
    X, names = planted()
    scorer = CodeScorer(alpha=1.0).fit(X, names)
    parts, rows = X[[0, 20, 40, 61, 62]], [0, 0, 0, 1, 1]
    scores = scorer.decision_function(X[60:62], parts, rows)
    whole, of_parts = scorer.decision_function(X[60:62]), scorer.decision_function(parts)
    best = np.sort(of_parts[:3], axis=0)[1:].mean(axis=0)
    np.testing.assert_allclose(scores[0], 0.3 * whole[0] + 0.7 * best, atol=1e-4)
    with pytest.raises(ValueError, match=r"1 passage\(s\) have no parts"):
        scorer.decision_function(X[:2], parts[:3], rows[:3])
    # Parts are runs of six words, every three.
    assert windows.spans("one two three four five six seven eight") == [(0, 6), (2, 8)]
    assert windows.spans("one two") == [(0, 2)]


OF_ALL = """
import sys, joblib
models = joblib.load(sys.argv[1])
joblib.dump([getattr(model, method)(*rows) for model, method, *rows in models], sys.argv[2])
"""


def test_a_saved_model_gives_the_same_numbers_in_another_process(passages, vectors, tmp_path):
    """Of the rows that it was fitted on, and of passages that are new to it."""
    X, names = planted()
    centerer, scorer = LanguageCenterer().fit(X, names), CodeScorer(alpha=1.0).fit(X, names)
    first, new = passages["passage"].iloc[:80], passages["passage"].iloc[80:]
    topics, themes = (
        kind.fit(passages.iloc[:80], vectors.loc[first], 3).model for kind in (cl.topics, cl.themes)
    )
    rows = cl.embed.matrix(vectors.loc[new])
    models = [
        (centerer, "transform", X),
        (centerer, "transform", X, names),
        (scorer, "decision_function", X),
        (topics, "predict_proba", rows),
        (themes, "transform", rows),
    ]
    joblib.dump(models, tmp_path / "models.joblib")
    places = [tmp_path / "models.joblib", tmp_path / "numbers.joblib"]
    subprocess.run([sys.executable, "-c", OF_ALL, *places], check=True)
    numbers = joblib.load(places[1])
    for (model, method, *X), there in zip(models, numbers, strict=True):
        np.testing.assert_array_equal(getattr(model, method)(*X), there)


def formed(seed=0, form=1.0):
    """Return rows of four subjects, each row moved to either side of a direction of form."""
    sides = np.random.default_rng(seed).choice([-1.0, 1.0], size=(100, 1))
    return scattered([25] * 4, 32, 0.05, seed)[0] + np.eye(32)[10] * form * sides


def subject_share(coordinates):
    """Return the share of the variance that lies between subjects."""
    groups = coordinates.reshape(4, 25, -1)
    return groups.mean(axis=1).var(axis=0).sum() / coordinates.var(axis=0).sum()


def test_axes_show_subjects_and_set_form_that_is_known_aside():
    rows, headings = formed(form=0.0), np.eye(32)[20:28] + 1.0
    # Subjects that no heading names are kept.
    for axes in (cl.axes.SubjectAxes(3), cl.axes.SubjectAxes(3, headings=headings)):
        assert subject_share(axes.fit_transform(rows)) > 0.95
    rows = formed()
    scatter = 100 * np.outer(np.eye(32)[10], np.eye(32)[10])
    assert subject_share(cl.axes.SubjectAxes(3, form=scatter).fit_transform(rows)) > 0.95
    assert subject_share(cl.axes.SubjectAxes(3).fit_transform(rows)) < 0.8


def test_rows_are_counted_drawn_told_apart_and_scaled():
    assert [cl.axes.n_axes(count) for count in (10, 96, 1000)] == [2, 8, 20]
    assert cl.axes.sample(3, 5, 0).tolist() == [0, 1, 2] and len(cl.axes.sample(9, 5, 0)) == 5
    first, inverse = cl.axes.distinct(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    assert (first.tolist(), inverse.tolist()) == ([0, 1], [0, 1, 0])
    assert cl.axes.unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[0.6, 0.8], [0.0, 0.0]]


def test_headings_raise_the_subjects_that_they_name():
    rows = formed(form=0.6)
    headings = np.eye(32)[:8] + 1.0
    plain, named = (cl.axes.SubjectAxes(3, headings=words) for words in (None, headings))
    shares = [subject_share(one.fit_transform(rows)) for one in (plain, named)]
    assert shares[1] > shares[0] + 0.1
    apart = cl.axes.SubjectAxes(3, headings=headings, heading_weight=0).fit_transform(rows)
    np.testing.assert_allclose(np.abs(apart), np.abs(plain.transform(rows)), atol=1e-5)


def test_coordinates_keep_the_products_of_likenesses_beside_rows():
    rows, headings = formed(seed=1), np.random.default_rng(2).normal(size=(50, 32))
    axes = cl.axes.SubjectAxes(32, headings=headings, heading_weight=0.5).fit(rows)
    moved = rows - rows.mean(axis=0)
    likeness = moved @ cl.axes.unit(headings - headings.mean(axis=0)).T
    likeness *= 0.5 * np.linalg.norm(moved) / np.linalg.norm(likeness)
    beside = np.hstack([moved, likeness])
    coordinates = axes.transform(rows)
    np.testing.assert_allclose(coordinates @ coordinates.T, beside @ beside.T, atol=1e-4)
