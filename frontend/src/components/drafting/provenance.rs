//! Where each parameter comes from. What a model wrote is marked.

use argus_types::drafting::{ActionProvenance, ParameterProvenance, ProvenanceSource};
use leptos::prelude::*;

/// The actions with their parameters.
pub fn provenance(actions: Vec<ActionProvenance>) -> AnyView {
    actions.into_iter().map(action).collect_view().into_any()
}

fn action(action: ActionProvenance) -> AnyView {
    let title = format!("{}. {}", u32::from(action.index) + 1, action.action);
    view! {
        <div class="table-scroll" data-testid="provenance">
            <table class="facts">
                <caption>{title}</caption>
                <thead>
                    <tr>
                        <th scope="col">"parameter"</th>
                        <th scope="col">"value"</th>
                        <th scope="col">"from"</th>
                    </tr>
                </thead>
                <tbody>{action.parameters.into_iter().map(parameter).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn parameter(parameter: ParameterProvenance) -> AnyView {
    let from: Vec<String> = parameter.sources.iter().map(source).collect();
    let value = if parameter.by_model {
        view! { <mark class="by-model" title="a language model wrote this">{parameter.value}</mark> }
            .into_any()
    } else {
        parameter.value.into_any()
    };
    let name = parameter.parameter.trim_start_matches('/').to_owned();
    view! {
        <tr>
            <th scope="row">
                <code>{name}</code>
            </th>
            <td>{value}</td>
            <td>{from.join("; ")}</td>
        </tr>
    }
    .into_any()
}

/// One source in words.
fn source(source: &ProvenanceSource) -> String {
    match source {
        ProvenanceSource::Request { text, .. } => format!("the request: “{text}”"),
        ProvenanceSource::Inventory { field } => format!("the inventory: {field}"),
        ProvenanceSource::Default { rule } => format!("a rule of Argus: {rule}"),
        ProvenanceSource::Answer => "the answer to a question".to_owned(),
        ProvenanceSource::Model => "the language model".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_says_which_words_or_which_field() {
        let words = ProvenanceSource::Request {
            start: 9,
            end: 15,
            text: "web-01".to_owned(),
        };
        assert_eq!(source(&words), "the request: “web-01”");
        let field = ProvenanceSource::Inventory {
            field: "disks".to_owned(),
        };
        assert_eq!(source(&field), "the inventory: disks");
    }
}
