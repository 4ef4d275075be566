use super::*;
use crate::is_transient;
use alloy::rpc::json_rpc::{Id, Request};
use std::{
    collections::VecDeque,
    future::pending,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

const SECRET: &str = "0123456789abcdef";

/// What the scripted node does with one request.
enum Act {
    Answer,
    Hang,
    Fail(TransportError),
    Refuse(i64),
    Say(ResponsePacket),
}

#[derive(Clone)]
struct Script {
    acts: Arc<Mutex<VecDeque<Act>>>,
    calls: Arc<AtomicUsize>,
}

impl Service<RequestPacket> for Script {
    type Response = ResponsePacket;
    type Error = TransportError;
    type Future = TransportFut<'static>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _request: RequestPacket) -> Self::Future {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let act = self.acts.lock().unwrap().pop_front().unwrap_or(Act::Answer);
        let packet = |payload: &str| {
            serde_json::from_str(&format!(r#"{{"jsonrpc":"2.0","id":1,{payload}}}"#)).unwrap()
        };
        Box::pin(async move {
            match act {
                Act::Hang => pending().await,
                Act::Fail(error) => Err(error),
                Act::Say(packet) => Ok(packet),
                Act::Answer => Ok(packet(r#""result":"0x1""#)),
                Act::Refuse(code) => Ok(packet(&format!(r#""error":{{"code":{code},"message":"no"}}"#))),
            }
        })
    }
}

fn request(method: &'static str) -> RequestPacket {
    Request::new(method, Id::Number(1), ()).serialize().unwrap().into()
}

/// Sends one request through a guard over the script; returns the result and how often the node was asked.
async fn send(method: &'static str, acts: Vec<Act>) -> (TransportResult<ResponsePacket>, usize) {
    send_with(method, acts, None).await
}

/// The same for one who has to hear of a missed answer after this time.
async fn send_with(
    method: &'static str,
    acts: Vec<Act>,
    prompt_timeout: Option<Duration>,
) -> (TransportResult<ResponsePacket>, usize) {
    let script = Script { acts: Arc::new(Mutex::new(acts.into())), calls: Arc::default() };
    let calls = Arc::clone(&script.calls);
    let policy = Policy {
        endpoint: format!("http://node.example/{SECRET}").parse().unwrap(),
        request_timeout: Duration::from_secs(5),
        prompt_timeout,
        read_retries: 2,
        overload_retries: OVERLOAD_RETRIES,
        first_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(1),
        report: None,
    };
    let result = Guard::new(script, policy.into()).call(request(method)).await;
    (result, calls.load(Ordering::SeqCst))
}

fn lost() -> Act {
    Act::Fail(TransportErrorKind::custom_str("connection reset"))
}

#[tokio::test(start_paused = true)]
async fn reads_are_repeated_after_transient_faults() {
    for act in [
        lost(),
        Act::Hang,
        Act::Refuse(-32005),
        Act::Fail(TransportErrorKind::http_error(503, String::new())),
    ] {
        let (result, calls) = send("eth_getLogs", vec![act]).await;
        assert!(result.unwrap().is_success());
        assert_eq!(calls, 2);
    }
    let (result, calls) = send("eth_getLogs", vec![lost(), lost(), lost(), lost()]).await;
    assert!(result.is_err());
    assert_eq!(calls, 3, "two retries, as configured");
}

#[tokio::test(start_paused = true)]
async fn the_first_missed_answer_is_told_to_whom_it_matters() {
    let prompt = Some(Duration::from_secs(3));
    for (method, after) in [("eth_getBlockByNumber", 3), ("eth_chainId", 3), ("eth_getBlockReceipts", 5)] {
        let (result, calls) = send_with(method, vec![Act::Hang], prompt).await;
        let words = result.unwrap_err().to_string();
        assert!(calls == 1 && words.contains(&format!("no answer within {after}s")), "{words}, {calls}");
        // What is an answer, if a useless one, is asked for again.
        let (result, calls) = send_with(method, vec![lost()], prompt).await;
        assert!(result.is_ok() && calls == 2);
    }
}

#[tokio::test(start_paused = true)]
async fn answers_are_final() {
    for act in [
        Act::Refuse(3),
        Act::Refuse(-32000),
        Act::Fail(TransportErrorKind::http_error(401, String::new())),
        Act::Fail(TransportErrorKind::non_retryable_str("no")),
    ] {
        let (_, calls) = send("eth_call", vec![act]).await;
        assert_eq!(calls, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_but_reads_is_repeated() {
    for method in ["eth_sendRawTransaction", "eth_sendTransaction", "evm_mine", "anvil_reorg", "made_up"] {
        for act in [lost(), Act::Hang] {
            let (result, calls) = send(method, vec![act]).await;
            assert!(result.is_err());
            assert_eq!(calls, 1, "{method} was sent again");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_hanging_node_is_a_timeout() {
    let (result, _) = send("eth_sendRawTransaction", vec![Act::Hang]).await;
    let error = result.unwrap_err();
    assert!(is_transient(&error));
    let RpcError::Transport(kind) = error else { panic!("{error}") };
    let timeout = kind.as_custom().unwrap().downcast_ref::<RequestTimeout>();
    assert_eq!(timeout, Some(&RequestTimeout { after: Duration::from_secs(5) }));
}

#[tokio::test(start_paused = true)]
async fn no_error_shows_the_secret() {
    let text = format!("cannot reach http://node.example/{SECRET} (key {SECRET})");
    let unreadable = serde_json::from_str::<u8>(&format!("\"{SECRET}\"")).unwrap_err();
    for error in [
        TransportErrorKind::custom_str(&text),
        TransportErrorKind::non_retryable_str(&text),
        TransportErrorKind::http_error(403, text.clone()),
        TransportErrorKind::http_error_with_retry_after(403, text.clone(), Some(Duration::ZERO)),
        RpcError::DeserError { err: unreadable, text: text.clone() },
        RpcError::ErrorResp(ErrorPayload {
            code: -32000,
            message: text.clone().into(),
            data: Some(serde_json::value::to_raw_value(&text).unwrap()),
        }),
    ] {
        let error = send("made_up", vec![Act::Fail(error)]).await.0.unwrap_err();
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains(SECRET), "{shown}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_answer_shows_the_secret() {
    let texts = [
        format!(
            r#""error":{{"code":-32000,"message":"no key {SECRET}","data":{{"at":"http:\/\/x\/{SECRET}"}}}}"#
        ),
        format!(r#""result":{{"number":"http://node.example/{SECRET}"}}"#),
    ];
    for text in texts {
        for shape in [
            format!(r#"{{"jsonrpc":"2.0","id":1,{text}}}"#),
            format!(r#"[{{"jsonrpc":"2.0","id":1,{text}}}]"#),
        ] {
            let packet = serde_json::from_str(&shape).unwrap();
            let packet = send("made_up", vec![Act::Say(packet)]).await.0.unwrap();
            assert!(!format!("{packet:?}").contains(SECRET), "{packet:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_node_that_is_asked_too_much_is_asked_again_later() {
    let seconds = Some(Duration::from_secs(4));
    let busy = || Act::Fail(TransportErrorKind::http_error_with_retry_after(429, String::new(), seconds));
    let start = tokio::time::Instant::now();
    let (result, calls) = send("eth_call", vec![busy(), busy(), busy(), busy()]).await;
    assert!(result.unwrap().is_success());
    assert_eq!((calls, start.elapsed()), (5, Duration::from_secs(16)));
    // What is no read is not sent again, and others wait instead.
    let (result, calls) = send("eth_sendRawTransaction", vec![busy()]).await;
    assert!(result.is_err());
    assert_eq!(calls, 1);
}

#[test]
fn the_list_of_reads_holds_no_writes() {
    for read in ["eth_getBlockByNumber", "eth_getLogs", "eth_call", "eth_chainId", "eth_estimateGas"] {
        assert!(is_idempotent_read(read), "{read}");
    }
    for other in ["eth_sendRawTransaction", "eth_getFilterChanges", "eth_subscribe", "eth_newFilter", ""] {
        assert!(!is_idempotent_read(other), "{other}");
    }
}
