//! Reads captured findings from files: any envelope, any encoding seen in the wild, one finding in memory at a time.
//!
//! Takes JSON, lists, `{"Findings": […]}`, NDJSON, concatenated JSON, EventBridge, SNS and SQS envelopes, compressed or
//! not. What is broken is rejected with its position and a reason; what stands around it is still read.

mod encoding;
mod envelope;
mod lines;
mod packed;

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::observation::{Observation, Rejected};
use lines::{Line, Lines};
use packed::{Damage, Damages};

/// Receives what was read; `Break` ends the import.
pub type Emit<'a> = dyn FnMut(Result<Observation, Rejected>) -> ControlFlow<()> + 'a;

/// Most of a rejected input that is kept.
const KEPT: usize = 64 * 1024;
/// Members of an envelope that may hold millions of findings: read one by one.
const LISTS: [&str; 4] = ["Findings", "findings", "Records", "events"];
/// Members of what tools put around an answer; the lists in them are read one by one, too.
const WRAPPERS: [&str; 8] = ["data", "detail", "result", "response", "output", "body", "payload", "Payload"];
/// Wrappers inside one another that are looked into.
const DEEPEST: usize = 4;

/// Reads every finding of `input`. `origin` names it in rejections. Of compressed data that is damaged, everything before
/// the damage is read, the damage is rejected, and the input counts as one that could not be read to its end.
pub fn read(origin: &str, input: impl Read, observed_at: Timestamp, emit: &mut Emit<'_>) -> io::Result<()> {
    let damages = Damages::default();
    let mut lines = Lines::new(encoding::decode(input, &damages)?);
    let mut cut_off = Vec::new();
    let mut sink = Sink { origin, observed_at, emit, stopped: false };
    // Once whole findings stood on lines of their own, a broken line is one broken finding, not the start of a document.
    let mut one_per_line = false;
    let mut foreign = Foreign::default();
    while let Some(line) = lines.next_line()? {
        if sink.stopped {
            return Ok(());
        }
        let Line { number, content, complete } = line;
        let text = content.trim_ascii();
        if text.is_empty() || matches!(text, b"," | b"]" | b"[") && one_per_line {
            continue;
        }
        if !matches!(text[0], b'{' | b'[') {
            foreign.add(number, text);
            continue;
        }
        let is_cut_off = !damages.borrow().is_empty() && lines.is_at_end()?;
        match complete.then(|| serde_json::from_slice::<Value>(text)) {
            // A page's text may hold lines in brackets.
            Some(Err(error)) if !error.is_eof() && foreign.is_open() => foreign.add(number, text),
            Some(Ok(value)) => {
                foreign.close(&mut sink);
                one_per_line = true;
                sink.document(value, &format!("line {number}"));
            }
            // Streams such as those of Firehose put nothing between their documents.
            Some(Err(error)) if !error.is_eof() && sink.joined(text, number) => {
                foreign.close(&mut sink);
                one_per_line = true;
                drop(error);
            }
            Some(Err(error)) if !error.is_eof() || one_per_line && !is_cut_off => {
                sink.reject(&format!("line {number}, column {}", error.column()), &plain(&error), text);
            }
            _ => {
                foreign.close(&mut sink);
                let excerpt = if is_cut_off { text[..text.len().min(KEPT)].to_vec() } else { Vec::new() };
                let outcome = stream(content, number, &mut lines, &mut sink)?;
                if sink.stopped {
                    return Ok(());
                }
                if !damages.borrow().is_empty() && lines.is_at_end()? {
                    cut_off = excerpt;
                    break;
                }
                if let Err((position, reason)) = outcome {
                    sink.reject(&position, &reason, b"");
                    lines.skip_to_start()?;
                }
            }
        }
    }
    foreign.close(&mut sink);
    let damages = damages.take();
    sink.damaged(&damages, lines.number(), &cut_off);
    let harm = damages.into_iter().find(|damage| damage.harmful && !sink.stopped);
    harm.map_or(Ok(()), |damage| Err(io::Error::new(io::ErrorKind::InvalidData, damage.reason)))
}

/// Neighbouring lines that are no JSON, such as the page around a copied document: one rejection together.
#[derive(Default)]
struct Foreign {
    lines: Option<(u64, u64)>,
    text: Vec<u8>,
}

impl Foreign {
    fn is_open(&self) -> bool {
        self.lines.is_some()
    }

    fn add(&mut self, number: u64, text: &[u8]) {
        self.lines = Some((self.lines.map_or(number, |(first, _)| first), number));
        if self.text.len() < KEPT {
            self.text.extend_from_slice(text);
            self.text.push(b'\n');
        }
    }

    fn close(&mut self, sink: &mut Sink<'_, '_>) {
        let Some((first, last)) = self.lines.take() else { return };
        let position = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
        sink.reject(&position, "not JSON: expected a line that starts with { or [", &self.text);
        self.text.clear();
    }
}

/// serde's message without its position, which we give ourselves.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or(&text);
    format!("invalid JSON: {reason}")
}

