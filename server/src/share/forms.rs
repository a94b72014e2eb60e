//! A shared view in each of its forms, all from the same finished values.

mod page;
mod tables;

use app::backend::BackendError;
use app::format::Reader;
use app::model::{ShareFormat, Shared};
use tokio::task::spawn_blocking;

pub use page::{Page, gone_page, page};

use super::look::Look;
use crate::backend::broken;
use crate::chart::{Frame, Picture, gone_picture, png, shared_picture};

/// A form of a view, ready to be sent.
#[derive(Debug, Clone)]
pub struct Rendered {
    pub body: Vec<u8>,
    /// What the page's own style sheet is known by; empty for other forms.
    pub style_hash: String,
    pub data_version: u64,
}

/// Media type of a form.
pub const fn content_type(format: ShareFormat) -> &'static str {
    match format {
        ShareFormat::Html => "text/html; charset=utf-8",
        ShareFormat::Svg => "image/svg+xml",
        ShareFormat::Png => "image/png",
        ShareFormat::Markdown => "text/markdown; charset=utf-8; variant=GFM",
        ShareFormat::Csv => "text/csv; charset=utf-8; header=present",
        ShareFormat::Json => "application/json",
    }
}

/// Whether wikis show it as a picture.
pub const fn is_picture(format: ShareFormat) -> bool {
    matches!(format, ShareFormat::Svg | ShareFormat::Png)
}

/// Renders a view. `oembed` is the address of its description, where it has one.
pub async fn render(
    shared: Shared,
    format: ShareFormat,
    look: Look,
    oembed: Option<&str>,
) -> Result<Rendered, BackendError> {
    let reader = Reader::new(look.language, &shared.window.time_zone, shared.as_of);
    let data_version = shared.data_version;
    let plain = |body: Vec<u8>| Rendered { body, style_hash: String::new(), data_version };
    Ok(match format {
        ShareFormat::Html => {
            let Page { html, style_hash } = page(&shared, &reader, look, oembed);
            Rendered { body: html.into_bytes(), style_hash, data_version }
        }
        ShareFormat::Svg => plain(picture(&shared, &reader, look).svg.into_bytes()),
        ShareFormat::Png => plain(painted(picture(&shared, &reader, look)).await?),
        ShareFormat::Markdown => plain(tables::markdown(&shared, &reader, look.titled)),
        ShareFormat::Csv => plain(tables::csv(&shared)),
        ShareFormat::Json => plain(serde_json::to_vec(&shared).map_err(|error| broken(&error))?),
    })
}

fn picture(shared: &Shared, reader: &Reader, look: Look) -> Picture {
    shared_picture(shared, reader, Frame { theme: look.theme, titled: look.titled })
}

/// A picture that says that its link is dead.
pub async fn gone(format: ShareFormat, look: Look) -> Result<Vec<u8>, BackendError> {
    let picture = gone_picture(look.language, look.theme);
    if format == ShareFormat::Svg { Ok(picture.svg.into_bytes()) } else { painted(picture).await }
}

async fn painted(picture: Picture) -> Result<Vec<u8>, BackendError> {
    let painted = spawn_blocking(move || png(&picture)).await.map_err(|error| broken(&error))?;
    painted.map_err(|error| broken(&error))
}
