# Everything a reader or a maintainer runs. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
READY := $(VENV)/.ready
BROWSER := $(VENV)/.browser
NOTEBOOKS := $(sort $(wildcard notebooks/[0-9]*.ipynb))

# A backend or path that the caller's shell sets would change what notebooks show, and without
# bytecode each of the many processes would compile the library anew.
unexport MPLBACKEND PYTHONPATH VIRTUAL_ENV PYTHONDONTWRITEBYTECODE
export MPLCONFIGDIR := $(CURDIR)/build/matplotlib
export JUPYTER_CONFIG_DIR := $(CURDIR)/build/jupyter
export IPYTHONDIR := $(CURDIR)/build/ipython
$(shell mkdir -p build/matplotlib build/jupyter build/ipython)
export PYDEVD_DISABLE_FILE_VALIDATION := 1

.PHONY: help setup run test check unit figures hooks lab refresh bench docs lock clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY)  ## install the pinned packages into .venv

# uv is taken from the lock, by hash, like all else, and trusts whom the system trusts. Where it
# cannot be had, or cannot reach the packages, pip does the same work.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV := $(BIN)/uv pip install --system-certs --quiet --compile-bytecode --python $(BIN)/python
LOCKED := --require-hashes -r requirements.lock
# Debian has Python and pip, and apart from them what would put pip into an environment.
WITHOUT_ENSUREPIP := $(PYTHON) -m venv --clear --without-pip $(VENV) \
  && $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check pip
ITSELF := --no-deps --no-build-isolation -e .

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV) > build/venv.log 2>&1 || { $(WITHOUT_ENSUREPIP); }
	@awk '/^[a-z]/ {on = /^uv==/} on' requirements.lock > $(VENV)/uv.txt
	@echo "setup: installing requirements.lock"
	@$(PIP) --require-hashes -r $(VENV)/uv.txt 2> $(VENV)/uv.log && $(UV) $(LOCKED) 2>> $(VENV)/uv.log \
	  || { echo "setup: without uv (see $(VENV)/uv.log)"; $(PIP) $(LOCKED); }
	@$(PIP) $(ITSELF)
	@$(BIN)/python -c "import matplotlib.font_manager"  # finds the fonts of this machine, once
	@touch $(READY)

# A browser for the tests of the report, if there is one or one can be installed; else why not.
$(BROWSER): $(READY)
	@$(BIN)/python tests/browser.py

# There is a worker or a kernel for each processor; more threads than one each would be in the way.
run refresh unit figures: export OMP_NUM_THREADS := 1

run: $(READY)  ## execute a copy of each notebook and write build/report/index.html
	@rm -rf build/report
	$(BIN)/python -m clusterlib.notebooks run --out build/report --tables build/tables $(NOTEBOOKS)

test: check unit figures  ## every check: lint, types, unit tests, notebooks, figures
	@$(BIN)/python .ci/tally.py build/unit.xml build/figures.xml

check: $(READY)  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff check --quiet --preview --select PLW1514 .  # encodings are named: Windows has its own
	$(BIN)/ruff format --check .
	$(BIN)/mypy clusterlib

# A worker a processor, as long as their models do not fill the memory. A file stays with one
# worker, and so do the kernel of a notebook and what the tests of a module share.
WORKERS ?= logical
PYTEST := $(BIN)/pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# These read or execute the notebooks.
OF_NOTEBOOKS := tests/test_notebooks.py tests/test_commentary.py
unit: $(READY) $(BROWSER)  ## unit tests and examples of the docstrings
	$(PYTEST) --junitxml build/unit.xml -p no:nbval $(OF_NOTEBOOKS:%=--ignore %) tests clusterlib

# With the vectors of the unit tests, and not those of the user.
figures: export XDG_CACHE_HOME := $(CURDIR)/build/cache
figures: $(READY)  ## notebooks: their guard, their claims, and outputs and figures against a rerun
	$(PYTEST) --junitxml build/figures.xml --nbval $(OF_NOTEBOOKS) notebooks

hooks: $(READY)  ## have `make check` run before each commit
	$(BIN)/pre-commit install

lab: $(READY)  ## open JupyterLab on the start page
	$(BIN)/jupyter lab notebooks/00-start-here.ipynb

refresh: $(READY)  ## execute the notebooks in place
	$(BIN)/python -m clusterlib.notebooks refresh $(NOTEBOOKS)
	$(BIN)/python .ci/figure.py

# The other packages that README's table names, in an environment of their own.
PEERS ?= build/peers/bin/python
build/peers/.ready: benchmarks/peers.txt
	$(PYTHON) -m venv --clear build/peers
	build/peers/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt
	@touch $@
THEIRS := $(if $(filter build/peers/%,$(PEERS)),build/peers/.ready)

bench: $(READY) $(if $(BENCH),$(THEIRS))  ## measure what README quotes; BENCH=FOLDER holds the data
	@test -n "$(BENCH)" || { echo "usage: make bench BENCH=FOLDER (see benchmarks/README.md)"; exit 2; }
	$(BIN)/python benchmarks/check.py --bench $(BENCH) --peers-python $(PEERS)

docs: $(READY)  ## write the reference of the library to build/api/index.html
	$(BIN)/python .ci/api.py build/api

lock: $(READY)  ## resolve the pins anew and write constraints.txt and environment.yml
	$(BIN)/python .ci/lock.py

clean:  ## remove everything that make wrote
	rm -rf $(VENV) build
