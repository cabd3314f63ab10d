//! The API token: who we are to Proxmox, and the secret that proves it.

use std::fmt;

use http::HeaderValue;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

/// Proxmox unescapes the header's value and ends it at a semicolon.
const HEADER: &AsciiSet = &CONTROLS.add(b'%').add(b';');

/// A Proxmox API token, `user@realm!id=secret`. Prints as its id only.
#[derive(Clone)]
pub struct Token {
    id: String,
    secret: SecretString,
}

/// Why a text is no token. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The parts are not all there.
    #[error("a token looks like user@realm!id=secret")]
    Form,
    /// A character that no token has.
    #[error("a token has no spaces or control characters")]
    Character,
}

impl Token {
    /// Reads `user@realm!id=secret`.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(TokenError::Character);
        }
        // Proxmox takes the secret from behind the last '='.
        let (id, secret) = text.rsplit_once('=').ok_or(TokenError::Form)?;
        let (user, name) = id.rsplit_once('!').ok_or(TokenError::Form)?;
        let (login, realm) = user.rsplit_once('@').ok_or(TokenError::Form)?;
        if [login, realm, name, secret]
            .iter()
            .any(|part| part.is_empty())
        {
            return Err(TokenError::Form);
        }
        Ok(Self {
            id: id.to_owned(),
            secret: SecretString::from(secret),
        })
    }

    /// Out of what Proxmox itself gave.
    pub(crate) fn of_parts(id: String, secret: SecretString) -> Self {
        Self { id, secret }
    }

    /// The public half, `user@realm!id`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The token's user, `user@realm`.
    pub fn user(&self) -> &str {
        self.id.rsplit_once('!').map_or(&self.id, |(user, _)| user)
    }

    /// The value of the `Authorization` header, marked so that no HTTP library prints it.
    pub(crate) fn header(&self) -> Result<HeaderValue, TokenError> {
        let text = format!("{}={}", self.id, self.secret.expose_secret());
        let value = format!("PVEAPIToken={}", utf8_percent_encode(&text, HEADER));
        let mut value = HeaderValue::from_str(&value).map_err(|_| TokenError::Character)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Token").field(&self.id).finish()
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "1b7c8a52-0000-4000-8000-3f2a91d0c0de";

    #[test]
    fn a_token_is_split_at_its_last_equals_sign() {
        let token = Token::parse(&format!("a=b@pve!ro={SECRET}")).unwrap();
        assert_eq!(token.id(), "a=b@pve!ro");
        assert_eq!(token.user(), "a=b@pve");
    }

    #[test]
    fn the_secret_is_printed_by_nothing() {
        let token = Token::parse(&format!("argus@pve!ro={SECRET}")).unwrap();
        let header = token.header().unwrap();
        let printed = format!("{token} {token:?} {header:?}");
        assert!(!printed.contains(SECRET), "{printed}");
        assert!(printed.contains("argus@pve!ro"));
        assert!(header.is_sensitive());
        assert_eq!(
            header.to_str().unwrap(),
            format!("PVEAPIToken=argus@pve!ro={SECRET}")
        );
    }

    #[test]
    fn what_proxmox_would_unescape_or_cut_is_escaped() {
        let token = Token::parse("a%b@pve!ro=x;y").unwrap();
        assert_eq!(
            token.header().unwrap().to_str().unwrap(),
            "PVEAPIToken=a%25b@pve!ro=x%3By"
        );
        let token = Token::parse("jürgen@ldap!ro=x").unwrap();
        assert_eq!(
            token.header().unwrap().to_str().unwrap(),
            "PVEAPIToken=j%C3%BCrgen@ldap!ro=x"
        );
    }

    #[test]
    fn an_incomplete_token_is_refused_without_being_repeated() {
        for text in [
            "", "x", "a@pve=x", "a!b=x", "a@pve!b", "a@pve!b=", "@pve!b=x", "a@!b=x", "a@pve!=x",
        ] {
            assert_eq!(Token::parse(text).unwrap_err(), TokenError::Form, "{text}");
        }
        for text in ["a@pve!b=x y", "a@pve!b=x\r\ny"] {
            let error = Token::parse(text).unwrap_err();
            assert_eq!(error, TokenError::Character);
            assert!(!error.to_string().contains('x'));
        }
    }
}