/// Reads one document that spans lines, finding by finding.
fn stream<R: BufRead>(
    begun: Vec<u8>,
    number: u64,
    lines: &mut Lines<R>,
    sink: &mut Sink<'_, '_>,
) -> io::Result<Result<(), (String, String)>> {
    let rest = lines.continuing();
    let mut deserializer = serde_json::Deserializer::from_reader(io::BufReader::with_capacity(1, begun.chain(rest)));
    let document = Document { sink: &mut *sink, place: Place::Findings };
    match document.deserialize(&mut deserializer) {
        Ok(rest) => {
            if let Some(rest @ Value::Object(_)) = rest {
                sink.document(rest, "document");
            }
            Ok(Ok(()))
        }
        Err(error) if error.is_io() => Err(error.into()),
        Err(error) => {
            let line = number + u64::try_from(error.line()).unwrap_or(1) - 1;
            Ok(Err((format!("line {line}, column {}", error.column()), plain(&error))))
        }
    }
}

struct Sink<'a, 'b> {
    origin: &'a str,
    observed_at: Timestamp,
    emit: &'a mut Emit<'b>,
    stopped: bool,
}

impl Sink<'_, '_> {
    fn send(&mut self, result: Result<Observation, Rejected>) {
        if !self.stopped && (self.emit)(result).is_break() {
            self.stopped = true;
        }
    }

    fn reject(&mut self, position: &str, reason: &str, raw: &[u8]) {
        let raw = String::from_utf8_lossy(&raw[..raw.len().min(KEPT)]).into_owned();
        let (origin, position, reason) = (self.origin.to_owned(), position.to_owned(), reason.to_owned());
        self.send(Err(Rejected { origin, position, reason, raw }));
    }

    /// Tells of damages; the last one may have cut off the line that was read last.
    fn damaged(&mut self, damages: &[Damage], line: u64, cut_off: &[u8]) {
        for (index, Damage { at, reason, .. }) in damages.iter().enumerate() {
            let last = index + 1 == damages.len();
            let line = if last { format!(", line {line}") } else { String::new() };
            self.reject(&format!("byte {at} of the compressed data{line}"), reason, if last { cut_off } else { b"" });
        }
    }

    /// Takes documents that stand on one line with nothing between them; false when the first of them is none.
    fn joined(&mut self, text: &[u8], number: u64) -> bool {
        let mut documents = serde_json::Deserializer::from_slice(text).into_iter::<Value>();
        let mut any = false;
        loop {
            let start = documents.byte_offset();
            match documents.next() {
                None => return any,
                Some(Ok(value)) => {
                    any = true;
                    self.document(value, &format!("line {number}"));
                }
                Some(Err(error)) => {
                    if any {
                        let position = format!("line {number}, column {}", error.column());
                        self.reject(&position, &plain(&error), &text[start.min(text.len())..]);
                    }
                    return any;
                }
            }
        }
    }

    /// Takes every finding inside a value.
    fn document(&mut self, value: Value, position: &str) {
        let observed_at = self.observed_at;
        envelope::findings(value, &mut |finding| match super::normalize::any(&finding, observed_at) {
            Ok(observation) => self.send(Ok(observation)),
            Err(reject) => self.reject(position, &reject.0, finding.to_string().as_bytes()),
        });
    }
}

/// One document, its lists read one by one. Gives back what held none.
struct Document<'a, 'b, 'c> {
    sink: &'a mut Sink<'b, 'c>,
    place: Place,
}

/// Where in its input a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the top, or in a member that holds findings.
    Findings,
    /// In a wrapper, this many deep: a list there may be anything.
    Wrapper(usize),
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_, '_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_, '_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a finding, a list of findings or an envelope")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        if self.place == Place::Findings {
            return each(list, self.sink).map(|()| None);
        }
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Some(Value::Array(values)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let depth = if let Place::Wrapper(depth) = self.place { depth } else { 0 };
        let mut members = Map::new();
        let mut streamed = false;
        while let Some(name) = map.next_key::<String>()? {
            if LISTS.contains(&name.as_str()) {
                let rest = map.next_value_seed(Document { sink: &mut *self.sink, place: Place::Findings })?;
                if let Some(rest @ Value::Object(_)) = rest {
                    self.sink.document(rest, "document");
                }
                streamed = true;
            } else if WRAPPERS.contains(&name.as_str()) && depth < DEEPEST {
                let place = Place::Wrapper(depth + 1);
                match map.next_value_seed(Document { sink: &mut *self.sink, place })? {
                    Some(rest) => drop(members.insert(name, rest)),
                    None => streamed = true,
                }
            } else {
                members.insert(name, map.next_value()?);
            }
        }
        Ok((!streamed).then_some(Value::Object(members)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.into()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }
}

fn each<'de, A: SeqAccess<'de>>(mut list: A, sink: &mut Sink<'_, '_>) -> Result<(), A::Error> {
    let mut index = 0_u64;
    while let Some(value) = list.next_element::<Value>()? {
        sink.document(value, &format!("element {index}"));
        index += 1;
        if sink.stopped {
            return Err(serde::de::Error::custom("stopped"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
