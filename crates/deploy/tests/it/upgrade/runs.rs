//! Upgrades, run.

use super::{
    chain::{Account, Chain, ETH_LIQUIDITY, L1_BLOCK, config},
    relays::{Relays, older_bridge, older_liquidity},
};
use crate::DEV_ACCOUNT;
use alloy::primitives::{Address, B256, Bytes, U256, address, b256, hex, keccak256};
use causeway_bindings::{
    ERC7786_GATEWAY, OPTIMISM_SUPERCHAIN_ERC20, OptimismSuperchainERC20, OptimismSuperchainERC20Beacon,
    OptimismSuperchainERC20Factory, RELAY_BATCHER, conversion_predeploys, implementation_address, predeploys,
};
use causeway_deploy::{
    IMPLEMENTATION_SLOT,
    upgrade::{Artifacts, DEPOSITOR, Form, Manifest, Plan, PlanOptions, Step, plan},
};
use std::collections::BTreeMap;

const DEPLOYMENT_PROXY: Address = address!("0x4e59b44847b379578588920cA78FbF26c0B4956C");
const BRIDGE: Address = address!("0x4200000000000000000000000000000000000024");
const MESSENGER: Address = address!("0x4200000000000000000000000000000000000023");
const FACTORY: Address = address!("0x4200000000000000000000000000000000000026");
const BEACON: Address = address!("0x4200000000000000000000000000000000000027");

const CONDITIONAL_DEPLOYER: Address = address!("0x420000000000000000000000000000000000002C");

/// In place of ConditionalDeployer: hands salt and code to the deployment proxy, and does not mind what comes of it.
const CONDITIONAL_DEPLOYER_CODE: &[u8] = &hex!(
    "6004 35 5f 52 6044 35 80 6064 6020 37 6020 01 5f 5f 82 5f 5f"
    "73 4e59b44847b379578588920cA78FbF26c0B4956C 5a f1 00"
);

fn planned(form: Form, options: &PlanOptions) -> Plan {
    plan(&form.manifest().unwrap(), &Artifacts::ours(), options).unwrap()
}

/// A second upgrade, of a chain that has had one.
fn again() -> PlanOptions {
    PlanOptions { first_time: false, label: Some("Interop 2".into()), ..PlanOptions::default() }
}

fn created(plan: &Plan, contract: &str) -> Address {
    let creates = |step: &&Step| step.creates.is_some() && step.contract.as_deref() == Some(contract);
    plan.steps.iter().find(creates).unwrap().creates.unwrap()
}

/// Puts an account back where a genesis has it.
fn move_back(accounts: &mut BTreeMap<Address, Account>, from: Address, to: Address) {
    let mut account = accounts.remove(&from).unwrap_or_else(|| panic!("nothing was created at {from}"));
    assert_eq!(account.nonce, 1, "{from}");
    account.nonce = 0;
    assert!(accounts.insert(to, account).is_none(), "{to} is taken");
}

/// Code of the beacon with the address that it names in a genesis.
fn unlinked(code: &Bytes, named: Address) -> Bytes {
    let mut code = code.to_vec();
    let at = code.windows(20).position(|window| window == named.as_slice()).unwrap();
    code[at..at + 20].copy_from_slice(OPTIMISM_SUPERCHAIN_ERC20.as_slice());
    code.into()
}

