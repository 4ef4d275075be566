use std::fmt;

use alloy::primitives::Address;

use crate::engine::Message;

/// Whose message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) source: u64,
    pub(crate) sender: Address,
    pub(crate) target: Address,
    pub(crate) token: Option<Address>,
}

/// Who answers for a message, from the narrowest to the widest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Party {
    Application(u64, Address, Address, Option<Address>),
    Sender(u64, Address),
    Target(Address),
    Route(u64),
}

impl Origin {
    pub(crate) const fn of(message: &Message) -> Self {
        let Message { source, sender, target, token, .. } = *message;
        Self { source, sender, target, token }
    }

    /// The application, the sender, the target and the route.
    pub(crate) const fn parties(self) -> [Party; 4] {
        let Self { source, sender, target, token } = self;
        let application = Party::Application(source, sender, target, token);
        [application, Party::Sender(source, sender), Party::Target(target), Party::Route(source)]
    }

    /// The sender and the target.
    pub(crate) const fn pair(self) -> (Party, Address) {
        (Party::Sender(self.source, self.sender), self.target)
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Application(.., Some(_)) => "its token",
            Self::Application(.., None) => "its application",
            Self::Sender(..) => "its sender",
            Self::Target(_) => "its target",
            Self::Route(_) => "its source",
        })
    }
}
