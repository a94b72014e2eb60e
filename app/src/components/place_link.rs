//! Addresses of places: clusters, task families, categories.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::terms::NONE_KEY;
use crate::model::{Field, Filter};

/// Everything but RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The page of all values of a field; `None` where there is none.
pub const fn list_path(field: Field) -> Option<&'static str> {
    match field {
        Field::Cluster => Some("/clusters"),
        Field::Family => Some("/families"),
        Field::Category => Some("/categories"),
        _ => None,
    }
}

/// The path of one value's page.
pub fn path(field: Field, label: &str) -> Option<String> {
    Some(format!("{}/{}", list_path(field)?, utf8_percent_encode(label, SEGMENT)))
}

/// The page of one place with the rest of a filter. A name may stand for several places, so the key's account and
/// Region go along.
pub fn href(filter: &Filter, field: Field, key: &str, label: &str) -> String {
    let mut there = filter.first_page().without(field);
    let name = if key == NONE_KEY { NONE_KEY } else { label };
    let (account, region) = context_of(key);
    for (field, value) in [(Field::Account, account), (Field::Region, region)] {
        if let Some(value) = value {
            there = there.with(field, value);
        }
    }
    path(field, name).map_or_else(|| filter.with(field, key).href("/findings"), |path| there.href(&path))
}

/// Account and Region of a key: `arn:aws:ecs:region:account:cluster/name` or `account/region/name`.
pub fn context_of(key: &str) -> (Option<&str>, Option<&str>) {
    let separator = if key.starts_with("arn:") { ':' } else { '/' };
    match key.split(separator).collect::<Vec<_>>()[..] {
        [_, _, _, region, account, ..] if separator == ':' => (Some(account), Some(region)),
        [account, region, _, ..] if separator == '/' => (Some(account), Some(region)),
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_their_account_and_region() {
        let place = (Some("111122223333"), Some("us-east-1"));
        assert_eq!(context_of("arn:aws:ecs:us-east-1:111122223333:cluster/payments"), place);
        assert_eq!(context_of("111122223333/us-east-1/checkout"), place);
        assert_eq!(context_of("checkout"), (None, None));
    }

    #[test]
    fn addresses_name_the_place_and_carry_the_filter() {
        let filter = Filter::parse("range=7d&cluster=x", &[]).unwrap_or_default();
        assert_eq!(
            href(&filter, Field::Family, "111122223333/us-east-1/a b/c", "a b/c"),
            "/families/a%20b%2Fc?range=7d&cluster=x&account=111122223333&region=us-east-1"
        );
        assert_eq!(href(&filter, Field::Cluster, NONE_KEY, NONE_KEY), "/clusters/%28none%29?range=7d");
        assert_eq!(href(&filter, Field::Image, "repo/x", "repo/x"), "/findings?range=7d&cluster=x&image=repo%2Fx");
    }
}
