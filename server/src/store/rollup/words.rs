//! Texts by number.

use std::collections::HashMap;

/// A finding's are in a hundred cells, and few findings have texts of their own.
#[derive(Clone, Default)]
pub(super) struct Words {
    numbers: HashMap<Box<str>, Word>,
    texts: Vec<Box<str>>,
}

/// A text of [`Words`].
pub type Word = u32;

impl Words {
    pub(super) fn number(&mut self, text: &str) -> Word {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = Word::try_from(self.texts.len()).expect("there are fewer texts than fit into memory");
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// `None`: it has none.
    pub(super) fn known(&self, text: &str) -> Option<Word> {
        self.numbers.get(text).copied()
    }

    pub(super) fn text(&self, word: Word) -> &str {
        &self.texts[word as usize]
    }
}
