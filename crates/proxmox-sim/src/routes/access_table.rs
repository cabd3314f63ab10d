//! The calls about tokens, roles and the access control list.

use super::params::{Form, Kind, Param};
use super::table::{COUNT, FREE, local, may, must};
use super::{Check, Method, Route};
use crate::answers::token;

const TOKENS: &str = "/access/users/{userid}/token";
const TOKEN: &str = "/access/users/{userid}/token/{tokenid}";
const ACL: &str = "/access/acl";
/// A token is not "self" for this: managing tokens by a token takes the privilege.
const OWN_OR_MANAGED: Check = Check::OneOf(&[Check::OwnUser, Check::UsersGroup(&["User.Modify"])]);

pub(super) fn routes() -> Vec<Route> {
    use Method::{Delete, Get, Post, Put};
    let one =
        |method, params: Vec<Param>, handler| local(method, TOKEN, OWN_OR_MANAGED, params, handler);
    let new = vec![
        may("expire", COUNT),
        may("privsep", Kind::Flag),
        may("comment", FREE),
    ];
    let change = vec![
        must("path", FREE),
        must("roles", Kind::Text(None, Form::RoleIdList)),
        may("users", FREE),
        may("groups", FREE),
        may("tokens", Kind::Text(None, Form::TokenIdList)),
        may("propagate", Kind::Flag),
        may("delete", Kind::Flag),
    ];
    vec![
        local(Get, TOKENS, OWN_OR_MANAGED, vec![], token::list),
        one(Get, vec![], token::read),
        one(Post, new, token::make).protected(),
        one(Delete, vec![], token::remove).protected(),
        local(Get, ACL, Check::User, vec![], token::acl),
        local(Put, ACL, Check::ModifyRights, change, token::change_acl).protected(),
        local(Get, "/access/roles", Check::User, vec![], token::roles),
        local(
            Get,
            "/access/roles/{roleid}",
            Check::User,
            vec![],
            token::role,
        ),
    ]
}
