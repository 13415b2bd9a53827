"""How many reruns a second one server gives, to readers who change a filter as soon as the page is there."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PAGE, PATIENCE_S = "education", 60
QUERIES = ("", "sex=F", "sex=M", "area=E10000025", "period=2023", "age=5-11", "area=E10000025&sex=F")


def reruns_a_second(address: str, readers: int, seconds: float) -> float:
    """Reruns of the education page a second, by `readers` at once who have each seen it; those begun within `seconds` count."""
    counts, ready = [0] * readers, threading.Barrier(readers + 1)
    threads = [threading.Thread(target=_read, args=(address, seconds, ready, counts, reader)) for reader in range(readers)]
    for thread in threads:
        thread.start()
    ready.wait()
    start = time.monotonic()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - start)


@contextmanager
def crowd(address: str, readers: int) -> Iterator[Callable[[], None]]:
    """Readers who have each seen the page: a call makes all of them change a filter at once, without waiting for answers."""
    waiting: list[Future[None]] = []
    queries = itertools.cycle(QUERIES)
    with ExitStack() as open_ones, ThreadPoolExecutor(readers) as pool:
        sockets = [open_ones.enter_context(_connected(address)) for _ in range(readers)]
        for socket in sockets:
            _rerun(socket, "")

        def change() -> None:
            wait(waiting)
            waiting[:] = [pool.submit(_rerun, socket, next(queries)) for socket in sockets]

        yield change
        wait(waiting)


def _connected(address: str) -> ClientConnection:
    stream, protocols = f"ws://{urlsplit(address).netloc}/_stcore/stream", [Subprotocol("streamlit")]
    return connect(stream, origin=Origin(address), subprotocols=protocols, max_size=None)


def _read(address: str, seconds: float, ready: threading.Barrier, counts: list[int], reader: int) -> None:
    queries = itertools.cycle(_from(QUERIES, reader))
    with _connected(address) as socket:
        _rerun(socket, next(queries))
        ready.wait()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            _rerun(socket, next(queries))
            counts[reader] += 1


def _from(queries: Sequence[str], reader: int) -> tuple[str, ...]:
    start = reader % len(queries)
    return (*queries[start:], *queries[:start])


def _rerun(socket: ClientConnection, query: str) -> None:
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = PAGE
    socket.send(asked.SerializeToString())
    while ForwardMsg.FromString(socket.recv(timeout=PATIENCE_S)).WhichOneof("type") != "script_finished":
        pass
