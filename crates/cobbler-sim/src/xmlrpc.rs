//! The XML-RPC codec of the simulator, laid out on the wire as Python's `xmlrpc` does it.
//!
//! It is written for this crate alone: a client that misreads XML-RPC must not find its own
//! mistake on the other side.

use crate::value::{Struct, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::fmt::Write as _;

/// Nesting beyond this is refused; Cobbler's own records are four deep.
const MAX_DEPTH: usize = 32;

/// A request that is no XML-RPC call.
#[derive(Debug, thiserror::Error)]
#[error("not an XML-RPC call: {0}; send a methodCall document as text/xml")]
pub(crate) struct DecodeError(String);

/// A decoded request.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) params: Vec<Value>,
}

/// Reads a `methodCall` document.
pub(crate) fn decode(body: &str) -> Result<Call, DecodeError> {
    let mut parser = Parser {
        reader: Reader::from_str(body),
    };
    parser.open("methodCall")?;
    parser.open("methodName")?;
    let method = parser.text_until("methodName")?.trim().to_owned();
    let mut params = Vec::new();
    loop {
        match parser.tag()? {
            Tag::Open(name) if name == "value" => params.push(parser.value(0)?),
            Tag::Open(name) if name == "params" || name == "param" => {}
            Tag::Close(name) if name == "methodCall" => return Ok(Call { method, params }),
            Tag::Close(_) | Tag::Empty(_) => {}
            Tag::Open(name) => return Err(DecodeError(format!("unexpected <{name}>"))),
        }
    }
}

enum Tag {
    Open(String),
    Empty(String),
    Close(String),
}

struct Parser<'a> {
    reader: Reader<&'a [u8]>,
}

impl Parser<'_> {
    fn event(&mut self) -> Result<Event<'_>, DecodeError> {
        match self.reader.read_event() {
            Ok(Event::Eof) => Err(DecodeError("the document ends early".into())),
            Ok(Event::DocType(_)) => Err(DecodeError("it has a DOCTYPE".into())),
            Ok(event) => Ok(event),
            Err(error) => Err(DecodeError(error.to_string())),
        }
    }

    /// The next tag; text before it is dropped.
    fn tag(&mut self) -> Result<Tag, DecodeError> {
        let mut text = String::new();
        self.text_and_tag(&mut text)
    }

    /// The next tag; text before it is appended to `text`.
    fn text_and_tag(&mut self, text: &mut String) -> Result<Tag, DecodeError> {
        loop {
            match self.event()? {
                Event::Start(tag) => return Ok(Tag::Open(tag.name().as_ref().to_owned())),
                Event::Empty(tag) => return Ok(Tag::Empty(tag.name().as_ref().to_owned())),
                Event::End(tag) => return Ok(Tag::Close(tag.name().as_ref().to_owned())),
                Event::Text(part) => text.push_str(part.as_ref()),
                Event::CData(part) => text.push_str(part.as_ref()),
                Event::GeneralRef(entity) => text.push(resolve(entity.as_ref())?),
                _ => {}
            }
        }
    }

    fn open(&mut self, expected: &str) -> Result<(), DecodeError> {
        match self.tag()? {
            Tag::Open(name) if name == expected => Ok(()),
            _ => Err(DecodeError(format!("<{expected}> is missing"))),
        }
    }

    fn close(&mut self, expected: &str) -> Result<(), DecodeError> {
        match self.tag()? {
            Tag::Close(name) if name == expected => Ok(()),
            _ => Err(DecodeError(format!("</{expected}> is missing"))),
        }
    }

    fn text_until(&mut self, close: &str) -> Result<String, DecodeError> {
        let mut text = String::new();
        match self.text_and_tag(&mut text)? {
            // XML line ends: CR LF and CR become LF.
            Tag::Close(name) if name == close => Ok(text.replace("\r\n", "\n").replace('\r', "\n")),
            _ => Err(DecodeError(format!("<{close}> holds a tag"))),
        }
    }

    /// The content of a `<value>` whose opening tag has been read.
    fn value(&mut self, depth: usize) -> Result<Value, DecodeError> {
        if depth > MAX_DEPTH {
            return Err(DecodeError("it is nested too deep".into()));
        }
        let mut bare = String::new();
        let value = match self.text_and_tag(&mut bare)? {
            // A value without a type is a string.
            Tag::Close(_) => return Ok(Value::Str(bare)),
            Tag::Empty(kind) => empty(&kind)?,
            Tag::Open(kind) => match kind.as_str() {
                "struct" => self.members(depth)?,
                "array" => self.items(depth)?,
                _ => scalar(&kind, self.text_until(&kind)?)?,
            },
        };
        self.close("value")?;
        Ok(value)
    }

    fn members(&mut self, depth: usize) -> Result<Value, DecodeError> {
        let mut members = Struct::default();
        loop {
            match self.tag()? {
                Tag::Open(tag) if tag == "member" => {
                    self.open("name")?;
                    let key = self.text_until("name")?;
                    let value = match self.tag()? {
                        Tag::Open(tag) if tag == "value" => self.value(depth + 1)?,
                        Tag::Empty(tag) if tag == "value" => Value::Str(String::new()),
                        _ => return Err(DecodeError("a member has no value".into())),
                    };
                    members.set(&key, value);
                    self.close("member")?;
                }
                Tag::Close(tag) if tag == "struct" => return Ok(Value::Struct(members)),
                _ => return Err(DecodeError("a struct holds something else".into())),
            }
        }
    }

    fn items(&mut self, depth: usize) -> Result<Value, DecodeError> {
        let mut items = Vec::new();
        loop {
            match self.tag()? {
                Tag::Open(tag) if tag == "data" => {}
                Tag::Empty(tag) if tag == "data" => {}
                Tag::Open(tag) if tag == "value" => items.push(self.value(depth + 1)?),
                Tag::Empty(tag) if tag == "value" => items.push(Value::Str(String::new())),
                Tag::Close(tag) if tag == "data" => {}
                Tag::Close(tag) if tag == "array" => return Ok(Value::Array(items)),
                _ => return Err(DecodeError("an array holds something else".into())),
            }
        }
    }
}

