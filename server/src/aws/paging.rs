//! Page tokens. An empty one ends a list; a repeated one is an error, never a silent end.

use std::collections::HashSet;

use serde_json::Value;

use super::error::AwsError;

/// One page of documents.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub documents: Vec<Value>,
    /// Findings that were listed but whose documents did not come.
    pub missing: usize,
    /// Whether the list ends here.
    pub last: bool,
}

/// Remembers the tokens of one list.
#[derive(Debug, Default)]
pub struct Tokens {
    seen: HashSet<String>,
    pub next: Option<String>,
}

impl Tokens {
    /// Takes the token of an answer; gives whether the list ends here.
    pub fn advance(&mut self, operation: &'static str, token: Option<&Value>) -> Result<bool, AwsError> {
        let token = token.and_then(Value::as_str).filter(|token| !token.is_empty());
        let Some(token) = token else {
            self.next = None;
            return Ok(true);
        };
        if !self.seen.insert(token.to_owned()) {
            return Err(AwsError::RepeatedToken { operation });
        }
        self.next = Some(token.to_owned());
        Ok(false)
    }
}

/// Reads a list page by page: as long as there are [`more`](Self::more), asks with its [`token`](Self::token) and tells it
/// of each answer. An end that does not come is an error, never the end.
#[derive(Debug)]
pub(super) struct Pages {
    operation: &'static str,
    /// The field that leads on.
    field: &'static str,
    /// How many more a list can have.
    left: usize,
    tokens: Tokens,
    ended: bool,
}

impl Pages {
    /// The first page of a list.
    pub fn of(operation: &'static str, field: &'static str, most: usize) -> Self {
        Self { operation, field, left: most, tokens: Tokens::default(), ended: false }
    }

    /// Whether another page is to be asked for.
    pub fn more(&mut self) -> Result<bool, AwsError> {
        if self.ended {
            return Ok(false);
        }
        self.left = self.left.checked_sub(1).ok_or_else(|| endless(self.operation))?;
        Ok(true)
    }

    /// What leads to it; none to the first.
    pub fn token(&self) -> Option<String> {
        self.tokens.next.clone()
    }

    /// What was answered; gives the rows in `field`.
    pub fn rows(&mut self, answer: Value, field: &str) -> Result<Vec<Value>, AwsError> {
        self.turn(&answer)?;
        rows(self.operation, field, answer)
    }

    /// What was answered, where rows may be missing.
    pub fn turn(&mut self, answer: &Value) -> Result<(), AwsError> {
        self.ended = self.tokens.advance(self.operation, answer.get(self.field))?;
        Ok(())
    }
}

/// The rows of an answer.
pub(super) fn rows(operation: &'static str, field: &str, mut answer: Value) -> Result<Vec<Value>, AwsError> {
    match answer.get_mut(field).map(Value::take) {
        Some(Value::Array(rows)) => Ok(rows),
        _ => Err(unreadable(operation, &format!("a document without {field}"))),
    }
}

/// More pages than a list can have.
fn endless(operation: &'static str) -> AwsError {
    unreadable(operation, "more pages than a list can have")
}

fn unreadable(operation: &'static str, reason: &str) -> AwsError {
    AwsError::Unreadable { operation, reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(answers: &[Value]) -> (Result<(), AwsError>, Vec<Option<String>>) {
        let (mut pages, mut asked) = (Pages::of("Op", "nextToken", 3), Vec::new());
        let mut read = || -> Result<(), AwsError> {
            while pages.more()? {
                asked.push(pages.token());
                pages.turn(&answers[asked.len() - 1])?;
            }
            Ok(())
        };
        (read(), asked)
    }

    #[test]
    fn a_list_ends_with_its_token_and_not_before() {
        let next = |token: &str| json!({"nextToken": token});
        let tokens = [None, Some("a".to_owned()), Some("b".to_owned())];
        assert_eq!(read(&[next("a"), next("b"), json!({})]), (Ok(()), tokens.to_vec()));
        // The fourth page would be one too many.
        assert_eq!(read(&[next("a"), next("b"), next("c")]), (Err(endless("Op")), tokens.to_vec()));
        assert_eq!(read(&[next("a"), next("a")]).0, Err(AwsError::RepeatedToken { operation: "Op" }));
        let mut pages = Pages::of("Op", "nextToken", 1);
        assert_eq!(pages.rows(json!({"rows": [1]}), "rows"), Ok(vec![json!(1)]));
        assert!(pages.rows(json!({"else": []}), "rows").is_err());
    }

    #[test]
    fn empty_and_absent_tokens_end_and_repeated_ones_fail() {
        let mut tokens = Tokens::default();
        assert_eq!(tokens.advance("Op", Some(&json!("a"))), Ok(false));
        assert_eq!(tokens.advance("Op", Some(&json!("b"))), Ok(false));
        assert_eq!(tokens.advance("Op", Some(&json!("a"))), Err(AwsError::RepeatedToken { operation: "Op" }));
        assert_eq!(tokens.advance("Op", Some(&json!(""))), Ok(true));
        assert_eq!(tokens.advance("Op", None), Ok(true));
    }
}
