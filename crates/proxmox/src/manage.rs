//! Calls that change who may do what: tokens, and their entries in the access control list. Apart from
//! [`crate::write`], because whoever may name this module hands out rights.
//!
//! What Proxmox asks for them (`PVE::API2::User`, `PVE::API2::ACL`, `PVE::RPCEnvironment`):
//!
//! - A token is not its user: the rule that lets users manage their own tokens compares the whole id, so a token needs
//!   `User.Modify` on `/access/groups`, or on `/access/groups/{group}` for the users of that group.
//! - An entry needs `Permissions.Modify` on its path. On one guest, storage or pool `VM.Allocate`, `Datastore.Allocate`
//!   or `Pool.Allocate` does as well, for roles of which the caller has every privilege there.
//! - Making roles would need `Sys.Modify` on `/access`, so no call here does: entries name roles that are there.

use serde::Deserialize;

use crate::{
    answer,
    call::CallBuilder,
    token::Token,
    write::{Write, done},
};

/// `POST /access/users/{userid}/token/{tokenid}`: a token with rights of its own (none yet), which ends by itself at
/// `expire` (epoch seconds). Its secret is in the answer and nowhere else: where the answer is lost, the token is of no
/// use to anybody.
pub fn token_make(userid: &str, tokenid: &str, expire: u64, comment: &str) -> Write<Token> {
    let call = of_token(CallBuilder::post(), userid, tokenid)
        .number("expire", expire)
        .flag("privsep", true)
        .text("comment", comment);
    Write::new(call, |body| answer::data::<Made>(body).map(Token::from))
}

/// `DELETE /access/users/{userid}/token/{tokenid}`: with the token go its entries. Tasks that it started go on.
pub fn token_remove(userid: &str, tokenid: &str) -> Write<()> {
    done(of_token(CallBuilder::delete(), userid, tokenid))
}

/// `PUT /access/acl`: gives a token roles on a path, and not on the paths below it.
pub fn grant<'a>(path: &str, token: &str, roles: impl IntoIterator<Item = &'a str>) -> Write<()> {
    let roles: Vec<&str> = roles.into_iter().collect();
    done(
        CallBuilder::put()
            .path("access/acl")
            .text("path", path)
            .text("tokens", token)
            .text("roles", &roles.join(","))
            .flag("propagate", false),
    )
}

fn of_token(call: CallBuilder, userid: &str, tokenid: &str) -> CallBuilder {
    call.path("access/users")
        .segment(userid)
        .path("token")
        .segment(tokenid)
}

/// What Proxmox answers; cannot be printed.
#[derive(Deserialize)]
struct Made {
    #[serde(rename = "full-tokenid")]
    id: String,
    value: String,
}

impl From<Made> for Token {
    fn from(made: Made) -> Self {
        Self::of_parts(made.id, made.value.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line<T>(write: &Write<T>) -> String {
        let request = write.request().unwrap();
        let body = std::str::from_utf8(request.body()).unwrap();
        format!("{} {} {body}", request.method(), request.uri())
    }

    #[test]
    fn a_token_is_made_with_rights_of_its_own_and_an_end() {
        let write = token_make("argus@pve", "argus-1", 1_767_225_600, "for a plan");
        assert_eq!(
            line(&write),
            "POST /access/users/argus@pve/token/argus-1 expire=1767225600&privsep=1&comment=for+a+plan"
        );
        let removed = token_remove("argus@pve", "argus-1");
        assert_eq!(
            line(&removed),
            "DELETE /access/users/argus@pve/token/argus-1 "
        );
    }

    #[test]
    fn rights_hold_on_the_path_and_not_below_it() {
        let granted = grant("/vms/101", "argus@pve!argus-1", ["A-1", "A-2"]);
        assert_eq!(
            line(&granted),
            "PUT /access/acl path=%2Fvms%2F101&tokens=argus%40pve%21argus-1&roles=A-1%2CA-2&propagate=0"
        );
    }

    #[test]
    fn the_answer_becomes_a_token_that_prints_no_secret() {
        let write = token_make("argus@pve", "argus-1", 0, "");
        let body = br#"{"data":{"full-tokenid":"argus@pve!argus-1","info":{"privsep":1},"value":"s3cret"}}"#;
        let token = (write.decode)(body).unwrap();
        assert_eq!(token.id(), "argus@pve!argus-1");
        assert!(!format!("{token:?}").contains("s3cret"));
        assert!((write.decode)(br#"{"data":null}"#).is_err());
    }
}
