"""These tests need pyspark, which `make spark` installs beside the rest; elsewhere they are left out."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("pyspark") else ["test_*.py"]
