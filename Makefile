# Everything a newcomer needs: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
export PORT

.DEFAULT_GOAL := help
.PHONY: help run test slow check bench assurance calibrate screenshots pictures translations lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

run: $(VENV)/runtime $(VENV)/assets $(VENV)/catalogues ## install, migrate, load the demonstration, serve on PORT (default 8000)
	@$(BIN)/flask --app wsgi serve --with-demonstration

test: $(VENV)/development $(VENV)/catalogues ## all tests but the slow ones: SQLite, PostgreSQL and a real browser
	@$(BIN)/python -m tests.browser.find_chromium
	$(BIN)/pytest -n auto --dist loadgroup -m "not slow"

slow: $(VENV)/development $(VENV)/catalogues ## the tests that run for minutes
	$(BIN)/pytest -n 0 -m slow

check: $(VENV)/development ## format, lint, types, arrows, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint --check .

bench: $(VENV)/development $(VENV)/catalogues ## speed, as ratios against a named peer in the same run
	$(BIN)/python -m benchmarks

assurance: $(VENV)/development $(VENV)/catalogues ## kill, cut, lock and race the site for an hour, into docs/assurance.md
	$(BIN)/python -m tests.assurance

calibrate: $(VENV)/development ## how often the verdict is right: simulated worlds with known truth, into docs/methods
	$(BIN)/python -m benchmarks.calibration

screenshots: $(VENV)/development $(VENV)/catalogues ## the README's pictures, taken from the running demonstration
	$(BIN)/python -m tests.browser.screenshots docs/images

pictures: $(VENV)/development $(VENV)/catalogues ## every page at two widths and as printed, in three languages, into build/pictures
	$(BIN)/python -m tests.browser.pictures build/pictures

translations: $(VENV)/development ## collect the texts of pages and documents into the catalogues that translators fill
	$(BIN)/pybabel -q extract -F $(TRANSLATIONS)/babel.cfg -k _l -k gettext --no-location --sort-output \
		-o $(TRANSLATIONS)/messages.pot .
	$(BIN)/pybabel -q update -i $(TRANSLATIONS)/messages.pot -d $(TRANSLATIONS) --no-fuzzy-matching --ignore-pot-creation-date
	$(BIN)/pybabel -q extract -F $(WORDS)/babel.cfg --no-default-keywords -k say -k say_many:1,2 -k noun \
		--no-location --sort-output -o $(WORDS)/catalogues/messages.pot .
	for language in pl fi; do $(BIN)/pybabel -q update -i $(WORDS)/catalogues/messages.pot -l $$language \
		-o $(WORDS)/catalogues/$$language.po --no-fuzzy-matching --ignore-pot-creation-date || exit 1; done

lock: ## pin requirements.txt and requirements-dev.txt again from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra dev \
		--custom-compile-command "make lock" -c requirements.txt pyproject.toml -o requirements-dev.txt

clean: ## remove what was installed and made, keep instance/
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

# The virtual environment, kept in step with the pinned requirements. uv takes 5 seconds, pip about a minute; where uv
# is missing or cannot reach the packages, pip is asked.
export UV_SYSTEM_CERTS := 1
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; say which with: make run PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

define install
@echo "Installing $(1) ..."
@$(if $(UV),$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1) ||) \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
@touch $@
endef

$(VENV)/runtime: requirements.txt | $(BIN)/python
	$(call install,requirements.txt)

# Static files, compressed beside themselves (.br and .gz are not kept in the repository).
ASSETS := survey_app/static analysis/documents/assets
$(VENV)/assets: $(shell find $(ASSETS) -type f ! -name '*.br' ! -name '*.gz') | $(VENV)/runtime
	@for folder in $(ASSETS); do $(BIN)/python -m whitenoise.compress --quiet $$folder; done
	@touch $@

# Catalogues as the pages read them (.mo files are not kept in the repository).
TRANSLATIONS := survey_app/translations
WORDS := analysis/language
$(VENV)/catalogues: $(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/*.po) | $(VENV)/runtime
	@$(BIN)/pybabel -q compile -d $(TRANSLATIONS)
	@touch $@

$(VENV)/development: requirements-dev.txt $(VENV)/runtime
	$(call install,requirements-dev.txt)
