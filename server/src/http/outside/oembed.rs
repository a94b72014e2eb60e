//! `GET /oembed?url=…`: what a page needs to show one of our links (<https://oembed.com>). It fetches nothing: an address
//! that is not one of ours is not known.

use std::sync::Arc;

use app::model::{Share, ShareFormat};
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use super::{failed, headers, too_fast};
use crate::http::App;
use crate::http::failure::Failure;
use crate::share::snippets::{HEIGHT, WIDTH, frame};
use crate::share::token::Token;

/// A frame where the share may be framed, else its picture, else its link.
pub async fn oembed(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = query.unwrap_or_default();
    let given = |name: &str| {
        form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let unknown = || Failure::new(StatusCode::NOT_FOUND, "this is not the address of a view here");
    if given("format").is_some_and(|format| format != "json") {
        return Err(Failure::new(StatusCode::NOT_IMPLEMENTED, "only json is spoken here"));
    }
    let url = given("url").ok_or_else(unknown)?;
    let setting = state.registry.setting();
    let name = url.strip_prefix(&setting.origin).and_then(|path| path.strip_prefix("/e/")).ok_or_else(unknown)?;
    let token = name.split(['.', '?', '#']).next().and_then(Token::parse).ok_or_else(unknown)?;
    let kept = state.registry.by_token(&token).await.map_err(failed)?.ok_or_else(unknown)?;
    let share = &kept.share;
    if let Err(wait) = state.outside.admits_link(&share.id) {
        return Ok(too_fast(wait));
    }
    if !state.registry.is_live(share) {
        return Err(unknown());
    }
    let most = |name: &str, usual: u32| {
        given(name).and_then(|value| value.parse().ok()).map_or(usual, |most: u32| usual.min(most))
    };
    let (width, height) = (most("maxwidth", WIDTH), most("maxheight", HEIGHT));
    let title = share.language.unwrap_or_default().text().shares.report(share.report);
    let mut answer = json!({
        "version": "1.0",
        "title": title,
        "provider_name": "Yagura",
        "provider_url": setting.origin,
        "cache_age": 300,
    });
    let more = match kind(share, headers::ancestors(share, setting)) {
        "rich" => {
            let html = frame(&setting.url(token.as_str(), ShareFormat::Html), title, height);
            json!({"type": "rich", "html": html, "width": width, "height": height})
        }
        "photo" => {
            let url = setting.url(token.as_str(), ShareFormat::Png);
            json!({"type": "photo", "url": url, "width": width, "height": height})
        }
        other => json!({"type": other}),
    };
    if let (Some(answer), Some(more)) = (answer.as_object_mut(), more.as_object()) {
        answer.extend(more.clone());
    }
    let mut response = Json(answer).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
    Ok(response)
}

fn kind(share: &Share, ancestors: &[String]) -> &'static str {
    if share.formats.contains(&ShareFormat::Html) && !ancestors.is_empty() {
        "rich"
    } else if share.formats.contains(&ShareFormat::Png) {
        "photo"
    } else {
        "link"
    }
}
