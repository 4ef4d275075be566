// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Chains } from "../../contracts/kit/Chains.sol";
import {
    Kit_BadChainId,
    Kit_ChainExists,
    Kit_NotStarted_CallSuperSetUp,
    Kit_RecordingLost,
    Kit_ShareBeforeUse,
    Kit_UnknownChain_AddChainFirst
} from "../../contracts/kit/Errors.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { Box, MESSENGER } from "./Targets.sol";

/// @notice Base of tests of the chains by themselves.
abstract contract ChainsTest is Chains {
    address internal alice;

    function setUp() public virtual {
        startChains();
        alice = makeAddr("alice");
        vm.skip(isLive());
    }

    /// @notice Kit errors come from internal functions: this makes a call of them.
    function callAddChain(uint256 _chainId) external {
        addChain(_chainId);
    }

    function callOnChain(uint256 _chainId) external {
        onChain(_chainId);
    }

    function callShare(address _account) external {
        shareAcrossChains(_account);
    }
}

contract Chains_OnChain_Test is ChainsTest {
    uint256 internal books;

    function test_onChain_ids_succeeds() public {
        assertEq(block.chainid, 901);
        assertEq(currentChain(), 901);
        onChain(902);
        assertEq(block.chainid, 902);
        assertEq(currentChain(), 902);
        assertEq(chainIds().length, 2);
    }

    function test_onChain_contract_existsOnItsChain() public {
        Box box = new Box{ value: 3 }();
        box.set(5);

        onChain(902);
        assertEq(address(box).code.length, 0);
        assertEq(address(box).balance, 0);
        assertEq(vm.getNonce(address(box)), 0);
        assertEq(vm.load(address(box), 0), 0);

        onChain(901);
        assertGt(address(box).code.length, 0);
        assertEq(address(box).balance, 3);
        assertEq(vm.getNonce(address(box)), 1);
        assertEq(box.number(), 5);
    }

    function test_onChain_sameDeployer_sameAddressOwnStorage() public {
        Box here = new Box();
        here.set(5);
        onChain(902);
        Box there = new Box();
        assertEq(address(there), address(here));
        assertEq(there.number(), 0);
        there.set(7);
        onChain(901);
        assertEq(here.number(), 5);
        onChain(902);
        assertEq(there.number(), 7);
    }

    function test_onChain_differentCodeAtOneAddress_succeeds() public {
        deployCodeTo("Targets.sol:Box", alice);
        Box(alice).set(1);
        onChain(902);
        deployCodeTo("Targets.sol:Gate", alice);
        bytes32 gate = alice.codehash;
        onChain(901);
        assertEq(Box(alice).number(), 1);
        assertNotEq(alice.codehash, gate);
        onChain(902);
        assertEq(alice.codehash, gate);
    }

    function test_onChain_balance_succeeds() public {
        deal(alice, 10);
        onChain(902);
        assertEq(alice.balance, 0);
        vm.deal(alice, 20);
        onChain(901);
        assertEq(alice.balance, 10);
        vm.prank(alice);
        payable(address(0xB0B)).transfer(4);
        onChain(902);
        assertEq(alice.balance, 20);
        assertEq(address(0xB0B).balance, 0);
        onChain(901);
        assertEq(alice.balance, 6);
        assertEq(address(0xB0B).balance, 4);
    }

    function test_onChain_testsOwnBalanceAndNonce_succeeds() public {
        uint256 nonce = vm.getNonce(address(this));
        uint256 balance = address(this).balance;
        new Box{ value: 5 }();
        onChain(902);
        assertEq(vm.getNonce(address(this)), nonce);
        assertEq(address(this).balance, balance);
        onChain(901);
        assertEq(vm.getNonce(address(this)), nonce + 1);
        assertEq(address(this).balance, balance - 5);
    }

    function test_onChain_testsStorage_isShared() public {
        books = 1;
        onChain(902);
        assertEq(books, 1);
        books = 2;
        onChain(901);
        assertEq(books, 2);
    }

    function test_onChain_cheatedSlot_succeeds() public {
        Box box = new Box();
        box.number();
        onChain(902);
        onChain(901);
        vm.store(address(box), 0, bytes32(uint256(9)));
        onChain(902);
        assertEq(vm.load(address(box), 0), 0);
        onChain(901);
        assertEq(box.number(), 9);
    }

    function test_onChain_predeploys_areEachChains() public {
        MESSENGER.sendMessage(902, alice, "");
        assertEq(MESSENGER.messageNonce(), 1);
        onChain(902);
        assertEq(MESSENGER.messageNonce(), 0);
        assertEq(Predeploys.ETH_LIQUIDITY.balance, type(uint128).max);
    }

    function test_onChain_revertedCall_leavesNoTrace() public {
        onChain(902);
        try this.failingDeployment() {
            fail();
        } catch { }
        onChain(901);
        onChain(902);
        assertEq(vm.getNonce(alice), 0);
    }

    function failingDeployment() external {
        vm.prank(alice);
        new Box();
        revert();
    }

    function testFuzz_onChain_manySwitches_succeeds(uint8[16] memory _values) public {
        addChain(903);
        onEachChain(_deployBox);
        uint256[4] memory expected;
        for (uint256 i = 0; i < _values.length; ++i) {
            uint256 chain = _values[i] % 3;
            onChain(901 + chain);
            assertEq(box_.number(), expected[chain]);
            expected[chain] = _values[i];
            box_.set(_values[i]);
        }
    }

    Box internal box_;

    function _deployBox() internal {
        box_ = new Box{ salt: 0 }();
    }

    function test_onChain_unknown_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Kit_UnknownChain_AddChainFirst.selector, 903));
        this.callOnChain(903);
    }

    function test_onChain_recordingStopped_reverts() public {
        vm.stopAndReturnStateDiff();
        vm.expectRevert(Kit_RecordingLost.selector);
        this.callOnChain(902);
    }

    function test_onChain_recordingRestarted_reverts() public {
        vm.startStateDiffRecording();
        new Box();
        vm.expectRevert(Kit_RecordingLost.selector);
        this.callOnChain(902);
    }

    /// @notice The kit looks at the balance of an account that nobody else knows, to begin its recording.
    function test_onChain_markerHasFunds_reverts() public {
        vm.deal(address(uint160(uint256(keccak256("kit.marker"))) + 2), 1);
        vm.expectRevert(Kit_RecordingLost.selector);
        this.callOnChain(902);
    }

    function test_onChain_afterSwitchThatWasReverted_reverts() public {
        try this.switchAndFail() {
            fail();
        } catch { }
        vm.expectRevert(Kit_RecordingLost.selector);
        this.callOnChain(902);
    }

    function test_onChain_afterSwitchesThatWereReverted_reverts() public {
        try this.switchBackAndFail() {
            fail();
        } catch { }
        vm.expectRevert(Kit_RecordingLost.selector);
        this.callOnChain(902);
    }

    function switchBackAndFail() external {
        onChain(902);
        onChain(901);
        revert();
    }

    function switchAndFail() external {
        onChain(902);
        revert();
    }
}

