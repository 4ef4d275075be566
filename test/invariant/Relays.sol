// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Unauthorized } from "../../contracts/libraries/CommonErrors.sol";
import { ReentrantCall } from "../../contracts/libraries/TransientReentrancyAware.sol";
import { Attempt, Delivery, IArsenal, Meddling, Outcome } from "./Actors.sol";
import { Kind, Letter, Message, Path } from "./Model.sol";
import { Properties } from "./Properties.sol";

/// @title Relays
/// @notice How messages are relayed, and what their attacker knows meanwhile.
abstract contract Relays is Properties {
    /// @notice Which messages someone looks for.
    enum Wanted {
        ANYTHING,
        ATTACKS,
        NO_ATTACKS
    }

    /// @notice What the model says that a relay will come to.
    struct Forecast {
        bool success;
        bytes result;
    }

    /// @notice Letter of some other message that the attacker can try to relay, plus one; zero if there is none.
    uint256 private decoy;

    mapping(uint256 chain => uint256) private logged;

    /// @inheritdoc IArsenal
    function attempts(uint256 _tag) external view returns (Attempt[] memory attempts_) {
        (address[] memory targets, bytes[] memory calls) = Meddling.calls(token, address(attacker), 1 ether);
        attempts_ = new Attempt[](targets.length + 4);
        attempts_[0] = _hopeless(address(MESSENGER), _relayCall(_first(_tag)), ReentrantCall.selector);
        attempts_[1] = _hopeless(address(MESSENGER), _relayCall(_latest(_tag)), ReentrantCall.selector);
        uint256 other = decoy == 0 ? _first(_tag) : decoy - 1;
        attempts_[2] = _hopeless(address(MESSENGER), _relayCall(other), ReentrantCall.selector);

        // Sending is allowed: the message is the attacker's own.
        Message memory answer = _answer(_tag);
        answer.nonce = MESSENGER.messageNonce();
        attempts_[3] = Attempt({
            target: address(MESSENGER),
            call: abi.encodeCall(
                IL2ToL2CrossDomainMessenger.sendMessage, (answer.destination, answer.target, answer.data)
            ),
            result: abi.encode(_hash(answer)),
            succeeds: true
        });
        for (uint256 i = 0; i < targets.length; ++i) {
            attempts_[4 + i] = _hopeless(targets[i], calls[i], Unauthorized.selector);
        }
    }

    /// @notice Relays by one letter, with value now and then.
    function _relay(uint256 _letter) internal {
        uint256[] memory chosen = new uint256[](1);
        chosen[0] = _letter;
        _relayAll(chosen);
    }

    /// @notice Relays by two letters in one transaction.
    function _relayBoth(uint256 _one, uint256 _other) internal {
        uint256[] memory chosen = new uint256[](2);
        (chosen[0], chosen[1]) = (_one, _other);
        Message storage one = messages[letters[_one].tag];
        Message storage other = messages[letters[_other].tag];
        (bool oneWas, bool otherWas) = (one.executed, other.executed);
        _relayAll(chosen);
        if (letters[_one].tag == letters[_other].tag) {
            if (one.executed && !oneWas) ++count[Path.REPLAY_IN_SAME_TRANSACTION_REFUSED];
        } else if (one.executed && !oneWas && other.executed && !otherWas) {
            ++count[Path.TWO_RELAYED_IN_ONE_TRANSACTION];
        }
    }

    /// @notice Notes that a message was logged on the current chain.
    function _write(uint256 _tag, bool _again) internal {
        letters.push(
            Letter({
                tag: _tag,
                blockNumber: vm.getBlockNumber(),
                logIndex: logged[here]++,
                timestamp: vm.getBlockTimestamp(),
                again: _again
            })
        );
    }

    /// @notice Looks for a letter of a message that was not delivered, from a place at random on. Of those that
    ///         can never be delivered only the ones that nobody has tried count, or else they would crowd out
    ///         the others.
    /// @param _destination Its destination, zero for any.
    /// @param _wanted      Which ones count.
    function _pending(uint256 _destination, Wanted _wanted) internal returns (bool found_, uint256 letter_) {
        if (letters.length == 0) return (false, 0);
        letter_ = _roll(letters.length);
        for (uint256 i = 0; i < letters.length; ++i) {
            Message storage message = messages[letters[letter_].tag];
            bool fits = !message.executed && (_destination == 0 || message.destination == _destination)
                && !(message.refused && _isForgery(message.kind));
            bool isAttack = message.kind == Kind.ATTACK;
            if (isAttack ? _wanted == Wanted.NO_ATTACKS : _wanted == Wanted.ATTACKS) fits = false;
            if (fits) return (true, letter_);
            letter_ = (letter_ + 1) % letters.length;
        }
    }

    /// @notice First letter of a message.
    function _first(uint256 _tag) internal view returns (uint256 letter_) {
        while (letters[letter_].tag != _tag) ++letter_;
    }

    /// @notice Latest letter of a message: that of a resend if there was one.
    function _latest(uint256 _tag) internal view returns (uint256 letter_) {
        letter_ = letters.length - 1;
        while (letters[letter_].tag != _tag) --letter_;
    }

    function _relayAll(uint256[] memory _letters) private {
        uint256 destination = messages[letters[_letters[0]].tag].destination;
        _goTo(destination);
        address payer = _person();
        Delivery[] memory deliveries = new Delivery[](_letters.length);
        for (uint256 i = 0; i < _letters.length; ++i) {
            Message memory message = messages[letters[_letters[i]].tag];
            deliveries[i] = Delivery({ id: _id(_letters[i]), payload: _payload(message), value: 0 });
            if (_roll(3) == 0) deliveries[i].value = _roll(wei_[destination][payer] / 4 + 1);
        }
        (bool found, uint256 other) = _pending(destination, Wanted.NO_ATTACKS);
        decoy = found ? other + 1 : 0;
        bytes32[] memory keys = _declarations(_letters);

        Forecast[] memory forecasts = new Forecast[](_letters.length);
        for (uint256 i = 0; i < _letters.length; ++i) {
            forecasts[i] = _foresee(_letters[i], payer, deliveries[i].value);
        }
        Outcome[] memory outcomes = _courier(payer, deliveries, keys);
        for (uint256 i = 0; i < _letters.length; ++i) {
            (bool success, bytes memory result) = (outcomes[i].success, outcomes[i].result);
            _compare("relayMessage", success, result, forecasts[i].success, forecasts[i].result);
        }
    }

    /// @notice Says what a relay comes to, and changes the model accordingly.
    function _foresee(
        uint256 _letter,
        address _payer,
        uint256 _value
    )
        private
        returns (Forecast memory forecast_)
    {
        uint256 tag = letters[_letter].tag;
        Message storage message = messages[tag];
        _countRelay(_letter, _value);
        (forecast_.success, forecast_.result) = _fate(tag, _value);
        if (!forecast_.success) {
            if (!message.executed && forecast_.result.length > 0) _foreseeRefusal(tag);
            return forecast_;
        }

        forecast_.result = abi.encode(forecast_.result);
        _execute(tag, _payer, _value);
        if (message.kind == Kind.ATTACK) _write(_addMessage(_answer(tag)), false);
    }

    /// @notice Notes that a target refuses a message. The attacker sends its answer before, which comes to nothing.
    function _foreseeRefusal(uint256 _tag) private {
        messages[_tag].refused = true;
        if (messages[_tag].kind != Kind.ATTACK) return;
        Message memory answer = _answer(_tag);
        answer.nonce = sentFrom[here];
        takenBack[steps][keccak256(_payload(answer))] = true;
    }

    /// @notice Counts what a relay is about to come to.
    function _countRelay(uint256 _letter, uint256 _value) private {
        Letter memory letter = letters[_letter];
        Message memory message = messages[letter.tag];
        (bool success, bytes memory result) = _fate(letter.tag, _value);
        if (message.executed) {
            ++count[letter.again ? Path.REPLAY_OF_RESENT_REFUSED : Path.REPLAY_REFUSED];
        } else if (success) {
            ++count[Path.MESSAGE_RELAYED];
            if (message.kind == Kind.TOKENS) ++count[Path.TOKENS_ARRIVED];
            if (message.kind == Kind.ETH) ++count[Path.ETH_ARRIVED];
            if (message.kind == Kind.ATTACK) _countAttack(letter.tag);
            if (_value > 0) ++count[Path.VALUE_ARRIVED];
            if (message.refused) ++count[Path.RELAYED_AFTER_REFUSAL];
            if (letter.again) ++count[Path.RELAYED_BY_RESENT];
            if (_overtakes(letter.tag)) ++count[Path.RELAYED_OUT_OF_ORDER];
        } else if (result.length == 0) {
            ++count[Path.VALUE_TO_BRIDGE_REFUSED];
        } else {
            bool targetRefuses = message.target == address(tally) || message.target == address(attacker);
            ++count[targetRefuses ? Path.TARGET_REFUSED : Path.FORGERY_REFUSED];
        }
    }

    function _countAttack(uint256 _tag) private {
        ++count[Path.RELAYED_UNDER_ATTACK];
        if (_first(_tag) != _latest(_tag)) ++count[Path.ATTACK_WITH_RESENT];
        if (decoy > 0 && !messages[letters[decoy - 1].tag].executed) ++count[Path.ATTACK_WITH_DECOY];
    }

    /// @notice Whether an older message between the same two chains is still waiting.
    function _overtakes(uint256 _tag) private view returns (bool) {
        for (uint256 i = 0; i < _tag; ++i) {
            if (
                !messages[i].executed && messages[i].source == messages[_tag].source
                    && messages[i].destination == messages[_tag].destination
            ) return true;
        }
        return false;
    }

    /// @notice What the attacker sends while a message to it is delivered: an answer that nobody will read.
    function _answer(uint256 _tag) private view returns (Message memory message_) {
        message_.kind = Kind.CODELESS;
        message_.key = NESTED | _tag;
        message_.source = messages[_tag].destination;
        message_.destination = messages[_tag].source;
        message_.sender = address(attacker);
        (message_.target, message_.data) = _content(Kind.CODELESS, message_.key, address(0), address(0), 0);
    }

    /// @notice Declares the letters that will be relayed, and those that the attacker can try: nothing but the
    ///         messenger itself shall keep it from succeeding.
    function _declarations(uint256[] memory _letters) private view returns (bytes32[] memory keys_) {
        keys_ = new bytes32[](2 * (3 * _letters.length + 1));
        uint256 used = 0;
        for (uint256 i = 0; i < _letters.length; ++i) {
            uint256 tag = letters[_letters[i]].tag;
            used = _append(keys_, used, _letters[i]);
            used = _append(keys_, used, _first(tag));
            used = _append(keys_, used, _latest(tag));
        }
        _append(keys_, used, decoy == 0 ? _letters[0] : decoy - 1);
    }

    function _append(bytes32[] memory _list, uint256 _used, uint256 _letter) private view returns (uint256) {
        bytes32[] memory keys = _keys(_letter);
        (_list[_used], _list[_used + 1]) = (keys[0], keys[1]);
        return _used + 2;
    }

    function _relayCall(uint256 _letter) private view returns (bytes memory) {
        return abi.encodeCall(
            IL2ToL2CrossDomainMessenger.relayMessage, (_id(_letter), _payload(messages[letters[_letter].tag]))
        );
    }

    /// @notice An attempt that must fail with an error.
    function _hopeless(
        address _target,
        bytes memory _callData,
        bytes4 _reason
    )
        private
        pure
        returns (Attempt memory)
    {
        return Attempt({ target: _target, call: _callData, result: _error(_reason), succeeds: false });
    }
}
