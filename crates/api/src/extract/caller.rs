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
use crate::session::{ActiveSession, ActiveToken, Proof, Reach, Sessions};

/// Something that a caller wants to do; one type a permission, so that a handler's signature says it.
pub trait Act: Send + Sync + 'static {
    /// What the caller's role, and a script's token, must allow.
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
        Approve,
        BreakGlass,
        Cancel,
        Resolve,
        EmergencyStop,
        ReleaseEmergencyStop,
        ManageOwn,
        ManagePeople,
        ManagePolicy,
        ManageModels
    );
}

/// Somebody who may do `A`, in a browser or through a script's token. Cannot be made in any other way than from a
/// request that proves it.
pub struct Caller<A> {
    proof: Proof,
    act: PhantomData<A>,
}

impl<A> Caller<A> {
    /// Who.
    pub fn person(&self) -> &Person {
        match &self.proof {
            Proof::Session(session) => &session.person,
            Proof::Token(token) => &token.person,
        }
    }

    /// How far they reach.
    pub fn reach(&self) -> &Reach {
        match &self.proof {
            Proof::Session(session) => &session.reach,
            Proof::Token(token) => &token.reach,
        }
    }

    /// The script's token, where it is one.
    pub fn token(&self) -> Option<&ActiveToken> {
        match &self.proof {
            Proof::Session(_) => None,
            Proof::Token(token) => Some(token.as_ref()),
        }
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
        let proof = prove(parts, state).await?;
        check_right::<A>(&proof)?;
        Ok(Self {
            proof,
            act: PhantomData,
        })
    }
}

/// Somebody in a browser who may do `A`: for what no script may, whatever its token says.
pub struct SignedIn<A> {
    session: Arc<ActiveSession>,
    act: PhantomData<A>,
}

impl<A> SignedIn<A> {
    /// Who.
    pub fn person(&self) -> &Person {
        &self.session.person
    }

    /// How far they reach.
    pub fn reach(&self) -> &Reach {
        &self.session.reach
    }

    /// Their session.
    pub fn session(&self) -> &ActiveSession {
        &self.session
    }
}

impl<S, A> FromRequestParts<S> for SignedIn<A>
where
    S: Send + Sync,
    A: Act,
    Arc<Sessions>: FromRef<S>,
{
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiProblem> {
        let proof = prove(parts, state).await?;
        check_right::<A>(&proof)?;
        match proof {
            Proof::Session(session) => Ok(Self {
                session,
                act: PhantomData,
            }),
            Proof::Token(_) => Err(not_for_tokens()),
        }
    }
}

async fn prove<S>(parts: &Parts, state: &S) -> Result<Proof, ApiProblem>
where
    Arc<Sessions>: FromRef<S>,
{
    let sessions = Arc::<Sessions>::from_ref(state);
    if !is_unsafe(&parts.method) {
        return sessions.of_read(&parts.headers).await;
    }
    let proof = sessions.of_write(&parts.headers).await?;
    if let Proof::Session(session) = &proof {
        check_csrf(&sessions, session, parts)?;
    }
    Ok(proof)
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
    if sessions.keys().csrf_matches(session.id, given) {
        return Ok(());
    }
    Err(ApiProblem::new(
        ProblemCode::CrossSite,
        "Send the `csrf_token` of GET /api/session in the header X-CSRF-Token.",
    ))
}

fn check_right<A: Act>(proof: &Proof) -> Result<(), ApiProblem> {
    let role = match proof {
        Proof::Session(session) => session.person.role,
        Proof::Token(token) => {
            match A::PERMISSION.token() {
                None => return Err(not_for_tokens()),
                Some(least) if token.may < least => {
                    return Err(ApiProblem::new(
                        ProblemCode::Forbidden,
                        format!(
                            "This token may only {}. Make one that may {}.",
                            token.may.as_str(),
                            least.as_str()
                        ),
                    ));
                }
                Some(_) => {}
            }
            token.person.role
        }
    };
    match role.why_not(A::PERMISSION) {
        None => Ok(()),
        Some(why) => Err(ApiProblem::new(ProblemCode::Forbidden, why)),
    }
}

fn not_for_tokens() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::Forbidden,
        "API tokens read and propose. This takes a person in a browser.",
    )
}
