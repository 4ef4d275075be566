// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { NotEntered } from "../../contracts/libraries/TransientReentrancyAware.sol";
import { L2ToL2CrossDomainMessenger } from "../../contracts/predeploys/L2ToL2CrossDomainMessenger.sol";
import { Caller, MessengerRelayTest, Relayer } from "./MessengerRelayTest.sol";

/// @notice What test harnesses of dapps do: inherit the messenger and look at its transient state.
contract MessengerHarness is L2ToL2CrossDomainMessenger {
    function entered() external view returns (bool) {
        return _entered();
    }

    function transients() external view returns (uint256 entered_, uint256 sender_, uint256 source_) {
        (bytes32 enteredSlot, bytes32 senderSlot, bytes32 sourceSlot) =
            (ENTERED_SLOT, CROSS_DOMAIN_MESSAGE_SENDER_SLOT, CROSS_DOMAIN_MESSAGE_SOURCE_SLOT);
        assembly {
            entered_ := tload(enteredSlot)
            sender_ := tload(senderSlot)
            source_ := tload(sourceSlot)
        }
    }

    function slots() external pure returns (bytes32 entered_, bytes32 sender_, bytes32 source_) {
        return (ENTERED_SLOT, CROSS_DOMAIN_MESSAGE_SENDER_SLOT, CROSS_DOMAIN_MESSAGE_SOURCE_SLOT);
    }
}

contract L2ToL2CrossDomainMessenger_CrossDomainMessageContext_Test is MessengerRelayTest {
    function test_context_outsideOfRelay_reverts() external {
        vm.expectRevert(NotEntered.selector);
        MESSENGER.crossDomainMessageSender();
        vm.expectRevert(NotEntered.selector);
        MESSENGER.crossDomainMessageSource();
        vm.expectRevert(NotEntered.selector);
        MESSENGER.crossDomainMessageContext();
    }

    /// @notice The recorder compares what the three getters say while it is called.
    function testFuzz_context_insideOfRelay_succeeds(address _sender) external {
        Sent memory sent = _toRecorder();
        sent.sender = _sender;
        _relay(sent);
        assertEq(recorder.sender(), _sender);
        assertEq(recorder.source(), SOURCE);
    }

    function test_context_afterRelayInSameTransaction_reverts() external {
        Relayer relayer = new Relayer();
        bytes memory payload = _payload(_toRecorder());
        bytes[3] memory getters = [
            abi.encodeCall(IL2ToL2CrossDomainMessenger.crossDomainMessageSender, ()),
            abi.encodeCall(IL2ToL2CrossDomainMessenger.crossDomainMessageSource, ()),
            abi.encodeCall(IL2ToL2CrossDomainMessenger.crossDomainMessageContext, ())
        ];
        _declare(_identify(), payload);
        for (uint256 i = 0; i < getters.length; i++) {
            vm.expectRevert(NotEntered.selector);
            relayer.relayAndThen(_identify(), payload, getters[i]);
        }
    }
}

contract L2ToL2CrossDomainMessenger_Harness_Test is MessengerRelayTest {
    MessengerHarness internal constant HARNESS = MessengerHarness(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    function setUp() public override {
        super.setUp();
        _install(address(HARNESS), type(MessengerHarness).runtimeCode);
    }

    function test_slots_succeeds() external pure {
        (bytes32 entered, bytes32 sender, bytes32 source) = HARNESS.slots();
        assertEq(entered, _slot("transientreentrancyaware.entered"));
        assertEq(sender, _slot("l2tol2crossdomainmessenger.sender"));
        assertEq(source, _slot("l2tol2crossdomainmessenger.source"));
    }

    function test_transients_duringRelay_succeeds() external {
        Caller caller = new Caller();
        Sent memory sent = _sent(SENDER, address(caller), abi.encodeCall(HARNESS.transients, ()));
        (uint256 entered, uint256 sender, uint256 source) =
            abi.decode(_relay(sent), (uint256, uint256, uint256));
        assertEq(entered, 1);
        assertEq(sender, uint160(SENDER));
        assertEq(source, SOURCE);
    }

    function test_transients_afterRelayInSameTransaction_succeeds() external {
        Relayer relayer = new Relayer();
        _declare(_identify(), _payload(_toRecorder()));
        (bool success, bytes memory result) = address(relayer)
            .call(
                abi.encodeCall(
                    Relayer.relayAndThen,
                    (_identify(), _payload(_toRecorder()), abi.encodeCall(HARNESS.transients, ()))
                )
            );
        assertTrue(success);
        assertEq(result, abi.encode(0, 0, 0));
    }

    function test_entered_succeeds() external {
        assertFalse(HARNESS.entered());
        Sent memory sent = _sent(SENDER, address(new Caller()), abi.encodeCall(HARNESS.entered, ()));
        assertTrue(abi.decode(_relay(sent), (bool)));
    }
}
