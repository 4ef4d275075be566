// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISuperchainETHBridge } from "../../contracts/interfaces/ISuperchainETHBridge.sol";
import { ISuperchainTokenBridge } from "../../contracts/interfaces/ISuperchainTokenBridge.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { Mutation } from "./Mutation.sol";
import { Step } from "./Outcome.sol";
import { Call, Puppet } from "./Puppet.sol";
import { Random, RandomLib } from "./Random.sol";
import { Steps } from "./Steps.sol";

/// @notice Makes steps of sending, sending again and relaying.
abstract contract MessageSteps is Steps {
    using RandomLib for Random;

    /// @notice Messages that were sent from here, to be sent again.
    Sent[] internal sent;

    /// @notice Inputs of relays, to be tried again.
    bytes[] internal relays;

    function _send(Random memory _r) internal returns (Step memory) {
        address from = _actor(_r);
        uint256 destination = _chain(_r);
        address target = _r.chance(15) ? address(MESSENGER) : _account(_r);
        bytes memory message = _noise(_r);
        bytes memory data =
            abi.encodeCall(IL2ToL2CrossDomainMessenger.sendMessage, (destination, target, message));
        // `ours` is in place between steps.
        sent.push(
            Sent({
                destination: destination,
                nonce: MESSENGER.messageNonce(),
                sender: from,
                target: target,
                message: message
            })
        );
        return _step(_r, "sendMessage", from, address(MESSENGER), _spoil(_r, data));
    }

    function _resend(Random memory _r) internal view returns (Step memory) {
        Sent memory message =
            sent.length == 0 ? _sent(_account(_r), _account(_r), _noise(_r)) : sent[_r.below(sent.length)];
        uint256 change = _r.below(14);
        if (change == 0) message.destination = _chain(_r);
        if (change == 1) message.nonce = _r.chance(50) ? _r.below(5) : _r.edge();
        if (change == 2) message.sender = _account(_r);
        if (change == 3) message.target = _account(_r);
        if (change == 4) message.message = _noise(_r);
        bytes memory data = abi.encodeCall(
            IL2ToL2CrossDomainMessenger.resendMessage,
            (message.destination, message.nonce, message.sender, message.target, message.message)
        );
        return _step(_r, "resendMessage", _actor(_r), address(MESSENGER), _spoil(_r, data));
    }

    function _relay(Random memory _r) internal returns (Step memory) {
        bytes memory data = _relayCall(_r, 2);
        relays.push(data);
        return _step(_r, "relayMessage", _actor(_r), address(MESSENGER), data);
    }

    /// @notice A relay that was tried before, as it was or with another identifier.
    function _replay(Random memory _r) internal returns (Step memory) {
        if (relays.length == 0) return _relay(_r);
        bytes memory data = bytes.concat(relays[_r.below(relays.length)]);
        if (_r.chance(30) && data.length > 68) data[67] = bytes1(uint8(_r.word()));
        _declareCall(_r, data);
        return _step(_r, "relayMessage again", _actor(_r), address(MESSENGER), data);
    }

    /// @notice Input of a relay, declared as the messenger would read it.
    /// @param _depth How deep relays may stand in each other.
    function _relayCall(Random memory _r, uint256 _depth) internal returns (bytes memory data_) {
        Sent memory message = _r.chance(30) ? _transfer(_r) : _message(_r, _depth);
        if (_r.chance(8)) message.destination = _chain(_r);
        bytes memory payload = _payload(message);
        if (_r.chance(4)) payload[_r.below(32)] ^= 0x01;
        if (_r.chance(20)) payload = Mutation.mutate(_r, payload, 0);
        Identifier memory id = _identifier(_r);
        data_ = _spoil(_r, abi.encodeCall(IL2ToL2CrossDomainMessenger.relayMessage, (id, payload)));
        _declareCall(_r, data_);
    }

    /// @notice A message to this chain: to a puppet that acts, or to anybody.
    function _message(Random memory _r, uint256 _depth) internal returns (Sent memory message_) {
        message_ = _sent(_account(_r), _account(_r), _noise(_r));
        message_.nonce = _r.chance(20) ? _r.edge() : _r.below(100);
        if (_r.chance(60)) (message_.target, message_.message) = (address(puppet), _program(_r, _depth));
        // The ETH bridge's `receive` is a documented difference: only direct transfers show it.
        if (message_.target == address(ETH_BRIDGE) && message_.message.length == 0) {
            message_.message = hex"00";
        }
    }

    /// @notice A message of one of the bridges, or of somebody who would like to be one.
    function _transfer(Random memory _r) internal view returns (Sent memory message_) {
        bool isEth = _r.chance(50);
        address bridge = isEth ? address(ETH_BRIDGE) : address(TOKEN_BRIDGE);
        uint256 amount = _r.chance(10) ? _r.edge() : _r.below(1 ether);
        (address from, address to) = (_account(_r), _account(_r));
        address moved = _r.chance(85) ? address(token) : _account(_r);
        message_ = _sent(
            _r.chance(85) ? bridge : _account(_r),
            bridge,
            _spoil(
                _r,
                isEth
                    ? abi.encodeCall(ISuperchainETHBridge.relayETH, (from, to, amount))
                    : abi.encodeCall(ISuperchainTokenBridge.relayERC20, (moved, from, to, amount))
            )
        );
        message_.nonce = _r.below(1000);
        if (message_.message.length == 0) message_.message = hex"00";
    }

    /// @notice What a puppet is to do: up to four calls, and an answer.
    function _program(Random memory _r, uint256 _depth) internal returns (bytes memory) {
        Call[] memory calls = new Call[](_r.below(5));
        for (uint256 i; i < calls.length; ++i) {
            calls[i] = _call(_r, _depth);
        }
        return _spoil(_r, abi.encodeCall(Puppet.act, (calls, _r.chance(20), _noise(_r))));
    }

    /// @notice A call that a puppet can make, inside of a relay or not.
    function _call(Random memory _r, uint256 _depth) internal returns (Call memory call_) {
        uint256 choice = _r.below(10);
        call_.to = address(MESSENGER);
        if (_r.chance(10)) call_.value = _r.below(1 ether);
        if (choice < 4 || _depth == 0) {
            call_.data = _question(_r);
        } else if (choice < 7) {
            call_.data = _relayCall(_r, _depth - 1);
        } else if (choice == 7) {
            (call_.to, call_.data) = (address(INBOX), _inboxCall(_r));
        } else if (choice == 8) {
            call_.data = abi.encodeCall(
                IL2ToL2CrossDomainMessenger.sendMessage, (_chain(_r), _account(_r), _noise(_r))
            );
        } else {
            call_.to = address(ETH_BRIDGE);
            call_.data = abi.encodeCall(ISuperchainETHBridge.sendETH, (_account(_r), _chain(_r)));
        }
    }

    /// @notice Several calls in one transaction, with a look at the messenger in the end.
    function _batch(Random memory _r) internal returns (Step memory) {
        Call[] memory calls = new Call[](2 + _r.below(4));
        for (uint256 i; i < calls.length; ++i) {
            calls[i] = _call(_r, 2);
        }
        calls[calls.length - 1] = Call({ to: address(MESSENGER), value: 0, data: _question(_r) });
        bytes memory data = abi.encodeCall(Puppet.act, (calls, false, ""));
        return _step(_r, "several calls", ALICE, address(puppet), data);
    }

    function _query(Random memory _r) internal view returns (Step memory) {
        bytes memory data = _question(_r);
        uint256 choice = _r.below(5);
        if (choice == 0) data = abi.encodeCall(IL2ToL2CrossDomainMessenger.messageVersion, ());
        if (choice == 1) data = abi.encodeCall(IL2ToL2CrossDomainMessenger.sentMessages, (_r.below(10)));
        if (choice == 2) {
            data = abi.encodeCall(IL2ToL2CrossDomainMessenger.successfulMessages, (bytes32(_r.word())));
        }
        return _step(_r, "question to the messenger", _actor(_r), address(MESSENGER), _spoil(_r, data));
    }

    function _ask(Random memory _r) internal returns (Step memory) {
        bytes memory data = _inboxCall(_r);
        return _step(_r, "question to the inbox", _actor(_r), Predeploys.CROSS_L2_INBOX, data);
    }
}
