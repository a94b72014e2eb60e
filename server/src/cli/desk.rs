//! Where commands about shares work: in the database itself, or through the server that has it.
//!
//! One process owns a data directory. A server leaves its address there, so that a command beside it asks the server
//! instead of failing: over loopback, as any program would.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use app::model::{Share, ShareFormat, ShareState, Shares};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::net::TcpStream;

use super::error::CommandError;
use crate::backend::YaguraBackend;
use crate::clock::{Clock, SharedClock, SystemClock};
use crate::config::Config;
use crate::lifecycle::{self, ADDRESS_FILE};
use crate::share::answer::answer;
use crate::share::draft::{Draft, Given};
use crate::share::forms::render;
use crate::share::look::Look;
use crate::share::registry::{Made, Registry};
use crate::store::{ShareChange, ShareRefusal, Store, StoreError};

/// A share with its link, as it is told once.
#[derive(Debug, Clone, Deserialize)]
pub struct Told {
    pub id: String,
    pub token: String,
    pub url: String,
    pub expires_at: Option<Timestamp>,
}

/// What to do with a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Pause,
    Resume,
    Revoke,
}

/// The way to the shares.
pub enum Desk {
    /// Nobody else has the database.
    Here { store: Store, backend: Box<YaguraBackend>, registry: Box<Registry> },
    /// A server has it.
    There(SocketAddr),
}

