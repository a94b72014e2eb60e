//! Answers only to our own names.
//!
//! Without authentication the address is the only fence. A page of an attacker can give its own name our address (DNS
//! rebinding) and would then be same-origin with us; its name in `Host` gives it away.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::HOST;
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Uri};

use crate::http::App;
use crate::http::failure::Failure;

/// Names we answer to.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// `findings.example.com`, in lower case, with a port if it is not the usual one.
    public: Option<String>,
}

impl Hosts {
    /// Loopback names, and `public`.
    pub fn new(public: Option<String>) -> Self {
        Self { public }
    }

    /// Whether the request is meant for us. The address line wins over `Host` (RFC 9112, 3.2.2).
    fn accept(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let named = headers.get(HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
        let Some(authority) = uri.authority().cloned().or(named) else { return false };
        self.is_ours(&authority)
    }

    fn is_ours(&self, authority: &Authority) -> bool {
        let whole = authority.as_str().to_ascii_lowercase();
        if self.public.as_deref() == Some(whole.as_str()) {
            return true;
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let is_loopback = host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        !whole.contains('@') && (is_loopback || host.eq_ignore_ascii_case("localhost"))
    }
}

/// Refuses requests meant for somebody else with 421. Health checks come by address and learn nothing.
pub async fn check_host(State(state): State<Arc<App>>, request: Request, next: Next) -> Response {
    let is_health = matches!(request.uri().path(), "/healthz" | "/readyz");
    if is_health || state.hosts.accept(request.uri(), request.headers()) {
        return next.run(request).await;
    }
    let detail = "this server does not answer to that host name; set http.public_url to the address people use";
    Failure::new(StatusCode::MISDIRECTED_REQUEST, detail).into_response()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn only_loopback_and_the_public_name_are_ours() {
        let hosts = Hosts::new(Some("findings.example.com".to_owned()));
        for (name, ours) in [
            ("127.0.0.1:3000", true),
            ("127.8.8.8", true),
            ("[::1]:3000", true),
            ("LocalHost:1", true),
            ("Findings.example.com", true),
            ("findings.example.com:8443", false),
            ("findings.example.com.evil.test", false),
            ("localhost.evil.test", false),
            ("10.0.0.1:3000", false),
            ("evil@localhost", false),
        ] {
            assert_eq!(hosts.is_ours(&name.parse().unwrap()), ours, "{name}");
        }
    }
}
