//! Interoperable addresses and names: what decodes encodes to the same bytes, and an account that is read from a text is
//! the one that a careless reader finds there, with the checksum of what was read.

#![no_main]

use alloy::primitives::{Address, U256, keccak256};
use causeway_interop::{ChainAddress, ChainType, InteroperableAddress, InteroperableName, NamedChain};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(address) = InteroperableAddress::decode(bytes) {
        binary(bytes, &address);
    }
    if let Ok(text) = str::from_utf8(bytes)
        && let Ok(name) = text.parse::<InteroperableName>()
    {
        words(text, &name);
    }
});

fn binary(bytes: &[u8], address: &InteroperableAddress) {
    assert_eq!(&address.encode()[..], bytes);
    assert_eq!(address.checksum().0, keccak256(&bytes[2..])[..4]);
    if address.chain_type() == ChainType::EIP155 {
        // There is one form for each meaning.
        let same = InteroperableAddress::evm(address.chain_id(), address.evm_address());
        assert_eq!(same.as_ref(), Ok(address));
    }
    if let Ok(account) = ChainAddress::try_from(address) {
        assert_eq!(&account.encode()[..], bytes);
        let name: InteroperableName = account.to_string().parse().expect("it was written here");
        assert_eq!(name.resolve(|_| None).as_ref(), Ok(address));
    }
}

fn words(text: &str, name: &InteroperableName) {
    // The cases of letters apart, there is one way to write a name.
    assert_eq!(name.to_string().to_lowercase(), text.to_lowercase());
    assert_eq!(name.to_string().parse().as_ref(), Ok(name));
    let (address, rest) = text.split_once('@').expect("no name is without");
    let (chain, checksum) = rest.split_once('#').unwrap_or((rest, ""));
    assert_eq!(name.address(), address.parse::<Address>().ok());
    if let NamedChain::Label(label) = name.chain() {
        assert_eq!(label, chain);
        assert!(name.resolve(|_| None).is_err());
    }
    let Ok(resolved) = name.resolve(|_| Some(U256::from(902))) else {
        // Only of a label is the checksum left to be compared.
        assert!(matches!(name.chain(), NamedChain::Label(_)) && name.checksum().is_some());
        return;
    };
    assert_eq!(InteroperableAddress::decode(&resolved.encode()).as_ref(), Ok(&resolved));
    let digits = resolved.checksum().to_string();
    assert!(checksum.is_empty() || checksum == digits, "{text}");
    if let NamedChain::Id(id) = name.chain() {
        assert_eq!(format!("eip155:{id}"), chain);
        assert_eq!(resolved.chain_id(), Some(*id));
    }
}
