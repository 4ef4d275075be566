//! A Postgres that several relayers share, each by a wire of its own.

use super::replica::Replica;
use causeway_store::test_utils::{PostgresServer, Wire};
use std::fs;

/// Others take over soon. On a slow machine they may do so too early, which has to cost nothing.
const SETTINGS: &str = "lease = \"2s\"\n";

pub(crate) struct Site {
    server: PostgresServer,
    is_up: bool,
    /// By the relayers' places, with whether it is whole.
    wires: Vec<(Wire, bool)>,
}

impl Site {
    /// Before the relayers start.
    pub(crate) async fn start(replicas: &mut [Replica]) -> Self {
        let server = PostgresServer::start_durable();
        let schema = server.new_schema().await;
        let mut wires = Vec::new();
        for replica in replicas {
            let wire = Wire::to(&server).await;
            fs::write(replica.folder().join("database"), wire.url(&schema)).unwrap();
            replica.work_on("@database");
            replica.configure(SETTINGS);
            wires.push((wire, true));
        }
        Self { server, is_up: true, wires }
    }

    /// Ends the server, or starts it again. It can be told so twice.
    pub(crate) fn tell(&mut self, command: &'static str, replicas: &mut [Replica]) {
        let is_up = command == "start";
        if is_up != self.is_up {
            self.server.tell(command);
            self.is_up = is_up;
        }
        self.inform(replicas);
    }

    /// Mends the wire of one relayer, or cuts it.
    pub(crate) fn connect(&mut self, place: usize, is_whole: bool, replicas: &mut [Replica]) {
        let (wire, state) = &mut self.wires[place];
        *state = is_whole;
        if is_whole {
            wire.mend();
        } else {
            wire.cut();
        }
        self.inform(replicas);
    }

    /// Everything works from now on.
    pub(crate) fn mend(&mut self, replicas: &mut [Replica]) {
        for place in 0..self.wires.len() {
            self.connect(place, true, replicas);
        }
        self.tell("start", replicas);
    }

    fn inform(&self, replicas: &mut [Replica]) {
        for (replica, (_, is_whole)) in replicas.iter_mut().zip(&self.wires) {
            replica.misses_database(!(self.is_up && *is_whole));
        }
    }
}
