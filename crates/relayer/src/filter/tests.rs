use alloy::{
    primitives::{Address, Bytes, FixedBytes, U256, address},
    sol_types::SolCall,
};
use causeway_bindings::{SuperchainETHBridge::relayETHCall, SuperchainTokenBridge::relayERC20Call};
use causeway_interop::{SUPERCHAIN_ETH_BRIDGE, SUPERCHAIN_TOKEN_BRIDGE, SentMessage};
use std::{
    collections::BTreeSet,
    fs,
    time::{Duration, Instant},
};

use super::{Filter, Reason, Rules, Screening, ScreeningFault, ScreeningList, ScreeningNews, Selection};

const ALICE: Address = address!("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
const BOB: Address = address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
const CAROL: Address = address!("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");
const TOKEN: Address = address!("0x420beeF000000000000000000000000000000001");

fn message(sender: Address, target: Address, data: &[u8]) -> SentMessage {
    let message = Bytes::copy_from_slice(data);
    SentMessage { destination: U256::from(902), target, nonce: U256::ZERO, sender, message }
}

/// From Alice to Bob, by the bridge.
fn tokens() -> SentMessage {
    let call = relayERC20Call { _token: TOKEN, _from: ALICE, _to: BOB, _amount: U256::from(5) };
    message(SUPERCHAIN_TOKEN_BRIDGE, SUPERCHAIN_TOKEN_BRIDGE, &call.abi_encode())
}

fn ether(amount: u64) -> SentMessage {
    let call = relayETHCall { _from: ALICE, _to: BOB, _amount: U256::from(amount) };
    message(SUPERCHAIN_ETH_BRIDGE, SUPERCHAIN_ETH_BRIDGE, &call.abi_encode())
}

#[track_caller]
fn check(rules: Rules, message: &SentMessage, expected: Result<(), Reason>) {
    assert_eq!(Filter { rules, screening: None }.admits(message, 901), expected);
}

fn only<T: Ord>(allow: impl IntoIterator<Item = T>) -> Selection<T> {
    Selection { allow: allow.into_iter().collect(), deny: BTreeSet::new() }
}

fn never<T: Ord>(deny: impl IntoIterator<Item = T>) -> Selection<T> {
    Selection { allow: BTreeSet::new(), deny: deny.into_iter().collect() }
}

#[test]
fn nothing_is_kept_without_a_rule() {
    for message in [message(ALICE, BOB, &[]), tokens(), ether(0)] {
        check(Rules::default(), &message, Ok(()));
    }
}

#[test]
fn chains_are_those_that_are_named() {
    let plain = message(ALICE, BOB, &[]);
    let from = |id| Rules { sources: BTreeSet::from([id]), ..Rules::default() };
    check(from(901), &plain, Ok(()));
    check(from(903), &plain, Err(Reason::Source { chain_id: 901 }));
    let to = |id| Rules { destinations: BTreeSet::from([id]), ..Rules::default() };
    check(to(902), &plain, Ok(()));
    check(to(903), &plain, Err(Reason::Destination { chain_id: U256::from(902) }));
    // Which has an id that no number of 64 bits is.
    let far = SentMessage { destination: U256::MAX, ..plain };
    check(to(902), &far, Err(Reason::Destination { chain_id: U256::MAX }));
}

#[test]
fn who_uses_a_bridge_is_the_sender_as_the_bridge_is() {
    let senders = |senders| Rules { senders, ..Rules::default() };
    for sender in [ALICE, SUPERCHAIN_TOKEN_BRIDGE] {
        check(senders(only([sender])), &tokens(), Ok(()));
        check(senders(never([sender])), &tokens(), Err(Reason::Sender { address: sender }));
    }
    check(senders(only([BOB])), &tokens(), Err(Reason::Sender { address: ALICE }));
    let targets = |targets| Rules { targets, ..Rules::default() };
    for target in [BOB, SUPERCHAIN_TOKEN_BRIDGE] {
        check(targets(only([target])), &tokens(), Ok(()));
        check(targets(never([target])), &tokens(), Err(Reason::Target { address: target }));
    }
    check(targets(only([ALICE])), &tokens(), Err(Reason::Target { address: BOB }));
    // What is denied is denied although it is allowed.
    let both = Selection { allow: BTreeSet::from([ALICE]), deny: BTreeSet::from([ALICE]) };
    check(senders(both), &message(ALICE, BOB, &[]), Err(Reason::Sender { address: ALICE }));
}

#[test]
fn tokens_and_ether_are_judged_where_they_are_carried() {
    let carrying = |tokens| Rules { tokens, ..Rules::default() };
    check(carrying(only([TOKEN])), &tokens(), Ok(()));
    check(carrying(only([CAROL])), &tokens(), Err(Reason::Token { address: TOKEN }));
    check(carrying(never([TOKEN])), &tokens(), Err(Reason::Token { address: TOKEN }));
    check(carrying(only([CAROL])), &message(ALICE, BOB, &[]), Ok(()));
    let values = Rules { min_value: Some(U256::from(2)), max_value: Some(U256::from(4)), ..Rules::default() };
    for (amount, is_wanted) in [(1, false), (2, true), (4, true), (5, false)] {
        let expected = if is_wanted { Ok(()) } else { Err(Reason::Value { value: U256::from(amount) }) };
        check(values.clone(), &ether(amount), expected);
    }
    check(values, &tokens(), Ok(()));
    // A message that looks like the bridge's and is not carries nothing.
    let forged = SentMessage { sender: CAROL, ..ether(5) };
    let max = Rules { max_value: Some(U256::from(4)), ..Rules::default() };
    check(max, &forged, Ok(()));
}

#[test]
fn a_call_is_told_by_its_selector() {
    let selectors = |selectors| Rules { selectors, ..Rules::default() };
    let one = FixedBytes([1, 2, 3, 4]);
    let call = message(ALICE, BOB, &[1, 2, 3, 4, 5]);
    check(selectors(only([one])), &call, Ok(()));
    check(selectors(never([one])), &call, Err(Reason::Selector { selector: Some(one) }));
    let other = message(ALICE, BOB, &[9, 9, 9, 9]);
    check(selectors(only([one])), &other, Err(Reason::Selector { selector: Some(FixedBytes([9; 4])) }));
    let short = message(ALICE, BOB, &[1, 2, 3]);
    check(selectors(only([one])), &short, Err(Reason::Selector { selector: None }));
    check(selectors(never([one])), &short, Ok(()));
}

fn list(text: &str) -> ScreeningList {
    text.parse().unwrap()
}

#[test]
fn a_list_is_read_line_by_line() {
    let text = format!("# ours\n\n{ALICE}\ndeny {BOB} # stolen money\r\n  allow\t{CAROL}\n");
    let read = list(&text);
    assert_eq!((read.denied(), read.allowed()), (2, 1));
    assert_eq!(list("\n # nothing\n"), ScreeningList::default());
    let typo = ALICE.to_string().replace("f39F", "f39f");
    for (text, line) in [
        ("0x12", 1),
        ("deny", 1),
        ("# fine\nforbid 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", 2),
        (&format!("{ALICE} {BOB}"), 1),
        (&format!("\n\n{typo}"), 3),
        (&ALICE.to_string()[2..], 1),
    ] {
        let error = text.parse::<ScreeningList>().unwrap_err();
        assert_eq!(error.line, line, "{text}: {error}");
    }
}

/// A filter with a list in a file.
fn screening(text: &str) -> (tempfile::TempDir, std::path::PathBuf, Filter) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list");
    fs::write(&path, text).unwrap();
    let screening = Some(Screening::open(&path).unwrap());
    (folder, path, Filter { rules: Rules::default(), screening })
}

