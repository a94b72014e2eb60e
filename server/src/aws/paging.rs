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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