/// All accounts of a chain that was upgraded, as they would be if it had begun so; the rest is said here.
async fn as_from_the_start(plan: &Plan, chain: Chain) -> BTreeMap<Address, Account> {
    let mut accounts = chain.accounts().await;

    // Implementations stand where they were created, and the proxies name that.
    let token = created(plan, "OptimismSuperchainERC20");
    for predeploy in predeploys() {
        let implementation = created(plan, predeploy.name);
        let slot = accounts.get_mut(&predeploy.address).unwrap().storage.get_mut(&IMPLEMENTATION_SLOT);
        assert_eq!(slot.as_deref(), Some(&implementation.into_word()), "{}", predeploy.name);
        *slot.unwrap() = predeploy.implementation.into_word();
        move_back(&mut accounts, implementation, predeploy.implementation);
        if predeploy.address == BEACON {
            let beacon = accounts.get_mut(&predeploy.implementation).unwrap();
            beacon.code = unlinked(&beacon.code, token);
        }
    }
    move_back(&mut accounts, token, OPTIMISM_SUPERCHAIN_ERC20);

    // The feature, and what stands in for L1Block here.
    accounts.remove(&implementation_address(L1_BLOCK)).unwrap();
    let l1_block = accounts.get_mut(&L1_BLOCK).unwrap();
    l1_block.storage.remove(&IMPLEMENTATION_SLOT).unwrap();
    let mut feature = [0; 64];
    feature[..7].copy_from_slice(b"INTEROP");
    feature[63] = 9;
    let set = l1_block.storage.remove(&keccak256(feature));
    let sets = plan.steps.iter().any(|step| step.calls.as_deref() == Some("setFeature(bytes32)"));
    assert_eq!(set, sets.then_some(B256::with_last_byte(1)));

    // Nonces: one for each deposit of a sender, one for each contract that the deployment proxy created.
    let mut sent: BTreeMap<Address, u64> = BTreeMap::new();
    for step in &plan.steps {
        *sent.entry(step.deposit.from).or_default() += 1;
        if step.deposit.to.to() == Some(&DEPLOYMENT_PROXY) {
            *sent.entry(DEPLOYMENT_PROXY).or_default() += 1;
        }
    }
    for (sender, count) in sent {
        let account = accounts.get_mut(&sender).unwrap();
        account.nonce -= count;
        if *account == Account::default() {
            accounts.remove(&sender);
        }
    }
    accounts
}

/// What a chain without an L1 has more than one that is upgraded, which keeps its own bridge and its factory.
fn without_conversion(mut accounts: BTreeMap<Address, Account>) -> BTreeMap<Address, Account> {
    for predeploy in conversion_predeploys() {
        accounts.remove(&predeploy.implementation).unwrap();
        accounts.get_mut(&predeploy.address).unwrap().storage.remove(&IMPLEMENTATION_SLOT).unwrap();
    }
    accounts
}

async fn ends_as_a_genesis(form: Form) {
    let plan = planned(form, &PlanOptions::default());
    let chain = Chain::before_interop().await;
    chain.upgrade(&plan).await;
    let upgraded = as_from_the_start(&plan, chain).await;
    let genesis = without_conversion(Chain::start(&config()).await.accounts().await);
    assert!(genesis.len() > 2_000 && genesis[&ETH_LIQUIDITY].balance == U256::from(u128::MAX));
    for address in upgraded.keys().chain(genesis.keys()) {
        assert_eq!(upgraded.get(address), genesis.get(address), "{address}");
    }
}

#[tokio::test]
async fn a_bundle_ends_as_a_genesis_begins() {
    ends_as_a_genesis(Form::Bundle).await;
}

#[tokio::test]
async fn creations_end_as_a_genesis_begins() {
    ends_as_a_genesis(Form::Create).await;
}

/// In the specs' form the inbox waits for a second chain, in the bundle feature and funding do.
#[tokio::test]
async fn a_chain_alone_gets_what_a_chain_alone_needs() {
    let alone = PlanOptions { several_chains: false, ..PlanOptions::default() };
    for form in Form::ALL {
        let plan = planned(form, &alone);
        let left: Vec<_> = planned(form, &PlanOptions::default())
            .steps
            .into_iter()
            .map(|step| step.intent)
            .filter(|intent| !plan.steps.iter().any(|step| step.intent == *intent))
            .collect();
        match form {
            Form::Bundle => {
                assert_eq!(left, ["Interop pre: setFeature(INTEROP)", "Interop post: ETHLiquidity Funding"]);
            }
            Form::Create => {
                assert_eq!(left, ["Interop: CrossL2Inbox Deployment", "Interop: CrossL2Inbox Proxy Update"]);
            }
        }
        let chain = Chain::before_interop().await;
        chain.upgrade(&plan).await;
        let funded = chain.node.balance(ETH_LIQUIDITY).await;
        assert_eq!(funded, if form == Form::Create { U256::from(u128::MAX) } else { U256::ZERO });
        chain.node.stop().await;
    }
}

