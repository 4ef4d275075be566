# Causeway's commands. `make help` lists them; each does the set-up that it needs.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# forge, anvil, cast and solc come from npm, at the versions of package-lock.json. `make setup` links the programs
# themselves into this folder: npm's launchers in node_modules/.bin end with 0 when forge fails.
FOUNDRY := $(CURDIR)/node_modules/.foundry
export PATH := $(FOUNDRY):$(PATH)
export CAUSEWAY_ANVIL := $(FOUNDRY)/anvil

# Property tests draw the same cases in every run; a deep run draws others, and prints its seed (DEEP_SEED).
export PROPTEST_RNG_SEED ?= 901902

# The program as the tests have it, soon built; and as users are to have it.
CAUSEWAY := target/debug/causeway
RELEASED := target/release/causeway
NPM_STAMP := node_modules/.package-lock.json
# What builds and tests the npm packages is installed apart: those who work on contracts need none of it.
PACKAGES_STAMP := packages/node_modules/.package-lock.json

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.PHONY: setup
setup: $(NPM_STAMP) ## Install the build tools that npm carries
	@script/foundry-bin >/dev/null

$(NPM_STAMP): package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: setup-postgres
setup-postgres: ## Install Postgres, which the tests of the store start, unless it is there
	script/setup-postgres

.PHONY: setup-packages
setup-packages: $(PACKAGES_STAMP) ## Install what builds and tests the npm packages

$(PACKAGES_STAMP): packages/package.json packages/package-lock.json $(wildcard packages/*/package.json)
	cd packages && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: contracts
contracts: setup ## Compile the contracts
	forge build

.PHONY: build
build: ## Build the causeway binary (release)
	cargo build --release --locked --package causeway

# There are no examples: asking for them gives the dependencies the features that the tests give them, and so one build
# of each serves both, and the documentation.
LIKE_TESTS := --examples

.PHONY: build-debug
build-debug: ## Build the causeway binary as the tests have it: soon done
	cargo build --locked --workspace --bin causeway $(LIKE_TESTS)

# The contracts' artifacts are committed, so that this takes no forge.
.PHONY: demo
demo: setup build-debug ## Two chains, a token across and back through the relayer, checked from chain state
	$(CAUSEWAY) demo

.PHONY: test
test: test-contracts test-rust ## Run every test

.PHONY: test-contracts
test-contracts: check-snapshots forge-test test-drop-in ## Run the Solidity tests, and check that artifacts and snapshots are those of the contracts

.PHONY: check-snapshots
check-snapshots: contracts
	node script/artifacts.mjs --check
	node script/awkward.mjs --check
	node script/kit-genesis.mjs --check
	node script/snapshots.mjs --check
	node script/gas-table.mjs --check

.PHONY: forge-test
forge-test: contracts
	forge test

# FOUNDRY_CONFIG and not --root: what is outside of its root, forge does not give to the compiler.
# Without the remappings of .env: a dapp has its own.
DROP_IN := FOUNDRY_REMAPPINGS= FOUNDRY_CONFIG=drop-in/foundry.toml

.PHONY: test-drop-in
test-drop-in: setup ## Compile and test a dapp that was written for upstream's contracts against ours
	$(DROP_IN) forge test

.PHONY: test-kit-live
test-kit-live: contracts build-debug ## Run the test kit's examples on forks of a devnet's chains
	script/test-kit-live

.PHONY: test-gateway-live
test-gateway-live: contracts build-debug ## Run OpenZeppelin's bridges and governor over the ERC-7786 gateway, between two chains of a devnet
	script/test-gateway-live

.PHONY: test-scripts-live
test-scripts-live: contracts build-debug ## Run the forge scripts that deploy on anvils and a devnet, next to the commands
	script/test-scripts-live

.PHONY: test-install
test-install: setup ## Install the test kit as its README says, and run the README's example with the oldest and the newest solc
	node script/test-install.mjs

.PHONY: test-install-deep
test-install-deep: setup ## The same with the kit's own tests, by more compilers and settings; takes long
	node script/test-install.mjs --deep

.PHONY: build-packages
build-packages: setup-packages ## Compile the npm packages
	cd packages && npx tsc --project viem/tsconfig.json && npx tsc --project wagmi/tsconfig.json

.PHONY: test-generated-crate
test-generated-crate: build-debug ## Hold a generated Rust crate to the lints of this workspace
	script/test-generated-crate

.PHONY: check-ops
check-ops: ## Check the relayer's alert rules with promtool, try them out, and have systemd read its unit
	script/check-unit
	node script/check-alerts.mjs
	promtool=$$(script/promtool) && cd ops/prometheus && $$promtool check rules relayer.rules.yml && $$promtool test rules relayer.test.yml

.PHONY: packages
packages: build-packages ## Pack the npm packages for a project of yours: target/npm
	mkdir -p target/npm
	cd packages && npm pack --workspaces --loglevel=error --pack-destination ../target/npm

.PHONY: test-packages
test-packages: setup build-debug build-packages ## Test the npm packages on devnets
	cd packages && npm test --workspaces --if-present

# The examples stand for projects of their own: each installs what it needs, our packages among it. Those npm packs and copies,
# as it would from its registry; what was compiled since is copied here.
EXAMPLES := bridge-web counter
EXAMPLE_STAMPS := $(EXAMPLES:%=examples/%/node_modules/.package-lock.json)

$(EXAMPLE_STAMPS): examples/%/node_modules/.package-lock.json: examples/%/package.json examples/%/package-lock.json $(wildcard packages/*/package.json)
	cd examples/$* && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: setup-examples
