//! Errors by name: those of the interop contracts, and those of the libraries that most tokens are made of.

use crate::{
    CrossL2Inbox, ETHLiquidity, L2StandardBridgeInterop, L2ToL2CrossDomainMessenger, OptimismMintableERC20,
    OptimismSuperchainERC20, ProxyAdmin, RelayBatcher, SuperchainETHBridge, SuperchainTokenBridge,
};
use alloy::primitives::{Address, U256, hex, keccak256};

/// What our own contracts do not have: the messenger's 2.0 line, OpenZeppelin's ERC-6093 and its guards, solady's.
///
/// Every argument is one word.
const FOREIGN: [&str; 60] = [
    "L2ToL2CrossDomainMessenger_MessageTargetUnsafe()",
    "L2ToL2CrossDomainMessenger_MessageNotExpired()",
    "L2ToL2CrossDomainMessenger_InvalidExpiryPeriod()",
    "L2ToL2CrossDomainMessenger_NotOtherMessenger()",
    "SuperchainETHBridge_MessageNotExpired()",
    "SuperchainETHBridge_AlreadyRefunded()",
    "NonDeclaredExecutingMessage()",
    "ERC20InsufficientBalance(address,uint256,uint256)",
    "ERC20InvalidSender(address)",
    "ERC20InvalidReceiver(address)",
    "ERC20InsufficientAllowance(address,uint256,uint256)",
    "ERC20InvalidApprover(address)",
    "ERC20InvalidSpender(address)",
    "ERC20ExceededCap(uint256,uint256)",
    "ERC20InvalidCap(uint256)",
    "ERC20ExceededSafeSupply(uint256,uint256)",
    "ERC721InvalidOwner(address)",
    "ERC721NonexistentToken(uint256)",
    "ERC721IncorrectOwner(address,uint256,address)",
    "ERC721InvalidSender(address)",
    "ERC721InvalidReceiver(address)",
    "ERC721InsufficientApproval(address,uint256)",
    "ERC721InvalidApprover(address)",
    "ERC721InvalidOperator(address)",
    "ERC1155InsufficientBalance(address,uint256,uint256,uint256)",
    "ERC1155InvalidSender(address)",
    "ERC1155InvalidReceiver(address)",
    "ERC1155MissingApprovalForAll(address,address)",
    "ERC1155InvalidApprover(address)",
    "ERC1155InvalidOperator(address)",
    "ERC1155InvalidArrayLength(uint256,uint256)",
    "ERC2612ExpiredSignature(uint256)",
    "ERC2612InvalidSigner(address,address)",
    "OwnableUnauthorizedAccount(address)",
    "OwnableInvalidOwner(address)",
    "AccessControlUnauthorizedAccount(address,bytes32)",
    "AccessControlBadConfirmation()",
    "AccessManagedUnauthorized(address)",
    "EnforcedPause()",
    "ExpectedPause()",
    "ReentrancyGuardReentrantCall()",
    "NotInitializing()",
    "AddressEmptyCode(address)",
    "AddressInsufficientBalance(address)",
    "FailedCall()",
    "FailedInnerCall()",
    "FailedDeployment()",
    "InsufficientBalance(uint256,uint256)",
    "MissingPrecompile(address)",
    "SafeERC20FailedOperation(address)",
    "SafeCastOverflowedUintDowncast(uint8,uint256)",
    "NewOwnerIsZeroAddress()",
    "AlreadyInitialized()",
    "NoHandoverRequest()",
    "Reentrancy()",
    "ETHTransferFailed()",
    "TransferFailed()",
    "TransferFromFailed()",
    "ApproveFailed()",
    "MintToZeroAddress()",
];

/// ERC7786Gateway's, and those of OpenZeppelin's contracts that receive from it.
const GATEWAY: [&str; 20] = [
    "ValueNotSupported(uint256)",
    "RecipientCannotReceive(address)",
    "RecipientWithoutCode(address)",
    "MessageNotAccepted(address)",
    "UnsupportedAttribute(bytes4)",
    "InteropAddressTooShort(uint256)",
    "InteropAddressTooLong(uint256)",
    "UnsupportedInteropAddressVersion(uint16)",
    "UnsupportedChainType(bytes2)",
    "ChainReferenceMissing()",
    "ChainReferenceTooLong(uint256)",
    "ChainReferenceNotCanonical()",
    "AddressMissing()",
    "InvalidAddressLength(uint256)",
    "ERC7786RecipientUnauthorizedGateway(address,bytes)",
    "InteroperableAddressParsingError(bytes)",
    "InteroperableAddressEmptyReferenceAndAddress()",
    "LinkAlreadyRegistered(bytes)",
    "CrosschainFungibleEmptyAddress()",
    "ERC7579UnsupportedCallType(bytes1)",
];

