//! Every route of the API, on one page.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, delete, get, post, put};
use tower::{Layer as _, util::MapRequestLayer};
use tower_http::catch_panic::CatchPanicLayer;

use super::ferric::{cobblers, evidence, hardware as now, install};
use super::middleware::{method_not_allowed, negotiate, normalise, not_found, observe, panicked};
use super::nodes::{
    boot_device, boot_mode, children, console, create as node_create, delete as node_delete,
    firmware, hardware, history, indicators, list, maintenance, power, provision, raid, show,
    states, traits, update, validate, vendor, vifs, vmedia,
};
use super::resources::allocations::{self, Allocation};
use super::resources::chassis::Chassis;
use super::resources::create::create;
use super::resources::delete::delete as remove;
use super::resources::inspection_rules::{self, InspectionRule};
use super::resources::portgroups::Portgroup;
use super::resources::runbook_traits;
use super::resources::show::show as one;
use super::resources::steps::{DeployTemplate, Runbook};
use super::resources::update::update as change;
use super::resources::volume::{self, Connector, Target};
use super::resources::{self, list as each, without_ident};
use super::state::ApiState;
use super::{
    conductors, continue_inspection, drivers, events, health, heartbeat, lookup, metrics, openapi,
    ports, root, shards,
};

/// The largest body taken, in bytes.
const MAX_BODY: usize = 1024 * 1024;
/// The same where a configdrive may come along.
const MAX_PROVISION_BODY: usize = 64 * 1024 * 1024;

/// The whole API. Paths are taken with and without a trailing slash, and Ironic's with and without
/// `/v1` in front.
pub fn router(state: ApiState) -> Router {
    let routes = ironic()
        .route_layer(from_fn(negotiate))
        .merge(own())
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), observe))
        .with_state(state);
    // The path must be in its final form before it is matched, so that the routes sit behind a
    // router that matches nothing.
    Router::new().fallback_service(MapRequestLayer::new(normalise).layer(routes))
}

