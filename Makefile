# Two commands: `make run` starts the house, `make test` tries all of it. Both make what they need in .venv and nowhere else.
# Nothing here starts Python or looks at the network when there is nothing new to install: a second start is the house's own start.

.DEFAULT_GOAL := help
.PHONY: help run test check lock format storm race registry-storm registry-fuzz zalo-storm zalo-fuzz zalo-accept same-everywhere resend-storm enumeration timing bench planted train pictures clean
.DELETE_ON_ERROR:

UV_VERSION := 0.13.9
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
ARGS ?=
JOBS ?= 2

# Only the interpreter that is here, copied files (the tests' PostgreSQL changes modes of its own files, which must not be the
# cache's), and no notices between our own lines.
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/run.stamp ## start the house (ARGS="..." is handed to `bot run`)
	@exec $(PY) -m bot run $(ARGS)

test: $(VENV)/dev.stamp ## every test, on SQLite, on PostgreSQL and in a browser (ARGS="tests/flows -k code" for some)
	@.ci/browser
	@$(PY) -m pytest -n $(JOBS) $(ARGS)

check: $(VENV)/dev.stamp ## style, types, who imports what, and whether the talk is whole
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(TYPED)
	$(VENV)/bin/lint-imports
	$(PY) -m bot check

format: $(VENV)/dev.stamp ## put the style right
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

lock: $(PY) ## remake run.lock and dev.lock from pyproject.toml (ARGS=--upgrade for newer versions)
	$(have_uv)
	$(UV) $(COMPILE) $(ARGS) -o run.lock
	$(UV) $(COMPILE) $(ARGS) --extra postgres --group dev -c run.lock -o dev.lock

# Listed by `make help` once there is something to run.
storm: $(VENV)/dev.stamp # the house under load and faults
	@exec $(PY) -m tests.storm $(ARGS)

zalo-storm: $(VENV)/dev.stamp # 20 processes refresh one pair of Zalo tokens, 200 rounds, killed at every point
	@$(PY) -m tests.channels.storm_zalo_oauth $(ARGS)
	@$(PY) -m tests.channels.storm_zalo_oauth --postgres $(ARGS)

zalo-fuzz: $(VENV)/dev.stamp # 100 000 events nobody would send, to each Zalo webhook; structured, and as bytes
	@$(PY) -m tests.channels.fuzz_zalo_bot
	@$(PY) -m tests.channels.fuzz_zalo_oa

zalo-accept: $(VENV)/dev.stamp # how soon the Official Account's webhook answers, at 200 events a second
	@exec $(PY) -m benchmarks.zalo_accept $(ARGS)

same-everywhere: $(VENV)/dev.stamp # every journey on all five channels, to the same place with the same case
	@JOURNEYS=all $(PY) -m pytest -n $(JOBS) -o faulthandler_timeout=0 tests/channels/test_same_everywhere.py

resend-storm: $(VENV)/dev.stamp # 10 000 requests for a code, two processes killed again and again: no phone gets one too many
	@exec $(PY) -m tests.house.resend_storm $(ARGS)

enumeration: $(VENV)/dev.stamp # 1 000 known and 1 000 unknown numbers, five times each: is any answer another?
	@exec $(PY) -m tests.registry.enumerating $(ARGS)

timing: $(VENV)/dev.stamp # 5 000 known and 5 000 unknown numbers, three times: is any answer sooner? (a quiet machine, or --clock cpu)
	@exec $(PY) -m tests.registry.timing $(ARGS)

race: $(VENV)/dev.stamp # an officer takes a conversation at the moment of a reply and a reminder, a thousand times
	@exec $(PY) -m tests.console.race $(ARGS)

bench: $(VENV)/dev.stamp # how fast, how large, how it grows
	@exec $(PY) -m benchmarks $(ARGS)

registry-fuzz: $(VENV)/dev.stamp # the simulated registry against thousands of requests made from its document
	@exec $(PY) -m tests.registry.fuzz $(ARGS)

registry-storm: $(VENV)/dev.stamp # the simulated registry killed under load, one process and two
	@exec $(PY) -m tests.registry.storm $(ARGS)

planted: $(VENV)/dev.stamp # 2 000 secrets through every door, then every byte searched for them (minutes)
	@exec $(PY) -m tests.house.planted $(ARGS)

train: $(VENV)/dev.stamp ## remake what the hearing has learnt from content/hearing/phrases
	$(PY) -m content.hearing.train

pictures: $(VENV)/dev.stamp ## remake the pictures of the screens (content/pictures/png)
	$(PY) -m content.pictures.draw

clean: ## forget everything that was installed or cached (never data/ or keys/)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# mypy refuses a folder without Python in it.
TYPED = $(foreach d,flows content storage bot tests benchmarks,$(if $(shell find $(d) -name '*.py' -print -quit 2>/dev/null),$(d)))

# Hashes for every platform, and no addresses: uv.lock and pylock.toml name the index they were made with in every entry.
COMPILE = pip compile --quiet --python $(PY) --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url pyproject.toml

# uv by pip, so that nobody needs to have it. Fails when it cannot be had (`make run UV_VERSION=` does without on purpose).
have_uv = @test -n "$(UV_VERSION)" && { test -x $(UV) || $(PY) -m pip install --quiet uv==$(UV_VERSION); }

# Bytecode now rather than at the first start. If uv cannot be had or cannot reach what pip can, pip does the same, slower.
define install
$(have_uv) && $(UV) pip install --quiet --python $(PY) --compile-bytecode --require-hashes -r $(1) \
	|| { echo "Without uv: installing $(1) with pip, which is slower."; \
	     $(PY) -m pip install --quiet --require-hashes -r $(1); }
endef

$(VENV)/run.stamp: run.lock | $(PY)
	@echo "Installing what the house needs to run (once)."
	$(call install,run.lock)
	@touch $@

# dev.lock holds all of run.lock at the same versions (tests/house/test_ground.py), so one environment serves both.
$(VENV)/dev.stamp: dev.lock run.lock | $(PY)
	@echo "Installing what the tests and checks need (once)."
	$(call install,dev.lock)
	@touch $(VENV)/run.stamp $@

# Each candidate is asked, not believed: a python3.11 on the path may be a shim with nothing behind it.
$(PY):
	@for python in $(PYTHON) python3.11 python3 python3.14 python3.13 python3.12; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$python."; exec "$$python" -m venv $(VENV); \
	  fi; \
	done; \
	echo "Đồng Hành needs Python 3.11 or newer, and found none. Install it, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; \
	exit 1
