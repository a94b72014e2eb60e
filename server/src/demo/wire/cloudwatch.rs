//! CloudWatch: hours of what GuardDuty watched. It speaks rpc-v2-cbor.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>

use http::StatusCode;
use jiff::Timestamp;
use minicbor::data::{Tag, Type};
use minicbor::{Decoder, Encoder};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal, cut};
use super::{Call, unknown};

const INVALID: &str = "InvalidParameterValue";
/// Queries of a request at most.
const QUERIES: usize = 500;
/// Results of a page: few, so that there are several pages.
const PAGE: usize = 12;
/// The account whose role may not read metrics.
const DENIED: usize = 2;
/// Tag of a time (RFC 8949, 3.4.2).
const EPOCH: u64 = 1;
const TIMES: [&str; 3] = ["Timestamps", "StartTime", "EndTime"];

pub fn answer(call: &Call<'_>) -> Answer {
    if call.operation != "GetMetricData" {
        return Err(unknown(call));
    }
    let (world, now) = (call.shared.world(), call.shared.clock.now());
    if world.accounts(None).nth(DENIED) == Some(call.caller.account.as_str()) {
        let message = format!("{} is not authorized to perform: cloudwatch:GetMetricData", call.caller.arn);
        return Err(Refusal::new(StatusCode::FORBIDDEN, "AccessDenied", message));
    }
    let queries = call.body.get("MetricDataQueries").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let time = |name: &str| call.body.get(name).and_then(Value::as_f64);
    let (Some(from), Some(to), 1..=QUERIES) = (time("StartTime"), time("EndTime"), queries.len()) else {
        return Err(Refusal::bad(INVALID, "a time or the queries are missing, or there are more than 500"));
    };
    let sees = call.sees(&world);
    let mut results = Vec::new();
    for query in queries {
        let dimension = |name: &str| {
            let all = query.pointer("/MetricStat/Metric/Dimensions").and_then(Value::as_array).into_iter().flatten();
            all.filter(|one| one.get("Name").and_then(Value::as_str) == Some(name))
                .find_map(|one| one.get("Value")?.as_str())
        };
        let account = dimension("AccountId").filter(|account| world.accounts(sees).any(|known| known == *account));
        let hours = match (account, dimension("DataSource")) {
            (Some(account), Some(source)) => {
                world.measured_hours((account, &call.caller.region), source, (second(from), second(to)), now)
            }
            _ => Vec::new(),
        };
        let times: Vec<i64> = hours.iter().rev().map(|(at, _)| at.as_second()).collect();
        let values: Vec<f64> = hours.iter().rev().map(|(_, amount)| *amount).collect();
        results.push(json!({
            "Id": query.get("Id"), "Label": "GuardDuty", "Timestamps": times, "Values": values, "StatusCode": "Complete",
        }));
    }
    let (results, next) = cut(results, PAGE, call.body.get("NextToken"), INVALID)?;
    Ok(json!({"MetricDataResults": results, "NextToken": next}))
}

#[expect(clippy::cast_possible_truncation, reason = "seconds of this century")]
fn second(epoch: f64) -> Timestamp {
    Timestamp::from_second(epoch as i64).unwrap_or_default()
}

/// The body of a request; `Null` where it is no CBOR.
pub fn read(body: &[u8]) -> Value {
    value(&mut Decoder::new(body)).unwrap_or(Value::Null)
}

fn value(decoder: &mut Decoder<'_>) -> Result<Value, minicbor::decode::Error> {
    Ok(match decoder.datatype()? {
        Type::Bool => Value::Bool(decoder.bool()?),
        Type::F32 => json!(decoder.f32()?),
        Type::F64 => json!(decoder.f64()?),
        Type::String => Value::String(decoder.str()?.to_owned()),
        Type::StringIndef => Value::String(decoder.str_iter()?.collect::<Result<String, _>>()?),
        Type::Tag => {
            decoder.tag()?;
            value(decoder)?
        }
        Type::Array | Type::ArrayIndef => {
            let mut list = Vec::new();
            let mut left = decoder.array()?;
            while more(decoder, &mut left)? {
                list.push(value(decoder)?);
            }
            Value::Array(list)
        }
        Type::Map | Type::MapIndef => {
            let mut members = Map::new();
            let mut left = decoder.map()?;
            while more(decoder, &mut left)? {
                members.insert(decoder.str()?.to_owned(), value(decoder)?);
            }
            Value::Object(members)
        }
        Type::Null | Type::Undefined => {
            decoder.skip()?;
            Value::Null
        }
        _ => json!(decoder.i64()?),
    })
}

/// Whether a list or map goes on, whether or not it says how long it is.
fn more(decoder: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, minicbor::decode::Error> {
    match left {
        Some(0) => Ok(false),
        Some(count) => {
            *count -= 1;
            Ok(true)
        }
        None if decoder.datatype()? == Type::Break => decoder.skip().map(|()| false),
        None => Ok(true),
    }
}

/// An answer's body.
pub fn write(document: &Value) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    // Writing to memory cannot fail.
    let _ = put(&mut encoder, document, false);
    encoder.into_writer()
}

type Put = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn put(encoder: &mut Encoder<Vec<u8>>, value: &Value, is_time: bool) -> Put {
    match value {
        Value::Null => drop(encoder.null()?),
        Value::Bool(truth) => drop(encoder.bool(*truth)?),
        Value::String(text) => drop(encoder.str(text)?),
        Value::Number(number) if is_time => {
            encoder.tag(Tag::new(EPOCH))?.i64(number.as_i64().unwrap_or_default())?;
        }
        Value::Number(number) => drop(encoder.f64(number.as_f64().unwrap_or_default())?),
        Value::Array(list) => {
            encoder.array(list.len() as u64)?;
            for one in list {
                put(encoder, one, is_time)?;
            }
        }
        Value::Object(members) => {
            encoder.map(members.len() as u64)?;
            for (name, member) in members {
                encoder.str(name)?;
                put(encoder, member, TIMES.contains(&name.as_str()))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_as_it_was() {
        let document =
            json!({"Id": "m0", "Timestamps": [1_700_000_000], "Values": [1.5], "Deep": {"None": null, "So": true}});
        assert_eq!(read(&write(&document)), document);
        assert_eq!(read(b"\xff"), Value::Null);
    }
}
