"""Papers of the example clinic, and their text as a PDF reader finds it."""

from __future__ import annotations

import io
import re

from pypdf import PdfReader

from core.paper.about import About
from tests.views import example

HASH = "sha256:" + "ab12" * 16


def about(**given: object) -> About:
    """What an example paper says of itself; anything may be given otherwise."""
    usual: dict[str, object] = {
        "title": "Paper", "as_of": example.AS_OF, "sample": True, "program": "Nadir 9.8.7", "version": 42,
        "protocols": {"anakinra": HASH}, "last_import": example.AS_OF - 50_000,
    }  # fmt: skip
    return About(**(usual | given))  # type: ignore[arg-type]


def read_pages(pdf: bytes) -> list[str]:
    """The words of each page, in the order they were written, single spaces between them."""
    assert pdf.startswith(b"%PDF-")
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def read_text(pdf: bytes) -> str:
    """The words of all pages, without the spaces at which lines may have been broken."""
    return "".join(read_pages(pdf)).replace(" ", "")


def squeeze(words: str) -> str:
    """Words to look for in `read_text`."""
    return re.sub(r"\s+", "", words)