contract Chains_AddChain_Test is ChainsTest {
    function test_addChain_late_startsFromGenesis() public {
        new Box().set(1);
        MESSENGER.sendMessage(903, alice, "");
        deal(alice, 5);
        addChain(903);
        assertEq(currentChain(), 901);
        assertTrue(chainExists(903));

        onChain(903);
        assertEq(MESSENGER.messageNonce(), 0);
        assertEq(MESSENGER.version(), "1.3.2");
        assertEq(alice.balance, 0);
        assertEq(Predeploys.ETH_LIQUIDITY.balance, type(uint128).max);
        assertEq(new Box().number(), 0);
    }

    function test_addChain_exists_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Kit_ChainExists.selector, 902));
        this.callAddChain(902);
    }

    function test_addChain_zero_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Kit_BadChainId.selector, 0));
        this.callAddChain(0);
    }

    function test_addChain_tooHigh_reverts() public {
        uint256 id = uint256(type(uint64).max) + 1;
        vm.expectRevert(abi.encodeWithSelector(Kit_BadChainId.selector, id));
        this.callAddChain(id);
    }
}

contract Chains_Time_Test is ChainsTest {
    function test_warp_oneChain_succeeds() public {
        warp(902, 100);
        assertEq(currentChain(), 901);
        assertEq(vm.getBlockTimestamp(), GENESIS_TIME);
        assertEq(vm.getBlockNumber(), 1);
        assertEq(timeOn(902), GENESIS_TIME + 100);
        onChain(902);
        assertEq(vm.getBlockTimestamp(), GENESIS_TIME + 100);
        assertEq(vm.getBlockNumber(), 2);
        assertEq(timeOn(901), GENESIS_TIME);
    }

    function test_warp_everyChain_succeeds() public {
        warp(902, 1);
        warp(100);
        assertEq(currentChain(), 901);
        assertEq(timeOn(901), GENESIS_TIME + 100);
        assertEq(timeOn(902), GENESIS_TIME + 101);
    }

    function test_mine_succeeds() public {
        mine(901, 10);
        assertEq(vm.getBlockNumber(), 11);
        assertEq(vm.getBlockTimestamp(), GENESIS_TIME + 20);
        assertEq(timeOn(902), GENESIS_TIME);
    }

    function test_vmWarp_onward_passesOnAllChains() public {
        vm.warp(GENESIS_TIME + 5);
        onChain(902);
        assertEq(timeOn(901), GENESIS_TIME + 5);
        assertEq(timeOn(902), GENESIS_TIME + 5);
        vm.warp(GENESIS_TIME);
        assertEq(timeOn(901), GENESIS_TIME + 5);
        onChain(901);
        assertEq(vm.getBlockTimestamp(), GENESIS_TIME + 5);
    }

    function test_on_returnsToTheChainBefore() public {
        assertEq(_idThere(), 902);
        assertEq(block.chainid, 901);
    }

    function _idThere() internal on(902) returns (uint256 id_) {
        id_ = block.chainid;
    }
}

