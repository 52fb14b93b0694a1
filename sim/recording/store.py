"""Runs on disk: folders that appear whole or not at all, tables with fixed bytes.

A folder is filled under a temporary name beside its place and then renamed. If a process is killed in between
the place is as it was, and what the process left beside it is removed by the next one that writes there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

MANIFEST = "manifest.json"
#: Writer settings that fix the bytes of a table, given the version of pyarrow.
ROWS_IN_GROUP = 131_072


class StoreError(Exception):
    """A folder that cannot be written or read; the message says why and what to do."""


def write_table(table: pa.Table, path: Path) -> dict[str, Any]:
    """Write a table as Parquet; returns its SHA-256, bytes, rows and columns for the manifest."""
    write_parquet(table, path)
    _sync(path)
    return {
        "sha256": digest(path),
        "bytes": path.stat().st_size,
        "rows": table.num_rows,
        "columns": {field.name: str(field.type) for field in table.schema},
    }


def write_parquet(table: pa.Table, where: Any) -> None:
    """Write a table as Parquet to a path or an Arrow stream, with settings that fix its bytes."""
    import pyarrow.parquet as pq

    texts = [field.name for field in table.schema if str(field.type) == "string"]
    pq.write_table(
        table.combine_chunks(), where, version="2.6", data_page_version="1.0", compression="zstd",
        compression_level=3, use_dictionary=texts, row_group_size=ROWS_IN_GROUP, write_statistics=True,
        store_schema=True,
    )  # fmt: skip


def read_table(path: Path) -> pa.Table:
    """Read a Parquet table."""
    import pyarrow.parquet as pq

    return pq.ParquetFile(path).read().combine_chunks()


def write_json(value: Any, path: Path) -> None:
    """Write JSON that people can read; NaN is refused."""
    write_bytes((json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode(), path)


def write_bytes(data: bytes, path: Path) -> None:
    """Write bytes and wait until they are on disk."""
    path.write_bytes(data)
    _sync(path)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_target(target: Path, force: bool = False) -> None:
    """Raise :class:`StoreError` if a folder cannot be put at ``target``, before any work is done for it."""
    if _exists(target):
        if not force:
            raise StoreError(
                f"{target} exists; choose another folder, or replace it with --force (force=True)"
            )
        if not target.is_dir() or not (_is_ours(target) or not any(target.iterdir())):
            raise StoreError(
                f"{target} exists and holds no run of Parity; it is not replaced, even with --force"
            )
    above = target.absolute().parent
    while not _exists(above):
        above = above.parent
    if not above.is_dir():
        raise StoreError(f"{target} cannot be made: {above} is not a folder")
    if not os.access(above, os.W_OK | os.X_OK):
        raise StoreError(f"{target} cannot be made: no permission to write in {above}")


def free_name(target: Path) -> Path:
    """Return ``target``, or the first of ``target-2``, ``target-3``, ... that does not exist."""
    free, number = target, 1
    while _exists(free):
        number += 1
        free = target.with_name(f"{target.name}-{number}")
    return free


@contextlib.contextmanager
def folder(target: Path, force: bool = False) -> Iterator[Path]:
    """Yield an empty folder that takes the place of ``target`` when the block ends without an error."""
    check_target(target, force)
    target = target.absolute()
    made = _make_parents(target.parent)
    partial = target.with_name(f".{target.name}.partial-{_here()}-{os.getpid()}-{uuid.uuid4().hex[:8]}")
    done = False
    try:
        _sweep(target)
        partial.mkdir()
        yield partial
        sync_folder(partial)
        _put(partial, target, force)
        done = True
        sync_folder(target.parent)
    except OSError as error:
        raise StoreError(f"{target} could not be written: {error.strerror or error}") from error
    finally:
        if not done:
            shutil.rmtree(partial, ignore_errors=True)
            for parent in made:
                with contextlib.suppress(OSError):
                    parent.rmdir()


def _put(partial: Path, target: Path, force: bool) -> None:
    """Rename ``partial`` to ``target``; what is replaced stays whole until the new folder is in its place."""
    if not _exists(target):
        partial.rename(target)
        return
    if not force:
        raise StoreError(f"{target} has appeared in the meantime and is left as it is")
    old = target.with_name(partial.name.replace(".partial-", ".replaced-"))
    target.rename(old)
    try:
        partial.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _make_parents(parent: Path) -> list[Path]:
    """Make the folders above the target; returns those that were not there, innermost first."""
    absent = []
    above = parent
    while not _exists(above):
        absent.append(above)
        above = above.parent
    parent.mkdir(parents=True, exist_ok=True)
    return absent


def _sweep(target: Path) -> None:
    """Remove what killed processes of this machine left beside ``target``; put back what was replaced."""
    mark = re.compile(
        re.escape(f".{target.name}.") + rf"(partial|replaced)-{re.escape(_here())}-(\d+)-[0-9a-f]+\Z"
    )
    for path in target.parent.iterdir():
        match = mark.match(path.name)
        if match is None or _alive(int(match[2])):
            continue
        if match[1] == "replaced" and not _exists(target):
            path.rename(target)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _here() -> str:
    return re.sub(r"[^A-Za-z0-9.]", "_", socket.gethostname()) or "host"


def _alive(process: int) -> bool:
    if os.name == "nt":  # signal 0 would interrupt it there
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _is_ours(target: Path) -> bool:
    try:
        found = json.loads((target / MANIFEST).read_bytes())
        return str(found["format"]).startswith("parity-")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _exists(path: Path) -> bool:
    return os.path.lexists(path)


def _sync(path: Path) -> None:
    """Wait until a file is on disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on disk, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
