//! Keeps an eye on the nodes of a pool, for as long as it is used.

use super::Members;
use crate::{
    ConnectOptions, Endpoints,
    board::{Board, Watched},
};
use futures::future::join_all;
use std::{sync::Arc, time::Duration};
use tokio::time::{sleep, timeout};

/// After so long without a request nobody looks any more.
const IDLE: Duration = Duration::from_secs(30);
/// How long the first request waits at most until all nodes have introduced themselves.
const INTRODUCTION: Duration = Duration::from_secs(1);
/// The deadline of one question.
const PROBE_TIMEOUT: Duration = Duration::from_secs(3);

/// Sees that somebody keeps an eye on the nodes, and waits for a moment until each has been looked at once.
///
/// So nobody is asked for what is newest before it is known which of the nodes lag, and which serve another chain.
pub(crate) async fn keep_watch(endpoints: &Endpoints) {
    if endpoints.single().is_some() {
        return;
    }
    let board = endpoints.board();
    board.touch();
    let mut watched = board.watched.subscribe();
    let begins = board.watched.send_if_modified(|watched| {
        let begins = *watched == Watched::No;
        if begins {
            *watched = Watched::Begun;
        }
        begins
    });
    if begins {
        tokio::spawn(watch(Shift(Arc::clone(board))));
    }
    if *watched.borrow_and_update() != Watched::Yes {
        // It is no condition: one that hangs must not hold up the others.
        let _ = timeout(INTRODUCTION, watched.wait_for(|watched| *watched != Watched::Begun)).await;
    }
}

/// Somebody who looks after the nodes. When he goes, the next request calls another.
struct Shift(Arc<Board>);

impl Drop for Shift {
    fn drop(&mut self) {
        self.0.watched.send_replace(Watched::No);
    }
}

async fn watch(shift: Shift) {
    let board = &shift.0;
    let options = ConnectOptions { request_timeout: PROBE_TIMEOUT, ..ConnectOptions::default() };
    // Whoever asks finds the same fault.
    let Ok(members) = Members::new(board, &options) else { return };
    // A head is measured by what was known before it was asked for: the first time, that is nothing.
    for _ in 0..2 {
        look_at(&members, (0..board.endpoints().len()).collect()).await;
    }
    board.watched.send_replace(Watched::Yes);
    while board.idle() < IDLE {
        sleep(board.options().probe_interval).await;
        look_at(&members, board.due()).await;
    }
}

async fn look_at(members: &Members, nodes: Vec<usize>) {
    join_all(nodes.into_iter().map(|node| members.probe(node))).await;
}