#[test]
fn everybody_who_takes_part_is_screened() {
    let denied =
        |address, note: Option<&str>| Err(Reason::Screened { address, note: note.map(str::to_owned) });
    for address in [ALICE, BOB, TOKEN, SUPERCHAIN_TOKEN_BRIDGE] {
        let (_folder, _, filter) = screening(&format!("{address} # why\n"));
        assert_eq!(filter.admits(&tokens(), 901), denied(address, Some("why")));
        assert_eq!(filter.admits(&message(CAROL, CAROL, &[]), 901), Ok(()));
    }
    let (_folder, _, filter) = screening(&format!("allow {CAROL}\nallow {BOB}\n{ALICE}\n"));
    assert_eq!(filter.admits(&message(CAROL, TOKEN, &[]), 901), Ok(()));
    assert_eq!(filter.admits(&message(TOKEN, TOKEN, &[]), 901), Err(Reason::NotListed));
    // One who is denied is enough.
    assert_eq!(filter.admits(&tokens(), 901), denied(ALICE, None));
}

#[test]
fn a_changed_list_counts_and_a_broken_one_does_not() {
    let (_folder, path, filter) = screening(&format!("{ALICE}\n"));
    let plain = message(ALICE, BOB, &[]);
    assert!(filter.refresh().is_none());
    assert!(filter.admits(&plain, 901).is_err());

    fs::write(&path, format!("{ALICE}\n{CAROL}\n")).unwrap();
    assert!(matches!(filter.refresh(), Some(ScreeningNews::Read { denied: 2, allowed: 0 })));
    fs::write(&path, "what?\n").unwrap();
    let Some(ScreeningNews::Kept { error }) = filter.refresh() else { panic!("it is broken") };
    assert!(error.to_string().contains("line 1"), "{error}");
    assert!(filter.admits(&plain, 901).is_err(), "the list from before counts");
    assert!(filter.refresh().is_none(), "that is told once");

    fs::remove_file(&path).unwrap();
    assert!(matches!(filter.refresh(), Some(ScreeningNews::Kept { error: ScreeningFault::Io { .. } })));
    assert!(filter.admits(&plain, 901).is_err());
    // Another file in its place, as editors and configuration maps put it there.
    let clone = filter.clone();
    let other = path.with_extension("new");
    fs::write(&other, format!("{ALICE}\n{CAROL}\n{BOB}\n")).unwrap();
    fs::rename(&other, &path).unwrap();
    assert!(matches!(filter.refresh(), Some(ScreeningNews::Read { denied: 3, .. })));
    assert!(clone.admits(&message(BOB, TOKEN, &[]), 901).is_err());
}

