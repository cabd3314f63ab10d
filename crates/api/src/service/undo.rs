//! What takes back an execution, as a draft; and that nobody else takes it back meanwhile.

use argus_domain::undo::{self, Standing};
use argus_store::{Store, Tx};
use argus_types::action::Draft;
use argus_types::id::ExecutionId;
use argus_types::problem::ProblemCode;

use crate::problem::ApiProblem;

/// The undo of what was carried out, from the last step to the first; or why there is none.
pub(super) async fn draft(store: &Store, id: ExecutionId) -> Result<Draft, ApiProblem> {
    let execution = store.execution(id).await?.ok_or_else(not_found)?;
    // Named, so that whoever asks finds it.
    if let Some(standing) = store.standing_undo(id).await? {
        return Err(taken(standing));
    }
    if let Some(why) = execution.undo.why_not {
        let stays = execution.undo.left_out.join(" ");
        let detail = format!("It cannot be undone. {why} {stays}");
        return Err(ApiProblem::new(ProblemCode::WrongState, detail.trim()));
    }
    let record = store.execution_record(id).await?.ok_or_else(not_found)?;
    let done = undo::done(&execution.steps, execution.resolution.as_ref());
    Ok(Draft::of(undo::of(&record.plan, &done).actions))
}

/// Refuses a second undo beside one that stands; none begins before the end of `tx`.
pub(super) async fn hold(tx: &mut Tx, id: ExecutionId) -> Result<(), ApiProblem> {
    match tx.hold_undo(id).await? {
        None => Ok(()),
        Some(standing) => Err(taken(standing)),
    }
}

fn taken(standing: Standing) -> ApiProblem {
    let detail = match standing {
        Standing::Open(proposal) => {
            format!("Proposal {proposal} undoes it already. Decide on that one.")
        }
        Standing::Done(proposal) => {
            format!("Proposal {proposal} has undone it. Undo that one to have it back.")
        }
    };
    ApiProblem::new(ProblemCode::WrongState, detail)
}

fn not_found() -> ApiProblem {
    ApiProblem::new(ProblemCode::NotFound, "There is no execution with this id.")
}
