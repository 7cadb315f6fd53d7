# Every target sets up what it needs, in .venv and .engine. Needed beforehand: Python 3.11 or newer, and make;
# npm, if it is there, brings the reference engine for the tests.

PYTHON ?= python3
BIN := .venv/bin
# Processes that run tests side by side, each with a reference engine of its own.
WORKERS ?= 2
# Where it is set, each worker and each program that a test starts compiles the library again.
unexport PYTHONDONTWRITEBYTECODE
# Old versions of make cannot keep apart what targets print.
IN_PIECES := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
# The library with all of its extras, for the groups of dependencies in pyproject.toml.
LIBRARY := --editable '.[cli,direct,otel,pydantic]'
# What `make minimums` and `make pythons` run.
PORTABLE ?= tests/unit tests/contract tests/cli tests/packaging tests/test_examples.py tests/test_layers.py
# Where to look for the Pythons of `make pythons`; of each minor version, the first that runs is taken.
PYTHONS ?= $(foreach minor,11 12 13 14,python3.$(minor) $(wildcard $(HOME)/.pyenv/versions/3.$(minor).*/bin/python3.$(minor)))

DYNOXIDE := .engine/node_modules/@dynoxide/linux-x64/dynoxide
DYNOXIDE_VERSION := 1.2.1

.PHONY: help demo test aio soak minimums pythons lint types mypy pyright refusals docs build bench instructions engine clean distclean

help:
	@echo "make demo       run the examples, in process or on the engine at DYNAMODB_ENDPOINT"
	@echo "make test       lint, type checkers, documentation build and all tests"
	@echo "make aio        the tests of clients of aiobotocore, which are part of make test"
	@echo "make soak       properties with many examples, and transfers while requests and answers get lost: an hour"
	@echo "make minimums   the tests with the lowest versions of the dependencies that the metadata allows"
	@echo "make pythons    the tests on every Python from 3.11 to 3.14 that this machine has"
	@echo "make lint       formatting and ruff"
	@echo "make types      mypy, pyright, ty and pyrefly"
	@echo "make docs       build the documentation into site/"
	@echo "make build      build the wheel and the source distribution into dist/"
	@echo "make bench      measure against other libraries, and write benchmarks/RESULTS.md"
	@echo "make instructions  count the instructions of one call under valgrind, and write benchmarks/INSTRUCTIONS.md"
	@echo "make clean      remove what was built; distclean also removes the environments and the engine"

