# Lectern: one set of commands for people and for CI. `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# Which environment of samconfig.toml is deployed.
ENV    ?= dev
BENCH  := .venv-bench
JUDGES := .venv-lint
# What holds the domain by itself; to count its branches in every test takes minutes more.
OF_THE_DOMAIN := tests/unit/domain
# What is quickly done, without processes and sockets.
QUICK := tests/unit tests/properties
# Scenarios that run side by side in one cloud, and mostly wait: what is quickly done goes beside
# them. With a worker more, their times would say nothing.
SIDE_BY_SIDE := tests/end_to_end/field

export SAM_CLI_TELEMETRY := 0
# Each process that starts reads what an earlier one compiled, whatever the surroundings say.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPATH := $(CURDIR)/layers/lectern/python:$(CURDIR)

.DEFAULT_GOAL := help
.PHONY: help demo up example test thorough unit fuzz lint format build deploy smoke replay restore key bench lock openapi clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# The environment is made anew whenever a lock file changes.
$(READY): requirements/bootstrap.txt requirements/dev.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Lectern needs Python 3.11 or later (set PYTHON=...)")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python requirements/dev.txt
	touch $(READY)

demo: $(READY) ## run the main job on sample data and print what happened
	$(BIN)/python -m local.demo

up: $(READY) ## run the local cloud in the foreground
	exec $(BIN)/python -m local.cloud

example: $(READY) ## run the local cloud and an example LMS that uses it
	exec $(BIN)/python -m local.example

test: $(READY) ## run all tests but the thorough ones, and hold the domain's branch coverage
	$(BIN)/python -m pytest --cov=lectern.domain --cov-fail-under=95 $(OF_THE_DOMAIN)
	$(BIN)/python -m pytest -n 2 -m "not thorough" $(SIDE_BY_SIDE) $(QUICK) --ignore=$(OF_THE_DOMAIN)
	$(BIN)/python -m pytest -n auto -m "not thorough" $(addprefix --ignore=,$(SIDE_BY_SIDE) $(QUICK))

thorough: $(READY) ## run the tests that take minutes: pages in a browser, a self-test killed anywhere
	$(BIN)/python -m pytest -n auto -m thorough tests

unit: $(READY) ## the tests without processes and sockets, for the inner loop
	$(BIN)/python -m pytest -n auto --disable-socket $(QUICK)

fuzz: $(READY) ## random sequences by a fresh seed; SEED=n repeats them, SEQUENCES=n says how many
	@SEED=$${SEED:-$$($(PYTHON) -c 'import secrets; print(secrets.randbits(32))')}; \
	echo "To repeat it: make fuzz SEED=$$SEED SEQUENCES=$${SEQUENCES:-300}"; \
	$(BIN)/python -m pytest --timeout=0 --hypothesis-show-statistics --hypothesis-profile=fuzz \
		--hypothesis-seed=$$SEED tests/workflows/test_random_sequences.py

# They want other versions of what Lectern runs on.
$(JUDGES)/.ready: $(READY) requirements/lint.txt
	$(PYTHON) -m venv $(JUDGES)
	$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --python $(JUDGES)/bin/python requirements/lint.txt
	touch $(JUDGES)/.ready

lint: $(READY) $(JUDGES)/.ready ## style, types; the template, its policies and state machines as they are deployed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sam validate --lint --region eu-west-1
	$(BIN)/python -m local.lint

format: $(READY) ## rewrite the sources in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

build: $(READY) ## sam build: the functions and layers for the Lambda platform
	find functions -name __pycache__ -type d -prune -exec rm -r {} +  # they are packaged as they are
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/sam build

# A release of its own for each deployment: without it, callers would keep the versions that they have.
deploy: build ## sam deploy (needs AWS credentials); ENV=dev or prod, PARAMETERS="Name=value …"
	$(BIN)/sam deploy --config-env $(ENV) --parameter-overrides \
		Release=$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(32))') $(PARAMETERS)

smoke: $(READY) ## look whether a deployed Lectern answers as it has to; URL=…, KEY=… or none
	@KEY='$(KEY)' $(BIN)/python -m operations.smoke '$(URL)'

replay: $(READY) ## give dead letters back; STACK=lectern QUEUE=stream, webhooks, notifications or schedules
	$(BIN)/python -m operations.replay --stack $(STACK) --queue $(QUEUE)

restore: $(READY) ## restore the table of STACK as it was at TO=2030-03-17T09:00Z, or set up a kept one, KEEP=name
	$(BIN)/python -m operations.restore --stack $(STACK) $(if $(TO),--to $(TO)) $(if $(KEEP),--keep $(KEEP))

key: $(READY) ## make an API key; ROLE=admin, lms or read
	@$(BIN)/python -m local.keys $(ROLE)

# What only draws pictures, or is only compared with, is no part of what develops Lectern.
$(BENCH)/.ready: $(READY) requirements/bench.txt
	$(PYTHON) -m venv $(BENCH)
	$(BIN)/uv pip sync --quiet --require-hashes --python $(BENCH)/bin/python requirements/bench.txt
	touch $(BENCH)/.ready

bench: $(BENCH)/.ready ## measure the tables of docs/performance.md; TABLE=… for one, NUMBERS="…" of which sizes
	$(BIN)/python -m benchmarks $(TABLE) $(NUMBERS)
	$(BENCH)/bin/python -P benchmarks/tables/draw.py docs/performance/*.json

openapi: $(READY) ## write docs/openapi.json as the API serves it
	$(BIN)/python -c 'from lectern.api.docs.about import document_text; print(document_text(), end="")' > docs/openapi.json

lock: $(READY) ## compile requirements/*.txt from pyproject.toml
	echo uv | $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-annotate --no-header - -o requirements/bootstrap.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url --group dev pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url -c requirements/dev.txt pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url --group bench -o requirements/bench.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url --group lint -o requirements/lint.txt

clean: ## remove everything that was made here
	rm -rf $(VENV) $(BENCH) $(JUDGES) .aws-sam build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
