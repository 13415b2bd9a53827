"""nginx as `deploy/` configures it, in front of the dashboard, on ports of this machine and with a certificate of a day."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from string import Template

from tests.browser.server import PATIENCE_S, ROOT
from tests.programs import NGINX, OPENSSL

TEMPLATE = ROOT / "deploy" / "nginx" / "dashboard.conf.template"
SETTINGS = ROOT / "deploy" / "dashboard.env"
# What a distribution's own nginx.conf does around the configuration that is tested, all of it in one folder.
AROUND = """
daemon off;
{user}
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    include {folder}/mime.types;
    default_type application/octet-stream;
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/dashboard.conf;
}}
"""


def settings() -> dict[str, str]:
    """What `deploy/dashboard.env` says, by name."""
    lines = (line.partition("=") for line in SETTINGS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {name: value.strip('"') for name, _, value in lines if name}


def configured(told: Mapping[str, str]) -> str:
    """The configuration of `deploy/` with its names in braces filled in, and nothing else of it touched."""
    text = TEMPLATE.read_text(encoding="utf-8")
    named = set(re.findall(r"\$\{(\w+)\}", text))
    return Template(text).safe_substitute({name: value for name, value in {**settings(), **told}.items() if name in named})


def certify(folder: Path, *names: str) -> tuple[Path, Path, str]:
    """A certificate of those hosts that signs itself, its key, and the hash by which a browser may be told to trust it."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1")
    named = ("-subj", f"/CN={names[0]}", "-addext", f"subjectAltName={','.join(f'DNS:{name}' for name in names)}")
    _openssl(*made, *named, "-keyout", str(key), "-out", str(certificate))
    public = _openssl("x509", "-in", str(certificate), "-pubkey", "-noout")
    held = _openssl("pkey", "-pubin", "-outform", "der", given=public)
    return certificate, key, b64encode(sha256(held).digest()).decode()


def _openssl(*arguments: str, given: bytes = b"") -> bytes:
    path = OPENSSL.find()
    assert path, "no openssl on this machine: 'make test' installs it"
    return subprocess.run((path, *arguments), input=given, capture_output=True, check=True).stdout


@contextmanager
def started(folder: Path, told: Mapping[str, str]) -> Iterator[None]:
    """A server at work in a folder of its own; it is stopped at the end."""
    path = NGINX.find()
    assert path, "no nginx on this machine: 'make test' installs it"
    (folder / "mime.types").write_text("types { text/html html; }\n")
    (folder / "dashboard.conf").write_text(configured(told))
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user="user root;" if os.geteuid() == 0 else ""))
    command = (path, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log"))
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, int(told["HTTPS_PORT"]), folder / "error.log")
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        assert process.poll() is None, f"nginx stopped at start: {log.read_text(errors='replace')}"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nginx did not answer: {log.read_text(errors='replace')}")
