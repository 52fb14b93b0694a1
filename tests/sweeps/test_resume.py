"""Resuming: what is there is kept, what is missing is made, what does not belong together is refused."""

import copy
import errno
import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sim.experiments.sweep import identity, shards
from sim.experiments.sweep.conductor import DiskFullError, sweep
from sim.experiments.sweep.dataset import load_data
from sim.experiments.sweep.directory import opened
from sim.experiments.sweep.loading import load_sweep, shipped_sweeps, sweep_from
from sim.experiments.sweep.plan import Plan
from sim.experiments.sweep.shards import Shards, merge, recover
from sim.recording import store
from sim.recording.store import StoreError
from sim.scenario import load_scenario
from tests.sweeps.running import ROOT, contents, ended, external, in_child, made, narrative, serial, tidy


class Stop(Exception):
    """Ends a sweep on purpose."""


def stopped(data: dict[str, Any], out: Path, after: int, batch: int = 4) -> None:
    """Begin a sweep and stop it when so many runs are done."""

    def stop(progress: Any) -> None:
        if progress.new >= after:
            raise Stop

    with pytest.raises(Stop):
        serial(data, out, batch=batch, progress=stop)


@pytest.mark.parametrize("data", [external(), narrative()], ids=["external", "narrative"])
def test_only_what_is_missing_is_made(data: dict[str, Any], tmp_path: Path) -> None:
    out = tmp_path / "out"
    stopped(data, out, 8)
    kept = {path: path.read_bytes() for path in out.rglob("batch-*")}
    assert kept
    told: list[Any] = []
    found = serial(data, out, batch=3, progress=told.append)
    assert told[0].done >= 8
    assert told[-1].new == told[-1].total - told[0].done
    serial(data, tmp_path / "whole")
    assert contents(out) == contents(tmp_path / "whole")
    assert tidy(out)
    assert found.manifest["wall_seconds"] > 0
    told.clear()
    serial(data, out, progress=told.append)
    assert not told, "a complete sweep is left alone"


def test_what_a_killed_process_leaves_is_cleared(tmp_path: Path) -> None:
    out = tmp_path / "out"
    stopped(narrative(), out, 8)
    series = sorted((out / "series").glob("batch-*"))[-1]
    (out / "series" / "batch-000099.parquet").write_bytes(series.read_bytes())  # written, its runs were not
    (out / "runs" / ".batch-000098.parquet.tmp").write_bytes(b"half a file")
    (out / ".manifest.json.tmp").write_bytes(b"{")
    serial(narrative(), out)
    serial(narrative(), tmp_path / "whole")
    assert contents(out) == contents(tmp_path / "whole")


