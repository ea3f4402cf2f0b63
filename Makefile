# `make start` tries it, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Some environments forbid Python to keep what it has translated; here hundreds of processes use it.
export PYTHONDONTWRITEBYTECODE =

# All cores are busy as it is: what multiplies matrices would only take turns with itself, which is half of its time.
test: export OPENBLAS_NUM_THREADS = 1

.PHONY: start test thorough translated mutants lint lint-deploy image-check audit pin third-party sbom clean

start: $(VENV)/.ready
	@exec ./facesearch start

# The tests bring their own chromium where that is a matter of one command; elsewhere the browser's tests skip.
test: $(VENV)/.ready-dev
	@if ! { command -v chromium-headless-shell || command -v chromium; } >/dev/null && \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && for browser in chromium-headless-shell chromium; do \
			apt-get install -y -qq --no-install-recommends $$browser fonts-noto-core >/dev/null 2>&1 && break; done || true; \
	fi
	@$(MAKE) --no-print-directory -j2 lint translated
	@$(BIN)/python -m pytest -q -n 4 --dist loadfile --no-loadscope-reorder -m "not thorough"

# What takes too long for every change: bots and machines that are lost again and again, every group of faces, every
# refusal of Slack's, the wheel, the example of the documentation. Before a release, and after what they are about.
thorough: $(VENV)/.ready-dev
	@$(BIN)/python -m pytest -q -n 4 --dist loadfile --no-loadscope-reorder -m thorough

# Each of pytest's workers would translate all tests for itself. One does it while the linters have another core.
translated: $(VENV)/.ready-dev
	@$(BIN)/python -m pytest -qq --collect-only >/dev/null || true

# Changes what decides who may do what, and what is kept, one small thing at a time, and says which changes no test
# notices. It takes hours, and goes on where it was stopped; OF='services.people.roles*' takes some of it, once more.
mutants: $(VENV)/.ready-dev
	@set -f; $(BIN)/mutmut run $(OF)
	@$(BIN)/python -m release.mutants

lint: $(VENV)/.ready-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory lint-deploy

# What stands in Dockerfile, compose.yaml and deploy/, each by its own linter, when it has changed.
DEPLOYED := Dockerfile compose.yaml release/units.py $(wildcard deploy/*/*)
lint-deploy: build/.deploy-linted
build/.deploy-linted: $(DEPLOYED) $(VENV)/.ready-dev
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec compose.yaml
	@$(BIN)/kubernetes-validate --quiet --strict $(filter-out %/kustomization.yaml %/metrics-adapter.yaml, \
		$(wildcard deploy/kubernetes/*.yaml))
	@$(BIN)/cfn-lint deploy/aws/*.yaml
	@$(BIN)/python -m release.units
	@mkdir -p build && touch $@

# Builds the image as Docker would, where there is no Docker, and runs it.
image-check: $(VENV)/.ready-dev
	@$(BIN)/python -m release.image

# Asks a public database for known vulnerabilities of what requirements.txt pins.
audit: $(VENV)/.ready-dev
	@found="$$($(BIN)/pip-audit --disable-pip --require-hashes --progress-spinner off -r requirements.txt 2>&1)"; code=$$?; \
	if echo "$$found" | grep -qE "Found [0-9]+ known"; then echo "$$found"; exit 1; fi; \
	if echo "$$found" | grep -qE "could not be audited|ConnectionError|ServiceError"; then \
		echo "Skipped: the database of vulnerabilities cannot be reached from here."; \
	else echo "$$found"; exit $$code; fi

# Brings requirements*.in to versions and hashes.
pin: $(VENV)/.ready-dev
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--upgrade -q requirements.in -o requirements.txt
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--upgrade -q requirements-dev.in -c requirements.txt -o requirements-dev.txt

# Whose work is in what requirements.txt brings; where pinning has brought something new, this says what to look up.
third-party: $(VENV)/.ready-dev
	@$(BIN)/python -m release.third_party

# The same for machines, as sbom.json (CycloneDX), from an environment that has nothing else.
sbom: $(VENV)/.ready-dev
	@$(BIN)/uv venv --quiet --clear build/sbom
	@$(BIN)/uv pip install --quiet --require-hashes --python build/sbom -r requirements.txt
	@$(BIN)/cyclonedx-py environment build/sbom | $(BIN)/python -m release.sbom > sbom.json

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing. Install Python 3.11 or newer, then run make again."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "This needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python cannot make a virtual environment. On Debian: apt install python3-venv"; exit 1; }

$(VENV)/.ready: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the bot needs; this takes a minute the first time."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt || \
		{ echo "The packages could not be installed. Is there a network connection? Then run make again."; exit 1; }
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing what the tests need; this takes a minute the first time."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt || \
		{ echo "The packages could not be installed. Is there a network connection? Then run make again."; exit 1; }
	@touch $@ $(VENV)/.ready

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
