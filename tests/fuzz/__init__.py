"""Bad input: whatever a file or an address says, the program answers or refuses in one sentence, and never otherwise.

Each `test_…` here is a target: `make test` tries a few inputs of it, `make fuzz` as many as its minutes allow, led by what
the code has not done yet. A fault found is mended and kept as a test beside the others of the module that had it.
"""
