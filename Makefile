# Every target sets up what it needs: Python 3.11 or newer, make and the package index are enough.
PYTHON ?= python3
BIN := .venv/bin

# Of the hundreds of processes that tests start, none is to compile anew what it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo dashboard test suite fuzz lint style types format lock audit licences sbom bench spreadsheet clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

demo: .venv/runtime ## extract the example listing pages into claims.duckdb and show what they claim
	@$(BIN)/claimboard extract examples/*.txt --db claims.duckdb
	@printf '\nWho reports the best scores?   claimboard leaderboard\n\n'
	@$(BIN)/claimboard leaderboard --db claims.duckdb
	@printf 'What do papers say of speed?   claimboard claims --search faster --limit 8\n\n'
	@$(BIN)/claimboard claims --search faster --limit 8 --db claims.duckdb
	@printf '\nAll of this is in claims.duckdb. Next:\n'
	@printf '  %s\n' \
		'$(BIN)/claimboard leaderboard GSM8K' \
		'$(BIN)/claimboard sql "SELECT model, metric, value, unit, evidence FROM claims WHERE unit = '"'x'"' ORDER BY value DESC LIMIT 5"' \
		'$(BIN)/claimboard export --format csv -o claims.csv' \
		'$(BIN)/claimboard dashboard'

dashboard: .venv/runtime ## open the dashboard on claims.duckdb
	@$(BIN)/claimboard dashboard

test: style ## lint, check types and run every test
	@tests/support/install_chromium.sh
	@$(MAKE) --no-print-directory -j2 types suite

suite: .venv/dev
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

fuzz: .venv/dev ## throw made-up input at every reader and parser, ten minutes each
	@CLAIMBOARD_FUZZ_SECONDS=600 $(BIN)/pytest tests/fuzz -n auto -rP

lint: style types ## check style and types

style: .venv/dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: .venv/dev
	@$(BIN)/mypy

format: .venv/dev ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/bench ## measure all side by side, and write docs/benchmarks.md (needs a quiet machine; BENCH="--papers FILE --gold FILE")
	@tests/support/install_chromium.sh
	@$(BIN)/python benchmarks/report.py $(BENCH)

lock: .venv/dev ## lock the dependencies again, with hashes
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --group build pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links benchmarks/peers.in -o benchmarks/peers.lock
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links .ci/tools.in -o .ci/tools.lock

audit: .venv/audit ## look the locked dependencies up among known vulnerabilities
	@failed=0; for lock in requirements.lock requirements-dev.lock benchmarks/peers.lock .ci/tools.lock; do \
		.venv/tools/bin/pip-audit --strict --no-deps --disable-pip --progress-spinner off -r $$lock || { failed=1; \
			printf '%s\n' "$$lock: a vulnerability is named above; or else the source of advisories (pypi.org) was not" \
				"reached or does not know a package, and nothing is known of what is locked"; }; \
	done; exit $$failed

licences: .venv/dev ## list the licences of the locked dependencies, and check them against those allowed
	@$(BIN)/python tests/support/licences.py

sbom: .venv/audit ## write what claimboard is made of to sbom.json (CycloneDX)
	@.venv/tools/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --mc-type application \
		--output-reproducible --of JSON -o sbom.json
	@echo "sbom.json: $$(grep -c '"purl"' sbom.json) components"

spreadsheet: .venv/dev ## check files with LibreOffice, where it is installed: what it opens, and what it saves
	@$(BIN)/python tests/by_hand/spreadsheet.py

clean: ## remove what the other targets made
	@rm -rf .venv claims.duckdb .mypy_cache .pytest_cache .ruff_cache .hypothesis test-output sbom.json

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "claimboard needs Python 3.11 or newer: make PYTHON=python3.11 …"; exit 2; }
	@$(PYTHON) -m venv .venv

.venv/runtime: requirements.lock pyproject.toml | .venv/bin/python
	@echo "setting up .venv (once)"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	@echo "setting up .venv for development (once)"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.lock > .venv/uv.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.lock
	@# pip takes minutes where uv takes seconds, but knows of package indexes that are set for it alone.
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --require-hashes -r requirements-dev.lock \
		|| $(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ .venv/runtime

# Programs that look at the dependencies, in an environment of their own: theirs are many.
.venv/audit: .ci/tools.lock | .venv/dev
	@$(PYTHON) -m venv --clear .venv/tools
	@.venv/tools/bin/pip install -q --disable-pip-version-check --require-hashes -r .ci/tools.lock
	@touch $@

# Peers that cannot share an environment with claimboard: langextract wants an older tenacity.
.venv/bench: benchmarks/peers.lock | .venv/dev
	@$(PYTHON) -m venv .venv/peers
	@.venv/peers/bin/pip install -q --disable-pip-version-check --no-deps --require-hashes -r benchmarks/peers.lock
	@touch $@
