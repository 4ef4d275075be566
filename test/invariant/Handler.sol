// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { NotInAccessList } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import {
    EventPayloadNotSentMessage,
    IL2ToL2CrossDomainMessenger,
    IdOriginNotL2ToL2CrossDomainMessenger,
    InvalidMessage,
    MessageDestinationNotRelayChain,
    MessageDestinationSameChain
} from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISuperchainETHBridge } from "../../contracts/interfaces/ISuperchainETHBridge.sol";
import { ISuperchainTokenBridge } from "../../contracts/interfaces/ISuperchainTokenBridge.sol";
import { AccessListKeys } from "../../contracts/libraries/AccessListKeys.sol";
import { Unauthorized } from "../../contracts/libraries/CommonErrors.sol";
import { Delivery, Meddling, Outcome, Tally } from "./Actors.sol";
import { Kind, Message, Path } from "./Model.sol";
import { Relays } from "./Relays.sol";
import { ERC20 } from "solady/tokens/ERC20.sol";

/// @title Handler
/// @notice What can be done, one step each. None has arguments: see `step`.
contract Handler is Relays {
    // --------------------------------------------------------------------------------------------- sending

    /// @notice Somebody sends a message: to a contract, to nobody, or one that the bridges did not send.
    function sendMessage() external step {
        uint256 variant = _roll(14);
        Kind kind = Kind.TALLIED;
        if (variant < 4) kind = Kind.ATTACK;
        if (variant == 4) kind = Kind.CODELESS;
        if (variant == 5) kind = Kind.FORGED_TOKENS;
        if (variant == 6) kind = Kind.FORGED_ETH;
        if (variant == 7) kind = Kind.DIRECT_MINT;
        if (variant == 8) kind = Kind.DIRECT_LIQUIDITY;
        Message memory message = _draft(kind, _person(), _person(), 1 + _roll(FUNDS));
        (message.target, message.data) =
            _content(message.kind, message.key, message.sender, message.to, message.amount);
        _write(_addMessage(message), false);

        _call(
            "sendMessage",
            message.sender,
            address(MESSENGER),
            0,
            abi.encodeCall(MESSENGER.sendMessage, (message.destination, message.target, message.data)),
            true,
            abi.encode(_hash(messages[message.key]))
        );
        ++count[Path.MESSAGE_SENT];
    }

    /// @notice Somebody sends tokens; sometimes more than they have, or to the chain that they are on.
    function sendTokens() external step {
        (address from, address to) = (_person(), holders[_roll(holders.length)]);
        _goTo(_chain());
        uint256 amount = _amount(tokens[here][from]);
        uint256 variant = _roll(8);
        if (variant == 0) {
            amount = tokens[here][from] + 1 + _roll(FUNDS);
            _sendTokens(from, to, amount, _otherChain(here), _error(ERC20.InsufficientBalance.selector));
            ++count[Path.OVERDRAFT_REFUSED];
        } else if (variant == 1) {
            _sendTokens(from, to, amount, here, _error(MessageDestinationSameChain.selector));
            ++count[Path.SAME_CHAIN_REFUSED];
        } else {
            _takeTokens(here, from, amount);
            uint256 destination = _sendByBridge(Kind.TOKENS, from, to, amount);
            _sendTokens(from, to, amount, destination, "");
            ++count[Path.TOKENS_SENT];
        }
    }

    /// @notice Somebody sends ETH; sometimes to the chain that it is on.
    function sendETH() external step {
        (address from, address to) = (_person(), holders[_roll(holders.length)]);
        _goTo(_chain());
        uint256 amount = _amount(wei_[here][from]);
        if (_roll(8) == 0) {
            _sendEther(from, to, amount, here, _error(MessageDestinationSameChain.selector));
            ++count[Path.SAME_CHAIN_REFUSED];
        } else {
            _takeEther(here, from, amount);
            uint256 destination = _sendByBridge(Kind.ETH, from, to, amount);
            _sendEther(from, to, amount, destination, "");
            ++count[Path.ETH_SENT];
        }
    }

    /// @notice Anybody has a message logged again, more often than not one that waits.
    function resend() external step {
        if (messages.length == 0) return;
        uint256 tag = _roll(messages.length);
        (bool found, uint256 letter) = _pending(0, _roll(2) == 0 ? Wanted.ATTACKS : Wanted.ANYTHING);
        if (found && _roll(3) > 0) tag = letters[letter].tag;
        Message memory message = messages[tag];
        _goTo(message.source);
        _write(tag, true);
        _resend(message, true, abi.encode(_hash(message)));
        ++count[Path.RESENT];
    }

    /// @notice Somebody asks for a message to be logged again that is not quite one that was sent.
    function resendUnknown() external step {
        if (messages.length == 0) return;
        Message memory message = messages[_roll(messages.length)];
        _goTo(message.source);
        uint256 variant = _roll(6);
        if (variant == 0) message.nonce = sentFrom[message.source] + _roll(3);
        if (variant == 1) message.sender = address(this);
        if (variant == 2) message.target = address(this);
        if (variant == 3) message.data = abi.encodePacked(message.data, uint8(0));
        if (variant == 4) message.destination += CHAINS;
        if (variant == 5) _goTo(message.destination);
        _resend(message, false, _error(InvalidMessage.selector));
        ++count[Path.UNKNOWN_RESEND_REFUSED];
    }

    // -------------------------------------------------------------------------------------------- relaying

    /// @notice Somebody relays a message that has not been delivered: any, so that order means nothing.
    function relay() external step {
        (bool found, uint256 letter) = _pending(0, Wanted.ANYTHING);
        if (found) _relay(_someLetter(letter));
    }

    /// @notice Somebody relays whatever message, often one that has been delivered.
    function relayAny() external step {
        if (letters.length > 0) _relay(_someLetter(_roll(letters.length)));
    }

    /// @notice Somebody relays two messages in one transaction, or one message twice.
    function relayTwo() external step {
        (bool found, uint256 first) = _pending(0, Wanted.ANYTHING);
        if (!found) return;
        uint256 second = _latest(letters[first].tag);
        if (_roll(3) > 0) {
            (found, second) = _pending(messages[letters[first].tag].destination, Wanted.ANYTHING);
            if (!found) second = first;
        }
        _relayBoth(first, second);
    }

    /// @notice Somebody relays something that is not a message to here that was declared.
    function relayUnfit() external step {
        if (letters.length == 0) return;
        uint256 letter = _roll(letters.length);
        Message memory message = messages[letters[letter].tag];
        uint256 variant = _roll(5);
        _goTo(variant == 4 ? _otherChain(message.destination) : message.destination);

        Delivery[] memory deliveries = new Delivery[](1);
        deliveries[0] = Delivery({ id: _id(letter), payload: _payload(message), value: 0 });
        bytes32[] memory keys = _keys(letter);
        bytes4 expected = NotInAccessList.selector;
        if (variant == 0) {
            keys = new bytes32[](0);
            ++count[Path.UNDECLARED_REFUSED];
        } else if (variant == 1) {
            // To whomever relays, instead.
            message.amount += 1;
            message.to = people[0];
            (message.target, message.data) =
                _content(Kind.TOKENS, message.key, message.sender, message.to, message.amount);
            deliveries[0].payload = _payload(message);
            ++count[Path.TAMPERED_REFUSED];
        } else if (variant == 2) {
            // Anybody can emit an event that looks like a message, and declare it.
            deliveries[0].id.origin = address(tally);
            keys = AccessListKeys.encode(deliveries[0].id, keccak256(deliveries[0].payload));
            expected = IdOriginNotL2ToL2CrossDomainMessenger.selector;
            ++count[Path.FOREIGN_LOG_REFUSED];
        } else if (variant == 3) {
            // The messenger's own log, but one of the other kind.
            deliveries[0].payload[0] ^= 0xff;
            keys = AccessListKeys.encode(deliveries[0].id, keccak256(deliveries[0].payload));
            expected = EventPayloadNotSentMessage.selector;
            ++count[Path.OTHER_EVENT_REFUSED];
        } else {
            expected = MessageDestinationNotRelayChain.selector;
            ++count[Path.WRONG_CHAIN_REFUSED];
        }
        Outcome memory outcome = _courier(_person(), deliveries, keys)[0];
        _compare("relay of something unfit", outcome.success, outcome.result, false, _error(expected));
    }

    // ------------------------------------------------------------------------------------ everything else

    /// @notice A target stops refusing its messages, or starts to.
    function changeMind() external step {
        _goTo(_chain());
        address target = _roll(2) == 0 ? address(tally) : address(attacker);
        bool refuses = !refusing[here][target];
        refusing[here][target] = refuses;
        Tally(target).refuse(refuses);
    }

    /// @notice Somebody does what only a predeploy may.
    function meddle() external step {
        _goTo(_chain());
        address meddler = _person();
        (address[] memory targets, bytes[] memory calls) = Meddling.calls(token, meddler, _roll(FUNDS));
        for (uint256 i = 0; i < targets.length; ++i) {
            _call("meddling", meddler, targets[i], 0, calls[i], false, _error(Unauthorized.selector));
        }
        ++count[Path.MEDDLING_REFUSED];
    }

    /// @notice Time passes on some chain. Messages may be relayed at any time after; that they expire is a rule
    ///         for block builders, not for contracts.
    function passTime() external step {
        _goTo(_chain());
        _pass(1 + _roll(10 days));
        ++count[Path.TIME_PASSED];
    }

    // --------------------------------------------------------------------------------------------- details

    /// @notice A message from some chain, not sent yet.
    function _draft(
        Kind _kind,
        address _sender,
        address _to,
        uint256 _value
    )
        private
        returns (Message memory message_)
    {
        _goTo(_chain());
        message_.kind = _kind;
        message_.key = messages.length;
        message_.source = here;
        message_.destination = _otherChain(here);
        message_.sender = _sender;
        message_.to = _to;
        message_.amount = _value;
    }

    /// @notice Notes the message that a bridge will send from the current chain.
    function _sendByBridge(
        Kind _kind,
        address _from,
        address _to,
        uint256 _value
    )
        private
        returns (uint256 destination_)
    {
        Message memory message;
        (message.target, message.data) = _content(_kind, 0, _from, _to, _value);
        (message.kind, message.to, message.amount) = (_kind, _to, _value);
        message.sender = message.target;
        message.source = here;
        message.destination = destination_ = _otherChain(here);
        _write(_addMessage(message), false);
    }

    /// @notice Sends tokens. Without an error the message noted last is the one that goes out.
    function _sendTokens(
        address _from,
        address _to,
        uint256 _value,
        uint256 _chainId,
        bytes memory _failure
    )
        private
    {
        _call(
            "sendERC20",
            _from,
            address(TOKEN_BRIDGE),
            0,
            abi.encodeCall(ISuperchainTokenBridge.sendERC20, (token, _to, _value, _chainId)),
            _failure.length == 0,
            _failure.length == 0 ? abi.encode(_hash(messages[messages.length - 1])) : _failure
        );
    }

    /// @notice Sends ETH. Without an error the message noted last is the one that goes out.
    function _sendEther(
        address _from,
        address _to,
        uint256 _value,
        uint256 _chainId,
        bytes memory _failure
    )
        private
    {
        _call(
            "sendETH",
            _from,
            address(ETH_BRIDGE),
            _value,
            abi.encodeCall(ISuperchainETHBridge.sendETH, (_to, _chainId)),
            _failure.length == 0,
            _failure.length == 0 ? abi.encode(_hash(messages[messages.length - 1])) : _failure
        );
    }

    function _resend(Message memory _message, bool _succeeds, bytes memory _result) private {
        _call(
            "resendMessage",
            _person(),
            address(MESSENGER),
            0,
            abi.encodeCall(
                IL2ToL2CrossDomainMessenger.resendMessage,
                (_message.destination, _message.nonce, _message.sender, _message.target, _message.data)
            ),
            _succeeds,
            _result
        );
    }

    /// @notice A letter, or every other time the latest of the same message.
    function _someLetter(uint256 _letter) private returns (uint256) {
        return _roll(2) == 0 ? _letter : _latest(letters[_letter].tag);
    }

    /// @notice An amount that somebody can afford: now and then nothing, or everything.
    function _amount(uint256 _held) private returns (uint256) {
        uint256 variant = _roll(8);
        if (variant == 0) return 0;
        if (variant == 1) return _held;
        return _roll(_held / 4 + 1);
    }
}
