//! Every version of the schema, in order, for each engine. `sqlx::migrate!` would do the same, and have SQLite compiled a
//! second time for it.

use sqlx::{
    SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};
use std::sync::LazyLock;

pub(crate) static SQLITE: LazyLock<Migrator> = LazyLock::new(|| {
    Migrator::with_migrations(vec![
        migration(1, "messages", include_str!("../migrations/sqlite/0001_messages.sql")),
        migration(2, "batches", include_str!("../migrations/sqlite/0002_batches.sql")),
        migration(3, "leases", include_str!("../migrations/sqlite/0003_leases.sql")),
        migration(4, "decisions", include_str!("../migrations/sqlite/0004_decisions.sql")),
        migration(5, "news", include_str!("../migrations/sqlite/0005_news.sql")),
        migration(6, "changes", include_str!("../migrations/sqlite/0006_changes.sql")),
        migration(7, "heads", include_str!("../migrations/sqlite/0007_heads.sql")),
        migration(8, "overheads", include_str!("../migrations/sqlite/0008_overheads.sql")),
        migration(10, "errands", include_str!("../migrations/sqlite/0010_errands.sql")),
        migration(12, "moved", include_str!("../migrations/sqlite/0012_moved.sql")),
        migration(13, "signers", include_str!("../migrations/sqlite/0013_signers.sql")),
        migration(14, "ends", include_str!("../migrations/sqlite/0014_ends.sql")),
        migration(16, "recorded at", include_str!("../migrations/sqlite/0016_recorded_at.sql")),
        migration(17, "errand costs", include_str!("../migrations/sqlite/0017_errand_costs.sql")),
        migration(18, "applications", include_str!("../migrations/sqlite/0018_applications.sql")),
        migration(21, "bounds", include_str!("../migrations/sqlite/0021_bounds.sql")),
        migration(22, "store id", include_str!("../migrations/sqlite/0022_store_id.sql")),
        migration(23, "recorded before", include_str!("../migrations/sqlite/0023_recorded_before.sql")),
    ])
});

pub(crate) static POSTGRES: LazyLock<Migrator> = LazyLock::new(|| {
    Migrator::with_migrations(vec![
        migration(1, "start", include_str!("../migrations/postgres/0001_start.sql")),
        migration(2, "leases", include_str!("../migrations/postgres/0002_leases.sql")),
        migration(4, "decisions", include_str!("../migrations/postgres/0004_decisions.sql")),
        migration(5, "news", include_str!("../migrations/postgres/0005_news.sql")),
        migration(6, "changes", include_str!("../migrations/postgres/0006_changes.sql")),
        migration(7, "heads", include_str!("../migrations/postgres/0007_heads.sql")),
        migration(8, "overheads", include_str!("../migrations/postgres/0008_overheads.sql")),
        migration(9, "fences", include_str!("../migrations/postgres/0009_fences.sql")),
        migration(10, "errands", include_str!("../migrations/postgres/0010_errands.sql")),
        migration(13, "signers", include_str!("../migrations/postgres/0013_signers.sql")),
        migration(14, "ends", include_str!("../migrations/postgres/0014_ends.sql")),
        migration(16, "recorded at", include_str!("../migrations/postgres/0016_recorded_at.sql")),
        migration(17, "errand costs", include_str!("../migrations/postgres/0017_errand_costs.sql")),
        migration(18, "applications", include_str!("../migrations/postgres/0018_applications.sql")),
        migration(21, "bounds", include_str!("../migrations/postgres/0021_bounds.sql")),
        migration(22, "store id", include_str!("../migrations/postgres/0022_store_id.sql")),
        migration(23, "recorded before", include_str!("../migrations/postgres/0023_recorded_before.sql")),
    ])
});

fn migration(version: i64, name: &'static str, sql: &'static str) -> Migration {
    Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
}

/// Why a connection is of no use.
pub(crate) enum Refusal {
    /// The database is another program's.
    Foreign,
    /// It was written by a newer version.
    Newer { found: i64, known: i64 },
    /// One of the migrations is not the one that was applied to it.
    Altered { version: i64 },
    /// The database does not do what it is asked to.
    Failed(sqlx::Error),
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error)
    }
}

