//! What a chain's section must hold beyond what its types say: a name of its own, and one URL.

use super::{ChainSection, urls};
use crate::{
    failure::{Failure, Outcome, OutcomeExt},
    parse,
};
use alloy::primitives::U256;
use std::fs;

/// Refuses a chain that is named like another, and takes its URL from its file, if it has one.
pub(super) fn complete(name: &str, chain: &mut ChainSection) -> Outcome {
    fits(name, chain)?;
    read_url(chain)
}

/// Refuses a name that reads as another chain: what is sent to `0x…@eip155:902` must not go to a chain of another id that is
/// called so.
fn fits(name: &str, chain: &ChainSection) -> Outcome {
    let kind = name.split(':').next().unwrap_or_default();
    match parse::chain_id(name) {
        Ok(id) if id != U256::from(chain.chain_id) => Err(Failure::usage(format!(
            "the chain is named like chain {id}, and its chain-id is {}",
            chain.chain_id
        ))),
        Err(_) if kind.eq_ignore_ascii_case("eip155") => Err(Failure::usage(
            "the chain is named like every chain of a kind: in an address, `eip155` is any of the EVM",
        )),
        _ => return Ok(()),
    }
    .map_err(|failure| failure.with_hint("give it another name"))
}

/// Takes a chain's URL from its file, if it has one.
fn read_url(chain: &mut ChainSection) -> Outcome {
    let path = match (&chain.rpc_url, &chain.rpc_url_file) {
        (Some(_), None) => return Ok(()),
        (Some(_), Some(_)) => {
            return Err(Failure::usage("of `rpc-url` and `rpc-url-file` only one may be set"));
        }
        (None, None) => return Err(Failure::usage("the key `rpc-url` is missing")),
        (None, Some(path)) => path,
    };
    let text = fs::read_to_string(path)
        .what(format!("cannot read the rpc-url-file {}", path.display()))
        .bad_input()
        .hint("it holds the URL of the chain's node, or one a line, and nothing else")?;
    chain.rpc_url = Some(urls::split(&text).what(format!("wrong URL in {}", path.display())).bad_input()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::config::{Loaded, load};

    #[test]
    fn no_chain_is_named_like_another() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        for (name, id) in [
            ("902", 10),
            ("0x386", 10),
            ("0902", 10),
            ("eip155:902", 10),
            ("99999999999999999999999", 10),
            ("eip155:0902", 902),
            ("eip155", 902),
            ("EIP155:902", 902),
        ] {
            let text = format!("[chains.\"{name}\"]\nchain-id = {id}\nrpc-url = \"http://127.0.0.1:1\"\n");
            std::fs::write(&file, text).unwrap();
            let message = load(Some(&file), folder.path()).unwrap_err().message();
            assert!(message.contains("the chain is named like"), "{name}: {message}");
        }
        for name in ["902", "0x386", "eip155:902", "eip", "base", "eip1559"] {
            let text = format!("[chains.\"{name}\"]\nchain-id = 902\nrpc-url = \"http://127.0.0.1:1\"\n");
            std::fs::write(&file, text).unwrap();
            assert_eq!(load(Some(&file), folder.path()).unwrap().config.chains[name].chain_id, 902);
        }
    }

    #[test]
    fn a_url_may_stand_in_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (file, url) = (folder.path().join("c.toml"), folder.path().join("url"));
        std::fs::write(&url, "https://node.example/s3cretpath\n").unwrap();
        let text = format!("[chains.x]\nchain-id = 1\nrpc-url-file = \"{}\"\n", url.display());
        std::fs::write(&file, text).unwrap();
        let loaded = load(Some(&file), folder.path()).unwrap();
        let read = |loaded: &Loaded| -> Vec<String> {
            loaded.config.chains["x"].nodes().map(|node| node.expose().to_owned()).collect()
        };
        assert_eq!(read(&loaded), ["https://node.example/s3cretpath"]);
        std::fs::write(&url, "https://node.example/s3cretpath\nwss://other.example/s3cret\n").unwrap();
        let loaded = load(Some(&file), folder.path()).unwrap();
        assert_eq!(read(&loaded), ["https://node.example/s3cretpath", "wss://other.example/s3cret"]);
        std::fs::write(&url, "s3cretpath is no URL").unwrap();
        let message = load(Some(&file), folder.path()).unwrap_err().message();
        assert!(message.contains("chains.x") && !message.contains("s3cretpath"), "{message}");
    }
}
