//! The text of a manifest.

use super::manifest::{Action, Argument, Manifest, ManifestError, StepSpec, Target, Through};
use alloy::{
    dyn_abi::{DynSolValue, Specifier},
    json_abi::Function,
    primitives::{Address, B256, FixedBytes, address, keccak256},
};
use causeway_bindings::{PROXY_ADMIN, predeploys};
use serde::Deserialize;
use std::{collections::BTreeMap, str::FromStr};
use toml::Spanned;

/// The predeploy with the attributes of L1, where features are switched on.
const L1_BLOCK: Address = address!("0x4200000000000000000000000000000000000015");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    label: Spanned<String>,
    through: Spanned<String>,
    salt: Option<Spanned<String>>,
    margin: Spanned<u64>,
    step: Vec<WireStep>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireStep {
    intent: Spanned<String>,
    from: Spanned<String>,
    deploy: Option<Spanned<String>>,
    through: Option<Spanned<String>>,
    salt: Option<Spanned<String>>,
    link: Option<Spanned<BTreeMap<String, String>>>,
    to: Option<Spanned<String>>,
    call: Option<Spanned<String>>,
    args: Option<Spanned<Vec<String>>>,
    mint: Option<Spanned<String>>,
    value: Option<Spanned<String>>,
    when: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    fixed: bool,
    measured: Option<Spanned<u64>>,
    gas: Spanned<u64>,
}

impl Manifest {
    /// Reads the text of a manifest.
    ///
    /// # Errors
    ///
    /// If something is wrong with it that shows without its contracts.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let wire: Wire = toml::from_str(text).map_err(|error| ManifestError {
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            key: None,
            cause: error.message().to_owned(),
            remedy:
                "a manifest is TOML with the keys of docs/deploy.md, and one [[step]] for each transaction"
                    .to_owned(),
        })?;
        Reader { text, wire: &wire }.manifest()
    }
}

/// The line on which a byte stands, from 1.
fn line_of(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|&byte| byte == b'\n').count()
}

struct Reader<'a> {
    text: &'a str,
    wire: &'a Wire,
}

