// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IProxy } from "../../contracts/interfaces/IProxy.sol";
import { IProxyAdmin } from "../../contracts/interfaces/IProxyAdmin.sol";
import { Proxy } from "../../contracts/universal/Proxy.sol";
import { ProxyAdmin } from "../../contracts/universal/ProxyAdmin.sol";
import { SVM, SymbolicTest, VM } from "./SymbolicTest.sol";

// Proofs are named as tests are, but the linter knows only the latter.
// forge-lint: disable-start(mixed-case-function)

/// @notice An implementation that leaves the proxy's slots alone: says what it was called with, by a return or by a
///         revert.
contract Echo {
    fallback(bytes calldata _data) external payable returns (bytes memory) {
        bool succeeds = SVM.createBool("implementation succeeds");
        bytes memory answer = abi.encode(succeeds, address(this), msg.sender, msg.value, _data);
        if (succeeds) return answer;
        assembly {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    receive() external payable { }
}

/// @notice Base of the proofs about proxies: any administrator, an implementation that echoes.
abstract contract ProxyProof is SymbolicTest {
    bytes32 internal constant IMPLEMENTATION_SLOT =
        0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;
    bytes32 internal constant ADMIN_SLOT = 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103;

    address internal admin;
    address internal implementation;
    address payable internal proxy;

    function _deploy(address _admin) internal {
        admin = _admin;
        implementation = address(new Echo());
        proxy = payable(new Proxy(_admin));
        VM.store(proxy, IMPLEMENTATION_SLOT, bytes32(uint256(uint160(implementation))));
    }

    function _load(bytes32 _slot) internal view returns (address) {
        return address(uint160(uint256(VM.load(proxy, _slot))));
    }

    function _assertNothingChanged() internal view {
        assert(_load(IMPLEMENTATION_SLOT) == implementation);
        assert(_load(ADMIN_SLOT) == admin);
    }
}

contract Proxy_Authority_Proof is ProxyProof {
    function setUp() external {
        _deploy(SVM.createAddress("admin"));
    }

    function _isAdmin(address _caller) private view returns (bool) {
        return _caller == admin || _caller == address(0);
    }

    function check_anyCall_notByAdmin_changesNothing(address _caller, uint256 _value) external {
        VM.assume(!_isAdmin(_caller));
        _call(_caller, proxy, _value, SVM.createCalldata("Proxy", true));
        _assertNothingChanged();
    }

    /// @notice To everyone but the administrator the proxy is its implementation: functions that it does not have ...
    function check_otherFunctions_notByAdmin_areForwarded(
        address _caller,
        uint256 _value,
        bytes4 _selector,
        bytes32[4] memory _words
    )
        external
    {
        VM.assume(!_isAdmin(_caller));
        VM.assume(_selector != IProxy.upgradeTo.selector && _selector != IProxy.upgradeToAndCall.selector);
        VM.assume(_selector != IProxy.changeAdmin.selector && _selector != IProxy.admin.selector);
        VM.assume(_selector != IProxy.implementation.selector);
        _assertForwarded(_caller, _value, abi.encodePacked(_selector, _words));
    }

    /// @notice ... and those that it has, called as they are to be called.
    function check_ownFunctions_notByAdmin_areForwarded(
        address _caller,
        uint8 _function,
        address _account,
        bytes memory _data
    )
        external
    {
        VM.assume(!_isAdmin(_caller));
        bytes memory data = abi.encodeCall(IProxy.upgradeToAndCall, (_account, _data));
        if (_function == 0) data = abi.encodeCall(IProxy.upgradeTo, (_account));
        else if (_function == 1) data = abi.encodeCall(IProxy.changeAdmin, (_account));
        else if (_function == 2) data = abi.encodeCall(IProxy.admin, ());
        else if (_function == 3) data = abi.encodeCall(IProxy.implementation, ());
        _assertForwarded(_caller, 0, data);
    }

    function _assertForwarded(address _caller, uint256 _value, bytes memory _data) private {
        (bool success, bytes memory result) = _call(_caller, proxy, _value, _data);
        assert(keccak256(result) == keccak256(abi.encode(success, proxy, _caller, _value, _data)));
    }

    /// @notice The administrator and the zero address change what they say, and nothing else.
    function check_upgradeTo_byAdmin_isExact(address _caller, address _implementation) external {
        VM.assume(_isAdmin(_caller));
        (bool success,) = _call(_caller, proxy, abi.encodeCall(IProxy.upgradeTo, (_implementation)));
        assert(success);
        assert(_load(IMPLEMENTATION_SLOT) == _implementation);
        assert(_load(ADMIN_SLOT) == admin);
    }

    function check_changeAdmin_byAdmin_isExact(address _caller, address _admin) external {
        VM.assume(_isAdmin(_caller));
        (bool success,) = _call(_caller, proxy, abi.encodeCall(IProxy.changeAdmin, (_admin)));
        assert(success);
        assert(_load(ADMIN_SLOT) == _admin);
        assert(_load(IMPLEMENTATION_SLOT) == implementation);
    }
}

contract ProxyAdmin_Authority_Proof is ProxyProof {
    ProxyAdmin internal proxyAdmin;
    address internal owner;

    function setUp() external {
        owner = SVM.createAddress("owner");
        proxyAdmin = new ProxyAdmin(owner);
        _deploy(address(proxyAdmin));
    }

    /// @notice Nobody but its owner gets anything out of the administrator, for itself or for a proxy.
    function check_anyCall_notByOwner_changesNothing(address _caller, uint256 _value) external {
        VM.assume(_caller != owner);
        _call(_caller, address(proxyAdmin), _value, SVM.createCalldata("ProxyAdmin", true));
        _assertNothingChanged();
        assert(proxyAdmin.owner() == owner);
    }

    function check_upgrade_byOwner_isExact(address _implementation) external {
        (bool success,) =
            _call(owner, address(proxyAdmin), abi.encodeCall(IProxyAdmin.upgrade, (proxy, _implementation)));
        assert(success);
        assert(_load(IMPLEMENTATION_SLOT) == _implementation);
        assert(_load(ADMIN_SLOT) == admin);
    }
}
