//! How accounts are shown together with their chains: `0x…@eip155:902#4CA88C9C`, as every command takes them.

use alloy::primitives::{Address, U256};
use causeway_interop::ChainAddress;

/// In the form that programs and people can pass on (ERC-7828). In `--json` it stands beside the address, in the field of
/// the same name with `Interoperable` behind it.
pub(crate) fn text(chain_id: U256, address: Address) -> String {
    ChainAddress { chain_id, address }.to_string()
}

/// The same for a line of a terminal with so many columns before it, or the address alone if there is no room.
pub(crate) fn shown(chain_id: U256, address: Address, before: usize) -> String {
    const COLUMNS: usize = 80;
    let text = text(chain_id, address);
    if before + text.len() <= COLUMNS { text } else { address.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_room_for_it_or_for_the_address() {
        let address = Address::repeat_byte(0xff);
        for (chain_id, is_whole) in
            [(U256::from(902), true), (U256::from(11_155_420), false), (U256::MAX, false)]
        {
            let shown = shown(chain_id, address, 14);
            assert!(shown.len() + 14 <= 80 && shown.starts_with(&address.to_string()), "{shown}");
            assert_eq!(shown.contains('@'), is_whole);
        }
    }
}
