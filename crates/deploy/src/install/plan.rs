//! What has to be written so that a chain holds the contracts: from what it holds, without asking any node.

use crate::{
    ADMIN_SLOT, AccountState, Contract, IMPLEMENTATION_SLOT, Identity, Role,
    install::change::{Change, Outcome, Step, Write},
    preinstalls,
};
use alloy::primitives::Address;
use causeway_bindings::{PROXY_ADMIN, predeploys};
use std::collections::{BTreeMap, BTreeSet};

/// What a chain holds, by address, what its proxies lead to included. An address that is not in it counts as empty.
pub type Accounts = BTreeMap<Address, AccountState>;

/// What has to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// One for each contract, in the order of the genesis, and for each account that creates a preinstall.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Plans the way from what is there to `contracts`. What other code stands in the way of interop is replaced only
    /// if `replace` says so; other code elsewhere never is.
    pub fn new(contracts: &[Contract], accounts: &Accounts, replace: bool) -> Self {
        let at = |address: Address| accounts.get(&address).cloned().unwrap_or_default();
        let leads_away = |proxy: &&Contract| {
            is_in_use(proxy, &at(proxy.address)) || leads_to_ours(proxy, &at(proxy.address), &at)
        };
        let away: BTreeSet<_> = contracts
            .iter()
            .filter(|contract| contract.role == Role::Proxy)
            .filter(leads_away)
            .map(|proxy| proxy.name)
            .collect();
        // A chain that has any of the OP Stack's other predeploys needs nobody to say that it has none.
        let has_stack = contracts.iter().any(|contract| {
            let code = at(contract.address).code;
            contract.role == Role::Absent && !code.is_empty() && code != contract.code
        });
        let mut steps: Vec<_> = contracts
            .iter()
            .map(|contract| {
                if contract.role == Role::Absent && has_stack {
                    return Step::new(contract, Outcome::Unused);
                }
                let state = at(contract.address);
                if contract.role == Role::Implementation && away.contains(led_to_by(contract)) {
                    return Step::new(contract, Outcome::Unused);
                }
                if contract.role == Role::Proxy && leads_to_ours(contract, &state, &at) {
                    let mut kept = contract.clone();
                    kept.storage.insert(IMPLEMENTATION_SLOT, state.slot(IMPLEMENTATION_SLOT));
                    return complete(&kept, &state);
                }
                step(contract, &state, replace)
            })
            .collect();
        if contracts.iter().any(|contract| contract.role == Role::Proxy) {
            steps.extend(deployers(&at));
        }
        Self { steps }
    }

    /// What is written, in an order in which no proxy is ever without its code.
    pub fn writes(&self) -> Vec<&Write> {
        let mut writes: Vec<_> = self.steps.iter().flat_map(|step| &step.writes).collect();
        writes.sort_by_key(|write| write.rank());
        writes
    }

    /// Whether the chain holds what it should.
    pub fn is_done(&self) -> bool {
        self.steps.iter().all(|step| step.writes.is_empty())
    }

    /// What stands in the way of interop, and would be destroyed.
    pub fn blocked(&self) -> Vec<&Step> {
        self.steps.iter().filter(|step| matches!(step.outcome, Outcome::Blocked { .. })).collect()
    }
}

/// Whether interop does not work without it. A chain may have its own of all others.
fn is_needed(contract: &Contract) -> bool {
    match contract.role {
        Role::Batcher | Role::Gateway | Role::Token => true,
        Role::Proxy | Role::Implementation => {
            contract.name == "OptimismSuperchainERC20"
                || predeploys().iter().any(|predeploy| predeploy.name == contract.name)
        }
        _ => false,
    }
}

/// Whether a chain has something of its own behind this proxy, which goes on without us: a standard bridge, say.
fn is_in_use(proxy: &Contract, state: &AccountState) -> bool {
    if is_needed(proxy) || state.code.is_empty() {
        return false;
    }
    let implementation = state.slot(IMPLEMENTATION_SLOT);
    state.code != proxy.code
        || (!implementation.is_zero() && Some(&implementation) != proxy.storage.get(&IMPLEMENTATION_SLOT))
}

