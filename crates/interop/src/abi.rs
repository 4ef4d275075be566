//! The ABI forms of the protocol's struct and events, as the contracts declare them.
//!
//! These are wire types: every integer is as wide as in Solidity. The types at the crate root are what
//! code works with; they convert to and from these, and their decoders are strict.

alloy_sol_types::sol! {
    /// The pointer to an initiating message, as `CrossL2Inbox` takes it.
    #[derive(Debug, PartialEq, Eq, Hash)]
    struct Identifier {
        /// The account that emitted the log.
        address origin;
        /// The number of the block that holds the log.
        uint256 blockNumber;
        /// The index of the log within its block.
        uint256 logIndex;
        /// The timestamp of that block, in seconds.
        uint256 timestamp;
        /// The chain of that block.
        uint256 chainId;
    }

    /// Emitted by `CrossL2Inbox` for every message that was executed.
    #[derive(Debug, PartialEq, Eq)]
    event ExecutingMessage(bytes32 indexed msgHash, Identifier id);

    /// Emitted by `L2ToL2CrossDomainMessenger` for every message that was sent.
    #[derive(Debug, PartialEq, Eq)]
    event SentMessage(
        uint256 indexed destination,
        address indexed target,
        uint256 indexed messageNonce,
        address sender,
        bytes message
    );

    /// Emitted by `L2ToL2CrossDomainMessenger` for every message that was relayed.
    #[derive(Debug, PartialEq, Eq)]
    event RelayedMessage(
        uint256 indexed source,
        uint256 indexed messageNonce,
        bytes32 indexed messageHash,
        bytes32 returnDataHash
    );
}
