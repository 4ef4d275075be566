use super::{
    artifacts::{Artifacts, Code},
    deposit::upgrade_source_hash,
    gas::{floor_gas, intrinsic_gas, limit_for},
    manifest::{Action, Argument, Manifest, ManifestError, StepSpec, Through},
    order,
    step::Step,
};
use crate::link;
use alloy::{
    dyn_abi::{DynSolValue, JsonAbiExt},
    primitives::{Address, Bytes, TxKind, address},
    sol,
    sol_types::SolCall,
};
use causeway_bindings::DEPLOYMENT_PROXY;
use op_alloy_consensus::TxDeposit;
use std::collections::{BTreeMap, BTreeSet};

/// The ConditionalDeployer predeploy, on chains since Karst.
const CONDITIONAL_DEPLOYER: Address = address!("0x420000000000000000000000000000000000002C");

/// The longest creation code (EIP-3860), in bytes.
const MAX_CREATION_CODE: usize = 49_152;

sol! {
    function deploy(bytes32 _salt, bytes _code) external returns (address implementation_);
}

/// For which chain, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanOptions {
    /// Whether several chains are in the dependency set.
    pub several_chains: bool,
    /// Whether the chain has not been upgraded to interop before.
    pub first_time: bool,
    /// What stands for `{label}` in place of the manifest's.
    pub label: Option<String>,
    /// The nonce of the senders that create contracts: how many each has sent before.
    pub sender_nonce: u64,
    /// Contracts that are left out.
    pub without: BTreeSet<String>,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            several_chains: true,
            first_time: true,
            label: None,
            sender_nonce: 0,
            without: BTreeSet::new(),
        }
    }
}

/// The transactions of an upgrade, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What the intents begin with.
    pub label: String,
    /// A gas limit in percent of what was measured.
    pub margin: u64,
    /// The transactions.
    pub steps: Vec<Step>,
}

impl Plan {
    /// The gas limits together: a block needs that much more.
    pub fn gas(&self) -> u64 {
        self.steps.iter().fold(0, |sum, step| sum.saturating_add(step.deposit.gas_limit))
    }
}

/// Makes the transactions of a manifest.
///
/// # Errors
///
/// If a step of it cannot be carried out, or not in that order.
pub fn plan(
    manifest: &Manifest,
    artifacts: &Artifacts,
    options: &PlanOptions,
) -> Result<Plan, ManifestError> {
    let label = options.label.clone().unwrap_or_else(|| manifest.label.clone());
    let mut planner = Planner {
        artifacts,
        margin: manifest.margin,
        label: &label,
        sender_nonce: options.sender_nonce,
        number: 0,
        created: BTreeMap::new(),
        nonces: BTreeMap::new(),
    };
    let comes = |step: &&StepSpec| {
        (options.several_chains || !step.several_chains)
            && (options.first_time || !step.first_time)
            && !names(&step.action).any(|name| options.without.contains(name))
    };
    let steps: Vec<Step> =
        manifest.steps.iter().filter(comes).map(|step| planner.step(step)).collect::<Result<_, _>>()?;
    order::check(&steps)?;
    Ok(Plan { label, margin: manifest.margin, steps })
}

/// The contracts that a step is about.
fn names(action: &Action) -> impl Iterator<Item = &str> {
    let (own, args) = match action {
        Action::Deploy { contract, .. } => (Some(contract.as_str()), &[][..]),
        Action::Call { to, args, .. } => (to.name.as_deref(), args.as_slice()),
    };
    own.into_iter().chain(args.iter().filter_map(|arg| match arg {
        Argument::Implementation(name) => Some(name.as_str()),
        Argument::Value(_) => None,
    }))
}

struct Planner<'a> {
    artifacts: &'a Artifacts,
    margin: u64,
    label: &'a str,
    sender_nonce: u64,
    number: u64,
    created: BTreeMap<String, Address>,
    nonces: BTreeMap<Address, u64>,
}

