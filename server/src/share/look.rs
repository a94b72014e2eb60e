//! The few words of a link's address that change how a view looks; nothing else in it is read.
//!
//! What is not understood is ignored, so that no wiki page breaks: these parameters are promises, like an API.

use app::model::Share;
use app::page::Theme;
use app::text::Language;

/// A page loads itself anew after so many seconds, unless its address says otherwise.
const USUAL_REFRESH: u32 = 300;
/// More often than this is of no use: answers are kept for so many seconds.
const LEAST_REFRESH: u32 = 60;
const MOST_REFRESH: u32 = 24 * 3600;

/// How a view looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Look {
    pub language: Language,
    pub theme: Theme,
    /// Whether its heading is shown.
    pub titled: bool,
    /// Seconds after which the page loads itself anew; `None`: never.
    pub refresh: Option<u32>,
    /// Pixels the page takes at most; what is more scrolls.
    pub height: Option<u32>,
}

impl Look {
    /// Every parameter that is read.
    pub const PARAMETERS: [&'static str; 5] = ["lang", "theme", "title", "refresh", "h"];

    /// What the share says, then what the query string says of `lang`, `theme`, `title`, `refresh` and `h`.
    pub fn of(share: &Share, query: &str) -> Self {
        let usual = Self {
            language: share.language.unwrap_or_default(),
            theme: share.theme,
            titled: true,
            refresh: Some(USUAL_REFRESH),
            height: None,
        };
        usual.with(query)
    }

    /// Where there is no share to say anything.
    pub fn usual(query: &str) -> Self {
        let usual =
            Self { language: Language::default(), theme: Theme::Auto, titled: true, refresh: None, height: None };
        usual.with(query)
    }

    fn with(mut self, query: &str) -> Self {
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "lang" => self.language = Language::from_tag(&value).unwrap_or(self.language),
                "theme" => self.theme = Theme::parse(&value).unwrap_or(self.theme),
                "title" => self.titled = value != "0",
                "refresh" => {
                    self.refresh = match value.parse() {
                        Ok(0) => None,
                        Ok(seconds) if (LEAST_REFRESH..=MOST_REFRESH).contains(&seconds) => Some(seconds),
                        _ => self.refresh,
                    }
                }
                "h" => self.height = value.parse().ok().filter(|height| (80..=4000).contains(height)).or(self.height),
                _ => {}
            }
        }
        self
    }

    /// The address that looks like this, from its `?` on.
    pub fn to_query(self) -> String {
        let mut query = form_urlencoded::Serializer::new("?".to_owned());
        query.append_pair("lang", self.language.tag()).append_pair("theme", self.theme.as_str());
        query.append_pair("refresh", &self.refresh.unwrap_or(0).to_string());
        if !self.titled {
            query.append_pair("title", "0");
        }
        if let Some(height) = self.height {
            query.append_pair("h", &height.to_string());
        }
        query.finish()
    }

    /// What a picture knows of it: it neither loads itself nor scrolls, and pixels follow nobody's scheme.
    #[must_use]
    pub fn of_picture(self, follows_scheme: bool) -> Self {
        let theme = if self.theme == Theme::Auto && !follows_scheme { Theme::Light } else { self.theme };
        Self { theme, refresh: None, height: None, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_changes_nothing() {
        let usual = Look::usual("");
        for query in
            ["severity=low&cursor=1&range=all", "lang=de&theme=pink&refresh=5&h=9", "%00=%ff&&=", "refresh=-60"]
        {
            assert_eq!(Look::usual(query), usual, "{query}");
        }
        let chosen = Look::usual("lang=ja&theme=dark&title=0&refresh=600&h=400");
        assert_eq!((chosen.language, chosen.theme, chosen.titled), (Language::Japanese, Theme::Dark, false));
        assert_eq!((chosen.refresh, chosen.height), (Some(600), Some(400)));
        assert_eq!(Look::usual(chosen.to_query().trim_start_matches('?')), chosen);
        assert_eq!(Look::usual(usual.to_query().trim_start_matches('?')), usual);
        assert_eq!(chosen.of_picture(true).height, None);
        assert_eq!(usual.of_picture(false).theme, Theme::Light);
        assert_eq!(usual.of_picture(true).theme, Theme::Auto);
    }
}
