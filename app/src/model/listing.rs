//! How the page of findings shows them: part of its address, so that a link reproduces it. It does not say which.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::column::Column;
use super::filter::FilterError;
use super::terms::{UnknownTerm, vocabulary};
use super::view::word;

vocabulary! {
    /// What findings are gathered by.
    Grouping = "grouping" {
        /// By type, and within it by task family, cluster or resource.
        Type => "type",
    }
}

/// Groups instead of a list, or a list with columns of the reader's choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct FindingsView {
    pub group: Option<Grouping>,
    /// In the order they are shown; empty: the usual list.
    pub columns: Vec<Column>,
}

impl FindingsView {
    /// Parameters of the page besides the filter.
    pub const PARAMETERS: [&'static str; 2] = ["group", "columns"];

    /// Reads them from a query string. `columns` may be repeated, as a form does; a column is shown once.
    pub fn parse(query: &str) -> Result<Self, FilterError> {
        let mut view = Self { group: word(query, "group")?, columns: Vec::new() };
        for (_, words) in form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "columns") {
            for word in words.split(',').filter(|word| !word.is_empty()) {
                let column = word.parse().map_err(|error| FilterError::bad("columns", error))?;
                if !view.columns.contains(&column) {
                    view.columns.push(column);
                }
            }
        }
        Ok(view)
    }

    /// `base` with what differs from the usual view; a filter's query may follow.
    pub fn at(&self, base: &str) -> String {
        let group = self.group.map(|group| format!("group={group}"));
        // Names and commas need no escape, and stay readable.
        let columns = self.columns.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(",");
        let columns = (!columns.is_empty()).then(|| format!("columns={columns}"));
        let query = group.into_iter().chain(columns).collect::<Vec<_>>().join("&");
        if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") }
    }

    /// The page's address.
    pub fn path(&self) -> String {
        self.at("/findings")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_its_address() {
        for query in ["", "group=type", "columns=severity,title,url", "group=type&columns=id"] {
            let view = FindingsView::parse(query).unwrap_or_default();
            assert_eq!(view.path(), format!("/findings?{query}").trim_end_matches('?'));
        }
        let of_a_form =
            FindingsView::parse("columns=title&columns=id&columns=title&group=&columns=").unwrap_or_default();
        assert_eq!(of_a_form.path(), "/findings?columns=title,id");
    }

    #[test]
    fn nonsense_is_named() {
        for (query, parameter) in
            [("group=colour", "group"), ("columns=title,colour", "columns"), ("group=type&group=type", "group")]
        {
            let error = FindingsView::parse(query).map_err(|error| error.parameter().to_owned());
            assert_eq!(error, Err(parameter.to_owned()), "{query}");
        }
    }
}
