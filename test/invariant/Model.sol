// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC7802 } from "../../contracts/interfaces/IERC7802.sol";
import { IETHLiquidity } from "../../contracts/interfaces/IETHLiquidity.sol";
import {
    IL2ToL2CrossDomainMessenger,
    MessageAlreadyRelayed
} from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISuperchainETHBridge } from "../../contracts/interfaces/ISuperchainETHBridge.sol";
import { ISuperchainTokenBridge } from "../../contracts/interfaces/ISuperchainTokenBridge.sol";
import { InvalidCrossDomainSender, Unauthorized } from "../../contracts/libraries/CommonErrors.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { Attacker, Refused, Tally } from "./Actors.sol";

/// @notice What a message is, which decides what its delivery does.
enum Kind {
    // What anybody may send.
    TALLIED,
    ATTACK,
    CODELESS,
    // What the bridges send.
    TOKENS,
    ETH,
    // What looks like the bridges', but was sent by somebody else.
    FORGED_TOKENS,
    FORGED_ETH,
    // Messages straight to those that obey only the bridges.
    DIRECT_MINT,
    DIRECT_LIQUIDITY
}

/// @notice What can happen. The suite counts how often each of these did.
enum Path {
    MESSAGE_SENT,
    TOKENS_SENT,
    ETH_SENT,
    OVERDRAFT_REFUSED,
    SAME_CHAIN_REFUSED,
    MESSAGE_RELAYED,
    TOKENS_ARRIVED,
    ETH_ARRIVED,
    VALUE_ARRIVED,
    VALUE_TO_BRIDGE_REFUSED,
    RELAYED_OUT_OF_ORDER,
    REPLAY_REFUSED,
    REPLAY_OF_RESENT_REFUSED,
    REPLAY_IN_SAME_TRANSACTION_REFUSED,
    TWO_RELAYED_IN_ONE_TRANSACTION,
    TARGET_REFUSED,
    RELAYED_AFTER_REFUSAL,
    RELAYED_UNDER_ATTACK,
    ATTACK_WITH_RESENT,
    ATTACK_WITH_DECOY,
    RESENT,
    RELAYED_BY_RESENT,
    UNKNOWN_RESEND_REFUSED,
    UNDECLARED_REFUSED,
    TAMPERED_REFUSED,
    FOREIGN_LOG_REFUSED,
    OTHER_EVENT_REFUSED,
    WRONG_CHAIN_REFUSED,
    FORGERY_REFUSED,
    MEDDLING_REFUSED,
    TIME_PASSED
}

/// @notice A message that was sent.
/// @custom:field key      What its target counts it under.
/// @custom:field refused  Whether its target has refused it.
/// @custom:field executed Whether it has been delivered.
struct Message {
    Kind kind;
    uint256 key;
    uint256 source;
    uint256 destination;
    uint256 nonce;
    address sender;
    address target;
    bytes data;
    address to;
    uint256 amount;
    bool refused;
    bool executed;
}

/// @notice A log of a message: its place. A message has one from the beginning, and one more for each resend.
struct Letter {
    uint256 tag;
    uint256 blockNumber;
    uint256 logIndex;
    uint256 timestamp;
    bool again;
}

