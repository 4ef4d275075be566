//! What 0 would be for a limit of what is spent: some would read it as no limit, others as nothing, so that it is refused.

/// What to do instead. The path is that of a key.
pub(super) fn hint(path: &[String]) -> Option<&'static str> {
    let [section, key] = path else { return None };
    if section != "relayer" {
        return None;
    }
    Some(match key.as_str() {
        "max-fee-per-gas" | "max-gas-per-hour" => {
            "0 could be no limit, or nothing: leave the key away to have no limit; a relayer that is to pay nothing is stopped"
        }
        "max-gas-per-message" | "vain-gas-per-sender" | "vain-gas-per-route" => {
            "leave the key away to have the limit that stands in docs/configuration.md"
        }
        "resend-max-gas-per-day" => "to have nothing sent again leave auto-resend and resend-key-file away",
        "top-up-below" | "top-up-to" | "top-up-max-per-day" => {
            "to have nobody filled leave all keys away that begin with top-up-"
        }
        "min-value" | "max-value" => "leave the key away to have no limit",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::config::load;

    #[test]
    fn a_limit_of_nothing_is_refused_with_what_to_do_instead() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        for (line, expected) in [
            ("max-gas-per-hour = 0", "no limit"),
            ("max-fee-per-gas = \"0gwei\"", "no limit"),
            ("max-fee-per-gas = 0", "no limit"),
            ("max-gas-per-message = 0", "leave the key away"),
            ("vain-gas-per-sender = 0", "leave the key away"),
            ("vain-gas-per-route = 0", "leave the key away"),
            ("resend-max-gas-per-day = 0", "auto-resend"),
            ("top-up-max-per-day = \"0\"", "top-up-"),
            ("max-value = \"0ether\"", "no limit"),
        ] {
            std::fs::write(&file, format!("[relayer]\n{line}\n")).unwrap();
            let failure = load(Some(&file), folder.path()).unwrap_err();
            let hint = failure.hint().unwrap_or_default();
            assert!(hint.contains(expected), "{line}: {}: {hint}", failure.message());
        }
        std::fs::write(&file, "[relayer]\nmax-gas-per-hour = -1\n").unwrap();
        let failure = load(Some(&file), folder.path()).unwrap_err();
        assert!(!failure.hint().unwrap_or_default().contains("no limit"), "{}", failure.message());
    }
}
