//! Many readers: each reads in a read-only transaction, for a limited time, and stops when nobody waits any more.
//!
//! Streams have places and a limit of their own: the pace of a download is its reader's, and slow ones must not keep
//! questions from being answered.

mod versions;

use std::any::Any;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use app::model::Category;
use duckdb::types::Value;
use duckdb::{Connection, Row, params_from_iter};
use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::StoreError;
use super::kept::KeptAnswers;
use super::literals::printed;
use super::rollup::{DayOfTitles, Event, Resident, ResidentRows, ResidentView};
use versions::{Versions, versions};
pub(super) use versions::{is_rolled_up, stored_data_version};

/// An interrupt reaches only the statement that runs at that moment, so it is repeated until the work has ended.
const INTERRUPT_EVERY: Duration = Duration::from_millis(10);
/// How often to look whether the reads of a database that failed have ended: for five seconds.
const MOST_LOOKS: u32 = 500;
/// Streams that may run at the same time.
const STREAMS: u32 = 3;
/// Questions of people outside that may run at the same time, so that links in wikis keep nobody here from answers,
const SHARES: u32 = 2;
/// and how long each may take at most.
const LONGEST_SHARE: Duration = Duration::from_secs(10);
/// Ten million rows take minutes; a reader that takes longer than this has gone to sleep.
const LONGEST_STREAM: Duration = Duration::from_hours(1);

/// What a read is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Question,
    Share,
    Stream,
}

/// The database as it was at one moment.
pub struct Snapshot<'a> {
    connection: &'a Connection,
    versions: Versions,
    kept: &'a KeptAnswers,
    stop: &'a CancellationToken,
    asked: Option<&'a RefCell<Vec<Asked>>>,
    known: &'a Known,
    /// `None`: it is not looked there.
    resident: Option<ResidentView<'a>>,
}

/// Answers of this moment by what was asked.
type Known = RefCell<HashMap<String, Rc<dyn Any>>>;

/// A statement as the database got it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub sql: String,
    pub values: Vec<Value>,
}

impl<'a> Snapshot<'a> {
    /// The connection, inside a read-only transaction. Do not end the transaction.
    pub fn connection(&self) -> &Connection {
        self.connection
    }

    /// Asks one statement and reads its rows, in their order.
    pub fn rows<T, E: From<duckdb::Error>>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
        mut read: impl FnMut(&Row<'_>) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        let (sql, bound) = printed(sql, values.into_iter().collect());
        if let Some(asked) = self.asked {
            asked.borrow_mut().push(Asked { sql: sql.clone(), values: bound.clone() });
        }
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(bound))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }

    /// Asks one statement that gives one row.
    pub fn row<T, E: From<duckdb::Error>>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
        read: impl FnMut(&Row<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let first = self.rows(sql, values, read)?.into_iter().next();
        first.ok_or_else(|| duckdb::Error::QueryReturnedNoRows.into())
    }

    /// What was [remembered](Self::remember) under this name at this moment.
    pub fn remembered<T: 'static>(&self, name: &str) -> Option<Rc<T>> {
        let known = self.known.borrow().get(name).cloned();
        known.and_then(|known| known.downcast().ok())
    }

    /// Keeps an answer for those who ask the same at this moment. The name must tell everything it depends on.
    pub fn remember<T: 'static>(&self, name: String, answer: T) -> Rc<T> {
        let answer = Rc::new(answer);
        self.known.borrow_mut().insert(name, Rc::clone(&answer) as Rc<dyn Any>);
        answer
    }

    /// What `read` says of the fleet, which stays known until the next look at it. It must depend on nothing else, and its
    /// name must be no other's.
    pub fn of_the_fleet<T: Send + Sync + 'static, E>(
        &self,
        name: impl Into<Cow<'static, str>>,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        self.kept.get(name, self.versions.fleet, read)
    }

    /// The same moment, where every statement is written down besides. For comparing with the bare database.
    #[must_use]
    pub fn written_down(&self, asked: &'a RefCell<Vec<Asked>>) -> Self {
        Self { asked: Some(asked), ..*self }
    }

    /// Cancelled when this read has to end: its time is over, nobody waits any more, or the store closes. Work that
    /// waits for anything but the database watches it; statements are interrupted.
    pub fn stop(&self) -> &CancellationToken {
        self.stop
    }

    /// The version of the data that this transaction sees.
    pub fn data_version(&self) -> u64 {
        self.versions.data
    }

    /// The same moment without its rollups: every question counts findings one by one. For comparing both ways.
    #[must_use]
    pub fn without_rollups(&self) -> Self {
        Self { versions: Versions { rolled_up: false, ..self.versions }, ..*self }
    }

    /// The same moment without the rollups in memory: every question asks the database. For comparing both ways.
    #[must_use]
    pub fn without_resident(&self) -> Self {
        Self { resident: None, ..*self }
    }

    /// Created findings counted ahead in memory, as this transaction sees them; `None`: the database has to be asked.
    pub fn resident(&self) -> Option<ResidentRows<'_>> {
        self.resident.filter(|_| self.versions.rolled_up)?.rows()
    }

    /// The days that touch a window and have findings of any of the slices and of chosen categories, with limits between
    /// which their titles lie; `None`: they are not known.
    pub fn titles(
        &self,
        slices: &[i8],
        is_chosen: impl Fn(Option<Category>) -> bool,
        window: (Option<Timestamp>, Timestamp),
    ) -> Option<Vec<DayOfTitles>> {
        self.resident?.titles(slices, is_chosen, window)
    }

    /// What somebody [kept](Self::keep_hour) of the findings to which something happened in an hour, if this transaction
    /// would read the same.
    pub fn kept_hour<T: Send + Sync + 'static>(&self, event: Event, starts: Timestamp) -> Option<Arc<T>> {
        self.resident?.hour(event, starts)
    }

    /// Keeps what was read of them until one of them changes, for those who ask for the same type. It must depend on nothing
    /// else. `room` is how many findings that are kept whole would take as much.
    pub fn keep_hour<T: Send + Sync + 'static>(
        &self,
        (event, starts): (Event, Timestamp),
        answer: &Arc<T>,
        room: usize,
    ) {
        if let Some(view) = self.resident {
            view.keep_hour(event, starts, Arc::clone(answer) as Arc<dyn Any + Send + Sync>, room);
        }
    }

    /// Whether memory tells anything else than the rollups it was read from.
    pub(super) fn resident_differs(&self) -> Result<bool, StoreError> {
        self.resident.map_or(Ok(false), |view| view.resident.differs(self.connection))
    }

    /// The same moment without its dictionary: every search reads the findings. For comparing both ways.
    #[must_use]
    pub fn without_texts(&self) -> Self {
        Self { versions: Versions { texts: false, ..self.versions }, ..*self }
    }

    /// Whether the dictionary has the texts of every finding of this transaction. Without it findings are read.
    pub fn knows_texts(&self) -> bool {
        self.versions.texts
    }

    /// Whether the rollups count every finding of this transaction. Without them findings are counted one by one.
    pub fn rolled_up(&self) -> bool {
        self.versions.rolled_up
    }
}