/// Whether a chain has our code behind this proxy, at another place than a genesis: where an upgrade has put it.
fn leads_to_ours(proxy: &Contract, state: &AccountState, at: &impl Fn(Address) -> AccountState) -> bool {
    let implementation = state.slot(IMPLEMENTATION_SLOT);
    is_needed(proxy)
        && Identity::of(&state.code).is_proxy()
        && state.slot(ADMIN_SLOT) == PROXY_ADMIN.into_word()
        && Some(&implementation) != proxy.storage.get(&IMPLEMENTATION_SLOT)
        && Identity::of(&at(Address::from_word(implementation)).code).is_our(proxy.name)
}

/// The name of the proxy by which an implementation is reached: that of tokens by their beacon.
fn led_to_by(implementation: &Contract) -> &'static str {
    match implementation.name {
        "OptimismSuperchainERC20" => "OptimismSuperchainERC20Beacon",
        name => name,
    }
}

fn step(contract: &Contract, state: &AccountState, replace: bool) -> Step {
    let was = Identity::of(&state.code);
    if contract.role == Role::Proxy && is_in_use(contract, state) {
        return Step::new(contract, Outcome::Left { was });
    }
    if state.code.is_empty() || state.code == contract.code {
        return complete(contract, state);
    }
    if contract.role == Role::Proxy && was.is_proxy() && state.slot(ADMIN_SLOT) == PROXY_ADMIN.into_word() {
        return complete(contract, state);
    }
    if !is_needed(contract) {
        return Step::new(contract, Outcome::Left { was });
    }
    if !replace {
        return Step::new(contract, Outcome::Blocked { was });
    }
    let mut step = complete(contract, state);
    step.writes.push(Write::Code(contract.address, contract.code.clone()));
    Step { outcome: Outcome::Replaced { was, changes: step.changes() }, ..step }
}

/// Adds what is missing, and changes no code.
fn complete(contract: &Contract, state: &AccountState) -> Step {
    let (address, is_new) = (contract.address, state.code.is_empty());
    let mut writes: Vec<Write> =
        is_new.then(|| Write::Code(address, contract.code.clone())).into_iter().collect();
    let mut changes = Vec::new();
    for (&slot, &now) in &contract.storage {
        let was = state.slot(slot);
        // What others wrote, such as another owner, is nobody's to replace. Where a proxy leads is what this is about.
        let is_ours = [IMPLEMENTATION_SLOT, ADMIN_SLOT].contains(&slot);
        if was != now && (is_new || is_ours || was.is_zero()) {
            writes.push(Write::Slot(address, slot, now));
            changes.push(Change::Slot { slot, was, now });
        }
    }
    if state.balance < contract.balance {
        writes.push(Write::Balance(address, contract.balance));
        changes.push(Change::Balance { was: state.balance, now: contract.balance });
    }
    if state.nonce < contract.nonce {
        writes.push(Write::Nonce(address, contract.nonce));
        changes.push(Change::Nonce { was: state.nonce, now: contract.nonce });
    }
    let outcome = match (is_new, writes.is_empty()) {
        (true, _) => Outcome::Installed,
        (false, true) => Outcome::Kept,
        (false, false) => Outcome::Changed { changes },
    };
    Step { writes, ..Step::new(contract, outcome) }
}

/// The accounts whose first transaction creates a preinstall on public chains: nobody could send that again.
fn deployers(at: &impl Fn(Address) -> AccountState) -> Vec<Step> {
    let deployers =
        preinstalls().iter().filter_map(|preinstall| Some((preinstall.name, preinstall.deployer?)));
    let missing = deployers.filter(|&(_, address)| at(address).nonce == 0);
    missing
        .map(|(name, address)| Step {
            name,
            role: Role::Preinstall,
            address,
            outcome: Outcome::Changed { changes: vec![Change::Nonce { was: 0, now: 1 }] },
            writes: vec![Write::Nonce(address, 1)],
        })
        .collect()
}
