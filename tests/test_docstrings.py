"""Every public function and class says what it takes, returns or holds, and an example shows it."""

import dataclasses
import doctest
import inspect
import runpy

import pytest
from conftest import ROOT
from reports import assert_links_land

import clusterlib as cl

MODULES = sorted(cl.__all__)


def public(kind):
    """Return what a module offers: the names it lists, or those that are defined in it."""
    for module in MODULES:
        source = getattr(cl, module)
        listed = getattr(source, "__all__", None)
        names = listed or [name for name in vars(source) if not name.startswith("_")]
        for name in names:
            thing = getattr(source, name)
            is_defined_here = getattr(thing, "__module__", "").startswith(source.__name__)
            if kind(thing) and (listed or is_defined_here):
                yield pytest.param(thing, id=f"{module}.{name}")


def section(text, name):
    """Return a section of a docstring in numpydoc's form, up to the next one."""
    assert f"\n{name}\n{'-' * len(name)}\n" in text, f"no {name}"
    rest = text.split(f"\n{name}\n{'-' * len(name)}\n", 1)[1]
    return rest.split("\n---", 1)[0]


def shown(text):
    assert doctest.DocTestParser().get_examples(section(text, "Examples")), "no example"


@pytest.mark.parametrize("function", list(public(inspect.isfunction)))
def test_a_public_function_is_described_and_shown(function):
    text = inspect.getdoc(function) or ""
    shown(text)
    assert "\nReturns\n" in text or "\nYields\n" in text
    arguments = inspect.signature(function).parameters
    for name in arguments:
        assert name in section(text, "Parameters"), f"{name} is not described"
    source = inspect.getsource(function)
    assert "\nRaises\n" in text or not ("raise " in source or "schema.check(" in source)


@pytest.mark.parametrize("kind", list(public(inspect.isclass)))
def test_a_public_class_is_described_and_shown(kind):
    # Not inspect.getdoc, which takes the words of a parent for those of the class.
    text = inspect.cleandoc(vars(kind).get("__doc__") or "")
    shown(text)
    if dataclasses.is_dataclass(kind):
        names = {field.name for field in dataclasses.fields(kind) if field.name[0] != "_"}
        fields = section(text, "Parameters" if "\nParameters\n" in text else "Attributes")
        heads = [line for line in fields.splitlines() if line and not line.startswith(" ")]
        described = {name for head in heads for name in head.partition(" : ")[0].split(", ")}
        assert names <= described, sorted(names - described)


def test_the_reference_has_every_public_name_and_its_links_lead_somewhere(tmp_path):
    """What `make docs` writes, any warning on the way being an error."""
    runpy.run_path(str(ROOT / ".ci" / "api.py"))["write"](tmp_path)
    paths = sorted((tmp_path / "clusterlib").rglob("*.html"))
    pages = {path: path.read_text(encoding="utf-8") for path in paths}
    modules = [getattr(cl, name) for name in MODULES]
    assert len(pages) == len(modules)
    for module in modules:
        page = pages[tmp_path.joinpath(*module.__name__.split(".")).with_suffix(".html")]
        for name in getattr(module, "__all__", ()):
            assert f'id="{name}"' in page or f"/{name}.html" in page, (module.__name__, name)
    assert_links_land(tmp_path / "index.html")
