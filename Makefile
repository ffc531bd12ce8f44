# All set-up is done by the two commands of the README: `make demo` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo test test-days check quick browsers screenshots drills drill-power-cut drill-kill drill-disk drill-clock drill-restore bench bench-requests bench-reach bench-front-door bench-scale bench-growth bench-failover bench-web bench-console bench-clinical fuzz rehearse dist licences audit lock clean

help: ## show what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.installed ## start a demo clinic on SQLite, ready to try from a phone
	$(BIN)/homeplan demo

test: check browsers ## the whole bar: the fast bar, killed workers and real proxies, the stories in real browsers
	$(BIN)/python -m pytest tests --ignore=tests/browser -m drill
	$(BIN)/python -m pytest tests/browser -n 2 --dist loadfile

# A Saturday, the last evening of a month, a leap day, and the nights in which Denver's clocks go forward and back.
DAYS := 2026-11-28T18:00Z 2026-12-01T05:30Z 2028-02-29T18:00Z 2027-03-14T08:30Z 2026-11-01T07:30Z

test-days: $(VENV)/.installed-dev browsers ## the stories in real browsers on five difficult days, about two hours
	@failed=; for day in $(DAYS); do echo "On $$day:"; \
	  MOMENT=$$day $(BIN)/python -m pytest tests/browser -n 2 --dist loadfile || failed="$$failed $$day"; \
	done; [ -z "$$failed" ] || { echo "Failed on:$$failed"; exit 1; }

check: $(VENV)/.installed-dev ## the fast bar: format, lint, types, imports, tests without browsers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry src
	$(BIN)/deptry . src --ignore DEP002,DEP004
	npm --prefix web run --silent format:check
	npm --prefix web run --silent lint
	npm --prefix web run --silent check
	npm --prefix web run --silent test
	$(BIN)/python -m pytest tests --ignore=tests/browser -m "not drill" -n 2

quick: ## the tests of the features that changed since the last commit, on SQLite, in less than 20 seconds
	@test -e $(VENV)/.installed-dev || $(MAKE) $(VENV)/.installed-dev
	$(BIN)/ruff check --quiet .
	$(BIN)/python -m tests.quick

browsers: ## install Chromium, Firefox, WebKit and nginx from Debian's packages where that is allowed
	sh tests/browser/install.sh

screenshots: $(VENV)/.installed-dev browsers ## take the pictures of all screens into screenshots/, and the README's two
	$(BIN)/python -m tests.browser.pictures
	PICTURES=1 $(BIN)/python -m pytest $$(grep -l "check_screen(" tests/browser/test_*.py tests/browser/push/test_*.py)

drills: drill-disk drill-clock drill-restore drill-power-cut drill-kill ## run all drills in their long form, about half an hour

drill-power-cut: $(VENV)/.installed-dev ## cut the power 3,000 times under check-ins, and show that it would be noticed
	$(BIN)/python -m drills.power_cut
	! $(BIN)/python -m drills.power_cut --synchronous NORMAL
	! $(BIN)/python -m drills.power_cut --lying-disk

drill-kill: $(VENV)/.installed-dev ## kill the service 200 times under check-ins
	$(BIN)/python -m drills.kill

drill-disk: $(VENV)/.installed-dev ## fill the disk under the service, and forbid it to write
	$(BIN)/python -m drills.disk

drill-clock: $(VENV)/.installed-dev ## set the clock wrong and right again while the service runs
	$(BIN)/python -m drills.clock

drill-restore: $(VENV)/.installed-dev ## back up 1,000 MB under load, kill the service, and restore
	$(BIN)/python -m drills.restore --mb 1000

bench: $(VENV)/.installed-dev ## measure how fast reminders leave and what patients wait meanwhile, about eight minutes
	$(BIN)/python bench/reminders.py

bench-requests: $(VENV)/.installed-dev ## measure what a request costs beside three peers, about ten minutes
	$(BIN)/python bench/requests.py

bench-reach: $(VENV)/.installed-dev ## measure whether people are reached while services fail and workers die, about fifteen minutes
	$(BIN)/python bench/reach.py

bench-front-door: $(VENV)/.installed-dev ## measure a server under wrong sign-ins and slow connections, about two minutes
	$(BIN)/python bench/front_door.py

bench-scale: $(VENV)/.installed-dev ## compare requests with 10,000 and with 1,000,000 stored patients, about 20 minutes
	$(BIN)/python bench/scale.py

bench-growth: $(VENV)/.installed-dev ## measure what a database grows by: rows, write-ahead log and archive, about two minutes
	$(BIN)/python bench/growth.py

bench-failover: $(VENV)/.installed-dev ## lose PostgreSQL's primary 50 times under load, about 25 minutes
	$(BIN)/python bench/failover.py

bench-clinical: $(VENV)/.installed-dev ## judge the clinical rules against courses, vignettes and sweeps, about a minute
	$(BIN)/python bench/clinical.py

bench-console: $(VENV)/.installed-dev browsers ## measure how long the list of 1,000 patients takes in a browser, about two minutes
	$(BIN)/python bench/console.py

bench-web: $(VENV)/.installed-dev browsers ## measure what the patient's app makes a slow phone wait, about six minutes
	$(BIN)/python bench/web.py

fuzz: $(VENV)/.installed-dev ## send ten thousand requests made from the API's own description, about fifteen minutes
	FUZZ_CASES=$${FUZZ_CASES:-10000} $(BIN)/python -m pytest tests/fuzz -k sqlite

rehearse: $(VENV)/.installed-dev ## rehearse 20 upgrades from each kept database on both engines, all but one killed, about fifteen minutes
	$(BIN)/python -m tests.backup 20

dist: $(VENV)/.installed-dev ## make a release into dist/: wheel, locks, components, install.sh; the same sources make the same files
	rm -rf dist
	$(BIN)/python -m hatchling build -t wheel
	$(BIN)/python -m supply.sbom "$$(ls dist/*.whl | sed 's/-py3.*//').cdx.json"
	cp requirements.lock deploy/install.sh deploy/Caddyfile deploy/Containerfile deploy/compose.yaml deploy/systemd/* deploy/postgresql/* dist/
	cd dist && sha256sum * > SHA256SUMS && cat SHA256SUMS

licences: $(VENV)/.installed-dev ## print the licence of everything that is in a release
	$(BIN)/python -m supply.sbom --licences

audit: $(VENV)/.installed-dev ## ask for known weaknesses of what is locked; fails when nothing could be asked
	$(BIN)/python -m supply.audit

lock: ## resolve the dependencies again and write the locks with their hashes
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header pyproject.toml --group build -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock
	sed -i "1i # resolved $$(date -u +%F)" requirements.lock requirements-dev.lock  # `make audit` reads it

clean: ## remove what was installed and built here
	rm -rf $(VENV) web/node_modules src/homeplan/_web .mypy_cache .ruff_cache .pytest_cache

WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/test-results/*' 2>/dev/null)

$(VENV)/bin/python:
	python3 -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed: requirements.lock pyproject.toml hatch_build.py $(WEB_SOURCES) | $(VENV)/bin/python
	@echo "Installing homeplan (about a minute the first time) …"
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need …"
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
