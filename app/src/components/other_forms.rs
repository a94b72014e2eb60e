//! A report in the forms that few ask for, behind a word.

use leptos::prelude::*;

use crate::format::Reader;

/// Links to the report whose CSV has the address `csv`; `what` tells them from those of other reports.
pub fn links(reader: &Reader, csv: &str, what: &str) -> AnyView {
    forms(reader, csv, what, &[("json", "JSON"), ("parquet", "Parquet"), ("md", "Markdown")])
}

/// The same where there is a link to the JSON already.
pub fn links_but_json(reader: &Reader, csv: &str, what: &str) -> AnyView {
    forms(reader, csv, what, &[("parquet", "Parquet"), ("md", "Markdown")])
}

fn forms(reader: &Reader, csv: &str, what: &str, forms: &[(&'static str, &'static str)]) -> AnyView {
    let words = reader.text.reports.other_forms;
    let link = |(form, name): &(&'static str, &'static str)| {
        view! { <a class="quiet" href=of(csv, form) aria-label=format!("{name}: {what}")>{*name}</a> }
    };
    let links: Vec<_> = forms.iter().map(link).collect();
    view! {
        <details class="other-forms">
            <summary class="quiet" aria-label=format!("{words}: {what}")>{words}</summary>
            {links}
        </details>
    }
    .into_any()
}

/// The address of another form of the same file.
fn of(csv: &str, form: &str) -> String {
    let (path, query) = csv.split_once('?').map_or((csv, None), |(path, query)| (path, Some(query)));
    let name = path.strip_suffix(".csv").unwrap_or(path);
    // The list has a short address of its own in one form alone.
    let name = if name == "/findings" { "/api/v1/export/findings" } else { name };
    query.map_or_else(|| format!("{name}.{form}"), |query| format!("{name}.{form}?{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_ask_the_same_question() {
        assert_eq!(of("/api/v1/export/movers.csv", "md"), "/api/v1/export/movers.md");
        assert_eq!(
            of("/findings.csv?columns=id&q=a.csv", "parquet"),
            "/api/v1/export/findings.parquet?columns=id&q=a.csv"
        );
    }
}
