"""Unpacking .zip and .gz within bounds: the directory is judged before a byte is unpacked; no member is ever a path."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from gzip import GzipFile
from pathlib import PurePosixPath
from typing import BinaryIO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from core.ingest.limits import (
    ARCHIVE_SUFFIXES,
    LITTER,
    MIB,
    UNSAFE_SUFFIXES,
    InputFile,
    Limits,
    printable,
    unsafe,
)

_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!")  # how archives begin
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")  # how programs begin
_ENCRYPTED = 0x1  # ZIP general purpose flag, bit 0 (APPNOTE 4.4.4)
_CHUNK = 1 << 16


def unpack(file: InputFile, limits: Limits) -> Iterator[InputFile]:
    """Yield what a .zip or a .gz holds.

    A named archive is like a named folder: its members' names are relative to it; one lying in a folder precedes them.
    Raises: InputRefused, reason unsafe_file, for the whole import (the user packs it again, or imports it unpacked).
    """
    if file.suffix == ".zip":
        yield from _unpack_zip(file, limits)
    else:
        yield InputFile(file.name, _unpack_gz(file, limits), named=file.named)


def check_directory(archive: ZipFile, name: str, limits: Limits) -> list[ZipInfo]:
    """Judge an archive (or a workbook, which is one) by its directory alone: members, bytes, ratio, repeated names.

    Raises: InputRefused, reason unsafe_file.
    """
    members = archive.infolist()
    if len(members) > limits.files:
        raise unsafe(name, f"holds more than {limits.files} members: pack fewer files")
    if len({m.filename for m in members}) < len(members):
        raise unsafe(name, "holds two members of one name: pack it again")
    unpacked = sum(m.file_size for m in members)
    packed = sum(m.compress_size for m in members)
    if unpacked > limits.bytes_unpacked:
        raise unsafe(name, f"unpacks to more than {limits.bytes_unpacked // MIB} MiB: pack fewer files")
    if unpacked > limits.ratio_from_bytes and unpacked > limits.ratio * max(packed, 1):
        raise unsafe(name, f"unpacks to more than {limits.ratio} times its size: import the unpacked files")
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise unsafe(name, "is locked with a password: import the unlocked file")
    return members


def _unpack_zip(file: InputFile, limits: Limits) -> Iterator[InputFile]:
    try:
        with file.open() as stream, ZipFile(stream) as archive:
            for member in check_directory(archive, file.name, limits):
                if not member.is_dir():
                    yield _member(file, archive, member, limits)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise unsafe(
            file.name, "is damaged or packed in an unusual way: pack it again, or import the unpacked files"
        ) from error


def _member(file: InputFile, archive: ZipFile, member: ZipInfo, limits: Limits) -> InputFile:
    shown = printable(member.filename)
    path = PurePosixPath(member.filename)
    if (
        "\\" in member.filename
        or ":" in member.filename
        or path.is_absolute()
        or ".." in path.parts
        or shown != member.filename
    ):
        raise unsafe(file.name, f"holds {shown!r}, which points outside the archive: pack it again")
    if len(path.parts) > limits.depth:
        raise unsafe(file.name, f"holds {shown!r}, more than {limits.depth} folders deep: pack it again")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise unsafe(file.name, f"holds {shown!r}, a link, and links are never followed: pack the file itself")
    name = shown if file.named else f"{file.name}/{shown}"
    suffixes = {suffix.lower() for suffix in path.suffixes[-1:]}
    if any(part.startswith((".", "~$")) or part.lower() in LITTER for part in path.parts):
        return InputFile(name, b"", ignored=f"{name} is of no kind that Nadir reads: it was left aside.")
    if suffixes & UNSAFE_SUFFIXES:
        raise unsafe(file.name, f"holds {shown!r}, of a kind that is not read from archives: pack only CSV or .xlsx")
    if suffixes & ARCHIVE_SUFFIXES:
        raise unsafe(file.name, f"holds another archive, {shown!r}: unpack it first")
    with archive.open(member) as packed:
        content = packed.read(member.file_size + 1)
    _check_content(file.name, shown, content, is_workbook=".xlsx" in suffixes)
    return InputFile(name, content)


def _unpack_gz(file: InputFile, limits: Limits) -> bytes:
    try:
        with file.open() as stream, GzipFile(fileobj=stream) as packed:
            content = _read_within(file.name, cast(BinaryIO, packed), file.size, limits)
    except (OSError, EOFError, zlib.error) as error:
        raise unsafe(file.name, "is damaged: pack it again, or import the unpacked file") from error
    _check_content(file.name, file.base_name, content, is_workbook=file.base_name.endswith(".xlsx"))
    return content


def _read_within(name: str, packed: BinaryIO, size: int, limits: Limits) -> bytes:
    """Unpack in pieces and stop at the first one too many: a .gz does not say beforehand how large it is."""
    pieces: list[bytes] = []
    total = 0
    while piece := packed.read(_CHUNK):
        pieces.append(piece)
        total += len(piece)
        if total > limits.bytes_unpacked:
            raise unsafe(name, f"unpacks to more than {limits.bytes_unpacked // MIB} MiB: import it in parts")
        if total > limits.ratio_from_bytes and total > limits.ratio * max(size, 1):
            raise unsafe(name, f"unpacks to more than {limits.ratio} times its size: import the unpacked file")
    return b"".join(pieces)


def _check_content(archive: str, member: str, content: bytes, *, is_workbook: bool) -> None:
    """A member's kind is what it holds, whatever it is called."""
    if content.startswith(_PROGRAMS):
        raise unsafe(archive, f"holds {member!r}, which is a program: pack only CSV or .xlsx")
    if content.startswith(_PACKED) and not is_workbook:
        raise unsafe(archive, f"holds another archive, {member!r}: unpack it first")
