//! A list that is read in parts: the first part follows the live stream, further parts come when asked for. Another
//! selection is another list: nothing of the one before is kept, so that it cannot be taken for this one's.

use std::cell::RefCell;

use argus_types::page::Page;
use leptos::prelude::*;

use super::load::load;
use super::submission::Submission;
use crate::api::ApiError;
use crate::erased::effect;

/// What is known of the list.
pub struct Paged<T: Send + Sync + 'static> {
    /// Everything that was read of the present selection, in the list's order; `None` before the first answer.
    pub items: RwSignal<Option<Vec<T>>>,
    /// How the reading goes.
    pub parts: Parts,
}

/// How the reading of a list goes, whatever is in it.
#[derive(Clone, Copy)]
pub struct Parts {
    /// Why the first part could not be read.
    pub error: RwSignal<Option<ApiError>>,
    /// Whether nothing has come yet and nothing has failed.
    pub is_first: Signal<bool>,
    /// Reads the first part again.
    pub reload: Callback<()>,
    /// The read of a further part.
    pub further: Submission,
    /// Whether there is more than was read.
    pub has_more: Signal<bool>,
    /// Reads the next part.
    pub more: Callback<()>,
}

/// Reads what `selection` says with `fetch`, again whenever a signal that one of them reads changes. `same` tells
/// whether two entries are the same one; where nothing tells that, a new first part simply replaces everything.
pub fn paged<S, T, F, R>(
    selection: impl Fn() -> S + Copy + Send + Sync + 'static,
    fetch: F,
    same: fn(&T, &T) -> bool,
) -> Paged<T>
where
    S: Clone + PartialEq + 'static,
    T: Clone + Send + Sync + 'static,
    F: Fn(S, Option<String>) -> R + Copy + Send + Sync + 'static,
    R: Future<Output = Result<Page<T>, ApiError>> + 'static,
{
    let items = RwSignal::new(None::<Vec<T>>);
    let cursor = RwSignal::new(None::<String>);
    let further = Submission::new();
    // Counts the lists that there have been: a part of another one than the present one is not taken.
    let list = StoredValue::new(0_u32);
    let begin = move |next: Option<String>| {
        list.update_value(|number| *number = number.wrapping_add(1));
        cursor.set(next);
    };
    let read_last = RefCell::new(None);
    let first = load(move || {
        let selected = selection();
        let before = read_last.replace(Some(selected.clone()));
        if before.is_some_and(|before| before != selected) {
            items.set(None);
            begin(None);
            further.error.set(None);
        }
        fetch(selected, None)
    });
    effect(move || {
        let Some(page) = first.data.get() else {
            return;
        };
        let held = items.get_untracked().unwrap_or_default();
        let (merged, kept) = merge(page.items, held, page.next_cursor.is_some(), same);
        if !kept {
            begin(page.next_cursor);
        }
        items.set(Some(merged));
    });
    let more = move |()| {
        let Some(asked) = cursor.get_untracked() else {
            return;
        };
        let of = list.get_value();
        further.run(
            asked.clone(),
            move |_| untrack(|| fetch(selection(), Some(asked))),
            move |page: Page<T>| {
                // Another list may have begun while this part was on its way.
                if list.get_value() == of {
                    items.update(|items| items.get_or_insert_default().extend(page.items));
                    cursor.set(page.next_cursor);
                }
            },
        );
    };
    let parts = Parts {
        error: first.error,
        is_first: Signal::derive(move || {
            items.with(Option::is_none) && first.error.with(Option::is_none)
        }),
        reload: Callback::new(move |()| first.reload()),
        further,
        has_more: Signal::derive(move || cursor.with(Option::is_some)),
        more: Callback::new(more),
    };
    Paged { items, parts }
}

/// A new first part before what was read earlier. What stands behind the new part's last entry stays (and
/// with it the place to go on from: the second value); everything else is as the new part says.
fn merge<T>(
    new: Vec<T>,
    held: Vec<T>,
    more_behind: bool,
    same: fn(&T, &T) -> bool,
) -> (Vec<T>, bool) {
    let place = new
        .last()
        .filter(|_| more_behind)
        .and_then(|last| held.iter().position(|old| same(old, last)));
    match place {
        Some(place) => {
            let mut merged = new;
            merged.extend(held.into_iter().skip(place + 1));
            (merged, true)
        }
        None => (new, false),
    }
}

#[cfg(test)]
mod tests {
    use super::merge;

    fn merged(new: &[u8], held: &[u8], more_behind: bool) -> (Vec<u8>, bool) {
        merge(new.to_vec(), held.to_vec(), more_behind, |a, b| a == b)
    }

    #[test]
    fn a_newer_first_part_pushes_nothing_out() {
        assert_eq!(
            merged(&[9, 8], &[8, 7, 6, 5], true),
            (vec![9, 8, 7, 6, 5], true)
        );
    }

    #[test]
    fn an_entry_that_left_the_first_part_is_gone() {
        assert_eq!(merged(&[9, 7], &[9, 8, 7, 6], true), (vec![9, 7, 6], true));
    }

    #[test]
    fn a_first_part_that_does_not_reach_what_was_read_replaces_it() {
        assert_eq!(merged(&[99, 98], &[3, 2], true), (vec![99, 98], false));
    }

    #[test]
    fn a_first_part_that_is_all_there_is_replaces_everything() {
        assert_eq!(merged(&[2, 1], &[2, 1, 0], false), (vec![2, 1], false));
        assert_eq!(merged(&[], &[1], false), (vec![], false));
    }
}
