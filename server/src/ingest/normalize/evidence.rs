//! What a GuardDuty document says was seen: processes, connections, calls, names of threats.
//!
//! Shape: <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Service.html>. Other documents say nothing
//! here. Texts are given as they came: whoever shows them escapes them.

use app::model::evidence::{Call, Connection, Evidence, KnownThreat, Process};
use serde_json::Value;

use super::times::time;
use super::{field, items, path, text, text_at, truth, whole};

/// More of one kind than this tells nobody more.
const MOST: usize = 50;

/// Reads what a document of GuardDuty tells.
pub fn evidence(document: &Value) -> Evidence {
    let Some(service) = field(document, "service") else { return Evidence::default() };
    let context = path(service, &["runtimeDetails", "context"]);
    let of_context = |name: &str| text(context.and_then(|context| field(context, name)));
    let tool = match (of_context("toolName"), of_context("toolCategory")) {
        (Some(name), Some(category)) => Some(format!("{name} ({category})")),
        (name, category) => name.or(category),
    };
    let mut evidence = Evidence {
        processes: processes(service),
        command: of_context("commandLineExample"),
        tool,
        files: files(service, context),
        threats: threats(service),
        ..Evidence::default()
    };
    if let Some(action) = field(service, "action") {
        read_action(action, &mut evidence);
    }
    evidence
}

fn processes(service: &Value) -> Vec<Process> {
    let Some(process) = path(service, &["runtimeDetails", "process"]) else { return Vec::new() };
    let lineage = items(field(process, "lineage"));
    std::iter::once(process).chain(lineage).take(MOST).map(one_process).collect()
}

fn one_process(process: &Value) -> Process {
    let user_id = || text_at(process, &["userId"]).or_else(|| text_at(process, &["euid"]));
    Process {
        name: text_at(process, &["name"]),
        path: text_at(process, &["executablePath"]),
        sha256: text_at(process, &["executableSha256"]),
        user: text_at(process, &["user"]).or_else(user_id),
        pid: whole(field(process, "pid")),
        started_at: time(field(process, "startTime")),
    }
}

