//! What people paste into a page so that it shows a view.

use leptos::prelude::*;

use crate::format::Reader;
use crate::islands::CopyButton;

/// For one kind of page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The product's own name.
    pub name: &'static str,
    pub tip: &'static str,
    /// What is pasted; several lines are alternatives.
    pub code: String,
}

/// Every snippet in a drawer of its own.
pub fn list(reader: &Reader, snippets: &[Snippet]) -> AnyView {
    let text = reader.text;
    let items: Vec<_> = snippets
        .iter()
        .map(|snippet| {
            view! {
                <details class="snippet" name="snippet">
                    <summary>{snippet.name}</summary>
                    <p class="panel-note">{snippet.tip}</p>
                    <div class="snippet-code">
                        <pre tabindex="0" role="group" aria-label=snippet.name><code>{snippet.code.clone()}</code></pre>
                        <CopyButton value=snippet.code.clone() label=text.copy.to_owned() done=text.copied.to_owned()/>
                    </div>
                </details>
            }
        })
        .collect();
    view! { <div class="snippets">{items}</div> }.into_any()
}
