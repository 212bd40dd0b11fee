//! `/v1/drivers`: the hardware types.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value};
use strum::IntoEnumIterator as _;

use super::conductors::alive;
use super::document::{Collection, Document};
use super::error::ApiError;
use super::extract::{Call, Segments};
use super::links::links;
use super::nodes::raid;
use super::nodes::vendor::no_handler;
use super::query::Args;
use super::state::ApiState;
use super::version::{Version, arguments};
use crate::drivers::HardwareType;
use crate::drivers::interfaces::Property;
use crate::model::{Conductor, InterfaceKind};

/// The minor version that added links to `properties`.
pub(crate) const PROPERTIES: u16 = 14;
/// The minor version that added `type` and the interfaces.
pub(crate) const DYNAMIC: u16 = 30;

/// `GET /v1/drivers`
pub(crate) async fn list(
    State(api): State<ApiState>,
    call: Call,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    args.check(arguments::DRIVERS, call.version)?;
    let detail = args.boolean("detail")?.unwrap_or(false);
    let fields = args.owned_list("fields");
    if detail && fields.is_some() {
        return Err(ApiError::bad_request(
            "Can not specify ?detail=True and fields in the same request.",
        ));
    }
    let classic = match args.text("type") {
        None | Some("dynamic") => false,
        Some("classic") => true,
        Some(other) => {
            return Err(ApiError::bad_request(format!(
                "Driver type must be one of (\"classic\", \"dynamic\"), not \"{other}\"."
            )));
        }
    };
    let conductors = api.store().conductors().await?;
    let types = api.conductor.drivers().hardware_types();
    let items = types
        .iter()
        .filter(|_| !classic)
        .map(|hardware| {
            let full = detail || fields.is_some();
            shape(hardware, &conductors, &call, full, fields.as_deref())
        })
        .collect();
    Ok(Json(Collection {
        key: "drivers",
        items,
        next: None,
    }))
}

/// `GET /v1/drivers/{driver}`
pub(crate) async fn show(
    State(api): State<ApiState>,
    call: Call,
    Segments(driver): Segments<String>,
    args: Args,
) -> Result<Json<Document>, ApiError> {
    args.check(arguments::DRIVERS, call.version)?;
    let fields = args.owned_list("fields");
    let conductors = api.store().conductors().await?;
    let hardware = find(&api, &driver)?;
    Ok(Json(shape(
        hardware,
        &conductors,
        &call,
        true,
        fields.as_deref(),
    )))
}

/// `GET /v1/drivers/{driver}/properties`
pub(crate) async fn properties(
    State(api): State<ApiState>,
    Segments(driver): Segments<String>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let properties = api.conductor.drivers().properties(find(&api, &driver)?);
    Ok(Json(shown(&properties)))
}

/// `GET /v1/drivers/{driver}/vendor_passthru/methods`
pub(crate) async fn vendor_methods(
    State(api): State<ApiState>,
    Segments(driver): Segments<String>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    known(&api, &driver)?;
    Ok(Json(Map::new()))
}

/// `/v1/drivers/{driver}/vendor_passthru?method=`
pub(crate) async fn vendor_by_argument(
    State(api): State<ApiState>,
    Segments(driver): Segments<String>,
    args: Args,
) -> Result<(), ApiError> {
    let method = args.required("method")?;
    known(&api, &driver)?;
    Err(no_handler(method))
}

/// `/v1/drivers/{driver}/vendor_passthru/{method}`
pub(crate) async fn vendor_by_path(
    State(api): State<ApiState>,
    Segments((driver, method)): Segments<(String, String)>,
) -> Result<(), ApiError> {
    known(&api, &driver)?;
    Err(no_handler(&method))
}

/// `GET /v1/drivers/{driver}/raid/logical_disk_properties`
pub(crate) async fn logical_disk_properties(
    State(api): State<ApiState>,
    Segments(driver): Segments<String>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    known(&api, &driver)?;
    let drivers = api.conductor.drivers();
    let properties = drivers.logical_disk_properties(find(&api, &driver)?);
    if properties.is_empty() {
        return Err(raid::unsupported(&driver));
    }
    Ok(Json(shown(properties)))
}

fn shown(properties: &[Property]) -> Map<String, Value> {
    properties
        .iter()
        .map(|(key, text)| ((*key).to_owned(), (*text).into()))
        .collect()
}

/// 404 in the words of Ironic's conductors, which look for drivers below `/v1/drivers/{driver}`.
fn known(api: &ApiState, driver: &str) -> Result<(), ApiError> {
    match api.conductor.drivers().hardware_type(driver) {
        Some(_) => Ok(()),
        None => Err(ApiError::not_found(format!(
            "The driver '{driver}' is unknown."
        ))),
    }
}

fn find<'a>(api: &'a ApiState, driver: &str) -> Result<&'a HardwareType, ApiError> {
    api.conductor
        .drivers()
        .hardware_type(driver)
        .ok_or_else(|| {
            ApiError::not_found(format!(
                "Could not find the following driver(s) or hardware type(s): {driver}."
            ))
        })
}

fn shape(
    hardware: &HardwareType,
    conductors: &[Conductor],
    call: &Call,
    full: bool,
    fields: Option<&[String]>,
) -> Document {
    let name = hardware.name;
    let hosts: Vec<&str> = conductors
        .iter()
        .filter(|c| alive(c) && c.drivers.iter().any(|driver| driver == name))
        .map(|c| c.hostname.as_str())
        .collect();
    let mut document = Document::default();
    let wanted = |key: &str| fields.is_none_or(|fields| fields.iter().any(|f| f == key));
    let mut set = |key: &str, value: Value| {
        if wanted(key) || key == "links" {
            document.set(key.to_owned(), value);
        }
    };
    set("name", name.into());
    set("hosts", hosts.into());
    set("links", links(&call.base, &format!("drivers/{name}")));
    if call.version.has(PROPERTIES) {
        set(
            "properties",
            links(&call.base, &format!("drivers/{name}/properties")),
        );
    }
    if call.version.has(DYNAMIC) {
        set("type", "dynamic".into());
    }
    if full {
        for kind in InterfaceKind::iter().filter(|kind| call.version >= since(*kind)) {
            set(
                &format!("default_{kind}_interface"),
                hardware.default(kind).into(),
            );
            set(
                &format!("enabled_{kind}_interfaces"),
                hardware.supported(kind).into(),
            );
        }
    }
    document
}

/// The version that shows an interface of drivers.
pub(crate) fn since(kind: InterfaceKind) -> Version {
    let minor = match kind {
        InterfaceKind::Storage => 33,
        InterfaceKind::Rescue => 38,
        InterfaceKind::Bios => 40,
        InterfaceKind::Firmware => 86,
        _ => DYNAMIC,
    };
    Version::new(minor).unwrap_or(Version::LATEST)
}
