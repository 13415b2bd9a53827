"""Loaded by Python itself at start where this folder is on its path: writes down each connection that the process asks for.

`CONNECTIONS` names the file. A line a connection, datagram or look-up of a host name; a socket of this machine's files is none.
"""

import os
import sys

ASKING = {
    "socket.connect": lambda args: args[1],
    "socket.sendto": lambda args: args[1],
    "socket.getaddrinfo": lambda args: args[0],
    "socket.gethostbyname": lambda args: args[0],
}


def _write(line: str) -> None:
    descriptor = os.open(os.environ["CONNECTIONS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


def _note(event: str, args: tuple[object, ...]) -> None:
    if event in ASKING:
        whom = ASKING[event](args)
        _write(f"{event} {whom[0] if isinstance(whom, tuple) else whom}")


_write("watching")
sys.addaudithook(_note)