impl Desk {
    /// Opens the database, or finds the server that has it.
    pub async fn open(config: &Config) -> Result<Self, CommandError> {
        match lifecycle::open_store(config).await {
            Ok(store) => {
                let clock: SharedClock = Arc::new(SystemClock);
                let backend = lifecycle::backend(config, &store, &clock);
                let registry = Registry::new(backend.clone(), config.share_setting());
                Ok(Self::Here { store, backend: Box::new(backend), registry: Box::new(registry) })
            }
            Err(StoreError::Locked { directory, pid }) => match server_of(&config.data_dir, &pid) {
                Some(address) => Ok(Self::There(address)),
                None => Err(StoreError::Locked { directory, pid }.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// Lets go of the database.
    pub async fn close(self) -> Result<(), CommandError> {
        match self {
            Self::Here { store, backend, registry } => {
                drop((backend, registry));
                Ok(store.close().await?)
            }
            Self::There(_) => Ok(()),
        }
    }

    /// Makes a share.
    pub async fn create(&self, given: &Given) -> Result<Told, CommandError> {
        match self {
            Self::Here { registry, .. } => {
                let draft = Draft::new(given).map_err(|error| wrong(error.parameter(), &error))?;
                let made = registry.create(draft, "cli").await?.map_err(|refusal| refused(refusal, ""))?;
                Ok(told(registry, &made))
            }
            Self::There(address) => {
                let body = serde_json::to_vec(given).map_err(|error| CommandError::Failed(error.to_string()))?;
                read(&ask(*address, Method::POST, "/api/v1/shares", body).await?)
            }
        }
    }

    /// Gives a share another link.
    pub async fn rotate(&self, id: &str) -> Result<Told, CommandError> {
        match self {
            Self::Here { registry, .. } => {
                let made = registry.rotate(id, "cli").await?.map_err(|refusal| refused(refusal, id))?;
                Ok(told(registry, &made))
            }
            Self::There(address) => {
                let path = format!("{}/rotate", path_of(id)?);
                read(&ask(*address, Method::POST, &path, Vec::new()).await?)
            }
        }
    }

    /// Pauses, resumes or revokes a share.
    pub async fn act(&self, id: &str, action: Action) -> Result<(), CommandError> {
        match self {
            Self::Here { registry, .. } => {
                let change = match action {
                    Action::Pause => ShareChange::Pause,
                    Action::Resume => ShareChange::Resume,
                    Action::Revoke => ShareChange::Revoke,
                };
                registry.change(change(id.to_owned()), "cli").await?.map_err(|refusal| refused(refusal, id))?;
            }
            Self::There(address) => {
                let path = path_of(id)?;
                let (method, path) = match action {
                    Action::Pause => (Method::POST, format!("{path}/pause")),
                    Action::Resume => (Method::POST, format!("{path}/resume")),
                    Action::Revoke => (Method::DELETE, path),
                };
                ask(*address, method, &path, Vec::new()).await?;
            }
        }
        Ok(())
    }

    /// Every share.
    pub async fn list(&self) -> Result<Shares, CommandError> {
        match self {
            Self::Here { registry, .. } => Ok(registry.list().await?),
            Self::There(address) => read(&ask(*address, Method::GET, "/api/v1/shares", Vec::new()).await?),
        }
    }

    /// What is behind a share's link now, as a file.
    pub async fn view(&self, id: &str, format: ShareFormat) -> Result<Vec<u8>, CommandError> {
        match self {
            Self::Here { backend, registry, .. } => {
                let kept = registry.by_id(id).await?.ok_or_else(|| refused(ShareRefusal::Missing, id))?;
                is_given(&kept.share, format, SystemClock.now())?;
                let look = Look::of(&kept.share, "");
                let look = if format == ShareFormat::Html { look } else { look.of_picture(format == ShareFormat::Svg) };
                Ok(render(answer(backend, &kept).await?, format, look, None).await?.body)
            }
            Self::There(address) => {
                let path = format!("{}/view.{format}", path_of(id)?);
                Ok(ask(*address, Method::GET, &path, Vec::new()).await?.to_vec())
            }
        }
    }
}

/// The server that left its address in the folder, if it is the process that has the database.
fn server_of(folder: &Path, pid: &str) -> Option<SocketAddr> {
    let left = fs::read_to_string(folder.join(ADDRESS_FILE)).ok()?;
    let (of, address) = left.trim().split_once(' ')?;
    if of == pid { address.parse().ok() } else { None }
}

fn is_given(share: &Share, format: ShareFormat, now: Timestamp) -> Result<(), CommandError> {
    match share.state(now) {
        ShareState::Live if share.formats.contains(&format) => Ok(()),
        ShareState::Live => Err(CommandError::Failed(format!("share `{}` is not given as {format}", share.id))),
        state => Err(CommandError::Failed(format!("share `{}` is {state}", share.id))),
    }
}

fn told(registry: &Registry, made: &Made) -> Told {
    Told {
        id: made.share.id.clone(),
        token: made.token.as_str().to_owned(),
        url: registry.setting().url(made.token.as_str(), ShareFormat::Html),
        expires_at: made.share.expires_at,
    }
}

/// An id that stays within its address.
fn path_of(id: &str) -> Result<String, CommandError> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(CommandError::Failed(format!("no share has the id `{id}`; `yagura share list` tells them")));
    }
    Ok(format!("/api/v1/shares/{id}"))
}

fn refused(refusal: ShareRefusal, id: &str) -> CommandError {
    CommandError::Failed(match refusal {
        ShareRefusal::Full => "there are as many shares as there may be; revoke some".to_owned(),
        ShareRefusal::Missing => format!("no share has the id `{id}`; `yagura share list` tells them"),
        ShareRefusal::Revoked => format!("share `{id}` was revoked, which cannot be undone; create another"),
    })
}

/// Which option to blame.
fn wrong(parameter: &str, reason: &dyn std::fmt::Display) -> CommandError {
    let option = match parameter {
        "report" | "formats" | "redact" | "expires" | "lang" | "theme" | "note" => parameter,
        "frame_ancestors" => "frame-ancestors",
        _ => "filter",
    };
    CommandError::Usage(format!("--{option}: {reason}"))
}

fn read<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, CommandError> {
    serde_json::from_slice(body)
        .map_err(|error| CommandError::Failed(format!("the server's answer is not understood: {error}")))
}

/// Asks the server. Its refusals are told in its own words.
async fn ask(address: SocketAddr, method: Method, path: &str, body: Vec<u8>) -> Result<Bytes, CommandError> {
    let failed = |error: &dyn std::fmt::Display| {
        CommandError::Failed(format!("the server at {address} has the database and cannot be asked: {error}"))
    };
    let stream = TcpStream::connect(address).await.map_err(|error| failed(&error))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
    let driving = tokio::spawn(connection);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, address.to_string())
        .header("x-yagura-request", "cli")
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| failed(&error))?;
    let response = sender.send_request(request).await.map_err(|error| failed(&error))?;
    let status = response.status();
    let body = response.into_body().collect().await.map_err(|error| failed(&error))?.to_bytes();
    driving.abort();
    if status.is_success() {
        return Ok(body);
    }
    let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let detail = problem["detail"].as_str().unwrap_or("it gave no reason").to_owned();
    let id = path.split('/').nth(4).unwrap_or_default();
    match (status, problem["parameter"].as_str()) {
        (StatusCode::NOT_FOUND, _) if !detail.contains(id) => Err(refused(ShareRefusal::Missing, id)),
        (StatusCode::BAD_REQUEST, Some(parameter)) => Err(wrong(parameter, &detail)),
        _ => Err(CommandError::Failed(detail)),
    }
}
