//! The drafting port.

use crate::drafted::Drafted;
use crate::scene::Scene;

/// Turns words into candidate actions. Whatever stands behind it is not trusted with more.
pub trait Planner: Send + Sync {
    /// What the page says about who drafted.
    fn label(&self) -> &'static str;

    /// Drafts `request` against `scene`.
    fn draft(&self, request: &str, scene: &Scene) -> impl Future<Output = Drafted> + Send;
}
