//! Interoperable addresses and names: the examples of ERC-7930, ERC-7828 and of OpenZeppelin's tests, and what is refused.

use alloy_primitives::{Address, Bytes, U256, address, hex};
use causeway_interop::{
    ChainAddress, ChainAddressError, ChainType, InteroperableAddress, InteroperableAddressError as Damage,
    InteroperableName, InteroperableNameError as Mistake, NameChecksum, NamedChain,
};
use proptest::{collection::vec, prelude::*};

use crate::strategies::{address, chain_id};

const VITALIK: Address = address!("d8dA6BF26964aF9D7eEd9e03E53415D37aA96045");

/// Text, binary form, and what both mean.
const EVM: [(&str, &str, Option<u64>, Option<Address>); 6] = [
    // ERC-7930, examples 1 and 3.
    (
        "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045@eip155:1#4CA88C9C",
        "00010000010114D8DA6BF26964AF9D7EED9E03E53415D37AA96045",
        Some(1),
        Some(VITALIK),
    ),
    (
        "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045@eip155#B26DB7CB",
        "000100000014D8DA6BF26964AF9D7EED9E03E53415D37AA96045",
        None,
        Some(VITALIK),
    ),
    // OpenZeppelin's examples 5 and 6.
    (
        "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045@eip155:42161#D2E02854",
        "0001000002a4b114d8da6bf26964af9d7eed9e03e53415d37aa96045",
        Some(42161),
        Some(VITALIK),
    ),
    ("@eip155:1#F54D4FBF", "00010000010100", Some(1), None),
    // ERC-7828.
    (
        "0xFe89cc7aBB2C4183683ab71653C4cdc9B02D44b7@eip155:1#80B12379",
        "00010000010114fe89cc7abb2c4183683ab71653c4cdc9b02d44b7",
        Some(1),
        Some(address!("Fe89cc7aBB2C4183683ab71653C4cdc9B02D44b7")),
    ),
    ("@eip155:10", "00010000010a00", Some(10), None),
];

/// Binary form, checksum: ERC-7930, examples 2 and 4.
const SOLANA: [(&str, &str); 2] = [
    (
        "000100022045296998a6f8e2a784db5d9f95e18fc23f70441a1039446801089879b08c7ef02005333498d5aea4ae009585c43f7b8c30df8e70187d4a713d134f977fc8dfe0b5",
        "88835C11",
    ),
    ("000100022045296998a6f8e2a784db5d9f95e18fc23f70441a1039446801089879b08c7ef000", "2EB18670"),
];

fn decode(text: &str) -> Result<InteroperableAddress, Damage> {
    InteroperableAddress::decode(&hex::decode(text).expect("hex"))
}

fn read(text: &str) -> Result<InteroperableAddress, Mistake> {
    text.parse::<InteroperableName>()?.resolve(|label| (label == "OPChainB").then(|| U256::from(902)))
}

#[test]
fn the_examples_of_evm_chains() {
    for (text, binary, chain_id, account) in EVM {
        let decoded = decode(binary).unwrap();
        assert_eq!(
            (decoded.chain_id(), decoded.evm_address()),
            (chain_id.map(U256::from), account),
            "{text}"
        );
        assert_eq!(decoded.encode(), Bytes::from(hex::decode(binary).unwrap()));
        let name: InteroperableName = text.parse().unwrap();
        assert_eq!((name.to_string().as_str(), name.address()), (text, account));
        assert_eq!(name.resolve(|_| None), Ok(decoded.clone()), "{text}");
        if let Some((_, checksum)) = text.split_once('#') {
            assert_eq!(decoded.checksum().to_string(), checksum);
        }
        if let (Some(chain_id), Some(address)) = (chain_id, account) {
            let account = ChainAddress { chain_id: U256::from(chain_id), address };
            assert_eq!(ChainAddress::try_from(&decoded), Ok(account));
            assert_eq!((account.to_string().as_str(), account.encode()), (text, decoded.encode()));
        }
    }
}

