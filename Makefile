PYTHON ?= python3
BIN := .venv/bin
# What is installed: these, or the lock with the hashes of their files, as CI does.
REQUIREMENTS ?= requirements.txt

# Where the bundle is made; never build/, which PyInstaller would take by itself.
PACKAGE ?= dist

.PHONY: app test test-package check format docs package sbom lock

.venv/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit("Found Python %d.%d, expected 3.11 to 3.13; say make PYTHON=python3.12, for example." % v)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet -r $(REQUIREMENTS)
	touch $@

.venv/.installed-dev: .venv/.installed
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

app: .venv/.installed ## Install what is missing, start the app on the bundled example, open the browser
	$(BIN)/python -m app --study assets/examples/expander

check: .venv/.installed-dev ## Format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## All checks and tests but those of the packaged application
	$(BIN)/pytest -n 2 --dist loadfile -m "not browser and not packaging"
	$(BIN)/pytest -m browser

test-package: .venv/.installed-dev ## Build the application; walk through it without a network
	$(BIN)/pytest -m packaging -rP

format: .venv/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/.installed ## The page of what can be opened, from the table of findings
	$(BIN)/python -m core.dicom.page > docs/what-can-be-opened.md

package: .venv/.installed ## The offline application: one folder, and on Linux its archive
	PYTHONHASHSEED=1 $(BIN)/pyinstaller build/hescope.spec --noconfirm --log-level WARN \
		--workpath $(PACKAGE)/work --distpath $(PACKAGE)
	if [ "$$(uname -s)" = Linux ]; then build/linux/archive.sh $(PACKAGE); fi

$(PACKAGE)/hescope:
	$(MAKE) package

# An environment that sees what the bundle holds, and nothing that only builds or tests it.
sbom: $(PACKAGE)/hescope ## CycloneDX list of the packages in the application
	$(PYTHON) -m venv $(PACKAGE)/sbom-tool
	$(PACKAGE)/sbom-tool/bin/python -m pip install --quiet cyclonedx-bom==7.5.0
	$(PYTHON) -m venv --without-pip $(PACKAGE)/bundled
	echo "$(abspath $(PACKAGE))/hescope/_internal" > $$(echo $(PACKAGE)/bundled/lib/python3.*/site-packages)/bundle.pth
	$(PACKAGE)/sbom-tool/bin/cyclonedx-py environment --pyproject pyproject.toml \
		--mc-type application --output-reproducible -o $(PACKAGE)/hescope.cdx.json \
		$(PACKAGE)/bundled/bin/python

lock: .venv/.installed ## The same packages with the hashes of their files, for Linux x64 on the CPU
	$(BIN)/python build/lock.py > build/requirements-linux-x64-cpu.lock
