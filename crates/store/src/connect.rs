//! Opening a store in a Postgres database.

use crate::{
    OpenError, Store, StoreError,
    database::{Database, sql},
    migrations::{POSTGRES, Refusal},
    store::Place,
};
use sqlx::{
    ConnectOptions, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{str::FromStr, sync::Arc, time::Duration};

const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
/// What the URL may say after the question mark. Of others the driver would write the values to the log.
const PARAMETERS: [&str; 15] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
    "ssl-mode",
    "ssl-root-cert",
    "statement-cache-capacity",
];
const CONNECTIONS: u32 = 16;
/// How long to wait for a connection while the server is away.
const PATIENCE: Duration = Duration::from_secs(5);
/// Each connection begins with these. A process that was stopped in the middle of a transaction must not keep the others
/// waiting; who waits must learn of it; what was committed must be on disk; and none of our statements is worth compiling.
const SESSION: &str = "
    SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED;
    SET idle_in_transaction_session_timeout = '10s';
    SET lock_timeout = '20s';
    SET statement_timeout = '30s';
    SET jit = off;
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
";

impl Store {
    /// Opens the Postgres database at `url` (`postgres://user:password@host:port/database?sslmode=verify-full`), and
    /// brings its schema up to date: the first one of the search path, which must be empty or ours. What the URL leaves
    /// out is taken from where other Postgres programs take it, such as `PGPASSWORD` and the password file.
    ///
    /// Credentials never appear in errors.
    pub async fn connect(url: &str) -> Result<Self, OpenError> {
        let options = options(url)?;
        let place = address(&options);
        let failed = |source| unopened(&place, source);
        let mut connection = options.connect().await.map_err(failed)?;
        migrate(&mut connection).await.map_err(|refusal| refused(&place, refusal))?;
        sqlx::Connection::close(connection).await.map_err(failed)?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .after_connect(|connection, _| {
                Box::pin(async move { sqlx::raw_sql(SESSION).execute(connection).await.map(drop) })
            })
            .connect_with(options)
            .await
            .map_err(failed)?;
        Ok(Self { database: Database::Postgres(pool), place: Place::Server(Arc::from(place)), replica: None })
    }

    /// Whether no store was ever made in the Postgres database at `url`, or it is there no more. Makes nothing.
    pub async fn is_untouched(url: &str) -> Result<bool, OpenError> {
        let options = options(url)?;
        let place = address(&options);
        let failed = |source| unopened(&place, source);
        let mut connection = options.connect().await.map_err(failed)?;
        // Without a schema to look in, there is none either.
        let query = "SELECT coalesce(to_regclass(quote_ident(current_schema()) || '._sqlx_migrations') IS NULL, true)";
        let is_untouched = sqlx::query_scalar(query).fetch_one(&mut connection).await.map_err(failed)?;
        sqlx::Connection::close(connection).await.map_err(failed)?;
        Ok(is_untouched)
    }

    /// What the server is told that lets it lose what was committed when the machine fails: `fsync` is off, for instance.
    /// A transaction could have been sent then of which the record knows nothing. `None` where all is well.
    pub async fn weakness(&self) -> Result<Option<String>, StoreError> {
        if !self.is_shared() {
            return Ok(None);
        }
        for setting in ["fsync", "full_page_writes"] {
            let query = sql("SELECT current_setting($1) AS value").bind(setting);
            if self.read().await?.fetch_one(query).await?.text("value")? == "off" {
                return Ok(Some(format!("{setting} is off on the server of {}", self.place())));
            }
        }
        Ok(None)
    }

    /// The address of the database at a URL, without the credentials.
    pub fn address(url: &str) -> Result<String, OpenError> {
        options(url).map(|options| address(&options))
    }

    /// Whether a place is the URL of a Postgres database rather than the path of a file.
    pub fn is_url(place: &str) -> bool {
        SCHEMES.iter().any(|scheme| place.starts_with(scheme))
    }
}