/// Who runs the same again, by mistake or with a newer label, changes nothing: what is there is not created a second
/// time, and nothing is funded twice.
#[tokio::test]
async fn an_upgrade_of_an_upgraded_chain_changes_nothing() {
    let plan = planned(Form::Bundle, &PlanOptions::default());
    let chain = Chain::before_interop().await;
    chain.upgrade(&plan).await;

    let second = planned(Form::Bundle, &again());
    assert!(second.steps.iter().all(|step| step.deposit.mint == 0 && step.deposit.value.is_zero()));
    for (step, source) in second.steps.iter().zip(plan.steps.iter().skip(1)) {
        assert_ne!(step.deposit.source_hash, source.deposit.source_hash);
        let receipt = chain.run(step).await;
        // The deployment proxy reverts where the address is taken. The deposit is in the block all the same.
        assert_eq!(receipt.succeeded, step.creates.is_none(), "{}", step.intent);
    }
    assert_eq!(chain.node.balance(ETH_LIQUIDITY).await, U256::from(u128::MAX));
    for predeploy in predeploys() {
        assert_eq!(chain.implementation(predeploy.address).await, created(&plan, predeploy.name));
        assert!(!chain.node.code(created(&plan, predeploy.name)).await.is_empty());
    }
    chain.node.stop().await;
}

/// Where there is a ConditionalDeployer, no deposit of a second upgrade fails.
#[tokio::test]
async fn a_conditional_deployer_finds_what_is_there() {
    let first = planned(Form::Bundle, &PlanOptions::default());
    let chain = Chain::before_interop().await;
    chain.put(CONDITIONAL_DEPLOYER, Address::repeat_byte(0x2c), CONDITIONAL_DEPLOYER_CODE).await;
    chain.upgrade(&first).await;

    let text = Form::Bundle.text().replace("deterministic-deployment-proxy", "conditional-deployer");
    let mut manifest = Manifest::parse(&text).unwrap();
    for step in &mut manifest.steps {
        (step.gas, step.measured) = (5_000_000, None);
    }
    let second = plan(&manifest, &Artifacts::ours(), &again()).unwrap();
    chain.upgrade(&second).await;
    for predeploy in predeploys() {
        let created = created(&first, predeploy.name);
        assert_eq!(chain.implementation(predeploy.address).await, created, "{}", predeploy.name);
    }
    chain.node.stop().await;

    // Nor of a first one.
    let chain = Chain::before_interop().await;
    chain.put(CONDITIONAL_DEPLOYER, Address::repeat_byte(0x2c), CONDITIONAL_DEPLOYER_CODE).await;
    chain.upgrade(&plan(&manifest, &Artifacts::ours(), &PlanOptions::default()).unwrap()).await;
    for predeploy in predeploys() {
        let created = created(&first, predeploy.name);
        assert_eq!(chain.implementation(predeploy.address).await, created, "{}", predeploy.name);
        assert!(!chain.node.code(created).await.is_empty(), "{}", predeploy.name);
    }
    chain.node.stop().await;
}

/// A chain that has been upgraded by creations makes the next ones at the senders' next nonces.
#[tokio::test]
async fn creations_of_a_second_upgrade_have_addresses_of_their_own() {
    let first = planned(Form::Create, &PlanOptions::default());
    let chain = Chain::before_interop().await;
    chain.upgrade(&first).await;

    let helpers = ["RelayBatcher".to_owned(), "ERC7786Gateway".to_owned()];
    let options = PlanOptions { sender_nonce: 1, without: helpers.into(), ..again() };
    let second = planned(Form::Create, &options);
    chain.upgrade(&second).await;
    for predeploy in predeploys() {
        let [old, new] = [&first, &second].map(|plan| created(plan, predeploy.name));
        assert_ne!(old, new, "{}", predeploy.name);
        assert_eq!(chain.implementation(predeploy.address).await, new, "{}", predeploy.name);
    }
    assert_eq!(chain.node.balance(ETH_LIQUIDITY).await, U256::from(u128::MAX));
    chain.node.stop().await;
}

