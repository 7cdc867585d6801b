"""Every public function says what it takes and returns, and shows it in an example that runs."""

import doctest
import importlib
import inspect

import pytest

import clusterlib as cl

MODULES = sorted(cl.__all__)


def public():
    """Return what a module offers: the names it lists, or those that are defined in it."""
    for module in MODULES:
        found = importlib.import_module(f"clusterlib.{module}")
        listed = getattr(found, "__all__", None)
        names = listed or [name for name in vars(found) if not name.startswith("_")]
        for name in names:
            thing = getattr(found, name)
            own = getattr(thing, "__module__", "").startswith(found.__name__)
            if inspect.isfunction(thing) and (listed or own):
                yield pytest.param(thing, id=f"{module}.{name}")


@pytest.mark.parametrize("function", list(public()))
def test_a_public_function_is_described_and_shown(function):
    text = inspect.getdoc(function) or ""
    assert doctest.DocTestParser().get_examples(text), "no example"
    assert "\nExamples\n" in text
    assert "\nReturns\n" in text or "\nYields\n" in text
    arguments = inspect.signature(function).parameters
    if arguments:
        assert "\nParameters\n" in text
        section = text.split("\nParameters\n", 1)[1]
        for name in arguments:
            assert name in section, f"{name} is not described"


@pytest.mark.parametrize("function", list(public()))
def test_errors_that_are_raised_are_described(function):
    raised = "raise " in inspect.getsource(function)
    assert not raised or "\nRaises\n" in (inspect.getdoc(function) or "")
