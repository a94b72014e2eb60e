//! The way from a report to a share of it.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::ShareReport;

/// Where a share of a report begins. `of` is the report's address: what stands after its `?` is the question.
pub fn href(report: ShareReport, of: &str) -> String {
    let query = of.split_once('?').map_or("", |(_, query)| query);
    let mut address = form_urlencoded::Serializer::new(String::new());
    address.append_pair("report", report.as_str());
    if !query.is_empty() {
        address.append_pair("filter", query);
    }
    format!("/shares/new?{}", address.finish())
}

/// The Share button of a page.
pub fn button(reader: &Reader, report: ShareReport, of: &str) -> AnyView {
    view! { <a class="button" href=href(report, of)>{reader.text.shares.share}</a> }.into_any()
}

/// The Share link of a panel; `what` tells it from those of other panels.
pub fn link(reader: &Reader, report: ShareReport, of: &str, what: &str) -> AnyView {
    let text = reader.text.shares.share;
    view! { <a class="quiet" href=href(report, of) aria-label=format!("{text}: {what}")>{text}</a> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_goes_along_as_one_value() {
        assert_eq!(href(ShareReport::Overview, "/"), "/shares/new?report=overview");
        assert_eq!(href(ShareReport::Trend, "/?by=a&range=7d"), "/shares/new?report=trend&filter=by%3Da%26range%3D7d");
    }
}
