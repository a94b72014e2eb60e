//! A place where nothing stands: because nothing was found, or because nobody looked. The two never look the same.

use leptos::prelude::*;

use crate::format::Reader;

/// What stands instead of findings of a window.
pub fn of_window(reader: &Reader, watched: bool) -> AnyView {
    let text = reader.text;
    if watched {
        view! { <p class="empty">{text.empty_window}</p> }.into_any()
    } else {
        unwatched(text.unwatched_window)
    }
}

/// What stands where nobody looked, in the words of what is not known.
pub fn unwatched(words: &'static str) -> AnyView {
    view! { <p class="empty is-unwatched"><span>{words}</span></p> }.into_any()
}

/// How many findings a window has, in words.
pub fn counted(reader: &Reader, findings: i64, watched: bool) -> String {
    if findings == 0 && !watched {
        return reader.text.findings_unknown.to_owned();
    }
    reader.count(reader.text.findings_count, findings)
}
