// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ICrossL2Inbox, Identifier, NotInAccessList } from "../interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISuperchainETHBridge } from "../interfaces/ISuperchainETHBridge.sol";
import { ISuperchainTokenBridge } from "../interfaces/ISuperchainTokenBridge.sol";
import { AccessListKeys } from "../libraries/AccessListKeys.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { BlockBuilder } from "./BlockBuilder.sol";
import { Chains } from "./Chains.sol";
import {
    Kit_EndlessDelivery,
    Kit_IdentifierMatchesNoLog,
    Kit_LogOfUnknownBlock,
    Kit_LogOfUnknownPast,
    Kit_MessageExpired,
    Kit_MessageFromTheFuture,
    Kit_NotDelivered,
    Kit_NotInDependencySet,
    Kit_NotIsolated,
    Kit_SourceFailed
} from "./Errors.sol";
import { Doubt } from "./Logs.sol";
import { Message } from "./Messages.sol";
import { Mocks } from "./Mocks.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @title InteropKit
/// @notice Base of tests of dapps that span several chains. See the README beside it.
abstract contract InteropKit is Mocks {
    /// @notice Age from which on a message can no longer be executed, in seconds.
    uint256 internal constant EXPIRY_WINDOW = 604_800;

    ICrossL2Inbox internal constant INBOX = ICrossL2Inbox(Predeploys.CROSS_L2_INBOX);
    IL2ToL2CrossDomainMessenger internal constant MESSENGER = IL2ToL2CrossDomainMessenger(MESSENGER_ADDRESS);
    ISuperchainTokenBridge internal constant TOKEN_BRIDGE =
        ISuperchainTokenBridge(Predeploys.SUPERCHAIN_TOKEN_BRIDGE);
    ISuperchainETHBridge internal constant ETH_BRIDGE =
        ISuperchainETHBridge(payable(Predeploys.SUPERCHAIN_ETH_BRIDGE));

    /// @notice Refuses inadmissible transactions.
    BlockBuilder private constant BUILDER = BlockBuilder(address(uint160(uint256(keccak256("kit.builder")))));

    /// @notice Starts the kit on chain 901. A test that overrides this calls `super.setUp()` first.
    function setUp() public virtual {
        startChains();
        _requireIsolated();
    }

    /// @notice Delivers everything that is pending, in the order in which it was sent, and what the deliveries send,
    ///         until nothing is left. Reverts with what a delivery reverts with.
    /// @return count_ Number of deliveries.
    function relayAll() internal returns (uint256 count_) {
        uint256 before = currentChain();
        for (uint256 i = 0; i < messageCount(); ++i) {
            if (!_isPending(i) || sourceFails(_message(i).id.chainId)) continue;
            if (count_ == mostDeliveries()) revert Kit_EndlessDelivery(count_);
            ++count_;
            _relay(address(0), i, 0);
        }
        onChain(before);
    }

    /// @notice Number of deliveries after which `relayAll` gives up. Override it for more.
    function mostDeliveries() internal view virtual returns (uint256) {
        return 500;
    }

    /// @notice Delivers a message; a dropped one, too. `vm.expectRevert` applies to the delivery, whether its
    ///         target, the messenger or the block builder refuses it.
    /// @return returnData_ What the target returned.
    function relay(uint256 _number) internal returns (bytes memory returnData_) {
        returnData_ = relayFrom(address(0), _number, 0);
    }

    /// @notice Delivers a message with ETH of the test's for its target.
    function relay(uint256 _number, uint256 _value) internal returns (bytes memory returnData_) {
        returnData_ = relayFrom(address(0), _number, _value);
    }

    /// @notice Delivers a message in a transaction of somebody's.
    function relayFrom(address _relayer, uint256 _number) internal returns (bytes memory returnData_) {
        returnData_ = relayFrom(_relayer, _number, 0);
    }

    /// @notice Delivers a message in a transaction of somebody's, with ETH of theirs for its target.
    function relayFrom(
        address _relayer,
        uint256 _number,
        uint256 _value
    )
        internal
        returns (bytes memory returnData_)
    {
        _collect();
        uint256 before = currentChain();
        returnData_ = _relay(_relayer, _number, _value);
        onChain(before);
    }

    /// @notice Delivers a message, and says whether that succeeded.
    /// @return success_ Whether it did.
    /// @return data_    What the target returned, or why it did not.
    function tryRelay(uint256 _number) internal returns (bool success_, bytes memory data_) {
        _collect();
        uint256 before = currentChain();
        (success_, data_) = _attempt(address(0), _number, 0);
        onChain(before);
        if (success_) data_ = abi.decode(data_, (bytes));
    }

    /// @notice Delivers again what was delivered. Expect it to revert with `MessageAlreadyRelayed`.
    function replay(uint256 _number) internal {
        if (!message(_number).delivered) revert Kit_NotDelivered(_number);
        relay(_number);
    }

    /// @notice Loses a message: `relayAll` leaves it alone until it is sent again.
    function drop(uint256 _number) internal {
        _collect();
        _message(_number).dropped = true;
    }

    /// @notice Has a message's log emitted again at its source, as anyone may: what was lost or has expired can
    ///         be delivered then. It keeps its number.
    function resend(uint256 _number) internal {
        Message memory sent = message(_number);
        uint256 before = currentChain();
        onChain(sent.id.chainId);
        MESSENGER.resendMessage(sent.destination, sent.nonce, sent.sender, sent.target, sent.data);
        onChain(before);
        _collect();
    }

    /// @notice Lets so much time pass, on every chain, that a message can no longer be delivered.
    function expire(uint256 _number) internal {
        Message memory sent = message(_number);
        uint256 end = sent.id.timestamp + EXPIRY_WINDOW + 1;
        uint256 time = timeOn(sent.destination);
        if (time < end) warp(end - time);
    }

    /// @notice Executes a log on the current chain: calls a contract that calls `CrossL2Inbox.validateMessage`,
    ///         in a transaction that declares the log. Obeys `vm.prank` and `vm.expectRevert`.
    /// @return returnData_ What the contract returned.
    function execute(
        Identifier memory _id,
        bytes memory _payload,
        address _target,
        bytes memory _callData
    )
        internal
        returns (bytes memory returnData_)
    {
        _collect();
        bool success;
        (success, returnData_) = _call(_id, _payload, address(0), _target, 0, _callData);
        _bubble(success, returnData_);
    }

    /// @inheritdoc Chains
    function _beforeStart() internal virtual override {
        vm.etch(address(BUILDER), type(BlockBuilder).runtimeCode);
        _share(address(BUILDER));
    }

    /// @notice Declares a log in the access list of all transactions to come, until `declareNothing`. Nothing but
    ///         the contracts checks it then: for tests of what they do with a wrong one.
    function declare(Identifier memory _id, bytes memory _payload) internal {
        VmSafe.AccessListItem[] memory list = new VmSafe.AccessListItem[](1);
        list[0] = VmSafe.AccessListItem({
            target: Predeploys.CROSS_L2_INBOX,
            storageKeys: AccessListKeys.encode(_id, keccak256(_payload))
        });
        vm.accessList(list);
    }

    /// @notice Empties the access list of the transactions to come.
    function declareNothing() internal {
        vm.accessList(new VmSafe.AccessListItem[](0));
    }

    /// @notice Why no block may have a transaction on the current chain that executes a log. Empty if one may.
    function refusal(Identifier memory _id, bytes memory _payload) internal view returns (bytes memory) {
        if (!chainExists(_id.chainId)) {
            return abi.encodeWithSelector(Kit_NotInDependencySet.selector, _id.chainId);
        }
        if (sourceFails(_id.chainId) && _id.chainId != currentChain()) {
            return abi.encodeWithSelector(Kit_SourceFailed.selector, _id.chainId);
        }
        if (!_logExists(_id, _payload)) return _refusalOfUnknown(_id, _payload);
        uint256 time = vm.getBlockTimestamp();
        if (_id.timestamp > time) {
            return abi.encodeWithSelector(Kit_MessageFromTheFuture.selector, _id.timestamp, time);
        }
        if (time - _id.timestamp > EXPIRY_WINDOW) {
            return abi.encodeWithSelector(Kit_MessageExpired.selector, _id.timestamp, time);
        }
        return "";
    }

    /// @notice Why a log is none that exists.
    function _refusalOfUnknown(
        Identifier memory _id,
        bytes memory _payload
    )
        private
        view
        returns (bytes memory)
    {
        Doubt doubt = _doubt(_id, _payload);
        if (doubt == Doubt.Block) return abi.encodeWithSelector(Kit_LogOfUnknownBlock.selector);
        if (doubt == Doubt.Past) return abi.encodeWithSelector(Kit_LogOfUnknownPast.selector);
        return abi.encodeWithSelector(Kit_IdentifierMatchesNoLog.selector);
    }

    /// @notice Delivers a message, bubbles what the delivery reverts with, and stays on the destination.
    function _relay(
        address _relayer,
        uint256 _number,
        uint256 _value
    )
        private
        returns (bytes memory returnData_)
    {
        bool success;
        (success, returnData_) = _attempt(_relayer, _number, _value);
        _bubble(success, returnData_);
        returnData_ = abi.decode(returnData_, (bytes));
    }

    /// @notice Tries to deliver a message, and stays on the destination.
    function _attempt(
        address _relayer,
        uint256 _number,
        uint256 _value
    )
        private
        returns (bool success_, bytes memory data_)
    {
        Message memory sent = _message(_number);
        if (!chainExists(sent.destination)) {
            return _refuse(abi.encodeWithSelector(Kit_NotInDependencySet.selector, sent.destination));
        }
        onChain(sent.destination);
        bytes memory payload = payloadOf(sent);
        bytes memory callData = abi.encodeCall(MESSENGER.relayMessage, (sent.id, payload));
        (success_, data_) = _call(sent.id, payload, _relayer, MESSENGER_ADDRESS, _value, callData);
    }

    /// @notice Makes one call: of the target in a transaction that declares a log, or of the builder that refuses it.
    function _call(
        Identifier memory _id,
        bytes memory _payload,
        address _sender,
        address _target,
        uint256 _value,
        bytes memory _callData
    )
        private
        returns (bool success_, bytes memory data_)
    {
        bytes memory reason = refusal(_id, _payload);
        if (reason.length != 0) return _refuse(reason);

        bool undoable = _beforeExecution(_logKey(_id, _payload));
        declare(_id, _payload);
        if (_sender != address(0)) vm.prank(_sender);
        (success_, data_) = _target.call{ value: _value }(_callData);
        declareNothing();
        _collect();
        if (undoable && !success_) _forgetExecution();
        // Shorter data is padded, and no selector then.
        // forge-lint: disable-next-line(unsafe-typecast)
        if (!success_ && bytes4(data_) == NotInAccessList.selector) _requireIsolated();
    }

    function _refuse(bytes memory _reason) private returns (bool success_, bytes memory data_) {
        (success_, data_) = address(BUILDER).call(abi.encodeCall(BUILDER.refuse, (_reason)));
    }

    function _bubble(bool _success, bytes memory _reason) private pure {
        if (_success) return;
        assembly ("memory-safe") {
            revert(add(_reason, 0x20), mload(_reason))
        }
    }

    /// @notice Two calls that see each other's transient storage are no two transactions.
    function _requireIsolated() private {
        BUILDER.probe();
        if (BUILDER.probe()) revert Kit_NotIsolated();
    }
}
