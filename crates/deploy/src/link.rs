//! Addresses of other contracts that stand in code.

use alloy::primitives::Address;

const PUSH20: u8 = 0x73;

/// Puts an address in the places of another that code pushes. Returns how many there were.
pub(crate) fn replace(code: &mut [u8], place: Address, address: Address) -> usize {
    let pattern: Vec<u8> = [&[PUSH20], place.as_slice()].concat();
    let mut count = 0;
    for start in 0..code.len().saturating_sub(20) {
        if code[start..start + 21] == pattern[..] {
            code[start + 1..start + 21].copy_from_slice(address.as_slice());
            count += 1;
        }
    }
    count
}

/// The address that `code` pushes wherever `ours` pushes `place`, if they differ in nothing else.
pub(crate) fn linked(ours: &[u8], place: Address, code: &[u8]) -> Option<Address> {
    let is_pushed = |window: &[u8]| window[0] == PUSH20 && window[1..] == place[..];
    let at = ours.windows(21).position(is_pushed)? + 1;
    let address = Address::from_slice(code.get(at..at + 20)?);
    let mut linked = ours.to_vec();
    replace(&mut linked, place, address);
    (linked == code).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_where_nothing_else_differs() {
        let [place, other] = [1, 2].map(Address::repeat_byte);
        let ours = [&[PUSH20], &place[..], &[0x50, PUSH20], &place[..]].concat();
        let mut code = ours.clone();
        assert_eq!(replace(&mut code, place, other), 2);
        assert_eq!(linked(&ours, place, &code), Some(other));
        assert_eq!(linked(&ours, place, &ours), Some(place));
        for at in 0..code.len() {
            let mut torn = code.clone();
            torn[at] ^= 1;
            assert_eq!(linked(&ours, place, &torn), None, "{at}");
        }
        assert_eq!(linked(&ours, place, &code[..30]), None);
    }
}
