// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ICrossL2Inbox, Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISuperchainETHBridge } from "../../contracts/interfaces/ISuperchainETHBridge.sol";
import { ISuperchainTokenBridge } from "../../contracts/interfaces/ISuperchainTokenBridge.sol";
import { Step } from "./Outcome.sol";
import { Call, Puppet } from "./Puppet.sol";
import { Random, RandomLib } from "./Random.sol";
import { Sequences } from "./Sequences.sol";
import { Vm } from "forge-std/Vm.sol";
import { console } from "forge-std/console.sol";

// The implementations given by the environment against ours. `script/differential` is the way to run this against
// others; without it, ours stands against itself.

contract Differential_Sequence_Test is Sequences {
    /// @notice Whatever is called, in whatever order, both do the same.
    function testFuzz_sequence_anySteps_succeeds(uint256 _seed) external {
        _seed = vm.envOr("DIFFERENTIAL_SEQUENCE", _seed);
        string memory difference = _runSequence(_seed, vm.envOr("DIFFERENTIAL_STEPS", uint256(4)));
        assertTrue(bytes(difference).length == 0, difference);
    }
}

/// @notice Ordinary use, whose gas is of interest.
contract Differential_Gas_Test is Sequences {
    function _same(string memory _name, address _to, bytes memory _data, uint256 _value) internal {
        string memory difference =
            _compare(Step({ name: _name, from: ALICE, to: _to, value: _value, data: _data, keys: declared }));
        assertTrue(bytes(difference).length == 0, difference);
        console.log("gas|%s|%d|%d", _name, gasGiven, gasOurs);
        delete declared;
    }

    function _sameSend(string memory _name, uint256 _length) internal {
        bytes memory message = new bytes(_length);
        _same(
            _name,
            address(MESSENGER),
            abi.encodeCall(IL2ToL2CrossDomainMessenger.sendMessage, (SOURCE, BOB, message)),
            0
        );
    }

    function _sameRelay(string memory _name, Sent memory _message) internal {
        bytes memory data =
            abi.encodeCall(IL2ToL2CrossDomainMessenger.relayMessage, (_identify(), _payload(_message)));
        // The draw is one that declares.
        _declareCall(Random({ state: 7 }), data);
        _same(_name, address(MESSENGER), data, 0);
        assertTrue(MESSENGER.successfulMessages(_hash(_message)), _name);
    }

    function test_gas_messages_succeeds() external {
        bytes memory validate = abi.encodeCall(ICrossL2Inbox.validateMessage, (_identify(), keccak256("log")));
        _declareCall(Random({ state: 7 }), validate);
        _same("validateMessage", address(INBOX), validate, 0);
        _sameSend("sendMessage, first, empty", 0);
        _sameSend("sendMessage, empty", 0);
        _sameSend("sendMessage, 100 bytes", 100);
        _sameSend("sendMessage, 4096 bytes", 4096);
        _same(
            "resendMessage, 100 bytes",
            address(MESSENGER),
            abi.encodeCall(
                IL2ToL2CrossDomainMessenger.resendMessage, (SOURCE, 2, ALICE, BOB, new bytes(100))
            ),
            0
        );
        _sameRelay("relayMessage, empty", _sent(ALICE, BOB, ""));
        _sameRelay("relayMessage, 100 bytes", _sent(ALICE, BOB, new bytes(100)));
        _sameRelay("relayMessage, 4096 bytes", _sent(ALICE, BOB, new bytes(4096)));
        bytes memory program = abi.encodeCall(Puppet.act, (new Call[](0), false, ""));
        _sameRelay("relayMessage to a contract", _sent(ALICE, address(puppet), program));
    }

    function test_gas_bridges_succeeds() external {
        // The reference creates a contract where ours pays: a difference of its own, which is not in question here.
        allowed["eth-liquidity-nonce"] = true;
        bytes memory data =
            abi.encodeCall(ISuperchainTokenBridge.sendERC20, (address(token), BOB, 1 ether, SOURCE));
        _same("sendERC20", address(TOKEN_BRIDGE), data, 0);
        data = abi.encodeCall(ISuperchainTokenBridge.relayERC20, (address(token), ALICE, BOB, 1 ether));
        _sameRelay("relay of an ERC20", _sent(address(TOKEN_BRIDGE), address(TOKEN_BRIDGE), data));
        data = abi.encodeCall(ISuperchainETHBridge.sendETH, (BOB, SOURCE));
        _same("sendETH", address(ETH_BRIDGE), data, 1 ether);
        data = abi.encodeCall(ISuperchainETHBridge.relayETH, (ALICE, address(0xF4E5), 1 ether));
        _sameRelay("relay of ETH", _sent(address(ETH_BRIDGE), address(ETH_BRIDGE), data));
    }
}

/// @notice The guard against deposits, which cannot be reached in a transaction of its own: its base fee is zero.
/// forge-config: default.isolate = false
contract Differential_DepositGuard_Test is Sequences {
    using RandomLib for Random;

    function _answer(address _codes, bytes memory _data) internal returns (bytes memory) {
        _place(_codes);
        vm.recordLogs();
        (bool success, bytes memory returned) = address(INBOX).call(_data);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        return success ? abi.encode(returned, logs) : returned;
    }

    function testFuzz_validateMessage_anyPrice_succeeds(uint256 _seed, uint8 _fee, uint8 _price) external {
        Random memory r = Random({ state: _seed });
        Identifier memory id = _identifier(r);
        bytes32 msgHash = bytes32(r.word());
        bytes memory data = _spoil(r, abi.encodeCall(ICrossL2Inbox.validateMessage, (id, msgHash)));
        vm.fee(_fee % 3);
        vm.txGasPrice(_price % 3);
        bool isInRange = id.blockNumber <= type(uint64).max && id.logIndex <= type(uint32).max
            && id.timestamp <= type(uint64).max;
        // A read warms the slot for both.
        if (isInRange && r.chance(70)) vm.load(address(INBOX), INBOX.calculateChecksum(id, msgHash));
        assertEq(_answer(GIVEN, data), _answer(OURS, data), vm.toString(data));
    }
}
