//! How far a draft is, for whoever waits for it.

use argus_types::drafting::{DraftingLine, DraftingStage};
use tokio::sync::mpsc::UnboundedSender;

/// Tells the asker; or nobody, where nobody wants to know.
#[derive(Debug, Clone, Default)]
pub struct Progress(Option<UnboundedSender<DraftingLine>>);

impl Progress {
    /// Tells whoever reads the other end. There are a handful of stages, so that nothing piles up.
    pub fn to(sender: UnboundedSender<DraftingLine>) -> Self {
        Self(Some(sender))
    }

    /// Work goes on to `stage`; `provider` is who is asked.
    pub fn stage(&self, stage: DraftingStage, provider: Option<&str>) {
        if let Some(sender) = &self.0 {
            // Nobody reads any more: the draft is about to be stopped.
            let _ = sender.send(DraftingLine::Stage {
                stage,
                provider: provider.map(str::to_owned),
            });
        }
    }
}
