"""What an import may be made of: bounds with their reasons, and the one door by which outside bytes come in."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core.errors import InputRefused

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one import may hold. Beyond any of these the whole import is refused before it is read further."""

    bytes_given: int
    bytes_unpacked: int
    seconds: float
    rows: int
    ratio: int = 100  # text packs 5 to 30 fold, a workbook 20 fold; a bomb 250 fold and more
    ratio_from_bytes: int = MIB  # below this a high ratio is only a very repetitive small file
    files: int = 2_000  # a clinic exports four files; some export one a day
    depth: int = 8  # folders within folders: nobody files deeper on purpose
    columns: int = 500  # the widest laboratory export known to us has 60; a million columns is an attack
    cell: int = 32_767  # what a spreadsheet's cell can hold


#: Through the browser: what 20 MB of CSV can hold (about 250,000 rows), read while somebody waits.
UPLOAD = Limits(bytes_given=20 * MIB, bytes_unpacked=128 * MIB, seconds=60, rows=400_000)
#: On the command line: a clinic's whole history at once. Rows are held in memory until all are settled.
COMMAND_LINE = Limits(bytes_given=512 * MIB, bytes_unpacked=512 * MIB, seconds=1800, rows=2_000_000)

#: Kinds that can run or that carry entities; in an archive one of them refuses the whole import (CONTRACT 1).
UNSAFE_SUFFIXES = frozenset({
    ".xml", ".xsd", ".xsl", ".xslt", ".svg", ".html", ".htm", ".xlsm", ".xlsb", ".xltm", ".docm", ".exe", ".dll",
    ".com", ".bat", ".cmd", ".scr", ".msi", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".hta", ".lnk", ".jar",
    ".class", ".sh", ".bash", ".py", ".pyc", ".pyw", ".pl", ".rb", ".php", ".so", ".dylib", ".app", ".deb", ".rpm",
    ".apk", ".iso", ".img", ".reg",
})  # fmt: skip
ARCHIVE_SUFFIXES = frozenset({
    ".zip", ".gz", ".tgz", ".tar", ".bz2", ".tbz", ".xz", ".txz", ".7z", ".rar", ".zst", ".lz", ".cab", ".arj",
})  # fmt: skip
LITTER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})  # what desktops leave behind, besides names with a dot


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file to read: its name as the user knows it (relative to what was imported) and where its bytes are.

    ignored: not to be read; the sentence says why (it merely lies in a folder). Its bytes are not offered.
    named: the person named this very file, so not being able to read it is a refusal, not a remark.
    """

    name: str
    path_or_bytes: Path | bytes
    ignored: str = ""
    named: bool = False

    @property
    def base_name(self) -> str:
        """The last part of the name in lower case, without `.gz`: `2026/Results.csv.gz` is `results.csv`."""
        return self.name.rsplit("/", 1)[-1].lower().removesuffix(".gz")

    @property
    def suffix(self) -> str:
        """What the name ends with, in lower case: ".csv"."""
        return PurePosixPath(self.name.lower()).suffix

    @property
    def size(self) -> int:
        """Bytes as given, packed if they are packed."""
        content = self.path_or_bytes
        return len(content) if isinstance(content, bytes) else content.stat().st_size

    def open(self) -> BinaryIO:
        """Open the bytes for reading. Raises InputRefused (the user closes the file elsewhere, or mends its rights)."""
        if isinstance(self.path_or_bytes, bytes):
            return BytesIO(self.path_or_bytes)
        try:
            return self.path_or_bytes.open("rb")
        except OSError as error:
            raise InputRefused(f"{self.name} cannot be opened: check that you may read it.", file=self.name) from error


class Deadline:
    """The bound in seconds, asked now and then by whoever reads."""

    def __init__(self, limits: Limits) -> None:
        self._ends = time.monotonic() + limits.seconds
        self._seconds = limits.seconds

    def check(self, name: str) -> None:
        """Raises InputRefused when reading took longer than an import may."""
        if time.monotonic() > self._ends:
            raise unsafe(name, f"takes longer than {self._seconds:.0f} seconds to read: import it in smaller parts")


def unsafe(name: str, what: str) -> InputRefused:
    """The refusal of an input that must not be read further. what: completes "NAME …", with the remedy."""
    return InputRefused(f"{name} {what}.", reason="unsafe_file", file=name)


def printable(name: str) -> str:
    """A file's name that can be shown and written anywhere: undecodable and control characters replaced."""
    clean = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter if letter.isprintable() else "?" for letter in clean)


