"""How fast everything is, measured in one run: `make bench` prints one table and writes `docs/benchmarks.md`."""
