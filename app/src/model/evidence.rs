//! What a document says was seen, beyond the finding's own columns: read when somebody looks, never stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Facts of one finding. Empty lists: the document names none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The acting process first, then its ancestors, nearest first.
    pub processes: Vec<Process>,
    /// An example of the command line, as GuardDuty gives it; chosen by whoever ran it.
    pub command: Option<String>,
    /// Name and category of a tool GuardDuty recognised.
    pub tool: Option<String>,
    /// Files, libraries, sockets and mounts the finding speaks of.
    pub files: Vec<String>,
    pub domains: Vec<String>,
    pub connections: Vec<Connection>,
    pub calls: Vec<Call>,
    /// Threat list or scanner, and what it calls the threat.
    pub threats: Vec<KnownThreat>,
}

/// A process in a container or on an instance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    pub name: Option<String>,
    pub path: Option<String>,
    pub sha256: Option<String>,
    pub user: Option<String>,
    pub pid: Option<i64>,
    pub started_at: Option<Timestamp>,
}

/// The other end of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    pub address: Option<String>,
    pub port: Option<i64>,
    pub local_port: Option<i64>,
    /// `INBOUND`, `OUTBOUND` or `UNKNOWN`, as AWS words it.
    pub direction: Option<String>,
    pub protocol: Option<String>,
    pub country: Option<String>,
    /// The organisation behind the address.
    pub organization: Option<String>,
    pub blocked: Option<bool>,
}

/// A call of an API: of AWS, of Kubernetes, or a sign-in to a database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub operation: String,
    pub service: Option<String>,
    /// AWS's word for why the call failed; `None`: it succeeded, or nobody says.
    pub error: Option<String>,
    /// The address it came from.
    pub address: Option<String>,
}

/// A threat somebody has a name for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownThreat {
    /// The list or scanner.
    pub source: Option<String>,
    pub names: Vec<String>,
}

impl Evidence {
    /// Whether the document says nothing more.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
