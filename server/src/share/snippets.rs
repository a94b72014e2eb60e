//! What people paste into a page so that it shows a view.

use app::components::share_snippets::Snippet;
use app::model::{ShareFormat, ShareReport, ShareSetting};
use app::text::ShareText;

/// Pixels a frame takes unless its page says otherwise.
pub const WIDTH: u32 = 1000;
pub const HEIGHT: u32 = 640;

/// Pixels for a view of a desk's width; lists that are longer scroll.
pub const fn height_of(report: ShareReport) -> u32 {
    match report {
        ShareReport::Overview | ShareReport::Cost => 1440,
        ShareReport::Trend | ShareReport::Breakdown | ShareReport::Heatmap => 640,
        ShareReport::Findings | ShareReport::Layers | ShareReport::Coverage => 900,
    }
}

/// What a frame may: a view has no script, but browsers let only frames that may run some load themselves anew. The
/// view's own policy keeps every script out.
const SANDBOX: &str = " sandbox=\"allow-scripts\"";

/// A frame that gives the view no rights in its page and takes the width it is given.
pub fn frame(url: &str, title: &str, height: u32) -> String {
    let (url, title) = (attribute(url), attribute(title));
    format!(
        "<iframe src=\"{url}\" title=\"{title}\"{SANDBOX} loading=\"lazy\" referrerpolicy=\"no-referrer\" \
         style=\"width:100%;height:{height}px;border:0\"></iframe>"
    )
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// A snippet for each kind of page there is.
pub fn all(setting: &ShareSetting, token: &str, report: ShareReport, text: &ShareText) -> Vec<Snippet> {
    let page = setting.url(token, ShareFormat::Html);
    let picture = setting.url(token, ShareFormat::Png);
    let title = text.report(report);
    let framed = frame(&page, title, height_of(report));
    let height = height_of(report);
    let of = |name: &'static str, tip: &'static str, lines: &[String]| Snippet { name, tip, code: lines.join("\n") };
    vec![
        of("Confluence Cloud", text.tip_confluence_cloud, std::slice::from_ref(&page)),
        of("Confluence Data Center", text.tip_confluence_dc, &[framed.clone(), format!("!{picture}!")]),
        of(
            "MediaWiki",
            text.tip_mediawiki,
            &[format!("<iframe src=\"{page}\" width=\"100%\" height=\"{height}\"{SANDBOX}></iframe>"), picture.clone()],
        ),
        of("Notion", text.tip_notion, std::slice::from_ref(&page)),
        of("GitLab", text.tip_gitlab, &[format!("![{title}]({picture})")]),
        of("GitHub", text.tip_github, &[format!("![{title}]({picture})")]),
        of(
            "DokuWiki",
            text.tip_dokuwiki,
            &[format!("{{{{{picture}?nocache&.png|{title}}}}}"), format!("{{{{url>{page} 100%,{height}}}}}")],
        ),
        of("SharePoint", text.tip_sharepoint, &[framed.replace(SANDBOX, "")]),
        of("Redmine", text.tip_redmine, &[format!("!{picture}({title})!")]),
        of("HTML", text.tip_html, &[framed]),
        of("Markdown", text.tip_markdown, &[format!("[![{title}]({picture})]({page})")]),
    ]
}

#[cfg(test)]
mod tests {
    use app::text::Language;

    use super::*;

    #[test]
    fn every_snippet_leads_to_the_view() {
        let setting = ShareSetting {
            origin: "https://findings.example.com".to_owned(),
            is_public: true,
            frame_ancestors: Vec::new(),
            default_expiry_seconds: 60,
        };
        for report in ShareReport::ALL {
            let all = all(&setting, "ygs_abc", *report, &Language::English.text().shares);
            assert_eq!(all.len(), 11);
            for Snippet { name, code, .. } in all {
                assert!(code.contains("https://findings.example.com/e/ygs_abc"), "{name}: {code}");
            }
        }
        assert_eq!(attribute("\"a\"<b&c"), "&quot;a&quot;&lt;b&amp;c");
    }
}
