// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Genesis } from "../contracts/kit/Genesis.sol";
import { GenesisCode, GenesisContracts } from "../contracts/kit/GenesisContracts.sol";
import { Predeploys } from "../contracts/libraries/Predeploys.sol";
import { Script } from "forge-std/Script.sol";

/// @title ChainState
/// @notice What a chain should have of our contracts, and what it has, as its node says: a fork of forge's would remember
///         what was there before something was placed.
abstract contract ChainState is Script {
    /// @notice A contract as it should be.
    struct Expected {
        address account;
        bytes code;
        uint64 nonce;
        bytes32[] slots;
        bytes32[] values;
    }

    bytes32 internal constant IMPLEMENTATION_SLOT =
        bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);
    bytes32 internal constant ADMIN_SLOT = bytes32(uint256(keccak256("eip1967.proxy.admin")) - 1);

    /// @notice Where the owner of ProxyAdmin stands.
    bytes32 internal constant OWNER_SLOT = 0;

    /// @notice What ETHLiquidity starts with, in wei.
    uint256 internal constant LIQUIDITY = type(uint128).max;

    address private constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
    address private constant DEVNET_TOKEN = 0x420beeF000000000000000000000000000000001;

    /// @notice Where the constructor of Permit2 wrote the chain's ID and its domain separator.
    uint256 private constant PERMIT2_CHAIN_ID_AT = 6945;
    uint256 private constant PERMIT2_SEPARATOR_AT = 6983;

    /// @notice The chains that the environment names in CHAINS, with commas between them.
    function chainsOfEnvironment() internal view returns (string[] memory) {
        return vm.envString("CHAINS", ",");
    }

    /// @notice What stands on a chain that was given our contracts: implementations, then proxies. Without the devnet's token,
    ///         which anyone may mint, and without what the owner of ProxyAdmin is.
    function expectedOn(uint256 _chainId) internal pure returns (Expected[] memory expected_) {
        GenesisCode[] memory codes = GenesisContracts.codes();
        address[] memory proxies = GenesisContracts.proxies();
        expected_ = new Expected[](codes.length + proxies.length - 1);
        uint256 count;
        for (uint256 i = 0; i < codes.length; ++i) {
            if (codes[i].account == DEVNET_TOKEN) continue;
            if (codes[i].account == PERMIT2) _fillPermit2(codes[i].code, _chainId);
            expected_[count++] = Expected({
                account: codes[i].account,
                code: codes[i].code,
                nonce: codes[i].nonce,
                slots: new bytes32[](0),
                values: new bytes32[](0)
            });
        }
        bytes memory code = GenesisContracts.Proxy();
        for (uint256 i = 0; i < proxies.length; ++i) {
            bytes32[] memory slots = new bytes32[](2);
            bytes32[] memory values = new bytes32[](2);
            (slots[0], values[0]) = (IMPLEMENTATION_SLOT, _word(Predeploys.implementationOf(proxies[i])));
            (slots[1], values[1]) = (ADMIN_SLOT, _word(Predeploys.PROXY_ADMIN));
            expected_[count++] =
                Expected({ account: proxies[i], code: code, nonce: 0, slots: slots, values: values });
        }
    }

    /// @notice How a contract of a chain differs from what it should be; empty if it does not.
    function difference(
        string memory _chain,
        Expected memory _expected
    )
        internal
        returns (string memory difference_)
    {
        bytes memory code = codeOn(_chain, _expected.account);
        if (code.length == 0) return "no code";
        if (keccak256(code) != keccak256(_expected.code)) {
            return string.concat("other code: ", vm.toString(keccak256(code)));
        }
        for (uint256 i = 0; i < _expected.slots.length; ++i) {
            bytes32 value = slotOn(_chain, _expected.account, _expected.slots[i]);
            if (value == _expected.values[i]) continue;
            return string.concat("slot ", vm.toString(_expected.slots[i]), " has ", vm.toString(value));
        }
    }

    /// @notice ID of the chain that a node has.
    function idOf(string memory _chain) internal returns (uint256) {
        return _number(vm.rpc(_chain, "eth_chainId", "[]"));
    }

    /// @notice Code of an account.
    function codeOn(string memory _chain, address _account) internal returns (bytes memory) {
        return vm.rpc(_chain, "eth_getCode", string.concat("[", _quote(_account), ',"latest"]'));
    }

    /// @notice A slot of an account.
    function slotOn(string memory _chain, address _account, bytes32 _slot) internal returns (bytes32) {
        string memory parameters =
            string.concat("[", _quote(_account), ',"', vm.toString(_slot), '","latest"]');
        return bytes32(_number(vm.rpc(_chain, "eth_getStorageAt", parameters)));
    }

    /// @notice Balance of an account, in wei.
    function balanceOn(string memory _chain, address _account) internal returns (uint256) {
        return _number(vm.rpc(_chain, "eth_getBalance", string.concat("[", _quote(_account), ',"latest"]')));
    }

    /// @notice Owner of ProxyAdmin.
    function ownerOn(string memory _chain) internal returns (address) {
        return address(uint160(uint256(slotOn(_chain, Predeploys.PROXY_ADMIN, OWNER_SLOT))));
    }

    /// @notice Owner that the environment names in OWNER; the first account of the `test ... junk` mnemonic if none.
    function ownerOfEnvironment() internal view returns (address) {
        return vm.envExists("OWNER") ? vm.envAddress("OWNER") : Genesis.PROXY_ADMIN_OWNER;
    }

    function _quote(address _account) internal pure returns (string memory) {
        return string.concat('"', vm.toString(_account), '"');
    }

    function _word(address _account) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(_account)));
    }

    /// @dev forge gives the bytes of a quantity without zeros before them.
    function _number(bytes memory _data) private pure returns (uint256 number_) {
        for (uint256 i = 0; i < _data.length; ++i) {
            number_ = number_ << 8 | uint8(_data[i]);
        }
    }

    function _fillPermit2(bytes memory _code, uint256 _chainId) private pure {
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)"),
                keccak256("Permit2"),
                _chainId,
                PERMIT2
            )
        );
        assembly ("memory-safe") {
            let start := add(_code, 0x20)
            mstore(add(start, PERMIT2_CHAIN_ID_AT), _chainId)
            mstore(add(start, PERMIT2_SEPARATOR_AT), separator)
        }
    }
}