impl Reader<'_> {
    fn error<T>(
        &self,
        at: &Spanned<T>,
        key: &'static str,
        cause: impl Into<String>,
        remedy: impl Into<String>,
    ) -> ManifestError {
        let line = line_of(self.text, at.span().start);
        ManifestError { line, key: Some(key), cause: cause.into(), remedy: remedy.into() }
    }

    fn manifest(&self) -> Result<Manifest, ManifestError> {
        let margin = *self.wire.margin.get_ref();
        if !(100..=1000).contains(&margin) {
            let cause = format!("{margin} is no margin");
            return Err(self.error(
                &self.wire.margin,
                "margin",
                cause,
                "give a number of percent from 100 to 1000",
            ));
        }
        if self.wire.step.is_empty() {
            let cause = "there is no [[step]]";
            return Err(self.error(&self.wire.label, "label", cause, "give one for each transaction"));
        }
        let steps = self.wire.step.iter().map(|step| self.step(step)).collect::<Result<_, _>>()?;
        Ok(Manifest { label: self.wire.label.get_ref().clone(), margin, steps })
    }

    fn step(&self, step: &WireStep) -> Result<StepSpec, ManifestError> {
        let intent = step.intent.get_ref();
        if intent.trim().is_empty() {
            return Err(self.error(
                &step.intent,
                "intent",
                "it is empty",
                "say what the transaction is for: its source hash is made of that",
            ));
        }
        let (several_chains, first_time) = self.conditions(step)?;
        Ok(StepSpec {
            line: line_of(self.text, step.intent.span().start),
            intent: intent.clone(),
            from: self.address(&step.from, "from")?,
            action: self.action(step)?,
            mint: self.number(step.mint.as_ref(), "mint")?,
            value: self.number(step.value.as_ref(), "value")?,
            gas: *step.gas.get_ref(),
            measured: step.measured.as_ref().map(|measured| *measured.get_ref()),
            fixed: step.fixed,
            several_chains,
            first_time,
        })
    }

    fn conditions(&self, step: &WireStep) -> Result<(bool, bool), ManifestError> {
        let (mut several_chains, mut first_time) = (false, false);
        if let Some(when) = &step.when {
            for condition in when.get_ref() {
                match condition.as_str() {
                    "several-chains" => several_chains = true,
                    "first-time" => first_time = true,
                    other => {
                        let cause = format!("{other:?} is no condition");
                        return Err(self.error(
                            when,
                            "when",
                            cause,
                            "there are \"several-chains\" and \"first-time\"",
                        ));
                    }
                }
            }
        }
        Ok((several_chains, first_time))
    }

    fn action(&self, step: &WireStep) -> Result<Action, ManifestError> {
        match (&step.deploy, &step.to, &step.call) {
            (Some(contract), None, None) => {
                if let Some(args) = &step.args {
                    return Err(self.error(
                        args,
                        "args",
                        "a contract is created without arguments",
                        "put them into its code, or leave them away",
                    ));
                }
                Ok(Action::Deploy {
                    contract: contract.get_ref().clone(),
                    through: self.through(step)?,
                    link: self.link(step)?,
                })
            }
            (None, Some(to), Some(call)) => {
                let only_deploys = [step.through.as_ref(), step.salt.as_ref()].into_iter().flatten().next();
                if let Some(extra) = only_deploys {
                    return Err(self.error(
                        extra,
                        "through",
                        "a call creates no contract",
                        "leave `through` and `salt` away",
                    ));
                }
                let function = self.function(call)?;
                let args = self.args(&function, step, call)?;
                Ok(Action::Call { to: self.target(to)?, function, args })
            }
            _ => Err(self.error(
                &step.intent,
                "intent",
                "the step neither creates nor calls a contract, or both",
                "give `deploy`, or `to` and `call`",
            )),
        }
    }

    fn through(&self, step: &WireStep) -> Result<Through, ManifestError> {
        let named = step.through.as_ref().unwrap_or(&self.wire.through);
        if named.get_ref() == "create" {
            return Ok(Through::Create);
        }
        let salt = step.salt.as_ref().or(self.wire.salt.as_ref());
        let salt = salt.ok_or_else(|| {
            self.error(named, "through", "there is no salt", "give `salt`, for all steps or for this one")
        })?;
        let salt = match salt.get_ref().split_once("keccak:") {
            Some(("", text)) => keccak256(text),
            _ => B256::from_str(salt.get_ref()).map_err(|_| {
                let cause = format!("{:?} is no salt", salt.get_ref());
                self.error(
                    salt,
                    "salt",
                    cause,
                    "give 32 bytes in hexadecimal, or keccak:TEXT for the hash of a text",
                )
            })?,
        };
        match named.get_ref().as_str() {
            "deterministic-deployment-proxy" => Ok(Through::DeploymentProxy { salt }),
            "conditional-deployer" => Ok(Through::ConditionalDeployer { salt }),
            other => {
                let cause = format!("{other:?} creates no contracts");
                let known =
                    "there are \"create\", \"deterministic-deployment-proxy\" and \"conditional-deployer\"";
                Err(self.error(named, "through", cause, known))
            }
        }
    }

    fn link(&self, step: &WireStep) -> Result<Vec<(Address, String)>, ManifestError> {
        let Some(link) = &step.link else { return Ok(Vec::new()) };
        let read = |(place, contract): (&String, &String)| {
            let place = place.parse().map_err(|_| {
                let cause = format!("{place:?} is no address");
                self.error(
                    link,
                    "link",
                    cause,
                    "give the address that stands in the code, and the name of a contract",
                )
            })?;
            Ok((place, contract.clone()))
        };
        link.get_ref().iter().map(read).collect()
    }

    fn target(&self, to: &Spanned<String>) -> Result<Target, ManifestError> {
        let text = to.get_ref();
        let named = predeploys().into_iter().map(|predeploy| (predeploy.name, predeploy.address));
        let mut known = named.chain([("ProxyAdmin", PROXY_ADMIN), ("L1Block", L1_BLOCK)]);
        if let Some((name, address)) = known.clone().find(|(name, _)| name == text) {
            return Ok(Target { name: Some(name.to_owned()), address });
        }
        let address = self.address(to, "to")?;
        let name = known.find(|&(_, known)| known == address).map(|(name, _)| name.to_owned());
        Ok(Target { name, address })
    }

    fn function(&self, call: &Spanned<String>) -> Result<Function, ManifestError> {
        Function::parse(call.get_ref()).map_err(|error| {
            let cause = format!("{:?} is no function: {error}", call.get_ref());
            self.error(call, "call", cause, "write it as upgradeTo(address)")
        })
    }

    fn args(
        &self,
        function: &Function,
        step: &WireStep,
        call: &Spanned<String>,
    ) -> Result<Vec<Argument>, ManifestError> {
        let given = step.args.as_ref().map_or(&[][..], |args| args.get_ref());
        if given.len() != function.inputs.len() {
            let cause =
                format!("{} takes {} arguments, not {}", call.get_ref(), function.inputs.len(), given.len());
            return match &step.args {
                Some(args) => Err(self.error(args, "args", cause, "give one text for each")),
                None => Err(self.error(call, "call", cause, "give them in `args`, one text for each")),
            };
        }
        let read = |(text, input): (&String, &alloy::json_abi::Param)| {
            argument(text, input).map_err(|cause| {
                let remedy = "give a value of that type, implementation:NAME, or text:WORD for a bytes32";
                step.args.as_ref().map_or_else(
                    || self.error(call, "call", &cause, remedy),
                    |args| self.error(args, "args", &cause, remedy),
                )
            })
        };
        given.iter().zip(&function.inputs).map(read).collect()
    }

    fn address(&self, text: &Spanned<String>, key: &'static str) -> Result<Address, ManifestError> {
        let error = |why: &str| {
            let cause = format!("{:?} is no address{why}", text.get_ref());
            self.error(
                text,
                key,
                cause,
                "give 0x and 40 hexadecimal digits, or the name of a predeploy in `to`",
            )
        };
        let address = Address::from_str(text.get_ref()).map_err(|_| error(""))?;
        let digits = text.get_ref().trim_start_matches("0x");
        let mixed =
            digits.bytes().any(|c| c.is_ascii_uppercase()) && digits.bytes().any(|c| c.is_ascii_lowercase());
        if mixed && address.to_checksum(None).trim_start_matches("0x") != digits {
            return Err(error(": its checksum, the case of its letters, is wrong"));
        }
        Ok(address)
    }

    fn number<T: FromStr + Default>(
        &self,
        text: Option<&Spanned<String>>,
        key: &'static str,
    ) -> Result<T, ManifestError> {
        let Some(text) = text else { return Ok(T::default()) };
        text.get_ref().parse().map_err(|_| {
            let cause = format!("{:?} is no amount that fits", text.get_ref());
            self.error(text, key, cause, "give a decimal number of wei, as text; `mint` has 128 bits")
        })
    }
}

/// Reads one argument of a call.
fn argument(text: &str, input: &alloy::json_abi::Param) -> Result<Argument, String> {
    if let Some(contract) = text.strip_prefix("implementation:") {
        return match input.ty.as_str() {
            "address" => Ok(Argument::Implementation(contract.to_owned())),
            other => Err(format!("{text:?} is an address, and no {other}")),
        };
    }
    if let Some(word) = text.strip_prefix("text:") {
        if input.ty != "bytes32" || word.len() > 32 {
            return Err(format!("{text:?} is no {}", input.ty));
        }
        let mut bytes = [0; 32];
        bytes[..word.len()].copy_from_slice(word.as_bytes());
        return Ok(Argument::Value(DynSolValue::FixedBytes(FixedBytes(bytes), 32)));
    }
    let resolved = input.resolve().map_err(|error| error.to_string())?;
    let value = resolved.coerce_str(text).map_err(|_| format!("{text:?} is no {}", input.ty))?;
    Ok(Argument::Value(value))
}