pub(super) struct Readers {
    questions: Arc<Semaphore>,
    shares: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    size: u32,
    limit: Duration,
    closing: CancellationToken,
    connections: Mutex<Connections>,
    kept: KeptAnswers,
    resident: Arc<Resident>,
}

struct Connections {
    /// Where further connections come from; gone once closed, and while the database is opened again.
    template: Option<Connection>,
    idle: Vec<Connection>,
    /// Grows whenever the database is opened again: connections from before are of no use.
    opening: u64,
}

impl Readers {
    /// At most `size` readers at once; each may wait `limit` for its turn and then work for `limit`.
    pub(super) fn new(template: Connection, size: u32, limit: Duration, resident: Arc<Resident>) -> Self {
        let connections = Mutex::new(Connections { template: Some(template), idle: Vec::new(), opening: 0 });
        let places = |count: u32| Arc::new(Semaphore::new(count as usize));
        let (questions, shares, streams) = (places(size), places(SHARES), places(STREAMS));
        let closing = CancellationToken::new();
        Self { questions, shares, streams, size, limit, closing, connections, kept: KeptAnswers::default(), resident }
    }

    pub(super) async fn read<T, W>(self: &Arc<Self>, purpose: Purpose, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnOnce(&Snapshot<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (places, limit) = match purpose {
            Purpose::Question => (&self.questions, self.limit),
            Purpose::Share => (&self.shares, self.limit.min(LONGEST_SHARE)),
            Purpose::Stream => (&self.streams, LONGEST_STREAM),
        };
        let begun = Instant::now();
        let (permit, lent) = loop {
            let permit = match timeout(self.limit, Arc::clone(places).acquire_owned()).await {
                Ok(Ok(permit)) => permit,
                Ok(Err(_closed)) => return Err(StoreError::Closed),
                Err(_elapsed) => return Err(StoreError::Busy { waited: self.limit }),
            };
            match self.check_out() {
                // The place is given back: who opens the database again waits for all of them.
                Err(StoreError::Reopening) if begun.elapsed() < self.limit => drop(permit),
                lent => break (permit, lent?),
            }
            sleep(INTERRUPT_EVERY).await;
        };
        let (reply, answer) = oneshot::channel();
        let supervised = supervise(Arc::clone(self), (permit, limit), lent, work, reply);
        tokio::spawn(supervised.in_current_span());
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Ends the running reads and lets go of every connection; later reads answer `Closed`.
    pub(super) async fn close(&self) {
        self.closing.cancel();
        for (places, count) in [(&self.questions, self.size), (&self.shares, SHARES), (&self.streams, STREAMS)] {
            // Interrupted reads end soon. An error means that it is closed already.
            let all = places.acquire_many(count).await;
            places.close();
            drop(all);
        }
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.template = None;
        connections.idle.clear();
    }

    /// Lets go of every connection and waits until the running reads have failed, but not for a stream that sleeps.
    /// Until [`Readers::resume`] new reads wait. Blocks.
    pub(super) fn suspend(&self) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.template = None;
        connections.idle.clear();
        connections.opening += 1;
        drop(connections);
        let are_free = |places: &Semaphore, count: u32| places.available_permits() >= count as usize;
        for _ in 0..MOST_LOOKS {
            let all = [(&self.questions, self.size), (&self.shares, SHARES), (&self.streams, STREAMS)];
            if all.into_iter().all(|(places, count)| are_free(places, count)) {
                return;
            }
            thread::sleep(INTERRUPT_EVERY);
        }
    }

    /// Reads go on with the database that was opened again.
    pub(super) fn resume(&self, template: Connection) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        // Closed meanwhile: nobody reads any more.
        if !self.closing.is_cancelled() {
            self.kept.clear();
            connections.template = Some(template);
        }
    }