/// An error that is known.
pub(super) enum Found {
    /// One without arguments.
    Name(&'static str),
    /// One with its arguments, in words.
    Call(String),
}

/// Looks for the error that this data encodes: its selector, and as many words as its arguments have, or point from.
pub(super) fn find(data: &[u8]) -> Option<Found> {
    let (selector, arguments) = data.split_first_chunk::<4>()?;
    if let Some(name) = own_name(*selector) {
        return Some(Found::Name(name));
    }
    let signature = FOREIGN
        .into_iter()
        .chain(GATEWAY)
        .chain(["InsufficientValue(uint256,uint256)"])
        .find(|signature| keccak256(signature.as_bytes()).starts_with(selector))?;
    let (name, types) = signature.strip_suffix(')')?.split_once('(')?;
    if types.is_empty() {
        return Some(Found::Name(name));
    }
    let types: Vec<&str> = types.split(',').collect();
    let (words, _) = arguments.as_chunks::<32>();
    if words.len() < types.len() {
        return None;
    }
    let shown: Vec<String> =
        types.iter().zip(words).map(|(kind, word)| show(kind, word, arguments)).collect();
    Some(Found::Call(format!("{name}({})", shown.join(", "))))
}

/// The name of an error of the interop contracts. None of these has arguments.
fn own_name(selector: [u8; 4]) -> Option<&'static str> {
    L2ToL2CrossDomainMessenger::L2ToL2CrossDomainMessengerErrors::name_by_selector(selector)
        .or_else(|| CrossL2Inbox::CrossL2InboxErrors::name_by_selector(selector))
        .or_else(|| SuperchainTokenBridge::SuperchainTokenBridgeErrors::name_by_selector(selector))
        .or_else(|| SuperchainETHBridge::SuperchainETHBridgeErrors::name_by_selector(selector))
        .or_else(|| ETHLiquidity::ETHLiquidityErrors::name_by_selector(selector))
        .or_else(|| OptimismSuperchainERC20::OptimismSuperchainERC20Errors::name_by_selector(selector))
        .or_else(|| OptimismMintableERC20::OptimismMintableERC20Errors::name_by_selector(selector))
        .or_else(|| L2StandardBridgeInterop::L2StandardBridgeInteropErrors::name_by_selector(selector))
        .or_else(|| ProxyAdmin::ProxyAdminErrors::name_by_selector(selector))
        .or_else(|| RelayBatcher::RelayBatcherErrors::name_by_selector(selector))
        .filter(|name| *name != "InsufficientValue")
}

/// One argument, the word in its place among all arguments. What does not fit its type is shown as it is.
fn show(kind: &str, word: &[u8; 32], arguments: &[u8]) -> String {
    let (high, low) = word.split_at(12);
    match kind {
        "address" if high.iter().all(|byte| *byte == 0) => Address::from_slice(low).to_string(),
        "uint256" | "uint16" | "uint8" => U256::from_be_bytes(*word).to_string(),
        "bytes1" | "bytes2" | "bytes4" => {
            let length = usize::from(kind.as_bytes()[5] - b'0');
            let (shown, padding) = word.split_at(length);
            let fits = padding.iter().all(|byte| *byte == 0);
            format!("0x{}", hex::encode(if fits { shown } else { word }))
        }
        "bytes" => format!("0x{}", hex::encode(dynamic(word, arguments).unwrap_or(word))),
        _ => format!("0x{}", hex::encode(word)),
    }
}

