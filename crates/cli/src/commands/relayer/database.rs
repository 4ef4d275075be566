//! Which database a relayer works on: a file, or one of a Postgres server.

use super::spelling;
use crate::{
    context::Context,
    environment,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    home, secret_file,
};
use causeway_store::{Lease, OpenError, Store};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Much more than that is no URL.
const LONGEST_URL: u64 = 10_000;

/// A database that is named.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Database {
    File(PathBuf),
    Server {
        /// With the credentials.
        url: String,
        /// Without them.
        shown: String,
    },
}

impl Database {
    /// What names it, where something does.
    pub(super) fn named_by(flag: Option<&Path>, context: &Context<'_>) -> Option<&'static str> {
        match (flag, environment::read(environment::DATABASE_URL)) {
            (Some(_), _) => Some("--database"),
            (None, Some(_)) => Some(environment::DATABASE_URL),
            (None, None) => context.loaded.config.relayer.database.as_ref().map(|_| "relayer.database"),
        }
    }

    /// The one that the flag names, or else the environment, or else the configuration: a path, the URL of a Postgres database, or
    /// @FILE that holds one. Credentials of a URL are shown nowhere from then on.
    pub(crate) fn named(flag: Option<&Path>, context: &Context<'_>) -> Outcome<Option<Self>> {
        let variable = environment::read(environment::DATABASE_URL).map(PathBuf::from);
        let configured = context.loaded.config.relayer.database.clone();
        let Some(name) = flag.map(Path::to_owned).or(variable).or(configured) else { return Ok(None) };
        let Some(text) = name.to_str().filter(|text| text.starts_with('@') || Store::is_url(text)) else {
            return if holds_url(&name) { Err(no_database(&name)) } else { Ok(Some(Self::File(name))) };
        };
        let url = read_url(text, context)?;
        let shown = Store::address(&url)
            .what("cannot use the database")
            .bad_input()
            .hint("expected a path, postgres://USER:PASSWORD@HOST:PORT/NAME, or @FILE with such a URL")?;
        Ok(Some(Self::Server { url, shown }))
    }

    /// Whether it is a file that is there.
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::File(path) if path.is_file())
    }

    /// Whether nothing is there yet, or any more. Makes nothing.
    pub(super) async fn is_missing(&self) -> Outcome<bool> {
        match self {
            Self::File(path) => Ok(match path.metadata() {
                Ok(meta) => meta.is_file() && meta.len() == 0,
                // What else is wrong is said when it is opened.
                Err(error) => error.kind() == io::ErrorKind::NotFound,
            }),
            Self::Server { url, .. } => Store::is_untouched(url).await.map_err(unopened),
        }
    }

    /// What tells it from all others, whatever the credentials: a server's database may have stores in several schemas. A file
    /// goes by where it is and, if that is another place, by how it is called: a link may lead elsewhere tomorrow.
    pub(super) fn identities(&self) -> Vec<String> {
        match self {
            Self::File(path) => {
                let mut places = vec![spelling::resolved(path).display().to_string(), self.place()];
                places.dedup();
                places
            }
            Self::Server { url, shown } => {
                let (_, parameters) = url.split_once('?').unwrap_or_default();
                let options = parameters.split('&').find(|parameter| parameter.starts_with("options"));
                vec![format!("{shown} {}", options.unwrap_or_default())]
            }
        }
    }

    /// Whether a path leads to it, however it is spelled.
    pub(super) fn is_at(&self, place: &Path) -> bool {
        match self {
            Self::File(path) => place.is_absolute() && spelling::resolved(place) == spelling::resolved(path),
            Self::Server { .. } => false,
        }
    }

    /// Where it is, whichever folder one works in.
    pub(super) fn place(&self) -> String {
        match self {
            Self::File(path) => {
                std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string()
            }
            Self::Server { shown, .. } => shown.clone(),
        }
    }

    /// Opens it, and makes it where there is none.
    pub(crate) async fn open(&self) -> Outcome<Store> {
        match self {
            Self::File(path) => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder)
                        .what(format!("cannot make the folder {}", folder.display()))
                        .code(ErrorCode::StorageUnusable)
                        .hint(format!("name another file with --database, or {}", home::HINT))?;
                }
                Store::open(path).await.what(format!("cannot open the database {}", path.display()))
            }
            Self::Server { url, .. } => Store::connect(url).await.map_err(unopened),
        }
    }
}

/// Without credentials.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server { shown, .. } => f.write_str(shown),
        }
    }
}

// A derived one would show the password.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({self})")
    }
}

/// That a server's database cannot be opened, and what helps.
pub(super) fn unopened(error: OpenError) -> Failure {
    let remedy = error.remedy();
    let failure = Failure::from(error);
    match remedy {
        Some(remedy) => failure.with_hint(remedy),
        None => failure,
    }
}

/// Whether a file has the URL of a Postgres database where a database would have its own first bytes.
fn holds_url(path: &Path) -> bool {
    if !path.is_file() {
        return false;
    }
    let mut start = String::new();
    // What cannot be read, or is no text, is told of when it is opened.
    let read = File::open(path).and_then(|file| file.take(LONGEST_URL).read_to_string(&mut start));
    read.is_ok() && Store::is_url(start.trim_start())
}

fn no_database(path: &Path) -> Failure {
    let shown = path.display();
    Failure::usage(format!("{shown} is no database: it holds the URL of one"))
        .with_hint(format!("with an @ before its name, as @{shown}, what stands in it is taken"))
}

/// Reads a URL, or the file after the @ that holds it. It is shown nowhere from then on.
pub(super) fn read_url(text: &str, context: &Context<'_>) -> Outcome<String> {
    let url = match text.strip_prefix('@') {
        None => text.to_owned(),
        Some(path) => environment::expand(Path::new(path))
            .what(format!("cannot read the URL of the database from {path}"))
            .bad_input()
            .and_then(|path| {
                secret_file::read_shared(&path, "file with the database's URL", |text| {
                    context.printer.warn(text);
                })
            })
            .hint("the file after the @ holds one URL")?
            .trim()
            .to_owned(),
    };
    context.printer.hidden().key(&url);
    Ok(url)
}

/// The relayers that work on a shared database, as their leases say: in one line, and who works for what if there are several.
pub(super) async fn worker(store: &Store) -> Outcome<Option<String>> {
    let work = shares(&store.leases().await?);
    if work.len() <= 1 {
        return Ok(work.into_iter().next().map(|share| share.holder));
    }
    Ok(Some(work.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))
}

/// A relayer on a shared database, and the chains that it works for.
#[derive(Debug)]
pub(super) struct Share {
    /// What it says of itself.
    pub(super) holder: String,
    pub(super) chains: BTreeSet<u64>,
}

/// Those that are there, as their leases say.
pub(super) fn shares(leases: &[Lease]) -> Vec<Share> {
    let mut work: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for lease in leases.iter().filter(|lease| !lease.expires_in.is_zero()) {
        let chains = work.entry(&lease.holder).or_default();
        if lease.role.is_work() {
            chains.insert(lease.chain_id);
        }
    }
    work.into_iter().map(|(holder, chains)| Share { holder: holder.to_owned(), chains }).collect()
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chains: Vec<_> = self.chains.iter().map(u64::to_string).collect();
        match chains.is_empty() {
            true => write!(f, "{}: stands by", self.holder),
            false => write!(f, "{}: works for {}", self.holder, chains.join(", ")),
        }
    }
}
