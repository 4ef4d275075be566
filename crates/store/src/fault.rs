use crate::database::{is_cancelled, is_outage};
use sqlx::{error::DatabaseError, postgres::PgDatabaseError};
use std::{error::Error, fmt};

/// What is wrong with a database, as it, or the way to it, says: in its words, without where in its sources they stand.
#[derive(Debug)]
pub struct DatabaseFault(sqlx::Error);

impl DatabaseFault {
    /// Returns what helps, where that is known: only of the server of a shared database.
    pub fn remedy(&self) -> Option<&'static str> {
        match &self.0 {
            sqlx::Error::Io(_) => Some("does its server run, and does its URL name the right host and port?"),
            sqlx::Error::Database(error) => {
                let error: &(dyn DatabaseError + 'static) = &**error;
                error.try_downcast_ref::<PgDatabaseError>().and_then(|error| remedy(error.code()))
            }
            _ => None,
        }
    }

    pub(crate) fn is_outage(&self) -> bool {
        is_outage(&self.0)
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        is_cancelled(&self.0)
    }
}

/// By Postgres' code.
fn remedy(code: &str) -> Option<&'static str> {
    Some(match code {
        "28000" | "28P01" => {
            "are user and password in its URL right, and does the server's pg_hba.conf let them in from here?"
        }
        "3D000" => "is its name in the URL right? Where there is none yet, `createdb` makes one",
        "42501" => {
            "its user has to own the database, or to have every right on the schema: GRANT ALL ON SCHEMA public TO …"
        }
        "53300" => {
            "the server has no connection left: raise its max_connections, each relayer takes up to 16"
        }
        _ => return None,
    })
}

impl fmt::Display for DatabaseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            sqlx::Error::Database(error) => {
                let error: &(dyn DatabaseError + 'static) = &**error;
                match error.try_downcast_ref::<PgDatabaseError>() {
                    // By itself it would name a line of its sources.
                    Some(error) => f.write_str(error.message()),
                    None => fmt::Display::fmt(error, f),
                }
            }
            sqlx::Error::Io(error) => error.fmt(f),
            sqlx::Error::PoolTimedOut => f.write_str("no connection to it came about in time"),
            error => error.fmt(f),
        }
    }
}

// Its cause says the same in other words, and is none for that reason.
impl Error for DatabaseFault {}

impl From<sqlx::Error> for DatabaseFault {
    fn from(error: sqlx::Error) -> Self {
        Self(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_is_wrong_and_not_how_it_was_found() {
        let refused = DatabaseFault(sqlx::Error::Io(std::io::ErrorKind::ConnectionRefused.into()));
        assert_eq!(refused.to_string(), "connection refused");
        assert!(refused.remedy().is_some_and(|remedy| remedy.contains("does its server run")));
        let silent = DatabaseFault(sqlx::Error::PoolTimedOut);
        assert_eq!(silent.to_string(), "no connection to it came about in time");
        assert!(refused.source().is_none() && silent.is_outage());
        assert!(remedy("28P01").is_some() && remedy("3D000").is_some() && remedy("23505").is_none());
    }
}