/// While a file is written it may be empty, or end in the middle: nobody passes for that.
#[test]
fn a_list_that_stops_fewer_counts_when_its_file_is_left_alone() {
    let (_folder, path, filter) = screening(&format!("{ALICE}\nallow {CAROL}\n"));
    let (list, start) = (filter.screening.clone().unwrap(), Instant::now());
    let at = |millis| start + Duration::from_millis(millis);
    let plain = message(ALICE, BOB, &[]);
    fs::write(&path, "").unwrap();
    assert!(matches!(
        list.refresh_at(start),
        Some(ScreeningNews::Kept { error: ScreeningFault::Empty { .. } })
    ));
    assert!(list.refresh_at(at(60_000)).is_none() && filter.admits(&plain, 901).is_err(), "however long");

    fs::write(&path, "# nobody any more\n").unwrap();
    assert!(list.refresh_at(at(61_000)).is_none());
    assert!(list.refresh_at(at(62_000)).is_none() && filter.admits(&plain, 901).is_err());
    fs::write(&path, format!("# nobody\nallow {BOB}\n")).unwrap();
    assert!(list.refresh_at(at(63_500)).is_none(), "it was written again");
    assert!(list.refresh_at(at(65_000)).is_none() && filter.admits(&plain, 901).is_err());
    assert!(matches!(list.refresh_at(at(65_500)), Some(ScreeningNews::Read { denied: 0, allowed: 1 })));
    assert_eq!(filter.admits(&plain, 901), Ok(()));
}

/// Whoever reads a pipe waits for who writes.
#[test]
fn what_is_no_file_is_no_list() {
    let (folder, path, filter) = screening(&format!("{ALICE}\n"));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(filter.refresh(), Some(ScreeningNews::Kept { error: ScreeningFault::Io { .. } })));
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(matches!(Screening::open(&pipe), Err(ScreeningFault::Io { .. })));
}

#[test]
fn without_its_list_nothing_begins() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Screening::open(&folder.path().join("none")), Err(ScreeningFault::Io { .. })));
    let path = folder.path().join("list");
    fs::write(&path, "0x1\n").unwrap();
    assert!(matches!(Screening::open(&path), Err(ScreeningFault::Line { .. })));
}