demo: .venv/.demo
	@for example in examples/*.py; do \
	  printf '\n=== %s ===\n\n' "$$example"; \
	  $(BIN)/python "$$example" || exit 1; \
	done

# The checks side by side, each with its output in one piece; pytest last, so that its summary is the closing line.
test: .venv/.dev .aio/.ready engine
	@$(MAKE) --no-print-directory -j $(WORKERS) $(IN_PIECES) lint docs aio mypy pyright refusals
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# In an environment of its own: aiobotocore wants the boto3 it was made for. The contract tests are those that say that
# they take every way, or each that is awaited.
aio: .aio/.ready engine
	@.aio/bin/python -m pytest -q -k aiobotocore tests/unit/transports/test_aiobotocore.py \
	  $$(grep -lwE 'EVERY_WAY|AWAITED' tests/contract/test_*.py)

# Every property and every test of chance: they find more the longer they look. SOAK_TRANSFERS sets the transfers alone.
soak: .venv/.dev engine
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m 'hypothesis or soak'

# The plugin of an anyio as old as these versions ask for does not go with the newest pytest.
minimums: .minimums/.ready engine
	@.minimums/bin/python -m pytest -p no:anyio -n $(WORKERS) --dist loadfile $(PORTABLE)

pythons: .venv/.pip engine
	@seen=; for name in $(PYTHONS); do \
	  version=$$("$$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
	  case " $$seen " in *" $$version "*) continue;; esac; seen="$$seen $$version"; \
	  printf '\n=== Python %s ===\n\n' "$$version"; \
	  "$$name" -m venv --clear --without-pip ".pythons/$$version" && \
	  $(PIP) --python ".pythons/$$version" install $(LIBRARY) --group test && \
	  ".pythons/$$version/bin/python" -m pytest -n $(WORKERS) --dist loadfile $(PORTABLE) || exit 1; \
	done

lint: .venv/.dev
	@$(BIN)/ruff format --check --quiet . || { echo "Run $(BIN)/ruff format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .

types: mypy pyright refusals

mypy: .venv/.dev
	@$(BIN)/mypy

pyright: .venv/.dev
	@$(BIN)/pyright

# What mypy and pyright refuse, ty and pyrefly refuse too.
refusals: .venv/.dev
	@$(BIN)/python tests/typing/refusals.py

docs: .venv/.dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

build: .venv/.dev
	@rm -rf dist
	@$(BIN)/python -m hatchling build

# In an environment of its own: some peers want other versions of boto3 than the newest.
bench: .bench/.ready engine
	@.bench/bin/python benchmarks/run.py

# For a machine that others use too, where no CPU time is the same twice. It needs valgrind.
instructions: .bench/.ready engine
	@.bench/bin/python benchmarks/run.py instructions

clean:
	@rm -rf build dist site .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find src tests examples benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

distclean: clean
	@rm -rf .venv .aio .bench .minimums .pythons .engine

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; '$(PYTHON)' is not. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { \
	  echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu install python3-venv" >&2; exit 1; }
	@touch $@

# The pip that comes with Python may be older than groups of dependencies. The newer one fills the other environments too.
.venv/.pip: .venv/.python
	@$(PIP) install --upgrade 'pip>=25.1'
	@touch $@

.venv/.demo: pyproject.toml .venv/.python
	@echo "Installing into .venv ..."
	@$(PIP) install --editable .
	@touch $@

.venv/.dev: pyproject.toml .venv/.pip
	@echo "Installing into .venv, with the development tools ..."
	@$(PIP) install $(LIBRARY) --group dev
	@touch .venv/.demo $@

.aio/.ready: pyproject.toml .venv/.pip
	@echo "Installing this library and aiobotocore into .aio ..."
	@$(PYTHON) -m venv --without-pip .aio
	@$(PIP) --python .aio install $(LIBRARY) --group aio
	@touch $@

.bench/.ready: pyproject.toml .venv/.pip
	@echo "Installing this library and its peers into .bench ..."
	@$(PYTHON) -m venv --without-pip .bench
	@$(PIP) --python .bench install $(LIBRARY) --group bench
	@touch $@

.minimums/.ready: pyproject.toml tests/packaging/lowest.py .venv/.pip
	@echo "Installing the lowest versions of the dependencies into .minimums ..."
	@$(PYTHON) -m venv --clear --without-pip .minimums
	@$(PYTHON) tests/packaging/lowest.py > .minimums/lowest.txt
	@$(PIP) --python .minimums install $(LIBRARY) --group test --constraint .minimums/lowest.txt
	@touch $@

# Never fails: the tests run on the engines in process alone where the reference engine cannot be had.
engine:
	@if [ "$$($(DYNOXIDE) --version 2>/dev/null)" = "dynoxide $(DYNOXIDE_VERSION)" ]; then exit 0; fi; \
	without() { echo "No reference engine ($$1): the tests run on the engines in process alone."; exit 0; }; \
	[ "$$(uname -s) $$(uname -m)" = "Linux x86_64" ] || without "dynoxide is installed on Linux x86_64 only"; \
	command -v npm >/dev/null || without "npm is not installed"; \
	echo "Installing the reference engine into .engine ..."; \
	npm install --prefix .engine --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000 \
	  "@dynoxide/linux-x64@$(DYNOXIDE_VERSION)" >/dev/null 2>&1 || without "npm could not install it"; \
	$(DYNOXIDE) --version >/dev/null 2>&1 || without "it does not run here"
