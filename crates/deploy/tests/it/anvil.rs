use crate::{DEV_ACCOUNT, node::Node};
use alloy::{
    primitives::{Address, B256, Bytes, U256, address, hex, keccak256},
    sol,
    sol_types::SolCall,
};
use causeway_bindings::{
    DEVNET_TOKEN, L2NativeSuperchainERC20, MULTICALL3, OPTIMISM_SUPERCHAIN_ERC20, OptimismSuperchainERC20,
    OptimismSuperchainERC20Factory, PROXY_ADMIN, Proxy, ProxyAdmin, predeploys,
};
use causeway_deploy::{GenesisConfig, PERMIT2, contracts, permit2_domain_separator};
use serde_json::{Value, json};

sol! {
    function version() external view returns (string memory);
    function DOMAIN_SEPARATOR() external view returns (bytes32);
    function getChainId() external view returns (uint256);

    struct Call3 { address target; bool allowFailure; bytes callData; }
    struct Result { bool success; bytes returnData; }
    function aggregate3(Call3[] calldata calls) external payable returns (Result[] memory returnData);
}

const CHAIN_ID: u64 = 901;
const TOKEN_FACTORY: Address = address!("0x4200000000000000000000000000000000000026");
const ETH_LIQUIDITY: Address = address!("0x4200000000000000000000000000000000000025");

fn l2() -> GenesisConfig {
    let mut config = GenesisConfig::l2(CHAIN_ID, DEV_ACCOUNT);
    config.timestamp = 1_700_000_000;
    config.accounts = vec![(DEV_ACCOUNT, U256::from(u64::MAX)), (Address::repeat_byte(0x11), U256::from(7))];
    config
}

#[tokio::test]
async fn an_l2_starts_as_its_genesis_says() {
    let node = Node::start(&l2()).await;
    assert_eq!(node.request::<U256>("eth_chainId", json!([])).await, U256::from(CHAIN_ID));
    let block: Value = node.request("eth_getBlockByNumber", json!(["0x0", false])).await;
    let fields = ["timestamp", "gasLimit", "baseFeePerGas", "miner"].map(|field| block[field].clone());
    assert_eq!(
        fields,
        ["0x6553f100", "0x1c9c380", "0x3b9aca00", "0x4200000000000000000000000000000000000011"]
    );

    for contract in contracts(&l2()) {
        let observed = node.observe(&contract).await;
        assert_eq!(contract.compare(&observed), [], "{} at {}", contract.name, contract.address);
        assert_eq!(node.nonce(contract.address).await, U256::from(contract.nonce), "{}", contract.name);
    }
    assert_eq!(node.balance(ETH_LIQUIDITY).await, U256::from(u128::MAX));
    assert_eq!(node.balance(DEV_ACCOUNT).await, U256::from(u64::MAX));
    assert_eq!(node.balance(Address::repeat_byte(0x11)).await, U256::from(7));
    let info: Value = node.request("anvil_nodeInfo", json!([])).await;
    assert_eq!(info["hardFork"], "Isthmus");
    node.stop().await;
}

#[tokio::test]
async fn an_l1_starts_as_its_genesis_says() {
    let config = GenesisConfig::l1(900);
    let node = Node::start(&config).await;
    assert_eq!(node.request::<U256>("eth_chainId", json!([])).await, U256::from(900));
    for contract in contracts(&config) {
        assert_eq!(contract.compare(&node.observe(&contract).await), [], "{}", contract.name);
    }
    assert!(node.code(ETH_LIQUIDITY).await.is_empty());
    let info: Value = node.request("anvil_nodeInfo", json!([])).await;
    assert_eq!(info["hardFork"], "Prague");
    node.stop().await;
}

#[tokio::test]
async fn predeploys_answer_through_their_proxies() {
    let node = Node::start(&l2()).await;
    for predeploy in predeploys() {
        let through_proxy = node.call(predeploy.address, versionCall {}).await;
        assert_eq!(
            through_proxy,
            node.call(predeploy.implementation, versionCall {}).await,
            "{}",
            predeploy.name
        );
        assert_eq!(through_proxy.split('.').count(), 3, "{} {through_proxy}", predeploy.name);
    }
    node.stop().await;
}

#[tokio::test]
async fn the_owner_upgrades_a_predeploy() {
    let node = Node::start(&l2()).await;
    assert_eq!(node.call(PROXY_ADMIN, ProxyAdmin::ownerCall {}).await, DEV_ACCOUNT);
    let [inbox, messenger, ..] = predeploys();
    let asked = ProxyAdmin::getProxyImplementationCall { _proxy: inbox.address };
    assert_eq!(node.call(PROXY_ADMIN, asked.clone()).await, inbox.implementation);

    let upgrade =
        ProxyAdmin::upgradeCall { _proxy: inbox.address, _implementation: messenger.implementation };
    node.send(DEV_ACCOUNT, PROXY_ADMIN, upgrade.abi_encode()).await;
    assert_eq!(node.call(PROXY_ADMIN, asked).await, messenger.implementation);

    // The administrator of the ProxyAdmin's proxy is the ProxyAdmin, so that it can upgrade itself.
    let itself = ProxyAdmin::getProxyAdminCall { _proxy: PROXY_ADMIN };
    assert_eq!(node.call(PROXY_ADMIN, itself).await, PROXY_ADMIN);
    node.stop().await;
}