contract Chains_ShareAcrossChains_Test is ChainsTest {
    function test_shareAcrossChains_storageAndCode_succeeds() public {
        Box box = new Box();
        shareAcrossChains(address(box));
        box.set(1);
        onChain(902);
        assertEq(box.number(), 1);
        box.set(2);
        onChain(901);
        assertEq(box.number(), 2);
    }

    function test_shareAcrossChains_late_reverts() public {
        Box box = new Box();
        onChain(902);
        vm.expectRevert(abi.encodeWithSelector(Kit_ShareBeforeUse.selector, box));
        this.callShare(address(box));
    }

    function test_trackSlot_onlyCheated_succeeds() public {
        trackSlot(address(0xCAFE), bytes32(uint256(1)));
        vm.store(address(0xCAFE), bytes32(uint256(1)), bytes32(uint256(2)));
        onChain(902);
        assertEq(vm.load(address(0xCAFE), bytes32(uint256(1))), 0);
        onChain(901);
        assertEq(uint256(vm.load(address(0xCAFE), bytes32(uint256(1)))), 2);
    }

    function test_hoax_isThatChains() public {
        Box box = new Box();
        hoax(address(0xCAFE));
        box.set(1);
        onChain(902);
        assertEq(address(0xCAFE).balance, 0);
        startHoax(address(0xBEEF), 5);
        vm.stopPrank();
        onChain(901);
        assertEq(address(0xBEEF).balance, 0);
        assertEq(address(0xCAFE).balance, 1 << 128);
    }

    function test_trackAccount_onlyCheated_succeeds() public {
        trackAccount(address(0xCAFE));
        vm.deal(address(0xCAFE), 1);
        vm.etch(address(0xCAFE), hex"00");
        onChain(902);
        assertEq(address(0xCAFE).balance, 0);
        assertEq(address(0xCAFE).code.length, 0);
        onChain(901);
        assertEq(address(0xCAFE).balance, 1);
    }
}

contract Chains_NotStarted_Test is Chains {
    function callOnChain(uint256 _chainId) external {
        onChain(_chainId);
    }

    function test_onChain_notStarted_reverts() public {
        vm.expectRevert(Kit_NotStarted_CallSuperSetUp.selector);
        this.callOnChain(901);
    }

    function test_startChains_twice_keepsTheChains() public {
        startChains();
        onChain(902);
        startChains();
        assertEq(currentChain(), 902);
    }
}