/// On a chain with an older bridge and older liquidity, ether arrives before the upgrade, after each step of it, and
/// afterwards. What the messenger and ETHLiquidity hold stays.
#[tokio::test]
async fn ether_arrives_at_every_step_from_an_older_pair() {
    let chain = Chain::start(&config()).await;
    let relays = Relays::new(&chain);
    chain.put(BRIDGE, Address::repeat_byte(0xb1), &older_bridge(implementation_address(BRIDGE))).await;
    chain.put(ETH_LIQUIDITY, Address::repeat_byte(0xb2), &older_liquidity(BRIDGE)).await;
    relays.ether(1).await;

    let plan = planned(Form::Bundle, &again());
    for (index, step) in plan.steps.iter().enumerate() {
        let receipt = chain.run(step).await;
        // This chain has the two that anybody may create.
        let there = [RELAY_BATCHER, ERC7786_GATEWAY].map(Some).contains(&step.creates);
        assert_eq!(receipt.succeeded, !there, "{}", step.intent);
        relays.ether(2 + index as u64).await;
    }
    let paid: u64 = (1..2 + plan.steps.len() as u64).sum();
    assert_eq!(chain.node.balance(ETH_LIQUIDITY).await, U256::from(u128::MAX) - U256::from(paid));
    assert!(relays.is_delivered(1).await);
    assert_eq!(chain.implementation(MESSENGER).await, created(&plan, "L2ToL2CrossDomainMessenger"));
    chain.node.stop().await;
}

/// As docs/deploy.md says: a manifest that names the implementations of before, by their addresses. Ether arrives then,
/// and in between.
#[tokio::test]
async fn an_upgrade_can_be_taken_back() {
    let [older_bridge_at, older_liquidity_at] = [Address::repeat_byte(0xb1), Address::repeat_byte(0xb2)];
    let chain = Chain::start(&config()).await;
    let relays = Relays::new(&chain);
    chain.put(BRIDGE, older_bridge_at, &older_bridge(implementation_address(BRIDGE))).await;
    chain.put(ETH_LIQUIDITY, older_liquidity_at, &older_liquidity(BRIDGE)).await;
    let helpers = ["RelayBatcher".to_owned(), "ERC7786Gateway".to_owned()];
    chain.upgrade(&planned(Form::Bundle, &PlanOptions { without: helpers.into(), ..again() })).await;

    let back = |proxy: &str, implementation: Address| {
        format!(
            "[[step]]\nintent = \"{{label}}: {proxy}\"\nfrom = \"{}\"\nto = \"{proxy}\"\n\
             call = \"upgradeTo(address)\"\nargs = [\"{implementation}\"]\ngas = 71_000\n",
            Address::ZERO
        )
    };
    let text = format!(
        "label = \"Interop 2 taken back\"\nthrough = \"create\"\nmargin = 150\n{}{}",
        back("ETHLiquidity", older_liquidity_at),
        back("SuperchainETHBridge", older_bridge_at)
    );
    let plan = plan(&Manifest::parse(&text).unwrap(), &Artifacts::ours(), &PlanOptions::default()).unwrap();
    relays.ether(1).await;
    for (step, amount) in plan.steps.iter().zip(2..) {
        assert!(chain.run(step).await.succeeded, "{}", step.intent);
        relays.ether(amount).await;
    }
    assert_eq!(chain.implementation(BRIDGE).await, older_bridge_at);
    assert_eq!(chain.implementation(ETH_LIQUIDITY).await, older_liquidity_at);
    chain.node.stop().await;
}

/// The doubles are like what they stand for: the older bridge refuses plain ether.
#[tokio::test]
async fn an_older_bridge_takes_no_plain_ether() {
    let chain = Chain::start(&config()).await;
    chain.put(BRIDGE, Address::repeat_byte(0xb1), &older_bridge(implementation_address(BRIDGE))).await;
    assert!(chain.refuses_ether(ETH_LIQUIDITY, BRIDGE).await);
    chain
        .put(BRIDGE, implementation_address(BRIDGE), &chain.node.code(implementation_address(BRIDGE)).await)
        .await;
    assert!(!chain.refuses_ether(ETH_LIQUIDITY, BRIDGE).await);
    chain.node.stop().await;
}

