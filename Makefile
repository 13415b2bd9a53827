# `make help` says what each command does. Everything installed lives in .venv, everything generated in data/store.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8501
PYTHON ?= python3
DEMO := data/store
HEAVY := tests/data/test_corruption.py tests/data/test_corrupt_files.py
SPARKS := 3.5 4
PY := .venv/bin/python
export PYTHONUNBUFFERED := 1

# A stamp is named after what was installed, so a changed requirement installs again and nothing else does.
RUNTIME := .venv/.installed-$(shell cat requirements.txt | cksum | cut -d ' ' -f 1)
DEVELOPMENT := .venv/.installed-dev-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d ' ' -f 1)
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes --requirement
# A source archive would run code of its own, and fetch unseen what it is built with; pyspark comes as nothing else.
WHEELS := --only-binary :all:
LOCK := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --custom-compile-command 'make lock' $(UPGRADE:%=--upgrade-package %)

# Without RELEASE the dashboard shows the demonstration, which is then built first.
ifdef RELEASE
SERVED := $(RELEASE)
else
SERVED := $(DEMO)/release
NEEDED := $(DEMO)/release/CURRENT
endif

.PHONY: help run install demo test heavy attack spark fuzz check fix audit lock sbom bench scale reproduce clean FORCE

help: ## say what each command does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s%s\n", $$1, $$2 }' Makefile

run: $(RUNTIME) $(NEEDED) ## serve the dashboard on localhost:8501, building the demonstration first if there is none
	@$(PY) -c 'import socket; socket.create_server(("127.0.0.1", $(PORT))).close()' 2>/dev/null || { \
	  echo "Port $(PORT) is in use: stop what runs there, or choose another with 'make run PORT=8502'." >&2; exit 1; }
	@echo "The dashboard is at http://localhost:$(PORT) (Ctrl-C stops it)."
	@exec env RELEASE=$(SERVED) $(PY) -m streamlit run app.py --server.port $(PORT)

install: $(RUNTIME) ## install what the dashboard and the commands need, into .venv, and do nothing else

demo: $(RUNTIME) ## build the demonstration anew: a fake partnership, its cohort store and its release
	$(PY) -m data synthesise --out $(DEMO)/extracts
	$(PY) -m data build --extracts $(DEMO)/extracts --store $(DEMO)/cohort
	$(PY) -m metrics release --store $(DEMO)/cohort --out $(DEMO)/release

test: programs provider ## run the tests, in a real browser too; says which it leaves to 'make heavy'
	@$(PY) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(HEAVY:%=--ignore=%) --ignore=tests/spark
	@echo "Left out: $(HEAVY) ('make heavy'), the attack on more than 225 children ('make attack'), Spark ('make spark'), and bad input by the minute ('make fuzz')."

heavy: $(DEVELOPMENT) ## run the tests that take too long for every change
	@$(PY) -m pytest --numprocesses 2 $(HEAVY)

attack: $(DEVELOPMENT) ## attack the release of 1,200 children, or of ATTACK_CHILDREN
	@ATTACK_CHILDREN=$${ATTACK_CHILDREN:-1200} $(PY) -m pytest -p no:xdist tests/attack

spark: $(SPARKS:%=.venv/spark-%/.installed) ## build and count on Spark 3.5 and 4, alone and on a cluster; must be what DuckDB gives
	@command -v java >/dev/null || { \
	  echo "Spark needs Java 17: install a runtime (Debian, Ubuntu: apt-get install openjdk-17-jre-headless)." >&2; exit 1; }
	@for version in $(SPARKS); do \
	  echo "On pyspark $$version:"; \
	  PYTHONPATH=.venv/spark-$$version $(PY) -m pytest -p no:xdist tests/spark || exit 1; \
	done

fuzz: $(DEVELOPMENT) .venv/fuzz/.installed ## give every reader bad input for FUZZ_MINUTES (10), and stop then
	@PYTHONPATH=.venv/fuzz $(PY) -m tests.fuzz

check: $(DEVELOPMENT) ## format, lint, types and import rules; changes nothing
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -m pytest --quiet tests/architecture

