"""The words of `docs/scale.md`, in which measurements are put."""

PAGE = """\
# Scale

Written by `make scale` on {day}: {machine}, Python {python}.
{cohorts} England-wide cohorts of {first:,} to {last:,} fake children, each four times the last, from prepared records to a
release under the policy `none`. Seconds by the clock, and the largest memory of the process, Python's start included.

## Build and release

| children | build | children a second | store, bytes a child | release, unprotected | release, MB |
| ---: | ---: | ---: | ---: | ---: | ---: |
{sizes}

![Seconds of build and release by number of children](scale/build_and_release.svg)

Exponents, fitted to the {fitted} largest sizes: {exponents}. One is proportional, nought is flat.
{spark}
## A page's figures

Every figure by term of the education page, for the same {filter_sets} random filters: looked up in the release, and added up from
the children's rows by plain pandas, polars, and DuckDB on Parquet. Those rows were made ready beforehand, which is to the others'
advantage; the three must agree on every sum. Medians and 95th percentiles.

| children | our release | pandas | polars | DuckDB | pandas ÷ ours |
| ---: | ---: | ---: | ---: | ---: | ---: |
{pages}

![Milliseconds of a page's figures by number of children](scale/page.svg)

## What runs where

| | children | build | release, unprotected | where |
| --- | ---: | ---: | ---: | --- |
{places}

The extrapolated lines follow the laws above beyond what was tried, on the same cores; nobody has run them. A page costs the same
anywhere: what is looked up is the release, whose size is that of the lattice and not of the cohort.

## Protected
{protected}"""

PROTECTED_SAID = """
The releases above hide nothing. {children:,} children of all England under the policy `partners`, counted, protected and
attacked: {release} for the largest process. The audit from the files alone: {audit}. It shows {share:.0f}% of the
{counted:,} figures that the unprotected release has with two filters or fewer. It is work on the lattice, not on children, region
by region ([disclosure.md](disclosure.md#a-country)).
"""

NOT_PROTECTED = """
These releases hide nothing. Protecting one is work on the lattice, not on children, region by region
([disclosure.md](disclosure.md#a-country)); [benchmarks.md](benchmarks.md) has that of the demonstration.
"""

SPARK_SAID = """
Spark in local mode, on the same cores, builds the store of {children:,} children in {spark:,.0f} s, its start included, where
DuckDB takes {duckdb:,.1f} s: it is there for what one machine cannot hold.
"""
