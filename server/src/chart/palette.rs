//! Colours of pictures that stand alone: those of the pages' tokens, in a table both the SVG and the PNG are made from.

use std::fmt::Write;

use app::model::Category;
use app::page::Theme;

/// A colour by the name of its token, on light and on dark ground.
struct Colour {
    token: &'static str,
    light: &'static str,
    dark: &'static str,
}

const fn colour(token: &'static str, light: &'static str, dark: &'static str) -> Colour {
    Colour { token, light, dark }
}

/// As `style/tokens.css` has them; a test compares.
const COLOURS: [Colour; 34] = [
    colour("ink", "#1b2130", "#e6e9f0"),
    colour("ink-soft", "#545d70", "#a3adc0"),
    colour("surface", "#ffffff", "#181d27"),
    colour("line", "#dde1ea", "#2c3445"),
    colour("line-strong", "#8b94a7", "#667087"),
    colour("surface-soft", "#eff1f6", "#212836"),
    colour("critical", "#9c1030", "#ff8fa3"),
    colour("high", "#b23c08", "#ffa26b"),
    colour("medium", "#7d5a00", "#e8c15a"),
    colour("low", "#2f6391", "#86bff0"),
    colour("informational", "#545d70", "#a3adc0"),
    colour("unusual-network", "#2a78c0", "#6fb1ee"),
    colour("port-scan", "#0e8a86", "#4fd0c8"),
    colour("malicious-destination", "#c2500f", "#ff9d5c"),
    colour("data-volume", "#5c7a12", "#b3d158"),
    colour("suspicious-process", "#7a46c2", "#c39bff"),
    colour("anomalous-user", "#a27400", "#f0c848"),
    colour("compromised-image", "#84503f", "#cf9f8c"),
    colour("crypto-mining", "#c72c74", "#ff8dbf"),
    colour("command-and-control", "#1f3f8f", "#8ea6ff"),
    colour("reverse-shell", "#a5141e", "#ff8379"),
    colour("other", "#69707f", "#9aa3b5"),
    colour("heat-1", "#e3ebfb", "#1d2740"),
    colour("heat-2", "#c3d4f6", "#26365c"),
    colour("heat-3", "#9dbaf0", "#314880"),
    colour("heat-4", "#3f6fc6", "#3f5da3"),
    colour("heat-5", "#2f5ab0", "#8fadf5"),
    colour("heat-6", "#234693", "#b3c8fa"),
    colour("heat-7", "#152f6b", "#d9e4ff"),
    colour("heat-ink-low", "#1b2130", "#e6e9f0"),
    colour("heat-ink-4", "#ffffff", "#ffffff"),
    colour("heat-ink-high", "#ffffff", "#10141c"),
    colour("accent", "#24499b", "#9db8ff"),
    colour("paper", "#f6f7fa", "#10141c"),
];

/// Lines of money, told apart by dashes, too: none for the first.
pub const MONEY: [&str; 6] = [
    "unusual-network",
    "malicious-destination",
    "data-volume",
    "suspicious-process",
    "crypto-mining",
    "command-and-control",
];
const MONEY_DASHES: [&str; 5] = ["7 4", "2 3", "10 3 2 3", "4 2", "12 5"];

fn value(token: &str, theme: Theme) -> String {
    let found = COLOURS.iter().find(|colour| colour.token == token).unwrap_or(&COLOURS[0]);
    match theme {
        Theme::Auto => format!("light-dark({},{})", found.light, found.dark),
        Theme::Light => found.light.to_owned(),
        Theme::Dark => found.dark.to_owned(),
    }
}

/// The style sheet of a picture. One class a rule: renderers without a browser know no more.
pub fn style(theme: Theme) -> String {
    let mut style = String::from(
        "text{font-family:system-ui,'Noto Sans','Hiragino Sans','Noto Sans CJK JP',sans-serif;font-size:12px}",
    );
    if theme == Theme::Auto {
        style.push_str("svg{color-scheme:light dark}");
    }
    let mut rule = |class: &str, property: &str, token: &str| {
        // Writing to a string cannot fail.
        let _ = write!(style, ".{class}{{{property}:{}}}", value(token, theme));
    };
    rule("ground", "fill", "surface");
    rule("heading", "fill", "ink");
    rule("label", "fill", "ink-soft");
    rule("strong", "fill", "ink");
    rule("figure", "fill", "ink");
    rule("grid", "stroke", "line");
    rule("axis", "stroke", "line-strong");
    rule("hatch-line", "stroke", "line-strong");
    // A swatch is smaller than the step of its hatch.
    rule("hatched", "stroke", "line-strong");
    for (index, category) in Category::ALL.iter().enumerate() {
        rule(&format!("series-{category}"), "fill", category.as_str());
        rule(&format!("series-{index}"), "fill", category.as_str());
    }
    rule("series-rest", "fill", "other");
    for severity in ["critical", "high", "medium", "low", "informational"] {
        rule(&format!("series-{severity}"), "fill", severity);
    }
    rule("money-band", "fill", "accent");
    for (index, ink) in MONEY.iter().enumerate() {
        rule(&format!("money-{index}"), "stroke", ink);
    }
    rule("heat-0 rect", "fill", "surface-soft");
    for step in 1..=7 {
        let ink = match step {
            1..=3 => "heat-ink-low",
            4 => "heat-ink-4",
            _ => "heat-ink-high",
        };
        rule(&format!("heat-{step} rect"), "fill", &format!("heat-{step}"));
        rule(&format!("heat-{step} text"), "fill", ink);
    }
    style.push_str(".heading{font-size:16px;font-weight:600}.figure{font-size:24px;font-weight:600}.hit{fill:none}.unknown{opacity:.55}.hatch-light .hatch-line{stroke-dasharray:2 3}.money-line{fill:none;stroke-width:2}.money-band{opacity:.25}");
    for (index, dashes) in MONEY_DASHES.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(style, ".money-{}{{stroke-dasharray:{dashes}}}", index + 1);
    }
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_have_the_colours_of_the_pages() {
        let tokens = include_str!("../../../style/tokens.css");
        for Colour { token, light, dark } in COLOURS {
            let line = format!("--{token}: light-dark({light}, {dark});");
            assert!(tokens.contains(&line), "{line}");
        }
    }

    #[test]
    fn a_chosen_theme_is_plain_colours() {
        assert!(style(Theme::Auto).contains("light-dark("));
        for theme in [Theme::Light, Theme::Dark] {
            assert!(!style(theme).contains("light-dark(") && style(theme).contains(".heat-7 rect{fill:#"));
        }
    }
}
