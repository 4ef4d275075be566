// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ERC7786Gateway } from "../../contracts/gateway/ERC7786Gateway.sol";
import { IERC7786Recipient } from "../../contracts/interfaces/IERC7786.sol";
import { IERC7786Gateway } from "../../contracts/interfaces/IERC7786Gateway.sol";
import { GatewayDeployment } from "../../contracts/libraries/GatewayDeployment.sol";
import { InteropAddress } from "../../contracts/libraries/InteropAddress.sol";
import { GasTest } from "./GasTest.sol";

/// @notice Takes every message, whether it comes by the gateway or not.
contract Content {
    fallback(bytes calldata) external returns (bytes memory) {
        return abi.encode(IERC7786Recipient.receiveMessage.selector);
    }
}

/// @notice What a message costs that goes by the gateway, and the same one sent to its target directly: execution gas,
///         as in `PredeployGas.t.sol`, with the messenger behind a proxy.
contract ERC7786Gateway_Gas_Test is GasTest {
    string internal constant GROUP = "ERC7786Gateway";
    IERC7786Gateway internal constant GATEWAY = IERC7786Gateway(GatewayDeployment.GATEWAY);
    address internal constant HOLDER = address(0x401DE5);

    address internal recipient;

    function setUp() public override {
        super.setUp();
        vm.etch(address(GATEWAY), type(ERC7786Gateway).runtimeCode);
        recipient = address(new Content());
        // The first message of a chain pays for the nonce's slot, no later one does.
        MESSENGER.sendMessage(SOURCE, recipient, "");
    }

    function test_gas_0_succeeds() external {
        _measure(0);
    }

    function test_gas_100_succeeds() external {
        _measure(100);
    }

    function test_gas_4096_succeeds() external {
        _measure(4096);
    }

    function _measure(uint256 _length) private {
        string memory size = string.concat(vm.toString(_length), " bytes");
        bytes memory payload = _filled(_length);

        bytes memory send =
            abi.encodeCall(GATEWAY.sendMessage, (_interop(SOURCE, recipient), payload, new bytes[](0)));
        _snapshot(string.concat("send ", size), address(GATEWAY), send, 0);
        send = abi.encodeCall(MESSENGER.sendMessage, (SOURCE, recipient, payload));
        _snapshot(string.concat("send ", size, ", direct"), address(MESSENGER), send, 0);

        bytes memory carried = abi.encodeCall(GATEWAY.deliverMessage, (5, HOLDER, recipient, payload));
        _snapshotRelay(string.concat("relay ", size), _sent(address(GATEWAY), address(GATEWAY), carried));
        _snapshotRelay(string.concat("relay ", size, ", direct"), _sent(HOLDER, recipient, payload));
    }

    function _snapshotRelay(string memory _name, Sent memory _message) private {
        bytes memory payload = _payload(_message);
        _declare(_identify(), payload);
        bytes memory data = abi.encodeCall(MESSENGER.relayMessage, (_identify(), payload));
        _snapshot(_name, address(MESSENGER), data, 2);
        assertTrue(MESSENGER.successfulMessages(_hash(_message)));
        _declareNothing();
    }

    function _snapshot(string memory _name, address _to, bytes memory _data, uint256 _keys) private {
        (, uint256 execution) = _transact(_to, 0, _data, _keys);
        vm.snapshotValue(GROUP, _name, execution);
    }

    function _interop(uint256 _chainId, address _account) private pure returns (bytes memory) {
        return InteropAddress.formatEvm(_chainId, _account);
    }

    /// @notice Bytes of which none is zero.
    function _filled(uint256 _length) private pure returns (bytes memory bytes_) {
        bytes_ = new bytes(_length);
        for (uint256 i; i < _length; ++i) {
            bytes_[i] = 0x5a;
        }
    }
}
