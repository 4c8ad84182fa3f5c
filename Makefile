# Needs Python 3.11 or newer with pip, and make. Everything else goes into .venv, at pinned versions checked by hash.

# The Python that .venv is made from: PYTHON=/path/to/python3.12 make setup. Unset: the first one found that is new enough.
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
UV ?= uv
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check
# How many tests run at once. They wait for timers and disks a quarter of their time: one more than the cores of a small machine.
WORKERS ?= 3
SIDE_BY_SIDE = --numprocesses $(WORKERS) --dist worksteal
# The make of macOS is too old for it.
EACH_OUTPUT_WHOLE := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
CODE := src tests $(wildcard examples bench)
CLIENTS := $(patsubst %,%/node_modules/.installed,tests/clients examples/web_client kits/typescript)

# Each program that a test starts, and each worker, would compile all files anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup hooks demo demo-console demo-cluster serve test test-clients lint format types contract unit integration fuzz faults kills bench \
	protos client-types events twins lock lowest clean client-needs checks tests everything

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.dev ## make .venv with everything that the other targets need
	@echo "Ready: $(BIN)/amity --help"

hooks: $(VENV)/.dev ## have git check rules, format and imports before each commit here
	@$(BIN)/pre-commit install

demo: $(VENV)/.runtime ## import a real friendship graph, with a business server deciding, and show what happens
	@$(BIN)/amity demo

demo-console: $(VENV)/.runtime ## a server with its web console, and a business server, to import a file in a browser
	@$(BIN)/amity demo --console

demo-cluster: $(VENV)/.dev ## two processes on one PostgreSQL, people who write over both, a kill, and no loss
	@$(BIN)/python -m examples.cluster.demo

serve: amity.yml ## start the server; the first time this writes amity.yml
	@$(BIN)/amity serve --config amity.yml

amity.yml: | $(VENV)/.runtime
	@$(BIN)/amity init

test: $(VENV)/.dev ## check and test everything; with T=tests/unit/relations those tests alone
ifdef T
	$(BIN)/pytest --quiet $(T)
else
	@$(MAKE) --no-print-directory --jobs=2 $(EACH_OUTPUT_WHOLE) everything
endif

test-clients: client-needs $(VENV)/.dev $(CLIENTS) ## log in with OpenIM's released clients, try the TypeScript kit (needs Node.js, npm, Chromium)
	$(BIN)/pytest --quiet --numprocesses 2 --dist worksteal tests/clients # a browser keeps more than one core busy

lint: $(VENV)/.dev ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: $(VENV)/.dev ## put the code into the one format and mend what ruff can mend
	$(BIN)/ruff check --fix-only --exit-zero
	$(BIN)/ruff format

types: $(VENV)/.dev ## mypy, strict
	$(BIN)/mypy $(CODE)

contract: $(VENV)/.dev ## who may import whom
	$(BIN)/lint-imports

# One after the other, beside the tests.
checks: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy $(CODE)

tests: $(VENV)/.dev
	AMITY_FUZZ_SECONDS=$(SECONDS) $(BIN)/pytest --quiet $(SIDE_BY_SIDE) tests/faults tests/fuzz tests/integration tests/unit

everything: checks tests
	@echo "All checks and tests passed."

unit: $(VENV)/.dev
	$(BIN)/pytest --quiet tests/unit

integration faults: $(VENV)/.dev
	$(BIN)/pytest --quiet $(SIDE_BY_SIDE) tests/$@

SECONDS ?= 20
fuzz: $(VENV)/.dev ## try inputs that nobody thought of, for 20 seconds in all; for a night: make fuzz SECONDS=36000
	AMITY_FUZZ_SECONDS=$(SECONDS) $(BIN)/pytest --quiet $(SIDE_BY_SIDE) tests/fuzz

KILLS ?= 50
kills: $(VENV)/.dev ## kill server and relay 50 times under load on each database, and compare what is left with what was answered
	AMITY_KILLS=$(KILLS) $(BIN)/pytest --quiet tests/faults/test_kill_server.py tests/faults/test_kill_relay.py tests/faults/test_kill_postgres.py

bench: $(VENV)/.dev ## measure, each figure as a ratio within one run
	@$(BIN)/python -m bench