setup-examples: setup build-packages $(EXAMPLE_STAMPS) ## Install what the examples need
	@for copy in examples/*/node_modules/@causeway-interop/*; do \
		rm -rf $$copy/{dist,src}; cp -R packages/$$(basename $$copy)/{dist,src} $$copy/; \
	done
	@examples/counter/install

.PHONY: test-examples
# The bot is a member of the workspace: `make test-rust` tests it.
test-examples: test-counter test-bridge-web ## Test the examples: a contract called from another chain, a page that bridges in a browser

# As in a project of its own, but with the compiler that npm has brought.
.PHONY: test-counter
test-counter: export FOUNDRY_SOLC := $(CURDIR)/script/solc
test-counter: export CAUSEWAY := $(CURDIR)/$(CAUSEWAY)
test-counter: setup-examples build-debug
	cd examples/counter && forge fmt --check && forge test
	cd examples/counter && $$CAUSEWAY bindings typescript --out bindings --runtime @causeway-interop/viem --check && npm test

.PHONY: test-bridge-web
test-bridge-web: setup-examples build-debug
	cd examples/bridge-web && npx tsc && npm test && npm run --silent size

.PHONY: coverage
coverage: contracts ## Show which lines and branches of the contracts the tests reach
	FORGE_SNAPSHOT_EMIT=false forge coverage --no-match-coverage '(node_modules|test)/' \
		--no-match-contract '(_Deployment_Test|Gas_)'

.PHONY: test-rust
test-rust: setup setup-postgres ## Run the Rust tests
	cargo test --workspace --locked

# What plays key management services, from Python's registry.
KMS_VENV := target/kms
KMS_STAMP := $(KMS_VENV)/.installed

$(KMS_STAMP): script/kms-requirements.txt
	rm -rf $(KMS_VENV)
	python3 -m venv $(KMS_VENV)
	$(KMS_VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

.PHONY: test-kms
test-kms: setup $(KMS_STAMP) ## Have keys of AWS KMS and Google Cloud KMS, which are played, pay for deliveries (needs Python 3; builds their SDKs)
	cargo test --locked --package causeway --features aws-kms,gcp-kms --test it -- relayer::kms

.PHONY: differential
differential: contracts ## Hold ours against ours, as script/differential holds another implementation
	script/differential --runs 100
	script/differential --runs 50 --proxied

.PHONY: deep
deep: deep-contracts deep-rust deep-relayer deep-engine deep-fuzz ## Fuzz and simulate at length, with a new seed

DEEP_SEED := $(if $(filter command% environment%,$(origin DEEP_SEED)),$(DEEP_SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))

.PHONY: deep-contracts
deep-contracts: contracts ## 100,000 runs of every fuzz test, and long invariant runs
	@echo "seed: $(DEEP_SEED) (again: make $@ DEEP_SEED=$(DEEP_SEED))"
	FOUNDRY_FUZZ_RUNS=100000 FOUNDRY_FUZZ_SEED=$(DEEP_SEED) \
		FOUNDRY_INVARIANT_RUNS=600 FOUNDRY_INVARIANT_DEPTH=128 forge test --no-match-path 'test/differential/*'

.PHONY: deep-rust
deep-rust: export PROPTEST_RNG_SEED = $(DEEP_SEED)
deep-rust: ## 20,000 cases of every property, 10,000 seeds of the verifier's simulated network, 200 kills of it, 50 of deployments
	@echo "seed: $(DEEP_SEED) (again: make $@ DEEP_SEED=$(DEEP_SEED))"
	PROPTEST_CASES=20000 cargo test --release --locked --package causeway-interop
	CAUSEWAY_SIM_SEEDS=10000 CAUSEWAY_DEEP_KILLS=200 cargo test --release --locked --package causeway-verifier \
		--test it -- --nocapture simulation kill
	CAUSEWAY_DEEP_KILLS=50 CAUSEWAY_KILL_SEED=$(DEEP_SEED) cargo test --release --locked --package causeway \
		--test it -- --nocapture create2::kill

.PHONY: deep-relayer
deep-relayer: setup ## A storm with 200 kills upon the relayer's process, one upon three of them, and 10,000 messages with bad ones among them; takes long
	@echo "seed: $(DEEP_SEED) (again: make $@ DEEP_SEED=$(DEEP_SEED))"
	CAUSEWAY_STORM_SEED=$(DEEP_SEED) CAUSEWAY_STORM_KILLS=280 CAUSEWAY_STORM_BLOWS=60 CAUSEWAY_STORM_MESSAGES=10000 \
		cargo test --locked --package causeway --test it -- --nocapture --test-threads 1 storm

.PHONY: deep-engine
deep-engine: export PROPTEST_RNG_SEED = $(DEEP_SEED)
deep-engine: ## 10,000 seeds of the relayer's simulated chain, and mistakes planted in its rules that have to be caught
	@echo "seed: $(DEEP_SEED) (again: make $@ DEEP_SEED=$(DEEP_SEED))"
	PROPTEST_CASES=10000 cargo test --release --locked --package causeway-relayer --lib
	node script/engine-mutants.mjs

.PHONY: fuzz
fuzz: ## Run every fuzz target for a moment: the same inputs in every run
	script/fuzz --runs 10000

.PHONY: deep-fuzz
deep-fuzz: ## Run every fuzz target for five minutes, with a new seed
	script/fuzz --seconds 300 --seed $(DEEP_SEED)

PROVE_VENV := target/prove/venv
PROVE_STAMP := $(PROVE_VENV)/.installed

$(PROVE_STAMP): script/halmos-requirements.txt
	rm -rf $(PROVE_VENV)
	python3 -m venv $(PROVE_VENV)
	$(PROVE_VENV)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.PHONY: prove
prove: setup $(PROVE_STAMP) ## Prove what test/README.md says is proven, with halmos (needs Python 3.11 or later)
	PATH="$(CURDIR)/$(PROVE_VENV)/bin:$$PATH" node script/prove.mjs

.PHONY: prove-deep
prove-deep: setup $(PROVE_STAMP) ## The same for more lengths of messages; takes long
	PATH="$(CURDIR)/$(PROVE_VENV)/bin:$$PATH" node script/prove.mjs --deep

.PHONY: artifacts
artifacts: contracts ## Renew the committed contract artifacts, and the bindings made of them, after a change to contracts/
	node script/artifacts.mjs
	node script/awkward.mjs
	cargo run --quiet --locked --package causeway-bindgen --bin renew
	node script/kit-genesis.mjs

.PHONY: genesis-layout
genesis-layout: ## Renew the committed layout of a genesis after a change to it, which the test kit is made from
	CAUSEWAY_RENEW_LAYOUT=1 cargo test --quiet --locked --package causeway-deploy --test it layout

.PHONY: snapshots
snapshots: contracts ## Renew the snapshots of ABI, storage layout and gas (REFERENCE=DIR: of another implementation, too)
	node script/snapshots.mjs
	script/gas-snapshots $(REFERENCE)
	node script/gas-table.mjs

.PHONY: upgrade-gas
upgrade-gas: setup ## Measure the gas of the network upgrade transactions again, and write it into their manifests
	CAUSEWAY_RENEW=1 cargo test --package causeway-deploy --test it upgrade::gas
	cargo test --package causeway-deploy --test it upgrade

.PHONY: preinstalls
preinstalls: setup ## Make the committed preinstalls of the genesis again, and check that nothing changed
	node script/preinstalls.mjs --check

.PHONY: lint
lint: lint-docs lint-format lint-contracts lint-rust ## Formatting, lints and documentation, warnings denied

# That links lead somewhere, targets exist, the picture of the crates is right, and no modules import each other. It needs
# nothing but node and cargo.
.PHONY: lint-docs
lint-docs:
	node script/check-docs.mjs
	node script/check-circles.mjs

.PHONY: lint-format
lint-format: setup
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	forge fmt --check
	$(DROP_IN) forge fmt --check

.PHONY: lint-contracts
lint-contracts: contracts
	forge lint

.PHONY: lint-rust
lint-rust:
	cargo clippy --workspace --all-targets --locked -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --locked --lib --bins $(LIKE_TESTS)

.PHONY: prove-ci-fails
prove-ci-fails: setup ## Prove that the targets above fail when they should: each is given a project with one fault
	script/prove-ci-fails

.PHONY: format
format: setup ## Format everything
	cargo fmt --all
	cargo fmt --manifest-path fuzz/Cargo.toml
	forge fmt
	$(DROP_IN) forge fmt

.PHONY: bench
bench: setup setup-postgres bench-verifier bench-packages ## Print the figures that the documents quote
	cargo bench --locked --package causeway-interop
	cargo build --release --locked --package causeway --package causeway-bench
	for part in devnet gateway relayer memory handing deploy bindings; do target/release/causeway-bench --causeway $(RELEASED) --only $$part; done

.PHONY: bench-packages
bench-packages: build-packages ## Print how much of the npm packages a page carries
	node packages/script/size.mjs

.PHONY: bench-verifier
bench-verifier: setup ## Print the verifier's figures: the index, requests, floods, backfill
	cargo bench --locked --package causeway-verifier
	cargo run --release --locked --package causeway-bench -- --only verifier

.PHONY: release
release: ## Build and pack what users install, for every platform that this machine can build: docs/releasing.md
	release/build

.PHONY: release-check
release-check: setup build-debug ## Pack the binary that the tests use, and try the archive and the npm packages
	release/check $(CAUSEWAY)

.PHONY: clean
clean: ## Remove everything that was built or installed
	rm -rf target out cache node_modules {packages,examples/*}/node_modules packages/*/{dist,test-dist} examples/*/{cache,dist,lib,out}
