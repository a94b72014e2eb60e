//! Language and theme of a request, and the cookies that remember a choice.

use app::page::Theme;
use app::text::Language;
use http::header::{ACCEPT_LANGUAGE, COOKIE};
use http::{HeaderMap, HeaderValue};

/// How a page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presentation {
    pub language: Language,
    pub theme: Theme,
    /// Chosen by this very request.
    language_chosen: bool,
    theme_chosen: bool,
}

impl Presentation {
    /// `?lang=` wins over the cookie, the cookie over `Accept-Language`; `?theme=` wins over the cookie. Words that are
    /// not known choose nothing.
    pub fn of(query: &str, headers: &HeaderMap) -> Self {
        let asked = |name: &str| {
            form_urlencoded::parse(query.as_bytes()).find(|(given, _)| given == name).map(|(_, value)| value)
        };
        let language = asked("lang").and_then(|tag| Language::from_tag(&tag));
        let theme = asked("theme").and_then(|word| Theme::parse(&word));
        let accepted = || headers.get(ACCEPT_LANGUAGE).and_then(|value| Language::from_header(value.to_str().ok()?));
        let remembered = |name| cookie(headers, name);
        Self {
            language: language
                .or_else(|| remembered("lang").and_then(Language::from_tag))
                .or_else(accepted)
                .unwrap_or_default(),
            theme: theme.or_else(|| remembered("theme").and_then(Theme::parse)).unwrap_or_default(),
            language_chosen: language.is_some(),
            theme_chosen: theme.is_some(),
        }
    }

    /// `Set-Cookie` values for what this request chose.
    pub fn cookies(self, secure: bool) -> impl Iterator<Item = HeaderValue> {
        let language = self.language_chosen.then_some(("lang", self.language.tag()));
        let theme = self.theme_chosen.then_some(("theme", self.theme.as_str()));
        let secure = if secure { "; Secure" } else { "" };
        [language, theme].into_iter().flatten().filter_map(move |(name, value)| {
            let year = 365 * 24 * 3600;
            HeaderValue::try_from(format!("{name}={value}; Path=/; Max-Age={year}; SameSite=Lax{secure}")).ok()
        })
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|value| value.split(';')).find_map(|pair| {
        let (given, value) = pair.trim().split_once('=')?;
        (given == name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn the_nearest_choice_wins() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("ja"));
        assert_eq!(Presentation::of("", &headers).language, Language::Japanese);
        headers.insert(COOKIE, HeaderValue::from_static("a=b; lang=en; theme=dark"));
        let remembered = Presentation::of("lang=xx&theme=pink", &headers);
        assert_eq!((remembered.language, remembered.theme), (Language::English, Theme::Dark));
        assert_eq!(remembered.cookies(false).count(), 0);
        let asked = Presentation::of("range=7d&lang=ja&theme=light", &headers);
        assert_eq!((asked.language, asked.theme), (Language::Japanese, Theme::Light));
        let cookies: Vec<_> = asked.cookies(true).collect();
        assert_eq!(cookies[0].to_str().unwrap(), "lang=ja; Path=/; Max-Age=31536000; SameSite=Lax; Secure");
        assert_eq!(cookies.len(), 2);
    }
}
