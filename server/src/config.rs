//! The settings: embedded defaults, then `yagura.toml`, then the environment, then the command line.
//!
//! A configuration is either good as a whole or refused with every problem listed at once, each with the setting's name
//! and where its value came from. Every setting has an entry in `config.default.toml`; a name without one is an error.

pub mod origin;
mod parse;
mod read;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use app::model::{Quote, ShareSetting};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::cost::prices::Price;
use crate::store::StoreOptions;
pub use parse::duration;
use read::Settings;

/// Every setting with its default and meaning.
pub const DEFAULTS: &str = include_str!("../config.default.toml");
/// The file read from the working directory when no other is named.
pub const FILE_NAME: &str = "yagura.toml";

/// A checked configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub http: HttpConfig,
    pub share: ShareConfig,
    pub reports: ReportsConfig,
    pub data_dir: PathBuf,
    pub aws: AwsConfig,
    pub sync: SyncConfig,
    pub retention: RetentionConfig,
    pub cost: CostConfig,
    pub time_zone: TimeZone,
    pub limits: LimitsConfig,
    pub log: LogConfig,
}

/// How to listen and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    pub listen: SocketAddr,
    /// How people reach the server from outside: scheme, host and port.
    pub public_url: Option<PublicUrl>,
    /// Requests in flight; further ones are refused.
    pub max_requests: usize,
    pub request_timeout: Duration,
    /// Proxies whose word counts about whom they ask for.
    pub trusted_proxies: Vec<IpAddr>,
}

/// Scheme and host of the address people use, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// `https://findings.example.com`, in lower case: what a browser sends as `Origin`.
    pub origin: String,
    /// `findings.example.com` or with a port: what a browser sends as `Host`.
    pub authority: String,
}

/// Links for people outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareConfig {
    /// Origins that may frame shares that name none themselves.
    pub frame_ancestors: Vec<String>,
    pub default_expiry: Duration,
    /// Requests per second of one link.
    pub rate: u32,
    /// Requests per second of one address.
    pub address_rate: u32,
}

/// Report packs that are written by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportsConfig {
    /// Five fields of a crontab and the name of a time zone; `None`: none are written.
    pub schedule: Option<String>,
    pub folder: PathBuf,
    /// A query string: the filter, and the language of the words.
    pub filter: String,
}

/// What to collect from.
#[derive(Debug, Clone, PartialEq)]
pub struct AwsConfig {
    /// Empty: the Region of the AWS configuration.
    pub regions: Vec<String>,
    pub securityhub_region: Option<String>,
    /// Calls per second, per account and Region.
    pub guardduty_rate: f64,
    /// Calls per second, per account and Region.
    pub securityhub_rate: f64,
    /// Whether CloudWatch is asked for hours of usage.
    pub cloudwatch: bool,
    /// Whether ECS is asked what runs.
    pub ecs: bool,
    /// Calls per second, per account and Region.
    pub ecs_rate: f64,
    /// Keys of tags whose value may be the name of a family or a service.
    pub workload_tags: Vec<String>,
    /// Empty: the standard credential chain alone.
    pub accounts: Vec<AccountConfig>,
}

/// One account to collect from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountConfig {
    pub name: String,
    pub role_arn: Option<String>,
    pub external_id: Option<String>,
    pub profile: Option<String>,
    /// Only what runs is read here: the delegated administrator has the findings.
    #[serde(default)]
    pub ecs_only: bool,
}

/// When to collect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncConfig {
    pub interval: Duration,
    pub full_sweep: Duration,
    pub backfill: Duration,
    /// Between two looks at what runs.
    pub coverage: Duration,
}

/// What to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionConfig {
    /// How long findings stay after their last update; `None`: for ever.
    pub keep: Option<SignedDuration>,
    /// Original documents of each finding and service, the newest included.
    pub documents: usize,
}

/// What it costs, beyond what AWS says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CostConfig {
    /// Between two questions to AWS.
    pub interval: Duration,
    /// Instead of those of the seed data.
    pub prices: Vec<Price>,
    /// Quotes the team was given.
    pub alternatives: Vec<Quote>,
    /// The currency people think in, and how many of it a USD is.
    pub display: Option<(String, Decimal)>,
}

/// Bounds of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitsConfig {
    /// In DuckDB's words: `2GB`.
    pub memory: String,
    pub threads: usize,
    pub readers: usize,
    pub query_timeout: Duration,
    /// Bytes of the write-ahead log after which it is folded into the database file.
    pub log: u64,
    /// Bytes that stay free on the disk.
    pub reserve: u64,
}

