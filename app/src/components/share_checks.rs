//! Whether a link will work, told before it is pasted anywhere: from the configuration, with what to change.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::{ShareFormat, ShareSetting};
use crate::text::fill;

/// What a link depends on.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    pub setting: &'a ShareSetting,
    pub formats: &'a [ShareFormat],
    /// Origins that may frame it.
    pub ancestors: &'a [String],
}

/// The troubles there are, or that there are none.
pub fn list(reader: &Reader, checked: Checked<'_>) -> AnyView {
    let troubles = troubles(reader, checked);
    let text = &reader.text.shares;
    let items = if troubles.is_empty() {
        let count = i64::try_from(checked.ancestors.len()).unwrap_or(i64::MAX);
        vec![view! { <li class="check is-good">{reader.count(text.check_good, count)}</li> }.into_any()]
    } else {
        troubles.into_iter().map(|words| view! { <li class="check">{words}</li> }.into_any()).collect()
    };
    view! {
        <section class="panel" aria-labelledby="checks">
            <header class="panel-head"><h2 id="checks">{text.checks_heading}</h2></header>
            <ul class="checks">{items}</ul>
        </section>
    }
    .into_any()
}

fn troubles(reader: &Reader, checked: Checked<'_>) -> Vec<String> {
    let text = &reader.text.shares;
    let Checked { setting, formats, ancestors } = checked;
    let origin = [("origin", setting.origin.as_str())];
    let mut troubles = Vec::new();
    if !setting.is_public {
        troubles.push(fill(text.check_loopback, &origin));
    } else if !setting.is_https() {
        troubles.push(fill(text.check_http, &origin));
    }
    if !formats.contains(&ShareFormat::Html) {
        troubles.push(text.check_no_html.to_owned());
    } else if ancestors.is_empty() {
        troubles.push(text.check_no_origins.to_owned());
    }
    troubles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn each_trouble_is_named_and_none_where_there_is_none() {
        let reader = Reader::timeless(Language::English);
        let setting = |origin: &str, is_public| ShareSetting {
            origin: origin.to_owned(),
            is_public,
            frame_ancestors: Vec::new(),
            default_expiry_seconds: 60,
        };
        let wiki = ["https://wiki.example.com".to_owned()];
        let all = ShareFormat::ALL;
        for (setting, formats, ancestors, settings) in [
            (setting("http://127.0.0.1:3000", false), all, &[][..], &["http.public_url", "share.frame_ancestors"][..]),
            (setting("http://findings.example.com", true), all, &wiki[..], &["TLS"]),
            (setting("https://findings.example.com", true), &[ShareFormat::Png], &[], &["html"]),
            (setting("https://findings.example.com", true), all, &wiki, &[]),
        ] {
            let found = troubles(&reader, Checked { setting: &setting, formats, ancestors });
            assert_eq!(found.len(), settings.len(), "{found:?}");
            for (trouble, setting) in found.iter().zip(settings) {
                assert!(trouble.contains(setting), "{trouble}");
            }
        }
    }
}
