use crate::exit::Exit;
use clap::ValueEnum;

/// The kind of a failure, as `--json` prints it in `errors[].code`: what a script can tell failures apart by. Names never
/// change their meaning, and each has one exit code. docs/json.md lists them, and a test holds it to this.
///
/// What makes values of the command line of an enum makes the list and the names here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum ErrorCode {
    // Exit code 1: it was tried, and did not work.
    /// Nothing more can be said of it than the message does.
    Failed,
    /// A node cannot be reached or asked, or no chain can be read.
    ChainUnreachable,
    /// Not every chain can be asked, and what was looked for may be on those.
    SearchIncomplete,
    /// No message, transaction or log is there under that name.
    NotFound,
    /// The message was delivered before.
    AlreadyDelivered,
    /// The destination cannot judge the message yet.
    NotYetExecutable,
    /// The destination holds the message for invalid or expired, or takes none.
    MessageRefused,
    /// The execution of the message reverts on the destination, so it was not relayed.
    ExecutionReverts,
    /// The node refused the transaction, and nothing left.
    TransactionRefused,
    /// The transaction is in a block and reverted there: nothing but its fee was spent.
    TransactionReverted,
    /// The relaying transaction succeeded and delivered nothing.
    NothingDelivered,
    /// A message that was checked is not valid.
    InvalidMessage,
    /// A transaction that was checked neither executed nor sent a message.
    NoMessage,
    /// The verifier cannot be asked.
    VerifierUnreachable,
    /// The verifier refuses the request.
    VerifierRefused,
    /// The verifier refuses the token: its secret is another one.
    Unauthorized,
    /// There is no anvil to run chains with, or one that is too old.
    NoAnvil,
    /// A port is in use, or cannot be listened on.
    PortInUse,
    /// The database, the index or the state folder is used by another process.
    StorageInUse,
    /// The database, the index, the state folder or another file cannot be used.
    StorageUnusable,
    /// A chain of the devnet did not start, or ended by itself.
    DevnetFailed,
    /// A service ended by itself.
    ServiceFailed,
    /// Something that the demo claims was not found in the state of the chains.
    ClaimBroken,
    /// A chain does not hold what it should.
    ContractsDiffer,
    /// What stands at an address after its creation is not what the creation was to give.
    CodeDiffers,
    /// An upgrade was tried out, and a step of it fails.
    UpgradeFails,
    /// Bindings that were checked are not those of the contracts.
    BindingsDiffer,
    /// Something would keep the relayer from working that was checked.
    CheckFailed,
    /// The command was carried out, and its result could not be written.
    ResultNotWritten,

    // Exit code 2: the input is wrong, or it was refused before anything was sent.
    /// The command line or a value on it is wrong.
    InvalidArgument,
    /// Other files are where the result should go.
    WouldOverwrite,
    /// The amount is no amount, or of another unit.
    InvalidAmount,
    /// The recipient is the zero address.
    InvalidRecipient,
    /// The configuration is wrong: causeway.toml or a variable that sets a key of it.
    InvalidConfig,
    /// The network file cannot be used.
    InvalidNetworkFile,
    /// The manifest of an upgrade is wrong.
    InvalidManifest,
    /// The node is none that can be put back.
    NotADevelopmentNode,
    /// Several devnets run, and none was named.
    SeveralDevnets,
    /// The key, keystore, password or secret that was named cannot be used.
    InvalidKey,
    /// Nothing to sign with was named, or no secret where one is needed.
    NoKey,
    /// No chains are known.
    NoChains,
    /// No chain of that id or name is known.
    UnknownChain,
    /// Several chains have that id or name.
    AmbiguousChain,
    /// The node serves another chain than it should.
    WrongChain,
    /// Source and destination are one chain, or one chain was named twice.
    SameChain,
    /// The chain has not the interop contracts: an L1, for instance.
    NoInterop,
    /// The node cannot set code, or whatever stands before it does not let that through.
    CannotSetCode,
    /// Other code stands where interop needs ours.
    ForeignCode,
    /// The node is not on this machine, and that was not allowed.
    RemoteNode,
    /// There is no token at the address.
    UnknownToken,
    /// The token cannot be bridged to that chain.
    UnsupportedToken,
    /// The account has less than should be sent, or cannot pay for the transaction.
    InsufficientBalance,
    /// The destination cannot be asked whether it would arrive.
    DestinationUnreachable,
    /// The destination accepts no messages of the source.
    NotADependency,
    /// Nobody says whether the destination accepts messages of the source.
    DependencyUnknown,
    /// Interop is not active on the chain yet.
    InteropInactive,
    /// The message would be expired when it is sent.
    ExpiredAtOnce,
    /// The call reverts at the source.
    SendReverts,
    /// The delivery would revert on the destination.
    DeliveryReverts,
    /// The delivery would not give the recipient what is sent.
    DeliveryIneffective,
    /// The destination's node cannot try the delivery out.
    DeliveryNotSimulated,

    /// A chain is named twice.
    DuplicateChain,
    /// The factory that gives contracts their addresses is not on the chain, or something else stands there.
    NoFactory,
    /// Other code stands at the address.
    AddressTaken,
    /// Transactions of the account wait, or one is missing between them.
    NonceGap,
    /// The artifact cannot be read or has no code.
    InvalidArtifact,
    /// There are no artifacts: nothing is compiled yet.
    MissingArtifacts,
    /// Artifacts are older than their sources.
    StaleArtifacts,
    /// Libraries that the contract calls have no address, or are not there.
    UnlinkedLibraries,
    /// The arguments do not fit the constructor.
    InvalidConstructorArguments,
    /// The creation of the contract reverts.
    CreationReverts,
    /// There is more code than chains allow.
    CodeTooLarge,
    /// The factory, or whoever is first to send, would own the contract, or hold its tokens.
    FactoryBecomesOwner,

    // Exit code 3: sent, or perhaps, and not seen to arrive.
    /// A transaction left, or may have left, and was not seen in a block.
    SentNotIncluded,
    /// A transaction is in a block, and its message cannot be told.
    SentNotRead,
    /// The message was sent, and its delivery was not seen.
    NotDelivered,
    /// A transaction may have been sent, and the result could not be written.
    SentResultNotWritten,

    // Exit code 4: nothing is known.
    /// What a chain holds cannot be read: whether it is what it should be is not known.
    StateUnknown,

    // Exit code 130.
    /// A signal came before anything was sent.
    Interrupted,
}

