# Everything that a newcomer types. Set-up goes into .venv; nothing is installed elsewhere.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test lint bench schemas format lock clean

help:  ## these lines
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

.venv/run: pyproject.toml deploy/requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r deploy/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/dev: .venv/run deploy/requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r deploy/requirements-dev.lock
	@touch $@

# What pages are checked with (tests/services/browser.py); npm packages, nothing of the product's.
.venv/tools: Makefile
	npm install --silent --no-audit --no-fund --prefix .venv/tools axe-core@4.14.1 schema-dts@2.1.0 vnu-jar@26.9.27
	@touch $@

demo: .venv/run  ## a three-week campaign in under a minute, on this machine alone
	$(BIN)/leadwire demo

test: .venv/dev  ## everything that must hold
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: .venv/dev  ## types, style, layers, function lengths
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.lint.function_lengths

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/dev  ## ratios measured side by side, a JSON object a line
	$(BIN)/python -m tests.bench

schemas: .venv/dev
	$(BIN)/leadwire schema export contracts/schemas
	$(BIN)/leadwire schema asyncapi --out contracts/asyncapi.json

lock:  ## resolve again, with hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o deploy/requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --extra dev pyproject.toml -o deploy/requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --extra kafka --extra postgres --extra s3 -c deploy/requirements-dev.lock pyproject.toml -o deploy/requirements-image.lock
	echo 'hatchling>=1.27' | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate - -o deploy/requirements-build.lock

clean:
	rm -rf .venv demo dist
