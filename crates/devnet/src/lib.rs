//! N anvil chains behind a gateway that enforces interop.
