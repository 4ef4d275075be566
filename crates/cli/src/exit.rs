//! Exit codes: what a script can rely on.

use std::process::ExitCode;

/// How the process ends. The numbers are part of the interface and never change meaning. What failed is told more exactly by
/// its [`ErrorCode`](crate::failure::ErrorCode).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// The operation succeeded.
    Done = 0,
    /// The operation failed, and no transaction of it is on its way.
    Failed = 1,
    /// The command line, the configuration or an input value is wrong, or a look before anything was sent found that it could
    /// not arrive or not be paid for; nothing was attempted.
    Usage = 2,
    /// A transaction was sent, or may have been, and what it was sent for was not seen: it may still come. So it ends
    /// whatever the reason, Ctrl-C included. Its hash and nonce are printed; look at what became of it before sending again.
    NotDelivered = 3,
    /// What was asked about cannot be read: neither that it is so nor that it is not is known.
    Unknown = 4,
    /// The operation was interrupted (Ctrl-C, SIGTERM) before anything was sent.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
