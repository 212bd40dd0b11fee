//! `GET /v1/nodes` and `GET /v1/nodes/detail`

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use super::shape::Selection;
use super::stream::NodeList;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::paging;
use crate::api::query::Args;
use crate::api::resources;
use crate::api::state::ApiState;
use crate::api::version::resources::CHASSIS;
use crate::api::version::{arguments, fields};
use crate::store::NodeFilter;

/// `GET /v1/nodes`
pub(crate) async fn list(
    State(api): State<ApiState>,
    call: Call,
    args: Args,
) -> Result<Response, ApiError> {
    args.check(arguments::NODES, call.version)?;
    let detail = args.boolean("detail")?.unwrap_or(false);
    let fields = Selection::from_args(&args, fields::NODE, call.version)?;
    let selection = match fields {
        Some(_) if detail => {
            return Err(ApiError::bad_request(
                "Can not specify ?detail=True and fields in the same request.",
            ));
        }
        Some(selection) => selection,
        None if detail => Selection::Detail,
        None => Selection::default_of_lists(),
    };
    answer(&api, &call, &args, &selection, "nodes").await
}

/// `GET /v1/chassis/{chassis}/nodes`
pub(crate) async fn of_chassis(
    State(api): State<ApiState>,
    call: Call,
    Segments(chassis): Segments<String>,
    args: Args,
) -> Result<Response, ApiError> {
    list(State(api), call, args.with("chassis_uuid", &chassis)).await
}

/// `GET /v1/chassis/{chassis}/nodes/detail`
pub(crate) async fn of_chassis_detail(
    State(api): State<ApiState>,
    call: Call,
    Segments(chassis): Segments<String>,
    args: Args,
) -> Result<Response, ApiError> {
    detail(State(api), call, args.with("chassis_uuid", &chassis)).await
}

/// `GET /v1/nodes/detail`
pub(crate) async fn detail(
    State(api): State<ApiState>,
    call: Call,
    args: Args,
) -> Result<Response, ApiError> {
    args.check(arguments::NODES, call.version)?;
    if args.text("fields").is_some() {
        return Err(ApiError::bad_request("Unexpected arguments: fields"));
    }
    answer(&api, &call, &args, &Selection::Detail, "nodes/detail").await
}

async fn answer(
    api: &ApiState,
    call: &Call,
    args: &Args,
    selection: &Selection,
    path: &str,
) -> Result<Response, ApiError> {
    let filter = filter(args)?;
    if let Some(chassis) = filter.chassis_uuid {
        resources::find(api, &CHASSIS, call.version, &chassis.to_string()).await?;
    }
    let page = paging::page(args, "id")?;
    let ids = api.store().node_ids(&filter, &page).await?;
    let mut keep: Vec<(&str, String)> = Vec::new();
    keep.extend(selection.names().map(|names| ("fields", names)));
    keep.extend(args.owned("detail").map(|detail| ("detail", detail)));
    keep.extend(args.filters().map(|(name, value)| (name, value.to_owned())));
    // An instance has one node: there is no next page.
    let is_whole = filter.instance_uuid.is_some();
    let link = paging::link(&call.base, path, &page, ids.len(), &keep).filter(|_| !is_whole);
    let next = move |last: Option<Uuid>| Some(format!("{}{}", link.as_ref()?, last?));
    NodeList::new(api, call, selection, ids, next)
        .into_response()
        .await
}

fn filter(args: &Args) -> Result<NodeFilter, ApiError> {
    let provision_state = args
        .text("provision_state")
        .map(|text| {
            text.parse().map_err(|_| {
                ApiError::bad_request(format!("Provision state \"{text}\" is not valid"))
            })
        })
        .transpose()?;
    Ok(NodeFilter {
        instance_uuid: args.uuid("instance_uuid")?,
        instance_name: args.owned("instance_name"),
        chassis_uuid: args.uuid("chassis_uuid")?,
        associated: args.boolean("associated")?,
        maintenance: args.boolean("maintenance")?,
        retired: args.boolean("retired")?,
        provision_state,
        driver: args.owned("driver"),
        resource_class: args.owned("resource_class"),
        fault: fault(args)?,
        conductor_group: args.text("conductor_group").map(str::to_lowercase),
        conductor: args.owned("conductor"),
        owner: args.owned("owner"),
        lessee: args.owned("lessee"),
        project: args.owned("project"),
        description_contains: args.owned("description_contains"),
        shards: args.owned_list("shard"),
        sharded: args.boolean("sharded")?,
        parent_node: args.uuid("parent_node")?,
        include_children: args.boolean("include_children")?.unwrap_or(false),
    })
}

/// Every fault that Ironic 39.0.0 gives a node.
const FAULTS: [&str; 4] = [
    "power failure",
    "clean failure",
    "rescue abort failure",
    "service failure",
];

fn fault(args: &Args) -> Result<Option<String>, ApiError> {
    let fault = args.owned("fault");
    match &fault {
        Some(unknown) if !FAULTS.contains(&unknown.as_str()) => {
            Err(ApiError::bad_request(format!(
                "Unrecognized fault \"{unknown}\" is specified, allowed faults are ('{}')",
                FAULTS.join("', '")
            )))
        }
        _ => Ok(fault),
    }
}