/// The beacon names the implementation that the upgrade created, so the factory's tokens work.
#[tokio::test]
async fn superchain_tokens_of_an_upgraded_chain_work() {
    let plan = planned(Form::Bundle, &PlanOptions::default());
    let chain = Chain::before_interop().await;
    chain.upgrade(&plan).await;
    // Not through the proxy, which takes calls from nowhere for its administrator's.
    let beacon = created(&plan, "OptimismSuperchainERC20Beacon");
    let named = chain.node.call(beacon, OptimismSuperchainERC20Beacon::implementationCall {}).await;
    assert_eq!(named, created(&plan, "OptimismSuperchainERC20"));

    let deploy = OptimismSuperchainERC20Factory::deployCall {
        _remoteToken: Address::repeat_byte(0x33),
        _name: "Token".into(),
        _symbol: "TKN".into(),
        _decimals: 6,
    };
    let token = chain.node.call(FACTORY, deploy.clone()).await;
    chain.send(DEV_ACCOUNT, FACTORY, &deploy).await;
    assert_eq!(chain.node.call(token, OptimismSuperchainERC20::symbolCall {}).await, "TKN");
    chain.node.stop().await;
}

/// The addresses that the published source hashes go with, where only sender and nonce make them.
#[test]
fn creations_have_the_published_addresses_and_source_hashes() {
    let plan = planned(Form::Create, &PlanOptions::default());
    for (contract, address, hash) in [
        (
            "L2ToL2CrossDomainMessenger",
            address!("0x0D0eDd0ebd0e94d218670a8De867Eb5C4d37cadD"),
            b256!("0xf5484697c7a9a791db32a3bf0763bf2ba686c77ae7d4c0a5ee8c222a92a8dcc2"),
        ),
        (
            "CrossL2Inbox",
            address!("0x691300f512e48B463C2617b34Eef1A9f82EE7dBf"),
            b256!("0x6e5e214f73143df8fe6f6054a3ed7eb472d373376458a9c8aecdf23475beb616"),
        ),
        (
            "SuperchainETHBridge",
            address!("0x1913211d1257Da0C92149A0b0F07086C5E4Fc9E0"),
            b256!("0x53eccc738e298d613b3c3dcc8ad1d9e9626945a2f7b005252c2b57837176d960"),
        ),
        (
            "ETHLiquidity",
            address!("0xEFDdA7c9172e7E4B634d7bF97D315dDe24327fe0"),
            b256!("0xceec4ed75501efd5830d25045e10014464155345d91a8c78dba77aed02d5b08b"),
        ),
    ] {
        assert_eq!(created(&plan, contract), address, "{contract}");
        let step = plan.steps.iter().find(|step| step.creates == Some(address)).unwrap();
        assert_eq!(step.deposit.source_hash, hash, "{contract}");
    }
    let update =
        plan.steps.iter().find(|step| step.intent == "Interop: L2ToL2CrossDomainMessenger Proxy Update");
    let data = "0x3659cfe60000000000000000000000000d0edd0ebd0e94d218670a8de867eb5c4d37cadd";
    assert_eq!(update.unwrap().deposit.input.to_string(), data);
}

/// The wrappers are the reference's, byte for byte.
#[test]
fn wrappers_of_the_bundle_are_the_references() {
    let plan = planned(Form::Bundle, &PlanOptions::default());
    let [first, last] = [plan.steps.first().unwrap(), plan.steps.last().unwrap()];
    let hash = b256!("0x22ad3660686317c7508cfb0daa4c8d86db29d958d6febe76d8eb2d8a16a3615a");
    assert_eq!((first.deposit.source_hash, first.deposit.gas_limit), (hash, 100_000));
    assert_eq!((first.deposit.from, first.deposit.to.to()), (DEPOSITOR, Some(&L1_BLOCK)));
    let hash = b256!("0x6643cb07e2629dba4d88b8376cbc8597e04ed75b5d2cd27ff4a899913b36a3de");
    assert_eq!((last.deposit.source_hash, last.deposit.gas_limit), (hash, 50_000));
    assert_eq!((last.deposit.mint, last.deposit.value), (u128::MAX, U256::from(u128::MAX)));
    assert_eq!((last.deposit.from, last.deposit.to.to()), (DEPOSITOR, Some(&ETH_LIQUIDITY)));
    assert_eq!(last.deposit.input.to_string(), "0xb60d4288");
    assert_eq!(plan.steps[1].intent, "Interop 0: Deploy CrossL2Inbox Implementation");
}