@pytest.mark.parametrize("moment", ["before", "between", "after"])
def test_a_merge_that_was_interrupted(moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before the first rename, between the two, after the second."""
    out = tmp_path / "out"
    stopped(external(), out, 40)
    rename = Path.rename

    def killed(self: Path, target: Path) -> Path:
        hidden = self.name == ".runs.merged"
        if (moment == "before" and self.name == "runs") or (moment == "between" and hidden):
            raise Stop
        moved = rename(self, target)
        if moment == "after" and hidden:
            raise Stop
        return moved

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(Stop):
            serial(external(), out)
    assert not tidy(out)
    assert len(load_data(out).runs) == 60
    serial(external(), out)
    serial(external(), tmp_path / "whole")
    assert contents(out) == contents(tmp_path / "whole")
    assert tidy(out)


def test_merged_files_depend_on_the_rows_only(tmp_path: Path) -> None:
    plan = Plan(made(external()))
    found = []
    for name, batch in (("a", 7), ("b", 13)):
        folder = tmp_path / name / "runs"
        stopped(external(), tmp_path / name, 60, batch)
        merge(folder, plan.columns.runs, plan, rows_in_file=25)
        found.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
        assert len(Shards(tmp_path / name, plan).done()) == 60
    assert list(found[0]) == ["part-00000.parquet", "part-00001.parquet", "part-00002.parquet"]
    assert found[0] == found[1]
    runs = load_data(tmp_path / "a").runs
    assert list(zip(runs["row"], runs["replicate"], strict=True)) == [
        (r, k) for r in range(20) for k in range(3)
    ]
    recover(tmp_path / "a" / "runs")
    assert len(list((tmp_path / "a" / "runs").iterdir())) == 3


def test_a_shard_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    stopped(external(), tmp_path / "out", 8)
    shard = sorted((tmp_path / "out" / "runs").glob("batch-*"))[0]
    shard.write_bytes(shard.read_bytes()[:100])
    with pytest.raises(StoreError, match=rf"{shard.name} cannot be read"):
        serial(external(), tmp_path / "out")
    shard.unlink()
    assert len(serial(external(), tmp_path / "out").runs) == 60


@pytest.mark.parametrize("name", ["runs/part-00000.parquet", "failures.parquet"])
@pytest.mark.parametrize("left", [0, 100, None])
def test_results_that_cannot_be_read_are_named(tmp_path: Path, name: str, left: int | None) -> None:
    """Empty, cut short, and a table of another kind."""
    serial(external(), tmp_path)
    file = tmp_path / name
    file.write_bytes((tmp_path / "design.parquet" if left is None else file).read_bytes()[:left])
    data = load_data(tmp_path)
    with pytest.raises(StoreError) as told:
        _ = (data.runs, data.failures)
    assert str(told.value).startswith(f"a table of {tmp_path} cannot be read: {name} (")
    assert "move that file away" in str(told.value)
    file.unlink()
    if name.startswith("runs"):
        assert len(serial(external(), tmp_path).runs) == 60


def test_a_manifest_without_its_sweep_is_told(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"format": "parity-sweep/1", "state": "complete"}')
    with pytest.raises(StoreError, match=r"manifest\.json cannot be read: it has no sweep, runs"):
        load_data(tmp_path)


def test_rows_that_are_there_twice_are_refused(tmp_path: Path) -> None:
    stopped(external(), tmp_path / "out", 8)
    shard = sorted((tmp_path / "out" / "runs").glob("batch-*"))[0]
    shard.with_name("batch-000050.parquet").write_bytes(shard.read_bytes())
    with pytest.raises(StoreError, match="more than once"):
        serial(external(), tmp_path / "out")


# -- what does not belong together -------------------------------------------------------------------------------


def test_another_sweep_is_refused_with_what_differs(tmp_path: Path) -> None:
    out = tmp_path / "out"
    serial(narrative(), out)
    before = contents(out)
    other = narrative(replicates=3)
    other["base_changes"]["size.investors"] = 14
    other["factors"]["export_control.strength"]["range"] = [0.1, 0.9]
    with pytest.raises(StoreError) as told:
        serial(other, out)
    for line in (
        "sweep: replicates = 2 there, 3 here",
        "sweep: base_changes.size.investors = 12 there, 14 here",
        "sweep: factors.export_control.strength.range = [0.0, 0.9] there, [0.1, 0.9] here",
        "--force-new",
    ):
        assert line in str(told.value)
    assert contents(out) == before
    serial(narrative(title="Another title"), out)  # what only readers see does not count


def test_factors_in_another_order_are_another_sweep(tmp_path: Path) -> None:
    serial(external(), tmp_path / "out")
    other = external()
    other["factors"] = dict(reversed(other["factors"].items()))
    with pytest.raises(StoreError, match="factors in the order a, b there, b, a here"):
        serial(other, tmp_path / "out")


def test_labels_in_another_order_are_another_sweep(tmp_path: Path) -> None:
    """Rows follow the labels of a choice, which the digest leaves out like all order."""
    bundles = {"calm": {"claims.policy": "none"}, "loud": {"claims.policy": "strategic"}}
    data = narrative(factors={"voice": {"settings": bundles}}, design={"kind": "grid"}, weeks=3, replicates=1)
    other = copy.deepcopy(data)
    other["factors"]["voice"]["settings"] = dict(reversed(bundles.items()))
    first, second = made(data), made(other)
    assert first.digest() == second.digest()
    assert list(first.table()["voice"]) == list(second.table()["voice"])[::-1]
    serial(first, tmp_path / "out")
    before = contents(tmp_path / "out")
    with pytest.raises(
        StoreError, match=r"sweep: factors\.voice\.settings in the order calm, loud there, loud, calm here"
    ):
        serial(second, tmp_path / "out")
    assert contents(tmp_path / "out") == before


def test_labs_in_another_order_are_another_sweep(tmp_path: Path) -> None:
    """Labs draw their luck by their place."""
    base = load_scenario("baseline").resolved()
    data = narrative(base=base, weeks=3, replicates=1, samples=2)
    other = data | {"base": base | {"labs": dict(reversed(base["labs"].items()))}}
    assert made(data).digest() == made(other).digest()
    assert not serial(data).runs["lag"].equals(serial(other).runs["lag"])
    serial(data, tmp_path / "out")
    with pytest.raises(StoreError, match=r"sweep: base\.labs in the order us-closed-1, "):
        serial(other, tmp_path / "out")


@pytest.mark.parametrize("name", shipped_sweeps())
def test_a_sweep_read_again_has_its_tables_in_the_same_order(name: str) -> None:
    sweep = load_sweep(name)
    mine = identity.identity_of(sweep)
    for source in (json.loads(json.dumps(sweep.source)), tomllib.loads(sweep.to_toml())):
        again = sweep_from(source)
        assert identity.differences(identity.identity_of(again), mine, again.source, sweep.source) == []
        assert again.table().equals(sweep.table())


def test_other_code_is_refused_with_what_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    stopped(external(), out, 8)
    files = dict(identity.code_files())
    files["sim/mechanisms/beliefs.py"] = "0" * 16
    del files["sim/mechanisms/claims.py"]
    files["sim/mechanisms/rumours.py"] = "1" * 16
    monkeypatch.setattr(identity, "code_files", lambda: files)
    monkeypatch.setattr(identity.metadata, "version", lambda name: "0.1")
    with pytest.raises(StoreError) as told:
        serial(external(), out)
    for line in (
        "code: sim/mechanisms/beliefs.py: changed",
        "code: sim/mechanisms/claims.py: gone",
        "code: sim/mechanisms/rumours.py: new",
        "library: numpy",
    ):
        assert line in str(told.value)


def test_code_that_shows_results_does_not_count() -> None:
    files = identity.code_files()
    assert {
        "sim/model.py",
        "sim/mechanisms/beliefs.py",
        "sim/experiments/sweep/evaluation.py",
    } <= files.keys()
    assert {
        "sim/scenario/scenario.py",
        "sim/recording/outputs.py",
        "sim/experiments/statistics.py",
    } <= files.keys()
    parts = {name.split("/")[1] for name in files}
    assert not parts & {"cli", "report", "analysis", "studies", "__init__.py"}
    assert "sim/experiments/sweep/conductor.py" not in files
    assert all((ROOT / name).is_file() for name in files)
    for name in identity.WITHOUT_EFFECT:
        if name.endswith(".py"):
            assert (ROOT / "sim" / name).is_file(), name


def test_a_changed_model_is_other_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "my_model.py"
    text = "def f(values, seeds):\n    return {'y': values['a'] * 1.0}\n"
    module.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    data = external() | {"model": "my_model:f"}
    serial(data, tmp_path / "out")
    module.write_text(text.replace("1.0", "2.0"), encoding="utf-8")
    with pytest.raises(StoreError, match="code: module my_model: changed"):
        serial(data, tmp_path / "out")


def test_force_new_moves_aside_and_never_deletes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    serial(external(), out)
    first = contents(out)
    for number, name in ((1, "out-old"), (2, "out-old-2")):
        serial(external(replicates=number), out, force_new=True)
        assert (tmp_path / name / "manifest.json").is_file()
    assert contents(tmp_path / "out-old") == first
    assert len(load_data(out).runs) == 40


def test_folders_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    for force in (False, True):
        with pytest.raises(StoreError, match=r"holds no sweep of Parity \(thesis.txt"):
            serial(external(), tmp_path, force_new=force)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be made"):
        serial(external(), tmp_path / "file" / "out")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "manifest.json").write_text('{"format": "parity-run/1"}', encoding="utf-8")
    with pytest.raises(StoreError, match="parity-run/1"):
        serial(external(), tmp_path / "run")


def test_one_process_at_a_time(tmp_path: Path) -> None:
    chosen = made(external())
    with opened(tmp_path / "out", Plan(chosen)):
        for force in (False, True):
            with pytest.raises(
                StoreError, match=rf"another process \(process {os.getpid()}\) is running the sweep"
            ):
                serial(chosen, tmp_path / "out", force_new=force)
    assert len(serial(chosen, tmp_path / "out").runs) == 60


# -- a full disk -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [1, 4, 7])
def test_a_full_disk(at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fills up at the n-th table of shards, and is emptied later."""
    out, left = tmp_path / "out", at
    write = store.write_table

    def full(table: Any, path: Path) -> Any:
        nonlocal left
        if path.name.startswith(".batch") or path.name.startswith("part"):
            left -= 1
            if left < 0:
                path.write_bytes(b"what fitted")
                raise OSError(errno.ENOSPC, "No space left on device")
        return write(table, path)

    with monkeypatch.context() as patch:
        patch.setattr(store, "write_table", full)
        with pytest.raises(DiskFullError, match=r"no room to write .*make room"):
            serial(narrative(), out, batch=4)
    assert not list(out.rglob(".batch*"))
    done = len(load_data(out).runs)
    assert done > 0 or at == 1
    told: list[Any] = []
    serial(narrative(), out, progress=told.append)
    serial(narrative(), tmp_path / "whole")
    assert contents(out) == contents(tmp_path / "whole")
    assert not told or told[-1].new <= 14 - done


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork")
def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """The system itself refuses to write: shards fit, the merged table does not."""
    import resource

    def limited(*arguments: Any) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        merge(*arguments)

    def work() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(shards, "merge", limited)
            try:
                serial(external(), tmp_path / "out")
            except DiskFullError:
                os._exit(4)

    assert ended(in_child(work)) == 4
    assert sum(pq.read_metadata(path).num_rows for path in (tmp_path / "out" / "runs").iterdir()) == 60
    serial(external(), tmp_path / "out")
    serial(external(), tmp_path / "whole")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_disk_that_is_full_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(store, "write_bytes", full)
        with pytest.raises(DiskFullError):
            sweep(made(external()), tmp_path / "out", executor="serial")
    assert len(serial(external(), tmp_path / "out").runs) == 60
