// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISuperchainTokenBridge } from "../../contracts/interfaces/ISuperchainTokenBridge.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { L2ToL2CrossDomainMessenger } from "../../contracts/predeploys/L2ToL2CrossDomainMessenger.sol";
import { SuperchainTokenBridge } from "../../contracts/predeploys/SuperchainTokenBridge.sol";
import { SymbolicTest, VM } from "./SymbolicTest.sol";

/// @notice Stands for CrossL2Inbox: accepts what was declared, and nothing else.
contract DeclaredInbox {
    bytes32 internal declared;

    function declare(Identifier calldata _id, bytes32 _msgHash) external {
        declared = keccak256(abi.encode(_id, _msgHash));
    }

    function validateMessage(Identifier calldata _id, bytes32 _msgHash) external view {
        require(keccak256(abi.encode(_id, _msgHash)) == declared, "not declared");
    }
}

/// @notice Base of proofs about two chains, 901 and 902, with the real messenger and the real token bridge. halmos knows
///         few cheatcodes, too few for the kit: a proof names the slots that each chain has a value of its own of, and
///         going to the other chain exchanges those. All else is the same on both.
abstract contract TwoChains is SymbolicTest {
    struct Slot {
        address account;
        bytes32 slot;
        bytes32 valueElsewhere;
    }

    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);
    ISuperchainTokenBridge internal constant BRIDGE =
        ISuperchainTokenBridge(Predeploys.SUPERCHAIN_TOKEN_BRIDGE);

    Slot[] private _slots;

    function setUp() public virtual {
        VM.etch(address(MESSENGER), type(L2ToL2CrossDomainMessenger).runtimeCode);
        VM.etch(address(BRIDGE), type(SuperchainTokenBridge).runtimeCode);
        VM.etch(Predeploys.CROSS_L2_INBOX, type(DeclaredInbox).runtimeCode);
        VM.chainId(901);
        // The nonce, and the first message sent. Deliveries are kept by hashes, which name both chains.
        _exchange(address(MESSENGER), bytes32(uint256(1)));
        _exchange(address(MESSENGER), keccak256(abi.encode(0, 2)));
    }

    /// @notice Gives each chain a value of its own of a slot, zero on the chain where the test is not.
    function _exchange(address _account, bytes32 _slot) internal {
        _slots.push(Slot({ account: _account, slot: _slot, valueElsewhere: 0 }));
    }

    /// @notice Goes to the other chain.
    function _cross() internal {
        VM.chainId(_elsewhere());
        for (uint256 i = 0; i < _slots.length; ++i) {
            Slot storage entry = _slots[i];
            bytes32 here = VM.load(entry.account, entry.slot);
            VM.store(entry.account, entry.slot, entry.valueElsewhere);
            entry.valueElsewhere = here;
        }
    }

    function _elsewhere() internal view returns (uint256) {
        return block.chainid == 901 ? 902 : 901;
    }

    /// @notice Delivers the first message that the other chain's bridge has sent, in anybody's transaction.
    function _relayFirst(address _relayer, bytes memory _message) internal returns (bool success_) {
        bytes memory payload = abi.encodePacked(
            abi.encode(IL2ToL2CrossDomainMessenger.SentMessage.selector, block.chainid, BRIDGE, uint256(0)),
            abi.encode(BRIDGE, _message)
        );
        Identifier memory id = Identifier({
            origin: address(MESSENGER),
            blockNumber: 1,
            logIndex: 0,
            timestamp: 1,
            chainId: _elsewhere()
        });
        DeclaredInbox(Predeploys.CROSS_L2_INBOX).declare(id, keccak256(payload));
        (success_,) =
            _call(_relayer, address(MESSENGER), abi.encodeCall(MESSENGER.relayMessage, (id, payload)));
    }
}
