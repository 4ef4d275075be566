//! WebSocket messages, sent as fast as they are taken.

use crate::wire::{Wire, call};
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Instant,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout_at,
};

const HANDSHAKE: &[u8] = b"GET / HTTP/1.1\r\nhost: v\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
    sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n";
/// Messages that are sent in one go.
const AT_ONCE: usize = 100;

/// Sends messages until the end, and counts them. Their answers are read or not.
pub(super) async fn send(server: SocketAddr, reads_answers: bool, end: Instant) -> usize {
    let mut sent = 0;
    // Whatever the server does, it ends in time.
    let _ = timeout_at(end.into(), pour(server, reads_answers, &mut sent)).await;
    sent
}

async fn pour(server: SocketAddr, reads_answers: bool, sent: &mut usize) -> eyre::Result<()> {
    let mut wire = Wire::connect(Ipv4Addr::LOCALHOST, server).await?;
    wire.send(HANDSHAKE).await?;
    let messages = message(&call(1, "interop_ping", "[]")).repeat(AT_ONCE);
    let (mut reader, mut writer) = wire.into_stream().into_split();
    let write = async {
        loop {
            writer.write_all(&messages).await?;
            *sent += AT_ONCE;
        }
    };
    let read = async {
        let mut answers = vec![0; 64 << 10];
        while reads_answers && reader.read(&mut answers).await? > 0 {}
        std::future::pending().await
    };
    tokio::select! {
        ended = write => ended,
        ended = read => ended,
    }
}

/// A text of less than 126 bytes as one frame, masked with zeros.
fn message(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81, 0x80 | text.len() as u8, 0, 0, 0, 0];
    frame.extend_from_slice(text.as_bytes());
    frame
}