/// What an argument of dynamic length points to, if it is all there.
fn dynamic<'a>(offset: &[u8; 32], arguments: &'a [u8]) -> Option<&'a [u8]> {
    let number = |word: &[u8; 32]| usize::try_from(U256::from_be_bytes(*word)).ok();
    let (length, data) = arguments.get(number(offset)?..)?.split_first_chunk::<32>()?;
    data.get(..number(length)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ERC7786Gateway;

    fn text(signature: &str, arguments: &str) -> Option<String> {
        let mut data = keccak256(signature)[..4].to_vec();
        data.extend(hex::decode(arguments).unwrap());
        Some(match find(&data)? {
            Found::Name(name) => format!("{name}()"),
            Found::Call(call) => call,
        })
    }

    #[test]
    fn arguments_are_read_by_their_types() {
        let account = "000000000000000000000000f39fd6e51aad88f6f4ce6ab8827279cfffb92266";
        let (five, ten) = (format!("{:064x}", 5), format!("{:064x}", 10));
        assert_eq!(
            text("ERC20InsufficientBalance(address,uint256,uint256)", &format!("{account}{five}{ten}"))
                .unwrap(),
            "ERC20InsufficientBalance(0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266, 5, 10)"
        );
        let role = "ab".repeat(32);
        let guarded = text("AccessControlUnauthorizedAccount(address,bytes32)", &format!("{account}{role}"));
        assert!(guarded.unwrap().ends_with(&format!("b92266, 0x{role})")));
        // An address with something above it is none.
        let dirty = text("OwnableUnauthorizedAccount(address)", &"11".repeat(32)).unwrap();
        assert_eq!(dirty, format!("OwnableUnauthorizedAccount(0x{})", "11".repeat(32)));
        assert_eq!(
            text("InsufficientValue(uint256,uint256)", &format!("{five}{ten}")).unwrap(),
            "InsufficientValue(5, 10)"
        );
        // Half of its arguments are none.
        assert_eq!(text("ERC20InsufficientBalance(address,uint256,uint256)", account), None);
        assert_eq!(text("EnforcedPause()", "").unwrap(), "EnforcedPause()");
        assert_eq!(text("TotalSupplyOverflow()", "").unwrap(), "TotalSupplyOverflow()");
        assert_eq!(text("nobody knows this()", ""), None);
    }

    #[test]
    fn every_error_of_the_gateway_is_known() {
        for selector in ERC7786Gateway::ERC7786GatewayErrors::SELECTORS {
            let data = [selector.as_slice(), &[0; 32]].concat();
            let name = ERC7786Gateway::ERC7786GatewayErrors::name_by_selector(*selector);
            assert!(find(&data).is_some(), "{name:?}");
        }
    }

    #[test]
    fn arguments_of_any_length_are_read() {
        let account = "000000000000000000000000f39fd6e51aad88f6f4ce6ab8827279cfffb92266";
        let error = "ERC7786RecipientUnauthorizedGateway(address,bytes)";
        let (offset, length) = (format!("{:064x}", 64), format!("{:064x}", 3));
        let bytes = format!("010203{}", "00".repeat(29));
        assert_eq!(
            text(error, &format!("{account}{offset}{length}{bytes}")).unwrap(),
            "ERC7786RecipientUnauthorizedGateway(0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266, 0x010203)"
        );
        // One that points nowhere, or to more than there is, is shown as it is.
        for far in ["ff".repeat(32), format!("{:064x}", 1000)] {
            let shown = text(error, &format!("{account}{far}")).unwrap();
            assert!(shown.ends_with(&format!(", 0x{far})")), "{shown}");
        }
        let long = format!("{account}{offset}{}{bytes}", "ff".repeat(32));
        assert!(text(error, &long).unwrap().ends_with(&format!(", 0x{offset})")));

        let attribute = format!("39f87ba1{}", "00".repeat(28));
        assert_eq!(
            text("UnsupportedAttribute(bytes4)", &attribute).unwrap(),
            "UnsupportedAttribute(0x39f87ba1)"
        );
    }

    #[test]
    fn every_signature_is_one() {
        for signature in FOREIGN.into_iter().chain(GATEWAY) {
            let (name, types) = signature.strip_suffix(')').unwrap().split_once('(').unwrap();
            assert!(!name.is_empty() && !signature.contains(' '), "{signature}");
            let known = [
                "", "address", "uint256", "uint16", "uint8", "bytes32", "bytes", "bytes1", "bytes2", "bytes4",
            ];
            assert!(types.split(',').all(|kind| known.contains(&kind)), "{signature}");
        }
    }
}
