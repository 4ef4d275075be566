//! Dependency sets in the forms of the OP Stack's tools.

use alloy::primitives::U256;
use causeway_deploy::{
    MAX_CHAIN_ID,
    dependency_set::{ChainSet, ChooseSetError, SetFile, SetForm, kona_json, op_node_json, registry_toml},
};
use causeway_interop::MESSAGE_EXPIRY_WINDOW;
use proptest::prelude::*;

fn ids(ids: &[u64]) -> ChainSet {
    ChainSet::new(ids.iter().copied().map(U256::from))
}

fn shortened(mut set: ChainSet, seconds: u64) -> ChainSet {
    set.expiry_window = Some(seconds);
    set
}

/// What a text that holds one set says.
fn one(text: &str) -> (SetForm, ChainSet) {
    let file = SetFile::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let [set] = file.sets() else { panic!("{text} has {} sets", file.sets().len()) };
    (file.form(), set.clone())
}

#[test]
fn what_is_written_is_what_other_tools_document() {
    // Numbers are in the order of numbers, not of texts.
    let set = ids(&[901, 1000]);
    assert_eq!(op_node_json(&set), "{\"dependencies\":{\"901\":{},\"1000\":{}}}\n");
    assert_eq!(
        op_node_json(&shortened(set.clone(), 3600)),
        "{\"dependencies\":{\"901\":{},\"1000\":{}},\"overrideMessageExpiryWindow\":3600}\n"
    );
    assert_eq!(
        registry_toml(901, &set),
        "chain_id = 901\n\n[interop.dependencies.901]\n\n[interop.dependencies.1000]\n"
    );
    assert_eq!(
        kona_json(&[set, shortened(ids(&[7]), 60)]),
        r#"[
  {
    "dependencies": {
      "901": {},
      "1000": {}
    },
    "overrideMessageExpiryWindow": null
  },
  {
    "dependencies": {
      "7": {}
    },
    "overrideMessageExpiryWindow": 60
  }
]
"#
    );
}

