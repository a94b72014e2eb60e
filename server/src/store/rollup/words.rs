//! Texts of a batch by number.

use std::collections::HashMap;

/// A finding's are in a hundred cells, and few findings have texts of their own.
#[derive(Default)]
pub(super) struct Words {
    numbers: HashMap<Box<str>, Word>,
    texts: Vec<Box<str>>,
}

/// A text of [`Words`].
pub(super) type Word = u32;

impl Words {
    pub(super) fn number(&mut self, text: &str) -> Word {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = Word::try_from(self.texts.len()).expect("a batch has fewer texts than fit into memory");
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }

    pub(super) fn text(&self, word: Word) -> &str {
        &self.texts[word as usize]
    }
}
