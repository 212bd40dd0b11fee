//! Routes that came later than 1.1, and how older versions refuse them.

use super::{Refusal, Version};
use Refusal::{
    Absent, NeedsMinor, NoSuchPath, NotAcceptable, NotAllowed, NotAllowedHere, NotBelowNodes,
    NotFound, NotInThisVersion,
};

/// A part of the tree of routes.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    /// The route as the router has it; what lies below belongs to it.
    pub route: &'static str,
    /// The minor version that added it.
    pub since: u16,
    /// How older versions refuse it.
    pub refusal: Refusal,
}

const fn area(route: &'static str, since: u16, refusal: Refusal) -> Area {
    Area {
        route,
        since,
        refusal,
    }
}

/// Every such part.
#[rustfmt::skip]
pub const AREAS: &[Area] = &[
    area("/v1/portgroups/{portgroup}/ports", 24, NoSuchPath),
    area("/v1/portgroups", 23, NotInThisVersion),
    area("/v1/allocations", 52, NotAllowedHere("allocations")),
    area("/v1/deploy_templates", 55, NotAllowed("deploy templates")),
    area("/v1/runbooks", 92, NotAllowed("runbooks")),
    area("/v1/runbooks/{runbook}/traits", 112, Absent("runbook traits")),
    area("/v1/inspection_rules", 96, NotAllowedHere("inspection rules")),
    area("/v1/shards", 82, NotAllowedHere("shards")),
    area("/v1/events", 54, NotInThisVersion),
    area("/v1/volume/connectors", 32, NoSuchPath),
    area("/v1/volume/targets", 32, NoSuchPath),
    area("/v1/volume", 32, NotInThisVersion),
    area("/v1/conductors", 49, NotInThisVersion),
    area("/v1/lookup", 22, NotFound),
    area("/v1/heartbeat", 22, NotFound),
    area("/v1/nodes/{node}/portgroups", 24, NoSuchPath),
    area("/v1/nodes/{node}/vifs", 28, NoSuchPath),
    area("/v1/nodes/{node}/volume", 32, NotInThisVersion),
    area("/v1/nodes/{node}/vmedia", 89, NoSuchPath),
    area("/v1/nodes/{node}/states/raid", 12, NotAcceptable),
    area("/v1/drivers/{driver}/raid", 12, NotAcceptable),
    area("/v1/nodes/{node}/traits", 37, NotBelowNodes),
    area("/v1/nodes/{node}/bios", 40, NoSuchPath),
    area("/v1/nodes/{node}/allocation", 52, NoSuchPath),
    area("/v1/nodes/{node}/history", 78, NoSuchPath),
    area("/v1/nodes/{node}/inventory", 81, NoSuchPath),
    area("/v1/nodes/{node}/children", 83, NeedsMinor),
    area("/v1/nodes/{node}/firmware", 86, NoSuchPath),
    area("/v1/nodes/{node}/management/inject_nmi", 29, NoSuchPath),
    area("/v1/nodes/{node}/management/indicators", 63, NoSuchPath),
    area("/v1/nodes/{node}/states/boot_mode", 76, NoSuchPath),
    area("/v1/nodes/{node}/states/secure_boot", 76, NoSuchPath),
];

/// How `version` refuses a route, or `None` where it has it.
pub fn refusal(route: &str, version: Version) -> Option<&'static Area> {
    AREAS.iter().find(|area| {
        !version.has(area.since)
            && route
                .strip_prefix(area.route)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(route: &str, minor: u16) -> Option<Refusal> {
        refusal(route, Version::new(minor).unwrap()).map(|area| area.refusal)
    }

    #[test]
    fn an_area_holds_what_lies_below_it_and_nothing_beside_it() {
        assert_eq!(
            at("/v1/nodes/{node}/traits/{trait}", 36),
            Some(NotBelowNodes)
        );
        assert_eq!(at("/v1/nodes/{node}/traits", 37), None);
        assert_eq!(at("/v1/conductors/{hostname}", 48), Some(NotInThisVersion));
        assert_eq!(at("/v1/nodes/{node}/vifs", 27), Some(NoSuchPath));
        assert_eq!(at("/v1/nodes", 1), None);
        assert_eq!(at("/v1/volumes", 1), None);
    }
}
