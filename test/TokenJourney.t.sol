// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../contracts/interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { OptimismMintableERC20 } from "../contracts/legacy/OptimismMintableERC20.sol";
import { OptimismSuperchainERC20 } from "../contracts/token/OptimismSuperchainERC20.sol";
import { TokenLayerTest } from "./TokenLayerTest.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @notice A token's way between two chains, each with a state of its own: legacy token, conversion, transfer, and
///         all the way back. The remote token is deposited on both.
contract TokenJourney_Test is TokenLayerTest {
    /// @notice A chain that is not being looked at, as a snapshot of its state.
    struct ChainState {
        uint256 id;
        uint256 snapshot;
    }

    /// @notice What a log says, and where it is.
    struct Log {
        Identifier id;
        bytes payload;
    }

    address internal constant BOB = address(0xB0B);

    function testFuzz_journey_succeeds(uint128 _deposit, uint128 _thereDeposit, uint128 _sent) external {
        uint256 amount = bound(_sent, 0, _deposit);
        ChainState memory here = ChainState({ id: HERE, snapshot: vm.snapshotState() });
        ChainState memory there = ChainState({ id: SOURCE, snapshot: here.snapshot });

        // There, Bob has legacy tokens.
        _visit(there);
        OptimismMintableERC20 legacyThere = _createLegacy(REMOTE, 18);
        OptimismSuperchainERC20 token = _createSuperchain(REMOTE, 18);
        _mintLegacy(legacyThere, BOB, _thereDeposit);
        _leave(there);

        // Here, Alice converts hers and sends them to Bob.
        _visit(here);
        assertEq(address(token).code.length, 0);
        OptimismMintableERC20 legacy = OptimismMintableERC20(
            LEGACY_FACTORY.createOptimismMintableERC20WithDecimals(REMOTE, "Another name", "ANN", 18)
        );
        assertEq(address(_createSuperchain(REMOTE, 18)), address(token));
        _mintLegacy(legacy, ALICE, _deposit);
        Log memory log = _convertAndSend(legacy, token, ALICE, BOB, amount, SOURCE);
        assertEq(legacy.totalSupply() + token.totalSupply(), _deposit - amount);
        _leave(here);

        // There, they arrive; Bob makes them legacy tokens, and sends all that he then has back.
        _visit(there);
        _deliver(log);
        assertEq(token.balanceOf(BOB), amount);
        vm.prank(BOB);
        CONVERTER.convert(address(token), address(legacyThere), amount);
        assertEq(token.totalSupply(), 0);
        uint256 all = uint256(_thereDeposit) + amount;
        assertEq(legacyThere.balanceOf(BOB), all);
        log = _convertAndSend(legacyThere, token, BOB, ALICE, all, HERE);
        assertEq(legacyThere.totalSupply() + token.totalSupply(), 0);
        _leave(there);

        // Here, nothing has been lost and nothing gained.
        _visit(here);
        _deliver(log);
        vm.prank(ALICE);
        CONVERTER.convert(address(token), address(legacy), all);
        assertEq(token.totalSupply(), 0);
        assertEq(legacy.balanceOf(ALICE), uint256(_deposit) + _thereDeposit);
        assertEq(legacy.totalSupply(), uint256(_deposit) + _thereDeposit);
    }

    /// @notice Until the token exists there, a transfer waits; anyone can create it.
    function test_journey_tokenNotYetThere_succeeds() external {
        ChainState memory there = ChainState({ id: SOURCE, snapshot: vm.snapshotState() });
        OptimismMintableERC20 legacy = _createLegacy(REMOTE, 18);
        OptimismSuperchainERC20 token = _createSuperchain(REMOTE, 18);
        _mintLegacy(legacy, ALICE, 5);
        Log memory log = _convertAndSend(legacy, token, ALICE, BOB, 5, SOURCE);

        _visit(there);
        _declare(log.id, log.payload);
        vm.expectRevert(bytes(""));
        MESSENGER.relayMessage(log.id, log.payload);

        vm.prank(address(0x5712A));
        FACTORY.deploy(REMOTE, "Super Token", "STK", 18);
        _deliver(log);
        assertEq(token.balanceOf(BOB), 5);
    }

    function _visit(ChainState memory _chain) internal {
        vm.revertToState(_chain.snapshot);
        vm.chainId(_chain.id);
    }

    function _leave(ChainState memory _chain) internal {
        _chain.snapshot = vm.snapshotState();
    }

    function _mintLegacy(OptimismMintableERC20 _token, address _to, uint256 _amount) internal {
        vm.prank(STANDARD_BRIDGE);
        _token.mint(_to, _amount);
    }

    function _convertAndSend(
        OptimismMintableERC20 _legacy,
        OptimismSuperchainERC20 _token,
        address _from,
        address _to,
        uint256 _amount,
        uint256 _destination
    )
        internal
        returns (Log memory log_)
    {
        vm.startPrank(_from);
        CONVERTER.convert(address(_legacy), address(_token), _amount);
        assertEq(_token.balanceOf(_from), _amount);

        vm.recordLogs();
        TOKEN_BRIDGE.sendERC20(address(_token), _to, _amount, _destination);
        vm.stopPrank();
        assertEq(_token.balanceOf(_from), 0);

        log_.id = _identify();
        log_.id.chainId = block.chainid;
        log_.payload = _payloadOf(vm.getRecordedLogs());
    }

    /// @notice Payload of the messenger's event among some logs.
    function _payloadOf(VmSafe.Log[] memory _logs) internal pure returns (bytes memory) {
        for (uint256 i = 0; i < _logs.length; i++) {
            bytes32[] memory topics = _logs[i].topics;
            if (topics[0] == IL2ToL2CrossDomainMessenger.SentMessage.selector) {
                return abi.encodePacked(topics, _logs[i].data);
            }
        }
        revert("nothing was sent");
    }

    function _deliver(Log memory _log) internal {
        _declare(_log.id, _log.payload);
        MESSENGER.relayMessage(_log.id, _log.payload);
        _declareNothing();
    }
}
