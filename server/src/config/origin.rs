//! Origins that may frame a share: exact ones, as browsers compare them.

use http::Uri;

/// Reads `https://wiki.example.com` or with a port: no wildcard, no path, no credentials. Gives the one form of it:
/// lower case, without the port that its scheme has anyway.
pub fn frame_ancestor(text: &str) -> Result<String, String> {
    let bad =
        || format!("`{text}` is not an origin like https://wiki.example.com: a scheme and a host, no path, no `*`");
    let given = text.trim().trim_end_matches('/');
    let uri: Uri = given.parse().map_err(|_| bad())?;
    let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(bad());
    };
    let host = authority.host().to_ascii_lowercase();
    let is_address = host.starts_with('[') && host.ends_with(']');
    let is_name = !host.is_empty()
        && host.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        });
    let has_more = uri.path() != "/" || uri.query().is_some() || given.contains(['@', '#', '?', '\\']);
    if has_more || !(is_name || is_address) {
        return Err(bad());
    }
    let port = match (authority.port_u16(), scheme) {
        (Some(443), "https") | (Some(80), "http") => None,
        (None, _) if authority.as_str().len() > authority.host().len() => return Err(bad()),
        (port, _) => port,
    };
    Ok(match port {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_one_form() {
        for (given, origin) in [
            ("https://Wiki.Example.com", "https://wiki.example.com"),
            ("https://wiki.example.com/", "https://wiki.example.com"),
            ("https://wiki.example.com:443", "https://wiki.example.com"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(frame_ancestor(given).as_deref(), Ok(origin));
        }
    }

    #[test]
    fn nothing_wider_and_nothing_that_ends_the_header_is_one() {
        for given in [
            "*",
            "https://*",
            "https://*.example.com",
            "https:",
            "wiki.example.com",
            "ftp://wiki.example.com",
            "https://wiki.example.com/page",
            "https://user@wiki.example.com",
            "https://wiki.example.com?x",
            "https://wiki.example.com#x",
            "https://wiki.example.com:",
            "https://wiki.example.com;script-src",
            "https://wiki.example.com https://evil.test",
            "'self'",
            "",
        ] {
            assert!(frame_ancestor(given).is_err(), "{given}");
        }
    }
}