/// Reads the URL. What is wrong with it is said without quoting it.
fn options(url: &str) -> Result<PgConnectOptions, OpenError> {
    let refuse = |reason: String| {
        let source = sqlx::Error::InvalidArgument(reason).into();
        Err(OpenError::Failed { place: "the database".to_owned(), source })
    };
    let Some(rest) = SCHEMES.iter().find_map(|scheme| url.strip_prefix(scheme)) else {
        return refuse("its URL begins with neither postgres:// nor postgresql://".to_owned());
    };
    let (before, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    // Such as a slash in the password, which begins the name of the database then.
    let (_, path) = before.split_once('/').unwrap_or((before, ""));
    if path.contains(['@', '/', ':']) || before.contains('#') || parameters.contains('#') {
        return refuse(
            "special characters in its URL have to be percent-encoded, such as / as %2F".to_owned(),
        );
    }
    for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
        let name = parameter.split(['=', '[']).next().unwrap_or_default();
        if !PARAMETERS.contains(&name) {
            let known = PARAMETERS.get(..12).unwrap_or_default().join(", ");
            return refuse(format!("its URL has an unknown parameter; known are {known}"));
        }
    }
    match PgConnectOptions::from_str(url) {
        Ok(options) => Ok(options.disable_statement_logging().application_name("causeway")),
        Err(error) => refuse(format!("its URL cannot be read: {error}")),
    }
}

/// Whether the server's certificate is signed by nobody who is known. By itself the driver knows nobody.
fn is_untrusted(error: &sqlx::Error) -> bool {
    let said = match error {
        sqlx::Error::Tls(error) => error.to_string(),
        // As rustls has it, in the error of a handshake.
        sqlx::Error::Io(error) => error.to_string(),
        _ => return false,
    };
    said.contains("UnknownIssuer") || said.contains("CaUsedAsEndEntity")
}

fn unopened(place: &str, source: sqlx::Error) -> OpenError {
    let place = place.to_owned();
    match is_untrusted(&source) {
        true => OpenError::Untrusted { place, source: source.into() },
        false => OpenError::Failed { place, source: source.into() },
    }
}

/// The address of a database, without credentials.
fn address(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    match options.get_socket() {
        Some(socket) => format!("postgres:/{}/{database}", socket.display()),
        None => format!("postgres://{}:{}/{database}", options.get_host(), options.get_port()),
    }
}

/// Looks at the schema, then brings it up to date. One that is up to date may be read by those who may not write, and where
/// nobody may.
async fn migrate(connection: &mut PgConnection) -> Result<(), Refusal> {
    let (is_ours, is_empty): (bool, bool) = sqlx::query_as(
        "SELECT to_regclass(quote_ident(current_schema()) || '._sqlx_migrations') IS NOT NULL,
         NOT EXISTS (SELECT 1 FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
             AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()))",
    )
    .fetch_one(&mut *connection)
    .await?;
    if !is_ours && !is_empty {
        return Err(Refusal::Foreign);
    }
    if is_ours && is_up_to_date(connection).await? {
        return Ok(());
    }
    POSTGRES.run_direct(None, connection, false).await.map_err(|error| Refusal::of(&POSTGRES, error))
}

/// Whether it has had all migrations, and no others.
async fn is_up_to_date(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let query = "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
    let applied: Vec<(i64, Vec<u8>)> = sqlx::query_as(query).fetch_all(connection).await?;
    let known = POSTGRES.iter().map(|migration| (migration.version, migration.checksum.to_vec()));
    Ok(known.eq(applied))
}

fn refused(place: &str, refusal: Refusal) -> OpenError {
    let place = place.to_owned();
    match refusal {
        Refusal::Foreign => OpenError::Foreign { place },
        Refusal::Newer { found, known } => OpenError::NewerSchema { place, found, known },
        Refusal::Altered { version } => OpenError::AlteredSchema { place, version },
        Refusal::Failed(source) => OpenError::Failed { place, source: source.into() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_without_credentials() {
        for (url, expected) in [
            (
                "postgres://me:secret@db.example:5433/relay?sslmode=require",
                "postgres://db.example:5433/relay",
            ),
            (
                "postgresql://me:secret@localhost/relay?host=/run/postgresql",
                "postgres://run/postgresql/relay",
            ),
            ("postgres://me@localhost/relay?password=secret", "postgres://localhost:5432/relay"),
        ] {
            assert_eq!(address(&options(url).unwrap()), expected);
        }
    }

    #[test]
    fn what_is_wrong_with_a_url_is_said_without_quoting_it() {
        for url in [
            "mysql://me:secret@localhost/relay",
            "postgres://me:12/secret@localhost/relay",
            "postgres://me:secret#x@localhost/relay",
            "postgres://me:secret@localhost:port/relay",
            "postgres://me:secret@localhost/relay?sslmode=never",
            "postgres://me@localhost/relay?pasword=secret",
            "postgres://me:secret@[::/relay",
        ] {
            let error = options(url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
            assert!(
                error.to_string().starts_with("cannot open the database: its URL")
                    || error.to_string().contains("percent-encoded"),
                "{error}"
            );
        }
    }
}