#[test]
fn the_examples_of_other_chains_are_read_and_are_no_accounts_here() {
    for (binary, checksum) in SOLANA {
        let decoded = decode(binary).unwrap();
        assert_eq!((decoded.chain_type(), decoded.chain_reference().len()), (ChainType::SOLANA, 32));
        assert_eq!((decoded.chain_id(), decoded.evm_address()), (None, None));
        assert_eq!(decoded.checksum().to_string(), checksum);
        assert_eq!(decoded.encode(), Bytes::from(hex::decode(binary).unwrap()));
        let refused = ChainAddress::try_from(&decoded).unwrap_err();
        assert_eq!(refused.to_string(), "its chain is of type solana (0x0002), and no EVM chain");
    }
    for text in [
        "MJKqp326RZCHnAAbew9MDdui3iCKWco7fsK9sVuZTX2@solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d#88835C11",
        "bc1qwz2lhc40s8ty3l5jg3plpve3y3l82x9l42q7fk@bip122:000000000019d6689c085ae165831e93#597D21A1",
    ] {
        assert_eq!(read(text), Err(Mistake::InvalidAddress), "{text}");
    }
    for (text, namespace) in [
        ("@solana", "solana"),
        ("@solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d#2EB18670", "solana"),
        ("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045@bip122:000000000019d6689c085ae165831e93", "bip122"),
        ("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045@EIP155:1", "EIP155"),
    ] {
        assert_eq!(read(text), Err(Mistake::UnsupportedNamespace { namespace: namespace.to_owned() }));
    }
}

#[test]
fn half_an_account_is_none() {
    let halves = [("@eip155:1", ChainAddressError::NoAddress), (EVM[1].0, ChainAddressError::NoChain)];
    for (text, half) in halves {
        assert_eq!(ChainAddress::try_from(&read(text).unwrap()), Err(half));
    }
}

/// Among them those of OpenZeppelin's tests, and what its library lets pass: bytes that follow, a chain id of two forms.
#[test]
fn damaged_bytes_are_told_by_their_damage() {
    for (binary, damage) in [
        ("", Damage::Truncated { field: "version" }),
        ("0001", Damage::Truncated { field: "chain type" }),
        ("00010042", Damage::Truncated { field: "chain reference" }),
        ("000100420101", Damage::Truncated { field: "address" }),
        ("00010042010114d8da6bf26964af9d7eed9e03e53415d37aa9", Damage::Truncated { field: "address" }),
        ("00020000010100", Damage::UnsupportedVersion { version: 2 }),
        ("80010000010100", Damage::UnsupportedVersion { version: 0x8001 }),
        ("000100420000", Damage::Empty),
        ("000100000000", Damage::Empty),
        ("0001000001010000", Damage::TrailingBytes { count: 1 }),
        ("0001000002000100", Damage::LeadingZero),
        ("00010000010112d8da6bf26964af9d7eed9e03e53415d37aa9", Damage::AddressLength { length: 18 }),
    ] {
        assert_eq!(decode(binary), Err(damage), "{binary}");
    }
    let long = format!("0001000021{}00", "11".repeat(33));
    assert_eq!(decode(&long), Err(Damage::ChainIdTooLarge { length: 33 }));
    let large = [[0x42; 300].as_slice(), &[]];
    for (field, parts) in [("chain reference", large), ("address", [large[1], large[0]])] {
        let [reference, address] = parts.map(Bytes::copy_from_slice);
        let refused = InteroperableAddress::new(ChainType(7), reference, address);
        assert_eq!(refused, Err(Damage::TooLong { field, length: 300 }));
    }
    // Of other chains, all that there is room for.
    let largest = Bytes::from([0; 255]);
    let largest = InteroperableAddress::new(ChainType(7), largest.clone(), largest).unwrap();
    assert_eq!(InteroperableAddress::decode(&largest.encode()), Ok(largest));
}

