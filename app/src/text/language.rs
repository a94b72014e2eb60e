//! The languages of the pages, and how one is chosen.

use serde::{Deserialize, Serialize};

use super::{Text, en, ja};

/// A language every text exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "ja")]
    Japanese,
}

impl Language {
    /// Every language.
    pub const ALL: &[Self] = &[Self::English, Self::Japanese];

    /// BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// Every text in this language.
    pub const fn text(self) -> &'static Text {
        match self {
            Self::English => &en::TEXT,
            Self::Japanese => &ja::TEXT,
        }
    }

    /// The language's own name, for the switch.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Japanese => "日本語",
        }
    }

    /// By its exact tag, as in `?lang=` and the cookie.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.tag() == tag)
    }

    /// The best match of an `Accept-Language` header (RFC 9110, 12.5.4); `None` when it names none of ours.
    pub fn from_header(header: &str) -> Option<Self> {
        let mut wanted: Vec<(Self, f32)> = header
            .split(',')
            .filter_map(|range| {
                let mut parts = range.trim().split(';');
                let tag = parts.next()?.trim();
                let weight =
                    parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(Some(1.0), |q| q.parse().ok())?;
                let language = Self::from_tag(&tag.split('-').next()?.to_ascii_lowercase())?;
                (weight > 0.0).then_some((language, weight))
            })
            .collect();
        // Stable: of equal weights the first one named wins.
        wanted.sort_by(|one, two| two.1.total_cmp(&one.1));
        wanted.first().map(|(language, _)| *language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_chooses_by_weight_and_order() {
        for (header, language) in [
            ("ja", Some(Language::Japanese)),
            ("en-GB,ja;q=0.9", Some(Language::English)),
            ("de, ja-JP;q=0.5, en;q=0.8", Some(Language::English)),
            ("de;q=1, ja;q=0", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Language::from_header(header), language, "{header}");
        }
    }
}
