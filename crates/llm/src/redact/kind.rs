//! What sort of secret a placeholder stands for.

/// What a secret is for. A model may know this much: "the password is wrong" needs no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// What a person or a program signs in with.
    Password,
    /// A hash that a password can be guessed from.
    Hash,
    /// What a program shows instead of signing in: API tokens, JWTs, bearers.
    Token,
    /// A Proxmox ticket: a session, a console, a VNC connection.
    Ticket,
    /// What proves that a request comes from one's own page.
    Csrf,
    /// What a browser shows.
    Cookie,
    /// What encrypts or signs: private, pre-shared, backup and licence keys.
    Key,
    /// An SNMP community.
    Community,
    /// A one-time or recovery code, and what such are made of.
    Code,
    /// A block of base64 over several lines, which may be anything.
    Encoded,
    /// Characters that nobody would choose, without a word on what they are.
    Random,
    /// Something that is called secret and nothing else.
    Secret,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Password,
        Self::Hash,
        Self::Token,
        Self::Ticket,
        Self::Csrf,
        Self::Cookie,
        Self::Key,
        Self::Community,
        Self::Code,
        Self::Encoded,
        Self::Random,
        Self::Secret,
    ];

    /// Its name within a placeholder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Hash => "hash",
            Self::Token => "token",
            Self::Ticket => "ticket",
            Self::Csrf => "csrf",
            Self::Cookie => "cookie",
            Self::Key => "key",
            Self::Community => "community",
            Self::Code => "code",
            Self::Encoded => "encoded",
            Self::Random => "random",
            Self::Secret => "secret",
        }
    }

    /// The kind of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