impl Refusal {
    /// Why the migrations could not be applied.
    pub(crate) fn of(migrator: &Migrator, error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(found) => {
                let known = migrator.iter().map(|migration| migration.version).max().unwrap_or_default();
                Self::Newer { found, known }
            }
            MigrateError::VersionMismatch(version) | MigrateError::Dirty(version) => {
                Self::Altered { version }
            }
            MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => Self::Failed(source),
            error => Self::Failed(sqlx::Error::Migrate(Box::new(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Databases remember what was done to them. A migration that was released is never edited.
    #[test]
    fn migrations_are_those_that_databases_have_seen() {
        let seen = |migrator: &Migrator| -> Vec<(i64, String)> {
            migrator.iter().map(|it| (it.version, hex(&it.checksum))).collect()
        };
        let first = "069a8816dddc4b935858d3873930b65606000e38a179d58df7b8eb524f6adfc66f4806573abb399a3b034dada93ca8e0";
        let second = "ec8594c99169a814d645e7bf22b2a34892f46c1e6e7b6e0520ad279f188eb9bf1f1e6ee33b0ea508dc2ac86a7f33eac1";
        let third = "9d567c0f26490eab12a784592d9f9f01e25f3f08ae73477b5391d04a206a28b7e75361ad34c52b4cfb777444dfb9bbb4";
        let fourth = "d904664b8ba52867802471278a9e767e3ec3b0b5607f7204b713cf73f4835e9b97c76e7dc8838333fdf5427cbf13517c";
        let fifth = "924742e0e1ea66302a090f48869a51f7b504222c3d9d21ed7da014fc02ead44767335af3a8417b17e9addb9632e8249e";
        let sixth = "2dc6f39cb5416e0a44620207aac67f5445ae19c50c84df97beb0b970855fac5a5002d0ec32e0e8c4e76b5dd5b4e160a0";
        let seventh = "9034233191a636c012f698fd792480cd8f8ba9b559c2a2e511f7f4878f2acc7015e9c4858bc056e7ef0dcf7aca165734";
        let eighth = "f1ffb519e4d05bb4f1146d95ce5ba087b4056d89840a30e91906ba645005e3a2da3497476986718cc0202b7f3bc3bb8a";
        let tenth = "2ceeca0869703fd415f048d4e1dbc4c33a5469f86d6115d8b54b6fdfbd44ae0413b9730889444fc04fe699eb56ed1508";
        let twelfth = "bd4a351a9b143edf894a873a8fbdbf81c14755da63971b35b74cb569d70c4762dd708ee2a614337dac17326bc9ed09aa";
        let thirteenth = "cbe59314ec21e944a9cdca9ff93af81aea61cf678805e78aaa17b46bf614716222ee466ab20f12c36d7443bd8bd48433";
        let fourteenth = "f69573557a0141afa5e4a340381d7d485355810c91b288c66fbcff6e0942295528825adf2709ec5c9256f785855c9448";
        let sixteenth = "0193e7febce5c8ac718cbd41e75f07b2d4b34b1c86e0d11de0a39007ebfd8d4292454637f5d654d8c44f599d3c5169f5";
        let seventeenth = "3691463338a1726a37700e7828f84fd524fe089b720019d9eb3eb9cee80c7fedc7e7643e56bf6e5a1b9c4861d62344cb";
        let eighteenth = "55626a2d87a58864ce9661f95d2d10c7d39147265659c6090d4b71a75b98023cf590f2c99a8c1f5230c762df0aa8e59e";
        let twenty_first = "2aee245ddc5403a00b0535ac3d260eda4837519b985f0330e0ce4156361d8d687223cdc6c4f57f9d59c0efe6f491d374";
        let twenty_second = "54f5f4a1d9d3836a10f5dd1eed57660ff7a0d2836e49a63742c606f058afe8caf9cdacbdb7b00cf2b66f4913649a319e";
        let twenty_third = "e44e4bdcc2ffa7ab69bfd9858c0a264a472e3b210698e6d8799002a2a047e00361c875decaabafe9d10e34f9b0f0a4fd";
        let expected = [
            (1, first),
            (2, second),
            (3, third),
            (4, fourth),
            (5, fifth),
            (6, sixth),
            (7, seventh),
            (8, eighth),
            (10, tenth),
            (12, twelfth),
            (13, thirteenth),
            (14, fourteenth),
            (16, sixteenth),
            (17, seventeenth),
            (18, eighteenth),
            (21, twenty_first),
            (22, twenty_second),
            (23, twenty_third),
        ];
        assert_eq!(seen(&SQLITE), expected.map(|(version, sum)| (version, sum.to_owned())));
        let first = "bffc9fa4e670f24e6dd95b544acb89f391e56934a8098f21fde23fa7704d52d702a5305ea1a06c896c807e8c736ae4ac";
        let second = "13da452b24b74010df8ff2e93fba9cefb648780c1a878b787f199cc5e4791ddc9645a7069f8c2e03b184df6ca9f4769a";
        let fourth = "142606a25e03419453d5771579605202cb38aa2748ee3338ae45d950457f4e76ada6131b02fa766c8c4a2b88b5625ab6";
        let fifth = "5758030d258274157858f18ff79ffe6646a804b1da448a81b2ca1d088d3dff5bee4c97463b420b2cacf64b36a40ef5e6";
        let sixth = "dfdfda3fec55327d4c47b705c1a57469f945fe0886fb30254a8065c77490755a58533f7b91c30b9d9af6b58a3230b43e";
        let seventh = "34f51491ace3763e1f88e6906b0db7c4fb755fceb30e06ac6bc7c83e77e4c1a5b6c6f7c923940ea1bdcee7d5c6542273";
        let eighth = "270167f99ffa8350fff4e31ad42eaea5e8f4bb724ab50f6404759d407c7e5e537c8db65cf177beb10e9728015c25cb95";
        let ninth = "92f197368c97a138d8a38a984884d707ffc211bc02cd1f0e9aaac0689ea273c3b24d8f39153b4da79248c5091e16b72f";
        let tenth = "30ec4a8a3588a754e66509bd437a752432ee00c14dac5634c5da29b842c8dc0e9833a95533d230de36358692d890ca1c";
        let thirteenth = "1f0300e81b6c9d5d8a14e571b74188df877b46ef8d7126e38b070278290bb79fa37c8a9455008521d83d442a18a5df74";
        let fourteenth = "5b25d56986eb8a540fdeb806eaa7b6ce430aea38bd28f64109f89149c045e641e1a6a05a9c9850952c5aa5b2250189f6";
        let sixteenth = "d59b67003e374fda3fa8a9a5655d2bd0b1e09d8e866b81013f6fa9f0746f8b18a7559052f5ac89e4b3e57146f5051914";
        let seventeenth = "8d3f47b5baa04fe36f7224869e20537991d47e2f373c58e3c7e3953cb6538553cd33a69bd9cb358fd5bfa305c76b035b";
        let eighteenth = "229a6ecfabfb92fa2caee1b0dbb5cc6b4b5439ff99651e27635a3e445fc8a071de00e520c79f57a69a5fa235ae453eb1";
        let twenty_first = "2aee245ddc5403a00b0535ac3d260eda4837519b985f0330e0ce4156361d8d687223cdc6c4f57f9d59c0efe6f491d374";
        let twenty_second = "bc7d6d97456999733059a45c1db4114e7cac195ee0e5e77a9cdc571eccc30d974a1517be9f32b564b301388d3db7324c";
        let twenty_third = "e44e4bdcc2ffa7ab69bfd9858c0a264a472e3b210698e6d8799002a2a047e00361c875decaabafe9d10e34f9b0f0a4fd";
        let expected = [
            (1, first),
            (2, second),
            (4, fourth),
            (5, fifth),
            (6, sixth),
            (7, seventh),
            (8, eighth),
            (9, ninth),
            (10, tenth),
            (13, thirteenth),
            (14, fourteenth),
            (16, sixteenth),
            (17, seventeenth),
            (18, eighteenth),
            (21, twenty_first),
            (22, twenty_second),
            (23, twenty_third),
        ];
        assert_eq!(seen(&POSTGRES), expected.map(|(version, sum)| (version, sum.to_owned())));
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