impl ErrorCode {
    /// The name, e.g. `insufficient-balance`.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// How the process ends.
    pub(crate) const fn exit(self) -> Exit {
        match self {
            Self::Failed
            | Self::ChainUnreachable
            | Self::SearchIncomplete
            | Self::NotFound
            | Self::AlreadyDelivered
            | Self::NotYetExecutable
            | Self::MessageRefused
            | Self::ExecutionReverts
            | Self::TransactionRefused
            | Self::TransactionReverted
            | Self::NothingDelivered
            | Self::InvalidMessage
            | Self::NoMessage
            | Self::VerifierUnreachable
            | Self::VerifierRefused
            | Self::Unauthorized
            | Self::NoAnvil
            | Self::PortInUse
            | Self::StorageInUse
            | Self::StorageUnusable
            | Self::DevnetFailed
            | Self::ServiceFailed
            | Self::ClaimBroken
            | Self::ContractsDiffer
            | Self::CodeDiffers
            | Self::UpgradeFails
            | Self::BindingsDiffer
            | Self::CheckFailed
            | Self::ResultNotWritten => Exit::Failed,
            Self::InvalidArgument
            | Self::WouldOverwrite
            | Self::InvalidAmount
            | Self::InvalidRecipient
            | Self::InvalidConfig
            | Self::InvalidNetworkFile
            | Self::InvalidManifest
            | Self::NotADevelopmentNode
            | Self::SeveralDevnets
            | Self::InvalidKey
            | Self::NoKey
            | Self::NoChains
            | Self::UnknownChain
            | Self::AmbiguousChain
            | Self::WrongChain
            | Self::SameChain
            | Self::NoInterop
            | Self::CannotSetCode
            | Self::ForeignCode
            | Self::RemoteNode
            | Self::UnknownToken
            | Self::UnsupportedToken
            | Self::InsufficientBalance
            | Self::DestinationUnreachable
            | Self::NotADependency
            | Self::DependencyUnknown
            | Self::InteropInactive
            | Self::ExpiredAtOnce
            | Self::SendReverts
            | Self::DeliveryReverts
            | Self::DeliveryIneffective
            | Self::DeliveryNotSimulated
            | Self::DuplicateChain
            | Self::NoFactory
            | Self::AddressTaken
            | Self::NonceGap
            | Self::InvalidArtifact
            | Self::MissingArtifacts
            | Self::StaleArtifacts
            | Self::UnlinkedLibraries
            | Self::InvalidConstructorArguments
            | Self::CreationReverts
            | Self::CodeTooLarge
            | Self::FactoryBecomesOwner => Exit::Usage,
            Self::SentNotIncluded | Self::SentNotRead | Self::NotDelivered | Self::SentResultNotWritten => {
                Exit::NotDelivered
            }
            Self::StateUnknown => Exit::Unknown,
            Self::Interrupted => Exit::Interrupted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// The rows of the table of docs/json.md: the name of a code, and its exit code.
    fn documented() -> BTreeMap<String, u8> {
        let text = include_str!("../../../../docs/json.md");
        let (_, text) = text.split_once("## Error codes").unwrap();
        let rows = text.lines().filter_map(|line| {
            let (name, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
            Some((name.to_owned(), rest.split(' ').next()?.parse().ok()?))
        });
        rows.collect()
    }

    #[test]
    fn every_code_is_documented_with_its_exit_code_and_no_other_is() {
        let codes = ErrorCode::value_variants().iter().map(|code| (code.name(), code.exit() as u8));
        assert_eq!(codes.collect::<BTreeMap<_, _>>(), documented());
    }

    /// The schema lets no other through.
    #[test]
    fn every_code_is_in_the_schema_and_no_other_is() {
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../../../docs/json.schema.json")).unwrap();
        let listed = schema["$defs"]["errorCode"]["enum"].as_array().unwrap();
        let mut listed: Vec<_> = listed.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
        let mut codes: Vec<_> = ErrorCode::value_variants().iter().map(|code| code.name()).collect();
        listed.sort();
        codes.sort();
        assert_eq!(listed, codes);
    }
}
