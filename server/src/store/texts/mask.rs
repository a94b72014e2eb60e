//! Texts without their identifiers, and which identifiers a text that people look for may show. Pure.
//!
//! Texts of findings repeat themselves but for identifiers: of tasks, of findings, of images. An identifier is a run of at
//! least [`LEAST`] hexadecimal digits, or a UUID; nothing that continues a word stands beside it. Its digits are replaced
//! one by one, so a masked text is as long as the text and every other sign stands where it stood, and the first
//! [`HEAD`] digits of each are kept beside the text as a number. Detectors are left as they are: there is one for each
//! account and Region, and nearly every finding names it.
//!
//! Where words stand in a text and do not begin or end within an identifier, then
//!
//! * the masked text has them at the same place, if there is no identifier in them, and only then: no mask is a letter of
//!   theirs;
//! * else the text has an identifier that begins with the digits of one that can be seen in the words
//!   ([`heads_in`]). Whether the text really has the words is then told by reading it, which few texts are left for.
//!
//! Words that begin within an identifier may go unfound, and so may those that end within one unless they have its first
//! [`HEAD`] digits: an identifier is looked for from its beginning.
//!
//! What continues a word is every letter that is not ASCII, too: lower case makes ASCII letters of some of these, and
//! would else join what masking took apart. Signs and digits stay what they are in lower case, and hexadecimal digits
//! come from nothing else (a test of `query::search` asks the database for every character), so that masking and lower
//! case may follow each other in either order.

use std::ops::Range;

/// In the place of a digit. No text that is looked for with the dictionary has it.
const MASK: u8 = 1;
/// Account numbers have 12 digits and are worth finding; shorter numbers more so.
const LEAST: usize = 16;
/// Where a UUID has digits.
const UUID: &[u8; 36] = b"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
/// Digits behind the last dash of a UUID.
const UUID_TAIL: usize = 12;
/// Digits that an identifier is looked for by: those of the first part of a UUID.
pub(super) const HEAD: usize = 8;
/// What the ARN of a finding has before the id of its detector.
const DETECTOR: &[u8] = b"detector/";

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

/// Whether a UUID may stand at `offset`, which may be so late that it goes on beyond the end.
fn uuid_fits(bytes: &[u8], offset: usize) -> bool {
    let before = offset.checked_sub(1).and_then(|before| bytes.get(before));
    let ends = [before, bytes.get(offset + UUID.len())];
    ends.into_iter().flatten().all(|byte| class(*byte) == OTHER)
        && UUID.iter().zip(&bytes[offset..]).all(|(expected, byte)| match expected {
            b'-' => *byte == b'-',
            _ => class(*byte) == HEX,
        })
}

/// Where the digits of a UUID at `offset` are.
fn uuid_digits(offset: usize) -> Vec<usize> {
    UUID.iter().zip(offset..).filter(|(expected, _)| **expected != b'-').map(|(_, index)| index).collect()
}

/// The digits of `places` in `bytes` as a number, from the first on.
fn head(bytes: &[u8], places: &[usize]) -> u32 {
    let digits = places.iter().take(HEAD).filter_map(|place| char::from(bytes[*place]).to_digit(16));
    digits.fold(0, |head, digit| head << 4 | digit)
}

/// A text and what was taken out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Masked {
    pub(super) text: String,
    /// The first [`HEAD`] digits of its identifiers, each once, as numbers and in their order.
    pub(super) heads: Vec<u32>,
}

/// The text with its identifiers masked.
pub(super) fn masked(text: String) -> Masked {
    let mut bytes = text.into_bytes();
    let mut heads = Vec::new();
    let mut at = 0;
    while let Some((Range { start, end }, is_hex)) = piece(&bytes, at) {
        at = end;
        if !is_hex {
            continue;
        }
        let digits: Vec<usize> = if end - start >= LEAST {
            (start..end).collect()
        } else if end - start == UUID_TAIL
            && let Some(offset) = end.checked_sub(UUID.len())
            && uuid_fits(&bytes, offset)
        {
            uuid_digits(offset)
        } else {
            continue;
        };
        if names_detector(&bytes[..digits[0]]) {
            continue;
        }
        heads.push(head(&bytes, &digits));
        for digit in digits {
            bytes[digit] = MASK;
        }
    }
    heads.sort_unstable();
    heads.dedup();
    Masked { text: String::from_utf8(bytes).expect("one ASCII sign took the place of another"), heads }
}

