//! Deliver every interop message exactly once: index, decide, submit, confirm.
