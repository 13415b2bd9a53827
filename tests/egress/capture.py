"""What a page sends to the browser: every message of one run, and every text, number and table in them.

Nothing is taken by kind of element: the walk goes through all fields of all messages, so an element that nobody has used
before is read like the others, and bytes that are no Arrow table are an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pyarrow as pa
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.testing.v1 import AppTest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.opened import no_search, open_all

MAIN = Path(__file__).resolve().parents[2] / "pages" / "main.py"
TIMEOUT_SECONDS = 60
OF_STREAMLIT = frozenset(("new_session", "session_status_changed", "script_finished"))
"""Messages that Streamlit fills by itself, before the page's code runs and after it: of the server and the session."""
OF_THE_PAGE = frozenset(("delta", "navigation", "page_config_changed"))


@dataclass
class Sent:
    """Everything that messages hold: each part with the path of fields that leads to it."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    numbers: list[tuple[str, float]] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    specs: list[dict[str, Any]] = field(default_factory=list)
    tables: list[pa.Table] = field(default_factory=list)
    raw: bytes = b""


def visit(page: str, **query: str) -> list[ForwardMsg]:
    """The messages of opening a page with what a URL asks for, and then each of its folds; `RELEASE` names the release."""
    with _every_message() as messages, no_search():
        app = AppTest.from_file(MAIN, default_timeout=TIMEOUT_SECONDS)
        app.query_params.update(query)
        if page != "overview":
            app.switch_page(f"{page}.py")
        open_all(app.run())
        assert not app.exception, f"{page} {query} failed"
    return messages


def visit_served(address: str, page: str, **query: str) -> list[ForwardMsg]:
    """The messages of opening a page of a running server, and then each of its folds, off the wire."""
    asked = BackMsg()
    asked.rerun_script.page_name = "" if page == "overview" else page
    asked.rerun_script.query_string = urlencode(query)
    messages: list[ForwardMsg] = []
    place = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(place, origin=Origin(address), subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
        messages += _answer(socket, asked)
        while folds := _folds(messages) - {state.id for state in asked.rerun_script.widget_states.widgets}:
            for fold in sorted(folds):
                asked.rerun_script.widget_states.widgets.add(id=fold, bool_value=True)
            messages += _answer(socket, asked)
    return messages


def _answer(socket: ClientConnection, asked: BackMsg) -> list[ForwardMsg]:
    socket.send(asked.SerializeToString())
    messages: list[ForwardMsg] = []
    while not messages or messages[-1].WhichOneof("type") != "script_finished":
        received = socket.recv(timeout=TIMEOUT_SECONDS)
        assert isinstance(received, bytes), "a message is bytes"
        messages.append(ForwardMsg.FromString(received))
    return messages


def _folds(messages: Sequence[ForwardMsg]) -> set[str]:
    """The widget ids of what opens when a reader asks."""
    return {message.delta.add_block.expandable.id for message in messages} - {""}


@contextmanager
def _every_message() -> Iterator[list[ForwardMsg]]:
    """The messages as they are put in the queue, before one that is overwritten is dropped from it."""
    kept: list[ForwardMsg] = []
    enqueue = ForwardMsgQueue.enqueue

    def keep(queue: ForwardMsgQueue, message: ForwardMsg) -> Any:
        kept.append(ForwardMsg.FromString(message.SerializeToString()))
        return enqueue(queue, message)

    with patch.object(ForwardMsgQueue, "enqueue", keep):
        yield kept


def read(messages: Sequence[ForwardMsg]) -> Sent:
    """All that the messages hold."""
    sent = Sent(raw=b"".join(message.SerializeToString() for message in messages))
    for message in messages:
        kind = message.WhichOneof("type") or "empty"
        assert kind in OF_STREAMLIT | OF_THE_PAGE, f"nothing is known of messages of the kind {kind}"
        if kind in OF_THE_PAGE:
            _walk(sent, message, kind)
    return sent


def _walk(sent: Sent, message: Any, path: str) -> None:
    for described, value in message.ListFields():
        where = f"{path}.{described.name}" if described.containing_oneof is None or described.name != path else path
        for one in _each(value):
            _take(sent, one, where)


def _each(value: Any) -> Iterator[Any]:
    """A field's values: the keys and values of a map, the items of a list, or the one."""
    if isinstance(value, str | bytes | int | float) or _is_message(value):
        yield value
    elif hasattr(value, "items"):
        yield from (part for pair in value.items() for part in pair)
    else:
        yield from value


def _is_message(value: Any) -> bool:
    return hasattr(value, "ListFields")


def _take(sent: Sent, value: Any, where: str) -> None:
    if _is_message(value):
        _walk(sent, value, where)
    elif isinstance(value, bytes):
        sent.tables.append(pa.ipc.open_stream(value).read_all())
    elif isinstance(value, bool):
        return
    elif isinstance(value, int | float):
        sent.numbers.append((where, value))
    elif where.endswith(".html.body"):
        sent.markup.append(value)
    elif where.endswith(".spec"):
        sent.specs.append(json.loads(value))
    else:
        sent.texts.append((where, value))