/// Whether an identifier behind this is that of a detector.
fn names_detector(before: &[u8]) -> bool {
    before.len().checked_sub(DETECTOR.len()).is_some_and(|at| before[at..].eq_ignore_ascii_case(DETECTOR))
}

/// The first digits of every identifier that can be seen in words, whole or from its beginning, each once. `None`: only
/// reading can tell where the words stand, because they have a sign that only masked texts have.
pub fn heads_in(words: &str) -> Option<Vec<u32>> {
    let bytes = words.as_bytes();
    if bytes.iter().any(u8::is_ascii_control) {
        return None;
    }
    let mut heads = Vec::new();
    let mut at = 0;
    while let Some((Range { start, end }, is_hex)) = piece(bytes, at) {
        at = end;
        // More digits may follow at the end.
        let least = if end == bytes.len() { HEAD } else { LEAST };
        let is_run = is_hex && end - start >= least;
        // A UUID begins with as many digits.
        if is_run || (end - start == HEAD && uuid_fits(bytes, start)) {
            heads.push(head(bytes, &(start..end).collect::<Vec<_>>()));
        }
    }
    heads.sort_unstable();
    heads.dedup();
    Some(heads)
}

/// Where identifiers stand in a text, detectors too: found by trying every place and length.
#[cfg(test)]
fn identifiers(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let ends = |at: Range<usize>| {
        let beside = [at.start.checked_sub(1), Some(at.end)];
        beside.into_iter().flatten().filter_map(|at| bytes.get(at)).all(|byte| class(*byte) == OTHER)
    };
    let is_uuid = |piece: &str| {
        let lengths: Vec<usize> = piece.split('-').map(str::len).collect();
        lengths == [8, 4, 4, 4, 12] && piece.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
    };
    let is_run = |piece: &str| piece.len() >= LEAST && piece.bytes().all(|byte| byte.is_ascii_hexdigit());
    let all = (0..bytes.len()).flat_map(|start| (start + LEAST..=bytes.len()).map(move |end| start..end));
    all.filter(|at| text.get(at.clone()).is_some_and(|piece| is_uuid(piece) || is_run(piece)) && ends(at.clone()))
        .collect()
}

