//! What comes of something that is on its way, without its type: what waits for it is in the page once and not once
//! for each thing that can be waited for.

use std::pin::Pin;

/// Takes what came.
pub type Take = Box<dyn FnOnce()>;

/// Comes to something to take, or to why nothing came.
pub type Outcome<E> = Pin<Box<dyn Future<Output = Result<Take, E>>>>;

/// What `coming` comes to, to be taken by `take`.
pub fn outcome<T: 'static, E: 'static>(
    coming: impl Future<Output = Result<T, E>> + 'static,
    take: impl FnOnce(T) + 'static,
) -> Outcome<E> {
    Box::pin(async move {
        let value = coming.await?;
        Ok(Box::new(move || take(value)) as Take)
    })
}
