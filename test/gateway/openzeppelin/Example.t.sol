// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { GatewayDeployment } from "../../../contracts/libraries/GatewayDeployment.sol";
import { OpenZeppelinTest } from "./OpenZeppelinTest.sol";
import { CrosschainLinked } from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import { BridgeERC20 } from "@openzeppelin/contracts/crosschain/bridges/BridgeERC20.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { InteroperableAddress } from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

/// @notice Example of the gateway's README: one other chain, and no more to configure.
contract GoldBridge is BridgeERC20 {
    constructor(
        IERC20 gold,
        uint256 chainId,
        address bridge
    )
        BridgeERC20(gold)
        CrosschainLinked(linkTo(chainId, bridge))
    { }

    function linkTo(uint256 chainId, address bridge) private pure returns (Link[] memory links) {
        links = new Link[](1);
        links[0] = Link({
            gateway: GatewayDeployment.GATEWAY,
            counterpart: InteroperableAddress.formatEvmV1(chainId, bridge)
        });
    }
}

contract GoldBridge_Example_Test is OpenZeppelinTest {
    function test_constructor_links_succeeds() external {
        GoldBridge bridge = new GoldBridge(IERC20(address(1)), 902, bob);
        (address gateway, bytes memory counterpart) = bridge.getLink(hex"0001000002038600");
        assertEq(gateway, GATEWAY);
        assertEq(counterpart, _at(902, bob));
    }
}
