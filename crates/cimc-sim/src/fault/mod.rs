//! What a controller can be told to do wrong.
//!
//! A [`Fault`] is a kind of misbehaviour; a [`FaultRule`] says for which requests, how often and
//! with which probability. A new fault is a new variant here and one question at the place where
//! it acts. All of them can be written as JSON: `{"fault": {"delay": 2.5}, "on": "adminPower"}`.

mod rule;
mod table;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use rule::FaultRule;
pub use table::Faults;

/// A kind of misbehaviour. In JSON a fault without a value is its name in snake case (`"html"`),
/// one with a value is an object with that name (`{"http_status": 503}`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    // The connection.
    /// The connection is reset as soon as it is made.
    Refuse,
    /// A TLS handshake is ended with the alert `handshake_failure`. No effect on plain HTTP.
    HandshakeFails,
    /// The connection is taken, the answer never comes.
    Hang,
    /// The connection is reset when the request has arrived; the request has no effect.
    LostRequest,
    /// The request has its effect, then the connection is reset without an answer.
    LostAnswer,
    /// The connection is kept, whatever the client asked for, and reset at the next request on it.
    StaleKeepAlive,
    /// The answer comes after this time. In JSON: seconds.
    Delay(#[serde(with = "seconds")] Duration),
    /// The answer comes after a time between these two, drawn with the rule's seed.
    DelayBetween {
        /// In JSON: seconds.
        #[serde(with = "seconds")]
        least: Duration,
        /// In JSON: seconds.
        #[serde(with = "seconds")]
        most: Duration,
    },
    /// The controller restarts after it has carried the request out, whose answer is lost. All
    /// sessions are gone, the machine goes on.
    ControllerRestarts,

    // The HTTP answer.
    /// An HTML page instead of an answer, as the web server gives while the rest starts.
    Html,
    /// An empty body with HTTP status 200.
    EmptyBody,
    /// The answer stops in the middle.
    Truncated,
    /// The answer is right, with NUL bytes and blanks after it.
    NulPadding,
    /// This HTTP status with an empty body.
    HttpStatus(#[serde(deserialize_with = "rule::http_status")] u16),
    /// The XML of the answer has `<`, `&` and quotes in its values as they are.
    UnescapedText,

    // The XML answer.
    /// The root element of the answer has another name.
    WrongRoot,
    /// An XML API error instead of an answer; the request has no effect.
    Error {
        /// `errorCode`, for example `2003`.
        code: String,
        /// `errorDescr`.
        text: String,
    },
    /// The request is refused as one that this firmware's schema doesn't have (594).
    NotInSchema,
    /// A read finds nothing.
    NoObjects,
    /// This attribute is missing in all objects of an answer.
    AttributeMissing(String),
    /// This attribute reads so in all objects of an answer that have it.
    AttributeReads {
        /// Its name, for example `mac`.
        attribute: String,
        /// What is read.
        value: String,
    },

    // Sessions.
    /// All sessions vanish before the request is looked at: it gets 552.
    SessionLost,
    /// This many of the four session slots are taken by others.
    ForeignSessions(usize),
    /// A logout is answered as usual, and its session stays open.
    LogoutLeaks,
    /// A refresh answers with the cookie that the session already has.
    RefreshKeepsCookie,

    // Power.
    /// `operPower` reads this, whatever the machine does.
    PowerReads(String),
    /// `operPower` reads `on` and `off` in turn.
    PowerFlaps,
    /// A power command is accepted and has no effect.
    PowerIgnored,
    /// The machine loses power again right after it has been switched on, and the controller has
    /// an entry in its list of faults. There is no request to match: `on` has no effect.
    PowerFailsBack,

    // The boot order.
    /// A write to the boot order is accepted and not stored.
    BootOrderNotStored,
    /// A write to the boot order is stored with all devices in the opposite order.
    BootOrderReversed,
    /// All boot devices are `Disabled` after a write to the precision boot order.
    BootDevicesDisabled,
    /// From 2.0 on: the legacy list shows devices beside those of the precision list.
    BothBootOrders,
    /// At POST the BIOS puts the disks first, as after a change in BIOS set-up; the controller says
    /// that the order's source is `BIOS`. There is no request to match: `on` has no effect.
    BiosChangesBootOrder,

    // NICs.
    /// The LOM ports aren't shown before the machine has been through a POST.
    LomHiddenUntilPost,
}

/// A [`Duration`] as a number of seconds.
mod seconds {
    use std::time::Duration;

    use serde::de::{Deserialize, Deserializer, Error as _};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(time.as_secs_f64())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        let seconds = f64::deserialize(from)?;
        Duration::try_from_secs_f64(seconds).map_err(|_| {
            D::Error::custom(format!(
                "{seconds} is no length of time: write seconds, e.g. 2.5"
            ))
        })
    }
}
