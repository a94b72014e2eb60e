//! Files in the programs that people open them with: LibreOffice, Python and DuckDB.

use std::fs;
use std::path::Path;
use std::process::Command;

use duckdb::Connection;
use serde_json::{Value, json};

/// Titles that a spreadsheet might take for a formula, cut, or spoil.
const TITLES: [&str; 12] = [
    "=HYPERLINK(\"http://example.com\",\"click\")",
    "+1+2",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "＝1+1",
    "＠cmd",
    "コンテナが暗号資産のプールに接続しました、「支払い」タスク",
    "a \"quoted\" word, and a comma; and a semicolon",
    "two\r\nlines",
    "'already",
    "=cmd|' /C calc'!A0",
];

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let out = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn yagura(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yagura"));
    command.current_dir(folder).args(arguments).env("YAGURA_DATA__DIR", folder.join("data")).env("YAGURA_LOG", "warn");
    let out = command.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

fn finding(number: usize, title: &str) -> Value {
    json!({
        "schemaVersion": "2.0", "accountId": "000022223333", "region": "ap-northeast-1", "id": format!("f{number}"),
        "arn": format!("arn:aws:guardduty:ap-northeast-1:000022223333:detector/d/finding/f{number}"), "partition": "aws",
        "type": "CryptoCurrency:Runtime/BitcoinTool.B!DNS", "severity": 8, "title": title, "description": "text",
        "createdAt": "2026-11-20T10:00:00Z", "updatedAt": format!("2026-11-20T10:{number:02}:00Z"),
        "resource": {"resourceType": "ECSCluster"},
        "service": {"serviceName": "guardduty", "archived": false, "count": 3},
    })
}

fn records(csv: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
#[ignore = "needs LibreOffice and Python: `cargo xtask test --only files`"]
fn spreadsheets_and_programs_read_what_was_written() {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path();
    let lines: Vec<String> =
        TITLES.iter().enumerate().map(|(number, title)| finding(number, title).to_string()).collect();
    fs::write(folder.join("captured.ndjson"), lines.join("\n")).unwrap();
    yagura(folder, &["import", "captured.ndjson"]);
    yagura(folder, &["export", "findings", "-o", "findings.csv", "--filter", "from=2026-11-01&to=2026-12-01"]);

    let written = fs::read(folder.join("findings.csv")).unwrap();
    let content = written.strip_prefix("\u{feff}".as_bytes()).expect("spreadsheets learn the encoding from the mark");
    let expected = records(content);
    assert_eq!(expected.len(), 1 + TITLES.len());
    let column = expected[0].iter().position(|name| name == "title").unwrap();
    // Space around a title is taken off when it is read.
    let bare = |text: &str| text.trim_start_matches(['\'', '\t']).to_owned();
    for title in TITLES {
        assert!(expected[1..].iter().any(|record| bare(&record[column]) == bare(title)), "{title:?}");
    }

    tables_of_reports_open_as_they_were_written(folder);

    // As a person opens it: nothing becomes a formula.
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let convert = |filter: &str, to: &str| {
        run("soffice", &[&profile, "--headless", filter, "--convert-to", to, "findings.csv"], folder);
    };
    convert("--infilter=CSV:44,34,76,1", "fods:OpenDocument Spreadsheet Flat XML");
    let sheet = fs::read_to_string(folder.join("findings.fods")).unwrap();
    assert!(!sheet.contains("table:formula"), "a cell became a formula");
    assert!(sheet.contains("コンテナが暗号資産のプールに接続しました、「支払い」タスク"));

    // With every column as text, as its dialog offers: every cell is what was written.
    let texts: Vec<String> = (1..=expected[0].len()).map(|number| format!("{number}/2")).collect();
    fs::create_dir_all(folder.join("again")).unwrap();
    let filter = format!("--infilter=CSV:44,34,76,1,{}", texts.join("/"));
    let sheet = "csv:Text - txt - csv (StarCalc):44,34,76";
    let convert = [&profile, "--headless", &filter, "--convert-to", sheet, "--outdir", "again", "findings.csv"];
    run("soffice", &convert, folder);
    let again = records(&fs::read(folder.join("again/findings.csv")).unwrap());
    let plain = |records: &[Vec<String>]| -> Vec<Vec<String>> {
        records.iter().map(|record| record.iter().map(|cell| cell.replace("\r\n", "\n")).collect()).collect()
    };
    similar_asserts::assert_eq!(plain(&again), plain(&expected));

    // Python's csv module.
    let script =
        "import csv, json; print(json.dumps(list(csv.reader(open('findings.csv', encoding='utf-8-sig', newline='')))))";
    let python: Vec<Vec<String>> = serde_json::from_str(&run("python3", &["-c", script], folder)).unwrap();
    similar_asserts::assert_eq!(python, expected);

    // DuckDB.
    let database = Connection::open_in_memory().unwrap();
    let read = format!(
        "SELECT columns(*)::VARCHAR FROM read_csv('{}', all_varchar = true, header = false, nullstr = '\u{1}', quote = '\"', escape = '\"', delim = ',')",
        folder.join("findings.csv").display()
    );
    let mut statement = database.prepare(&read).unwrap();
    let width = expected[0].len();
    let rows = statement.query_map([], |row| {
        (0..width).map(|cell| Ok(row.get::<_, Option<String>>(cell)?.unwrap_or_default())).collect()
    });
    let rows: Vec<Vec<String>> = rows.unwrap().map(Result::unwrap).collect();
    similar_asserts::assert_eq!(rows, expected);
}

/// Coverage and layers name what comes from outside, too: families, services, clusters.
fn tables_of_reports_open_as_they_were_written(folder: &Path) {
    let mut named = finding(99, "a named place");
    named["resource"] = json!({"resourceType": "ECSCluster", "ecsClusterDetails": {
        "name": "=1+1", "arn": "arn:aws:ecs:ap-northeast-1:000022223333:cluster/=1+1",
        "taskDetails": {"arn": "arn:aws:ecs:ap-northeast-1:000022223333:task/=1+1/a", "group": "service:@SUM(1)",
            "definitionArn": "arn:aws:ecs:ap-northeast-1:000022223333:task-definition/-2+3:7"}}});
    fs::write(folder.join("named.json"), named.to_string()).unwrap();
    yagura(folder, &["import", "named.json"]);
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    for (report, rows) in [("layers", 4), ("families", 1), ("services", 1), ("coverage", 0), ("trend", 1)] {
        let file = format!("{report}.csv");
        yagura(folder, &["export", report, "-o", &file, "--filter", "from=2026-11-01&to=2026-12-01"]);
        let written = fs::read(folder.join(&file)).unwrap();
        let expected = records(written.strip_prefix("\u{feff}".as_bytes()).unwrap());
        assert!(expected.len() > rows, "{report}: {expected:?}");
        let convert = ["--infilter=CSV:44,34,76,1", "--convert-to", "fods:OpenDocument Spreadsheet Flat XML", &file];
        run("soffice", &[&[profile.as_str(), "--headless"], &convert[..]].concat(), folder);
        let sheet = fs::read_to_string(folder.join(format!("{report}.fods"))).unwrap();
        assert!(!sheet.contains("table:formula"), "{report}: a cell became a formula");
        let texts: Vec<String> = (1..=expected[0].len()).map(|number| format!("{number}/2")).collect();
        let filter = format!("--infilter=CSV:44,34,76,1,{}", texts.join("/"));
        let sheet = "csv:Text - txt - csv (StarCalc):44,34,76";
        let convert = [&profile, "--headless", &filter, "--convert-to", sheet, "--outdir", "again", &file];
        fs::create_dir_all(folder.join("again")).unwrap();
        run("soffice", &convert, folder);
        let again = records(&fs::read(folder.join("again").join(&file)).unwrap());
        similar_asserts::assert_eq!(again, expected, "{report}");
    }
}