/// What the log looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    pub format: LogFormat,
    /// Directives of `tracing_subscriber::EnvFilter`.
    pub filter: String,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// One thing wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `http.listen`; empty when a whole file cannot be read.
    pub setting: String,
    /// Where the value came from: a file, a variable, the command line.
    pub source: String,
    pub reason: String,
}

/// Everything wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used:")?;
        for Problem { setting, source, reason } in &self.problems {
            match setting.as_str() {
                "" => write!(f, "\n  {source}: {reason}")?,
                setting => write!(f, "\n  {setting} ({source}): {reason}")?,
            }
        }
        f.write_str("\nevery setting is described in config.default.toml")
    }
}

/// Settings given on the command line, by name.
pub type Overrides = Vec<(&'static str, String)>;

impl Config {
    /// Reads every layer and checks it. Without `file`, `yagura.toml` of the working directory is read if it is there.
    pub fn load(file: Option<&Path>, overrides: &Overrides) -> Result<Self, ConfigError> {
        let mut settings = Settings::read(file, overrides);
        let config = Self::build(&mut settings);
        match (config, settings.finish()) {
            (Some(config), problems) if problems.is_empty() => Ok(config),
            (_, problems) => Err(ConfigError { problems }),
        }
    }

    /// What of it decides whether shares can be reached and framed.
    pub fn share_setting(&self) -> ShareSetting {
        let public = self.http.public_url.as_ref();
        ShareSetting {
            origin: public.map_or_else(|| format!("http://{}", self.http.listen), |url| url.origin.clone()),
            is_public: public.is_some(),
            frame_ancestors: self.share.frame_ancestors.clone(),
            default_expiry_seconds: self.share.default_expiry.as_secs(),
        }
    }

    /// `None` only when `settings` has noted a problem.
    fn build(settings: &mut Settings) -> Option<Self> {
        // Each part is read before the first `?`, so that one bad part does not hide the problems of the next.
        let http = HttpConfig::build(settings);
        let share = ShareConfig::build(settings);
        let data_dir = settings.parse("data.dir", parse::path);
        let aws = AwsConfig::build(settings);
        let sync = SyncConfig::build(settings);
        let retention = RetentionConfig::build(settings);
        let cost = CostConfig::build(settings);
        let time_zone = settings.parse("ui.time_zone", parse::time_zone);
        let reports = ReportsConfig::build(settings, time_zone.as_ref(), data_dir.as_deref());
        let limits = LimitsConfig::build(settings);
        let format = settings.parse("log.format", parse::log_format);
        let filter = settings.parse("log.filter", parse::log_filter);
        let open = settings.parse("auth.mode", parse::auth_mode);
        let http = http?;
        if open.is_some() && !http.listen.ip().is_loopback() {
            settings.complain(
                "http.listen",
                format!("{} is not a loopback address, and auth.mode `none` lets in everybody who reaches it; listen on 127.0.0.1 and put a proxy that authenticates in front", http.listen),
            );
        }
        Some(Self {
            http,
            share: share?,
            reports: reports?,
            data_dir: data_dir?,
            aws: aws?,
            sync: sync?,
            retention: retention?,
            cost: cost?,
            time_zone: time_zone?,
            limits: limits?,
            log: LogConfig { format: format?, filter: filter? },
        })
    }
}

impl RetentionConfig {
    fn build(settings: &mut Settings) -> Option<Self> {
        let days = settings.parse("retention.days", parse::count(0, 36_500));
        let documents = settings.parse("retention.documents", parse::count(1, 1000));
        let days = i32::try_from(days?).ok().filter(|days| *days > 0);
        Some(Self { keep: days.map(|days| SignedDuration::from_hours(24 * i64::from(days))), documents: documents? })
    }
}

impl HttpConfig {
    fn build(settings: &mut Settings) -> Option<Self> {
        let listen = settings.parse("http.listen", parse::listen);
        let public_url = settings.parse("http.public_url", parse::optional(parse::public_url));
        let max_requests = settings.parse("http.max_requests", parse::count(1, 65_536));
        let request_timeout = settings.parse("http.request_timeout", parse::duration(1, 3600));
        let trusted_proxies = settings.list("http.trusted_proxies", parse::address);
        Some(Self {
            listen: listen?,
            public_url: public_url?,
            max_requests: max_requests?,
            request_timeout: request_timeout?,
            trusted_proxies: trusted_proxies?,
        })
    }
}

impl ShareConfig {
    fn build(settings: &mut Settings) -> Option<Self> {
        let frame_ancestors = settings.list("share.frame_ancestors", origin::frame_ancestor);
        let default_expiry = settings.parse("share.default_expiry", parse::duration(60, 3650 * 24 * 3600));
        let rate = settings.parse("share.rate", parse::count(1, 100_000));
        let address_rate = settings.parse("share.address_rate", parse::count(1, 100_000));
        Some(Self {
            frame_ancestors: frame_ancestors?,
            default_expiry: default_expiry?,
            rate: u32::try_from(rate?).ok()?,
            address_rate: u32::try_from(address_rate?).ok()?,
        })
    }
}

impl ReportsConfig {
    /// Times are read in `zone`, and the folder lies in `data_dir` unless it is named.
    fn build(settings: &mut Settings, zone: Option<&TimeZone>, data_dir: Option<&Path>) -> Option<Self> {
        let zone = zone.and_then(TimeZone::iana_name).unwrap_or("UTC");
        let schedule = settings.parse("reports.schedule", parse::optional(|text| parse::schedule(text, zone)));
        let folder = settings.parse("reports.folder", parse::optional(parse::path));
        let filter = settings.parse("reports.filter", parse::pack_filter);
        Some(Self {
            schedule: schedule?,
            folder: folder?.or_else(|| Some(data_dir?.join("reports")))?,
            filter: filter?,
        })
    }
}

impl AwsConfig {
    fn build(settings: &mut Settings) -> Option<Self> {
        let regions = settings.list("aws.regions", parse::region);
        let securityhub_region = settings.parse("aws.securityhub_region", parse::optional(parse::region));
        let guardduty_rate = settings.parse("aws.guardduty_rate", parse::rate);
        let securityhub_rate = settings.parse("aws.securityhub_rate", parse::rate);
        let cloudwatch = settings.parse("aws.cloudwatch", parse::truth);
        let ecs = settings.parse("aws.ecs", parse::truth);
        let ecs_rate = settings.parse("aws.ecs_rate", parse::rate);
        let workload_tags = settings.list("aws.workload_tags", parse::tag_key);
        let accounts = settings.tables::<AccountConfig>("aws.accounts");
        Some(Self {
            regions: regions?,
            securityhub_region: securityhub_region?,
            guardduty_rate: guardduty_rate?,
            securityhub_rate: securityhub_rate?,
            cloudwatch: cloudwatch?,
            ecs: ecs?,
            ecs_rate: ecs_rate?,
            workload_tags: workload_tags?,
            accounts: accounts?,
        })
    }
}

impl SyncConfig {
    fn build(settings: &mut Settings) -> Option<Self> {
        const DAY: u64 = 24 * 3600;
        let interval = settings.parse("sync.interval", parse::duration(5, DAY));
        let full_sweep = settings.parse("sync.full_sweep", parse::duration(60, 365 * DAY));
        let backfill = settings.parse("sync.backfill", parse::duration(3600, 3650 * DAY));
        let coverage = settings.parse("sync.coverage", parse::duration(5, DAY));
        Some(Self { interval: interval?, full_sweep: full_sweep?, backfill: backfill?, coverage: coverage? })
    }
}

impl CostConfig {
    fn build(settings: &mut Settings) -> Option<Self> {
        let interval = settings.parse("cost.interval", parse::duration(3600, 30 * 24 * 3600));
        let prices = settings.tables::<Price>("cost.prices");
        for price in prices.iter().flatten() {
            if let Some(problem) = price.problem() {
                settings.complain("cost.prices", format!("{} in {}: {problem}", price.feature, price.region));
            }
        }
        let alternatives = settings.tables::<Quote>("cost.alternatives");
        let currency = settings.parse("cost.display_currency", parse::optional(parse::currency));
        let rate = settings.parse("cost.display_rate", parse::decimal);
        let display = currency?.zip(rate);
        if display.as_ref().is_some_and(|(_, rate)| rate.is_zero()) {
            settings.complain("cost.display_rate", "set it to what one USD is in cost.display_currency");
        }
        Some(Self { interval: interval?, prices: prices?, alternatives: alternatives?, display })
    }
}

impl LimitsConfig {
    fn build(settings: &mut Settings) -> Option<Self> {
        let memory = settings.parse("limits.memory", parse::memory);
        let threads = settings.parse("limits.threads", parse::count(0, 1024));
        let readers = settings.parse("limits.readers", parse::count(1, 256));
        let query_timeout = settings.parse("limits.query_timeout", parse::duration(1, 3600));
        let log = settings.parse("limits.log", parse::bytes);
        let reserve = settings.parse("limits.reserve", parse::bytes);
        let threads = threads.map(|threads| if threads == 0 { StoreOptions::default().threads } else { threads });
        Some(Self {
            memory: memory?,
            threads: threads?,
            readers: readers?,
            query_timeout: query_timeout?,
            log: log?,
            reserve: reserve?,
        })
    }
}
