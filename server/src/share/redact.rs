//! Takes out of an answer what its share hides, wherever it stands.
//!
//! It works on every text of the answer's serialised form, not on chosen members: a member that is added later, or a name
//! that somebody wrote an account number into, is caught all the same.

use app::model::{Hidden, Shared};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Digits of an account number.
const ACCOUNT: usize = 12;
/// How ARNs begin, in every partition.
const ARN: &str = "arn:aws";

/// An answer that could not be read back: nothing is shown.
#[derive(Debug, thiserror::Error)]
#[error("an answer could not be redacted: {0}")]
pub struct Unredactable(#[from] serde_json::Error);

/// Knows what one share hides.
pub struct Redactor {
    accounts: bool,
    arns: bool,
    /// Without it, all of the few account numbers could be tried.
    key: [u8; 16],
}

impl Redactor {
    /// For a share's redaction and its own key.
    pub fn new(hidden: &[Hidden], key: [u8; 16]) -> Self {
        Self { accounts: hidden.contains(&Hidden::Accounts), arns: hidden.contains(&Hidden::Arns), key }
    }

    /// The same answer without what is hidden.
    pub fn redact(&self, shared: Shared) -> Result<Shared, Unredactable> {
        if !self.accounts && !self.arns {
            return Ok(shared);
        }
        // The query would hide what it holds behind its own encoding.
        let filter = serde_json::from_value(self.value(serde_json::to_value(&shared.filter)?))?;
        let mut redacted: Shared = serde_json::from_value(
            self.value(serde_json::to_value(Shared { filter: app::model::Filter::default(), ..shared })?),
        )?;
        redacted.filter = filter;
        Ok(redacted)
    }

    fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(values) => values.into_iter().map(|value| self.value(value)).collect(),
            Value::Object(members) => {
                let members: Map<String, Value> =
                    members.into_iter().map(|(name, value)| (self.text(&name), self.value(value))).collect();
                Value::Object(members)
            }
            other => other,
        }
    }

    /// A text without what is hidden.
    pub fn text(&self, text: &str) -> String {
        let text = if self.arns { short_names(text) } else { text.to_owned() };
        if self.accounts { self.without_accounts(&text) } else { text }
    }

    /// Every run of twelve digits, also in groups of four, is called by another name: the same one for the same account.
    fn without_accounts(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
            out.push_str(&rest[..start]);
            rest = &rest[start..];
            let (run, digits) = number(rest);
            if digits.len() == ACCOUNT {
                out.push_str(&self.pseudonym(&digits));
            } else {
                out.push_str(run);
            }
            rest = &rest[run.len()..];
        }
        out.push_str(rest);
        out
    }

    fn pseudonym(&self, account: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(self.key);
        hash.update(account.as_bytes());
        let hash = hash.finalize();
        format!("account-{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2])
    }
}

/// The number a text begins with, as it stands there and its digits: `1111-2222-3333` is one number.
fn number(text: &str) -> (&str, String) {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut group = text;
    let mut read = String::new();
    loop {
        let length = digits(group);
        read.push_str(&group[..length]);
        let after = &group[length..];
        let is_group = length == 4 && read.len() < ACCOUNT;
        match after.strip_prefix(['-', ' ']).filter(|next| is_group && digits(next) == 4) {
            Some(next) => group = next,
            None if read.len() == length || read.len() == ACCOUNT => return (&text[..text.len() - after.len()], read),
            // Groups that make no account: only the first was a number.
            None => return (&text[..4], read[..4].to_owned()),
        }
    }
}

/// Each ARN becomes `account/region/name`, of what it has.
fn short_names(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(ARN) {
        out.push_str(&rest[..start]);
        let arn = &rest[start..];
        let is_end = |character: char| {
            character.is_whitespace() || matches!(character, '"' | '\'' | ',' | ';' | '<' | '>' | ')' | ']' | '}')
        };
        let end = arn.find(is_end).unwrap_or(arn.len());
        out.push_str(&short_name(&arn[..end]));
        rest = &arn[end..];
    }
    out.push_str(rest);
    out
}