protos: $(VENV)/.dev ## generate src/amity/wire/proto/*_pb2.py anew from *.proto
	$(BIN)/python -m grpc_tools.protoc --proto_path=src --python_out=src --pyi_out=src src/amity/wire/proto/*.proto

client-types: $(VENV)/.dev ## write src/amity/client/types/ and collections/bruno/ anew, from what the server's operations take and return
	$(BIN)/python -m tests.support.client_types
	$(BIN)/python -m tests.support.collection

events: $(VENV)/.dev ## write anew what follows from the declarations of callbacks: names and types of the kits, tables of the pages
	$(BIN)/python -m tests.support.kit_events
	$(BIN)/python -m tests.support.typescript_events
	$(BIN)/python -m tests.support.event_tables

twins: $(VENV)/.dev ## note that the Chinese pages now say what the English ones say
	$(BIN)/python -m tests.unit.docs.twins

lock: $(VENV)/.dev ## write requirements/ anew from pyproject.toml (needs uv)
	$(call compile,--group build,build)
	$(call compile,pyproject.toml,runtime)
	$(call compile,--constraints requirements/runtime.txt --constraints requirements/build.txt pyproject.toml --group dev,dev)

# For every platform and Python version at once; without the address of the registry that answered, so that anyone's will do.
compile = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links $(1) --output-file requirements/$(2).txt

# In an environment of its own, which goes afterwards: PYTHON=/path/to/python3.13 make lowest takes another Python.
lowest: ## run the unit tests with the lowest versions that pyproject.toml allows (needs uv)
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(UV) venv --quiet --python "$(or $(PYTHON),3.11)" "$$folder/venv"; \
	python="$$folder/venv/bin/python"; export VIRTUAL_ENV="$$folder/venv"; \
	$(UV) pip compile --quiet --python "$$python" --resolution lowest-direct --no-annotate --no-header \
	    --no-emit-index-url --no-emit-find-links pyproject.toml --group dev --output-file "$$folder/lowest.txt"; \
	$(UV) pip install --quiet --only-binary :all: --requirements "$$folder/lowest.txt"; \
	$(UV) pip install --quiet --no-deps --no-build-isolation --editable .; \
	echo "The lowest versions, with $$("$$python" --version):"; cat "$$folder/lowest.txt"; \
	"$$python" -m pytest --quiet -p no:cacheprovider tests/unit

clean: ## remove .venv and everything that tools leave behind
	rm -rf $(VENV) tests/clients/node_modules examples/web_client/node_modules kits/typescript/node_modules kits/typescript/dist build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# OpenIM's clients are under the AGPL and the GPL: installed to be tested against and shown, never shipped with amity. What
# the TypeScript kit is built and tested with is not shipped either.
%/node_modules/.installed: %/package-lock.json %/.npmrc
	@echo "Installing what $* names from npm into $*/node_modules"
	@cd $* && npm ci --ignore-scripts
	@touch $@

client-needs:
	@for program in node npm "$${CHROMIUM:-chromium}"; do \
	    command -v "$$program" >/dev/null || { \
	        echo "The tests with OpenIM's clients need $$program, which is not on the PATH." >&2; \
	        echo "On Debian 13: apt-get install nodejs npm chromium. CHROMIUM=... names a browser of another name." >&2; \
	        exit 1; \
	    }; \
	done
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' || { \
	    echo "The tests with OpenIM's clients need Node.js 20.19 or newer; this is $$(node --version)." >&2; exit 1; \
	}

# A stamp file says that a step is done, and since when. The fresh environment installs with its own pip; where Python comes
# without ensurepip (Debian splits it off), the machine's pip puts one in.
$(VENV)/.made:
	@set -e; for python in $(or $(PYTHON),python3.11 python3.12 python3.13 python3); do \
	    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then \
	    echo "amity needs Python 3.11 or newer; looked for: $(or $(PYTHON),python3.11 python3.12 python3.13 python3)." >&2; \
	    echo "Name one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$found" --version)"; \
	rm -rf $(VENV); \
	"$$found" -m venv $(VENV) >/dev/null 2>&1 || { \
	    rm -rf $(VENV); "$$found" -m venv --without-pip $(VENV); \
	    "$$found" -m pip --python $(BIN)/python install --quiet pip; \
	}
	@touch $@

$(VENV)/.runtime: $(VENV)/.made requirements/build.txt requirements/runtime.txt pyproject.toml
	@echo "Installing what amity runs on"
	@$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements/build.txt -r requirements/runtime.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "Installing what amity is checked and tested with"
	@$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@
