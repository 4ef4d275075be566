use std::collections::BTreeSet;

use alloy_primitives::{Address, B256, U256, address, b256, keccak256};
use causeway_interop::*;

use crate::vectors::VECTORS;

#[test]
fn constants_match_the_vectors() {
    for constant in &VECTORS.constants {
        let actual: serde_json::Value = match constant.name.as_str() {
            "ExecutingMessage event topic" => ExecutingMessage::TOPIC.to_string().into(),
            "CrossL2Inbox" => CROSS_L2_INBOX.to_string().to_lowercase().into(),
            "message expiry window seconds" => MESSAGE_EXPIRY_WINDOW.into(),
            // The version is the first byte that gets hashed.
            "super root version" => {
                let mut bytes = vec![1];
                bytes.extend([0; 8]);
                assert_eq!(super_root(0, &Default::default()), keccak256(bytes));
                1.into()
            }
            other => panic!("no test for the constant {other}"),
        };
        assert_eq!(constant.expected, actual, "{}", constant.name);
    }
}

#[test]
fn predeploys_are_in_the_namespace_of_the_chain() {
    let base = address!("4200000000000000000000000000000000000000");
    let predeploys = [
        (CROSS_L2_INBOX, 0x22),
        (L2_TO_L2_CROSS_DOMAIN_MESSENGER, 0x23),
        (SUPERCHAIN_ETH_BRIDGE, 0x24),
        (ETH_LIQUIDITY, 0x25),
        (OPTIMISM_SUPERCHAIN_ERC20_FACTORY, 0x26),
        (OPTIMISM_SUPERCHAIN_ERC20_BEACON, 0x27),
        (SUPERCHAIN_TOKEN_BRIDGE, 0x28),
    ];
    for (predeploy, last) in predeploys {
        let mut expected: Address = base;
        expected[19] = last;
        assert_eq!(predeploy, expected);
    }
}

#[test]
fn event_topics_are_the_deployed_contracts() {
    let sent: B256 = b256!("382409ac69001e11931a28435afef442cbfd20d9891907e8fa373ba7d351f320");
    assert_eq!(SentMessage::TOPIC, sent);
    assert_eq!(RelayedMessage::TOPIC, keccak256("RelayedMessage(uint256,uint256,bytes32,bytes32)"));
}

#[test]
fn rpc_codes_match_the_vectors() {
    let codes = &VECTORS.rpc_error_codes.codes;
    let known: BTreeSet<String> = RpcCode::ALL.iter().map(|code| code.value().to_string()).collect();
    assert_eq!(known, codes.keys().cloned().collect());
    for (value, message) in codes {
        let code = RpcCode::from_value(value.parse().unwrap()).unwrap();
        if code == RpcCode::InvalidParams {
            assert!(message.starts_with("everything else"));
        } else {
            assert_eq!(code.message(), message);
        }
    }
    assert_eq!(RpcCode::from_value(0), None);
}

#[test]
fn clients_retry_stop_or_evict_as_the_field_does() {
    let of = |disposition| -> Vec<i32> {
        let codes = RpcCode::ALL.into_iter().filter(|code| code.disposition() == disposition);
        codes.map(RpcCode::value).collect()
    };
    assert_eq!(of(Disposition::Retry), [-320400, -321401]);
    assert_eq!(of(Disposition::Stop), [-320602]);
    assert_eq!(of(Disposition::Evict).len(), 12);
}

#[test]
fn safety_levels_match_the_vectors() {
    let shape = VECTORS.json_shapes.iter().find(|shape| shape.name == "SafetyLevel strings").unwrap();
    let names: Vec<&str> = shape.values.as_ref().unwrap().iter().map(String::as_str).collect();
    let ours = SafetyLevel::ALL.map(SafetyLevel::as_str);
    // The reference has a sentinel "invalid", which no request may ask for.
    assert_eq!(names, [["invalid"].as_slice(), &ours].concat());
    for name in ours {
        let level: SafetyLevel = name.parse().unwrap();
        assert_eq!(level.to_string(), name);
        assert!(name.to_uppercase().parse::<SafetyLevel>().is_err(), "case matters");
    }
    assert_eq!(
        "invalid".parse::<SafetyLevel>().unwrap_err().to_string(),
        r#"unknown safety level "invalid": expected one of unsafe, cross-unsafe, local-safe, safe, finalized"#
    );
}

#[test]
fn chain_ids_of_both_descriptor_shapes_are_read() {
    let mut seen = 0;
    for shape in VECTORS.json_shapes.iter().filter(|shape| shape.name.starts_with("ExecutingDescriptor")) {
        let json: serde_json::Value = serde_json::from_str(shape.json.as_ref().unwrap()).unwrap();
        let value = shape.value.as_ref().unwrap();
        let chain_id = parse_chain_id(json["chainID"].as_str().unwrap()).unwrap();
        assert_eq!(chain_id, U256::from(value["chainId"].as_u64().unwrap()));
        seen += 1;
    }
    assert_eq!(seen, 2);
}
