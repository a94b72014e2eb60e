//! Reads single values. Errors say what would be right.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use http::Uri;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use tracing_subscriber::EnvFilter;

use super::{LogFormat, PublicUrl};

/// Empty text is `None`.
pub(super) fn optional<T>(
    read: impl FnOnce(&str) -> Result<T, String>,
) -> impl FnOnce(&str) -> Result<Option<T>, String> {
    move |text| if text.is_empty() { Ok(None) } else { read(text).map(Some) }
}

pub(super) fn listen(text: &str) -> Result<SocketAddr, String> {
    let text = text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse().map_err(|_| format!("`{text}` is not an address and port like 127.0.0.1:3000"))
}

pub(super) fn address(text: &str) -> Result<IpAddr, String> {
    text.parse().map_err(|_| format!("`{text}` is not an address like 127.0.0.1"))
}

pub(super) fn public_url(text: &str) -> Result<PublicUrl, String> {
    let bad = || format!("`{text}` is not an address like https://findings.example.com, without a path");
    let uri: Uri = text.parse().map_err(|_| bad())?;
    let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(bad());
    };
    let has_path = uri.path() != "/" || uri.query().is_some();
    if has_path || authority.as_str().contains('@') {
        return Err(bad());
    }
    let authority = authority.as_str().to_ascii_lowercase();
    Ok(PublicUrl { origin: format!("{scheme}://{authority}"), authority })
}

pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("a folder is wanted".to_owned()) } else { Ok(PathBuf::from(text)) }
}

/// A Region's code. New Regions appear, so only the form is checked.
pub(super) fn region(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let lower = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.split_last() {
        Some((last, words)) if words.len() >= 2 && number(last) && words.iter().all(lower) => Ok(text.to_owned()),
        _ => Err(format!("`{text}` is not a Region like ap-northeast-1")),
    }
}

/// A key of a tag (<https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>).
pub(super) fn tag_key(text: &str) -> Result<String, String> {
    let fits = (1..=128).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned()).ok_or_else(|| format!("`{text}` is no key of a tag: it has 1 to 128 characters"))
}

/// `true` or `false`.
pub(super) fn truth(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| format!("`{text}` is neither true nor false"))
}

/// Three capital letters.
pub(super) fn currency(text: &str) -> Result<String, String> {
    let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { Ok(text.to_owned()) } else { Err(format!("`{text}` is not a currency like JPY")) }
}

/// A positive number, or 0.
pub(super) fn decimal(text: &str) -> Result<Decimal, String> {
    let number = text.parse::<Decimal>().ok().filter(|number| !number.is_sign_negative());
    number.ok_or_else(|| format!("`{text}` is not a number like 150.25"))
}

/// A number and a unit, at least `least` and at most `most` seconds.
pub fn duration(least: u64, most: u64) -> impl FnOnce(&str) -> Result<Duration, String> {
    move |text| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = match unit.trim() {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 24 * 3600,
            _ => 0,
        };
        let seconds = number.parse().ok().and_then(|number: u64| number.checked_mul(unit)).filter(|_| unit != 0);
        match seconds {
            None => Err(format!("`{text}` is not a duration like 30s, 5m, 24h or 90d")),
            Some(seconds) if (least..=most).contains(&seconds) => Ok(Duration::from_secs(seconds)),
            Some(_) => Err(format!("`{text}` is not between {} and {}", in_words(least), in_words(most))),
        }
    }
}

fn in_words(seconds: u64) -> String {
    let units = [(24 * 3600, "d"), (3600, "h"), (60, "m")];
    let unit = units.into_iter().find(|(size, _)| seconds >= *size && seconds.is_multiple_of(*size));
    unit.map_or_else(|| format!("{seconds}s"), |(size, name)| format!("{}{name}", seconds / size))
}

pub(super) fn count(least: usize, most: usize) -> impl FnOnce(&str) -> Result<usize, String> {
    move |text| {
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| format!("`{text}` is not a whole number from {least} to {most}"))
    }
}

/// Calls per second: slower than one in ten seconds would never end, faster than a hundred is no pace.
pub(super) fn rate(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.1..=100.0).contains(number));
    number.ok_or_else(|| format!("`{text}` is not a number of calls per second from 0.1 to 100"))
}

pub(super) fn memory(text: &str) -> Result<String, String> {
    const UNITS: [&str; 8] = ["KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"];
    let digits = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (number, unit) = text.split_at(digits);
    let positive = number.parse::<f64>().is_ok_and(|number| number > 0.0);
    if positive && UNITS.contains(&unit.trim()) {
        Ok(format!("{number}{}", unit.trim()))
    } else {
        Err(format!("`{text}` is not a size like 2GB or 512MiB"))
    }
}

/// Of a file or a disk.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let size = memory(text)?;
    let digits = size.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (number, unit) = size.split_at(digits);
    let base: u64 = if unit.contains('i') { 1024 } else { 1000 };
    let power = ["K", "M", "G", "T"].iter().position(|letter| unit.starts_with(letter)).unwrap_or_default();
    let unit = base.pow(u32::try_from(power + 1).unwrap_or(1));
    let whole = number.parse().ok().and_then(|number: u64| number.checked_mul(unit));
    whole.ok_or_else(|| format!("`{text}` is not a whole number with a unit, like 16MB"))
}

/// Five fields of a crontab, with the zone they are in.
pub(super) fn schedule(text: &str, zone: &str) -> Result<String, String> {
    let times = format!("{} {zone}", text.trim());
    let understood = text.split_whitespace().count() == 5 && cronexpr::parse_crontab(&times).is_ok();
    if understood { Ok(times) } else { Err(format!("`{text}` is not five fields of a crontab such as `0 6 1 * *`")) }
}

/// The query string of a report pack.
pub(super) fn pack_filter(text: &str) -> Result<String, String> {
    let order = crate::pack::Order::parse(text).map_err(|error| error.to_string());
    order.map(|_| text.to_owned())
}

pub(super) fn time_zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::get(text).map_err(|_| format!("`{text}` is not an IANA time zone like Asia/Tokyo"))
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("`{text}` is neither text nor json")),
    }
}

pub(super) fn log_filter(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| format!("`{text}`: {error}"))
}

/// The only mode there is so far.
pub(super) fn auth_mode(text: &str) -> Result<(), String> {
    match text {
        "none" => Ok(()),
        "local" | "oidc" | "alb" => Err(format!(
            "`{text}` is not supported by this version, only `none` is; put a proxy that authenticates in front"
        )),
        _ => Err(format!("`{text}` is not `none`, the only mode this version supports")),
    }
}
