"""Folders of runs: round trip, what exists is kept, and nothing half-written after a kill."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.recording import store
from sim.recording.store import StoreError
from sim.scenario import Scenario

ROOT = Path(__file__).parents[2]


def test_round_trip(small: Scenario, tmp_path: Path) -> None:
    scenario = small.with_changes({"run.snapshot_every": 5})
    saved = sim.run(scenario, seed=3, replicates=2)
    folder = saved.save(tmp_path / "a" / "run", command="parity run x")
    assert sorted(path.name for path in folder.iterdir()) == [
        "agents.parquet",
        "events.parquet",
        "manifest.json",
        "series.parquet",
    ]
    loaded = sim.Run.load(folder)
    assert loaded.scenario == scenario
    assert loaded.manifest == saved.manifest
    assert loaded.manifest["command"] == "parity run x"
    for name in ("series", "events", "agents"):
        pd.testing.assert_frame_equal(getattr(loaded, name), getattr(saved, name))
    again = loaded.save(tmp_path / "again")
    for name in ("series.parquet", "events.parquet", "agents.parquet"):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_digests_and_rows_are_in_the_manifest(small: Scenario, tmp_path: Path) -> None:
    folder = sim.run(small).save(tmp_path / "run")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name, facts in manifest["tables"].items():
        assert facts["sha256"] == store.digest(folder / name)
        assert facts["bytes"] == (folder / name).stat().st_size
        assert facts["rows"] == len(pd.read_parquet(folder / name))
    assert manifest["tables"]["series.parquet"]["columns"]["gap"] == "double"


def test_load_tells_what_is_wrong(small: Scenario, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no manifest\.json"):
        sim.Run.load(tmp_path)
    folder = sim.run(small).save(tmp_path / "run")
    table = folder / "events.parquet"
    table.write_bytes(table.read_bytes() + b" ")
    with pytest.raises(StoreError, match="SHA-256"):
        sim.Run.load(folder)
    table.unlink()
    with pytest.raises(StoreError, match="missing"):
        sim.Run.load(folder)
    (folder / "manifest.json").write_text('{"format": "other/1"}', encoding="utf-8")
    with pytest.raises(StoreError, match="format"):
        sim.Run.load(folder)
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be read"):
        sim.Run.load(folder)


def test_what_exists_is_kept_unless_forced(small: Scenario, tmp_path: Path) -> None:
    first, second = sim.run(small, seed=1), sim.run(small, seed=2)
    folder = first.save(tmp_path / "run")
    (folder / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="exists"):
        second.save(folder)
    assert sim.Run.load(folder).seeds == [1]
    second.save(folder, force=True)
    assert sim.Run.load(folder).seeds == [2]
    assert not (folder / "note.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_force_replaces_runs_only(small: Scenario, tmp_path: Path) -> None:
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (thesis / "chapter.tex").write_text("years of work", encoding="utf-8")
    with pytest.raises(StoreError, match="not replaced"):
        sim.run(small).save(thesis, force=True)
    assert (thesis / "chapter.tex").exists()
    (tmp_path / "file").write_text("text", encoding="utf-8")
    with pytest.raises(StoreError, match="not replaced"):
        sim.run(small).save(tmp_path / "file", force=True)
    with pytest.raises(StoreError, match="not a folder"):
        sim.run(small).save(tmp_path / "file" / "run")


def test_an_error_while_writing_leaves_nothing(small: Scenario, tmp_path: Path) -> None:
    result = sim.run(small)

    def broken(_run: sim.Run) -> bytes:
        raise RuntimeError("no figure today")

    with pytest.raises(RuntimeError, match="no figure"):
        result.save(tmp_path / "deep" / "run", figures={"overview.png": broken})

    def interrupted() -> None:
        with store.folder(tmp_path / "deep" / "run") as partial:
            (partial / "half").write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "run"

    def late() -> None:
        with store.folder(target) as partial:
            (partial / "mine").write_text("mine", encoding="utf-8")
            target.mkdir()
            (target / "theirs").write_text("theirs", encoding="utf-8")

    with pytest.raises(StoreError, match="meantime"):
        late()
    assert [path.name for path in tmp_path.rglob("*")] == ["run", "theirs"]


def test_free_names(tmp_path: Path) -> None:
    target = tmp_path / "run.v1"
    assert store.free_name(target) == target
    target.mkdir()
    assert store.free_name(target).name == "run.v1-2"
    (tmp_path / "run.v1-2").write_text("", encoding="utf-8")
    assert store.free_name(target).name == "run.v1-3"


KILLED = """
import sys, time
from pathlib import Path
from sim.recording import store

target, stage = Path(sys.argv[1]), sys.argv[2]
def wait(*_):
    print("ready", flush=True)
    time.sleep(600)
if stage == "writing":
    with store.folder(target, force=True) as folder:
        store.write_bytes(b"half", folder / "series.parquet")
        wait()
else:
    Path.rename, rename = (lambda self, to: (rename(self, to), wait())), Path.rename
    with store.folder(target, force=True) as folder:
        store.write_json({"format": "parity-run/1", "new": True}, folder / "manifest.json")
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.parametrize("earlier", [False, True])
@pytest.mark.parametrize("stage", ["writing", "renaming"])
def test_kill_leaves_nothing_half_written(small: Scenario, tmp_path: Path, stage: str, earlier: bool) -> None:
    target, result = tmp_path / "run", sim.run(small)
    if earlier:
        result.save(target)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(target), stage], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    process.stdout.close()
    if stage == "writing":
        assert target.exists() == earlier
        if earlier:
            assert sim.Run.load(target).seeds == [0]
    elif earlier:  # between the two renames: the old run is whole beside its place, and comes back
        assert not target.exists()
        assert any(".replaced-" in path.name for path in tmp_path.iterdir())
        with pytest.raises(StoreError, match="meantime"):
            result.save(target)
        assert sim.Run.load(target).seeds == [0]
    else:
        assert json.loads((target / "manifest.json").read_text(encoding="utf-8"))["new"]
    sim.run(small, seed=9).save(target, force=True)
    assert sim.Run.load(target).seeds == [9]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_a_living_process_writes_is_left_alone(tmp_path: Path) -> None:
    with store.folder(tmp_path / "run") as first:
        with store.folder(tmp_path / "run") as second:
            assert first.exists()
            (second / "second").write_text("", encoding="utf-8")
        assert first.exists()
        (tmp_path / "run").rename(tmp_path / "other")
        (first / "first").write_text("", encoding="utf-8")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["first", "other", "run", "second"]
