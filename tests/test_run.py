"""Runs in real processes: killed, without space, on damaged and changing files."""

import gzip
import importlib
import json
import multiprocessing
import os
import re
import resource
import shutil
import signal
import sys
import time
import warnings
from multiprocessing import forkserver
from pathlib import Path

import filelock
import pandas as pd
import pytest
from conftest import ROOT, cases, fill, labelled, refused

import clusterlib as cl
from clusterlib import cli, progress
from clusterlib.run import Options, RunError, Store, run, start_workers

# Of two languages, for a run that is short, and a text in a part of its own that has no passages.
SEEDS = [str(next(cl.load.seeds().glob(f"{doc}*.txt"))) for doc in ("bg", "nl")]
TEXTS = [*SEEDS, str(ROOT / "tests" / "cases" / "without-passages.txt")]
OPTIONS = ["--part", "1000", "--topics", "2", "--themes", "2"]
STAGES = "read load clean embed facts topics themes codes compare claims".split()


FORKS = multiprocessing.get_context("forkserver")


@pytest.fixture(scope="module", autouse=True)
def whole(tmp_path_factory):
    """Return the folder of a run that nothing disturbs; later ones are forked from its process."""
    out = tmp_path_factory.mktemp("whole") / "out"
    FORKS.set_forkserver_preload(["forks"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT / "tests"))
        patch.setenv("FIRST_RUN", json.dumps(arguments(out)))
        forkserver.ensure_running()
    # To be forked is to wait for that run.
    first = FORKS.Process(target=int)
    first.start()
    first.join()
    assert first.exitcode == 0 and (out / "manifest.json").is_file()
    return out


def arguments(out, *more, texts=TEXTS):
    return ["run", *texts, "--out", str(out), *OPTIONS, *more]


def be(arguments, log, limit):
    """Be the command line, in a process that writes files of so many bytes at most."""
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT), 2)
    sys.stderr = os.fdopen(2, "w", closefd=False)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    # A scheduler on the same machine answers at once, or not at all.
    cl.run.workers.PATIENCE = "3s"
    # In the background of a shell, where tests may run, interruptions are ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["clusterlib", *arguments]
    cli.main()


