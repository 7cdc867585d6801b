"""The command line: ``clusterlib run SOURCE --out DIR``."""

import gc
import importlib.metadata
import os
import sys
import warnings
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
FAILED, STOPPED = 1, 130


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"clusterlib {importlib.metadata.version('clusterlib')}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="and exit")
    ] = False,
) -> None:
    """Compare what regional initiatives say, in languages that one reader does not all read."""


@app.command()
def run(
    source: Annotated[
        list[str] | None, typer.Argument(help="folders, files or globs; none: the five seeds")
    ] = None,
    out: Annotated[Path, typer.Option(help="the folder to write to")] = Path("clusterlib-out"),
    languages: Annotated[str, typer.Option(help="keep these only, such as de,fr")] = "",
    codebook: Annotated[
        Path | None, typer.Option(help="a CSV; by default that of the seeds")
    ] = None,
    reading: Annotated[
        Path | None,
        typer.Option(help="passages coded by hand, which correct shares of codes"),
    ] = None,
    topics: Annotated[int | None, typer.Option(min=2, help="how many; else it is found")] = None,
    themes: Annotated[int | None, typer.Option(min=2, help="how many; else it is found")] = None,
    encoder: Annotated[
        str, typer.Option(help="default, int8, a folder, or NAME@REVISION")
    ] = "default",
    seed: Annotated[int, typer.Option(help="of all that is drawn")] = 0,
    max_mb: Annotated[float, typer.Option(min=0, help="larger files are faults")] = 50,
    sample: Annotated[
        int, typer.Option(min=100, help="fit topics and themes on so many passages at most")
    ] = 20_000,
    part: Annotated[int, typer.Option(min=1, help="characters of text in one part")] = 1_000_000,
    drop_duplicates: Annotated[
        bool, typer.Option("--drop-duplicates", help="leave out texts that repeat another")
    ] = False,
    text: Annotated[str, typer.Option(help="the column of texts in tables of yours")] = "",
    id_: Annotated[str, typer.Option("--id", help="the column of ids in them")] = "",
    title: Annotated[str, typer.Option(help="the column of titles in them")] = "",
    date: Annotated[str, typer.Option(help="the column of dates in them")] = "",
    lang: Annotated[str, typer.Option(help="the column of languages in them")] = "",
    country: Annotated[str, typer.Option(help="the column of countries in them")] = "",
    region: Annotated[str, typer.Option(help="the column of regions in them")] = "",
    initiative: Annotated[str, typer.Option(help="the column of initiatives in them")] = "",
    by: Annotated[
        str | None, typer.Option(help="what groups the texts in the report, such as country")
    ] = None,
    workers: Annotated[int, typer.Option(min=0, help="start so many processes")] = 0,
    scheduler: Annotated[str | None, typer.Option(help="address of a running Dask cluster")] = None,
) -> None:
    """Run every stage on texts; run again to go on where it stopped."""
    from clusterlib import run as runs

    named = {"text": text, "id": id_, "title": title, "date": date, "lang": lang}
    named |= {"country": country, "region": region, "initiative": initiative}
    options = runs.Options(
        tuple(source or ()),
        tuple(sorted(filter(None, languages.lower().replace(" ", "").split(",")))),
        os.fspath(codebook) if codebook else None,
        topics,
        themes,
        encoder,
        seed,
        max_mb,
        sample,
        part,
        os.fspath(reading) if reading else None,
        "drop" if drop_duplicates else "keep",
        tuple((name, column) for name, column in named.items() if column),
        by,
    )
    with runs.start_workers(workers, scheduler) as mapper:
        manifest = runs.run(options, out, mapper, lambda line: typer.echo(line, err=True))
    typer.echo(str(manifest))


def main() -> None:
    """Run the command line; every failure is one line and an exit status."""
    warnings.showwarning = _show
    # Tables are made of many small objects, none of them in a circle; to look for circles after
    # each 700 of them takes an eighth of a run.
    gc.set_threshold(200_000, 20, 100)
    try:
        code = app(standalone_mode=False)
    except KeyboardInterrupt:
        _stop("stopped; run the same command again to go on", STOPPED)
    except typer.Exit as error:
        code = error.exit_code
    except Exception as error:
        _stop(*_describe(error))
    sys.exit(code if isinstance(code, int) else 0)


def _describe(error: Exception) -> tuple[str, int]:
    """Return the line and the status of a failure."""
    from clusterlib.run import RunError

    if type(error).__name__ == "Abort":
        return "stopped; run the same command again to go on", STOPPED
    # Typer brings exceptions of its own from one release on, and click's before.
    if format_message := getattr(error, "format_message", None):
        return f"{format_message()} (see --help)", getattr(error, "exit_code", FAILED)
    if isinstance(error, RunError | OSError | ValueError | ImportError):
        return str(error), FAILED
    return f"unexpected {type(error).__name__}: {error}; please report it", FAILED


def _stop(message: str, code: int) -> None:
    typer.echo(f"clusterlib: {' '.join(message.split())}", err=True)
    sys.exit(code)


def _show(message: Warning | str, *rest: object, **more: object) -> None:
    typer.echo(f"note: {' '.join(str(message).split())}", err=True)
