"""What strangers get wrong on the command line is told in plain words, with exit code 2 and without a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app

FILES = {
    "empty.toml": b"",
    "syntax.toml": b'extends = "baseline\n[claims]\n',
    "binary.toml": bytes(range(128, 256)),
    "control.toml": b"\x00\x01",
    "file": b"mine",
    "folder/thesis.txt": b"mine",
    "run/manifest.json": b'{"format": "parity-run/1"}',
    "torn/manifest.json": b'{"format": "parity-sw',
    "bare/manifest.json": b'{"format": "parity-sweep/1"}',
    "study/study.toml": b'format = "parity-study/2"\n',
}

MISTAKES = [
    # command line, parts of what is told
    ("run nowhere.toml", ["1 problem in the scenario", "nowhere.toml", "no such file", "allowed:"]),
    ("run folder", ["folder", "a folder", "allowed:"]),
    ("run baselin", ["no scenario of that name", 'did you mean "baseline"?']),
    ("run syntax.toml", ["syntax.toml", "line 1", "TOML syntax"]),
    ("run binary.toml", ["binary.toml", "not UTF-8 text", "save the file as UTF-8"]),
    ("run control.toml", ["control.toml", "Invalid statement", "TOML syntax"]),
    ("run baseline --replicates -3", ["--replicates", "greater than or equal to 1"]),
    ("run baseline --workers 0", ["--workers", "greater than or equal to 1"]),
    ("run baseline --set claims.rat=1", ["--set", "claims.rat", "an unknown key", 'did you mean "rate"?']),
    ("run baseline --out file/x", ["file/x cannot be made", "is not a folder"]),
    ("run baseline --out folder --force", ["folder exists and holds no run of Parity"]),
    ("sweep nowhere.toml", ["1 problem in the sweep", "nowhere.toml", "no such file", "control-and-copying"]),
    ("sweep folder", ["1 problem in the sweep", "a folder"]),
    ("sweep empty.toml", ["4 problems in the sweep", "neither base nor model", "no factors", "no outcomes"]),
    ("sweep syntax.toml", ["1 problem in the sweep", "syntax.toml", "line 1"]),
    ("sweep binary.toml", ["1 problem in the sweep", "not UTF-8 text"]),
    ("sweep baseline", ["baseline is a scenario: parity run baseline"]),
    ("sweep control-and-copying --out folder", ["folder exists and holds no sweep of Parity"]),
    ("sweep control-and-copying --out run", ["run holds a run of Parity and no sweep"]),
    ("sweep control-and-copying --replicates 0", ["--replicates", "greater than or equal to 1"]),
    ("sensitivity nowhere", ["nowhere is not a folder"]),
    ("sensitivity folder", ["folder holds no sweep", "manifest.json"]),
    ("report run", ["run holds a run of Parity and no sweep"]),
    ("report torn", ["torn/manifest.json cannot be read"]),
    ("discover bare --outcome lag>1", ["bare/manifest.json cannot be read: it has no sweep"]),
    ("effect file --factor x", ["file is not a folder"]),
    ("compare baseline copying-sincre", ['did you mean "copying-sincere"?']),
    ("compare baseline core --window 9 --weeks 4", ["--window 9: at most 4, the recorded weeks"]),
    ("hindcast --until yesterday", ["--until yesterday: not a date"]),
    ("study nowhere", ["1 problem in the study", "no study of that name", "narrative-vs-benchmark"]),
    ("study study", ["problems in the study", "study.toml", "parity-study/2", '"parity-study/1"']),
    ("study narrative-vs-benchmark --fast --out file", ["file is not a folder"]),
    ("study narrative-vs-benchmark --fast --out file/x", ["file/x cannot be made"]),
    ("scenario schema --output file/x", ["file/x cannot be used", "Not a directory"]),
    ("verify contrl", ["unknown group contrl", 'did you mean "control"?']),
    ("runn", ["No such command 'runn'", "Did you mean 'run'?"]),
]


@pytest.mark.parametrize(("words", "parts"), MISTAKES, ids=[words for words, _ in MISTAKES])
def test_mistakes_are_told_plainly(
    words: str, parts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    result = CliRunner().invoke(app, words.split())
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    for part in parts:
        assert part in result.stderr
    assert result.stderr.replace("\n", "").isprintable()
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == set(
        FILES
    )
