//! How a chain stands, by what the relayer tells of it.

use crate::{Left, RelayerEvent};

/// How a chain stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ChainState {
    /// The store is away: nothing is done for it here, and who works for it is not known.
    store_away: bool,
    /// It is another relayer's on the same store.
    elsewhere: bool,
    /// It was followed up to its head.
    is_caught_up: bool,
    /// Why its node cannot be reached or used.
    pub(super) offline: Option<String>,
    /// Why it is not followed any more.
    pub(super) halted: Option<String>,
    /// Why it takes no messages.
    pub(super) closed: Option<String>,
    /// Why its node neither judges nor takes transactions.
    pub(super) unwell: Option<String>,
    /// Why it is not known which of its blocks are safe.
    pub(super) unlabelled: Option<String>,
}

impl ChainState {
    pub(super) const ELSEWHERE: Self = Self {
        store_away: false,
        elsewhere: true,
        is_caught_up: false,
        offline: None,
        halted: None,
        closed: None,
        unwell: None,
        unlabelled: None,
    };

    /// This relayer works for it no more.
    fn left(why: Left) -> Self {
        match why {
            Left::ToAnother => Self::ELSEWHERE,
            Left::StoreAway => Self { store_away: true, ..Self::default() },
            // Nobody has it, until another one takes it.
            Left::Ended => Self::default(),
        }
    }

    /// A stable name of how it stands.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self { store_away: true, .. } => "database-away",
            Self { elsewhere: true, .. } => "elsewhere",
            Self { halted: Some(_), .. } => "halted",
            Self { offline: Some(_), .. } => "offline",
            Self { is_caught_up: false, .. } => "starting",
            Self { closed: Some(_), .. } => "closed",
            Self { unwell: Some(_), .. } => "unwell",
            _ => "following",
        }
    }

    /// Why, where there is a reason.
    pub(super) fn reason(&self) -> Option<&str> {
        if self.store_away {
            return Some("the database is away");
        }
        [&self.halted, &self.offline, &self.closed, &self.unwell]
            .into_iter()
            .flatten()
            .next()
            .map(String::as_str)
    }

    /// Whether it is followed, whatever it takes.
    pub(super) const fn is_followed(&self) -> bool {
        !self.store_away && self.halted.is_none() && self.offline.is_none() && self.is_caught_up
    }

    /// The store is away.
    pub(super) const fn lose_store(&mut self) {
        self.store_away = true;
    }

    /// The store is back: the chain is begun anew, and what is wrong with it is told again.
    pub(super) fn regain_store(&mut self) {
        self.store_away = false;
        (self.unwell, self.closed, self.offline) = (None, None, None);
        self.unlabelled = None;
    }

    /// Takes in what is told of it.
    pub(super) fn hear(&mut self, news: News<'_>) {
        let reason = |reason: Option<&str>| reason.map(str::to_owned);
        match news {
            News::CaughtUp => (self.is_caught_up, self.offline) = (true, None),
            News::Offline(why) => self.offline = reason(why),
            News::Halted(why) => self.halted = reason(Some(why)),
            News::Closed(why) => self.closed = reason(why),
            News::Unwell(why) => self.unwell = reason(why),
            News::Unlabelled(why) => self.unlabelled = reason(why),
            News::Taken => *self = Self::default(),
            News::Left(why) => *self = Self::left(why),
        }
    }
}

/// What an event says of one chain. Where there is a reason or none, none is that all is well again.
#[derive(Clone, Copy, Debug)]
pub(super) enum News<'a> {
    CaughtUp,
    Offline(Option<&'a str>),
    Halted(&'a str),
    Closed(Option<&'a str>),
    Unwell(Option<&'a str>),
    Unlabelled(Option<&'a str>),
    Taken,
    Left(Left),
}

impl<'a> News<'a> {
    /// The chain that the event is about, and what it says of it.
    pub(super) fn of(event: &'a RelayerEvent) -> Option<(u64, Self)> {
        Some(match event {
            RelayerEvent::CaughtUp { chain_id, .. } => (*chain_id, Self::CaughtUp),
            RelayerEvent::ChainOffline { chain_id, reason } => (*chain_id, Self::Offline(Some(reason))),
            RelayerEvent::ChainOnline { chain_id } => (*chain_id, Self::Offline(None)),
            RelayerEvent::ChainHalted { chain_id, reason } => (*chain_id, Self::Halted(reason)),
            RelayerEvent::Closed { chain_id, reason } => (*chain_id, Self::Closed(Some(reason))),
            RelayerEvent::Opened { chain_id } => (*chain_id, Self::Closed(None)),
            RelayerEvent::NodeUnwell { chain_id, reason } => (*chain_id, Self::Unwell(Some(reason))),
            RelayerEvent::NodeWell { chain_id } => (*chain_id, Self::Unwell(None)),
            RelayerEvent::SafetyUnknown { chain_id, reason } => (*chain_id, Self::Unlabelled(Some(reason))),
            RelayerEvent::SafetyKnown { chain_id } => (*chain_id, Self::Unlabelled(None)),
            RelayerEvent::ChainTaken { chain_id } => (*chain_id, Self::Taken),
            RelayerEvent::ChainLeft { chain_id, why } => (*chain_id, Self::Left(*why)),
            // It takes some.
            RelayerEvent::Submitted { destination, .. } => (*destination, Self::Closed(None)),
            _ => return None,
        })
    }
}
