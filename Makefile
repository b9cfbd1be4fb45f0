# What one does with a checkout. `make run` opens the product; `make test` tries all of it.
# Works with the make of macOS (GNU Make 3.81) and newer.

# A collection of your own for `make run`: make run INDEX=folder, or XIAOSOU_INDEX in the environment.
INDEX ?= $(XIAOSOU_INDEX)
# What `make benchmark` measures with: a file of JSON lines, see docs/benchmarks.md.
CORPUS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
DISTRIBUTIONS := tests/contracts/distributions.txt

.PHONY: help setup run test test-long test-cluster test-setup lint format benchmark clean

help:
	@echo 'make setup      make .venv with the project and its command in it'
	@echo 'make run        crawl, index and serve the bundled demo site'
	@echo 'make run INDEX=folder    serve a collection of your own'
	@echo 'make test       check and test everything; make test-long runs the counted trials'
	@echo 'make test-cluster   kill and cut off nodes of an OpenSearch cluster that is in use'
	@echo 'make benchmark CORPUS=file    compare speed with other engines, check the goals'
	@echo 'make lint       the checks alone; make format rewrites the code in the house style'
	@echo 'make clean      remove all that make made, never the data in index/'

setup: $(BIN)/.ready

$(BIN)/.ready: setup.cfg setup.py pyproject.toml $(wildcard indexer/engines/whoosh/c/*/*)
	@sh .ci/make-venv .venv
	@echo 'installing the project into .venv, about a minute the first time'
	@$(PIP) install --editable '.[fast]'
	@touch $@

run: setup
	@exec $(BIN)/xiaosou $(if $(INDEX),serve --index '$(INDEX)',demo)

test: test-setup lint
	$(BIN)/pytest -n auto --dist loadfile -m 'not long'

test-long: test-setup
	$(BIN)/pytest -m 'long and not cluster'

test-cluster: test-setup
	$(BIN)/pytest -m cluster

lint: $(BIN)/.test-ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(BIN)/.test-ready
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

benchmark: $(BIN)/.benchmark-ready
	$(BIN)/python benchmarks/speed.py --corpus '$(CORPUS)' --check

$(BIN)/.benchmark-ready: $(BIN)/.ready
	@echo 'installing the engines to compare with'
	@$(PIP) install --editable '.[benchmark,fast]'
	@touch $@

test-setup: $(BIN)/.test-ready build/whoosh/.ready
	@sh .ci/install-chromium
	@sh .ci/build-node $(BIN)/python
	@sh .ci/install-postgresql

$(BIN)/.test-ready: $(BIN)/.ready
	@echo 'installing the tools of the tests'
	@$(PIP) install --editable '.[cluster,fast,test]'
	@touch $@

# Each distribution in a folder of its own, with what it needs itself, out of the way of the pinned one.
build/whoosh/.ready: $(DISTRIBUTIONS) | $(BIN)/.ready
	@rm -rf build/whoosh
	@grep -v '^#' $(DISTRIBUTIONS) | while read -r distribution; do \
		folder="build/whoosh/$${distribution%%==*}"; \
		echo "$$distribution -> $$folder"; \
		$(PIP) install --target "$$folder" "$$distribution" || exit 1; \
	done
	@touch $@

clean:
	rm -rf .venv build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find crawler indexer web tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
