//! An account that another program signs for.

use crate::{
    at_file, environment,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    hidden::Hidden,
    parse, secret_file,
};
use alloy::primitives::Address;
use causeway_chain::Endpoint;
use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

const EXPECTED: &str = "expected ACCOUNT=URL, or ACCOUNT=@FILE with a file that holds the URL";

/// The account, and where that program is: written as `ACCOUNT=URL`, or as `ACCOUNT=@FILE` with the URL in a file. It is shown
/// without the credentials of the URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RemoteAccount {
    pub(crate) account: Address,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Url(Endpoint),
    File(PathBuf),
}

impl RemoteAccount {
    /// Reads what a user has written. What is wrong is not repeated: it may hold a password.
    pub(crate) fn named(text: &str) -> Outcome<Self> {
        text.parse().map_err(|why| {
            Failure::usage(format!("an account that is signed for elsewhere is named wrong: {why}"))
                .with_code(ErrorCode::InvalidKey)
                .with_hint(Self::forgotten(text).unwrap_or(EXPECTED))
        })
    }

    /// What to do where the URL is the name of a file.
    pub(super) fn forgotten(text: &str) -> Option<&'static str> {
        text.split_once('=').and_then(|(_, place)| at_file::forgotten(place))
    }

    /// Where it is asked to sign. A file is refused that others may read: the URL may be all that it takes to have
    /// transactions signed.
    pub(crate) fn endpoint(&self) -> Outcome<Endpoint> {
        match &self.place {
            Place::Url(url) => Ok(url.clone()),
            Place::File(path) => {
                let url = secret_file::read(path, "file with a signer's URL")?;
                url.trim()
                    .parse()
                    .what(format!("the file {} holds no URL of a signer", path.display()))
                    .bad_input()
                    .code(ErrorCode::InvalidKey)
                    .hint("it holds http://, https://, ws:// or wss:// and a host, and nothing else")
            }
        }
    }

    /// Has the credentials of its URL shown nowhere.
    pub(crate) fn hide(&self, hidden: &Hidden) {
        if let Place::Url(url) = &self.place {
            hidden.endpoint(url);
        }
    }
}

impl FromStr for RemoteAccount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (account, place) = text.split_once('=').ok_or("no = separates the account and its signer")?;
        let account = parse::address(account.trim())?;
        let place = match place.trim().strip_prefix('@') {
            Some("") => return Err("no file stands after the @".to_owned()),
            Some(path) => {
                Place::File(environment::expand(Path::new(path)).map_err(|error| error.to_string())?)
            }
            None => Place::Url(place.parse().map_err(|error| format!("{error}"))?),
        };
        Ok(Self { account, place })
    }
}

impl fmt::Display for RemoteAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Url(url) => write!(f, "{}={url}", self.account),
            Place::File(path) => write!(f, "{}=@{}", self.account, path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt};

    const ACCOUNT: &str = "0x00000000000000000000000000000000000000AA";

    fn read(text: &str) -> Result<RemoteAccount, String> {
        RemoteAccount::named(text).map_err(|failure| failure.message() + failure.hint().unwrap_or_default())
    }

    #[test]
    fn an_account_is_shown_without_the_secrets_of_its_signer() {
        let url = "https://user:s3cret@signer.example/v1/s3cretpath?key=s3cretquery";
        let named = read(&format!("{ACCOUNT} = {url}")).unwrap();
        assert_eq!(named.account, ACCOUNT.parse::<Address>().unwrap());
        assert_eq!(named.endpoint().unwrap().expose(), url);
        let shown = format!("{named} {named:?}");
        assert!(shown.contains("signer.example") && !shown.contains("s3cret"), "{shown}");
        assert_eq!(
            read(&format!("{ACCOUNT}=@/run/signer")).unwrap().to_string(),
            format!("{ACCOUNT}=@/run/signer")
        );
    }

    #[test]
    fn what_is_wrong_is_not_repeated() {
        for bad in [
            "",
            "s3cret",
            "s3cret=http://h",
            "0x00=http://user:s3cret@h",
            &format!("{ACCOUNT}="),
            &format!("{ACCOUNT}=@"),
            &format!("{ACCOUNT}=s3cret"),
            &format!("{ACCOUNT}=ftp://user:s3cret@h"),
            "http://user:s3cret@h",
        ] {
            let said = read(bad).unwrap_err();
            assert!(said.contains("ACCOUNT=URL") && !said.contains("s3cret"), "{bad}: {said}");
        }
    }

    #[test]
    fn a_url_is_read_from_a_file_of_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signer");
        let named = read(&format!("{ACCOUNT}=@{}", path.display())).unwrap();
        let with = |text: &str, mode| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            named.endpoint().map_err(|failure| failure.message() + failure.hint().unwrap_or_default())
        };
        assert_eq!(with("http://user:s3cret@h/\n", 0o600).unwrap().expose(), "http://user:s3cret@h/");
        let said = with("http://user:s3cret@h/\n", 0o640).unwrap_err();
        assert!(said.contains("(mode 640)"), "{said}");
        for text in ["", "s3cret", "ftp://user:s3cret@h"] {
            let said = with(text, 0o600).unwrap_err();
            assert!(said.contains("holds no URL of a signer") && !said.contains("s3cret"), "{said}");
        }
    }
}
