# `make demo` and `make test` do all set-up themselves. They need Python >= 3.10 and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_MODEL ?= local

.PHONY: demo test lint format bench clean

demo: $(VENV)/.installed
	@DEMO_MODEL=$(DEMO_MODEL) PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(TESTS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "indict-review needs Python 3.10 or newer; name one with PYTHON=python3.x"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[local]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[local,dev]'
	# By itself: it wants a click that semgrep does not.
	$(BIN)/python -m venv $(VENV)/linters
	$(VENV)/linters/bin/pip install --quiet --disable-pip-version-check 'check-jsonschema>=0.36'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