fn files(service: &Value, context: Option<&Value>) -> Vec<String> {
    const PATHS: [&str; 12] = [
        "threatFilePath",
        "filePath",
        "scriptPath",
        "libraryPath",
        "ldPreloadValue",
        "socketPath",
        "runcBinaryPath",
        "releaseAgentPath",
        "mountSource",
        "mountTarget",
        "moduleFilePath",
        "shellHistoryFilePath",
    ];
    let single = PATHS.iter().filter_map(|name| text(context.and_then(|context| field(context, name))));
    let related = context.and_then(|context| field(context, "relatedFilePaths")).and_then(Value::as_array);
    let related = related.into_iter().flatten().filter_map(|path| text(Some(path)));
    let scanned = items(path(service, &["malwareScanDetails", "threats"]))
        .iter()
        .flat_map(|threat| items(field(threat, "itemPaths")))
        .filter_map(|item| text_at(item, &["nestedItemPath"]));
    let volumes = detected_threats(service)
        .flat_map(|threat| items(field(threat, "filePaths")))
        .filter_map(|file| text_at(file, &["filePath"]));
    let mut files: Vec<String> = Vec::new();
    for file in single.chain(related).chain(scanned).chain(volumes) {
        if files.len() < MOST && !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

fn detected_threats(service: &Value) -> impl Iterator<Item = &Value> {
    let by_name = ["ebsVolumeScanDetails", "scanDetections", "threatDetectedByName", "threatNames"];
    items(path(service, &by_name)).iter()
}

fn threats(service: &Value) -> Vec<KnownThreat> {
    let listed = items(path(service, &["evidence", "threatIntelligenceDetails"])).iter().map(|detail| KnownThreat {
        source: text_at(detail, &["threatListName"]),
        names: field(detail, "threatNames")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|name| text(Some(name)))
            .collect(),
    });
    let scanned = items(path(service, &["malwareScanDetails", "threats"])).iter().map(|threat| KnownThreat {
        source: text_at(threat, &["source"]),
        names: text_at(threat, &["name"]).into_iter().collect(),
    });
    let volumes = detected_threats(service).map(|threat| KnownThreat {
        source: text_at(threat, &["severity"]).map(|severity| format!("scan, {}", severity.to_lowercase())),
        names: text_at(threat, &["name"]).into_iter().collect(),
    });
    let known = |threat: &KnownThreat| threat.source.is_some() || !threat.names.is_empty();
    listed.chain(scanned).chain(volumes).filter(known).take(MOST).collect()
}

fn read_action(action: &Value, evidence: &mut Evidence) {
    if let Some(asked) = field(action, "dnsRequestAction") {
        evidence.domains.extend(text_at(asked, &["domain"]));
    }
    if let Some(connection) = field(action, "networkConnectionAction") {
        let mut remote = remote(connection);
        remote.port = whole(path(connection, &["remotePortDetails", "port"]));
        remote.local_port = whole(path(connection, &["localPortDetails", "port"]));
        remote.direction = text_at(connection, &["connectionDirection"]);
        remote.protocol = text_at(connection, &["protocol"]);
        remote.blocked = truth(field(connection, "blocked"));
        evidence.connections.push(remote);
    }
    if let Some(probe) = field(action, "portProbeAction") {
        let blocked = truth(field(probe, "blocked"));
        let probes = items(field(probe, "portProbeDetails")).iter().take(MOST).map(|detail| Connection {
            local_port: whole(path(detail, &["localPortDetails", "port"])),
            direction: Some("INBOUND".to_owned()),
            blocked,
            ..remote(detail)
        });
        evidence.connections.extend(probes);
    }
    for (name, operation, service) in [
        ("awsApiCallAction", "api", "serviceName"),
        ("kubernetesApiCallAction", "requestUri", "verb"),
        ("rdsLoginAttemptAction", "operation", "serviceName"),
    ] {
        let Some(call) = field(action, name) else { continue };
        let fallback = text_at(action, &["actionType"]).unwrap_or_else(|| name.to_owned());
        evidence.calls.push(Call {
            operation: text_at(call, &[operation]).unwrap_or(fallback),
            service: text_at(call, &[service]),
            error: text_at(call, &["errorCode"]),
            address: remote(call).address,
        });
        evidence.domains.extend(text_at(call, &["domainDetails", "domain"]));
    }
}

fn remote(holder: &Value) -> Connection {
    let Some(remote) = field(holder, "remoteIpDetails") else { return Connection::default() };
    Connection {
        address: text_at(remote, &["ipAddressV4"]).or_else(|| text_at(remote, &["ipAddressV6"])),
        country: text_at(remote, &["country", "countryName"]),
        organization: text_at(remote, &["organization", "org"])
            .or_else(|| text_at(remote, &["organization", "asnOrg"])),
        ..Connection::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_runtime_finding_tells_its_processes_nearest_first() {
        let document = json!({"service": {"runtimeDetails": {
            "process": {"name": "xmrig", "executablePath": "/tmp/xmrig", "userId": 0, "pid": "4711",
                "startTime": 1_763_000_000, "lineage": [{"name": "sh"}, {"name": "node"}]},
            "context": {"commandLineExample": "xmrig -o pool", "toolCategory": "Network Scanner",
                "threatFilePath": "/tmp/x", "relatedFilePaths": ["/tmp/x", "/tmp/y"]}}}});
        let found = evidence(&document);
        let names: Vec<_> = found.processes.iter().filter_map(|process| process.name.as_deref()).collect();
        assert_eq!(names, ["xmrig", "sh", "node"]);
        assert_eq!((found.processes[0].pid, found.processes[0].user.as_deref()), (Some(4711), Some("0")));
        assert_eq!(found.command.as_deref(), Some("xmrig -o pool"));
        assert_eq!(found.tool.as_deref(), Some("Network Scanner"));
        assert_eq!(found.files, ["/tmp/x", "/tmp/y"]);
    }

    #[test]
    fn actions_become_connections_domains_and_calls_in_any_casing() {
        let remote = json!({"ipAddressV4": "203.0.113.9", "country": {"countryName": "Utopia"},
            "organization": {"asnOrg": "Example"}});
        let document = json!({"Service": {"Action": {
            "NetworkConnectionAction": {"ConnectionDirection": "OUTBOUND", "Protocol": "TCP", "Blocked": false,
                "RemotePortDetails": {"Port": 4444}, "RemoteIpDetails": {"IpAddressV4": "198.51.100.7"}}}}});
        let connection = &evidence(&document).connections[0];
        assert_eq!((connection.address.as_deref(), connection.port), (Some("198.51.100.7"), Some(4444)));
        assert_eq!(connection.blocked, Some(false));

        let probe = json!({"service": {"action": {"portProbeAction": {"blocked": true, "portProbeDetails":
            {"localPortDetails": {"port": 22}, "remoteIpDetails": remote}}}}});
        let probed = &evidence(&probe).connections[0];
        assert_eq!((probed.local_port, probed.country.as_deref()), (Some(22), Some("Utopia")));

        let call = json!({"service": {"action": {"actionType": "AWS_API_CALL", "awsApiCallAction":
            {"api": "ListRoles", "serviceName": "iam.amazonaws.com", "errorCode": "AccessDenied",
             "remoteIpDetails": remote}}}});
        let call = &evidence(&call).calls[0];
        assert_eq!((call.operation.as_str(), call.error.as_deref()), ("ListRoles", Some("AccessDenied")));
        let asked = json!({"service": {"action": {"dnsRequestAction": {"domain": "pool.example"}}}});
        assert_eq!(evidence(&asked).domains, ["pool.example"]);
    }

    #[test]
    fn documents_that_say_nothing_more_give_nothing() {
        for document in [json!({}), json!({"service": null}), json!({"service": {"action": {}}}), json!([1])] {
            assert!(evidence(&document).is_empty(), "{document}");
        }
    }
}
