"""The command line: ``clusterlib run SOURCE --out DIR``."""

import argparse
import dataclasses
import gc
import importlib.metadata
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

FAILED, MISUSED, STOPPED = 1, 2, 130
# Fields of a text that a column of a table may hold, as options name them.
FIELDS = "text id title date lang country region initiative".split()


class _Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong with the command line."""

    def error(self, message: str) -> NoReturn:
        _stop(f"{message} (see --help)", MISUSED)


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} on")
        return int(text)

    return number


def _languages(text: str) -> tuple[str, ...]:
    return tuple(sorted(filter(None, text.lower().replace(" ", "").split(","))))


def _parser() -> argparse.ArgumentParser:
    about = "Compare what regional initiatives say, in languages that one reader does not all read."
    version = f"clusterlib {importlib.metadata.version('clusterlib')}"
    parser = _Parser(prog="clusterlib", description=about, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(dest="command", required=True)
    about = "Run every stage on texts; run again to go on where it stopped."
    run = commands.add_parser("run", help=about, description=about, allow_abbrev=False)
    add = run.add_argument
    add("source", nargs="*", help="folders, files or globs; none: the five seeds")
    add("--out", type=Path, default="clusterlib-out", help="the folder to write to (%(default)s)")
    add("--languages", type=_languages, default=(), help="keep these only, such as de,fr")
    add("--codebook", help="a CSV; by default that of the seeds")
    add("--reading", help="passages coded by hand, which correct shares of codes")
    for name in ("topics", "themes"):
        add(f"--{name}", type=_at_least(2), help="how many; else it is found")
    add("--encoder", default="default", help="default, int8, a folder, or NAME@REVISION")
    add("--seed", type=int, default=0, help="of all that is drawn (%(default)s)")
    add("--max-mb", type=_at_least(1), default=50, help="larger files are faults (%(default)s)")
    sample = "fit topics and themes on so many passages at most (%(default)s)"
    add("--sample", type=_at_least(100), default=20_000, help=sample)
    part = "characters of text in one part (%(default)s)"
    add("--part", type=_at_least(1), default=1_000_000, help=part)
    add("--drop-duplicates", action="store_true", help="leave out texts that repeat another")
    for name in FIELDS:
        add(f"--{name}", help=f"the column in tables of yours that holds each {name}")
    add("--by", help="what groups the texts in the report and in comparisons, such as country")
    add("--workers", type=_at_least(0), default=0, help="start so many processes")
    add("--scheduler", help="address of a running Dask cluster")
    return parser


def app(arguments: Sequence[str] | None = None) -> None:
    """Do what arguments say, by default those of the command line."""
    parser = _parser()
    given, more = parser.parse_known_args(arguments)
    # Sources may stand on either side of options.
    if strange := [word for word in more if word.startswith("-")]:
        parser.error(f"unrecognized: {' '.join(strange)}")
    from clusterlib import run as runs

    values = vars(given)
    values["source"] = (*given.source, *more)
    values["duplicates"] = "drop" if given.drop_duplicates else "keep"
    values["columns"] = tuple((name, values[name]) for name in FIELDS if values[name])
    names = [field.name for field in dataclasses.fields(runs.Options)]
    options = runs.Options(**{name: values[name] for name in names})
    with runs.start_workers(given.workers, given.scheduler) as mapper:
        manifest = runs.run(options, given.out, mapper, _tell)
    print(manifest)


def main() -> None:
    """Run the command line; every failure is one line and an exit status."""
    warnings.showwarning = _show
    # Tables are made of many small objects, none of them in a circle; to look for circles after
    # each 700 of them takes an eighth of a run.
    gc.set_threshold(200_000, 20, 100)
    try:
        app()
    except KeyboardInterrupt:
        _stop("stopped; run the same command again to go on", STOPPED)
    except Exception as error:
        from clusterlib.run import RunError

        if isinstance(error, RunError | OSError | ValueError | ImportError):
            _stop(str(error), FAILED)
        _stop(f"unexpected {type(error).__name__}: {error}; please report it", FAILED)
    sys.exit(0)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _stop(message: str, code: int) -> NoReturn:
    _tell(f"clusterlib: {' '.join(message.split())}")
    sys.exit(code)


def _show(message: Warning | str, *rest: object, **more: object) -> None:
    _tell(f"note: {' '.join(str(message).split())}")