/// Whether words at `at` neither begin within an identifier nor end within the first digits of one.
#[cfg(test)]
pub(crate) fn is_looked_for(text: &str, at: &Range<usize>) -> bool {
    identifiers(text).into_iter().all(|of| {
        let begins_within = of.start < at.start && at.start < of.end;
        let shows_little = at.contains(&of.start) && at.end < of.end && at.end - of.start < HEAD;
        !begins_within && !shows_little
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use proptest::prelude::*;

    use super::*;

    /// With a sign that can be read.
    fn shown(text: &str) -> String {
        masked(text.to_owned()).text.replace('\u{1}', "•")
    }

    #[test]
    fn identifiers_are_masked_and_nothing_else() {
        for (text, expected, heads) in [
            ("task 0123456789abcdef did", "task •••••••••••••••• did", vec![0x0123_4567]),
            ("i-0123456789ABCDEF0/x", "i-•••••••••••••••••/x", vec![0x0123_4567]),
            ("a 3F2504E0-4f89-41d3-9a0c-0305e82c3301.", "a ••••••••-••••-••••-••••-••••••••••••.", vec![0x3f25_04e0]),
            // One digit fewer, a letter too many, part of a word.
            ("0123456789abcde", "0123456789abcde", vec![]),
            ("0123456789abcdefg", "0123456789abcdefg", vec![]),
            ("_0123456789abcdef", "_0123456789abcdef", vec![]),
            ("é0123456789abcdef", "é0123456789abcdef", vec![]),
            ("111122223333", "111122223333", vec![]),
            ("3f2504e0-4f89-41d3-9a0c-0305e82c330", "3f2504e0-4f89-41d3-9a0c-0305e82c330", vec![]),
            ("3f2504e0-4f89-41d3-9a0c0305e82c3301", "3f2504e0-4f89-41d3-••••••••••••••••", vec![0x9a0c_0305]),
            ("x3f2504e0-4f89-41d3-9a0c-0305e82c3301", "x3f2504e0-4f89-41d3-9a0c-0305e82c3301", vec![]),
            ("3f2504e0-4f89-41d3-9a0c-0305e82c3301x", "3f2504e0-4f89-41d3-9a0c-0305e82c3301x", vec![]),
            // Beside other pieces with dashes.
            ("v-3f2504e0-4f89-41d3-9a0c-0305e82c3301-2", "v-••••••••-••••-••••-••••-••••••••••••-2", vec![0x3f25_04e0]),
            // Detectors stay; whatever else begins like that does not.
            (
                "Detector/0123456789abcdef/finding/fedcba9876543210",
                "Detector/0123456789abcdef/finding/••••••••••••••••",
                vec![0xfedc_ba98],
            ),
            ("tector/0123456789abcdef", "tector/••••••••••••••••", vec![0x0123_4567]),
            // Each once, in order.
            (
                "f123456789abcdef0 0123456789abcdef 0123456789abcdef1",
                "••••••••••••••••• •••••••••••••••• •••••••••••••••••",
                vec![0x0123_4567, 0xf123_4567],
            ),
        ] {
            assert_eq!((shown(text).as_str(), masked(text.to_owned()).heads), (expected, heads));
        }
    }

    #[test]
    fn identifiers_are_seen_in_words_from_their_beginning() {
        for (words, expected) in [
            ("reverse shell", vec![]),
            ("443", vec![]),
            ("family-7 did", vec![]),
            ("203.0.113.5", vec![]),
            // Their first eight digits, where more may follow.
            ("0123456", vec![]),
            ("01234567", vec![0x0123_4567]),
            ("111122223333", vec![0x1111_2222]),
            ("task 0123456", vec![]),
            ("task 01234567", vec![0x0123_4567]),
            ("task 01234567 did", vec![]),
            ("task 0123456789ABCDEF did", vec![0x0123_4567]),
            ("dead_0123456789abcdef", vec![]),
            // UUIDs, whole and in part.
            ("/3f2504e0-4f89-41d3-9a0c-0305e82c3301/", vec![0x3f25_04e0]),
            ("3f2504e0-4f", vec![0x3f25_04e0]),
            ("3f2504e0-4f/", vec![]),
            ("x3f2504e0-4f", vec![]),
            // A detector's id may be another's where what stands before it cannot be seen.
            ("detector/0123456789abcdef/finding/fedcba98", vec![0x0123_4567, 0xfedc_ba98]),
        ] {
            assert_eq!(heads_in(words), Some(expected), "{words}");
        }
        for strange in ["a\u{1}b", "line\nfeed"] {
            assert_eq!(heads_in(strange), None, "{strange}");
        }
    }

    /// Texts in which identifiers, near ones, words and signs meet.
    fn text() -> impl Strategy<Value = String> {
        let parts = prop_oneof![
            4 => "[0-9a-fA-F]{1,18}",
            2 => "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            1 => "[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            2 => "[g-z]{1,3}",
            5 => prop::sample::select(vec!["-", "-", " ", "/", "detector/", "_", "é", "\u{212a}", "\n", "\u{1}"]).prop_map(str::to_owned),
        ];
        prop::collection::vec(parts, 0..9).prop_map(|parts| parts.concat())
    }

    /// A piece of a text: first the place, then the length, in characters.
    fn cut(text: &str, from: usize, length: usize) -> Range<usize> {
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
        let from = from % places.len();
        places[from]..places[(from + length).min(places.len() - 1)]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn words_are_found_by_the_masked_text_or_by_an_identifier(
            text in text(), from in 0..60_usize, length in 1..50_usize,
        ) {
            let at = cut(&text, from, length);
            let words = &text[at.clone()];
            let Some(heads) = heads_in(words) else { return Ok(()) };
            if !is_looked_for(&text, &at) {
                return Ok(());
            }
            let stored = masked(text.clone());
            let is_told = stored.text.contains(words) || stored.heads.iter().any(|head| heads.contains(head));
            prop_assert!(is_told, "{words:?} in {text:?}: {stored:?}, {heads:x?}");
        }

        #[test]
        fn what_a_masked_text_has_the_text_has(
            text in text(), other in text(), from in 0..60_usize, length in 1..50_usize,
        ) {
            let stored = masked(text.clone());
            prop_assert_eq!(stored.text.len(), text.len());
            let words = &other[cut(&other, from, length)];
            if heads_in(words).is_some() && stored.text.contains(words) {
                prop_assert!(text.contains(words), "{words:?} in {stored:?}");
            }
        }

        #[test]
        fn masking_and_case_may_follow_each_other(text in text()) {
            let Masked { text: lower, heads } = masked(text.to_lowercase());
            let stored = masked(text);
            prop_assert_eq!((lower, heads), (stored.text.to_lowercase(), stored.heads));
        }

        #[test]
        fn a_masked_text_has_nothing_left_to_mask(text in text()) {
            let once = masked(text).text;
            prop_assert_eq!(masked(once.clone()), Masked { text: once, heads: Vec::new() });
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
