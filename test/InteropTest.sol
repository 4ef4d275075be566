// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ICrossL2Inbox, Identifier } from "../contracts/interfaces/ICrossL2Inbox.sol";
import { IETHLiquidity } from "../contracts/interfaces/IETHLiquidity.sol";
import { IL2ToL2CrossDomainMessenger } from "../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISuperchainETHBridge } from "../contracts/interfaces/ISuperchainETHBridge.sol";
import { ISuperchainTokenBridge } from "../contracts/interfaces/ISuperchainTokenBridge.sol";
import { AccessListKeys } from "../contracts/libraries/AccessListKeys.sol";
import { Hashing } from "../contracts/libraries/Hashing.sol";
import { Predeploys } from "../contracts/libraries/Predeploys.sol";
import { CrossL2Inbox } from "../contracts/predeploys/CrossL2Inbox.sol";
import { ETHLiquidity } from "../contracts/predeploys/ETHLiquidity.sol";
import { L2ToL2CrossDomainMessenger } from "../contracts/predeploys/L2ToL2CrossDomainMessenger.sol";
import { SuperchainETHBridge } from "../contracts/predeploys/SuperchainETHBridge.sol";
import { SuperchainTokenBridge } from "../contracts/predeploys/SuperchainTokenBridge.sol";
import { Proxy } from "../contracts/universal/Proxy.sol";
import { Test } from "forge-std/Test.sol";
import { VmSafe } from "forge-std/Vm.sol";

/// @notice Base of tests against the predeploys as a chain has them: behind proxies, placed by code and storage
///         alone. Messages travel from chain `SOURCE` to chain `HERE`.
abstract contract InteropTest is Test {
    uint256 internal constant SOURCE = 901;
    uint256 internal constant HERE = 902;

    ICrossL2Inbox internal constant INBOX = ICrossL2Inbox(Predeploys.CROSS_L2_INBOX);
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);
    ISuperchainTokenBridge internal constant TOKEN_BRIDGE =
        ISuperchainTokenBridge(Predeploys.SUPERCHAIN_TOKEN_BRIDGE);
    ISuperchainETHBridge internal constant ETH_BRIDGE =
        ISuperchainETHBridge(payable(Predeploys.SUPERCHAIN_ETH_BRIDGE));
    IETHLiquidity internal constant LIQUIDITY = IETHLiquidity(Predeploys.ETH_LIQUIDITY);

    function setUp() public virtual {
        vm.chainId(HERE);
        _install(Predeploys.CROSS_L2_INBOX, type(CrossL2Inbox).runtimeCode);
        _install(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER, type(L2ToL2CrossDomainMessenger).runtimeCode);
        _install(Predeploys.SUPERCHAIN_ETH_BRIDGE, type(SuperchainETHBridge).runtimeCode);
        _install(Predeploys.ETH_LIQUIDITY, type(ETHLiquidity).runtimeCode);
        _install(Predeploys.SUPERCHAIN_TOKEN_BRIDGE, type(SuperchainTokenBridge).runtimeCode);
        vm.deal(Predeploys.ETH_LIQUIDITY, type(uint128).max);
    }

    /// @notice Places an implementation in the code namespace and a proxy before it, as a genesis does.
    function _install(address _predeploy, bytes memory _code) internal virtual {
        address implementation = Predeploys.implementationOf(_predeploy);
        vm.etch(implementation, _code);
        vm.etch(_predeploy, type(Proxy).runtimeCode);
        _setSlot(_predeploy, "eip1967.proxy.implementation", implementation);
        _setSlot(_predeploy, "eip1967.proxy.admin", Predeploys.PROXY_ADMIN);
    }

    function _setSlot(address _proxy, string memory _name, address _value) internal {
        vm.store(_proxy, _slot(_name), bytes32(uint256(uint160(_value))));
    }

    /// @notice Slot that a name stands for, as ERC-1967 derives it.
    function _slot(string memory _name) internal pure returns (bytes32) {
        return bytes32(uint256(keccak256(bytes(_name))) - 1);
    }

    /// @notice Declares messages in the access list of the transactions to come.
    function _declare(Identifier memory _id, bytes memory _payload) internal {
        _declareKeys(Predeploys.CROSS_L2_INBOX, AccessListKeys.encode(_id, keccak256(_payload)));
    }

    /// @notice Makes storage keys of a contract the whole access list of the transactions to come.
    function _declareKeys(address _target, bytes32[] memory _keys) internal {
        VmSafe.AccessListItem[] memory list = new VmSafe.AccessListItem[](1);
        list[0] = VmSafe.AccessListItem({ target: _target, storageKeys: _keys });
        vm.accessList(list);
    }

    /// @notice Empties the access list of the transactions to come.
    function _declareNothing() internal {
        vm.accessList(new VmSafe.AccessListItem[](0));
    }

    /// @notice Identifier of some log of `_origin` on chain `SOURCE`.
    function _identify(address _origin) internal pure returns (Identifier memory) {
        return Identifier({
            origin: _origin,
            blockNumber: 17,
            logIndex: 3,
            timestamp: 1_700_000_000,
            chainId: SOURCE
        });
    }
}

/// @notice Base of tests that deliver messages.
abstract contract RelayTest is InteropTest {
    /// @notice What the source's messenger says when it sends a message.
    struct Sent {
        uint256 destination;
        uint256 nonce;
        address sender;
        address target;
        bytes message;
    }

    /// @notice A message to this chain.
    function _sent(
        address _sender,
        address _target,
        bytes memory _message
    )
        internal
        pure
        returns (Sent memory)
    {
        return Sent({ destination: HERE, nonce: 5, sender: _sender, target: _target, message: _message });
    }

    /// @notice Identifier of a log of the source's messenger.
    function _identify() internal pure returns (Identifier memory) {
        return _identify(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);
    }

    /// @notice Payload of the log: topics, then data.
    function _payload(Sent memory _message) internal pure returns (bytes memory) {
        return abi.encodePacked(
            abi.encode(
                IL2ToL2CrossDomainMessenger.SentMessage.selector,
                _message.destination,
                _message.target,
                _message.nonce
            ),
            abi.encode(_message.sender, _message.message)
        );
    }

    function _hash(Sent memory _message) internal pure returns (bytes32) {
        return Hashing.hashL2toL2CrossDomainMessage({
            _destination: _message.destination,
            _source: SOURCE,
            _nonce: _message.nonce,
            _sender: _message.sender,
            _target: _message.target,
            _message: _message.message
        });
    }

    /// @notice Declares a message and relays it. `vm.expectRevert` and the like apply to the relay.
    function _relay(Sent memory _message) internal returns (bytes memory) {
        _declare(_identify(), _payload(_message));
        return MESSENGER.relayMessage(_identify(), _payload(_message));
    }
}