#[tokio::test]
async fn anybody_mints_the_token() {
    let node = Node::start(&l2()).await;
    let to = Address::repeat_byte(0x22);
    let mint = L2NativeSuperchainERC20::mintCall { _to: to, _amount: U256::from(1234) };
    node.send(DEV_ACCOUNT, DEVNET_TOKEN, mint.abi_encode()).await;

    let balance = L2NativeSuperchainERC20::balanceOfCall { owner: to };
    assert_eq!(node.call(DEVNET_TOKEN, balance).await, U256::from(1234));
    assert_eq!(node.call(DEVNET_TOKEN, L2NativeSuperchainERC20::totalSupplyCall {}).await, U256::from(1234));
    node.stop().await;
}

#[tokio::test]
async fn the_factory_creates_tokens_that_nobody_initializes_again() {
    let node = Node::start(&l2()).await;
    let remote = Address::repeat_byte(0x33);
    let deploy = OptimismSuperchainERC20Factory::deployCall {
        _remoteToken: remote,
        _name: "Token".into(),
        _symbol: "TKN".into(),
        _decimals: 6,
    };
    let token = node.call(TOKEN_FACTORY, deploy.clone()).await;
    node.send(DEV_ACCOUNT, TOKEN_FACTORY, deploy.abi_encode()).await;

    assert_eq!(node.call(token, OptimismSuperchainERC20::remoteTokenCall {}).await, remote);
    assert_eq!(node.call(token, OptimismSuperchainERC20::nameCall {}).await, "Token");
    assert_eq!(node.call(token, OptimismSuperchainERC20::decimalsCall {}).await, 6);
    // The implementation, which has no constructor to lock it, stays empty.
    let name = node.call(OPTIMISM_SUPERCHAIN_ERC20, OptimismSuperchainERC20::nameCall {}).await;
    assert_eq!(name, "");
    for target in [token, OPTIMISM_SUPERCHAIN_ERC20] {
        let initialize = OptimismSuperchainERC20::initializeCall {
            _remoteToken: remote,
            _name: "Other".into(),
            _symbol: "OTH".into(),
            _decimals: 18,
        };
        assert!(node.reverts(target, initialize).await, "{target} was initialized");
    }
    node.stop().await;
}

#[tokio::test]
async fn multicall3_batches_calls() {
    let node = Node::start(&l2()).await;
    let call = |target, call_data: Vec<u8>| Call3 { target, allowFailure: true, callData: call_data.into() };
    let calls = vec![
        call(PERMIT2, DOMAIN_SEPARATORCall {}.abi_encode()),
        call(predeploys()[0].address, versionCall {}.abi_encode()),
        // Multicall3 is not the administrator: the call goes on to the inbox, which has no such function.
        call(predeploys()[0].address, Proxy::upgradeToCall { _implementation: MULTICALL3 }.abi_encode()),
    ];
    let results = node.call(MULTICALL3, aggregate3Call { calls }).await;
    let successes: Vec<_> = results.iter().map(|result| result.success).collect();
    assert_eq!(successes, [true, true, false]);
    assert_eq!(results[0].returnData.as_ref(), permit2_domain_separator(CHAIN_ID).as_slice());
    node.stop().await;
}

#[tokio::test]
async fn permit2_has_the_domain_separator_of_the_chain() {
    let node = Node::start(&l2()).await;
    // Computed by the contract from the chain's id unless the two values in its code are the right ones.
    assert_eq!(node.call(PERMIT2, DOMAIN_SEPARATORCall {}).await, permit2_domain_separator(CHAIN_ID));

    // On another chain id it computes: the two ways have to agree.
    let json =
        json!([{ "to": PERMIT2, "data": Bytes::from(DOMAIN_SEPARATORCall {}.abi_encode()) }, "latest"]);
    node.request::<Value>("anvil_setChainId", json!([7])).await;
    let computed: B256 = node.request("eth_call", json).await;
    assert_eq!(computed, permit2_domain_separator(7));
    node.stop().await;
}

#[tokio::test]
async fn deployment_proxies_create_contracts() {
    let node = Node::start(&l2()).await;
    let salt = B256::repeat_byte(0x33);
    // Returns the one byte 0xfe as the contract's code.
    let creation = hex!("60fe60005360016000f3");
    for factory in [
        address!("0x4e59b44847b379578588920cA78FbF26c0B4956C"),
        address!("0x914d7Fec6aaC8cd542e72Bca78B30650d45643d7"),
    ] {
        node.send(DEV_ACCOUNT, factory, [salt.as_slice(), &creation].concat()).await;
        let created = factory.create2(salt, keccak256(creation));
        assert_eq!(node.code(created).await, Bytes::from_static(&[0xfe]), "{factory}");
    }
    node.stop().await;
}

#[tokio::test]
async fn safe_singleton_cannot_be_taken_over() {
    let node = Node::start(&l2()).await;
    let safe = address!("0x69f4D1788e39c87893C980c06EdF4b7f686e2938");
    assert_eq!(node.call(safe, getChainIdCall {}).await, U256::from(CHAIN_ID));
    // Its constructor sets a threshold, without which anybody could call `setup` on it.
    let slot = format!("0x{:064x}", 4);
    let threshold: U256 = node.request("eth_getStorageAt", json!([safe, slot, "latest"])).await;
    assert_eq!(threshold, U256::ONE);
    node.stop().await;
}

#[tokio::test]
async fn history_storage_records_block_hashes() {
    let node = Node::start(&l2()).await;
    let genesis: Value = node.request("eth_getBlockByNumber", json!(["0x0", false])).await;
    node.request::<Value>("evm_mine", json!([])).await;
    let history = address!("0x0000F90827F1C53a10cb7A02335B175320002935");
    let asked = json!([{ "to": history, "data": B256::ZERO }, "latest"]);
    assert_eq!(node.request::<Value>("eth_call", asked).await, genesis["hash"]);
    node.stop().await;
}
