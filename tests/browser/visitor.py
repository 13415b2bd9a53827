"""A reader without a browser: says to the server what a browser would, reads what it paints, and draws nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Button_pb2 import Button
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.DownloadButton_pb2 import DownloadButton
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Selectbox_pb2 import Selectbox
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE_S = 60
_ENDED_WELL = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass
class Painted:
    """What one run sent: markup, charts' rows as they travelled, widgets by label, and how many bytes it all was."""

    markup: list[str] = field(default_factory=list)
    charts: list[bytes] = field(default_factory=list)
    boxes: dict[str, tuple[Selectbox, str]] = field(default_factory=dict)
    buttons: dict[str, tuple[Button, str]] = field(default_factory=dict)
    downloads: dict[str, DownloadButton] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    size_bytes: int = 0

    @property
    def words(self) -> str:
        """All that the markup says, tags taken out."""
        return html.unescape(re.sub(r"<[^>]+>", " ", " ".join(self.markup)))

    @property
    def figures(self) -> tuple[tuple[str, ...], tuple[bytes, ...]]:
        """All of it that can hold a figure."""
        return tuple(self.markup), tuple(self.charts)


class Visitor:
    """One session: it opens a page, sets filters and presses buttons, and waits each time until the page is painted."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self._page, self._hash, self._query = "", "", ""
        self._last = Painted()

    def open(self, page: str, query: str = "") -> Painted:
        """Open a page anew."""
        self._page, self._hash, self._query = page, "", query
        return self._run(BackMsg())

    def choose(self, label: str, value: str) -> Painted:
        """Set a select box to the option that reads so."""
        box, fragment = self._last.boxes[label]
        option = next(one for one in box.options if one.strip() == value)
        asked = BackMsg()
        asked.rerun_script.fragment_id = fragment
        asked.rerun_script.widget_states.widgets.add(id=box.id, string_value=option)
        return self._run(asked)

    def press(self, label: str) -> Painted:
        """Press a button."""
        button, fragment = self._last.buttons[label]
        asked = BackMsg()
        asked.rerun_script.fragment_id = fragment
        asked.rerun_script.widget_states.widgets.add(id=button.id, trigger_value=True)
        return self._run(asked)

    def ask(self, page: str) -> None:
        """Open a page anew and wait for nothing."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        self.socket.send(asked.SerializeToString())

    def _run(self, asked: BackMsg) -> Painted:
        asked.rerun_script.page_name, asked.rerun_script.page_script_hash = self._page, self._hash
        asked.rerun_script.query_string = self._query
        self.socket.send(asked.SerializeToString())
        painted = Painted()
        while True:
            sent = self.socket.recv(timeout=PATIENCE_S)
            assert isinstance(sent, bytes), "the server sends binary messages alone"
            painted.size_bytes += len(sent)
            message = ForwardMsg.FromString(sent)
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished in _ENDED_WELL:
                    self._last = painted
                    return painted
            else:
                self._take(message, painted)

    def _take(self, message: ForwardMsg, painted: Painted) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._hash = message.new_session.page_script_hash
        elif kind == "page_info_changed":
            self._query = urlencode(parse_qsl(message.page_info_changed.query_string))
        elif kind == "delta":
            _paint(message.delta, painted)


def _paint(delta: Delta, painted: Painted) -> None:
    element, fragment = delta.new_element, delta.fragment_id
    kind = element.WhichOneof("type")
    if kind == "html":
        painted.markup.append(element.html.body)
    elif kind == "vega_lite_chart":
        painted.charts += [one.data.data for one in element.vega_lite_chart.datasets]
    elif kind == "selectbox":
        painted.boxes[element.selectbox.label] = element.selectbox, fragment
    elif kind == "button":
        painted.buttons[element.button.label] = element.button, fragment
    elif kind == "download_button":
        painted.downloads[element.download_button.label] = element.download_button
    elif kind in ("exception", "alert"):
        painted.errors.append(str(element))


@contextmanager
def visit(address: str) -> Iterator[Visitor]:
    """A session with the server at an address; it ends with the block."""
    with connected(address) as socket:
        yield Visitor(socket)


def connected(address: str) -> ClientConnection:
    """The socket of a new session, through which nothing has been said."""
    stream, protocols = f"ws://{urlsplit(address).netloc}/_stcore/stream", [Subprotocol("streamlit")]
    return connect(stream, origin=Origin(address), subprotocols=protocols, max_size=None, compression=None)
