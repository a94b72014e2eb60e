//! Shares for people: the list, a form with a preview, and the link once it is made. All without script.

use std::sync::Arc;

use app::backend::Backend;
use app::format::Reader;
use app::model::{Hidden, ShareFormat, ShareReport};
use app::page::{PageAnswer, PageRequest, Theme, ready};
use app::pages::share_new::{self, SENT, ShareForm, ShareLink};
use app::pages::shares as share_list;
use app::text::Language;
use axum::body::Bytes;
use axum::extract::{Extension, Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use super::shares::refused;
use crate::http::App;
use crate::http::failure::Failure;
use crate::http::middleware::FRAMING_POLICY;
use crate::http::origin;
use crate::http::presentation::Presentation;
use crate::share::answer::answer;
use crate::share::draft::{Draft, Given};
use crate::share::forms::{content_type, page};
use crate::share::look::Look;
use crate::share::registry::Made;
use crate::share::snippets::{self, height_of};
use crate::store::ShareChange;

/// `GET /shares`: every share.
pub async fn list(
    State(state): State<Arc<App>>,
    Extension(presentation): Extension<Presentation>,
    uri: Uri,
) -> Result<Response, Failure> {
    let shares = state.registry.list().await?;
    let audit = state.registry.audit().await?;
    let reader = Reader::new(presentation.language, &state.backend.time_zone(), shares.as_of);
    let document = share_list::document(&reader, &shares, &audit);
    Ok(sent(ready(&request(&state, presentation, &uri), &reader, 200, document)))
}

/// `GET /shares/new`: the form, with what its query string says already filled in.
pub async fn new(
    State(state): State<Arc<App>>,
    Extension(presentation): Extension<Presentation>,
    uri: Uri,
) -> Result<Response, Failure> {
    let fields = Fields::read(uri.query().unwrap_or_default());
    Ok(form(&state, presentation, &uri, &fields, 200))
}

/// `GET /shares/preview`: what readers of such a share would see, for a frame of our own page.
pub async fn preview(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = query.unwrap_or_default();
    let fields = Fields::read(&query);
    let kept = state.registry.draft(Draft::new(&fields.given)?);
    let shared = answer(&state.outside.backend, &kept).await?;
    let look = Look { refresh: None, ..Look::of(&kept.share, "") };
    let reader = Reader::new(look.language, &shared.window.time_zone, shared.as_of);
    let page = page(&shared, &reader, look, None);
    let policy = format!(
        "default-src 'none'; style-src '{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
        page.style_hash
    );
    let mut response = page.html.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(ShareFormat::Html)));
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// `POST /shares`: makes the link and tells it this once, or says what is wrong with the form.
pub async fn create(
    State(state): State<Arc<App>>,
    Extension(presentation): Extension<Presentation>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    origin::check(&headers)?;
    let fields = Fields::read(&String::from_utf8_lossy(&body));
    let Ok(draft) = Draft::new(&fields.given) else {
        return Ok(form(&state, presentation, &uri, &fields, 400));
    };
    let made = state.registry.create(draft, "page").await?.map_err(refused)?;
    Ok(told(&state, presentation, &uri, &made, 201))
}

