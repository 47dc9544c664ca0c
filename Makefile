# Everything a person does with this checkout. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help run reset cluster cluster-status cluster-stop artifact test test-cluster drill check check-html format bench storm screenshots verify shell lock ready ready-dev

PYTHON ?= python3
IN = .venv/bin/python
ARGS ?=
RUNS ?=
STORM ?=
SEED ?= 0
RECORD ?=

##@ Every day
help: ## List what can be done
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

run: ready ## Open the box office on this machine (PORT=8000 chooses where)
	@exec $(IN) -m local run

reset: ready ## Forget the data of `make run`: everything in var/
	@$(IN) -m local reset

##@ Three zones on this machine
cluster: ready ## Run everything on Nomad and Consul, as in production
	@exec $(IN) -m local.cluster up

cluster-status: ready ## Show the cluster on one page
	@exec $(IN) -m local.cluster status

cluster-stop: ready ## End the cluster and leave nothing of it running
	@exec $(IN) -m local.cluster stop

artifact: ready ## Pack everything that a copy runs into one file (VERSION=1.2 names it)
	@exec $(IN) -m local.artifact

##@ Before a commit
test: ready-dev ## Run all tests (ARGS="tests/journeys -k pays" chooses)
	@$(IN) -m local chromium
	@exec $(IN) -m local test -- $(IN) -m pytest -q -n auto --maxprocesses 4 --ignore=tests/html $(ARGS)

test-cluster: ready-dev ## Check the jobs, and hold a short drill on a real cluster
	@CLUSTER=yes exec $(IN) -m local test -- $(IN) -m pytest -q tests/cluster tests/nomad $(ARGS)

check: ready-dev ## Run every linter, type check, contract and page check (ARGS="ruff mypy" chooses)
	@exec $(IN) -m local check $(ARGS)

check-html: ready-dev ## Let the Nu checker read every page
	@exec $(IN) -m local check pages

format: ready-dev ## Put Python and templates into the house's form
	@$(IN) -m ruff check -q --fix-only .
	@$(IN) -m ruff format .

##@ Now and then
bench: ready-dev ## Measure speed and memory into docs/performance.md (ARGS="sale live" chooses)
	@exec $(IN) -m bench $(ARGS)

storm: ready-dev ## Let hundreds buy while processes are killed (RUNS=30, STORM=web, SEED=1 choose, RECORD=1 keeps)
	@exec $(IN) -m tests.chaos $(if $(RUNS),--runs $(RUNS)) --storm "$(STORM)" --seed $(SEED) $(if $(RECORD),--record)

screenshots: ready-dev ## Photograph every page into var/screenshots/
	@$(IN) -m local chromium
	@exec $(IN) -m local test -- $(IN) -m tests.screenshots $(ARGS)

drill: ready-dev ## Deploy, kill and move while guests buy, into docs/drills.md (ARGS="'zone killed'" chooses)
	@exec $(IN) -m tests.cluster $(ARGS)

verify: ready ## Sweep every invariant of this checkout's data
	@exec $(IN) -m local with -- $(IN) -m flask --app wsgi verify

shell: ready ## Open a shell with the settings of this checkout
	@exec $(IN) -m local with -- $${SHELL:-/bin/sh}

lock: ## Write the lock files anew from pyproject.toml (needs uv)
	@exec $(PYTHON) -m local.lock $(ARGS)

ready:
	@$(PYTHON) -m local.setup

ready-dev:
	@$(PYTHON) -m local.setup --dev
