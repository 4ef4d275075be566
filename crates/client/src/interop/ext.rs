use alloy::providers::Provider;

use super::Interop;

/// Adds [`interop`](InteropExt::interop) to every provider of alloy.
pub trait InteropExt: Provider + Clone + 'static {
    /// Returns what can be done with messages from and to the provider's chain.
    fn interop(&self) -> Interop {
        Interop::new(self.clone())
    }
}

impl<P: Provider + Clone + 'static> InteropExt for P {}
