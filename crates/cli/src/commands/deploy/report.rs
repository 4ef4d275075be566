//! What is to be said of a deployment, for people and for programs.

use crate::{
    amount::Currency,
    context::Context,
    interoperable,
    json::{ChainId, Checksummed, chain_name, decimal},
};
use alloy::primitives::{Address, B256, U256};
use causeway_deploy::create2::Creation;
use serde_json::{Value, json};
use std::path::PathBuf;

/// A deployment on several chains.
#[derive(Debug)]
pub(super) struct Deployment {
    pub(super) creation: Creation,
    pub(super) address: Address,
    pub(super) account: Option<Address>,
    pub(super) journal: Option<PathBuf>,
    pub(super) dry_run: bool,
    pub(super) rows: Vec<Row>,
    /// What a token was created with, for programs, and for people.
    pub(super) token: Option<(Value, String)>,
}

/// One chain of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) chain_id: u64,
    pub(super) label: String,
    pub(super) name: String,
    pub(super) status: Status,
    pub(super) tx_hash: Option<B256>,
    pub(super) nonce: Option<u64>,
    pub(super) block_number: Option<u64>,
    /// Gas that was used, or the limit of what was not sent.
    pub(super) gas: Option<u64>,
    /// What was paid, or may be at most, in wei.
    pub(super) cost: Option<U256>,
    pub(super) code_hash: Option<B256>,
    /// Why it is so, where that needs words.
    pub(super) reason: Option<String>,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Status {
    /// It would be sent.
    #[default]
    Planned,
    /// A run before this one has sent it, and it would be sent again.
    Resumed,
    /// It was there.
    Present,
    /// It was created.
    Deployed,
    /// It was left out, since it was not ready.
    Skipped,
    /// It is not there.
    Failed,
    /// It may come.
    Unknown,
}

impl Status {
    const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Resumed => "resumed",
            Self::Present => "present",
            Self::Deployed => "deployed",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

impl Deployment {
    pub(super) fn print(&self, context: &Context<'_>) {
        context.printer.report(&self.text(), &self.json());
    }

    pub(super) fn text(&self) -> String {
        let creation = &self.creation;
        let mut lines = vec![
            format!("contract  {}", creation.name),
            format!("address   {}", self.address),
            format!("through   {} {}", creation.factory.name(), creation.factory.address()),
            format!("salt      {}", creation.salt),
        ];
        lines.extend(self.token.iter().map(|(_, text)| text.clone()));
        let width = self.rows.iter().map(|row| row.label.chars().count()).max().unwrap_or_default();
        lines.extend(self.rows.iter().map(|row| row.text(width, self.dry_run)));
        lines.join("\n")
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "contract": self.creation.name,
            "address": Checksummed(self.address),
            "factory": { "name": self.creation.factory.name(), "address": Checksummed(self.creation.factory.address()) },
            "salt": self.creation.salt.bytes(),
            "saltText": self.creation.salt.text(),
            "initCodeHash": self.creation.init_code_hash(),
            "account": self.account.map(Checksummed),
            "dryRun": self.dry_run,
            "journal": self.journal.as_ref().map(|path| path.display().to_string()),
            "token": self.token.as_ref().map(|(token, _)| token),
            "chains": self.chains(),
        })
    }

    pub(super) fn chains(&self) -> Vec<Value> {
        self.rows.iter().map(|row| row.json(self.address)).collect()
    }
}

impl Row {
    fn text(&self, width: usize, dry_run: bool) -> String {
        let mut line = format!("{:width$}  {:8}", self.label, self.status.name());
        let at_most = if dry_run || self.status != Status::Deployed { "at most " } else { "" };
        if let Some(gas) = self.gas {
            line.push_str(&format!("  gas {at_most}{gas}"));
        }
        if let Some(cost) = self.cost {
            line.push_str(&format!("  {}", Currency::eth().show(cost)));
        }
        let mut lines = vec![line.trim_end().to_owned()];
        lines.extend(self.tx_hash.map(|hash| format!("  transaction {hash}")));
        lines.extend(self.reason.as_ref().map(|reason| format!("  {reason}")));
        lines.join("\n")
    }

    pub(super) fn json(&self, address: Address) -> Value {
        json!({
            "chainId": ChainId::from(self.chain_id),
            "name": chain_name(&self.name),
            "status": self.status.name(),
            "address": Checksummed(address),
            "addressInteroperable": interoperable::text(U256::from(self.chain_id), address),
            "transactionHash": self.tx_hash,
            "nonce": self.nonce,
            "blockNumber": self.block_number,
            "gas": self.gas,
            "cost": self.cost.map(decimal),
            "codeHash": self.code_hash,
            "reason": self.reason,
        })
    }
}
