//! Where each parameter comes from. What a model wrote is marked.

use leptos::prelude::*;

use crate::api::part::Part;

/// One action with its parameters: `ActionProvenance`.
pub fn action(action: Part<'_>) -> AnyView {
    let place = action.number("index").unwrap_or_default() + 1;
    let title = format!("{place}. {}", action.text("action"));
    let rows = action.all("parameters").into_iter().map(parameter);
    view! {
        <div class="table-scroll" data-testid="provenance">
            <table class="facts">
                <caption>{title}</caption>
                <thead>
                    <tr>{["parameter", "value", "from"].map(|name| view! { <th scope="col">{name}</th> }).collect_view()}</tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn parameter(parameter: Part<'_>) -> AnyView {
    let from: Vec<String> = parameter.all("sources").into_iter().map(source).collect();
    let value = parameter.text("value");
    let value = if parameter.is("by_model") {
        by_model(value)
    } else {
        value.into_any()
    };
    let name = parameter
        .text("parameter")
        .trim_start_matches('/')
        .to_owned();
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{value}</td>
            <td>{from.join("; ")}</td>
        </tr>
    }
    .into_any()
}

/// Text that a language model wrote, marked as such.
pub fn by_model(text: String) -> AnyView {
    view! { <mark class="by-model" title="a language model wrote this">{text}</mark> }.into_any()
}

/// One source in words: `ProvenanceSource`.
fn source(source: Part<'_>) -> String {
    match source.text("source").as_str() {
        "request" => format!("the request: “{}”", source.text("text")),
        "inventory" => format!("the inventory: {}", source.text("field")),
        "default" => format!("a rule of Argus: {}", source.text("rule")),
        "answer" => "the answer to a question".to_owned(),
        "model" => "the language model".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use argus_types::drafting::ProvenanceSource;

    use super::*;

    #[test]
    fn a_source_is_said_as_the_contract_writes_it() {
        let said = |from: ProvenanceSource| {
            let value = serde_json::to_value(from).unwrap();
            source(Part(&value))
        };
        let words = ProvenanceSource::Request {
            start: 9,
            end: 15,
            text: "web-01".to_owned(),
        };
        assert_eq!(said(words), "the request: “web-01”");
        let field = ProvenanceSource::Inventory {
            field: "disks".to_owned(),
        };
        assert_eq!(said(field), "the inventory: disks");
        let rule = ProvenanceSource::Default {
            rule: "a name made of the day".to_owned(),
        };
        assert_eq!(said(rule), "a rule of Argus: a name made of the day");
        assert_eq!(said(ProvenanceSource::Answer), "the answer to a question");
        assert_eq!(said(ProvenanceSource::Model), "the language model");
    }
}
