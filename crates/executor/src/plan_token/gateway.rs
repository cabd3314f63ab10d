//! What hands out and takes away rights inside Proxmox: the only file in Argus that names `argus_proxmox::manage`.
//!
//! Three requests and no others: make a token whose name and comment are made here, give it roles of one privilege
//! each, remove a token whose name is of this form.

use argus_proxmox::{Client, Error, Permissions, Token, manage, privileges, read};

use super::name::Name;
use super::rights::Rights;

/// Makes a token without rights, which ends by itself at `expire`, in epoch seconds.
pub(super) async fn make(
    manager: &Client,
    user: &str,
    name: &Name,
    expire: u64,
) -> Result<Token, Error> {
    let comment = format!("Argus made it for execution {} alone", name.execution);
    let write = manage::token_make(user, &name.to_string(), expire, &comment);
    manager.write(write).await
}

/// Gives a token what it is to have, path by path.
pub(super) async fn grant(manager: &Client, token: &str, rights: &Rights) -> Result<(), Error> {
    for (path, held) in rights.by_path() {
        // Roles that an administrator made: making some would take the right to change the whole cluster's settings.
        let roles: Vec<String> = held.map(privileges::role).collect();
        let roles = roles.iter().map(String::as_str);
        manager.write(manage::grant(path, token, roles)).await?;
    }
    Ok(())
}

/// Removes a token. One that is not there is removed.
pub(super) async fn remove(manager: &Client, user: &str, name: &Name) -> Result<(), Error> {
    let write = manage::token_remove(user, &name.to_string());
    match manager.write(write).await {
        Err(error) if is_gone(&error) => Ok(()),
        answer => answer,
    }
}

/// The names of the tokens of `user` that Argus made for executions.
pub(super) async fn list(manager: &Client, user: &str) -> Result<Vec<Name>, Error> {
    let tokens = manager.read(read::user_tokens(user)).await?;
    let names = tokens.iter().map(|token| token.tokenid.parse());
    Ok(names.filter_map(Result::ok).collect())
}

/// What a token may do, as Proxmox sees it.
pub(super) async fn rights_of(client: &Client) -> Result<Permissions, Error> {
    client.read(read::permissions()).await
}

/// "no such token 'x' for user 'y'"
fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Api(api) if api.message.contains("no such token"))
}
