// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Predeploys
/// @notice Addresses of the contracts that an OP Stack chain has from genesis, as far as interop needs them.
library Predeploys {
    /// @notice Ether as a token. Stands there itself, without a proxy.
    address internal constant WETH = 0x4200000000000000000000000000000000000006;

    /// @notice Sends messages to L1 and receives them from there.
    address internal constant L2_CROSS_DOMAIN_MESSENGER = 0x4200000000000000000000000000000000000007;

    /// @notice Knows what a transaction costs.
    address internal constant GAS_PRICE_ORACLE = 0x420000000000000000000000000000000000000F;

    /// @notice Converts legacy tokens to superchain tokens and back; on L2s that have one, the standard bridge.
    address internal constant L2_STANDARD_BRIDGE = 0x4200000000000000000000000000000000000010;

    /// @notice Creates legacy tokens.
    address internal constant OPTIMISM_MINTABLE_ERC20_FACTORY = 0x4200000000000000000000000000000000000012;

    /// @notice Knows the newest L1 block.
    address internal constant L1_BLOCK_ATTRIBUTES = 0x4200000000000000000000000000000000000015;

    /// @notice Starts withdrawals to L1.
    address internal constant L2_TO_L1_MESSAGE_PASSER = 0x4200000000000000000000000000000000000016;

    /// @notice Owner of every predeploy's proxy.
    address internal constant PROXY_ADMIN = 0x4200000000000000000000000000000000000018;

    /// @notice Validates identifiers against the transaction's access list.
    address internal constant CROSS_L2_INBOX = 0x4200000000000000000000000000000000000022;

    /// @notice Sends and relays messages between L2s.
    address internal constant L2_TO_L2_CROSS_DOMAIN_MESSENGER = 0x4200000000000000000000000000000000000023;

    /// @notice Moves ETH between L2s.
    address internal constant SUPERCHAIN_ETH_BRIDGE = 0x4200000000000000000000000000000000000024;

    /// @notice Holds the ETH that the bridge pays out.
    address internal constant ETH_LIQUIDITY = 0x4200000000000000000000000000000000000025;

    /// @notice Creates superchain tokens.
    address internal constant OPTIMISM_SUPERCHAIN_ERC20_FACTORY = 0x4200000000000000000000000000000000000026;

    /// @notice Knows the superchain tokens' implementation.
    address internal constant OPTIMISM_SUPERCHAIN_ERC20_BEACON = 0x4200000000000000000000000000000000000027;

    /// @notice Moves ERC-7802 tokens between L2s.
    address internal constant SUPERCHAIN_TOKEN_BRIDGE = 0x4200000000000000000000000000000000000028;

    /// @notice The superchain tokens' implementation. Not in the code namespace: the reference chose an address
    ///         at random, and a genesis places the code there.
    address internal constant OPTIMISM_SUPERCHAIN_ERC20 = 0xB9415c6cA93bdC545D4c5177512FCC22EFa38F28;

    /// @notice First of the addresses at which predeploys' implementations live.
    address internal constant CODE_NAMESPACE = 0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30000;

    // Most of these belong to the rest of an OP Stack chain. They are here because upstream's users take them from here.

    /// @notice Number of addresses that are reserved for predeploys.
    uint256 internal constant PREDEPLOY_COUNT = 2048;

    /// @notice Legacy: where withdrawals were started.
    address internal constant LEGACY_MESSAGE_PASSER = 0x4200000000000000000000000000000000000000;

    /// @notice Legacy: knew the sender on L1.
    address internal constant L1_MESSAGE_SENDER = 0x4200000000000000000000000000000000000001;

    /// @notice Legacy: knew who might deploy.
    address internal constant DEPLOYER_WHITELIST = 0x4200000000000000000000000000000000000002;

    /// @notice Collects the sequencer's fees.
    address internal constant SEQUENCER_FEE_WALLET = 0x4200000000000000000000000000000000000011;

    /// @notice Legacy: knew the number of the newest L1 block.
    address internal constant L1_BLOCK_NUMBER = 0x4200000000000000000000000000000000000013;

    /// @notice Moves ERC-721 tokens to L1 and back.
    address internal constant L2_ERC721_BRIDGE = 0x4200000000000000000000000000000000000014;

    /// @notice Creates ERC-721 tokens that stand for those of L1.
    address internal constant OPTIMISM_MINTABLE_ERC721_FACTORY = 0x4200000000000000000000000000000000000017;

    /// @notice Collects base fees.
    address internal constant BASE_FEE_VAULT = 0x4200000000000000000000000000000000000019;

    /// @notice Collects what L1 costs.
    address internal constant L1_FEE_VAULT = 0x420000000000000000000000000000000000001A;

    /// @notice Collects operator fees.
    address internal constant OPERATOR_FEE_VAULT = 0x420000000000000000000000000000000000001b;

    /// @notice Schemas of the Ethereum Attestation Service.
    address internal constant SCHEMA_REGISTRY = 0x4200000000000000000000000000000000000020;

    /// @notice The Ethereum Attestation Service.
    address internal constant EAS = 0x4200000000000000000000000000000000000021;

    /// @notice The governance token of OP Mainnet.
    address internal constant GOVERNANCE_TOKEN = 0x4200000000000000000000000000000000000042;

    /// @notice Legacy: ETH as a token. Not in the namespace of predeploys.
    address internal constant LEGACY_ERC20_ETH = 0xDeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000;

    /// @notice Whether an address is reserved for a predeploy.
    /// @param _address Any address.
    /// @return         True from 0x4200…0000 to 0x4200…07FF.
    function isPredeployNamespace(address _address) internal pure returns (bool) {
        return uint160(_address) >> 11 == uint160(LEGACY_MESSAGE_PASSER) >> 11;
    }

    /// @notice Address of the implementation behind a predeploy's proxy: the predeploy's low two bytes,
    ///         moved into the code namespace.
    /// @param _predeploy      Address of the proxy, in 0x4200…0000 to 0x4200…FFFF.
    /// @return implementation_ Address of its implementation.
    function implementationOf(address _predeploy) internal pure returns (address implementation_) {
        implementation_ = address(uint160(CODE_NAMESPACE) | uint160(_predeploy) & 0xffff);
    }

    /// @notice Another name of `implementationOf`, the one that upstream's users know.
    /// @param _predeploy Address of the proxy.
    /// @return           Address of its implementation.
    function predeployToCodeNamespace(address _predeploy) internal pure returns (address) {
        return implementationOf(_predeploy);
    }
}
