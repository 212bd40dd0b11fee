//! `GET` of a collection, of its `detail`, and of a node's.

use axum::Json;
use axum::extract::State;

use super::{Kind, shape};
use crate::api::document::Collection;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::nodes::shape::Selection;
use crate::api::paging;
use crate::api::query::Args;
use crate::api::state::ApiState;
use crate::api::version::Version;
use crate::api::version::fields;
use crate::api::version::resources::{Table, Words};
use crate::model::{ResourceKind, normalise_mac};
use crate::store::ResourceFilter;

/// Lists a kind.
pub(crate) async fn list<K: Kind>(
    State(api): State<ApiState>,
    call: Call,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    answer(&api, &call, &args, K::TABLE, None, false).await
}

/// Lists a kind with all fields.
pub(crate) async fn detail<K: Kind>(
    State(api): State<ApiState>,
    call: Call,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    answer(&api, &call, &args, K::TABLE, None, true).await
}

/// Lists what a node has of a kind.
pub(crate) async fn of_node<K: Kind>(
    State(api): State<ApiState>,
    call: Call,
    Segments(node): Segments<String>,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    answer(&api, &call, &args, K::TABLE, Some(&node), false).await
}

/// Lists what a node has of a kind, with all fields.
pub(crate) async fn of_node_detail<K: Kind>(
    State(api): State<ApiState>,
    call: Call,
    Segments(node): Segments<String>,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    answer(&api, &call, &args, K::TABLE, Some(&node), true).await
}

async fn answer(
    api: &ApiState,
    call: &Call,
    args: &Args,
    table: &'static Table,
    node: Option<&str>,
    detail: bool,
) -> Result<Json<Collection>, ApiError> {
    args.check(table.arguments, call.version)?;
    let asked = args.boolean("detail")?.unwrap_or(false);
    let selection = match shape::selection(table, args, call.version)? {
        Some(_) if detail => return Err(ApiError::bad_request("Unexpected arguments: fields")),
        Some(_) if asked => return Err(ApiError::bad_request(both(table))),
        Some(selection) => selection,
        None if detail || asked => Selection::Detail,
        None => shape::default_of_lists(table),
    };
    check_sort_dir(table, args)?;
    check_sort_key(table, args, call.version)?;
    let page = paging::page(args, "id")?;
    let filter = filter(api, call, args, table, node).await?;
    let resources = api.store().resources(table.kind, &filter, &page).await?;
    let mut keep: Vec<(&str, String)> = Vec::new();
    keep.extend(selection.names().map(|names| ("fields", names)));
    keep.extend(args.owned("detail").map(|detail| ("detail", detail)));
    keep.extend(args.filters().map(|(name, value)| (name, value.to_owned())));
    let last = resources.last().map(|resource| resource.uuid);
    let end = if detail { "/detail" } else { "" };
    let path = match node {
        Some(node) => format!("nodes/{node}/{}{end}", table.path),
        None => format!("{}{end}", table.path),
    };
    let next = paging::next(&call.base, &path, &page, resources.len(), last, &keep);
    let items = resources
        .iter()
        .map(|resource| shape::resource(table, resource, &selection, call))
        .collect();
    Ok(Json(Collection {
        key: table.key,
        items,
        next,
    }))
}

/// Fields and detail at once, in the words of the kind.
fn both(table: &Table) -> &'static str {
    match table.words {
        Words::Volume => "Can't fetch a subset of fields with 'detail' set",
        _ => "Can not specify ?detail=True and fields in the same request.",
    }
}

fn check_sort_dir(table: &Table, args: &Args) -> Result<(), ApiError> {
    match args.text("sort_dir") {
        Some(direction) if table.words != Words::Plain && !["asc", "desc"].contains(&direction) => {
            Err(ApiError::bad_request(format!(
                "Schema error: '{direction}' is not one of ['asc', 'desc']"
            )))
        }
        _ => Ok(()),
    }
}

fn check_sort_key(table: &Table, args: &Args, version: Version) -> Result<(), ApiError> {
    let Some(key) = args.text("sort_key").filter(|key| *key != "id") else {
        return Ok(());
    };
    let complaint = |key: &str| {
        ApiError::bad_request(format!(
            "The sort_key value {key} is an invalid field for sorting"
        ))
    };
    if table.unsortable.contains(&key) {
        return Err(complaint(key));
    }
    match fields::find(table.fields, key) {
        Some(field) if !version.has(field.since) => Err(ApiError::not_acceptable()),
        Some(field) if !["links", "nodes", "ports"].contains(&field.name) => Ok(()),
        _ => Err(complaint(&format!("\"{key}\""))),
    }
}

async fn filter(
    api: &ApiState,
    call: &Call,
    args: &Args,
    table: &Table,
    node: Option<&str>,
) -> Result<ResourceFilter, ApiError> {
    let named = node.or(args.text("node"));
    if table.kind == ResourceKind::Portgroup {
        check_exclusive(args, named)?;
    }
    let mut equal: Vec<(&'static str, String)> = Vec::new();
    for name in table.equal {
        let Some(value) = args.text(name) else {
            continue;
        };
        let value = match *name {
            "address" => normalise_mac(value).ok_or_else(|| {
                ApiError::bad_request(format!("Schema error: '{value}' is not a 'mac-address'"))
            })?,
            _ => value.to_owned(),
        };
        equal.push((*name, value));
    }
    let node_uuid = match named {
        Some(named) => {
            let found = ident::node(api, call.version, named).await;
            // A list of allocations takes the node for a part of its request.
            let found = match table.kind {
                ResourceKind::Allocation => found.map_err(ApiError::about_the_body),
                _ => found,
            };
            Some(found?.uuid)
        }
        None => None,
    };
    Ok(ResourceFilter {
        node_uuid,
        shards: args.owned_list("shard"),
        conductor_groups: args.owned_list("conductor_groups"),
        equal,
        // Volumes know the projects of their nodes; nobody has a project here yet.
        project: args
            .owned("project")
            .filter(|_| table.kind == ResourceKind::Runbook),
    })
}

fn check_exclusive(args: &Args, node: Option<&str>) -> Result<(), ApiError> {
    let given = [
        node,
        args.text("address"),
        args.text("shard"),
        args.text("conductor_groups"),
    ];
    if given.iter().flatten().count() > 1 {
        return Err(ApiError::bad_request(
            "Filtering by node, address, or shard simultaneously is not supported.",
        ));
    }
    Ok(())
}
