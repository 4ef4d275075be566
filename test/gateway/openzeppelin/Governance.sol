// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { CrosschainRemoteExecutor } from "@openzeppelin/contracts/crosschain/CrosschainRemoteExecutor.sol";
import { Governor } from "@openzeppelin/contracts/governance/Governor.sol";
import {
    GovernorCountingSimple
} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import { GovernorCrosschain } from "@openzeppelin/contracts/governance/extensions/GovernorCrosschain.sol";

/// @notice A governor of one member, who may vote in the three blocks after the proposal.
contract OZGovernor is GovernorCrosschain, GovernorCountingSimple {
    address private immutable MEMBER;

    constructor(address _itsMember) Governor("Governor") {
        MEMBER = _itsMember;
    }

    function clock() public view override returns (uint48) {
        return uint48(block.number);
    }

    // forge-lint: disable-next-line(mixed-case-function)
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=blocknumber&from=default";
    }

    function votingDelay() public pure override returns (uint256) {
        return 0;
    }

    function votingPeriod() public pure override returns (uint256) {
        return 3;
    }

    function quorum(uint256) public pure override returns (uint256) {
        return 1;
    }

    function _getVotes(address _account, uint256, bytes memory) internal view override returns (uint256) {
        return _account == MEMBER ? 1 : 0;
    }
}

/// @notice Acts on another chain for a governor.
contract OZRemoteExecutor is CrosschainRemoteExecutor {
    constructor(address _gateway, bytes memory _controller)
        CrosschainRemoteExecutor(_gateway, _controller)
    { }
}

/// @notice What is governed.
contract OZGoverned {
    address private immutable OWNER;
    uint256 public number;

    error NotTheOwner(address caller);

    constructor(address _itsOwner) {
        OWNER = _itsOwner;
    }

    function set(uint256 _number) external {
        if (msg.sender != OWNER) revert NotTheOwner(msg.sender);
        number = _number;
    }
}
