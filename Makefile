# Everything to do with this project starts here; `make` alone lists it.
# PYTHON is a list of interpreters; .venv is made with the first that is 3.11 or newer (`make clean` to change it).

PYTHON ?= python3 python3.13 python3.12 python3.11
IMAGE ?= roadmap-tutor
IMAGE_FLAGS ?=
BIN = .venv/bin
INSTALL = $(BIN)/python -m pip --disable-pip-version-check install --progress-bar off
COMPILE = build/lock/bin/uv --no-config pip compile pyproject.toml --group build \
	--universal --python-version 3.11 --generate-hashes --quiet \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

SUITE ?=

.PHONY: help run dev chromium test checks format lint types imports unit browser bench fmt lock image clean

help:
	@echo 'make run      install and serve the page at http://127.0.0.1:7860'
	@echo 'make test     install what the tests need and run every check'
	@echo 'make format lint types imports unit browser    one check each'
	@echo 'make bench    time ingest, search and serving beside other libraries (SUITE=ingest, search or serve)'
	@echo 'make fmt      format the code and mend what ruff can mend'
	@echo 'make lock     pin the dependencies anew (make lock UPGRADE=--upgrade for newer versions)'
	@echo 'make image    build the container image'
	@echo 'make clean    remove .venv and everything built'

run: .venv/run.stamp
	@exec $(BIN)/tutor serve

dev: .venv/dev.stamp

test: chromium checks
	$(BIN)/pytest

checks: format lint types imports

format: .venv/dev.stamp
	$(BIN)/ruff format --check .

lint: .venv/dev.stamp
	$(BIN)/ruff check .

types: .venv/dev.stamp
	$(BIN)/mypy

imports: .venv/dev.stamp
	$(BIN)/lint-imports

unit: .venv/dev.stamp
	$(BIN)/pytest -m 'not browser'

browser: .venv/dev.stamp chromium
	$(BIN)/pytest -m browser

# Side by side with other libraries; nothing of it is a test. `make bench SUITE=search` runs one part.
bench: .venv/dev.stamp
	$(BIN)/python -m evals.bench $(SUITE)

fmt: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# hatchling and editables are among the pinned requirements, so that nothing unpinned is fetched to install the project.
.venv/run.stamp: .venv/bin/python requirements.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# requirements-dev.txt holds all of requirements.txt too.
.venv/dev.stamp: .venv/bin/python requirements-dev.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements-dev.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch .venv/run.stamp $@

.venv/bin/python:
	@for python in $(PYTHON); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if ! "$$python" -c 'import ensurepip' 2>/dev/null; then \
			if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
				apt-get update && apt-get install -y --no-install-recommends python3-venv || exit 1; \
			else \
				echo "$$python cannot make virtual environments: install its venv module (Debian, Ubuntu: sudo apt install python3-venv)." >&2; \
				exit 1; \
			fi; \
		fi; \
		exec "$$python" -m venv --clear .venv; \
	done; \
	echo 'roadmap-tutor needs Python 3.11 or newer, and none of "$(PYTHON)" is: install one and name it with "make run PYTHON=...".' >&2; \
	exit 1

# A browser for the tests and a Chinese font for its screenshots; without one the browser tests say that they did not run.
chromium:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		missing=; \
		command -v "$${TUTOR_CHROMIUM:-chromium}" >/dev/null || command -v chromium-browser >/dev/null \
			|| command -v google-chrome >/dev/null || missing=chromium; \
		[ -n "$$(find /usr/share/fonts -iname '*cjk*' -print -quit 2>/dev/null)" ] || missing="$$missing fonts-noto-cjk"; \
		[ -z "$$missing" ] || { apt-get update && apt-get install -y --no-install-recommends $$missing; } \
			|| echo "Could not install:$$missing."; \
	fi

lock: build/lock/bin/uv
	$(COMPILE) $(UPGRADE) -o requirements.txt
	$(COMPILE) $(UPGRADE) --extra dev -c requirements.txt -o requirements-dev.txt

build/lock/bin/uv: .venv/bin/python
	$(BIN)/python -m venv --clear build/lock
	build/lock/bin/python -m pip --disable-pip-version-check install --quiet uv

image:
	docker build $(IMAGE_FLAGS) -t $(IMAGE) .

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find app ingest evals tests -name __pycache__ -type d -prune -exec rm -rf {} +
