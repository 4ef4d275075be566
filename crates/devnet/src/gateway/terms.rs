use super::{
    Fault,
    envelope::Call,
    fees,
    sends::{Sends, Signed},
    simulation::{self, Simulation},
    transaction::{
        BLOB, Carried, DEPOSIT, Declared, Reorg, Unreadable, of_raw, of_reorg, of_request, parameters,
    },
    turns::Unnumbered,
};
use serde_json::Value;

/// The chain that the calls are for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// Whether it is an L2 with interop.
    pub(super) interop: bool,
    /// Its id, if that is to be looked at.
    pub(super) chain_id: Option<u64>,
}

/// What a call needs before the node may see it.
#[derive(Debug)]
pub(super) enum Needs {
    /// Nothing.
    Nothing,
    /// A new request: this one is refused.
    Refusal(Fault),
    /// Every one of these declarations to be true, each of one transaction and none empty.
    Truth { when: When, declared: Vec<Declared> },
}

/// In what the parameters that the node gets differ from those of the call.
#[derive(Debug)]
pub(super) enum Change {
    /// In nothing.
    Nothing,
    /// They are tried out as geth does.
    Simulated(Simulation),
    /// Their requests get a price.
    Priced(Value),
    /// In nothing; but from then on the chain has another id.
    Renamed,
}

/// Which block the transactions of a call go into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// The next one, or a later one.
    Next,
    /// One of those that replace the newest blocks, so many of them.
    Reorg { depth: u64 },
}

/// What is found out about a call by itself.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) needs: Needs,
    pub(super) change: Change,
    /// The transaction in it that waits until the sender's earlier ones are in the pool.
    pub(super) turn: Option<Unnumbered>,
    /// What goes into the node's pool with it.
    pub(super) sends: Sends,
}

impl From<Change> for Examined {
    fn from(change: Change) -> Self {
        Self { needs: Needs::Nothing, change, turn: None, sends: Sends::default() }
    }
}

impl Terms {
    /// The ways into the node's pool and blocks, as anvil 1.7.1 has them, and those that only try something out.
    pub(super) fn examine(&self, call: &Call<'_>) -> Result<Examined, Fault> {
        // Without parameters there is no transaction, and the node has its own words for that.
        let params = match call.params {
            None | Some("null") => return Ok(Change::Nothing.into()),
            Some(params) => params,
        };
        let read = match call.method.as_str() {
            "eth_sendRawTransaction" | "eth_sendRawTransactionSync" => {
                way_in(params, |params| one(of_raw(params)?)).map(|way| way.into_pool(&call.method))
            }
            "eth_sendTransaction" | "eth_sendTransactionSync" | "eth_sendUnsignedTransaction" => {
                way_in(params, |params| one(of_request(params)?))
                    .map(|way| way.in_turn(&call.method).into_pool(&call.method))
            }
            "anvil_reorg" => way_in(params, |params| {
                let Reorg { depth, transactions } = of_reorg(params)?;
                Ok((When::Reorg { depth }, transactions))
            }),
            // Nothing enters the node by these; they are signed, or filled, with a price.
            "eth_signTransaction" | "eth_fillTransaction" => {
                way_in(params, |params| one(Carried { declared: Declared::new(), ..of_request(params)? }))
            }
            "anvil_setChainId" => return Ok(Change::Renamed.into()),
            other if self.interop && may_carry_transactions(other) => {
                return Err(Fault::method_not_found(other));
            }
            other => {
                let change = simulation::of(other, params).map_or(Change::Nothing, Change::Simulated);
                return Ok(change.into());
            }
        };
        let WayIn { when, transactions, change, turn, sends } = match read {
            Ok(read) => read,
            // Elsewhere than on chains with interop it is the node's business.
            Err(_) if !self.interop => return Ok(Change::Nothing.into()),
            Err(unreadable) => return Err(Fault::invalid_params(unreadable)),
        };
        transactions.iter().try_for_each(|transaction| self.accept(transaction))?;
        let declared = transactions.into_iter().map(|transaction| transaction.declared);
        let declared: Vec<_> = declared.filter(|keys| self.interop && !keys.is_empty()).collect();
        let needs = if declared.is_empty() { Needs::Nothing } else { Needs::Truth { when, declared } };
        Ok(Examined { needs, change, turn, sends })
    }

    /// Refuses what no node of such a chain takes, whatever it declares.
    fn accept(&self, transaction: &Carried) -> Result<(), Fault> {
        match transaction.kind {
            DEPOSIT => return Err(Fault::unsupported_type(DEPOSIT)),
            BLOB if self.interop => return Err(Fault::unsupported_type(BLOB)),
            _ if transaction.blobless => {
                let why = "a blob transaction has `blobVersionedHashes`, and no `authorizationList`";
                return Err(Fault::invalid_params(why));
            }
            _ => {}
        }
        match (transaction.chain_id, self.chain_id) {
            (Some(have), Some(want)) if have != want && transaction.raw => Err(Fault::signed_for(have, want)),
            (Some(have), Some(want)) if have != want => Err(Fault::asked_for(have, want)),
            _ => Ok(()),
        }
    }
}

/// What a call puts into the node.
struct WayIn {
    when: When,
    transactions: Vec<Carried>,
    change: Change,
    turn: Option<Unnumbered>,
    sends: Sends,
}

impl WayIn {
    /// Notes what goes into the pool, as far as that can be told of again.
    fn into_pool(mut self, method: &str) -> Self {
        let sync = method.ends_with("Sync");
        for transaction in &self.transactions {
            match &transaction.signed {
                Some((hash, bytes)) => {
                    self.sends.signed.push(Signed { hash: *hash, bytes: bytes.clone(), sync });
                }
                // With the block it is too late to ask for it.
                None if sync => self.sends.with_block |= !transaction.raw,
                None => self.sends.by_node |= !transaction.raw,
            }
        }
        self
    }

    /// Notes whether the transaction of such a call gets its nonce from the node.
    fn in_turn(mut self, method: &str) -> Self {
        let unnumbered = self.transactions.first().filter(|transaction| !transaction.numbered);
        self.turn = unnumbered.map(|it| Unnumbered::new(it.from, method.ends_with("Sync")));
        self
    }
}

fn way_in(
    params: &str,
    read: impl FnOnce(&Value) -> Result<(When, Vec<Carried>), Unreadable>,
) -> Result<WayIn, Unreadable> {
    let mut params = parameters(params)?;
    let (when, transactions) = read(&params)?;
    let change = if fees::are_missing(&mut params) { Change::Priced(params) } else { Change::Nothing };
    Ok(WayIn { when, transactions, change, turn: None, sends: Sends::default() })
}

fn one(transaction: Carried) -> Result<(When, Vec<Carried>), Unreadable> {
    Ok((When::Next, vec![transaction]))
}

/// Whether a method that is not known here sounds as if it took a transaction.
///
/// anvil 1.7.1 has none; one that a later version has is refused until the gateway learns to read it.
fn may_carry_transactions(method: &str) -> bool {
    let method = method.to_ascii_lowercase();
    ["send", "bundle", "builder_"].iter().any(|word| method.contains(word))
}
