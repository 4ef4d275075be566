//! Whom a request is addressed to. A page on the web can have its own name lead to this machine, and then read as its own
//! what is answered; but its requests name that name.

use std::net::IpAddr;

/// The names by which the API answers, beside addresses and `localhost`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<String>);

impl AllowedHosts {
    /// These names, without ports.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().map(|name| name.trim_end_matches('.').to_ascii_lowercase()).collect())
    }

    /// Whether the value of a `Host` header names us. An address names nobody else: no page has one as its own name.
    pub(super) fn admits(&self, host: &str) -> bool {
        let name = without_port(host).trim_end_matches('.').to_ascii_lowercase();
        let address = name.trim_start_matches('[').trim_end_matches(']');
        name == "localhost"
            || name.ends_with(".localhost")
            || address.parse::<IpAddr>().is_ok()
            || self.0.contains(&name)
    }
}

fn without_port(host: &str) -> &str {
    if host.starts_with('[') {
        return host.split_inclusive(']').next().unwrap_or(host);
    }
    host.split(':').next().unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_others_are_refused() {
        let hosts = AllowedHosts::new(["Relayer.internal".to_owned()]);
        for ours in [
            "localhost",
            "LOCALHOST:8460",
            "127.0.0.1",
            "127.0.0.1:8460",
            "[::1]:8460",
            "[::1]",
            "10.1.2.3",
            "relayer.internal:80",
            "relayer.internal.",
            "a.localhost",
        ] {
            assert!(hosts.admits(ours), "{ours}");
        }
        for other in
            ["", "evil.example", "evil.example:8460", "127.0.0.1.evil.example", "localhost.evil.example"]
        {
            assert!(!hosts.admits(other), "{other}");
        }
    }
}