fn short_name(arn: &str) -> String {
    // arn:partition:service:region:account:resource
    let mut parts = arn.splitn(6, ':').skip(3);
    let region = parts.next().unwrap_or_default();
    let account = parts.next().unwrap_or_default();
    let resource = parts.next().unwrap_or_default();
    let name = resource.rsplit(['/', ':']).next().unwrap_or_default();
    let known: Vec<&str> = [account, region, name].into_iter().filter(|part| !part.is_empty()).collect();
    known.join("/")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::*;

    const CLUSTER: &str = "arn:aws:ecs:us-east-1:111122223333:cluster/payments";

    fn of(hidden: &[Hidden]) -> Redactor {
        Redactor::new(hidden, [7; 16])
    }

    #[test]
    fn accounts_have_one_other_name_each() {
        let redactor = of(&[Hidden::Accounts]);
        let one = redactor.text("111122223333");
        assert!(one.starts_with("account-") && one.len() == 14, "{one}");
        assert_eq!(redactor.text(CLUSTER), format!("arn:aws:ecs:us-east-1:{one}:cluster/payments"));
        assert_eq!(redactor.text("111122223333/us-east-1/web:3"), format!("{one}/us-east-1/web:3"));
        assert_eq!(
            redactor.text("111122223333.dkr.ecr.us-east-1.amazonaws.com/a"),
            format!("{one}.dkr.ecr.us-east-1.amazonaws.com/a")
        );
        assert_eq!(redactor.text("acct111122223333x 1111-2222-3333 1111 2222 3333"), format!("acct{one}x {one} {one}"));
        assert_ne!(redactor.text("444455556666"), one);
        assert_ne!(Redactor::new(&[Hidden::Accounts], [8; 16]).text("111122223333"), one);
        for kept in ["11112222333", "1111222233334", "2026-11-23T12:00:00Z", "1111-2222", "1111-2222-333", "日本語"]
        {
            assert_eq!(redactor.text(kept), kept);
        }
    }

    #[test]
    fn arns_are_called_by_their_place_and_name() {
        let redactor = of(&[Hidden::Arns]);
        assert_eq!(redactor.text(CLUSTER), "111122223333/us-east-1/payments");
        assert_eq!(
            redactor.text("role 'arn:aws-cn:iam::111122223333:role/deep/admin' did"),
            "role '111122223333/admin' did"
        );
        assert_eq!(redactor.text("arn:aws:s3:::bucket"), "bucket");
        assert_eq!(redactor.text("arn:aws"), "");
        let both = of(&[Hidden::Arns, Hidden::Accounts]);
        assert_eq!(both.text(CLUSTER), format!("{}/us-east-1/payments", both.text("111122223333")));
    }

    proptest! {
        #[test]
        fn no_account_and_no_arn_is_left(before in "\\PC{0,8}", after in "\\PC{0,8}", account in "[0-9]{12}") {
            // A digit beside it makes it another number.
            let joins = before.ends_with(|c: char| c.is_ascii_digit()) || after.starts_with(|c: char| c.is_ascii_digit());
            let text = format!("{before}{account}{after}");
            let redacted = of(&[Hidden::Accounts]).text(&text);
            prop_assert!(joins || !redacted.contains(&account), "{text} {redacted}");
            let arn = format!("{before} arn:aws:ecs:us-east-1:{account}:cluster/a {after}");
            let redacted = of(Hidden::ALL).text(&arn);
            prop_assert!(!redacted.contains("arn:aws:"), "{}", redacted);
            prop_assert!(!redacted.contains(&account), "{}", redacted);
        }

        #[test]
        fn what_holds_neither_stays(text in "[a-z /:.-]{0,40}") {
            if !text.contains(ARN) {
                prop_assert_eq!(of(Hidden::ALL).text(&text), text);
            }
        }
    }
}