def be_dask(tool, arguments):
    """Be a scheduler or a worker of Dask."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.argv = [f"dask-{tool}", *map(str, arguments)]
    importlib.import_module(f"distributed.cli.dask_{tool}").main()


def start(out, *more, limit=0):
    log = out.parent / "log.txt"
    log.unlink(missing_ok=True)
    process = FORKS.Process(target=be, args=(arguments(out, *more), str(log), limit))
    process.start()
    return process


def finish(out, *more, limit=0):
    """Run to the end; return the status and what was said."""
    process = start(out, *more, limit=limit)
    process.join()
    log = (out.parent / "log.txt").read_text(encoding="utf-8")
    return process.exitcode, log.strip().splitlines()


def ends_like(whole, out, *more):
    """Run to the end; try that a reader sees the same as in another folder; return the lines."""
    code, lines = finish(out, *more)
    assert code == 0, lines
    assert content(out) == content(whole)
    return lines


def anew(lines):
    """Return what was not kept from an earlier run."""
    return [line.split(":")[0] for line in lines if "kept" not in line]


def when_begun(process, out, stage, patience=240):
    """Wait until a stage is in the midst of its work; tell whether it was met there."""
    folder, until = out / "stages" / stage, time.monotonic() + patience
    while process.is_alive() and time.monotonic() < until:
        if folder.is_dir() and not (folder / "stage.json").exists():
            return True
        time.sleep(0.001)
    return False


def content(out):
    """Return every byte that a reader sees."""
    folders = [out / "tables", out / "report", out / "report" / "texts"]
    paths = [path for folder in folders for path in sorted(folder.iterdir()) if path.is_file()]
    return {str(path.relative_to(out)): path.read_bytes() for path in paths} | {
        "manifest.json": (out / "manifest.json").read_bytes()
    }


@pytest.fixture(scope="module")
def passages():
    return cl.clean.passages(cl.load.documents(TEXTS))


@pytest.fixture
def copy(whole, tmp_path):
    return Path(shutil.copytree(whole, tmp_path / "out"))


def table(out, name):
    return pd.read_parquet(out / "tables" / f"{name}.parquet")


def test_a_run_leaves_a_manifest_and_tables_to_which_parts_make_no_difference(whole, passages):
    manifest = json.loads((whole / "manifest.json").read_text())
    assert manifest["stages"]["clean"]["rows"]["passages"] == len(passages)
    assert sum(manifest["ledger"].values()) == manifest["stages"]["clean"]["rows"]["ledger"]
    assert len(manifest["inputs"]) == len(TEXTS) and manifest["encoder"]["mode"] == "default"
    assert manifest["stages"]["clean"]["parts"] > 1
    assert any(note.startswith("no codebook was named") for note in manifest["report"]["left out"])
    vectors = cl.embed.vectors(passages)
    for name, wanted in {
        "passages": passages,
        "theme_members": cl.themes.fit(passages, vectors, 2).members,
        "topic_weights": cl.topics.fit(passages, vectors, 2).weights,
        "codes": cl.codes.apply(passages, vectors),
    }.items():
        kept = table(whole, name)
        if name in ("passages", "theme_members"):
            kept = kept.sort_values("passage", ignore_index=True)
        pd.testing.assert_frame_equal(kept[[*wanted]], wanted, check_dtype=False)


def test_killed_in_each_stage_it_goes_on_to_the_same_bytes(whole, tmp_path):
    out, met = tmp_path / "out", []
    for stage in STAGES:
        process = start(out)
        if when_begun(process, out, stage):
            process.kill()
            met.append(stage)
        process.join()
        assert not (out / "manifest.json").exists() or stage not in met
    ends_like(whole, out)
    assert len(met) >= len(STAGES) - 1


def test_a_finished_run_stays_and_other_options_redo_what_depends_on_them(whole, copy):
    assert anew(ends_like(whole, copy)) == []
    code, lines = finish(copy, "--themes", "3")
    assert code == 0 and anew(lines) == ["themes", "compare", "claims", "report"]
    assert len(table(copy, "themes")) == 3


def test_a_reading_says_which_codes_are_relied_on(copy, tmp_path):
    def read(sheet):
        """Run with a reading; return the status and what was told."""
        sheet.to_csv(tmp_path / "sheet.csv", index=False)
        return finish(copy, "--reading", str(tmp_path / "sheet.csv"))

    passages, codes = table(copy, "passages"), table(copy, "codes")
    given = codes[codes["coded"] & (codes["code"] != "storage")].groupby("passage")["code"]
    given = given.agg(" | ".join)
    sheet = cl.codes.sheet(passages)
    sheet["codes"] = sheet["passage"].map(given).fillna("")
    doubtful = table(copy, "claims")["strength"].eq("doubtful").sum()
    code, lines = read(sheet)
    assert code == 0 and anew(lines) == ["compare", "claims", "report"]
    contrasts = table(copy, "contrasts").query("kind == 'code'").set_index("category")
    relied = contrasts["relied_on"].astype(bool)
    assert not relied["storage"].any() and relied["renewables"].all()
    assert table(copy, "claims")["strength"].eq("doubtful").sum() < doubtful
    few = "not relied on, and quoted only where .* read: .*storage"
    assert table(copy, "left_out")["remark"].str.contains(few).any()
    agreement = table(copy, "agreement").set_index("code")
    assert agreement["relied_on"].to_dict() == relied.groupby(level=0).first().to_dict()
    # The codes that a reader is given are those that were taught.
    taught = table(copy, "codes")
    assert taught["probability"].notna().all() and len(taught) == len(codes)
    assert taught.groupby("code")["relied_on"].first().to_dict() == agreement["relied_on"].to_dict()
    drawn = cl.codes.sheet(passages, codes, n=15)
    code, lines = read(drawn.assign(codes=drawn["passage"].map(given).fillna("")))
    assert code == 0, lines
    shares = table(copy, "shares").query("kind == 'code'")
    assert shares.drop_duplicates("unit")["passages_read"].sum() == 15
    assert (shares.groupby("category")["high"].max() > 0.05).all()
    assert table(copy, "left_out")["remark"].str.contains("corrected by 15 of 33 passages").any()
    code, lines = read(sheet.assign(passage="xx-" + sheet["passage"]))
    assert code == 1 and "passage(s) that are not of these texts, such as 'xx-bg" in lines[-1]
    assert [line.split(":")[0] for line in lines[:-1]] == ["read", "load", "clean"]
    sheet.loc[sheet.index >= 20, "codes"] = ""
    code, lines = read(sheet)
    notes = [line for line in lines if line.startswith("note: ")]
    assert code == 0 and len(notes) == 1 and "to the end, 13 rows have no code" in notes[0], lines


def test_a_full_disk_stops_it_with_one_line_and_it_goes_on(whole, copy):
    # Identifying languages unpacks a model to a temporary file: the limit is for what comes after.
    for stage in STAGES[STAGES.index("embed") :]:
        shutil.rmtree(copy / "stages" / stage)
    for folder in ("tables", "report"):
        shutil.rmtree(copy / folder)
    (copy / "manifest.json").unlink()
    code, lines = finish(copy, limit=100_000)
    assert code == 1 and lines[-1].startswith("clusterlib: no space is left to write to")
    assert not (copy / "manifest.json").exists()
    lines = ends_like(whole, copy)
    assert {"read: kept from an earlier run", "load: kept from an earlier run"} <= set(lines)


@pytest.mark.parametrize("stage", ["read", "load", "clean", "embed", "topics"])
def test_a_damaged_part_is_made_anew(whole, copy, stage):
    path = sorted((copy / "stages" / stage).glob("*/*.parquet"))[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert any(path.name in line and "damaged" in line for line in ends_like(whole, copy))


@pytest.mark.parametrize("name", ["tables/codes.parquet", "report/index.html"])
def test_a_damaged_table_or_report_is_written_again(whole, copy, name):
    """Of an earlier version, which noted less of its tables."""
    (copy / name).write_bytes(b"PAR1")
    noted = copy / "tables" / "stage.json"
    noted.write_text(json.dumps({"key": json.loads(noted.read_bytes())["key"]}))
    assert anew(ends_like(whole, copy)) == ["report"] * name.startswith("report")


def test_a_part_that_breaks_off_is_never_read(copy):
    path = copy / "stages" / "clean" / "passages" / "00001.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    fault = r"00001\.parquet is damaged; run again"
    refused(RunError, fault, Store(copy).whole, "clean", "passages")


def test_a_file_that_changes_during_the_run(tmp_path):
    source = fill(tmp_path / "texts", {Path(path).name: Path(path).read_bytes() for path in TEXTS})
    options = Options((str(source),), topics=2, themes=2)

    def change(line):
        if line.startswith("clean"):
            with sorted(source.glob("*.txt"))[0].open("a", encoding="utf-8") as file:
                file.write("\n\nThe region adds one more sentence to its page.\n")

    refused(
        RunError, "changed during the run; run again", run, options, tmp_path / "out", tell=change
    )
    assert not (tmp_path / "out" / "manifest.json").exists()
    lines = run_until("facts", tmp_path / "out", source, topics=2, themes=2)
    assert anew(lines) == ["read", "load", "clean", "embed"] and len(lines) == 4


def backwards(function, tasks):
    """Do the last part first, and each part twice, as a cluster may."""
    for task in reversed(tasks):
        function(task)
        yield function(task)


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    """Return a folder of all labelled folders, and files that are packed, broken and too large."""
    files = {
        f"{number}/{name}": text
        for number, case in enumerate(cases("folders"))
        for name, text in case["files"].items()
    }
    text = cl.load.documents()["text"][1].encode()
    files |= {"packed.txt.gz": gzip.compress(text), "latin.txt": "café ".encode() * 30 + b"\xff"}
    files |= {"long.txt": "long " * 300_000, "copy/a.txt": text, "copy/again.txt": text}
    return fill(tmp_path_factory.mktemp("awkward"), files)


class FarEnoughError(Exception):
    """A run is where it is looked at."""


def run_until(stage, out, source, mapper=map, **options):
    """Run up to a stage; return what was told before."""
    lines = []

    def stop(line):
        if line.startswith(stage):
            raise FarEnoughError
        lines.append(line)

    refused(FarEnoughError, "", run, Options((str(source),), **options), out, mapper, stop)
    return lines


def loaded(source, out, mapper=map, **options):
    """Run up to the texts; return them and the faults."""
    run_until("load", out, source, mapper, max_mb=1, **options)
    return [Store(out).whole("load", name) for name in ("documents", "faults")]


@pytest.mark.parametrize(("part", "mapper"), [(1, map), (1, backwards), (5000, backwards)])
def test_texts_are_those_of_load_however_they_are_divided(awkward, tmp_path, part, mapper):
    tables = loaded(awkward, tmp_path, mapper, part=part)
    documents, faults = cl.load.documents(awkward, errors="report", max_mb=1)
    pd.testing.assert_frame_equal(tables[0], documents)
    pd.testing.assert_frame_equal(tables[1], faults)
    assert Store(tmp_path).entry("read")["parts"] > 3
    expected = "duplicate id,ids by file,duplicate text,not JSON,empty,missing,too large"
    assert set(expected.split(",")) <= set(faults["fault"])


def test_texts_in_other_languages_are_named(awkward, tmp_path):
    documents, faults = loaded(awkward, tmp_path, languages=("de",))
    assert set(documents["lang"]) == {"de"}
    assert "language not chosen" in set(faults["fault"])


def test_dates_that_are_not_clear_are_said_a_few_at_most(tmp_path):
    rows = [f"{place},31.02.2020,The region founds network {place}." for place in range(7)]
    (tmp_path / "rows.csv").write_text("\n".join(["id,date,text", *rows]), encoding="utf-8")
    lines = run_until("clean", tmp_path / "out", tmp_path / "rows.csv")
    dates = [line for line in lines if line.startswith("  date: ")]
    first = "rows.csv, line 2: published is '31.02.2020'"
    assert dates[0] == f"  date: {first}"
    assert len(dates) == 6 and dates[-1] == "  date: and 2 more, in the table faults"


def test_reading_goes_on_where_it_was_interrupted(awkward, tmp_path):
    whole = loaded(awkward, tmp_path / "whole", part=1)
    done = []

    def halting(function, tasks):
        yield from map(function, tasks[:5])
        raise RunError("workers died")

    def counting(function, tasks):
        done.extend(tasks)
        return map(function, tasks)

    options = Options((str(awkward),), max_mb=1, part=1)
    refused(RunError, "workers died", run, options, tmp_path / "out", halting)
    tables = loaded(awkward, tmp_path / "out", counting, part=1)
    assert len(done) == Store(tmp_path / "out").entry("read")["parts"] - 5
    for one, other in zip(tables, whole, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_a_file_that_changes_while_files_are_read(tmp_path):
    source = fill(tmp_path / "texts", {f"{name}.txt": f"The region has {name}." for name in "abc"})

    def changing(function, tasks):
        for task in tasks:
            yield function(task)
            (source / "a.txt").write_text("The region changes its page.", encoding="utf-8")

    options, fault = Options((str(source),), part=1), r"a\.txt changed during the run; run again"
    refused(RunError, fault, run, options, tmp_path / "out", changing)
    documents, _ = loaded(source, tmp_path / "out", part=1)
    assert documents["text"][0] == "The region changes its page."


def test_bars_count_rows_and_show_their_rate(tmp_path, monkeypatch, capsys):
    counted = {}

    def watched(**options):
        shown = progress.bar(mininterval=0, delay=0, disable=False, **options)
        counted[options["desc"]] = shown
        return shown

    monkeypatch.setattr("clusterlib.run.bar", watched)
    source = fill(tmp_path / "texts", {Path(path).name: Path(path).read_bytes() for path in SEEDS})
    run_until("compare", tmp_path / "out", source, topics=2, themes=2, part=1)
    rows = {stage: Store(tmp_path / "out").entry(stage)["rows"] for stage in ("load", "clean")}
    passages = rows["clean"]["passages"]
    wanted = dict.fromkeys("embed facts topics themes codes".split(), passages)
    assert {name: one.n for name, one in counted.items()} == wanted | {"read": 2, "clean": 2}
    assert all(one.n == one.total for one in counted.values())
    printed = capsys.readouterr().err
    assert re.search(rf"codes: 100%.*{passages}/{passages}.* passages/s", printed)
    assert " files/s" in printed and " documents/s" in printed


def test_a_part_without_passages_ends_in_a_report(whole):
    rows = json.loads((whole / "manifest.json").read_text())["stages"]
    store = Store(whole)
    sizes = store.sizes("clean", "passages")
    assert 0 in sizes and sum(sizes) > 30
    assert store.sizes("embed", "vectors") == store.sizes("themes", "theme_members") == sizes
    assert store.whole("topics", "topic_weights")["passage"].nunique() == sum(sizes)
    assert rows["codes"]["rows"]["codes"] == 30 * sum(sizes)
    evidence = table(whole, "claims")["evidence"]
    assert "without-passages" not in {row["doc"] for rows in evidence for row in rows}


def test_a_column_may_have_no_values_in_one_part_and_a_table_no_rows(tmp_path):
    store, parts = Store(tmp_path), [[None, None], ["a", None], []]
    store.begin("facts")
    tables = [pd.DataFrame({"value": part, "n": range(len(part))}) for part in parts]
    entries = [store.write("facts", "key", {"facts": one}, n) for n, one in enumerate(tables)]
    store.finish("facts", "key", entries)
    store.publish(["facts"])
    facts = table(tmp_path, "facts")
    assert facts["value"].fillna("").tolist() == ["", "", "a", ""]
    assert facts["n"].tolist() == [0, 1, 0, 1]


def test_results_beside_the_texts_are_not_read_as_texts(tmp_path):
    for path in TEXTS:
        shutil.copy(path, tmp_path)
    out = tmp_path / "results"
    for _ in range(2):
        run_until("embed", out, tmp_path)
        assert len(Store(out).whole("load", "documents")) == len(TEXTS)
        run_until("load", tmp_path / "more" / "results", tmp_path)
    documents, faults = cl.load.documents(tmp_path, errors="report")
    assert len(documents) == len(TEXTS)
    assert faults["fault"].tolist() == ["results", "results"]
    fault = "is where the texts are; name another folder"
    refused(RunError, fault, run, Options((str(tmp_path),)), tmp_path)


def test_two_runs_do_not_share_a_folder(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with filelock.FileLock(out / ".lock"):
        ended = finish(out)
    message = f"clusterlib: another run is writing to {out}; wait for it or choose another"
    assert ended == (1, [message])


@labelled("failures")
def test_every_failure_is_one_line_and_a_status(tmp_path, monkeypatch, capsys, case):
    monkeypatch.setattr(sys, "argv", ["clusterlib", *arguments(tmp_path, *case["more"], texts=[])])
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    monkeypatch.setattr(cl.run.workers, "PATIENCE", "1s")
    stopped = refused(SystemExit, "", cli.main)
    assert stopped.code == case["status"]
    lines = capsys.readouterr().err.strip().splitlines()
    assert case["message"] in lines[-1] and lines[-1].startswith("clusterlib: ")
    assert not any("Traceback" in line for line in lines)
    # What cannot be used is refused before any work is done.
    begun = any("no text" in line or "languages" in line for line in lines)
    assert (tmp_path / "stages").exists() == begun


def workers(process):
    """Return the workers of a run, which joblib starts."""
    import psutil

    started = psutil.Process(process.pid).children()
    return [one for one in started if "popen_loky_posix" in " ".join(one.cmdline())]


ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes")


@ON_LINUX
def test_workers_killed_in_each_stage_change_nothing(whole, tmp_path):
    out, killed = tmp_path / "out", []
    process = start(out, "--workers", "2")
    for stage in "read clean embed facts topics themes codes".split():
        if when_begun(process, out, stage) and (children := workers(process)):
            os.kill(children[0].pid, signal.SIGKILL)
            killed.append(stage)
    process.join()
    assert process.exitcode == 0, (tmp_path / "log.txt").read_text(encoding="utf-8")
    assert len(killed) >= 4
    assert content(out) == content(whole)


@ON_LINUX
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_leaves_no_worker(whole, tmp_path, number):
    import psutil

    # On a machine that does much else a run may be finished before it is stopped.
    for attempt in range(5):
        out = tmp_path / f"out-{attempt}"
        process = start(out, "--workers", "2")
        until = time.monotonic() + 60
        while not (started := workers(process)) and time.monotonic() < until:
            time.sleep(0.01)
        finished = (out / "manifest.json").exists()
        os.kill(process.pid, number)
        process.join()
        if not finished:
            break
    expected = 130 if number == signal.SIGINT else -number
    assert started and process.exitcode == expected, (tmp_path / "log.txt").read_text("utf-8")
    assert not psutil.wait_procs(started, timeout=60)[1]
    ends_like(whole, out)


# Killing workers at once may take work from under the thread of joblib that hands it out.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_interruption_waits_until_workers_are_started(monkeypatch):
    from joblib.externals.loky.process_executor import _ExecutorManagerThread

    start = _ExecutorManagerThread.start

    def interrupted(thread):
        os.kill(os.getpid(), signal.SIGINT)
        start(thread)

    monkeypatch.setattr(_ExecutorManagerThread, "start", interrupted)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), start_workers(2) as mapper:
            list(mapper(len, ["one", "three"]))
    finally:
        signal.signal(signal.SIGINT, handler)


def test_a_part_that_kills_its_workers_stops_the_run_when_the_others_are_finished():
    # Within the test, so that workers get it by value and need not import this module.
    def die_over_one(number):
        return number if number != 1 else os._exit(1)

    finished = []
    with (
        start_workers(2) as mapper,
        pytest.raises(RunError, match="workers died 3 times over one part"),
    ):
        for number in mapper(die_over_one, range(5)):
            finished.append(number)
    assert set(finished) == {0, 2, 3, 4}


def test_a_scheduler_that_vanishes(whole, tmp_path):
    pytest.importorskip("distributed")
    address = tmp_path / "scheduler.json"
    tools = {
        "scheduler": "--port 0 --no-dashboard",
        "worker": "--nthreads 1 --no-dashboard --no-nanny",
    }
    scheduler, worker = (
        FORKS.Process(target=be_dask, args=(tool, [*more.split(), "--scheduler-file", address]))
        for tool, more in tools.items()
    )
    scheduler.start()
    worker.start()
    try:
        until = time.monotonic() + 60
        while not address.exists() and time.monotonic() < until:
            time.sleep(0.1)
        out = tmp_path / "out"
        process = start(out, "--scheduler", json.loads(address.read_text())["address"])
        assert when_begun(process, out, "embed")
        scheduler.kill()
        process.join(200)
        lines = (tmp_path / "log.txt").read_text(encoding="utf-8").strip().splitlines()
        assert process.exitcode == 1
        assert lines[-1].startswith("clusterlib: the scheduler") and "run again" in lines[-1]
    finally:
        for one in (scheduler, worker):
            one.kill()
            one.join()
    assert finish(out)[0] == 0
    assert content(out) == content(whole)


def test_what_was_not_read_is_said_and_a_run_of_one_text_ends_in_a_report(tmp_path):
    """Few passages carry no topics, and that is all they lack; resumed, it says the same."""
    texts = fill(tmp_path / "texts", {f"{number:02d}.gif": b"GIF89a" for number in range(24)})
    options, out = Options((str(texts),)), tmp_path / "out"

    def unread(lines):
        said = [line for line in lines if "not read: " in line]
        assert len(said) == 21 and "  not read: 00.gif: its kind is not read" in said[:2]
        return said[-1]

    for _ in range(2):
        lines = []
        refused(RunError, "no text can be used", run, options, out, tell=lines.append)
        assert unread(lines) == "  not read: and 5 more, in the table faults"
    assert len(pd.read_csv(out / "faults.csv")) == 25
    (texts / "pl-wodor.txt").write_text("A hydrogen valley\n\nThe region founds it in 2024.")
    for kept in (False, True):
        lines = []
        run(options, out, tell=lines.append)
        unread(lines)
        assert ("topics: left out, since there are too few passages" in lines) != kept
    page = (out / "report" / "index.html").read_text(encoding="utf-8")
    assert "00.gif: its kind is not read" in page and "they need 8 passages" in page
    assert "A hydrogen valley" in page and ">pl-wodor<" not in page
    assert not (out / "faults.csv").exists()
    contrasts = table(out, "contrasts")
    assert contrasts["share_a"].dtype == "float64" and contrasts["by"].dtype == "str"


def test_every_column_of_a_table_can_be_named(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(cl.run, "run", lambda options, *more: seen.append(options))
    named = {"text": "tekst", "id": "nr", "title": "tittel", "date": "dato", "lang": "sprog"}
    named |= {"country": "land", "region": "fylke", "initiative": "prosjekt"}
    options = [word for name, column in named.items() for word in (f"--{name}", column)]
    cli.app(arguments(tmp_path, *options))
    row = dict.fromkeys(named.values(), "A valley of hydrogen.") | {"nr": "one", "land": "NO"}
    row |= {"dato": "2024-03", "sprog": "en"}
    pd.DataFrame([row]).to_csv(tmp_path / "a.csv", index=False)
    document = cl.load.documents(tmp_path / "a.csv", columns=dict(seen[0].columns)).iloc[0]
    fields = ["doc", "country", "published", "lang"]
    assert document[fields].tolist() == ["one", "NO", "2024-03", "en"]
    assert document[["title", "region", "initiative"]].unique().tolist() == [row["tekst"]]


def test_the_version_is_told(capsys):
    refused(SystemExit, "0", cli.app, ["--version"])
    assert re.fullmatch(r"clusterlib \d+\.\d+\.\d+\n", capsys.readouterr().out)
