use alloy::eips::eip2930::{AccessList, AccessListItem};
use causeway_interop::{AccessListError, CROSS_L2_INBOX, ExecutingMessage, decode_access_list};
use std::collections::HashSet;

/// The access list that a transaction has, with these messages declared in it.
///
/// What it declares already stays where it is, and is not declared again. Where it has several items for the inbox, they are
/// read one after the other, as nodes do.
pub(super) fn declared(
    list: Option<&AccessList>,
    messages: &[ExecutingMessage],
) -> Result<AccessList, AccessListError> {
    let mut list = list.cloned().unwrap_or_default();
    let keys: Vec<_> = list
        .iter()
        .filter(|item| item.address == CROSS_L2_INBOX)
        .flat_map(|item| item.storage_keys.iter().copied())
        .collect();
    let mut known: HashSet<_> = decode_access_list(&keys)?.into_iter().collect();
    let mut missing = Vec::new();
    for access in messages.iter().map(ExecutingMessage::access) {
        if known.insert(access) {
            missing.extend(access.entries());
        }
    }
    if missing.is_empty() {
        return Ok(list);
    }
    match list.0.iter_mut().rfind(|item| item.address == CROSS_L2_INBOX) {
        Some(item) => item.storage_keys.extend(missing),
        None => list.0.push(AccessListItem { address: CROSS_L2_INBOX, storage_keys: missing }),
    }
    Ok(list)
}

/// What an access list costs besides the declaration of these messages, by the rules since Berlin (EIP-2930).
pub(super) fn surplus_gas(list: &AccessList, messages: &[ExecutingMessage]) -> u64 {
    const ADDRESS: u64 = 2_400;
    const KEY: u64 = 1_900;
    let keys: u64 = list.iter().map(|item| item.storage_keys.len() as u64).sum();
    let all = list.len() as u64 * ADDRESS + keys * KEY;
    let entries: usize = messages.iter().map(|message| message.access().entries().len()).sum();
    all.saturating_sub(ADDRESS + entries as u64 * KEY)
}