/// Ironic's routes; the tables in `version` say which version has which.
#[rustfmt::skip]
fn ironic() -> Router<ApiState> {
    Router::new()
        .route("/", get(root::root))
        .route("/v1", any(root::v1))

        .route("/v1/nodes", get(list::list).post(node_create::create)
            .patch(update::without_ident).delete(update::without_ident))
        .route("/v1/nodes/detail", get(list::detail))
        .route("/v1/nodes/validate", get(validate::by_argument))
        .route("/v1/nodes/{node}", get(show::show).patch(update::update).delete(node_delete::delete))
        .route("/v1/nodes/{node}/validate", get(validate::show))
        .route("/v1/nodes/{node}/maintenance", put(maintenance::put).delete(maintenance::delete))
        .route("/v1/nodes/{node}/states", get(states::show))
        // Ironic's router takes the node at the end of these as well.
        .route("/v1/nodes/states/{node}", get(states::show))
        .route("/v1/nodes/states/console/{node}", get(console::show).put(console::put))
        .route("/v1/nodes/{node}/states/provision",
            put(provision::put).layer(DefaultBodyLimit::max(MAX_PROVISION_BODY)))
        .route("/v1/nodes/{node}/states/power", put(power::put))
        .route("/v1/nodes/{node}/states/boot_mode", put(boot_mode::put))
        .route("/v1/nodes/{node}/states/secure_boot", put(boot_mode::secure_boot))
        .route("/v1/nodes/{node}/states/raid", put(raid::put))
        .route("/v1/nodes/{node}/states/console", get(console::show).put(console::put))
        .route("/v1/nodes/{node}/management/boot_device", get(boot_device::show).put(boot_device::put))
        .route("/v1/nodes/{node}/management/boot_device/supported", get(boot_device::supported))
        .route("/v1/nodes/{node}/management/inject_nmi", put(boot_mode::inject_nmi))
        .route("/v1/nodes/{node}/management/indicators", get(indicators::list))
        .route("/v1/nodes/{node}/management/indicators/{indicator}", get(indicators::show).put(indicators::put))
        .route("/v1/nodes/{node}/traits", get(traits::list).put(traits::replace).delete(traits::clear))
        .route("/v1/nodes/{node}/traits/{trait}", put(traits::add).delete(traits::remove))
        .route("/v1/nodes/{node}/ports", get(ports::list::of_node))
        .route("/v1/nodes/{node}/ports/detail", get(ports::list::of_node_detail))
        .route("/v1/nodes/{node}/portgroups", get(each::of_node::<Portgroup>))
        .route("/v1/nodes/{node}/portgroups/detail", get(each::of_node_detail::<Portgroup>))
        .route("/v1/nodes/{node}/portgroups/{portgroup}", get(resources::malformed))
        .route("/v1/nodes/{node}/vifs", get(vifs::list).post(vifs::attach))
        .route("/v1/nodes/{node}/vifs/{vif}", delete(vifs::detach))
        .route("/v1/nodes/{node}/volume", get(volume::of_node))
        .route("/v1/nodes/{node}/volume/connectors", get(each::of_node::<Connector>))
        .route("/v1/nodes/{node}/volume/connectors/{connector}", get(resources::malformed))
        .route("/v1/nodes/{node}/volume/targets", get(each::of_node::<Target>))
        .route("/v1/nodes/{node}/volume/targets/{target}", get(resources::malformed))
        .route("/v1/nodes/{node}/history", get(history::list))
        .route("/v1/nodes/{node}/history/{event}", get(history::show))
        .route("/v1/nodes/{node}/children", get(children::children))
        .route("/v1/nodes/{node}/allocation", get(allocations::of_node).delete(allocations::delete_of_node))
        .route("/v1/nodes/{node}/inventory", get(hardware::inventory))
        .route("/v1/nodes/{node}/bios", get(hardware::bios))
        .route("/v1/nodes/{node}/bios/{setting}", get(hardware::bios_setting))
        .route("/v1/nodes/{node}/firmware", get(firmware::list))
        .route("/v1/nodes/{node}/vmedia", get(vmedia::show).post(vmedia::attach).delete(vmedia::detach))
        .route("/v1/nodes/{node}/vendor_passthru", get(vendor::by_argument).post(vendor::by_argument)
            .put(vendor::by_argument).patch(vendor::by_argument).delete(vendor::by_argument))
        .route("/v1/nodes/{node}/vendor_passthru/methods", get(vendor::methods))
        .route("/v1/nodes/{node}/vendor_passthru/{method}", get(vendor::by_path).post(vendor::by_path)
            .put(vendor::by_path).patch(vendor::by_path).delete(vendor::by_path))

        .route("/v1/ports", get(ports::list::list).post(ports::create::create))
        .route("/v1/ports/detail", get(ports::list::detail))
        .route("/v1/ports/{port}", get(ports::show::show)
            .patch(ports::update::update).delete(ports::delete::delete))

        .route("/v1/portgroups", get(each::list::<Portgroup>).post(create::<Portgroup>)
            .patch(without_ident::<Portgroup>).delete(without_ident::<Portgroup>))
        .route("/v1/portgroups/detail", get(each::detail::<Portgroup>))
        .route("/v1/portgroups/{portgroup}", get(one::<Portgroup>)
            .patch(change::<Portgroup>).delete(remove::<Portgroup>))
        .route("/v1/portgroups/{portgroup}/ports", get(ports::list::of_portgroup))
        .route("/v1/portgroups/{portgroup}/ports/detail", get(ports::list::of_portgroup_detail))
        .route("/v1/portgroups/{portgroup}/ports/{port}", get(resources::malformed))

        .route("/v1/chassis", get(each::list::<Chassis>).post(create::<Chassis>)
            .patch(without_ident::<Chassis>).delete(without_ident::<Chassis>))
        .route("/v1/chassis/detail", get(each::detail::<Chassis>))
        .route("/v1/chassis/{chassis}", get(one::<Chassis>).patch(change::<Chassis>).delete(remove::<Chassis>))
        .route("/v1/chassis/{chassis}/nodes", get(list::of_chassis))
        .route("/v1/chassis/{chassis}/nodes/detail", get(list::of_chassis_detail))
        .route("/v1/chassis/{chassis}/nodes/{node}", get(resources::malformed))

        .route("/v1/allocations", get(each::list::<Allocation>).post(allocations::create)
            .patch(without_ident::<Allocation>).delete(without_ident::<Allocation>))
        .route("/v1/allocations/{allocation}", get(one::<Allocation>)
            .patch(allocations::update).delete(allocations::delete))
        .route("/v1/deploy_templates", get(each::list::<DeployTemplate>).post(create::<DeployTemplate>)
            .patch(without_ident::<DeployTemplate>).delete(without_ident::<DeployTemplate>))
        .route("/v1/deploy_templates/{template}", get(one::<DeployTemplate>)
            .patch(change::<DeployTemplate>).delete(remove::<DeployTemplate>))
        .route("/v1/runbooks", get(each::list::<Runbook>).post(create::<Runbook>)
            .patch(without_ident::<Runbook>).delete(without_ident::<Runbook>))
        .route("/v1/runbooks/{runbook}", get(one::<Runbook>).patch(change::<Runbook>).delete(remove::<Runbook>))
        .route("/v1/runbooks/{runbook}/traits", get(runbook_traits::list)
            .put(runbook_traits::replace).delete(runbook_traits::clear))
        .route("/v1/runbooks/{runbook}/traits/{trait}", put(runbook_traits::add).delete(runbook_traits::remove))
        .route("/v1/inspection_rules", get(each::list::<InspectionRule>).post(create::<InspectionRule>)
            .patch(without_ident::<InspectionRule>).delete(inspection_rules::delete_all))
        .route("/v1/inspection_rules/{rule}", get(one::<InspectionRule>)
            .patch(change::<InspectionRule>).delete(remove::<InspectionRule>))

        .route("/v1/volume", get(volume::root))
        .route("/v1/volume/connectors", get(each::list::<Connector>).post(create::<Connector>)
            .patch(without_ident::<Connector>).delete(without_ident::<Connector>))
        .route("/v1/volume/connectors/{connector}", get(one::<Connector>)
            .patch(change::<Connector>).delete(remove::<Connector>))
        .route("/v1/volume/targets", get(each::list::<Target>).post(create::<Target>)
            .patch(without_ident::<Target>).delete(without_ident::<Target>))
        .route("/v1/volume/targets/{target}", get(one::<Target>).patch(change::<Target>).delete(remove::<Target>))

        .route("/v1/drivers", get(drivers::list))
        .route("/v1/drivers/{driver}", get(drivers::show))
        .route("/v1/drivers/{driver}/properties", get(drivers::properties))
        .route("/v1/drivers/{driver}/vendor_passthru", get(drivers::vendor_by_argument)
            .post(drivers::vendor_by_argument).put(drivers::vendor_by_argument)
            .patch(drivers::vendor_by_argument).delete(drivers::vendor_by_argument))
        .route("/v1/drivers/{driver}/vendor_passthru/methods", get(drivers::vendor_methods))
        .route("/v1/drivers/{driver}/vendor_passthru/{method}", get(drivers::vendor_by_path)
            .post(drivers::vendor_by_path).put(drivers::vendor_by_path)
            .patch(drivers::vendor_by_path).delete(drivers::vendor_by_path))
        .route("/v1/drivers/{driver}/raid/logical_disk_properties", get(drivers::logical_disk_properties))
        .route("/v1/conductors", get(conductors::list))
        .route("/v1/conductors/{hostname}", get(conductors::show))

        .route("/v1/shards", get(shards::list))
        .route("/v1/shards/{shard}", get(shards::show))
        .route("/v1/events", post(events::post))
        .route("/v1/continue_inspection", post(continue_inspection::post))
        .route("/v1/lookup", get(lookup::lookup))
        .route("/v1/heartbeat", post(heartbeat::post_of_body))
        .route("/v1/heartbeat/{node}", post(heartbeat::post))
}

/// Our own routes; they have no versions but the one in their path.
#[rustfmt::skip]
fn own() -> Router<ApiState> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/healthcheck", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .route("/ferric/v1/openapi.json", get(openapi::show))
        .route("/ferric/v1/cobblers", get(cobblers::list))
        .route("/ferric/v1/cobblers/{name}/profiles", get(cobblers::profiles))
        .route("/ferric/v1/nodes/{node}/sensors", get(now::sensors))
        .route("/ferric/v1/nodes/{node}/faults", get(now::faults))
        .route("/ferric/v1/nodes/{node}/evidence", get(evidence::show))
        .route("/ferric/v1/nodes/{node}/install/{token}/script", get(install::script))
        .route("/ferric/v1/nodes/{node}/install/{token}/hooks", get(install::hooks))
        .route("/ferric/v1/nodes/{node}/install/{token}/{event}",
            post(install::report).get(install::report_by_get).layer(DefaultBodyLimit::max(install::MAX_REPORT)))
}
