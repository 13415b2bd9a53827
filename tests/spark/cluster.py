"""A Spark cluster on this machine: a master and two workers that listen on loopback alone."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyspark

WORKERS = 2
PATIENCE_S = 120
_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"
_AT = re.compile(r"Starting Spark master at (spark://\S+)")
_JOINED = "Registering worker"


@contextmanager
def cluster(directory: Path) -> Iterator[str]:
    """The address of a cluster whose workers have joined; its logs lie in `directory`."""
    with ExitStack() as stack:
        log = directory / "master.log"
        stack.enter_context(_running("master.Master", ["--port", "0", "--webui-port", "0"], directory, log))
        address = _wait_for(log, _AT)
        for number in range(WORKERS):
            own = directory / f"worker-{number}"
            own.mkdir()
            arguments = ["--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", str(own), address]
            stack.enter_context(_running("worker.Worker", arguments, directory, own / "log"))
        _wait_for(log, re.compile(rf"(?s)({_JOINED}.*){{{WORKERS}}}"))
        yield address


@contextmanager
def _running(name: str, arguments: list[str], directory: Path, log: Path) -> Iterator[None]:
    variables = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOG_DIR": str(directory), "SPARK_DAEMON_MEMORY": "256m"}
    command = [str(_CLASS), f"org.apache.spark.deploy.{name}", "--host", "127.0.0.1", *arguments]
    with log.open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=variables, cwd=directory)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_S)


def _wait_for(log: Path, words: re.Pattern[str]) -> str:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        found = words.search(log.read_text(encoding="utf-8"))
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"{log} never said {words.pattern}:\n{log.read_text(encoding='utf-8')}")
