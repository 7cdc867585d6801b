"""Estimators keep scikit-learn's promises, and work elsewhere than where they were fitted."""

import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import clusterlib as cl

ESTIMATORS = [
    cl.axes.SubjectAxes(n_components=3),
    cl.topics.TopicMixture(n_components=2, n_init=2, n_bootstraps=2, random_state=0),
    cl.themes.WardThemes(n_clusters=2, n_bootstraps=2, random_state=0),
]
# Checks that an estimator fails on purpose, with the reason.
EXPECTED: dict[str, dict[str, str]] = {}


@parametrize_with_checks(
    ESTIMATORS, expected_failed_checks=lambda estimator: EXPECTED.get(type(estimator).__name__, {})
)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_checks(estimator, check):
    check(estimator)


ELSEWHERE = """
import sys, joblib, numpy
model, rows, method = joblib.load(sys.argv[1])
numpy.save(sys.argv[2], getattr(model, method)(rows))
"""


@pytest.fixture(scope="module")
def vectors(passages):
    return cl.embed.vectors(passages)


@pytest.mark.parametrize("kind", ["topics", "themes"])
def test_a_saved_model_assigns_new_passages_in_another_process(kind, passages, vectors, tmp_path):
    first, new = passages.iloc[:80], passages.iloc[80:]
    fitted = getattr(cl, kind).fit(first, vectors.loc[first["passage"]], 3)
    rows = cl.embed.matrix(vectors.loc[new["passage"]])
    method = "predict_proba" if kind == "topics" else "transform"
    model, answer = tmp_path / "model.joblib", tmp_path / "answer.npy"
    joblib.dump((fitted.model, rows, method), model)
    subprocess.run([sys.executable, "-c", ELSEWHERE, model, answer], check=True)
    assert np.array_equal(np.load(answer), getattr(fitted.model, method)(rows))


def test_passages_that_were_fitted_keep_what_they_have(passages, vectors):
    topics = cl.topics.fit(passages, vectors, 3)
    weights, firsts = topics.assign(passages.iloc[::-1], vectors)
    pd.testing.assert_frame_equal(weights, topics.weights)
    pd.testing.assert_frame_equal(firsts, topics.passages)
    themes = cl.themes.fit(passages, vectors, 3)
    pd.testing.assert_frame_equal(themes.assign(passages.iloc[::-1], vectors), themes.members)
