use crate::DEV_ACCOUNT;
use alloy::primitives::{Address, B256, U256, address, b256};
use causeway_bindings::{DEVNET_TOKEN, MULTICALL3, PROXY_ADMIN, Proxy, conversion_predeploys, predeploys};
use causeway_deploy::{
    ADMIN_SLOT, ChainKind, Genesis, GenesisConfig, IMPLEMENTATION_SLOT, Namespace, contracts, genesis,
};
use std::collections::BTreeSet;

fn l2() -> GenesisConfig {
    let mut config = GenesisConfig::l2(901, DEV_ACCOUNT);
    config.timestamp = 1_700_000_000;
    config.accounts = vec![(DEV_ACCOUNT, U256::from(10).pow(U256::from(22)))];
    config
}

#[test]
fn l2_holds_what_users_expect() {
    let found: Vec<_> = contracts(&l2()).iter().map(|contract| (contract.address, contract.name)).collect();
    let expected = [
        (address!("0x4200000000000000000000000000000000000018"), "ProxyAdmin"),
        (address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30018"), "ProxyAdmin"),
        (address!("0x4200000000000000000000000000000000000010"), "L2StandardBridgeInterop"),
        (address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30010"), "L2StandardBridgeInterop"),
        (address!("0x4200000000000000000000000000000000000012"), "OptimismMintableERC20Factory"),
        (address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30012"), "OptimismMintableERC20Factory"),
        (address!("0x4200000000000000000000000000000000000022"), "CrossL2Inbox"),
        (address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30022"), "CrossL2Inbox"),
        (address!("0x4200000000000000000000000000000000000023"), "L2ToL2CrossDomainMessenger"),
        (address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30023"), "L2ToL2CrossDomainMessenger"),
        (address!("0x4200000000000000000000000000000000000024"), "SuperchainETHBridge"),
        (address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30024"), "SuperchainETHBridge"),
        (address!("0x4200000000000000000000000000000000000025"), "ETHLiquidity"),
        (address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30025"), "ETHLiquidity"),
        (address!("0x4200000000000000000000000000000000000026"), "OptimismSuperchainERC20Factory"),
        (address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30026"), "OptimismSuperchainERC20Factory"),
        (address!("0x4200000000000000000000000000000000000027"), "OptimismSuperchainERC20Beacon"),
        (address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30027"), "OptimismSuperchainERC20Beacon"),
        (address!("0x4200000000000000000000000000000000000028"), "SuperchainTokenBridge"),
        (address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30028"), "SuperchainTokenBridge"),
        (address!("0xB9415c6cA93bdC545D4c5177512FCC22EFa38F28"), "OptimismSuperchainERC20"),
        (address!("0x4200000000000000000000000000000000000006"), "WETH"),
        (address!("0xb2eF36769423E4C6DE725A11B0Fe9326F265b772"), "RelayBatcher"),
        (address!("0x5630acCac1Ef86C8DE18BE7d2F8dF92a3a8C76F1"), "ERC7786Gateway"),
        (address!("0x420beeF000000000000000000000000000000001"), "L2NativeSuperchainERC20"),
        (address!("0x4200000000000000000000000000000000000000"), "LegacyMessagePasser"),
        (address!("0x4200000000000000000000000000000000000001"), "L1MessageSender"),
        (address!("0x4200000000000000000000000000000000000002"), "DeployerWhitelist"),
        (address!("0x4200000000000000000000000000000000000007"), "L2CrossDomainMessenger"),
        (address!("0x420000000000000000000000000000000000000F"), "GasPriceOracle"),
        (address!("0x4200000000000000000000000000000000000011"), "SequencerFeeVault"),
        (address!("0x4200000000000000000000000000000000000013"), "L1BlockNumber"),
        (address!("0x4200000000000000000000000000000000000014"), "L2ERC721Bridge"),
        (address!("0x4200000000000000000000000000000000000015"), "L1Block"),
        (address!("0x4200000000000000000000000000000000000016"), "L2ToL1MessagePasser"),
        (address!("0x4200000000000000000000000000000000000017"), "OptimismMintableERC721Factory"),
        (address!("0x4200000000000000000000000000000000000019"), "BaseFeeVault"),
        (address!("0x420000000000000000000000000000000000001A"), "L1FeeVault"),
        (address!("0x420000000000000000000000000000000000001b"), "OperatorFeeVault"),
        (address!("0x4200000000000000000000000000000000000020"), "SchemaRegistry"),
        (address!("0x4200000000000000000000000000000000000021"), "EAS"),
        (address!("0x4200000000000000000000000000000000000029"), "NativeAssetLiquidity"),
        (address!("0x420000000000000000000000000000000000002a"), "LiquidityController"),
        (address!("0x420000000000000000000000000000000000002B"), "FeeSplitter"),
        (address!("0x420000000000000000000000000000000000002C"), "ConditionalDeployer"),
        (address!("0x4200000000000000000000000000000000000042"), "GovernanceToken"),
        (address!("0xDeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000"), "LegacyERC20ETH"),
        (address!("0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02"), "BeaconBlockRoots"),
        (address!("0x13b0D85CcB8bf860b6b79AF3029fCA081AE9beF2"), "Create2Deployer"),
        (address!("0xba5Ed099633D3B313e4D5F7bdc1305d3c28ba5Ed"), "CreateX"),
        (address!("0x4e59b44847b379578588920cA78FbF26c0B4956C"), "DeterministicDeploymentProxy"),
        (address!("0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789"), "EntryPointV06"),
        (address!("0x0000000071727De22E5E9d8BAf0edAc6f37da032"), "EntryPointV07"),
        (address!("0x0000F90827F1C53a10cb7A02335B175320002935"), "HistoryStorage"),
        (address!("0x998739BFdAAdde7C933B942a68053933098f9EDa"), "MultiSend"),
        (address!("0xA1dabEF33b3B82c7814B6D82A79e50F4AC44102B"), "MultiSendCallOnly"),
        (address!("0xcA11bde05977b3631167028862bE2a173976CA11"), "Multicall3"),
        (address!("0x000000000022D473030F116dDEE9F6B43aC78BA3"), "Permit2"),
        (address!("0x69f4D1788e39c87893C980c06EdF4b7f686e2938"), "Safe"),
        (address!("0xfb1bffC9d739B8D520DaF37dF666da4C687191EA"), "SafeL2"),
        (address!("0x914d7Fec6aaC8cd542e72Bca78B30650d45643d7"), "SafeSingletonFactory"),
        (address!("0x7fc98430eAEdbb6070B35B39D798725049088348"), "SenderCreatorV06"),
        (address!("0xEFC2c1444eBCC4Db75e7613d20C6a62fF67A167C"), "SenderCreatorV07"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn l1_holds_the_two_contracts_that_tools_need() {
    let mut config = GenesisConfig::l1(900);
    config.accounts = vec![(DEV_ACCOUNT, U256::ONE)];
    let genesis = genesis(&config);
    let found: Vec<_> = genesis.alloc.keys().copied().collect();
    let proxy = address!("0x4e59b44847b379578588920cA78FbF26c0B4956C");
    assert_eq!(found, [proxy, MULTICALL3, DEV_ACCOUNT]);
    assert_eq!(genesis.config.chain_id, 900);
    assert_eq!(genesis.coinbase, Address::ZERO);
}

#[test]
fn predeploys_stand_behind_proxies() {
    let genesis = genesis(&l2());
    for predeploy in conversion_predeploys().into_iter().chain(predeploys()) {
        let proxy = &genesis.alloc[&predeploy.address];
        let storage = proxy.storage.as_ref().expect("a proxy has storage");
        assert_eq!(proxy.code.as_ref(), Some(&Proxy::DEPLOYED_BYTECODE), "{}", predeploy.name);
        assert_eq!(proxy.nonce, Some(0), "{}", predeploy.name);
        assert_eq!(storage.len(), 2, "{}", predeploy.name);
        assert_eq!(storage[&IMPLEMENTATION_SLOT], predeploy.implementation.into_word());
        assert_eq!(storage[&ADMIN_SLOT], PROXY_ADMIN.into_word());

        let implementation = &genesis.alloc[&predeploy.implementation];
        assert_eq!(implementation.code.as_ref(), Some(predeploy.runtime), "{}", predeploy.name);
        assert_eq!(implementation.storage, None, "{}", predeploy.name);
    }
}

#[test]
fn proxy_admin_administers_itself_and_has_the_owner_given() {
    let storage = genesis(&l2()).alloc[&PROXY_ADMIN].storage.clone().expect("a proxy has storage");
    assert_eq!(
        storage[&B256::ZERO],
        b256!("0x000000000000000000000000f39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
    );
    assert_eq!(storage[&ADMIN_SLOT], PROXY_ADMIN.into_word());
    let implementation = address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30018");
    assert_eq!(storage[&IMPLEMENTATION_SLOT], implementation.into_word());
}

#[test]
fn balances_are_those_of_the_configuration_and_of_eth_liquidity() {
    let liquidity = address!("0x4200000000000000000000000000000000000025");
    let mut config = l2();
    config.accounts.push((liquidity, U256::ONE));
    let genesis = genesis(&config);

    let funded: Vec<_> = genesis
        .alloc
        .iter()
        .filter(|(_, account)| !account.balance.is_zero())
        .map(|(&address, _)| address)
        .collect();
    assert_eq!(funded, [liquidity, DEV_ACCOUNT]);
    assert_eq!(genesis.alloc[&DEV_ACCOUNT].balance, config.accounts[0].1);
    assert_eq!(genesis.alloc[&liquidity].balance, U256::from(u128::MAX) + U256::ONE);
}

#[test]
fn preinstalls_have_the_nonces_of_created_contracts_and_their_deployers_are_spent() {
    let genesis = genesis(&l2());
    let nonce = |address| genesis.alloc[&address].nonce;
    assert_eq!(nonce(MULTICALL3), Some(1));
    // It created its SenderCreator.
    assert_eq!(nonce(address!("0x0000000071727De22E5E9d8BAf0edAc6f37da032")), Some(2));
    // The accounts that EIP-4788 and EIP-2935 create their contracts from.
    assert_eq!(nonce(address!("0x0B799C86a49DEeb90402691F1041aa3AF2d3C875")), Some(1));
    assert_eq!(nonce(address!("0x3462413Af4609098e1E27A490f554f260213D685")), Some(1));
}

#[test]
fn token_is_optional() {
    let mut config = l2();
    assert!(genesis(&config).alloc.contains_key(&DEVNET_TOKEN));
    config.kind = ChainKind::L2 {
        proxy_admin_owner: DEV_ACCOUNT,
        interop: true,
        helpers: true,
        devnet_token: false,
        namespace: Namespace::Refusals,
    };
    assert!(!genesis(&config).alloc.contains_key(&DEVNET_TOKEN));
}

#[test]
fn addresses_are_distinct() {
    let all = contracts(&l2());
    let addresses: BTreeSet<_> = all.iter().map(|contract| contract.address).collect();
    assert_eq!(addresses.len(), all.len());
}

#[test]
fn json_is_deterministic_and_reads_back() {
    let json = serde_json::to_string(&genesis(&l2())).expect("a genesis serialises");
    assert_eq!(json, serde_json::to_string(&genesis(&l2())).expect("a genesis serialises"));

    let read: Genesis = serde_json::from_str(&json).expect("its JSON is a genesis");
    assert_eq!(read, genesis(&l2()));
}

#[test]
fn json_has_the_fields_that_nodes_read() {
    let json = serde_json::to_value(genesis(&l2())).expect("a genesis serialises");
    assert_eq!(json["config"]["chainId"], 901);
    assert_eq!(json["config"]["pragueTime"], 0);
    assert_eq!(json["config"]["terminalTotalDifficulty"], 0);
    assert_eq!(json["timestamp"], "0x6553f100");
    assert_eq!(json["gasLimit"], "0x1c9c380");
    assert_eq!(json["baseFeePerGas"], "0x3b9aca00");
    assert_eq!(json["coinbase"], "0x4200000000000000000000000000000000000011");

    let alloc = json["alloc"].as_object().expect("alloc is an object");
    assert!(alloc.keys().is_sorted());
    let liquidity = &alloc["0x4200000000000000000000000000000000000025"];
    assert_eq!(liquidity["balance"], "0xffffffffffffffffffffffffffffffff");
    assert_eq!(liquidity["nonce"], "0x0");
}
