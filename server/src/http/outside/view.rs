//! `GET /e/{token}` and `/e/{token}.{svg|png|md|csv|json}`.
//!
//! A link that is dead, paused, unknown or without the form that is asked for answers alike: a page with 410, a picture
//! that says so, a line of text with 410.

use std::net::SocketAddr;
use std::sync::Arc;

use app::model::{Share, ShareFormat};
use axum::extract::{ConnectInfo, Extension, Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::task::spawn_blocking;

use super::body::Body;
use super::{failed, headers, too_fast};
use crate::backend::broken;
use crate::backend::cache::Moment;
use crate::http::App;
use crate::http::failure::Failure;
use crate::share::answer::answer;
use crate::share::forms::{self, gone_page, is_picture, render};
use crate::share::look::Look;
use crate::share::pace::caller;
use crate::share::token::Token;
use crate::store::KeptShare;

/// Of the query string only [`Look`] is read; of the headers only what a cache says, and what a trusted proxy says about
/// its asker.
pub async fn view(
    State(state): State<Arc<App>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let outside = &state.outside;
    let peer = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    let forwarded: Vec<&str> =
        headers.get_all("x-forwarded-for").into_iter().filter_map(|value| value.to_str().ok()).collect();
    if let Err(wait) = outside.admits_address(caller(peer, &forwarded, &outside.trusted_proxies)) {
        return Ok(too_fast(wait));
    }
    let query = query.unwrap_or_default();
    let (token, format) = parts(&name);
    let kept = match token {
        Some(token) => state.registry.by_token(&token).await.map_err(failed)?,
        None => None,
    };
    let Some(kept) = kept else { return gone(&state, None, format, Look::usual(&query)).await };
    let share = &kept.share;
    if let Err(wait) = outside.admits_link(&share.id) {
        return Ok(too_fast(wait));
    }
    let look = Look::of(share, &query);
    let wanted = format.filter(|format| share.formats.contains(format) && state.registry.is_live(share));
    let Some(format) = wanted else { return gone(&state, Some(share), format, look).await };
    let body = Box::pin(body(&state, Arc::clone(&kept), format, look, &name)).await?;
    state.registry.note_use(share);
    let mut response = body.answer(&headers);
    let ancestors = headers::ancestors(share, state.registry.setting());
    headers::of_view(response.headers_mut(), format, &body.style_hash, body.data_version, ancestors);
    Ok(response)
}

/// A link without a token.
pub async fn none(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    gone(&state, None, Some(ShareFormat::Html), Look::usual(&query.unwrap_or_default())).await
}

/// The token and the form that a name asks for.
fn parts(name: &str) -> (Option<Token>, Option<ShareFormat>) {
    match name.split_once('.') {
        None => (Token::parse(name), Some(ShareFormat::Html)),
        Some((token, form)) => {
            let format = form.parse().ok().filter(|format| *format != ShareFormat::Html);
            (Token::parse(token), format)
        }
    }
}

/// The body of a view, made once for all who want it.
async fn body(
    state: &Arc<App>,
    kept: Arc<KeptShare>,
    format: ShareFormat,
    look: Look,
    name: &str,
) -> Result<Arc<Body>, Failure> {
    let outside = &state.outside;
    let look = if format == ShareFormat::Html { look } else { look.of_picture(format == ShareFormat::Svg) };
    let now = outside.backend.clock().now();
    // Pictures are good for as long as caches are told to keep them.
    let length = if is_picture(format) { 300 } else { 60 };
    let moment =
        Moment { revision: outside.backend.store().data_version(), minute: now.as_second().div_euclid(length) };
    let wanted = (kept.share.id.clone(), format, look);
    let (state, oembed) = (Arc::clone(state), oembed_address(state, name));
    let made = async move {
        let outside = &state.outside;
        outside.admits_making(&kept.share.id)?;
        let _place = outside.kitchen.acquire().await.ok();
        let shared = answer(&outside.backend, &kept).await?;
        // Painting takes a processor: no more of it at once than elsewhere.
        let _easel = if format == ShareFormat::Png { state.easels.acquire().await.ok() } else { None };
        let rendered = render(shared, format, look, Some(&oembed)).await?;
        spawn_blocking(move || Body::new(rendered, format)).await.map_err(|error| broken(&error))
    };
    outside.shelf.get(wanted, moment, now, Box::pin(made)).await.map_err(failed)
}

/// Where the link is described for those who discover it.
fn oembed_address(state: &App, name: &str) -> String {
    let origin = &state.registry.setting().origin;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("url", &format!("{origin}/e/{name}"));
    format!("{origin}/oembed?{}", query.finish())
}

/// What a dead link answers. Those who may frame the share still may, so that their page says so.
async fn gone(
    state: &App,
    share: Option<&Share>,
    format: Option<ShareFormat>,
    look: Look,
) -> Result<Response, Failure> {
    let ancestors = share.map_or(&[][..], |share| headers::ancestors(share, state.registry.setting()));
    let mut response = match format {
        Some(format) if is_picture(format) => {
            // Wikis keep a broken picture when they get a 4xx.
            let look = look.of_picture(format == ShareFormat::Svg);
            let painted = async {
                let _easel = if format == ShareFormat::Png { state.easels.acquire().await.ok() } else { None };
                forms::gone(format, look).await
            };
            let always = Moment { revision: 0, minute: 0 };
            let picture = state.outside.gone.get((format, look), always, painted).await.map_err(failed)?;
            let mut response = picture.to_vec().into_response();
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(forms::content_type(format)));
            headers::policy(response.headers_mut(), format, "", ancestors);
            response
        }
        Some(ShareFormat::Html) => {
            let page = gone_page(look);
            let mut response = (StatusCode::GONE, page.html).into_response();
            response
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static(forms::content_type(ShareFormat::Html)));
            headers::policy(response.headers_mut(), ShareFormat::Html, &page.style_hash, ancestors);
            response
        }
        _ => Failure::new(StatusCode::GONE, "this view is no longer available").into_response(),
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_token_and_a_form() {
        let token = format!("ygs_{}", "a".repeat(32));
        for (name, known, format) in [
            (token.clone(), true, Some(ShareFormat::Html)),
            (format!("{token}.svg"), true, Some(ShareFormat::Svg)),
            (format!("{token}.md"), true, Some(ShareFormat::Markdown)),
            (format!("{token}.html"), true, None),
            (format!("{token}.exe"), true, None),
            (format!("{token}.svg.png"), true, None),
            (format!("{token}x"), false, Some(ShareFormat::Html)),
            ("ygs_.svg".to_owned(), false, Some(ShareFormat::Svg)),
            (String::new(), false, Some(ShareFormat::Html)),
        ] {
            let found = parts(&name);
            assert_eq!((found.0.is_some(), found.1), (known, format), "{name}");
        }
    }
}
