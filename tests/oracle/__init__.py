"""A second, slow, plain-Python reading of the specification, to check the production code against.

Dictionaries, lists and fractions, one child at a time: no SQL, no data frames, and nothing shared with `metrics` or the
build. It is written to be checked by eye; where it and the production code differ, one of them misreads the design.
"""
