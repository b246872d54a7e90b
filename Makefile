# Every command prepares what it needs, once, and says what it does.
# On a fresh Debian machine: `make run` (the portal) or `make test` (all tests).

PYTHON ?= python3
PORT ?= 8000
DEMO ?= 1
VENV := .venv/bin/python
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run demo test check bench pictures docs lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Prepare this machine for `make run`
	@$(PYTHON) -m scripts.setup run

setup-test: ## Prepare this machine for tests, checks and measurements as well
	@$(PYTHON) -m scripts.setup test

run: setup ## Start the portal with an invented practice (DEMO=0: your own), until Ctrl-C
	@DEMO=$(DEMO) $(VENV) -m scripts.run --port $(PORT)

demo: ## Walk the main job end to end: var/demo/packet.pdf and var/demo/summary.json
	@$(PYTHON) -m scripts.setup demo
	@$(VENV) -m scripts.demo

test: setup-test ## Run all tests: SQLite, PostgreSQL, Redis, a real browser
	@$(VENV) -m scripts.test

check: setup-test ## Format, lint, types, import order, templates, migrations, deployment, generated docs
	@$(VENV) -m scripts.check

bench: setup-test ## Measure; prints a table and writes var/bench.json
	@$(VENV) -m bench

pictures: setup-test ## Take the pictures of the README again
	@$(VENV) -m scripts.pictures

docs: setup-test ## Write the generated documentation again
	@$(VENV) manage.py settings_reference
	@$(VENV) manage.py appointment_states

lock: ## Lock the Python packages again, with hashes and without addresses (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-dev.txt

clean: ## Remove what was made, but neither your data nor your secrets
	rm -rf .venv node_modules var/static var/stamps var/log .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