#[test]
fn wrong_names_are_told_by_their_mistake() {
    const A: &str = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";
    let label = || Mistake::UnknownLabel { label: "opchainb".to_owned() };
    let strange = |part, character| Mistake::UnexpectedCharacter { part, character };
    let wrong = |checksum| Mistake::WrongChecksum { checksum: NameChecksum(checksum) };
    for (text, mistake) in [
        ("", Mistake::NoSeparator),
        (A, Mistake::NoSeparator),
        ("@", Mistake::NoChain),
        ("A@", Mistake::NoChain),
        ("A@#4CA88C9C", Mistake::NoChain),
        ("@eip155", Mistake::Empty),
        ("A@eip155:1@eip155:2", Mistake::SeveralSeparators { mark: '@' }),
        ("A@eip155:1#4CA88C9C#4CA88C9C", Mistake::SeveralSeparators { mark: '#' }),
        ("A@eip155:1#", Mistake::InvalidChecksum),
        ("A@eip155:1#4CA88C9", Mistake::InvalidChecksum),
        ("A@eip155:1#4CA88C9C0", Mistake::InvalidChecksum),
        ("A@eip155:1#4ca88c9c", Mistake::InvalidChecksum),
        ("A@eip155:1#+4CA88C9", Mistake::InvalidChecksum),
        ("A@eip155:1#4CA88C9C ", Mistake::InvalidChecksum),
        ("A@eip155:1#4CA88C9D", wrong([0x4c, 0xa8, 0x8c, 0x9d])),
        ("A@eip155:2#4CA88C9C", wrong([0x4c, 0xa8, 0x8c, 0x9c])),
        ("A@eip155#4CA88C9C", wrong([0x4c, 0xa8, 0x8c, 0x9c])),
        ("A@OPChainB#4CA88C9C", wrong([0x4c, 0xa8, 0x8c, 0x9c])),
        ("A@opchainb", label()),
        ("A@opchainb#4CA88C9C", label()),
        ("A@eip155:", Mistake::InvalidChainId),
        ("A@eip155:01", Mistake::InvalidChainId),
        ("A@eip155:0x1", Mistake::InvalidChainId),
        ("A@eip155:1_000", Mistake::InvalidChainId),
        ("A@eip155:-1", Mistake::InvalidChainId),
        ("A@eip155:1:2", Mistake::InvalidChainId),
        ("A @eip155:1", strange("address", ' ')),
        (" A@eip155:1", strange("address", ' ')),
        ("A@ eip155:1", strange("chain", ' ')),
        ("A@eip155:1 ", strange("chain", ' ')),
        ("A@eip155:1\n", strange("chain", '\n')),
        // A Cyrillic letter.
        ("A@\u{435}ip155:1", strange("chain", '\u{435}')),
        ("\u{430}lice.eth@eip155:1", strange("address", '\u{430}')),
        ("alice.eth@eip155:1", Mistake::EnsName),
        ("0x12@eip155:1", Mistake::InvalidAddress),
        ("d8dA6BF26964aF9D7eEd9e03E53415D37aA96045@eip155:1", Mistake::InvalidAddress),
        ("0Xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045@eip155:1", Mistake::InvalidAddress),
        ("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA9604500@eip155:1", Mistake::InvalidAddress),
        ("0xg8dA6BF26964aF9D7eEd9e03E53415D37aA96045@eip155:1", Mistake::InvalidAddress),
        ("0xD8dA6BF26964aF9D7eEd9e03E53415D37aA96045@eip155:1", Mistake::WrongCase),
        // The checksum of the name is no excuse for the case of its letters.
        ("0xD8dA6BF26964aF9D7eEd9e03E53415D37aA96045@eip155:1#4CA88C9C", Mistake::WrongCase),
    ] {
        let text = match text.strip_prefix("A") {
            Some(rest) => format!("{A}{rest}"),
            None => text.replace("A@", &format!("{A}@")).replace("A @", &format!("{A} @")),
        };
        assert_eq!(read(&text), Err(mistake), "{text:?}");
    }
    let too_large = format!("{A}@eip155:{}0", U256::MAX);
    assert_eq!(read(&too_large), Err(Mistake::InvalidChainId));
    let told = read("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045@eip155:1#4CA88C9D").unwrap_err().to_string();
    assert!(!told.contains("4CA88C9C"), "it tells the right checksum: {told}");
}

