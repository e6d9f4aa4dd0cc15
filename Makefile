# make demo    everything with a story in it, at http://127.0.0.1:8000 (PORT=8001 for another port)
# make test    style, types, migrations, deployment check and all tests, a real browser's included
# make check   the same without the tests
# make faults  kill the worker in the middle of its work, over and over
# make bench   houses of 10,000, 100,000 and 1,000,000 complaints, measured page by page (SIZES=10000 for one),
#              and an import (ROWS=1000000); python -m tests.bench.room does it for twenty people in one session
# make lock    choose the newest versions that pyproject.toml allows (needs uv)
# make clean   remove what can be made again; .data, with your data, stays

PYTHON ?= python3
PORT ?= 8000
UV ?= uv
PY := .venv/bin/python
BUILT := .venv/built-from-the-lock
MANAGE := $(PY) manage.py
step = @echo; echo "== $(1)"; $(2)

.PHONY: demo test check faults bench lock clean

demo: $(BUILT)
	@$(MANAGE) demo --port $(PORT)

# The tests have an embedded database of their own, which may forget everything in a power cut.
test check faults: export AMENDS_DATA ?= .data/test
test check faults: export AMENDS_FSYNC ?= 0

test: check
	$(call step,tests,CHROMIUM="$$($(PY) -m tests.infra.chromium)" && export CHROMIUM && $(PY) -m pytest -n 2)

faults: $(BUILT)
	$(call step,faults,$(PY) -m pytest -m slow tests/faults)

bench: $(BUILT)
	@$(PY) -m tests.bench

check: $(BUILT)
	$(call step,style,$(PY) -m ruff format --check . && $(PY) -m ruff check .)
	$(call step,types,$(PY) -m mypy .)
	$(call step,migrations,$(MANAGE) makemigrations --check --dry-run)
	$(call step,deployment,DEBUG=0 ALLOWED_HOSTS=amends.example DATABASE_URL=postgres://amends@127.0.0.1/amends \
		SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))') \
		$(MANAGE) check --deploy --fail-level WARNING)

$(BUILT): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Amends needs Python 3.11 or later, and $(PYTHON) is not: name one, as in  make $(or $(MAKECMDGOALS),demo) PYTHON=python3.12"; exit 1; }
	@echo "Installing what Amends needs into .venv; the first time this takes a minute."
	@$(PYTHON) -m venv --clear .venv || { \
		echo "$(PYTHON) cannot make a virtual environment: on Debian or Ubuntu, install python3-venv."; exit 1; }
	@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements.lock || { \
		echo "The packages of requirements.lock could not be installed: is there a way to the package index?"; exit 1; }
	@touch $@

lock:
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 \
		--all-extras --generate-hashes --no-annotate --output-file requirements.lock pyproject.toml

clean:
	@echo "Removing .venv and the caches of the tools; .data, with your data, stays."
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis staticfiles
	@find . -name __pycache__ -type d -not -path './.*' -prune -exec rm -rf {} +
