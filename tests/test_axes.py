"""Subject axes on planted subjects and planted form."""

import numpy as np

import clusterlib as cl


def planted(seed=0, form=1.0):
    """Return rows of four subjects, each row moved to either side of a direction of form."""
    draw = np.random.default_rng(seed)
    subjects = np.repeat(np.eye(32)[:4], 25, axis=0)
    along = np.eye(32)[10] * form * draw.choice([-1.0, 1.0], size=(100, 1))
    return subjects + along + draw.normal(scale=0.05, size=(100, 32))


def subject_share(coordinates):
    """Return the share of the variance that lies between subjects."""
    groups = coordinates.reshape(4, 25, -1)
    return groups.mean(axis=1).var(axis=0).sum() / coordinates.var(axis=0).sum()


def test_axes_show_subjects():
    rows = planted(form=0.0)
    assert subject_share(cl.axes.SubjectAxes(3).fit_transform(rows)) > 0.95


def test_form_that_is_known_is_set_aside():
    rows = planted()
    scatter = 100 * np.outer(np.eye(32)[10], np.eye(32)[10])
    assert subject_share(cl.axes.SubjectAxes(3, form=scatter).fit_transform(rows)) > 0.95
    assert subject_share(cl.axes.SubjectAxes(3).fit_transform(rows)) < 0.8


def test_the_form_of_another_encoder_is_measured(words):
    scatter = cl.embed.form(words)
    assert scatter.shape == (32, 32)
    np.testing.assert_allclose(scatter, scatter.T, atol=1e-12)
    assert np.linalg.eigvalsh(scatter).min() > -1e-9