proptest! {
    /// Every form reads back as what was written, but for the window, which the registry has not.
    #[test]
    fn every_form_reads_back(
        mut groups in prop::collection::vec(prop::collection::btree_set(1..=MAX_CHAIN_ID, 1..6), 1..4),
        windows in prop::collection::vec(prop::option::of(1..=MESSAGE_EXPIRY_WINDOW), 3),
    ) {
        // No chain is in two sets.
        let mut taken = std::collections::BTreeSet::new();
        for group in &mut groups {
            group.retain(|id| taken.insert(*id));
        }
        let sets: Vec<_> = groups
            .iter()
            .zip(&windows)
            .filter(|(group, _)| !group.is_empty())
            .map(|(group, window)| ChainSet {
                chain_ids: group.iter().copied().map(U256::from).collect(),
                expiry_window: *window,
            })
            .collect();
        let kona = SetFile::parse(&kona_json(&sets)).unwrap();
        prop_assert_eq!((kona.form(), kona.sets()), (SetForm::Kona, sets.as_slice()));
        for set in &sets {
            prop_assert_eq!(one(&op_node_json(set)), (SetForm::OpNode, set.clone()));
            for chain_id in &set.chain_ids {
                let without_window = ChainSet { expiry_window: None, ..set.clone() };
                let toml = registry_toml(chain_id.to(), set);
                prop_assert_eq!(one(&toml), (SetForm::Registry, without_window));
                prop_assert_eq!(kona.set_with(*chain_id), Some(set));
                prop_assert_eq!(kona.set_for([*chain_id, U256::MAX]), Ok(set));
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,80}", json in r#"[\[{][\[\]{}":,0-9a-z \n]{0,60}"#) {
        let _ = (SetFile::parse(&text), SetFile::parse(&json));
    }
}

/// Files as the tools of different years have them.
#[test]
fn forms_of_other_versions_and_tools_are_read() {
    let both = ids(&[901, 902]);
    for (text, form, set) in [
        (
            r#"{"dependencies":{"902":{},"901":{}},"overrideMessageExpiryWindow":0}"#,
            SetForm::OpNode,
            both.clone(),
        ),
        (
            r#"{"dependencies":{"901":{},"902":{}},"overrideMessageExpiryWindow":null}"#,
            SetForm::OpNode,
            both.clone(),
        ),
        // op-supervisor, 2025.
        (
            r#"{"dependencies":{"901":{"chainIndex":"901","activationTime":0,"historyMinTime":0},"902":{"x":[1]}},
                "overrideMessageExpiryWindow":604800,"more":{"a":"b"}}"#,
            SetForm::OpNode,
            shortened(both.clone(), 604_800),
        ),
        (
            r#" {"overrideMessageExpiryWindow":15,"dependencies":{"0x385":{}}}"#,
            SetForm::OpNode,
            shortened(ids(&[901]), 15),
        ),
        ("\u{feff}{\"dependencies\":{\"901\":{}}}", SetForm::OpNode, ids(&[901])),
        // op-node's type as TOML.
        (
            "override_message_expiry_window = 60\n[dependencies.901]\n[dependencies.902]\n",
            SetForm::OpNode,
            shortened(both.clone(), 60),
        ),
        (
            "[dependencies.901]\nchain_index = 901\nactivation_time = 5\n[dependencies.902]\n",
            SetForm::OpNode,
            both.clone(),
        ),
        // A chain of the registry, with all that else stands there.
        (
            "# a chain\nname = \"A\"\nchain_id = 901\n[hardforks]\nlagoon_time = 5 # later\n[interop]\n\
             [interop.dependencies]\n[interop.dependencies.901]\n[interop.dependencies.902]\n",
            SetForm::Registry,
            both.clone(),
        ),
        (
            "[interop.dependencies.\"901\"]\nchain_index = \"901\"\nactivation_time = 0\n\n  [interop.dependencies.902]\n",
            SetForm::Registry,
            both.clone(),
        ),
        ("interop = { dependencies = { 901 = {}, 902 = {} } }", SetForm::Registry, both.clone()),
        ("\n[ {\"dependencies\": {\"901\": {}, \"902\": {}}} ]\n", SetForm::Kona, both.clone()),
        // kona repeats a set for each of its chains in some versions.
        (
            r#"[{"dependencies":{"901":{},"902":{}}},{"dependencies":{"902":{},"901":{}}}]"#,
            SetForm::Kona,
            both,
        ),
    ] {
        assert_eq!(one(text), (form, set), "{text}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    for (text, words) in [
        ("", "empty"),
        (" \n", "empty"),
        ("{", "EOF"),
        ("{}", "`dependencies` is missing"),
        (r#"{"dependencies":{}}"#, "`dependencies` names no chain"),
        (r#"{"dependencies":["901"]}"#, "an object whose names are chain ids"),
        (r#"{"dependencies":{"optimism":{}}}"#, "\"optimism\""),
        (r#"{"dependencies":{"901":{},"0x385":{}}}"#, "chain 901 twice"),
        (r#"{"dependencies":{"901":{},"901":{}}}"#, "chain 901 twice"),
        (r#"{"dependencies":{"901":true}}"#, "`dependencies.901` is true, and no object"),
        (r#"{"dependencies":{"901":null}}"#, "`dependencies.901` is null, and no object"),
        (r#"{"dependencies":{"901":{}},"overrideMessageExpiryWindow":604801}"#, "may only shorten"),
        (r#"{"dependencies":{"901":{}},"overrideMessageExpiryWindow":"15"}"#, "no number of seconds"),
        (r#"{"dependencies":{"901":{}},"overrideMessageExpiryWindow":-1}"#, "no number of seconds"),
        (r#"{"dependencies":{"901":{}}} {}"#, "trailing"),
        ("[]", "a list of dependency sets without any"),
        ("[{}]", "`dependencies` is missing"),
        (r#"[{"dependencies":{"901":{}}}"#, "EOF"),
        (r#"[{"dependencies":{"901":{},"902":{}}},{"dependencies":{"902":{}}}]"#, "chain 902 is in two"),
        (
            r#"[{"dependencies":{"901":{}}},{"dependencies":{"901":{}},"overrideMessageExpiryWindow":9}]"#,
            "chain 901 is in two",
        ),
        ("901,902", "neither JSON nor TOML"),
        ("chain_id = 901\n", "`interop.dependencies` or `dependencies` is missing"),
        ("[interop]\n", "`interop.dependencies` or `dependencies` is missing"),
        ("[interop.dependencies]\n", "`interop.dependencies` names no chain"),
        (
            "[interop.dependencies]\n901 = 1\n",
            "`interop.dependencies.901` is a value of type integer, and no table",
        ),
        ("interop.dependencies = [901]\n", "`interop.dependencies` is a value of type array"),
        ("[interop.dependencies.optimism]\n", "\"optimism\""),
        ("[interop.dependencies.901]\n[interop.dependencies.901]\n", "line 2"),
        ("[interop.dependencies.901]\n[interop.dependencies.0x385]\n", "chain 901 twice"),
        ("chain_id = 901\n[interop.dependencies.902]\n", "names 902, and not chain 901"),
        (
            "[dependencies.901]\n[interop.dependencies.901]\n",
            "both `dependencies` and `interop.dependencies`",
        ),
        ("override_message_expiry_window = 604801\n[dependencies.901]\n", "may only shorten"),
        ("override_message_expiry_window = -1\n[dependencies.901]\n", "no number of seconds"),
    ] {
        let error = SetFile::parse(text).expect_err(text).to_string();
        assert!(error.contains(words), "{text}: {error}");
        assert!(!error.contains('\n'), "{text}: {error}");
    }
}

#[test]
fn of_several_sets_the_one_of_the_chains_counts() {
    let file = SetFile::parse(&kona_json(&[ids(&[901, 902]), ids(&[10, 130])])).unwrap();
    let id = U256::from::<u64>;
    assert_eq!(file.set_for([id(902)]), Ok(&ids(&[901, 902])));
    assert_eq!(file.set_for([id(130), id(10), id(5)]), Ok(&ids(&[10, 130])));
    assert_eq!(file.set_for([id(902), id(10)]), Err(ChooseSetError::Several { one: id(10), other: id(902) }));
    let none = file.set_for([id(5), id(6)]).unwrap_err();
    assert_eq!(none.to_string(), "it holds 2 dependency sets, and none with 5, 6");
    // The only one there is counts for all; who is not in it is told by whoever asks.
    let one = SetFile::parse(&op_node_json(&ids(&[901]))).unwrap();
    assert_eq!(one.set_for([id(5)]), Ok(&ids(&[901])));
}
