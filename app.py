"""The entry: the served application when a server imports it, the shell when it is executed as a script."""

from __future__ import annotations

import importlib
import ipaddress
import runpy
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from threading import Event

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.services.first_picture import begin_first_picture
from pages import fault

SHELL = Path(__file__).resolve().parent / "pages" / "shell.py"

#: What the first screen imports, and the first row of its buttons; and what the others do.
FIRST_IMPORTS = ("pages.worklist", "streamlit.emojis")
LATER_IMPORTS = (
    "pandas", "pages.patient", "pages.recall", "pages.blind_spots", "pages.import_data", "pages.rule_book",
    "pages.quality", "pages.audit",
)  # fmt: skip

#: Sent with every answer. The policy makes the browser itself refuse any address but this server's; Streamlit needs
#: inline styles, evaluated chart code, blobs and data images.
HEADERS = (
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        b"img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
        b"base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    ),
)


class SecurityHeaders:
    """Adds HEADERS to every HTTP answer, Streamlit's own files included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name for name, _ in HEADERS}
                kept = [(name, value) for name, value in message.get("headers", []) if name.lower() not in named]
                message = {**message, "headers": [*kept, *HEADERS]}
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class ThisMachineOnly:
    """Refuses every caller but this machine, whatever address the server was told to listen on.

    The local user holds every role, so nobody else may be that user until people can sign in (HAZ-015).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_loopback(scope.get("client")):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            refusal = PlainTextResponse("Nadir answers only the machine it runs on.\n", status_code=403)
            await refusal(scope, receive, send)


def is_loopback(client: tuple[str, int] | None) -> bool:
    """Is the caller this machine? An unknown or unreadable address is not."""
    try:
        address = ipaddress.ip_address(client[0]) if client else None
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address is not None and address.is_loopback


async def healthz(_request: Request) -> PlainTextResponse:
    """Say that the server is up, and nothing about patients."""
    return PlainTextResponse("ok")


@asynccontextmanager
async def begin(_app: st.App) -> AsyncIterator[None]:
    """Read the clinic from the server's first moment to its last, so that a screen finds it ready."""
    ended = Event()
    begin_first_picture(partial(import_all, FIRST_IMPORTS), partial(import_all, LATER_IMPORTS), ended)
    yield
    ended.set()


def import_all(names: Iterable[str]) -> None:
    """Import these before a screen does: for the first one while the browser is still loading its own."""
    for name in names:
        importlib.import_module(name)


if get_script_run_ctx(suppress_warning=True) is None:  # imported by a server
    fault.keep_values_out_of_logs()
    app = st.App(
        SHELL,
        routes=[Route("/healthz", healthz)],
        lifespan=begin,
        middleware=[Middleware(SecurityHeaders), Middleware(ThisMachineOnly)],
        on_script_error=fault.explain,
    )
else:  # executed as a script
    runpy.run_path(str(SHELL), run_name="__main__")