impl Planner<'_> {
    fn step(&mut self, spec: &StepSpec) -> Result<Step, ManifestError> {
        let mut step = Step {
            line: spec.line,
            intent: String::new(),
            numbered_intent: None,
            contract: None,
            creates: None,
            leaves: None,
            upgrades_to: None,
            calls: None,
            measured: spec.measured,
            deposit: TxDeposit {
                from: spec.from,
                mint: spec.mint,
                value: spec.value,
                gas_limit: spec.gas,
                ..TxDeposit::default()
            },
        };
        self.name(spec, &mut step);
        step.deposit.source_hash = upgrade_source_hash(&step.intent);
        match &spec.action {
            Action::Deploy { contract, through, link } => {
                self.deploy(spec, &mut step, contract, *through, link)?;
            }
            Action::Call { to, function, args } => {
                let mut values = Vec::new();
                for argument in args {
                    values.push(self.value(spec, argument)?);
                }
                let data = function.abi_encode_input(&values).map_err(|error| {
                    wrong(spec, "args", error.to_string(), "give values of the function's types")
                })?;
                step.deposit.to = TxKind::Call(to.address);
                step.deposit.input = data.into();
                step.contract.clone_from(&to.name);
                step.calls = Some(function.signature());
                if let (true, Some(DynSolValue::Address(implementation))) =
                    (function.name.starts_with("upgradeTo"), values.first())
                {
                    step.upgrades_to = Some(*implementation);
                }
            }
        }
        self.check_gas(spec, &step)?;
        let nonce = self.nonces.entry(spec.from).or_insert(self.sender_nonce);
        // The last nonce of an account is 2^64 - 2 (EIP-2681).
        *nonce = nonce.checked_add(1).ok_or_else(|| {
            let cause = format!("a sender that has sent {} transactions can send no more", self.sender_nonce);
            wrong(spec, "from", cause, "name another sender, or fewer with --sender-nonce")
        })?;
        Ok(step)
    }

    fn name(&mut self, spec: &StepSpec, step: &mut Step) {
        let number = self.number.to_string();
        step.intent = spec.intent.replace("{label}", self.label).replace("{n}", &number);
        step.numbered_intent = spec.intent.strip_prefix("{label} {n}: ").map(str::to_owned);
        self.number += u64::from(spec.intent.contains("{n}"));
    }

    fn deploy(
        &mut self,
        spec: &StepSpec,
        step: &mut Step,
        contract: &str,
        through: Through,
        link: &[(Address, String)],
    ) -> Result<(), ManifestError> {
        let Code { creation: code, runtime } = self.code(spec, contract, link)?;
        let (to, input, created) = match through {
            Through::Create => {
                let nonce = self.nonces.get(&spec.from).copied().unwrap_or(self.sender_nonce);
                (TxKind::Create, code, spec.from.create(nonce))
            }
            Through::DeploymentProxy { salt } => {
                let created = DEPLOYMENT_PROXY.create2_from_code(salt, &code);
                let input = [salt.as_slice(), &code].concat().into();
                (TxKind::Call(DEPLOYMENT_PROXY), input, created)
            }
            Through::ConditionalDeployer { salt } => {
                let created = DEPLOYMENT_PROXY.create2_from_code(salt, &code);
                let input = deployCall { _salt: salt, _code: code }.abi_encode().into();
                (TxKind::Call(CONDITIONAL_DEPLOYER), input, created)
            }
        };
        if self.created.insert(contract.to_owned(), created).is_some() {
            let cause = format!("{contract} is created twice");
            return Err(wrong(spec, "deploy", cause, "leave one of the steps away"));
        }
        step.deposit.to = to;
        step.deposit.input = input;
        step.contract = Some(contract.to_owned());
        step.creates = Some(created);
        step.leaves = runtime;
        if self.artifacts.is_foreign(contract) {
            step.measured = None;
        }
        Ok(())
    }

    /// The code that creates a contract, with the addresses of others in it.
    fn code(
        &self,
        spec: &StepSpec,
        contract: &str,
        link: &[(Address, String)],
    ) -> Result<Code, ManifestError> {
        let Some(Code { creation: code, runtime }) = self.artifacts.get(contract) else {
            let cause = format!("there is no code of {contract}");
            let known = self.artifacts.names().collect::<Vec<_>>().join(", ");
            return Err(wrong(
                spec,
                "deploy",
                cause,
                format!("there is that of {known}; name other code with --artifact"),
            ));
        };
        if code.len() > MAX_CREATION_CODE {
            let cause = format!("the code of {contract} has {} bytes", code.len());
            return Err(wrong(spec, "deploy", cause, "no more than 49,152 are allowed (EIP-3860)"));
        }
        let (mut code, mut runtime) = (code.to_vec(), runtime.as_ref().map(|runtime| runtime.to_vec()));
        for (place, other) in link {
            let address = self.created(spec, "link", other)?;
            if link::replace(&mut code, *place, address) == 0 {
                let cause = format!("{place} is not in the code of {contract}");
                return Err(wrong(spec, "link", cause, "name an address that its code pushes"));
            }
            if let Some(runtime) = &mut runtime {
                link::replace(runtime, *place, address);
            }
        }
        Ok(Code { creation: code.into(), runtime: runtime.map(Bytes::from) })
    }

    fn created(&self, spec: &StepSpec, key: &'static str, contract: &str) -> Result<Address, ManifestError> {
        self.created.get(contract).copied().ok_or_else(|| {
            let cause = format!("{contract} is not created by a step before this one");
            wrong(spec, key, cause, "put the step that creates it before, or leave this one away, too")
        })
    }

    fn value(&self, spec: &StepSpec, argument: &Argument) -> Result<DynSolValue, ManifestError> {
        match argument {
            Argument::Value(value) => Ok(value.clone()),
            Argument::Implementation(contract) => {
                self.created(spec, "args", contract).map(DynSolValue::Address)
            }
        }
    }

    fn check_gas(&self, spec: &StepSpec, step: &Step) -> Result<(), ManifestError> {
        let gas = spec.gas;
        let least = intrinsic_gas(&step.deposit).max(floor_gas(&step.deposit));
        if gas < least {
            let cause = format!("{gas} does not pay for the transaction's data, which takes {least}");
            return Err(wrong(
                spec,
                "gas",
                cause,
                "measure it: `causeway upgrade --rehearse` shows what a step uses",
            ));
        }
        let Some(measured) = step.measured else { return Ok(()) };
        let limit = limit_for(measured, self.margin);
        if !spec.fixed && gas != limit {
            let cause = format!("{gas} is not {} % of the measured {measured}", self.margin);
            return Err(wrong(
                spec,
                "gas",
                cause,
                format!("that is {limit}, up to the next thousand; or say `fixed = true`"),
            ));
        }
        if gas < measured {
            let cause = format!("{gas} is less than the measured {measured}");
            return Err(wrong(spec, "gas", cause, "raise it"));
        }
        Ok(())
    }
}

fn wrong(
    spec: &StepSpec,
    key: &'static str,
    cause: impl Into<String>,
    remedy: impl Into<String>,
) -> ManifestError {
    let cause = format!("{} (step {:?})", cause.into(), spec.intent);
    ManifestError { line: spec.line, key: Some(key), cause, remedy: remedy.into() }
}
