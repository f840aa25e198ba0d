# Needs make and Python 3.11 or newer. Uses uv where it is installed and reaches a package index, else venv and pip.

VENV ?= .venv
BIN := $(VENV)/bin
MODEL := qwen2.5-0.5b
SMALLEST := smollm2-135m
comma := ,
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)

# Without bytecode each worker of pytest rewrites all the tests, and each command that a test starts compiles Arena.
export PYTHONDONTWRITEBYTECODE :=

# One half of the tests for each of two workers, and what is left is shared: most modules are set up by one of them.
SPREAD := -n auto --dist worksteal

.PHONY: demo first-debate test test-slow test-browser fuzz test-model test-trainers test-verifiers docs lint map bench setup clean

demo: $(VENV)/.runtime
	$(BIN)/arena tournament kuhn
	$(BIN)/arena exploitability kuhn --agents kuhn-nash "cfr?iterations=1000" random "noisy:kuhn-nash?rate=0.3"
	@if $(MAKE) --no-print-directory $(VENV)/.demo && $(BIN)/arena model pull $(SMALLEST); \
	then $(MAKE) --no-print-directory first-debate; \
	else echo "No debate by a local model: what it needs could not be downloaded, as said above. Try again with: make demo"; fi

# A weak model may fail a debate: it is recorded as that, and the demo goes on (exit code 1).
first-debate:
	@run=runs/first-debate-$$(date +%Y%m%d-%H%M%S); \
	echo "$(SMALLEST), a very weak model of 98 MB, debates three facts on this machine:"; \
	$(BIN)/arena run first-debate --watch --concurrency 1 --out $$run || test $$? -eq 1; \
	$(BIN)/arena report $$run --out $$run/report.html

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(SPREAD)

# Ten thousand damaged journals: about ten minutes on two cores.
fuzz: $(VENV)/.dev
	$(BIN)/python -m pytest $(SPREAD) -m slow tests/arena/journal/test_damage.py

test-slow: $(VENV)/.dev
	$(BIN)/python -m pytest $(SPREAD) -m slow

# The pages of `arena view` in headless Chromium, and axe-core over them. Without Chromium, npm or the registry,
# what cannot be had is left out, and the tests say so.
test-browser: $(VENV)/.dev
	-@command -v npm >/dev/null && npm install --silent --no-audit --no-fund --prefix build/axe axe-core
	$(BIN)/python -m pytest -m browser -rs

# Real replies of local models: pulls half a gigabyte, takes minutes, and wants the machine to itself. Where
# the model cannot be had, the tests are skipped and say so.
test-model: $(VENV)/.dev $(VENV)/.local
	-$(BIN)/arena model pull $(MODEL)
	-$(BIN)/arena model pull $(SMALLEST)
	$(BIN)/python -m pytest -m model

# The files that `arena export` writes, loaded by the trainers they are for: installs PyTorch.
test-trainers: $(VENV)/.trainers
	$(BIN)/python -m pytest -m slow tests/real/test_trainers.py

# Our scenarios as environments of verifiers; and, as it brings version 2 of OpenAI's client, that. Wants an
# environment of its own (VENV=FOLDER), since version 3 is not installed beside it.
test-verifiers: $(VENV)/.verifiers
	$(BIN)/python -m pytest tests/real/test_verifiers.py tests/agents/providers

# The docs as a site in build/site; a link or a name that leads nowhere stops it.
docs: $(VENV)/.docs
	$(BIN)/python docs/pages.py
	$(BIN)/zensical build --strict --clean

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

# What stands where, and whether it keeps to the goals that tests/packaging/test_house.py holds.
map: $(VENV)/.dev
	$(BIN)/python -m tests.packaging.house

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

setup: $(VENV)/.dev

clean:
	rm -rf $(VENV) build dist .cache docs/api .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One environment in three sizes, the larger holding the smaller.
$(VENV)/.runtime: pyproject.toml
	$(call install,.)
	@touch $@

$(VENV)/.dev: pyproject.toml
	$(call install,.[dev])
	@touch $(VENV)/.runtime $@

$(VENV)/.local: $(VENV)/.runtime
	$(call install,.[local])
	@touch $@

$(VENV)/.demo: $(VENV)/.runtime
	$(call install,.[local$(comma)report])
	@touch $@

$(VENV)/.trainers: $(VENV)/.dev
	$(call install,.[trainers])
	@touch $@

$(VENV)/.verifiers: $(VENV)/.dev
	$(call install,.[verifiers])
	@touch $@

$(VENV)/.docs: $(VENV)/.dev
	$(call install,.[docs])
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	$(call install,.[bench])
	@touch $@

define install
@set -e; \
if command -v uv >/dev/null; then \
	echo "Installing $(1) with uv"; \
	{ test -x $(BIN)/python || uv venv -q --python "$(or $(PYTHON),>=3.11)" $(VENV); } && \
	uv pip install -q --python $(BIN)/python -e "$(1)" && exit 0; \
	echo "uv failed; trying pip"; \
fi; \
if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	for python in $(PYTHONS); do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
		python=; \
	done; \
	test -n "$$python" || { echo "Arena needs Python 3.11 or newer; give one with make PYTHON=/path/to/python." >&2; exit 1; }; \
	$$python -m venv --clear $(VENV); \
fi; \
echo "Installing $(1) with pip"; \
$(BIN)/python -m pip install -qq --disable-pip-version-check -e "$(1)"
endef
