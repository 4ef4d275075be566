// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC165 } from "../../contracts/interfaces/IERC165.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";

/// @notice A call that a puppet is told to make.
struct Call {
    address to;
    uint256 value;
    bytes data;
}

/// @notice Does what its calldata says, and shows all that it sees: its logs and its answer depend on the outcome of
///         every call that it made. Sent to by messages it acts inside of a relay, called directly it makes
///         several calls in one transaction.
contract Puppet {
    event Called(address caller, uint256 value, bytes data);
    event Began(uint256 index);
    event Observed(uint256 index, bool success, bytes returned);

    /// @notice Calls that are under way or done, in this transaction.
    uint256 internal transient count;

    receive() external payable {
        emit Called(msg.sender, msg.value, "");
    }

    fallback(bytes calldata _data) external payable returns (bytes memory) {
        emit Called(msg.sender, msg.value, _data);
        return _data;
    }

    /// @notice Makes calls one after the other.
    /// @param _refuses Whether to revert afterwards.
    /// @param _answer  Beginning of what is returned, or reverted with.
    function act(Call[] calldata _calls, bool _refuses, bytes calldata _answer) external payable {
        emit Called(msg.sender, msg.value, "");
        bytes memory answer = _answer;
        for (uint256 i; i < _calls.length; ++i) {
            if (_showsDocumentedDifference(_calls[i])) continue;
            uint256 index = ++count;
            emit Began(index);
            (bool success, bytes memory returned) =
                _calls[i].to.call{ value: _calls[i].value }(_calls[i].data);
            emit Observed(index, success, returned);
            answer = bytes.concat(answer, keccak256(abi.encode(success, returned)));
        }
        assembly {
            if _refuses { revert(add(answer, 0x20), mload(answer)) }
            return(add(answer, 0x20), mload(answer))
        }
    }

    /// @notice Whether a call may differ as documented, which only steps of their own can be told to allow: plain ETH
    ///         to the ETH bridge.
    function _showsDocumentedDifference(Call calldata _call) private pure returns (bool) {
        return _call.to == Predeploys.SUPERCHAIN_ETH_BRIDGE && _call.data.length == 0;
    }
}

/// @notice A token that answers the bridge's questions in a way of its own.
contract OddToken {
    enum Kind {
        Refusing,
        Silent,
        Two,
        Short,
        Hungry,
        Unwilling,
        Foreign
    }

    error No(uint256 reason);

    Kind internal immutable KIND;

    constructor(Kind _kind) {
        KIND = _kind;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        bool isProbe = msg.sig == IERC165.supportsInterface.selector;
        if (!isProbe) {
            if (KIND == Kind.Unwilling) revert No(7);
            return "";
        }
        if (KIND == Kind.Refusing) revert No(1);
        if (KIND == Kind.Silent) return "";
        if (KIND == Kind.Two) return abi.encode(2);
        if (KIND == Kind.Short) return hex"01";
        if (KIND == Kind.Foreign) return abi.encode(false);
        if (KIND == Kind.Hungry) {
            uint256 before = gasleft();
            while (before - gasleft() < 40_000) { }
        }
        return abi.encode(true);
    }
}
