//! Texts without their identifiers, and where a text that people look for may stand in them. Pure.
//!
//! Texts of findings repeat themselves but for identifiers: of tasks, of findings, of images. An identifier is a run of at
//! least [`LEAST`] hexadecimal digits, or a UUID; nothing that continues a word stands beside it. Its digits are replaced
//! one by one, so a masked text is as long as the text and every other sign stands where it stood. That is what makes
//! searching exact. Where words stand in a text, the masked text has, at the same place,
//!
//! * the words as they are, if no identifier reaches into them, and only then: no mask is a letter of theirs;
//! * else the words with some of their digits masked. Identifiers that lie between two ends that can be seen in the words
//!   are known from these alone. At most one more reaches over the beginning of the words and one over their end, so there
//!   are few ways to mask them ([`as_masked`]); whether the text really has the words is then told by reading it.
//!
//! What continues a word is every letter that is not ASCII, too: lower case makes ASCII letters of some of these, and
//! would else join what masking took apart. Signs and digits stay what they are in lower case, and hexadecimal digits
//! come from nothing else (a test of `query::search` asks the database for every character), so that masking and lower
//! case may follow each other in either order.

use std::collections::BTreeSet;
use std::ops::Range;

/// In the place of a digit. No text that is looked for with the dictionary has it.
const MASK: u8 = 1;
/// Account numbers have 12 digits and are worth finding; shorter numbers more so.
const LEAST: usize = 16;
/// Where a UUID has digits.
const UUID: &[u8; 36] = b"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
/// Digits behind the last dash of a UUID.
const UUID_TAIL: usize = 12;
/// More ways to mask words than this are not worth asking for.
const MOST_WAYS: usize = 16;

const OTHER: u8 = 0;
const HEX: u8 = 1;
const WORD: u8 = 2;

