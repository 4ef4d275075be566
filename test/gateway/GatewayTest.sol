// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ERC7786Gateway } from "../../contracts/gateway/ERC7786Gateway.sol";
import { IERC7786Gateway } from "../../contracts/interfaces/IERC7786Gateway.sol";
import { GatewayDeployment } from "../../contracts/libraries/GatewayDeployment.sol";
import { RelayTest } from "../InteropTest.sol";
import { Inbox } from "./Recipients.sol";

/// @notice Base of the gateway's tests: it stands where it stands on every chain, with a recipient to send to.
abstract contract GatewayTest is RelayTest {
    IERC7786Gateway internal constant GATEWAY = IERC7786Gateway(GatewayDeployment.GATEWAY);

    /// @notice Account on chain `SOURCE` whose messages are delivered.
    address internal constant ALICE = address(0xA11CE);

    Inbox internal recipient;

    function setUp() public virtual override {
        super.setUp();
        vm.etch(address(GATEWAY), type(ERC7786Gateway).runtimeCode);
        recipient = new Inbox();
    }

    /// @notice An account on an EVM chain whose id has two bytes, spelt out.
    function _interop(uint256 _chainId, address _account) internal pure returns (bytes memory) {
        assertTrue(_chainId > 0xff && _chainId <= 0xffff);
        // forge-lint: disable-next-line(unsafe-typecast)
        return abi.encodePacked(hex"0001000002", uint16(_chainId), hex"14", _account);
    }

    /// @notice A message of the source's gateway to this chain's, from `ALICE`.
    function _carried(address _recipient, bytes memory _payload) internal pure returns (Sent memory sent_) {
        sent_ = _sent(address(GATEWAY), address(GATEWAY), "");
        sent_.message =
            abi.encodeCall(IERC7786Gateway.deliverMessage, (sent_.nonce, ALICE, _recipient, _payload));
    }

    function _none() internal pure returns (bytes[] memory) {
        return new bytes[](0);
    }
}
