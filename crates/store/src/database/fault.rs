use sqlx::{error::DatabaseError, postgres::PgDatabaseError, sqlite::SqliteError};

const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;

/// Whether a fault passes by itself, or by an operator's doing, so that the same may be tried again: the server restarts
/// or cannot be reached, another one has taken over, a lock was waited for too long, the server has no space.
///
/// A full disk under SQLite is none: SQLite undoes the transaction by itself, of which the connection's count knows
/// nothing, so that it can never begin another.
pub(crate) fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut => true,
        // What stands before a server that is away closes the connection in good order: the answer ends too soon.
        sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(error) => {
            let error: &(dyn DatabaseError + 'static) = &**error;
            match error.try_downcast_ref::<PgDatabaseError>() {
                Some(error) => passes(error.code()),
                None => error.try_downcast_ref::<SqliteError>().and_then(DatabaseError::code).is_some_and(
                    |code| {
                        // The primary code, without the extension in the upper bits.
                        let code = code.parse::<u32>().map(|code| code & 0xff);
                        matches!(code, Ok(SQLITE_BUSY | SQLITE_LOCKED))
                    },
                ),
            }
        }
        _ => false,
    }
}

/// Whether a server gave a statement up: it took too long, or somebody cancelled it. The same one may take as long again.
pub(crate) fn is_cancelled(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.code().as_deref() == Some("57014"))
}

/// Whether Postgres says so by its code.
fn passes(code: &str) -> bool {
    // Classes: the connection is gone; a conflict of transactions; no resources (space, memory, connections).
    let class = ["08", "40", "53"].iter().any(|class| code.starts_with(class));
    class
        || matches!(
            code,
            // Cancelled by a timeout; shut down, crashed, starting up; a lock that was waited for too long; an idle
            // transaction that was ended; a standby, or a server that takes no writes for now; an I/O fault.
            "57014" | "57P01" | "57P02" | "57P03" | "57P05" | "55P03" | "25P03" | "25006" | "58030"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outages_are_no_faults_of_ours() {
        assert!(is_outage(&sqlx::Error::PoolTimedOut));
        assert!(is_outage(&sqlx::Error::Protocol("unexpected response from SSLRequest: 0x00".into())));
        assert!(is_outage(&sqlx::Error::Io(std::io::ErrorKind::ConnectionRefused.into())));
        assert!(["57P01", "40001", "53100", "08006", "25006"].into_iter().all(passes));
        // A constraint, a missing table, damage, a password.
        assert!(!["23505", "42P01", "XX001", "28P01"].into_iter().any(passes));
        assert!(!is_outage(&sqlx::Error::PoolClosed));
        assert!(!is_outage(&sqlx::Error::RowNotFound));
    }
}
