//! The page behind a link, with its style within: a sandboxed frame may load nothing.

use std::sync::LazyLock;

use app::format::Reader;
use app::model::Shared;
use app::pages::shared::{SharedFrame, document, gone};
use sha2::{Digest, Sha256};

use crate::chart::PlainCharts;
use crate::share::look::Look;

/// The app's own style, as far as a view needs it, and what only views need.
static STYLE: LazyLock<String> = LazyLock::new(|| {
    let sheets = [
        include_str!("../../../../style/tokens.css"),
        include_str!("../../../../style/base.css"),
        include_str!("../../../../style/components/panel.css"),
        include_str!("../../../../style/components/table.css"),
        include_str!("../../../../style/components/marks.css"),
        include_str!("../../../../style/components/kpi.css"),
        include_str!("../../../../style/components/chart.css"),
        include_str!("../../../../style/components/cost.css"),
        include_str!("../../../../style/components/layers.css"),
        include_str!("../../../../style/components/shared.css"),
    ];
    sheets.iter().map(|sheet| small(sheet)).collect()
});

/// A style sheet without comments and indentation. Ours hold neither in texts.
fn small(sheet: &str) -> String {
    let mut out = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A page and what its style sheet is known by.
#[derive(Debug)]
pub struct Page {
    pub html: String,
    /// `sha256-…`, as a content security policy names it.
    pub style_hash: String,
}

/// A view as a page.
pub fn page(shared: &Shared, reader: &Reader, look: Look, oembed: Option<&str>) -> Page {
    let style = style(look);
    let stay = Look { refresh: None, ..look }.to_query();
    let frame = SharedFrame {
        theme: look.theme,
        titled: look.titled,
        refresh: look.refresh,
        stay: &stay,
        oembed,
        style: &style,
    };
    Page { html: document(shared, reader, &PlainCharts, &frame), style_hash: hash(&style) }
}

/// The page of a dead link. It loads itself no more.
pub fn gone_page(look: Look) -> Page {
    let style = style(look);
    let frame = SharedFrame { theme: look.theme, titled: true, refresh: None, stay: "", oembed: None, style: &style };
    Page { html: gone(look.language, &frame), style_hash: hash(&style) }
}

fn style(look: Look) -> String {
    look.height.map_or_else(
        || STYLE.clone(),
        |height| format!("{}\n.shared{{max-block-size:{height}px;overflow-y:auto}}", *STYLE),
    )
}

fn hash(style: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(style.as_bytes())))
}

/// RFC 4648, section 4: as policies name hashes.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let six = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or(0);
            out.push(if place <= group.len() { char::from(ALPHABET[six]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_written_as_policies_want_them() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn a_style_sheet_gets_smaller_and_stays_one() {
        assert_eq!(small("/* a */\n.a {\n  color: red; /* b */\n}\n\n"), ".a {\ncolor: red;\n}");
        assert!(STYLE.contains(".shared") && !STYLE.contains("/*") && !STYLE.contains("@import"));
        // It would end the element that it stands in.
        assert!(!STYLE.contains("</"));
    }
}
