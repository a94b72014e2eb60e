//! Tokens of links: 160 random bits, told once and kept as a hash.

use std::fmt;

use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};

use crate::store::TokenHash;

/// Lets people and secret scanners know a token when they see one.
const PREFIX: &str = "ygs_";
/// 160 bits, five in each character.
const CHARACTERS: usize = 32;
/// RFC 4648, lower case: no case to lose and nothing that Markdown or an address would read as a mark.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The secret part of a link. Neither logged nor kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The machine gives no random numbers: nothing secret can be made.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random numbers: {0}")]
pub struct NoRandomness(String);

/// Random bytes of the operating system.
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).map_err(|error| NoRandomness(error.to_string()))?;
    Ok(bytes)
}

impl Token {
    /// A new one.
    pub fn new() -> Result<Self, NoRandomness> {
        Ok(Self::of(random()?))
    }

    fn of(bits: [u8; 20]) -> Self {
        let mut text = PREFIX.to_owned();
        for group in bits.chunks(5) {
            let bits = group.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for place in (0..8).rev() {
                let five = usize::try_from(bits >> (place * 5) & 31).unwrap_or(0);
                text.push(char::from(ALPHABET[five]));
            }
        }
        Self(text)
    }

    /// What looks like a token; anything else is none, without asking anybody.
    pub fn parse(text: &str) -> Option<Self> {
        let secret = text.strip_prefix(PREFIX)?;
        let is_whole = secret.len() == CHARACTERS && secret.bytes().all(|byte| ALPHABET.contains(&byte));
        is_whole.then(|| Self(text.to_owned()))
    }

    /// As it stands in a link.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it. Of 160 random bits a plain hash gives nothing away.
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use std::collections::BTreeSet;

    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn a_token_is_told_apart_at_sight_and_hashed_as_anybody_would() {
        // `printf 'foobarfoobarfoobarfo' | base32`
        let token = Token::of(*b"foobarfoobarfoobarfo");
        assert_eq!(token.as_str(), "ygs_mzxw6ytbojtg633cmfzgm33pmjqxeztp");
        // `printf ygs_… | sha256sum`
        let hash = token.hash().map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(hash, "78dd344c307a66d4ed8c54ac10fa361c018c3c936de3a627414c55bbb92f2119");
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn no_two_are_the_same() {
        let tokens: BTreeSet<String> = (0..1000).map(|_| Token::new().unwrap().as_str().to_owned()).collect();
        assert_eq!(tokens.len(), 1000);
        // Every character takes every value: no bits are lost.
        for place in PREFIX.len()..PREFIX.len() + CHARACTERS {
            let seen: BTreeSet<u8> = tokens.iter().map(|token| token.as_bytes()[place]).collect();
            assert_eq!(seen.len(), 32, "place {place}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_and_other_bits_are_another_token(bits: [u8; 20], flipped in 0_usize..160) {
            let token = Token::of(bits);
            prop_assert_eq!(Token::parse(token.as_str()), Some(token.clone()));
            let mut other = bits;
            other[flipped / 8] ^= 1 << (flipped % 8);
            prop_assert!(Token::of(other) != token);
            prop_assert!(Token::of(other).hash() != token.hash());
        }

        #[test]
        fn nothing_else_is_a_token(text in any::<String>()) {
            prop_assert!(Token::parse(&text).is_none());
        }
    }
}