    fn check_out(&self) -> Result<Lent, StoreError> {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let opening = connections.opening;
        if let Some(connection) = connections.idle.pop() {
            return Ok(Lent { connection, opening });
        }
        let none = || if self.closing.is_cancelled() { StoreError::Closed } else { StoreError::Reopening };
        let connection = connections.template.as_ref().ok_or_else(none)?.try_clone()?;
        Ok(Lent { connection, opening })
    }

    fn check_in(&self, Lent { connection, opening }: Lent) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if connections.template.is_some() && connections.opening == opening {
            connections.idle.push(connection);
        }
    }
}

/// A connection and the opening of the database it belongs to.
struct Lent {
    connection: Connection,
    opening: u64,
}

/// Runs the work on a blocking thread and interrupts it when its time is over or the caller has gone. The connection
/// returns to the pool only after the last interrupt, so none can hit the next reader.
async fn supervise<T, W>(
    readers: Arc<Readers>,
    (permit, limit): (OwnedSemaphorePermit, Duration),
    Lent { connection, opening }: Lent,
    work: W,
    mut reply: oneshot::Sender<Result<T, StoreError>>,
) where
    T: Send + 'static,
    W: FnOnce(&Snapshot<'_>) -> Result<T, StoreError> + Send + 'static,
{
    let interrupt = connection.interrupt_handle();
    let span = tracing::Span::current();
    let stop = readers.closing.child_token();
    let stopped = stop.clone();
    let lender = Arc::clone(&readers);
    let mut job = tokio::task::spawn_blocking(move || span.in_scope(|| read_once(connection, &lender, &stopped, work)));
    let mut timed_out = false;
    let finished = tokio::select! {
        finished = &mut job => Some(finished),
        () = sleep(limit) => { timed_out = true; None }
        () = stop.cancelled() => None,
        () = reply.closed() => None,
    };
    let finished = match finished {
        Some(finished) => finished,
        None => loop {
            stop.cancel();
            interrupt.interrupt();
            tokio::select! {
                finished = &mut job => break finished,
                () = sleep(INTERRUPT_EVERY) => {}
            }
        },
    };
    let result = match finished {
        Ok((connection, result)) => {
            if let Some(connection) = connection {
                readers.check_in(Lent { connection, opening });
            }
            result
        }
        Err(_panicked) => Err(StoreError::Panicked),
    };
    drop(permit);
    let result = match result {
        // A panic that took long is still a panic.
        Err(error) if timed_out && !matches!(error, StoreError::Panicked) => Err(StoreError::Timeout { limit }),
        Err(StoreError::Database(_)) if readers.closing.is_cancelled() => Err(StoreError::Closed),
        Err(error) if error.is_the_end() => Err(StoreError::Reopening),
        result => result,
    };
    // The caller may have gone: then nobody wants the answer.
    drop(reply.send(result));
}

/// Does the work in a read-only transaction. Gives the connection back unless it is in doubt.
fn read_once<T>(
    connection: Connection,
    Readers { kept, resident, .. }: &Readers,
    stop: &CancellationToken,
    work: impl FnOnce(&Snapshot<'_>) -> Result<T, StoreError>,
) -> (Option<Connection>, Result<T, StoreError>) {
    let opened = resident.opened();
    if let Err(error) = connection.execute_batch("BEGIN TRANSACTION READ ONLY") {
        return (None, Err(error.into()));
    }
    // The first statement takes the snapshot: the version and all that follows agree.
    let result = versions(&connection).and_then(|versions| {
        let known = Known::default();
        let resident = Some(ResidentView { resident, opened, change: versions.rollup_change });
        work(&Snapshot { connection: &connection, versions, kept, stop, asked: None, known: &known, resident })
    });
    let ended = connection.execute_batch("ROLLBACK");
    (ended.is_ok().then_some(connection), result)
}
