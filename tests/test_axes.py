"""Subject axes on planted subjects and planted form."""

import numpy as np
from conftest import scattered

import clusterlib as cl


def planted(seed=0, form=1.0):
    """Return rows of four subjects, each row moved to either side of a direction of form."""
    sides = np.random.default_rng(seed).choice([-1.0, 1.0], size=(100, 1))
    return scattered([25] * 4, 32, 0.05, seed)[0] + np.eye(32)[10] * form * sides


def subject_share(coordinates):
    """Return the share of the variance that lies between subjects."""
    groups = coordinates.reshape(4, 25, -1)
    return groups.mean(axis=1).var(axis=0).sum() / coordinates.var(axis=0).sum()


def test_axes_show_subjects_and_set_form_that_is_known_aside():
    rows, headings = planted(form=0.0), np.eye(32)[20:28] + 1.0
    # Subjects that no heading names are kept.
    for axes in (cl.axes.SubjectAxes(3), cl.axes.SubjectAxes(3, headings=headings)):
        assert subject_share(axes.fit_transform(rows)) > 0.95
    rows = planted()
    scatter = 100 * np.outer(np.eye(32)[10], np.eye(32)[10])
    assert subject_share(cl.axes.SubjectAxes(3, form=scatter).fit_transform(rows)) > 0.95
    assert subject_share(cl.axes.SubjectAxes(3).fit_transform(rows)) < 0.8


def test_rows_are_counted_drawn_told_apart_and_scaled():
    assert [cl.axes.n_axes(count) for count in (10, 96, 1000)] == [2, 8, 20]
    assert cl.axes.sample(3, 5, 0).tolist() == [0, 1, 2] and len(cl.axes.sample(9, 5, 0)) == 5
    first, inverse = cl.axes.distinct(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    assert (first.tolist(), inverse.tolist()) == ([0, 1], [0, 1, 0])
    assert cl.axes.unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[0.6, 0.8], [0.0, 0.0]]


def test_the_form_of_another_encoder_is_measured(words):
    scatter = cl.embed.form(words)
    assert scatter.shape == (32, 32)
    np.testing.assert_allclose(scatter, scatter.T, atol=1e-12)
    assert np.linalg.eigvalsh(scatter).min() > -1e-9


def test_headings_raise_the_subjects_that_they_name():
    rows = planted(form=0.6)
    headings = np.eye(32)[:8] + 1.0
    plain, named = (cl.axes.SubjectAxes(3, headings=words) for words in (None, headings))
    shares = [subject_share(one.fit_transform(rows)) for one in (plain, named)]
    assert shares[1] > shares[0] + 0.1
    apart = cl.axes.SubjectAxes(3, headings=headings, heading_weight=0).fit_transform(rows)
    np.testing.assert_allclose(np.abs(apart), np.abs(plain.transform(rows)), atol=1e-5)


def test_coordinates_keep_the_products_of_likenesses_beside_rows():
    rows, headings = planted(seed=1), np.random.default_rng(2).normal(size=(50, 32))
    axes = cl.axes.SubjectAxes(32, headings=headings, heading_weight=0.5).fit(rows)
    moved = rows - rows.mean(axis=0)
    likeness = moved @ cl.axes.unit(headings - headings.mean(axis=0)).T
    likeness *= 0.5 * np.linalg.norm(moved) / np.linalg.norm(likeness)
    beside = np.hstack([moved, likeness])
    coordinates = axes.transform(rows)
    np.testing.assert_allclose(coordinates @ coordinates.T, beside @ beside.T, atol=1e-4)
