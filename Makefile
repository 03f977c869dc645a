# One door for every task. Windows has no make: README spells the same steps out.
PYTHON ?= python3
PORT   ?= 8501
# Two cores is what we count on; on a bigger machine `make test WORKERS=8`. A file stays with one worker: its servers and stores do too.
WORKERS ?= 2
VENV   := .venv
BIN    := $(VENV)/bin
# Hashes are required: a package that is not the one we tested does not install.
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r

.DEFAULT_GOAL := help
.PHONY: help run test check mutants bench bench-ui benchmark demo shots lock clean

help:  ## list the tasks
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

run: $(VENV)/runtime  ## set up, load the sample clinic if there is no store yet, serve on http://127.0.0.1:8501 (PORT=)
	@test -n "$$NADIR_DB_URL" || test -f nadir.db || { echo "Loading the sample clinic into nadir.db"; \
	  $(BIN)/python -m core demo >/dev/null || { rm -f nadir.db nadir.db-wal nadir.db-shm; exit 1; }; }
	$(BIN)/python -m streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT)

test: check  ## everything: linters, protocols, every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: $(VENV)/dev  ## linters, types, the import law, the protocol files
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m core protocols check

mutants: $(VENV)/dev  ## change every number and name of the rules, one at a time: a story must object
	$(BIN)/python -m tools.mutants

bench: $(VENV)/dev  ## time the engine
	$(BIN)/python -m core bench --patients 20000 --results 4000000 --store-patients 1000

bench-ui: $(VENV)/dev  ## time every screen in a headless browser on 10,000 made-up patients, write docs/benchmark.md
	$(BIN)/python -m tools.bench_ui --write

benchmark: $(VENV)/dev  ## replay the planted cohort, measure speed, write docs/benchmark.md
	$(BIN)/python -m tools.benchmark --speed

demo: $(VENV)/runtime  ## load the sample clinic into an empty store
	$(BIN)/python -m core demo

shots: $(VENV)/dev  ## take the screenshots in docs/images
	$(BIN)/python -m tools.take_shots

lock: $(VENV)/dev  ## resolve requirements*.txt anew into the hashed locks, for Linux, macOS and Windows at once
	$(BIN)/uv pip compile requirements.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements.lock
	$(BIN)/uv pip compile requirements-dev.txt -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements-dev.lock

clean:  ## remove what can be made again; never a store
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Nadir needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime: requirements.lock | $(BIN)/python
	$(INSTALL) requirements.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock | $(BIN)/python
	$(INSTALL) requirements-dev.lock
	@touch $@ $(VENV)/runtime
