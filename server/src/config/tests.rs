#![expect(clippy::unwrap_used, clippy::result_large_err, reason = "tests; the error type is figment's")]

use std::path::Path;
use std::time::Duration;

use figment::Jail;

use super::*;

fn problems(result: Result<Config, ConfigError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn defaults_are_a_good_configuration() {
    Jail::expect_with(|_| {
        let config = Config::load(None, &Vec::new()).unwrap();
        assert_eq!(config.http.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.sync.interval, Duration::from_mins(5));
        assert_eq!((config.retention.documents, config.retention.keep), (5, None));
        assert_eq!(config.sync.backfill, Duration::from_hours(90 * 24));
        assert!(config.aws.regions.is_empty());
        assert_eq!(config.aws.securityhub_region, None);
        assert_eq!((config.aws.guardduty_rate, config.aws.securityhub_rate), (5.0, 3.0));
        Ok(())
    });
}

#[test]
fn environment_wins_over_file_and_command_line_over_both() {
    Jail::expect_with(|jail| {
        jail.create_file(
            FILE_NAME,
            "[http]\nlisten = \"127.0.0.1:4000\"\n[sync]\ninterval = \"10m\"\n[ui]\ntime_zone = \"Asia/Tokyo\"\n\
             [[aws.accounts]]\nname = \"security\"\nrole_arn = \"arn:aws:iam::111122223333:role/reader\"\n",
        )?;
        jail.set_env("YAGURA_HTTP__LISTEN", "127.0.0.1:5000");
        jail.set_env("YAGURA_AWS__REGIONS", "us-east-1, ap-northeast-1");
        jail.set_env("YAGURA_SYNC__INTERVAL", "2m");
        jail.set_env("YAGURA_AWS__SECURITYHUB_RATE", "1.5");
        jail.set_env("YAGURA_LOG", "debug");
        let config = Config::load(None, &vec![("http.listen", "127.0.0.1:6000".to_owned())]).unwrap();
        assert_eq!(config.http.listen.port(), 6000);
        assert_eq!(config.aws.regions, ["us-east-1", "ap-northeast-1"]);
        assert_eq!(config.sync.interval, Duration::from_mins(2));
        assert!((config.aws.securityhub_rate - 1.5).abs() < f64::EPSILON);
        assert_eq!(config.time_zone.iana_name(), Some("Asia/Tokyo"));
        assert_eq!(config.aws.accounts[0].name, "security");
        Ok(())
    });
}

#[test]
fn one_region_in_the_environment_is_a_list_of_one() {
    Jail::expect_with(|jail| {
        jail.set_env("YAGURA_AWS__REGIONS", "eu-central-1");
        assert_eq!(Config::load(None, &Vec::new()).unwrap().aws.regions, ["eu-central-1"]);
        Ok(())
    });
}

#[test]
fn every_problem_is_listed_with_its_source() {
    Jail::expect_with(|jail| {
        jail.create_file(
            "mine.toml",
            "[http]\nlisten = \"example\"\nport = 80\n[sync]\ninterval = \"soon\"\nbackfill = \"1s\"\n\
             [auth]\nmode = \"oidc\"\n[limits]\nmemory = \"lots\"\n[[aws.accounts]]\nname = \"a\"\nrole = \"b\"\n",
        )?;
        jail.set_env("YAGURA_AWS__REGIONS", "us-east-1,Tokyo");
        jail.set_env("YAGURA_AWS__GUARDDUTY_RATE", "0");
        jail.set_env("YAGURA_HTP__LISTEN", "127.0.0.1:1");
        jail.set_env("YAGURA_UI__TIME_ZONE", "Mars/Olympus");
        let shown = problems(Config::load(Some(Path::new("mine.toml")), &Vec::new()));
        let directory = jail.directory().display().to_string();
        insta::assert_snapshot!(shown.replace(&directory, "DIR"));
        Ok(())
    });
}

#[test]
fn without_authentication_only_loopback_is_served() {
    Jail::expect_with(|jail| {
        jail.set_env("YAGURA_HTTP__LISTEN", "0.0.0.0:3000");
        let shown = problems(Config::load(None, &Vec::new()));
        assert!(shown.contains("http.listen (YAGURA_HTTP__LISTEN): 0.0.0.0:3000 is not a loopback address"), "{shown}");
        Ok(())
    });
}

#[test]
fn a_named_file_must_exist_and_be_toml() {
    Jail::expect_with(|jail| {
        assert!(problems(Config::load(Some(Path::new("gone.toml")), &Vec::new())).contains("gone.toml: no such file"));
        jail.create_file("bad.toml", "[http\n")?;
        assert!(problems(Config::load(Some(Path::new("bad.toml")), &Vec::new())).contains("bad.toml"));
        Ok(())
    });
}

#[test]
fn public_url_is_an_origin() {
    let url = parse::public_url("https://Findings.Example.com:8443").unwrap();
    assert_eq!(url.origin, "https://findings.example.com:8443");
    assert_eq!(url.authority, "findings.example.com:8443");
    for bad in ["findings.example.com", "ftp://a.example", "https://a.example/path", "https://user@a.example"] {
        assert!(parse::public_url(bad).is_err(), "{bad}");
    }
}
