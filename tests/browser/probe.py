"""The cold-start probe (promises 6.5): ask a server for one page over its websocket and keep every byte it answers.

A browser always asks for `/` first and would hide the wound this looks for: a page file run without the shell.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from websockets.sync.client import connect

from tools.serving import Server

PATIENCE_SECONDS = 30


@dataclass
class Answer:
    """Everything one connection was sent until the script finished."""

    raw: bytes = b""
    texts: list[str] = field(default_factory=list)
    menu: list[str] | None = None  # what st.navigation offered; None: the shell never got that far
    unknown_page: bool = False
    finished: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    def holds(self, word: str) -> bool:
        """Was this word sent at all, in whatever message?"""
        return word.encode() in self.raw


def ask(server: Server, page_name: str = "", *, page_hash: str = "", query: str = "") -> Answer:
    """Open one connection, ask for one page by name or by a (forged) script hash, collect to the end of the run."""
    answer = Answer()
    address = f"ws://127.0.0.1:{server.port}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], origin=server.url, max_size=None) as connection:
        request = BackMsg()
        request.rerun_script.page_name = page_name
        request.rerun_script.page_script_hash = page_hash
        request.rerun_script.query_string = query
        connection.send(request.SerializeToString())
        until = time.monotonic() + PATIENCE_SECONDS
        while not answer.finished and time.monotonic() < until:
            try:
                collect(answer, connection.recv(timeout=until - time.monotonic()))
            except TimeoutError:
                break
    return answer


def collect(answer: Answer, message: bytes) -> None:
    answer.raw += message
    forward = ForwardMsg()
    forward.ParseFromString(message)
    kind = forward.WhichOneof("type")
    if kind == "delta" and forward.delta.WhichOneof("type") == "new_element":
        element = forward.delta.new_element
        shown = getattr(element, element.WhichOneof("type"))
        answer.texts += [str(getattr(shown, name)) for name in ("body", "message", "label") if getattr(shown, name, "")]
    elif kind == "navigation":
        answer.menu = [page.url_pathname for page in forward.navigation.app_pages]
    elif kind == "page_not_found":
        answer.unknown_page = True
    elif kind == "script_finished":
        # a script that asks for a rerun finishes early and goes on; only a real end is an end
        answer.finished = forward.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


def forge_hashes(folder: Path, url_paths: list[str]) -> list[str]:
    """Script hashes an attacker could guess: of every page file, every url path, the shell and the entry."""
    files = [folder / "app.py", *sorted((folder / "pages").rglob("*.py"))]
    guesses = [text for file in files for text in (str(file), str(file.relative_to(folder)), file.stem)]
    guesses += [text for path in url_paths for text in (path, f"/{path}", "")]
    return sorted({calc_hash(text) for text in guesses})