def open_inputs(paths: Sequence[Path | str], limits: Limits = COMMAND_LINE) -> list[InputFile]:
    """List the files a person meant: named ones, those in named folders, and what .zip and .gz hold, unpacked.

    Names are relative to the named folder or archive; where two arguments hold the same name, the argument's own name
    goes before it. Links are never followed; links, special files and litter come back marked `ignored`.

    Raises: InputRefused (nothing there, too much, or an unsafe archive; the user mends the input).
    """
    found: list[InputFile] = []
    deadline = Deadline(limits)
    given = 0
    for path in (Path(p) for p in paths):
        listed = list(_list_folder(path, limits)) if path.is_dir() else [_named_file(path)]
        here: list[InputFile] = []
        for file in listed:
            given += file.size
            if given > limits.bytes_given:
                raise unsafe(
                    file.name, f"brings the import over {limits.bytes_given // MIB} MiB: import fewer files at a time"
                )
            here.extend(_unpacked(file, limits))
            if len(found) + len(here) > limits.files:
                raise unsafe(printable(path.name), f"holds more than {limits.files} files: import fewer at a time")
            deadline.check(file.name)
        taken = {f.name for f in found}
        clash = any(f.name in taken for f in here)
        found.extend(_under(printable(path.name), f) if clash else f for f in here)
    return found


def open_upload(name: str, content: bytes, limits: Limits = UPLOAD) -> list[InputFile]:
    """The same for one file handed over by the browser. Its name is only ever shown, never used as a path."""
    shown = printable(name.replace("\\", "/").rsplit("/", 1)[-1]) or "upload"
    if len(content) > limits.bytes_given:
        raise unsafe(
            shown, f"is larger than {limits.bytes_given // MIB} MiB: import it in parts, or on the command line"
        )
    return _unpacked(InputFile(shown, content, named=True), limits)


def _named_file(path: Path) -> InputFile:
    name = printable(path.name)
    if not path.exists():
        raise InputRefused(f"{name} does not exist: check the path.", file=name)
    if not path.is_file():
        raise unsafe(name, "is neither a file nor a folder: name the exported file itself")
    return InputFile(name, path, named=True)


def _list_folder(folder: Path, limits: Limits) -> Iterator[InputFile]:
    """Every file below a folder, in name order, never through a link."""

    def stop(error: OSError) -> None:
        raise InputRefused(
            f"A folder in {printable(folder.name)} cannot be listed: check that you may read it."
        ) from error

    seen = 0
    for here, folders, files in os.walk(folder, followlinks=False, onerror=stop):
        below = Path(here).relative_to(folder)
        if len(below.parts) > limits.depth:
            raise unsafe(
                printable(str(below)), f"lies more than {limits.depth} folders deep: import the inner folder itself"
            )
        links = sorted(name for name in folders if (Path(here) / name).is_symlink())
        folders[:] = sorted(name for name in folders if not _is_litter(name))
        for name in sorted([*files, *links]):
            seen += 1
            if seen > limits.files:
                raise unsafe(printable(folder.name), f"holds more than {limits.files} files: import fewer at a time")
            yield _lying_file(Path(here) / name, printable((below / name).as_posix()))


def _lying_file(path: Path, name: str) -> InputFile:
    if path.is_symlink():
        return InputFile(
            name, b"", ignored=f"{name} is a link, and links are never followed: put the file itself there."
        )
    if not path.is_file():
        return InputFile(name, b"", ignored=f"{name} is no ordinary file: it was left aside.")
    if _is_litter(path.name) or path.suffix.lower() in UNSAFE_SUFFIXES:
        return InputFile(name, b"", ignored=f"{name} is of no kind that Nadir reads: it was left aside.")
    return InputFile(name, path)


def _is_litter(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in LITTER


def _unpacked(file: InputFile, limits: Limits) -> list[InputFile]:
    """The file itself, or what it holds when it is packed."""
    suffix = file.suffix
    if file.ignored or suffix not in ARCHIVE_SUFFIXES | UNSAFE_SUFFIXES:
        return [file]
    if suffix in (".zip", ".gz") and not file.name.lower().endswith(".tar.gz"):
        from core.ingest.archives import unpack  # most imports hold no archive and need not load what reads one

        return list(unpack(file, limits))
    if file.named:
        raise unsafe(file.name, "is of a kind that Nadir does not read: give CSV, .xlsx, or a .zip or .gz of them")
    return [InputFile(file.name, b"", ignored=f"{file.name} is of no kind that Nadir reads: it was left aside.")]


def _under(argument: str, file: InputFile) -> InputFile:
    """The same file under the name of the argument it came with."""
    name = f"{argument}/{file.name}"
    return replace(file, name=name, ignored=file.ignored.replace(file.name, name, 1))
