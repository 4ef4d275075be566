//! What a message carries, in people's words.

use crate::{
    amount::Currency,
    chains::Chain,
    interoperable,
    json::{Checksummed, decimal},
    patience,
};
use alloy::primitives::{Address, U256};
use causeway_bindings::SuperchainERC20;
use causeway_client::Shipment;
use causeway_interop::SentMessage;
use futures::future::join_all;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The currencies of tokens, as far as they tell.
#[derive(Debug, Default)]
pub(crate) struct Currencies(BTreeMap<(u64, Address), Currency>);

impl Currencies {
    /// Asks the tokens that these messages carry, each on the chain that sent it. `chains` are those
    /// that can be asked.
    pub(crate) async fn ask<'a>(
        messages: impl Iterator<Item = (u64, &'a SentMessage)>,
        chains: &[Chain],
    ) -> Self {
        let tokens: BTreeSet<(u64, Address)> = messages
            .filter_map(|(source, message)| Some((source, Shipment::of(message).1.token()?)))
            .collect();
        let asked = tokens.into_iter().map(async |(source, token)| {
            let chain = chains.iter().find(|chain| chain.id() == source)?;
            let currency = patience::within(patience::SHORT, currency(chain, token)).await.ok()?;
            Some(((source, token), currency?))
        });
        Self(join_all(asked).await.into_iter().flatten().collect())
    }

    /// Reads what a message from `source` carries, if it is value that a bridge sends to its other end.
    pub(crate) fn transfer(&self, source: u64, message: &SentMessage) -> Option<Transfer> {
        let (sender, shipment) = Shipment::of(message);
        let (token, recipient, amount, currency) = match shipment {
            Shipment::Erc20 { token, recipient, amount } => {
                (Some(token), recipient, amount, self.0.get(&(source, token)).cloned())
            }
            Shipment::Ether { recipient, amount } => (None, recipient, amount, Some(Currency::eth())),
            Shipment::Message { .. } => return None,
        };
        Some(Transfer { sender, recipient, token, amount, currency })
    }
}

async fn currency(chain: &Chain, token: Address) -> Option<Currency> {
    let contract = SuperchainERC20::new(token, chain.client.provider());
    let decimals = contract.decimals().call().await.ok()?;
    Some(Currency::token(contract.symbol().call().await.unwrap_or_default(), decimals))
}

/// Value on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Transfer {
    sender: Address,
    recipient: Address,
    /// The token; none for ether.
    token: Option<Address>,
    /// In the smallest unit.
    amount: U256,
    /// What it is counted in; unknown where the token does not tell.
    currency: Option<Currency>,
}

impl Transfer {
    /// `2.5 MOCK to 0x…`.
    pub(crate) fn words(&self) -> String {
        let amount = match (&self.currency, self.token) {
            (Some(currency), _) => currency.show(self.amount),
            (None, Some(token)) => format!("{} base units of the token {token}", self.amount),
            (None, None) => format!("{} wei", self.amount),
        };
        if self.sender == self.recipient {
            format!("{amount} to {}", self.recipient)
        } else {
            format!("{amount} to {} from {}", self.recipient, self.sender)
        }
    }

    /// For programs, with the chains that it goes from and to.
    pub(crate) fn json(&self, source: U256, destination: U256) -> Value {
        json!({
            "kind": if self.token.is_some() { "erc20" } else { "eth" },
            "token": self.token.map(Checksummed),
            "tokenInteroperable": self.token.map(|token| interoperable::text(source, token)),
            "amount": decimal(self.amount),
            "symbol": self.currency.as_ref().map(|currency| &currency.symbol),
            "decimals": self.currency.as_ref().map(|currency| currency.decimals),
            "sender": Checksummed(self.sender),
            "senderInteroperable": interoperable::text(source, self.sender),
            "recipient": Checksummed(self.recipient),
            "recipientInteroperable": interoperable::text(destination, self.recipient),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_in_the_tokens_own_units() {
        let transfer = Transfer {
            sender: Address::repeat_byte(1),
            recipient: Address::repeat_byte(2),
            token: Some(Address::repeat_byte(3)),
            amount: U256::from(2_500_000),
            currency: Some(Currency::token("USDX".to_owned(), 6)),
        };
        let (to, from) = (transfer.recipient, transfer.sender);
        assert_eq!(transfer.words(), format!("2.5 USDX to {to} from {from}"));
        let to_self = Transfer { sender: to, ..transfer.clone() };
        assert_eq!(to_self.words(), format!("2.5 USDX to {to}"));
        let silent = Transfer { currency: None, ..to_self };
        assert!(silent.words().starts_with("2500000 base units of the token 0x0303"));
        let [a, b] = [901, 902].map(U256::from);
        assert_eq!(silent.json(a, b)["symbol"], Value::Null);
        let json = transfer.json(a, b);
        assert_eq!(json["amount"], "2500000");
        for (name, end) in
            [("token", "@eip155:901#"), ("sender", "@eip155:901#"), ("recipient", "@eip155:902#")]
        {
            let (plain, whole) = (&json[name], &json[format!("{name}Interoperable")]);
            assert!(
                whole.as_str().unwrap().starts_with(&format!("{}{end}", plain.as_str().unwrap())),
                "{json}"
            );
        }
    }
}