fn resolve(entity: &str) -> Result<char, DecodeError> {
    let code = entity
        .strip_prefix('#')
        .and_then(|number| match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        });
    match entity {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => code
            .and_then(char::from_u32)
            .ok_or_else(|| DecodeError(format!("unknown entity &{entity};"))),
    }
}

fn empty(kind: &str) -> Result<Value, DecodeError> {
    match kind {
        "nil" | "ex:nil" => Ok(Value::Nil),
        "struct" => Ok(Value::Struct(Struct::default())),
        "array" => Ok(Value::Array(Vec::new())),
        _ => scalar(kind, String::new()),
    }
}

fn scalar(kind: &str, text: String) -> Result<Value, DecodeError> {
    let bad = || DecodeError(format!("{text:?} is no {kind}"));
    match kind {
        "string" | "dateTime.iso8601" => Ok(Value::Str(text)),
        "int" | "i4" | "i8" => text.trim().parse().map(Value::Int).map_err(|_| bad()),
        "double" => text.trim().parse().map(Value::Double).map_err(|_| bad()),
        "boolean" => match text.trim() {
            "1" => Ok(Value::Bool(true)),
            "0" => Ok(Value::Bool(false)),
            _ => Err(bad()),
        },
        "base64" => {
            let packed: String = text.split_whitespace().collect();
            STANDARD.decode(packed).map(Value::Bytes).map_err(|_| bad())
        }
        "nil" | "ex:nil" => Ok(Value::Nil),
        _ => Err(DecodeError(format!("unknown type <{kind}>"))),
    }
}

/// The `methodResponse` document of a result.
pub(crate) fn encode(result: &Result<Value, String>) -> String {
    let mut out = String::from("<?xml version='1.0'?>\n<methodResponse>\n");
    match result {
        Ok(value) => {
            out.push_str("<params>\n<param>\n");
            write_value(&mut out, value);
            out.push_str("</param>\n</params>\n");
        }
        Err(fault) => {
            let mut members = Struct::default();
            members.set("faultCode", 1_i64);
            members.set("faultString", fault.as_str());
            out.push_str("<fault>\n");
            write_value(&mut out, &Value::Struct(members));
            out.push_str("</fault>\n");
        }
    }
    out.push_str("</methodResponse>\n");
    out
}

fn write_value(out: &mut String, value: &Value) {
    out.push_str("<value>");
    // Writing to a String cannot fail.
    let _ = match value {
        Value::Nil => write!(out, "<string>~</string>"),
        Value::Bool(flag) => write!(out, "<boolean>{}</boolean>", u8::from(*flag)),
        Value::Int(number) => write!(out, "<int>{number}</int>"),
        Value::Double(number) => write!(out, "<double>{number:?}</double>"),
        Value::Str(text) => write!(out, "<string>{}</string>", escape(text)),
        Value::Bytes(bytes) => write!(out, "<base64>\n{}\n</base64>", STANDARD.encode(bytes)),
        Value::Array(items) => {
            out.push_str("<array><data>\n");
            for item in items {
                write_value(out, item);
            }
            write!(out, "</data></array>")
        }
        Value::Struct(members) => {
            out.push_str("<struct>\n");
            for (key, member) in members.iter() {
                let _ = write!(out, "<member>\n<name>{}</name>\n", escape(key));
                write_value(out, member);
                out.push_str("</member>\n");
            }
            write!(out, "</struct>")
        }
    };
    out.push_str("</value>\n");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
