//! What the writer does about the texts that are searched, beside its other work: a page of findings while nobody waits.

use duckdb::Connection;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;

use super::{Command, Writer};
use crate::store::{StoreError, texts};

/// What is to be done about the texts that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum TextWork {
    /// Findings that have no numbers get them, beside other work.
    Fill,
    /// All of them get new ones.
    Renew,
    /// Those that no finding has go.
    Prune,
}

impl Writer {
    /// The next command. While none waits, texts of findings from before are read.
    pub(super) fn next(&mut self, commands: &mut mpsc::Receiver<Command>) -> Option<Command> {
        while let Some(from) = self.unread_from {
            match commands.try_recv() {
                Ok(command) => return Some(command),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {
                    self.read_texts(from);
                    self.checkpoint_large_log();
                    self.reopen_if_lost();
                }
            }
        }
        commands.blocking_recv()
    }

    /// Looks whether findings are left whose texts were not read. Small databases are done at once.
    pub(super) fn begin_texts(&mut self) {
        self.begin_texts_with(texts::begin);
    }

    fn begin_texts_with(&mut self, begin: impl FnOnce(&Connection) -> Result<bool, StoreError>) {
        let is_left = self.write(|writer| {
            let transaction = writer.connection.transaction()?;
            let is_left = begin(&transaction)?;
            transaction.commit()?;
            Ok(is_left)
        });
        match is_left {
            Ok(is_left) => self.unread_from = is_left.then_some(0),
            Err(error) => tracing::error!(%error, "no texts could be read: every search reads the findings"),
        }
        // A page, and two looks for more.
        for _ in 0..3 {
            if let Some(from) = self.unread_from {
                self.read_texts(from);
            }
        }
    }

    /// Reads the texts of a page of findings that have no numbers of them.
    fn read_texts(&mut self, from: i64) {
        let read = self.write(|writer| {
            let transaction = writer.connection.transaction()?;
            let next = texts::fill_page(&transaction, from)?;
            transaction.commit()?;
            Ok(next)
        });
        match read {
            Ok(next) => {
                self.unread_from = next;
                if next.is_none() {
                    tracing::info!("the texts of all findings were read: searches no longer read the findings");
                }
            }
            Err(error) => {
                self.unread_from = None;
                tracing::error!(%error, "texts could not be read: every search reads the findings until the next try");
            }
        }
    }

    pub(super) fn work_on_texts(&mut self, work: TextWork) -> Result<(), StoreError> {
        match work {
            TextWork::Fill if self.unread_from.is_some() => {}
            TextWork::Fill => self.begin_texts(),
            TextWork::Renew => {
                self.begin_texts_with(|transaction| texts::renew(transaction).map(|()| true));
                self.shared.revisions.raise();
            }
            TextWork::Prune => self.write(|writer| {
                let transaction = writer.connection.transaction()?;
                texts::prune(&transaction)?;
                Ok(transaction.commit()?)
            })?,
        }
        Ok(())
    }
}
