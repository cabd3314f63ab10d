//! Who calls, and that they may do this one thing.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use argus_types::paths::CSRF_HEADER;
use argus_types::person::{Permission, Person};
use argus_types::problem::ProblemCode;

use crate::problem::ApiProblem;
use crate::same_origin::is_unsafe;
use crate::session::{ActiveSession, Sessions};

/// Something that a caller wants to do; one type a permission, so that a handler's signature says it.
pub trait Act: Send + Sync + 'static {
    /// What the caller's role must allow.
    const PERMISSION: Permission;
}

/// The acts, named as the permissions.
pub mod act {
    use super::{Act, Permission};

    macro_rules! acts {
        ($($name:ident),*) => {$(
            #[doc = concat!("See [`Permission::", stringify!($name), "`].")]
            #[derive(Debug)]
            pub struct $name;
            impl Act for $name {
                const PERMISSION: Permission = Permission::$name;
            }
        )*};
    }

    acts!(
        Read,
        Propose,
        Withdraw,
        Confirm,
        Cancel,
        EmergencyStop,
        ReleaseEmergencyStop
    );
}

/// A signed-in person who may do `A`. Cannot be made in any other way than from a request that proves it.
pub struct Caller<A> {
    session: ActiveSession,
    act: PhantomData<A>,
}

impl<A> Caller<A> {
    /// Who.
    pub fn person(&self) -> &Person {
        &self.session.person
    }

    /// Their session.
    pub fn session(&self) -> &ActiveSession {
        &self.session
    }
}

impl<S, A> FromRequestParts<S> for Caller<A>
where
    S: Send + Sync,
    A: Act,
    Arc<Sessions>: FromRef<S>,
{
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiProblem> {
        let sessions = Arc::<Sessions>::from_ref(state);
        let session = if is_unsafe(&parts.method) {
            let session = sessions.of_write(&parts.headers).await?;
            check_csrf(&sessions, &session, parts)?;
            session
        } else {
            sessions.of_read(&parts.headers).await?
        };
        check_role::<A>(&session)?;
        Ok(Self {
            session,
            act: PhantomData,
        })
    }
}

fn check_csrf(
    sessions: &Sessions,
    session: &ActiveSession,
    parts: &Parts,
) -> Result<(), ApiProblem> {
    let given = parts
        .headers
        .get(CSRF_HEADER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if sessions.keys().csrf_matches(&session.token_hash, given) {
        return Ok(());
    }
    Err(ApiProblem::new(
        ProblemCode::CrossSite,
        "Send the `csrf_token` of GET /api/session in the header X-CSRF-Token.",
    ))
}

fn check_role<A: Act>(session: &ActiveSession) -> Result<(), ApiProblem> {
    let role = session.person.role;
    if role.may(A::PERMISSION) {
        return Ok(());
    }
    Err(ApiProblem::new(
        ProblemCode::Forbidden,
        format!(
            "This needs the role {} and you have {}.",
            A::PERMISSION.least_role().as_str(),
            role.as_str()
        ),
    ))
}