/// `POST /shares/{id}/{action}`: changes a link and goes back to the list; a new link is told this once.
pub async fn act(
    State(state): State<Arc<App>>,
    Extension(presentation): Extension<Presentation>,
    Path((id, action)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    origin::check(&headers)?;
    let change = match action.as_str() {
        "pause" => ShareChange::Pause(id),
        "resume" => ShareChange::Resume(id),
        "revoke" => ShareChange::Revoke(id),
        "rotate" => {
            let made = state.registry.rotate(&id, "page").await?.map_err(refused)?;
            return Ok(told(&state, presentation, &uri, &made, 200));
        }
        _ => return Err(Failure::not_found()),
    };
    state.registry.change(change, "page").await?.map_err(refused)?;
    Ok(Redirect::to("/shares").into_response())
}

/// What a form, or an address that leads to it, says.
struct Fields {
    /// As the form sent it.
    query: String,
    given: Given,
}

impl Fields {
    fn read(query: &str) -> Self {
        let all = |name: &str| -> Vec<String> {
            let values = form_urlencoded::parse(query.as_bytes()).filter(|(known, _)| known == name);
            values.map(|(_, value)| value.into_owned()).collect()
        };
        let one = |name: &str| all(name).into_iter().next().filter(|value| !value.is_empty());
        let sent = one(SENT).is_some();
        // Boxes that are not ticked are not sent.
        let boxes = |name: &str| Some(all(name)).filter(|chosen| sent || !chosen.is_empty());
        let report = one("report").unwrap_or_else(|| ShareReport::Overview.to_string());
        let redact = boxes("redact").map(|chosen| if chosen.is_empty() { vec!["none".to_owned()] } else { chosen });
        // A list of findings is no list of counts: it starts with the rest of what can be hidden.
        let of_findings = || {
            (report == ShareReport::Findings.as_str())
                .then(|| vec![Hidden::Accounts.to_string(), Hidden::Arns.to_string()])
        };
        let given = Given {
            filter: one("filter").unwrap_or_default(),
            formats: boxes("formats"),
            redact: redact.or_else(of_findings),
            frame_ancestors: one("frame_ancestors").map(|origins| vec![origins]),
            expires: one("expires"),
            lang: one("language"),
            theme: one("colours"),
            note: one("note"),
            report,
        };
        Self { query: query.to_owned(), given }
    }
}

fn request<'a>(state: &'a App, presentation: Presentation, uri: &'a Uri) -> PageRequest<'a> {
    PageRequest {
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        language: presentation.language,
        theme: presentation.theme,
        site: &state.site.site,
        data_version: None,
    }
}

fn sent(page: PageAnswer) -> Response {
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, FRAMING_POLICY)];
    (status, headers, page.html).into_response()
}

fn form(state: &App, presentation: Presentation, uri: &Uri, fields: &Fields, status: u16) -> Response {
    let given = &fields.given;
    let setting = state.registry.setting();
    let reader = Reader::timeless(presentation.language);
    let drafted = Draft::new(given).map(|draft| state.registry.draft(draft).share);
    let report = given.report.parse().unwrap_or(ShareReport::Overview);
    // What is wrong is shown as it was given, as far as it can be.
    let words = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    let (formats, redaction, expires, allowed) = match &drafted {
        Ok(share) => {
            let life = share.expires_at.map(|end| end.duration_since(share.created_at).as_secs());
            let life = life.and_then(|seconds| u64::try_from(seconds).ok());
            let allowed = share.frame_ancestors.clone().unwrap_or_else(|| setting.frame_ancestors.clone());
            (share.formats.clone(), share.redaction.clone(), life, allowed)
        }
        Err(_) => (
            words(&given.formats).iter().filter_map(|word| word.parse().ok()).collect(),
            words(&given.redact).iter().filter_map(|word| word.parse().ok()).collect(),
            Some(setting.default_expiry_seconds),
            setting.frame_ancestors.clone(),
        ),
    };
    let preview = drafted.is_ok().then(|| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(form_urlencoded::parse(fields.query.as_bytes()));
        format!("/shares/preview?{}", query.finish())
    });
    let form = ShareForm {
        report,
        filter: given.filter.clone(),
        formats,
        redaction,
        ancestors: words(&given.frame_ancestors).join(", "),
        expires,
        language: given.lang.as_deref().and_then(Language::from_tag),
        theme: given.theme.as_deref().and_then(Theme::parse).unwrap_or_default(),
        note: given.note.clone().unwrap_or_default(),
        problem: drafted.err().map(|error| error.to_string()),
        allowed,
        preview,
        height: height_of(report),
    };
    let document = share_new::document(&reader, &form, setting);
    sent(ready(&request(state, presentation, uri), &reader, status, document))
}

fn told(state: &App, presentation: Presentation, uri: &Uri, made: &Made, status: u16) -> Response {
    let setting = state.registry.setting();
    let reader = Reader::timeless(presentation.language);
    let share = &made.share;
    let link = ShareLink {
        id: share.id.clone(),
        url: setting.url(made.token.as_str(), ShareFormat::Html),
        report: share.report,
        rotated: share.rotated_at.is_some(),
        formats: share.formats.clone(),
        allowed: share.frame_ancestors.clone().unwrap_or_else(|| setting.frame_ancestors.clone()),
        snippets: snippets::all(setting, made.token.as_str(), share.report, &reader.text.shares),
    };
    let document = share_new::made(&reader, &link, setting);
    sent(ready(&request(state, presentation, uri), &reader, status, document))
}