fix: $(DEVELOPMENT) ## repair what format and lint can repair
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

audit: $(DEVELOPMENT) ## look for known faults of the packages; AUDIT_REQUIRED=1 fails where the advisories cannot be reached
	@$(PY) -m pip --disable-pip-version-check check
	@$(PY) -m supply audit

lock: $(DEVELOPMENT) ## write requirements*.txt anew from pyproject.toml, with hashes; UPGRADE=NAME takes its newest version
	@$(LOCK) pyproject.toml --output-file requirements.txt
	@$(LOCK) pyproject.toml --group dev --constraints requirements.txt --output-file requirements-dev.txt
	@$(LOCK) --group spark --output-file requirements-spark.txt
	@$(LOCK) --group spark-3.5 --output-file requirements-spark-3.5.txt
	@$(LOCK) --group fuzz --output-file requirements-fuzz.txt

sbom: $(DEVELOPMENT) ## write docs/sbom.cdx.json, the software bill of materials, anew after 'make lock'
	@$(PY) -m supply bill

bench: browser ## measure the speed of everything, and write docs/benchmarks.md
	@$(PY) -m bench

scale: $(DEVELOPMENT) .venv/spark-4/.installed ## measure how cost grows with the number of children, and write docs/scale.md
	@$(PY) -m bench.scale

reproduce: $(DEVELOPMENT) ## print the published study beside our figures: published, ours, difference
	@$(PY) -m tests.reproduce

clean: ## remove what is installed and generated, the stores too
	rm -rf .venv data/store test-artefacts .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The virtual environment: made again where its Python has gone.

.venv/.created: $(if $(shell $(PY) -c '' 2>/dev/null && echo works),,FORCE)
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here: install Python 3.11 or later." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$$($(PYTHON) --version) is too old: install Python 3.11 or later, or name one with 'make PYTHON=python3.12 …'." >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments: install its venv module (Debian, Ubuntu: apt-get install python3-venv)." >&2; \
	  exit 1; }
	@$(PYTHON) -m venv --clear .venv && touch $@

$(RUNTIME): .venv/.created
	@echo "Installing what the dashboard needs."
	@$(PIP) requirements.txt $(WHEELS) && touch $@

$(DEVELOPMENT): .venv/.created
	@echo "Installing what the tests need."
	@$(PIP) requirements-dev.txt $(WHEELS) && touch $@

.venv/spark-3.5/.installed: requirements-spark-3.5.txt
.venv/spark-4/.installed: requirements-spark.txt
.venv/spark-%/.installed: | $(DEVELOPMENT)
	@echo "Installing pyspark $*."
	@rm -rf $(@D) && $(PIP) $< --no-deps --target $(@D) && touch $@

# Without a wheel for this machine the inputs are not led by what the code does, only random.
.venv/fuzz/.installed: requirements-fuzz.txt | $(DEVELOPMENT)
	@echo "Installing the fuzzer."
	@rm -rf $(@D) && mkdir -p $(@D)
	@$(PIP) $< $(WHEELS) --no-deps --target $(@D) || echo "There is no fuzzer for this machine: its inputs are random." >&2
	@touch $@

.PHONY: browser programs provider
browser: $(DEVELOPMENT)
	@$(PY) -m tests.programs chromium

programs: $(DEVELOPMENT)
	@$(PY) -m tests.programs

provider: $(DEVELOPMENT)
	@$(PY) -m tests.sign_in.node

# The demonstration, each step only where it has never been done.

$(DEMO)/extracts/partnership.json: | $(RUNTIME)
	$(PY) -m data synthesise --out $(DEMO)/extracts

$(DEMO)/cohort/CURRENT: | $(DEMO)/extracts/partnership.json
	$(PY) -m data build --extracts $(DEMO)/extracts --store $(DEMO)/cohort

$(DEMO)/release/CURRENT: | $(DEMO)/cohort/CURRENT
	$(PY) -m metrics release --store $(DEMO)/cohort --out $(DEMO)/release
