//! `GET /v1/ports`, `GET /v1/ports/detail`, and the same below a node.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::{shape, wire};
use crate::api::document::Collection;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::nodes::shape::Selection;
use crate::api::paging;
use crate::api::query::Args;
use crate::api::resources;
use crate::api::state::ApiState;
use crate::api::version::resources::PORTGROUP;
use crate::api::version::{arguments, fields};
use crate::store::PortFilter;

/// What a list of ports is below of.
#[derive(Default)]
struct Below<'a> {
    node: Option<&'a str>,
    portgroup: Option<&'a str>,
}

/// `GET /v1/ports`
pub(crate) async fn list(
    State(api): State<ApiState>,
    call: Call,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    answer(&api, &call, &args, Below::default(), false).await
}

/// `GET /v1/ports/detail`
pub(crate) async fn detail(
    State(api): State<ApiState>,
    call: Call,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    answer(&api, &call, &args, Below::default(), true).await
}

/// `GET /v1/nodes/{node}/ports`
pub(crate) async fn of_node(
    State(api): State<ApiState>,
    call: Call,
    Segments(node): Segments<String>,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    answer(&api, &call, &args, Below::node(&node), false).await
}

/// `GET /v1/nodes/{node}/ports/detail`
pub(crate) async fn of_node_detail(
    State(api): State<ApiState>,
    call: Call,
    Segments(node): Segments<String>,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    answer(&api, &call, &args, Below::node(&node), true).await
}

/// `GET /v1/portgroups/{portgroup}/ports`
pub(crate) async fn of_portgroup(
    State(api): State<ApiState>,
    call: Call,
    Segments(group): Segments<String>,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    answer(&api, &call, &args, Below::portgroup(&group), false).await
}

/// `GET /v1/portgroups/{portgroup}/ports/detail`
pub(crate) async fn of_portgroup_detail(
    State(api): State<ApiState>,
    call: Call,
    Segments(group): Segments<String>,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    answer(&api, &call, &args, Below::portgroup(&group), true).await
}

impl<'a> Below<'a> {
    fn node(node: &'a str) -> Self {
        Self {
            node: Some(node),
            portgroup: None,
        }
    }

    fn portgroup(portgroup: &'a str) -> Self {
        Self {
            node: None,
            portgroup: Some(portgroup),
        }
    }

    /// The path of the list.
    fn path(&self, detail: bool) -> String {
        let above = match (self.node, self.portgroup) {
            (Some(node), _) => format!("nodes/{node}/"),
            (None, Some(portgroup)) => format!("portgroups/{portgroup}/"),
            (None, None) => String::new(),
        };
        format!("{above}ports{}", if detail { "/detail" } else { "" })
    }
}

async fn answer(
    api: &ApiState,
    call: &Call,
    args: &Args,
    below: Below<'_>,
    detail: bool,
) -> Result<Json<Collection>, ApiError> {
    args.check(arguments::PORTS, call.version)?;
    let asked = args.boolean("detail")?.unwrap_or(false);
    let selection = match Selection::from_args(args, fields::PORT, call.version)? {
        Some(_) if detail => return Err(ApiError::bad_request("Unexpected arguments: fields")),
        Some(_) if asked => {
            return Err(ApiError::bad_request(
                "Can not specify ?detail=True and fields in the same request.",
            ));
        }
        Some(selection) => selection,
        None if detail || asked => Selection::Detail,
        None => shape::default_of_lists(),
    };
    let page = paging::page(args, "id")?;
    let named = below.node.or(args.text("node")).or(args.text("node_uuid"));
    let portgroup = below.portgroup.or(args.text("portgroup"));
    let exclusive = [named, portgroup, args.text("shard")];
    if exclusive.iter().flatten().count() > 1 {
        return Err(ApiError::fault(
            StatusCode::FORBIDDEN,
            "Operation not permitted.",
        ));
    }
    let portgroup_uuid = match portgroup {
        Some(ident) => Some(
            resources::find(api, &PORTGROUP, call.version, ident)
                .await?
                .uuid,
        ),
        None => None,
    };
    let filter = PortFilter {
        portgroup_uuid,
        node_uuid: match named {
            Some(node) => Some(ident::node(api, call.version, node).await?.uuid),
            None => None,
        },
        address: args
            .text("address")
            .map(|text| wire::mac("address", text))
            .transpose()?,
        shards: args.owned_list("shard"),
        description_contains: args.owned("description_contains"),
        conductor_groups: args.owned_list("conductor_groups"),
    };
    let ports = api.store().ports(&filter, &page).await?;
    let mut keep: Vec<(&str, String)> = Vec::new();
    keep.extend(selection.names().map(|names| ("fields", names)));
    keep.extend(args.owned("detail").map(|detail| ("detail", detail)));
    keep.extend(args.filters().map(|(name, value)| (name, value.to_owned())));
    let last = ports.last().map(|port| port.uuid);
    let next = paging::next(
        &call.base,
        &below.path(detail),
        &page,
        ports.len(),
        last,
        &keep,
    );
    let items = ports
        .iter()
        .map(|port| shape::port(port, &selection, call))
        .collect();
    Ok(Json(Collection {
        key: "ports",
        items,
        next,
    }))
}
