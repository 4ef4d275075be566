// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    MessageAlreadyRelayed,
    MessageTargetL2ToL2CrossDomainMessenger
} from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";

/// @notice Our messenger with one thing wrong. It delegates to where the differential tests keep the right one.
abstract contract Mutant {
    fallback(bytes calldata _data) external payable returns (bytes memory) {
        _before();
        // The second of `DifferentialTest.OURS`.
        (bool success, bytes memory returned) = address(0x00250001).delegatecall(_data);
        return _after(success, returned);
    }

    function _before() internal virtual { }

    function _after(bool _success, bytes memory _returned) internal virtual returns (bytes memory) {
        if (_success) return _returned;
        assembly {
            revert(add(_returned, 0x20), mload(_returned))
        }
    }

    function _isRelay() internal pure returns (bool) {
        return msg.sig == IL2ToL2CrossDomainMessenger.relayMessage.selector;
    }
}

/// @notice Checks the target before the destination.
contract WrongOrder is Mutant {
    function _before() internal pure override {
        if (msg.sig != IL2ToL2CrossDomainMessenger.sendMessage.selector || msg.data.length < 132) return;
        if (uint256(bytes32(msg.data[36:])) == uint160(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER)) {
            revert MessageTargetL2ToL2CrossDomainMessenger();
        }
    }
}

/// @notice Says why in other words.
contract WrongError is Mutant {
    function _after(bool _success, bytes memory _returned) internal override returns (bytes memory) {
        // An error's first bytes are its selector.
        // forge-lint: disable-next-line(unsafe-typecast)
        if (!_success && bytes4(_returned) == MessageAlreadyRelayed.selector) _returned = hex"";
        return super._after(_success, _returned);
    }
}

/// @notice Emits a log more.
contract ExtraLog is Mutant {
    event Extra();

    function _after(bool _success, bytes memory _returned) internal override returns (bytes memory) {
        if (_success && _isRelay()) emit Extra();
        return super._after(_success, _returned);
    }
}

/// @notice Writes a slot that nobody knows of.
contract ExtraSlot is Mutant {
    function _after(bool _success, bytes memory _returned) internal override returns (bytes memory) {
        if (_success && _isRelay()) {
            assembly {
                sstore(0x5107, add(sload(0x5107), 1))
            }
        }
        return super._after(_success, _returned);
    }
}

/// @notice Forgets to release the guard.
contract StaysEntered is Mutant {
    function _after(bool _success, bytes memory _returned) internal override returns (bytes memory) {
        if (_success && _isRelay()) {
            assembly {
                tstore(0xf13569814868ede994184d5a425471fb19e869768a33421cb701a2ba3d420c0a, 1)
            }
        }
        return super._after(_success, _returned);
    }
}

/// @notice Gives value away.
contract Generous is Mutant {
    function _before() internal override {
        if (_isRelay() && address(this).balance > 1) {
            (bool success,) = address(0xA11CE).call{ value: 1 }("");
            require(success);
        }
    }
}

/// @notice Takes input that does not decode.
contract Lenient is Mutant {
    function _after(bool _success, bytes memory _returned) internal override returns (bytes memory) {
        bool isSend = msg.sig == IL2ToL2CrossDomainMessenger.sendMessage.selector;
        if (isSend && !_success && _returned.length == 0) return abi.encode(0);
        return super._after(_success, _returned);
    }
}

/// @notice No fault: a log that its own revert takes back.
contract TakesBack is Mutant {
    event Extra();

    function _after(bool _success, bytes memory _returned) internal override returns (bytes memory) {
        if (!_success && _isRelay()) emit Extra();
        return super._after(_success, _returned);
    }
}
