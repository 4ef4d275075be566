use causeway_service::Register;

pub(super) const SUBMISSION_LAG: &str = "causeway_relayer_submission_lag_seconds";
pub(super) const DELIVERY_LAG: &str = "causeway_relayer_delivery_lag_seconds";
pub(super) const ATTEMPTS: &str = "causeway_relayer_attempts_total";
pub(super) const FAILED: &str = "causeway_relayer_failures_total";
pub(super) const CAPPED: &str = "causeway_relayer_capped_total";
pub(super) const REORGED: &str = "causeway_relayer_reorged_messages_total";
pub(super) const NODE_FAULTS: &str = "causeway_relayer_node_faults_total";
pub(super) const NONCE_GAPS: &str = "causeway_relayer_nonce_gaps_total";
pub(super) const EVENTS_DROPPED: &str = "causeway_relayer_events_dropped_total";
pub(super) const HTTP_REQUESTS: &str = "causeway_relayer_http_requests_total";
pub(super) const TOP_UPS: &str = "causeway_relayer_top_ups_total";
pub(super) const RESENDS: &str = "causeway_relayer_resends_total";
pub(super) const WEBHOOKS: &str = "causeway_relayer_webhooks_total";
pub(super) const WEBHOOKS_UNWELL: &str = "causeway_relayer_webhooks_unwell";
pub(super) const QUEUE: &str = "causeway_relayer_queue_length";
pub(super) const OLDEST: &str = "causeway_relayer_oldest_undelivered_age_seconds";
pub(super) const EXPIRY: &str = "causeway_relayer_expiry_window_seconds";
pub(super) const IN_FLIGHT: &str = "causeway_relayer_in_flight";
pub(super) const BALANCE: &str = "causeway_relayer_signer_balance_wei";
pub(super) const RUNWAY: &str = "causeway_relayer_signer_runway_seconds";
pub(super) const FUNDED: &str = "causeway_relayer_signer_funded";
pub(super) const SIGNER_WELL: &str = "causeway_relayer_signer_well";
pub(super) const STATE: &str = "causeway_relayer_chain_state";
pub(super) const HEAD: &str = "causeway_relayer_head_number";
pub(super) const HEAD_AGE: &str = "causeway_relayer_head_age_seconds";
pub(super) const STORE_WRITABLE: &str = "causeway_relayer_store_writable";
pub(super) const ACTIVE: &str = "causeway_relayer_active";
pub(super) const UNHELD: &str = "causeway_relayer_chain_unheld";
pub(super) const STALE_LIST: &str = "causeway_relayer_screening_stale";
pub(super) const GAS: &str = "causeway_relayer_gas_last_hour";
pub(super) const FEES: &str = "causeway_relayer_fees_wei_last_hour";
pub(super) const VAIN_FEES: &str = "causeway_relayer_vain_fees_wei_last_hour";
pub(super) const OVERHEAD_FEES: &str = "causeway_relayer_overhead_fees_wei_last_hour";
pub(super) const STREAMS: &str = "causeway_relayer_event_streams";

/// What becomes of transactions, by message.
pub(super) const OUTCOMES: [&str; 5] = ["submitted", "delivered", "reverted", "replaced", "cancelled"];
/// Why messages are not delivered at once.
pub(super) const FAILURES: [&str; 4] = ["refused", "reverted", "given-up", "expired"];
/// What kept messages: the gas of an hour, that of a route, somebody's budget for what is paid in vain, the gas of one message.
pub(super) const CAPS: [&str; 4] = ["hour", "route", "vain", "message"];
/// On which side of messages a reorg was.
pub(super) const SIDES: [&str; 2] = ["source", "destination"];
/// How a signer's need of ether ended.
pub(super) const TOP_UP_OUTCOMES: [&str; 4] = ["given", "capped", "unfunded", "foreign"];
/// How the need to send messages again ended.
pub(super) const RESEND_OUTCOMES: [&str; 5] = ["sent", "capped", "unfunded", "impossible", "foreign"];
/// How telling a webhook ended.
pub(super) const WEBHOOK_OUTCOMES: [&str; 3] = ["told", "failed", "dropped"];
/// The codes of `ChainState`.
pub(super) const STATES: [&str; 8] =
    ["starting", "following", "closed", "unwell", "offline", "halted", "elsewhere", "database-away"];

/// Says what each is.
pub(super) fn describe(register: &Register<'_>) {
    register.seconds_help(
        SUBMISSION_LAG,
        "From a message's log seen, by whoever reads its source, to its transaction taken by a node.",
    );
    register.seconds_help(
        DELIVERY_LAG,
        "From a message's log seen, by whoever reads its source, to its delivery seen.",
    );
    for (name, help) in [
        (ATTEMPTS, "What became of transactions, counted by message."),
        (FAILED, "Messages that could not be delivered, or not at once, by why."),
        (
            CAPPED,
            "How often a cap was reached: the gas of an hour on a chain or a route, a budget for what is paid in vain, the gas of one \
             message.",
        ),
        (REORGED, "Messages whose initiation, or delivery, a reorg took away."),
        (
            NODE_FAULTS,
            "How often a chain's node could not be reached, or neither judged nor took transactions.",
        ),
        (NONCE_GAPS, "How often messages of a chain were missing, by their nonces."),
        (EVENTS_DROPPED, "Events that came too fast to be shown; nothing is decided by them."),
        (HTTP_REQUESTS, "HTTP requests."),
        (
            TOP_UPS,
            "How often signers were given ether, or were not: the cap was reached, the funding account had too little.",
        ),
        (RESENDS, "How often expired messages of a source were sent again, or were not, by why."),
        (WEBHOOKS, "Tries to tell a webhook, by how they ended."),
    ] {
        register.counter_help(name, help);
    }
    for (name, help) in [
        (QUEUE, "Undelivered messages of a route, by the store's word for what they wait for."),
        (
            OLDEST,
            "Age of the oldest undelivered message of a route that nobody skipped and that can still be executed.",
        ),
        (EXPIRY, "How long messages can be executed."),
        (IN_FLIGHT, "Transactions of an account whose fate is open."),
        (BALANCE, "What an account has on a chain."),
        (RUNWAY, "How long that lasts at the pace of the last hour."),
        (
            FUNDED,
            "0 while an account cannot pay: it could not for a transaction, or has nothing where messages are delivered to.",
        ),
        (SIGNER_WELL, "0 while what holds an account's key does not answer, or refuses to sign."),
        (STATE, "1 for the state that the chain is in."),
        (HEAD, "Number of the newest block that was taken in."),
        (HEAD_AGE, "Age of that block, by its timestamp against this machine's clock."),
        (STORE_WRITABLE, "1 while the database takes writes."),
        (ACTIVE, "1 while this relayer works, 0 while it stands by for another one on the same database."),
        (UNHELD, "1 while none of the relayers on the database works for the chain, as this one sees it."),
        (STALE_LIST, "1 while the screening list cannot be read and the one from before counts."),
        (GAS, "Gas that was paid for in blocks of the last hour, by route."),
        (FEES, "Fees of the last hour, by route, L1 included."),
        (VAIN_FEES, "Of them, those for messages that the transaction did not deliver."),
        (
            OVERHEAD_FEES,
            "Fees of the last hour for transactions that carry no message, by account: with those by route, all that was paid.",
        ),
        (WEBHOOKS_UNWELL, "Webhooks that do not take what they are told."),
        (STREAMS, "Listeners to events."),
    ] {
        register.gauge_help(name, help);
    }
}
