"""Readers who are slow, silent or many: they cost what they cost themselves, and nobody else waits for them."""

from __future__ import annotations

import time
from contextlib import ExitStack

from tests.browser.visitor import Visitor, connected, visit
from tests.faults.conftest import Server

SILENT, DEAF, ASKED, COMING = 200, 3, 200, 40
PATIENCE_S = 60
ROOM_MIB = 60
"""More than any of these may take of the server's memory."""
LEFT_MIB = 0.1
"""Less than half of what Streamlit keeps of a session for two minutes: what one that is gone may leave for good."""

WARMING, CHANGES = 40, 120
LEFT_OF_A_CHANGE_MIB = 0.02
"""What a change may leave for good: 0.005 was the most measured, and 100 kB kept of every one would be 0.1."""


def test_a_reader_who_never_reads_holds_up_nobody_and_fills_no_memory(server: Server) -> None:
    """A page's messages are a quarter of a mebibyte: what DEAF readers ask for and never take would not fit."""
    with visit(server.address) as other, ExitStack() as open_ones:
        before = other.open("education")
        warm = server.memory_mib()
        deaf = [Visitor(open_ones.enter_context(connected(server.address))) for _ in range(DEAF)]
        assert before.size_bytes * DEAF * ASKED > 1.5 * ROOM_MIB * 2**20
        most = warm
        for turn in range(ASKED):
            for reader in deaf:
                reader.ask("education")
            if turn % 20 == 0:
                assert other.choose("Sex", ("Girls", "Boys")[turn // 20 % 2]).charts
                most = max(most, server.memory_mib())
        assert most - warm < ROOM_MIB
    with visit(server.address) as after:
        assert after.open("education").figures == before.figures


def test_sockets_that_say_nothing_cost_little_and_hold_up_nobody(server: Server) -> None:
    with visit(server.address) as other:
        before = other.open("education")
        warm = server.memory_mib()
        with ExitStack() as open_ones:
            for _ in range(SILENT):
                open_ones.enter_context(connected(server.address))
            assert other.choose("Sex", "Girls").charts
            with visit(server.address) as another:
                assert another.open("education").figures == before.figures
            assert server.memory_mib() - warm < ROOM_MIB
        assert other.choose("Sex", "Girls and boys").charts


def test_readers_who_come_and_go_leave_no_more_behind_than_streamlit_keeps_of_them(server: Server) -> None:
    """It keeps the last 128 who left for two minutes, in case they come back; those before them must be gone."""
    memory = []
    for turn in range(5 * COMING):
        with visit(server.address) as reader:
            reader.open("education")
        if turn % COMING == COMING - 1:
            memory.append(server.memory_mib())
    assert memory[-1] - memory[-2] < COMING * LEFT_MIB, memory


def test_a_reader_who_goes_on_choosing_leaves_nothing_behind(server: Server) -> None:
    """What comes back was kept before, so that the runs after the first few may keep nothing more."""
    with visit(server.address) as reader:
        reader.open("education")
        memory = []
        for turn in range(WARMING + CHANGES):
            reader.choose("Sex", ("Girls", "Boys", "Girls and boys")[turn % 3])
            if turn + 1 in (WARMING, WARMING + CHANGES):
                memory.append(server.memory_mib())
    assert memory[1] - memory[0] < CHANGES * LEFT_OF_A_CHANGE_MIB, memory


def test_a_socket_that_speaks_nonsense_ends_itself_alone(server: Server) -> None:
    with visit(server.address) as other, connected(server.address) as odd:
        other.open("education")
        odd.send(b"\xff\xfe not a message")
        until = time.monotonic() + PATIENCE_S
        while odd.close_code is None and time.monotonic() < until:
            try:
                odd.recv(timeout=1)
            except Exception:
                break
        assert other.choose("Sex", "Girls").charts
