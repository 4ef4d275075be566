//! As much of HTTP as JSON-RPC takes, so that a proxy can break it where it likes.

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// Reads the body of a request. `None` at the connection's end, and for what is no POST.
pub(crate) async fn read(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|&read| read > 0)?;
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length?];
    stream.read_exact(&mut body).await.ok()?;
    Some(body)
}

/// Writes an answer.
pub(crate) async fn write(stream: &mut BufReader<TcpStream>, status: u16, body: &str) -> Option<()> {
    let head = head(status, body.len());
    stream.write_all((head + body).as_bytes()).await.ok()
}

/// Writes the first half of an answer.
pub(crate) async fn write_half(stream: &mut BufReader<TcpStream>, body: &str) -> Option<()> {
    let head = head(200, body.len());
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(&body.as_bytes()[..body.len() / 2]).await.ok()
}

fn head(status: u16, length: usize) -> String {
    format!("HTTP/1.1 {status} \r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n")
}
