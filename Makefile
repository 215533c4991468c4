# Two commands: `make run` and `make test`. Both work on a fresh machine with python3, venv and make; no other step.

# The one place of the default: which monitor is watched. Another: `make run MONITOR=monitors/other`.
MONITOR ?= monitors/karabakh
export MONITOR
PORT ?= 8501
PYTHON ?= python3

PY := .venv/bin/python
# Stamps: a changed lock installs again; an unchanged one starts no pip at all, so that a warm start is quick.
RUN_READY := .venv/ready-run
TEST_READY := .venv/ready-test
INSTALL := $(PY) -m pip install --disable-pip-version-check --no-input --require-hashes --only-binary :all:
UPGRADE ?= --upgrade
LOCK := $(PY) -m uv pip compile --quiet --generate-hashes --universal --python-version 3.11 $(UPGRADE)

.PHONY: help run test check demo lock docs screenshots bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

run: $(RUN_READY) ## serve the dashboard on http://localhost:8501 (PORT=…), poller and tagger beside it
	@exec $(PY) -m dashboard --port $(PORT)

test: $(TEST_READY) ## run all tests; what needs a browser, PostgreSQL or nginx is skipped, with the reason, when absent
	@$(PY) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

check: $(TEST_READY) ## style, types, and the rules of the house
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -m pytest -q tests/test_architecture.py

demo: $(RUN_READY) ## the same dashboard on an invented country: nine months through the real pipeline
	@exec $(PY) -m monitors.demo --port $(PORT)

lock: $(TEST_READY) ## choose versions anew and lock them with hashes (UPGRADE= keeps those that are locked)
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -c requirements.txt -o requirements-dev.txt

docs: $(RUN_READY) ## write the tables of docs/data-dictionary.md, docs/summary.schema.json and the SQL of a new archive anew from the code
	@$(PY) docs/tables.py
	@$(PY) docs/schema.py

screenshots: $(TEST_READY) ## take the pictures of docs/img/ anew from the invented country (needs Chromium)
	@$(PY) docs/screenshots.py

bench: $(TEST_READY) ## measure what the documents claim (CPU seconds, medians)
	@for script in benchmarks/*.py; do echo "== $$script"; $(PY) $$script || exit 1; done

clean: ## remove .venv and caches; never the archive in data/
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis screens
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is missing or older than 3.11: install Python 3.11 or newer, or name it: make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "$(PYTHON) has no venv module: install it (Debian and Ubuntu: apt-get install python3-venv)" >&2; exit 2; }
	@$(PYTHON) -m venv .venv

$(RUN_READY): requirements.txt | .venv/bin/python
	@echo "Installing what the dashboard needs into .venv (first start: about a minute) ..."
	@$(INSTALL) -r requirements.txt
	@touch $@

# Its lock holds what the dashboard needs too: one run of pip installs both.
$(TEST_READY): requirements-dev.txt requirements.txt | .venv/bin/python
	@echo "Installing the dashboard and the tools for tests and checks into .venv ..."
	@$(INSTALL) -r requirements-dev.txt
	@touch $(RUN_READY) $@
