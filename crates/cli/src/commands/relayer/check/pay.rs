//! Whether the accounts could pay on one chain.

use super::finding::{Finding, Level};
use crate::{amount::Currency, chains::Chain};
use alloy::{
    primitives::{Address, U256},
    providers::Provider,
};
use causeway_relayer::TopUp;

/// Who pays on a chain, and what there should be.
#[derive(Clone, Copy)]
pub(super) struct Pay<'a> {
    pub(super) accounts: &'a [Address],
    /// What each should have at least.
    pub(super) least: U256,
    /// Who would give those ether that have too little.
    pub(super) top_up: Option<&'a TopUp>,
    /// Whether messages are delivered there.
    pub(super) is_destination: bool,
}

impl Pay<'_> {
    /// Looks at what the accounts have.
    pub(super) async fn look(self, chain: &Chain) -> Vec<Finding> {
        let mut findings = Vec::new();
        for account in self.accounts {
            findings.push(match chain.client.provider().get_balance(*account).await {
                Ok(balance) => {
                    self.judge(*account, balance, self.purse(balance, chain).await, &chain.label())
                }
                Err(error) => {
                    let text = format!("what {account} has is not known: {error}");
                    Finding::new(Level::Unknown, "balance", text)
                }
            });
        }
        findings
    }

    /// Who would give the account ether as soon as the relayer runs, if it has too little and there is enough to give.
    async fn purse(self, balance: U256, chain: &Chain) -> Option<Address> {
        let top_up = self.top_up.filter(|top_up| balance < top_up.limits.below)?;
        let account = top_up.signer.address();
        let purse = chain.client.provider().get_balance(account).await.ok()?;
        (purse > top_up.limits.below).then_some(account)
    }

    fn judge(self, account: Address, balance: U256, purse: Option<Address>, chain: &str) -> Finding {
        let ether = |wei| Currency::eth().show(wei);
        let text = format!("{account} has {}", ether(balance));
        if !self.is_destination {
            return Finding::ok("balance", format!("{text}, and pays nothing there: no messages go there"));
        }
        if let Some(purse) = purse {
            return Finding::ok("balance", format!("{text}: {purse} gives it some once the relayer runs"));
        }
        let remedy = format!("it pays for every delivery: send it ether on {chain}");
        match balance {
            U256::ZERO => Finding::error("balance", text, remedy),
            few if few < self.least => {
                let text = format!("{text}, which is less than {}", ether(self.least));
                Finding::warning("balance", text, remedy)
            }
            _ => Finding::ok("balance", text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_without_ether_is_an_error_where_it_pays_and_nobody_fills_it() {
        let (least, account) = (U256::from(10), Address::repeat_byte(1));
        let pay = Pay { accounts: &[], least, top_up: None, is_destination: true };
        let judge = |pay: Pay<'_>, balance: u64, purse| {
            let finding = pay.judge(account, U256::from(balance), purse, "A (901)");
            (finding.level, finding.text)
        };
        let level = |balance| judge(pay, balance, None).0;
        assert_eq!([0, 1, 10].map(level), [Level::Error, Level::Warning, Level::Ok]);
        let (level, text) = judge(pay, 0, Some(Address::repeat_byte(2)));
        assert!(level == Level::Ok && text.contains(&Address::repeat_byte(2).to_string()), "{text}");
        let (level, text) = judge(Pay { is_destination: false, ..pay }, 0, None);
        assert!(level == Level::Ok && text.contains("no messages go there"), "{text}");
    }
}
