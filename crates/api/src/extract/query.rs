//! Query parameters, with our own problem for what does not fit.

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use serde::de::DeserializeOwned;

use argus_types::problem::ProblemCode;

use crate::problem::ApiProblem;

/// Typed query parameters.
pub struct Parameters<T>(pub T);

impl<S, T> FromRequestParts<S> for Parameters<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiProblem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(ApiProblem::new(
                ProblemCode::BadParameter,
                rejection.body_text(),
            )),
        }
    }
}