/// @title Model
/// @notice What should be: all messages and balances, kept by rules so simple that they can be seen to be right.
///         It never asks the contracts under test for anything.
abstract contract Model {
    /// @notice What ETHLiquidity holds on every chain at the beginning.
    uint256 internal constant PRELOAD = type(uint128).max;

    /// @notice Tokens and wei of every holder on every chain at the beginning.
    uint256 internal constant FUNDS = 1000 ether;

    /// @notice Marks the key of a message that the attacker sent while it was delivered the rest of the key.
    uint256 internal constant NESTED = 1 << 255;

    /// @notice Account without code, target of messages.
    address internal constant NOBODY = address(0x0B0D1);

    address internal token;
    Tally internal tally;
    Attacker internal attacker;

    /// @notice Who holds tokens and ETH at the beginning, and who receives them.
    address[] internal holders;

    /// @notice All messages; the index of one is its tag.
    Message[] internal messages;
    Letter[] internal letters;

    mapping(uint256 chain => uint256) internal sentFrom;
    mapping(uint256 chain => uint256) internal supply;
    mapping(uint256 chain => uint256) internal liquidity;
    mapping(uint256 chain => mapping(address => uint256)) internal tokens;
    mapping(uint256 chain => mapping(address => uint256)) internal wei_;
    mapping(uint256 chain => mapping(address => bool)) internal refusing;

    mapping(Path => uint256) internal count;

    /// @notice A message was sent.
    function _addMessage(Message memory _message) internal returns (uint256 tag_) {
        _message.nonce = sentFrom[_message.source]++;
        tag_ = messages.length;
        messages.push(_message);
    }

    /// @notice Tokens left a chain.
    function _takeTokens(uint256 _chain, address _from, uint256 _amount) internal {
        tokens[_chain][_from] -= _amount;
        supply[_chain] -= _amount;
    }

    /// @notice ETH left a chain: its store keeps it.
    function _takeEther(uint256 _chain, address _from, uint256 _amount) internal {
        wei_[_chain][_from] -= _amount;
        liquidity[_chain] += _amount;
    }

    /// @notice What relaying a message on its destination, with some value, comes to.
    /// @return success_ Whether it succeeds.
    /// @return result_  What the target returns, or what the relay reverts with.
    function _fate(uint256 _tag, uint256 _value) internal view returns (bool success_, bytes memory result_) {
        Message storage message = messages[_tag];
        if (message.executed) return (false, _error(MessageAlreadyRelayed.selector));

        Kind kind = message.kind;
        bool isPayable = kind == Kind.TALLIED || kind == Kind.ATTACK || kind == Kind.CODELESS;
        if (_value > 0 && !isPayable) return (false, "");
        if (kind == Kind.FORGED_TOKENS || kind == Kind.FORGED_ETH) {
            return (false, _error(InvalidCrossDomainSender.selector));
        }
        if (kind == Kind.DIRECT_MINT || kind == Kind.DIRECT_LIQUIDITY) {
            return (false, _error(Unauthorized.selector));
        }
        if (refusing[message.destination][message.target]) {
            return (false, abi.encodeWithSelector(Refused.selector, message.key));
        }
        if (kind == Kind.TALLIED) return (true, abi.encode(message.key, message.sender, message.source));
        if (kind == Kind.ATTACK) return (true, abi.encode(0));
        return (true, "");
    }

    /// @notice A message was delivered, with value from a payer.
    function _execute(uint256 _tag, address _payer, uint256 _value) internal {
        Message storage message = messages[_tag];
        (uint256 chain, address to, uint256 amount) = (message.destination, message.to, message.amount);
        message.executed = true;
        wei_[chain][_payer] -= _value;
        wei_[chain][message.target] += _value;
        if (message.kind == Kind.TOKENS) {
            tokens[chain][to] += amount;
            supply[chain] += amount;
        } else if (message.kind == Kind.ETH) {
            wei_[chain][to] += amount;
            liquidity[chain] -= amount;
        }
    }

    /// @notice Sum of the amounts of a kind that were sent and have not arrived.
    function _inFlight(Kind _kind) internal view returns (uint256 sum_) {
        for (uint256 i = 0; i < messages.length; ++i) {
            if (messages[i].kind == _kind && !messages[i].executed) sum_ += messages[i].amount;
        }
    }

    /// @notice Target and calldata of a message of some kind.
    function _content(
        Kind _kind,
        uint256 _key,
        address _from,
        address _to,
        uint256 _amount
    )
        internal
        view
        returns (address target_, bytes memory data_)
    {
        if (_kind == Kind.TALLIED) return (address(tally), abi.encodeCall(Tally.execute, (_key)));
        if (_kind == Kind.ATTACK) return (address(attacker), abi.encodeCall(Attacker.strike, (_key)));
        if (_kind == Kind.CODELESS) return (NOBODY, abi.encode(_key));
        if (_kind == Kind.DIRECT_MINT) {
            return (token, abi.encodeCall(IERC7802.crosschainMint, (_to, _amount)));
        }
        if (_kind == Kind.DIRECT_LIQUIDITY) {
            return (Predeploys.ETH_LIQUIDITY, abi.encodeCall(IETHLiquidity.mint, (_amount)));
        }
        if (_kind == Kind.TOKENS || _kind == Kind.FORGED_TOKENS) {
            target_ = Predeploys.SUPERCHAIN_TOKEN_BRIDGE;
            data_ = abi.encodeCall(ISuperchainTokenBridge.relayERC20, (token, _from, _to, _amount));
        } else {
            target_ = Predeploys.SUPERCHAIN_ETH_BRIDGE;
            data_ = abi.encodeCall(ISuperchainETHBridge.relayETH, (_from, _to, _amount));
        }
    }

    /// @notice What the messenger knows a message by.
    function _hash(Message memory _message) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                _message.destination,
                _message.source,
                _message.nonce,
                _message.sender,
                _message.target,
                _message.data
            )
        );
    }

    /// @notice What the log of a message says: its topics, then its data.
    function _payload(Message memory _message) internal pure returns (bytes memory) {
        return abi.encodePacked(
            abi.encode(
                IL2ToL2CrossDomainMessenger.SentMessage.selector,
                _message.destination,
                _message.target,
                _message.nonce
            ),
            abi.encode(_message.sender, _message.data)
        );
    }

    /// @notice Whether a message is one that no target will ever obey.
    function _isForgery(Kind _kind) internal pure returns (bool) {
        return uint256(_kind) >= uint256(Kind.FORGED_TOKENS);
    }

    function _error(bytes4 _selector) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(_selector);
    }
}
