//! The interop contracts as Rust types: ABI, bytecode, predeploy addresses.
