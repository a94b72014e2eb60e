//! The product as it is served, on loopback, and who asks for its pages.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use jiff::tz::TimeZone;
use server::aws::Connection;
use server::backend::YaguraBackend;
use server::clock::{FixedClock, SharedClock};
use server::config::Config;
use server::http::{App, SiteFiles, router};
use server::store::Store;
use server::sync::{SyncOptions, Syncer};
use tokio::net::{TcpListener, TcpStream};

use super::INTERVAL;

/// Everything that answers, but nothing that pulls.
pub fn application(store: &Store, clock: &Arc<FixedClock>) -> App {
    let clock = Arc::clone(clock) as SharedClock;
    // All viewers together are as fast as the machine lets them: no link is slowed down.
    let config = Config::load(None, &vec![("share.rate", "100000".to_owned())]).unwrap();
    let backend = YaguraBackend::new(store.clone(), Arc::clone(&clock), TimeZone::UTC, INTERVAL);
    let options = SyncOptions {
        regions: vec!["us-east-1".to_owned()],
        security_hub_region: None,
        accounts: Vec::new(),
        interval: INTERVAL,
        full_sweep: INTERVAL,
        backfill: INTERVAL,
        most_pages: SyncOptions::MOST_PAGES,
        cost_interval: Duration::from_hours(24),
        cloudwatch: true,
        fleet: None,
        connection: Connection::default(),
    };
    let syncer = Arc::new(Syncer::new(options, store.clone(), clock));
    App::new(backend, syncer, SiteFiles::default(), &config)
}

/// Serves it.
pub async fn listen(app: App) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    address
}

/// A connection that asks again and again.
pub struct Browser(SendRequest<Empty<Bytes>>, SocketAddr);

impl Browser {
    pub async fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender, address)
    }

    /// Status and size of a page.
    pub async fn get(&mut self, path: &str) -> (u16, usize) {
        let request = Request::get(path)
            .header("host", self.1.to_string())
            .header("accept", "text/html")
            .header("accept-encoding", "br")
            .body(Empty::new())
            .unwrap();
        let response = self.0.send_request(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        // Ready for the next one.
        let _ = self.0.ready().await;
        (status, body.len())
    }
}
