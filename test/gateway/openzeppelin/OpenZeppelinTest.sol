// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { InteropKit } from "../../../contracts/kit/InteropKit.sol";
import { GatewayDeployment } from "../../../contracts/libraries/GatewayDeployment.sol";
import { CrosschainLinked } from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {
    InteroperableAddress as OpenZeppelin
} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

/// @notice Base of tests that have OpenZeppelin's contracts on chains 901 and 902, linked by the gateway.
abstract contract OpenZeppelinTest is InteropKit {
    address internal constant GATEWAY = GatewayDeployment.GATEWAY;

    address internal alice;
    address internal bob;

    function setUp() public virtual override {
        super.setUp();
        (alice, bob) = (makeAddr("alice"), makeAddr("bob"));
    }

    /// @notice Address that the contract gets which the test is to create on a chain after so many others.
    function _next(uint256 _chainId, uint256 _others) internal on(_chainId) returns (address address_) {
        address_ = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + _others);
    }

    function _link(
        uint256 _chainId,
        address _counterpart
    )
        internal
        pure
        returns (CrosschainLinked.Link[] memory links_)
    {
        links_ = new CrosschainLinked.Link[](1);
        links_[0] = CrosschainLinked.Link(GATEWAY, _at(_chainId, _counterpart));
    }

    /// @notice An account on a chain, in OpenZeppelin's encoding.
    function _at(uint256 _chainId, address _account) internal pure returns (bytes memory) {
        return OpenZeppelin.formatEvmV1(_chainId, _account);
    }
}
