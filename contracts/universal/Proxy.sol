// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Proxy
/// @notice A transparent ERC-1967 proxy; `IProxy` is its administrator's side. All its state is in the two slots
///         below, so that a genesis can place it by code and storage alone.
/// @dev    It does not inherit `IProxy`: there `admin` and `implementation` are views, which they are for those who
///         are answered by the proxy, while the compiler has to assume a delegated call.
contract Proxy {
    /// @notice Slot of the implementation: keccak256("eip1967.proxy.implementation") - 1.
    bytes32 internal constant IMPLEMENTATION_SLOT =
        0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;

    /// @notice Slot of the administrator: keccak256("eip1967.proxy.admin") - 1.
    bytes32 internal constant ADMIN_SLOT = 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103;

    /// @notice See `IProxy.Upgraded`.
    event Upgraded(address indexed implementation);

    /// @notice See `IProxy.AdminChanged`.
    event AdminChanged(address previousAdmin, address newAdmin);

    /// @notice Answers the administrator and the zero address itself; everyone else gets the implementation.
    ///         Nobody has the key of the zero address: it is the sender of network upgrades and of calls
    ///         that are only simulated.
    modifier onlyAdmin() {
        if (msg.sender != _load(ADMIN_SLOT) && msg.sender != address(0)) _delegate();
        _;
    }

    /// @param _admin Administrator.
    constructor(address _admin) {
        _setAdmin(_admin);
    }

    receive() external payable {
        _delegate();
    }

    fallback() external payable {
        _delegate();
    }

    /// @notice See `IProxy.upgradeTo`.
    function upgradeTo(address _implementation) external onlyAdmin {
        _setImplementation(_implementation);
    }

    /// @notice See `IProxy.upgradeToAndCall`.
    function upgradeToAndCall(
        address _implementation,
        bytes calldata _data
    )
        external
        payable
        onlyAdmin
        returns (bytes memory returnData_)
    {
        _setImplementation(_implementation);

        bool success;
        (success, returnData_) = _implementation.delegatecall(_data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(returnData_, 0x20), mload(returnData_))
            }
        }
    }

    /// @notice See `IProxy.changeAdmin`.
    function changeAdmin(address _admin) external onlyAdmin {
        _setAdmin(_admin);
    }

    /// @notice See `IProxy.admin`.
    function admin() external onlyAdmin returns (address admin_) {
        admin_ = _load(ADMIN_SLOT);
    }

    /// @notice See `IProxy.implementation`.
    function implementation() external onlyAdmin returns (address implementation_) {
        implementation_ = _load(IMPLEMENTATION_SLOT);
    }

    function _setImplementation(address _implementation) private {
        _store(IMPLEMENTATION_SLOT, _implementation);
        emit Upgraded(_implementation);
    }

    function _setAdmin(address _admin) private {
        address previous = _load(ADMIN_SLOT);
        _store(ADMIN_SLOT, _admin);
        emit AdminChanged(previous, _admin);
    }

    /// @notice Hands the call to the implementation and ends it with what comes back; does not return.
    function _delegate() private {
        address target = _load(IMPLEMENTATION_SLOT);
        // A string: whoever calls an empty proxy knows the ABI of a predeploy, not that of this contract.
        require(target != address(0), "Proxy: implementation not initialized");

        assembly {
            // Memory is of no more use to this call, so everything may be overwritten.
            calldatacopy(0x00, 0x00, calldatasize())
            let success := delegatecall(gas(), target, 0x00, calldatasize(), 0x00, 0x00)
            returndatacopy(0x00, 0x00, returndatasize())
            if success { return(0x00, returndatasize()) }
            revert(0x00, returndatasize())
        }
    }

    function _store(bytes32 _slot, address _value) private {
        assembly ("memory-safe") {
            sstore(_slot, _value)
        }
    }

    function _load(bytes32 _slot) private view returns (address value_) {
        assembly ("memory-safe") {
            value_ := sload(_slot)
        }
    }
}
