use crate::AnvilBinary;
use std::{process::Stdio, time::Duration};
use tokio::{process::Command, time::timeout};

/// How long a program may take to print its version.
const PRINT_TIMEOUT: Duration = Duration::from_secs(2);

/// What is known of a version of anvil.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fitness {
    /// A devnet was tried on it.
    Known,
    /// Older than any that a devnet was tried on.
    TooOld,
    /// Newer, or none that says what it is: its methods may be others than the gateway knows.
    Unknown,
}

/// The oldest version that has what a devnet needs, and the newest whose methods the gateway knows.
const OLDEST: (u64, u64) = (1, 7);
const NEWEST: (u64, u64) = (1, 8);

impl Fitness {
    /// Judges by what the node answers to `web3_clientVersion`, `anvil/v1.7.1` for example, or prints as its version.
    pub(crate) fn of(client: &str) -> Self {
        match numbers(client) {
            Some(version) if version < OLDEST => Self::TooOld,
            Some(version) if version <= NEWEST => Self::Known,
            _ => Self::Unknown,
        }
    }
}

/// The first line of what a program prints when it is asked for its version.
pub(crate) async fn printed_version(binary: &AnvilBinary) -> Option<String> {
    let mut command = Command::new(binary.path());
    command.arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = timeout(PRINT_TIMEOUT, command.output()).await.ok()?.ok()?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned())
}

fn numbers(client: &str) -> Option<(u64, u64)> {
    let rest = client.trim().strip_prefix("anvil")?;
    let start = rest.find(|character: char| character.is_ascii_digit())?;
    let mut parts = rest[start..].split('.');
    let mut next = || parts.next()?.parse().ok();
    Some((next()?, next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_judged() {
        for (client, fitness) in [
            ("anvil/v1.7.1", Fitness::Known),
            ("anvil/v1.8.0-nightly", Fitness::Known),
            ("anvil Version: 1.7.1\nCommit SHA: 4072", Fitness::Known),
            ("anvil/v1.5.1", Fitness::TooOld),
            ("anvil Version: 1.5.1-v1.5.1", Fitness::TooOld),
            ("anvil 0.2.0 (abc 2024)", Fitness::TooOld),
            ("anvil/v2.0.0", Fitness::Unknown),
            ("Geth/v1.14", Fitness::Unknown),
            ("anvil", Fitness::Unknown),
        ] {
            assert_eq!(Fitness::of(client), fitness, "{client}");
        }
    }
}
