// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ICrossL2Inbox } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IETHLiquidity } from "../../contracts/interfaces/IETHLiquidity.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISemver } from "../../contracts/interfaces/ISemver.sol";
import { ISuperchainETHBridge } from "../../contracts/interfaces/ISuperchainETHBridge.sol";
import {
    ISuperchainTokenBridge,
    InvalidERC7802
} from "../../contracts/interfaces/ISuperchainTokenBridge.sol";
import { Unauthorized } from "../../contracts/libraries/CommonErrors.sol";
import { MessageSteps } from "./MessageSteps.sol";
import { Mutation } from "./Mutation.sol";
import { Outcome, Step } from "./Outcome.sol";
import { Random, RandomLib } from "./Random.sol";

/// @notice Makes the bridges' steps and those without sense, and runs sequences of all kinds of steps.
abstract contract Sequences is MessageSteps {
    using RandomLib for Random;

    /// @notice Runs a sequence that a seed stands for.
    /// @return difference_ What differs, with the step that shows it; nothing if all outcomes are the same.
    function _runSequence(uint256 _seed, uint256 _count) internal returns (string memory difference_) {
        Random memory r = Random({ state: _seed });
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        for (uint256 i; i < _count; ++i) {
            // Nothing of the step before is needed any more. Memory that only grows would cost all the gas.
            assembly ("memory-safe") {
                mstore(0x40, free)
            }
            Step memory step = _next(r);
            difference_ = _compare(step);
            if (bytes(difference_).length != 0) {
                string memory at = string.concat("step ", vm.toString(i + 1), " of ", vm.toString(_count));
                return string.concat(at, " of sequence ", vm.toString(_seed), ": ", difference_);
            }
        }
    }

    function _next(Random memory _r) internal returns (Step memory step_) {
        delete declared;
        uint256 choice = _r.below(100);
        if (choice < 12) step_ = _send(_r);
        else if (choice < 20) step_ = _resend(_r);
        else if (choice < 42) step_ = _relay(_r);
        else if (choice < 50) step_ = _replay(_r);
        else if (choice < 60) step_ = _batch(_r);
        else if (choice < 68) step_ = _ask(_r);
        else if (choice < 74) step_ = _query(_r);
        else if (choice < 80) step_ = _ethTransfer(_r);
        else if (choice < 88) step_ = _tokenTransfer(_r);
        else if (choice < 94) step_ = _trespass(_r);
        else step_ = _nonsense(_r);
        step_.keys = declared;
    }

    function _documented(
        Step memory _step,
        Outcome memory _a,
        Outcome memory _b
    )
        internal
        view
        override
        returns (string memory)
    {
        bool haveFailed = !_a.success && !_b.success;
        bytes4 error = bytes4(_b.returned);
        if (_isPlainTransfer(_step)) {
            bool isRefused = haveFailed && error == Unauthorized.selector;
            return isRefused || _step.from == address(LIQUIDITY) ? "eth-bridge-receive" : "";
        }
        if (_step.data.length < 36) return "";
        // The token in use answers as a token should; with any other, ours has this error only.
        bool isSend = _step.to == address(TOKEN_BRIDGE)
            && bytes4(_step.data) == ISuperchainTokenBridge.sendERC20.selector;
        bool isOdd = isSend && Mutation.wordAt(_step.data, 4) != uint160(address(token));
        return isOdd && error == InvalidERC7802.selector ? "erc165-probe" : "";
    }

    /// @notice Whether a step is a plain transfer to the ETH bridge, or the relay of a message that is one: a message
    ///         of no bytes, at the places where the encoding usually has them.
    function _isPlainTransfer(Step memory _step) private pure returns (bool) {
        if (_step.to == address(ETH_BRIDGE)) return _step.data.length == 0;
        bool isRelay = _step.to == address(MESSENGER) && _step.data.length >= 452;
        return isRelay && Mutation.wordAt(_step.data, 292) == uint160(address(ETH_BRIDGE))
            && Mutation.wordAt(_step.data, 420) == 0;
    }

    function _ethTransfer(Random memory _r) internal view returns (Step memory step_) {
        bytes memory data = abi.encodeCall(ISuperchainETHBridge.sendETH, (_account(_r), _chain(_r)));
        step_ = _step(_r, "sendETH", _actor(_r), address(ETH_BRIDGE), _spoil(_r, data));
        if (_r.chance(50)) step_.value = _r.below(step_.from.balance + 1);
    }

    function _tokenTransfer(Random memory _r) internal view returns (Step memory step_) {
        address moved = _r.chance(70) ? address(token) : _account(_r);
        uint256 amount = _r.chance(10) ? _r.edge() : _r.below(1 ether);
        bytes memory data =
            abi.encodeCall(ISuperchainTokenBridge.sendERC20, (moved, _account(_r), amount, _chain(_r)));
        step_ = _step(_r, "sendERC20", _actor(_r), address(TOKEN_BRIDGE), _spoil(_r, data));
    }

    /// @notice A call that is somebody else's to make, or that this somebody makes.
    function _trespass(Random memory _r) internal view returns (Step memory) {
        address from = _r.chance(50) ? _predeploy(_r) : _account(_r);
        uint256 amount = _r.chance(20) ? _r.edge() : _r.below(1 ether);
        address to = address(LIQUIDITY);
        bytes memory data;
        uint256 choice = _r.below(5);
        if (choice == 0) data = abi.encodeCall(IETHLiquidity.burn, ());
        if (choice == 1) data = abi.encodeCall(IETHLiquidity.mint, (amount));
        if (choice == 2) data = abi.encodeCall(IETHLiquidity.fund, ());
        if (choice == 3) {
            to = address(ETH_BRIDGE);
            data = abi.encodeCall(ISuperchainETHBridge.relayETH, (_account(_r), _account(_r), amount));
        }
        if (choice == 4) {
            to = address(TOKEN_BRIDGE);
            data = abi.encodeCall(
                ISuperchainTokenBridge.relayERC20, (address(token), _account(_r), _account(_r), amount)
            );
        }
        return _step(_r, "call that is not everybody's", from, to, _spoil(_r, data));
    }

    /// @notice Noise, calls of unknown functions, plain transfers.
    function _nonsense(Random memory _r) internal view returns (Step memory step_) {
        bytes memory data = _noise(_r);
        uint256 choice = _r.below(5);
        if (choice == 0) data = "";
        if (choice == 1) data = bytes.concat(ISemver.version.selector, data);
        if (choice == 2) data = bytes.concat(_selector(_r), data);
        if (choice == 3) data = bytes.concat(_selector(_r), _r.data(32 * _r.below(10)));
        step_ = _step(_r, "nonsense", _account(_r), _predeploy(_r), data);
    }

    function _selector(Random memory _r) private pure returns (bytes4) {
        return [
            ICrossL2Inbox.validateMessage.selector,
            ICrossL2Inbox.calculateChecksum.selector,
            IL2ToL2CrossDomainMessenger.sendMessage.selector,
            IL2ToL2CrossDomainMessenger.resendMessage.selector,
            IL2ToL2CrossDomainMessenger.relayMessage.selector,
            ISuperchainETHBridge.sendETH.selector,
            ISuperchainTokenBridge.sendERC20.selector,
            IETHLiquidity.mint.selector
        ][_r.below(8)];
    }
}