/// What each byte is: a hexadecimal digit, something else that continues a word, or neither.
const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = u8::MIN;
    loop {
        // Bytes of letters beyond ASCII continue a word.
        classes[byte as usize] = if byte.is_ascii_hexdigit() {
            HEX
        } else if byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii() {
            WORD
        } else {
            OTHER
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    classes
};

fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

/// The next piece of a word from `at` on, and whether all of it are hexadecimal digits.
fn piece(bytes: &[u8], at: usize) -> Option<(Range<usize>, bool)> {
    let start = at + bytes[at..].iter().position(|byte| class(*byte) != OTHER)?;
    let mut end = start;
    let mut seen = 0;
    while let Some(found) = bytes.get(end).map(|byte| class(*byte)).filter(|class| *class != OTHER) {
        seen |= found;
        end += 1;
    }
    Some((start..end, seen == HEX))
}

/// Whether a UUID may stand at `offset`, which may be before the beginning or so late that it goes on beyond the end.
fn uuid_fits(bytes: &[u8], offset: isize) -> bool {
    let at = |index: isize| usize::try_from(index).ok().and_then(|index| bytes.get(index)).copied();
    let ends = [offset - 1, offset + UUID.len().cast_signed()];
    ends.into_iter().all(|end| at(end).is_none_or(|byte| class(byte) == OTHER))
        && UUID.iter().zip(offset..).all(|(expected, index)| {
            at(index).is_none_or(|byte| if *expected == b'-' { byte == b'-' } else { class(byte) == HEX })
        })
}

/// Where the digits of a UUID at `offset` are.
fn uuid_digits(offset: isize, length: usize) -> Vec<usize> {
    let places = UUID.iter().zip(offset..).filter(|(expected, _)| **expected != b'-');
    places.filter_map(|(_, index)| usize::try_from(index).ok().filter(|index| *index < length)).collect()
}

/// The text with its identifiers masked.
pub(super) fn masked(text: String) -> String {
    let mut bytes = text.into_bytes();
    let mut at = 0;
    while let Some((Range { start, end }, is_hex)) = piece(&bytes, at) {
        at = end;
        if !is_hex {
            continue;
        }
        if end - start >= LEAST {
            bytes[start..end].fill(MASK);
        } else if end - start == UUID_TAIL
            && let Some(offset) = end.checked_sub(UUID.len())
            && uuid_fits(&bytes, offset.cast_signed())
        {
            for digit in uuid_digits(offset.cast_signed(), bytes.len()) {
                bytes[digit] = MASK;
            }
        }
    }
    String::from_utf8(bytes).expect("one ASCII sign took the place of another")
}

/// How words may stand in masked texts besides as they are. `None`: only reading texts can tell, because the words may be
/// inside any identifier, because there are many ways, or because they have a sign that only masked texts have.
pub fn as_masked(words: &str) -> Option<Vec<String>> {
    let bytes = words.as_bytes();
    if bytes.iter().any(u8::is_ascii_control) {
        return None;
    }
    let mut certain: Vec<usize> = Vec::new();
    let (mut at_start, mut at_end): (Vec<Vec<usize>>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some((piece, is_hex)) = piece(bytes, at) {
        at = piece.end;
        let (starts, ends) = (piece.start == 0, piece.end == bytes.len());
        match (starts, ends) {
            _ if !is_hex => {}
            (true, true) => return None,
            (true, false) => at_start.push(piece.collect()),
            (false, true) => at_end.push(piece.collect()),
            (false, false) if piece.len() >= LEAST => certain.extend(piece),
            (false, false) => {}
        }
    }
    let (length, uuid) = (bytes.len().cast_signed(), UUID.len().cast_signed());
    for offset in (1 - uuid..length).filter(|offset| uuid_fits(bytes, *offset)) {
        let digits = uuid_digits(offset, bytes.len());
        if offset <= 0 {
            at_start.push(digits);
        } else if offset + uuid >= length {
            at_end.push(digits);
        } else {
            certain.extend(digits);
        }
    }
    let mut ways = BTreeSet::new();
    let none = Vec::new();
    for start in at_start.iter().chain([&none]) {
        for end in at_end.iter().chain([&none]) {
            let mut way = bytes.to_vec();
            certain.iter().chain(start).chain(end).for_each(|digit| way[*digit] = MASK);
            if way != bytes {
                ways.insert(String::from_utf8(way).ok()?);
            }
        }
    }
    (ways.len() <= MOST_WAYS).then(|| ways.into_iter().collect())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use proptest::prelude::*;

    use super::*;

    /// With a sign that can be read.
    fn shown(text: &str) -> String {
        masked(text.to_owned()).replace('\u{1}', "•")
    }

    #[test]
    fn identifiers_are_masked_and_nothing_else() {
        for (text, expected) in [
            ("task 0123456789abcdef did", "task •••••••••••••••• did"),
            ("i-0123456789ABCDEF0/x", "i-•••••••••••••••••/x"),
            ("a 3F2504E0-4f89-41d3-9a0c-0305e82c3301.", "a ••••••••-••••-••••-••••-••••••••••••."),
            // One digit fewer, a letter too many, part of a word.
            ("0123456789abcde", "0123456789abcde"),
            ("0123456789abcdefg", "0123456789abcdefg"),
            ("_0123456789abcdef", "_0123456789abcdef"),
            ("é0123456789abcdef", "é0123456789abcdef"),
            ("111122223333", "111122223333"),
            ("3f2504e0-4f89-41d3-9a0c-0305e82c330", "3f2504e0-4f89-41d3-9a0c-0305e82c330"),
            ("3f2504e0-4f89-41d3-9a0c0305e82c3301", "3f2504e0-4f89-41d3-••••••••••••••••"),
            ("x3f2504e0-4f89-41d3-9a0c-0305e82c3301", "x3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
            ("3f2504e0-4f89-41d3-9a0c-0305e82c3301x", "3f2504e0-4f89-41d3-9a0c-0305e82c3301x"),
            // Beside other pieces with dashes.
            ("v-3f2504e0-4f89-41d3-9a0c-0305e82c3301-2", "v-••••••••-••••-••••-••••-••••••••••••-2"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn words_are_masked_in_the_few_ways_in_which_identifiers_may_reach_into_them() {
        let ways = |words| as_masked(words).map(|ways| ways.iter().map(|way| way.replace('\u{1}', "•")).collect());
        for (words, expected) in [
            ("reverse shell", vec![]),
            ("family-7", vec!["family-•"]),
            ("family-7 did", vec![]),
            ("CVE-2026-1017", vec!["CVE-2026-••••"]),
            ("203.0.113.5", vec!["203.0.113.•", "•••.0.113.5", "•••.0.113.•"]),
            // Known from the words alone.
            ("task 0123456789abcdef did", vec!["task •••••••••••••••• did"]),
            ("/3f2504e0-4f89-41d3-9a0c-0305e82c3301/", vec!["/••••••••-••••-••••-••••-••••••••••••/"]),
            // The first digits of either kind, and dashes that may be those of a UUID.
            ("task 0123-4", vec!["task 0123-•"]),
            ("task 01234567-89", vec!["task 01234567-••", "task ••••••••-••"]),
            ("-4f89-41d3-", vec!["-••••-••••-"]),
        ] {
            let expected: Option<Vec<String>> = Some(expected.into_iter().map(str::to_owned).collect());
            let found: Option<Vec<String>> = ways(words);
            let sorted = |ways: Option<Vec<String>>| ways.map(|ways| ways.into_iter().collect::<BTreeSet<_>>());
            assert_eq!(sorted(found), sorted(expected), "{words}");
        }
        for inside in ["443", "dead", "0123456789abcdef", "111122223333", "a\u{1}b", "line\nfeed"] {
            assert_eq!(as_masked(inside), None, "{inside}");
        }
    }

    /// Texts in which identifiers, near ones, words and signs meet.
    fn text() -> impl Strategy<Value = String> {
        let parts = prop_oneof![
            4 => "[0-9a-fA-F]{1,18}",
            2 => "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            1 => "[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            2 => "[g-z]{1,3}",
            5 => prop::sample::select(vec!["-", "-", " ", "/", "_", "é", "\u{212a}", "\n", "\u{1}"]).prop_map(str::to_owned),
        ];
        prop::collection::vec(parts, 0..9).prop_map(|parts| parts.concat())
    }

    /// A piece of a text: first the place, then the length, in characters.
    fn cut(text: &str, from: usize, length: usize) -> String {
        let count = text.chars().count().max(1);
        text.chars().skip(from % count).take(length).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn masked_texts_tell_what_the_texts_do(
            text in text(), other in text(), from in 0..60_usize, length in 1..50_usize, is_own in any::<bool>(),
        ) {
            let words = cut(if is_own { &text } else { &other }, from, length);
            let Some(ways) = as_masked(&words) else { return Ok(()) };
            let stored = masked(text.clone());
            prop_assert_eq!(stored.len(), text.len());
            let (is_sure, may_be) = (stored.contains(&words), ways.iter().any(|way| stored.contains(way)));
            if is_sure {
                prop_assert!(text.contains(&words));
            }
            if text.contains(&words) {
                prop_assert!(is_sure || may_be, "{:?} in {:?}, as {:?}", words, text, ways);
            }
        }

        #[test]
        fn masking_and_case_may_follow_each_other(text in text()) {
            prop_assert_eq!(masked(text.to_lowercase()), masked(text).to_lowercase());
        }

        #[test]
        fn a_masked_text_has_nothing_left_to_mask(text in text()) {
            let once = masked(text);
            prop_assert_eq!(masked(once.clone()), once);
        }
    }

    #[test]
    fn bytes_are_what_their_characters_are() {
        for character in (0..=0x2fff_u32).filter_map(char::from_u32) {
            let continues = character.is_ascii_alphanumeric() || character == '_' || !character.is_ascii();
            let text = character.to_string();
            assert!(text.bytes().all(|byte| (class(byte) != OTHER) == continues), "{character}");
            assert_eq!(class(text.bytes().next().unwrap()) == HEX, character.is_ascii_hexdigit(), "{character}");
        }
    }
}