#[test]
fn letters_of_one_case_need_no_checksum_and_labels_are_asked_for() {
    let expected = ChainAddress { chain_id: U256::from(902), address: VITALIK };
    let lower = VITALIK.to_string().to_lowercase();
    let upper = format!("0x{}", lower[2..].to_uppercase());
    for address in [&lower, &upper, &VITALIK.to_string()] {
        for chain in ["eip155:902", "OPChainB"] {
            let text = format!("{address}@{chain}");
            let checked = format!("{text}#{}", InteroperableAddress::from(expected).checksum());
            for text in [text, checked] {
                assert_eq!(ChainAddress::try_from(&read(&text).unwrap()), Ok(expected), "{text}");
            }
        }
    }
    let name: InteroperableName = format!("{lower}@OPChainB").parse().unwrap();
    assert_eq!((name.chain(), name.checksum()), (&NamedChain::Label("OPChainB".to_owned()), None));
}

proptest! {
    #[test]
    fn accounts_round_trip_through_text_and_bytes(chain_id in chain_id(), address in address()) {
        let account = ChainAddress { chain_id, address };
        let text = account.to_string();
        let name: InteroperableName = text.parse().unwrap();
        prop_assert_eq!(name.to_string(), text);
        let resolved = name.resolve(|_| None).unwrap();
        prop_assert_eq!(ChainAddress::try_from(&resolved), Ok(account));
        let bytes = account.encode();
        let decoded = InteroperableAddress::decode(&bytes).unwrap();
        prop_assert_eq!(&decoded, &resolved);
        // As few bytes as the id takes.
        prop_assert_eq!(bytes.len(), 26 + chain_id.byte_len().max(1));
    }

    /// A typo is found, in whichever place. (One that takes the place of the `#` leaves a name without a checksum.)
    #[test]
    fn no_single_character_can_be_another(chain_id in chain_id(), address in address(), at in any::<prop::sample::Index>(), other in "[0-9a-fA-F@#:. xz]") {
        let text = ChainAddress { chain_id, address }.to_string();
        let at = at.index(text.len());
        let mut changed = text;
        changed.replace_range(at..=at, &other);
        prop_assume!(changed.contains('#'));
        if let Ok(resolved) = read(&changed) {
            prop_assert_eq!(ChainAddress::try_from(&resolved), Ok(ChainAddress { chain_id, address }), "{}", changed);
        }
    }

    #[test]
    fn what_decodes_is_canonical(bytes in interoperable()) {
        if let Ok(decoded) = InteroperableAddress::decode(&bytes) {
            prop_assert_eq!(decoded.encode(), Bytes::from(bytes));
        }
    }

    #[test]
    fn no_text_panics(text in "[0-9a-fA-FxX@#:. eip15]{0,120}", any in ".{0,40}") {
        for text in [text, any] {
            if let Ok(name) = text.parse::<InteroperableName>() {
                prop_assert_eq!(name.to_string().parse::<InteroperableName>().unwrap(), name);
            }
        }
    }
}

/// Bytes that get beyond the version, and mostly to the end.
fn interoperable() -> impl Strategy<Value = Vec<u8>> {
    let kind = prop_oneof![3 => Just(0u8), 1 => any::<u8>()];
    let address = prop_oneof![2 => vec(any::<u8>(), 20), 1 => vec(any::<u8>(), 0..40)];
    (kind, vec(any::<u8>(), 0..40), address, 0..3usize).prop_map(|(kind, reference, address, more)| {
        let lengths = [reference.len() as u8, address.len() as u8];
        let mut bytes = vec![0, 1, 0, kind, lengths[0]];
        bytes.extend(reference);
        bytes.push(lengths[1]);
        bytes.extend(address);
        bytes.resize(bytes.len() + more / 2, 0);
        bytes
    })
}
