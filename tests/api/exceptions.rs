//! Where answers differ from those recorded on Ironic 39.0.0, and why that is right. The page
//! `docs/compatibility.md` is made of it.

/// Where our answer differs, and why that is right.
pub(crate) struct Exception {
    pub(crate) scenario: &'static str,
    pub(crate) seqs: &'static [u32],
    pub(crate) differs: Differs,
    #[allow(dead_code)] // For the reader, and for the page that is made of it.
    reason: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Differs {
    /// It isn't sent: it belongs to something that isn't there.
    NotSent,
    /// The status is the same, the body isn't.
    Body,
    /// The status is this.
    Status(u16),
}

const fn except(
    scenario: &'static str,
    seqs: &'static [u32],
    differs: Differs,
    reason: &'static str,
) -> Exception {
    Exception {
        scenario,
        seqs,
        differs,
        reason,
    }
}

use Differs::{Body, NotSent, Status};

#[rustfmt::skip]
pub(crate) const EXCEPTIONS: &[Exception] = &[
    except("01", &[1], Body, "the root document describes Ferric"),
    except("01", &[18], Status(200), "we have a health check"),
    except("01", &[19], Status(200), "we answer JSON to whoever asks for XML"),
    except("01", &[20], Status(404), "Ironic answers 500"),
    except("02", &[2], NotSent, "an owner is refused to a client without a project: there are none yet"),
    except("02", &[10], Body, "our link to the next page keeps the filters; Ironic's loses them"),
    except("07", &[31], Body, "a wish for RAID was set by a call that wasn't recorded"),
    except("07", &[36], Body, "Ironic names the node by its number in the database"),
    except("08", &[3], Body, "the outcome is there at once"),
    except("09", &[24], Body, "the cleaning that 23 asked for hasn't begun: no engine runs here"),
    except("10", &[1, 2, 3, 4, 8, 9], Body, "other hardware types, other interfaces in other orders"),
    except("11", &[49], Body, "Ironic quotes the key in one of its two texts alone"),
    except("11", &[70], Status(400), "nobody holds the node: no engine runs here"),
    except("11", &[71], Body, "the deploy that 69 asked for hasn't begun"),
    except("11", &[16, 18], Status(400), "Ironic answers 500 to a body that isn't JSON"),
    except("11", &[47], Body, "it lists the nodes of other scenarios"),
    except("11", &[52], Status(400), "Ironic answers 500 to an unknown field of a list"),
    except("11", &[67, 68], Body, "Ironic prints the whole schema after the first line"),
    except("14", &[55], Body, "our link to the next page keeps the filters; Ironic's loses them"),
    except("15", &[5], Body, "a node may be named by its name"),
    except("15", &[24], Body, "Ironic's lists show fields that came after the version"),
    except("15", &[34], Body, "portgroups without a name come first in this order, not last"),
    except("15", &[41], Body, "a MAC address is found in any case"),
    except("15", &[62], Body, "it says that the node isn't there"),
    except("15", &[78], Status(200), "a portgroup is found by its name here as well"),
    except("15", &[85], Body, "it says which version would do"),
    except("15", &[94], Status(200), "Ironic answers 500"),
    except("15", &[111], Body, "Ironic names the portgroup by its number in the database"),
    except("16", &[1], Body, "a priority given as text is shown as the number that it is, at once"),
    except("16", &[27], Body, "Ironic offers a field that no template has"),
    except("17", &[1], NotSent, "an owner is refused to a client without a project: there are none yet"),
    except("18", &[6], Status(406), "a field of a newer version is refused as for all other resources"),
    except("18", &[7, 64], Body, "the fields that are offered stand in another order"),
    except("18", &[29], Status(400), "Ironic takes any text for a UUID"),
    except("18", &[47], Status(409), "Ironic answers 500 and keeps the allocation that failed"),
    except("18", &[48, 50], Body, "an allocation without a UUID and one that failed aren't there"),
    except("18", &[52], Body, "our link to the next page keeps the filters; Ironic's loses them"),
    except("18", &[57], Body, "it says which version would do"),
    except("18", &[62], Body, "allocations without a name come first in this order, not last"),
    except("18", &[93], Status(400), "Ironic answers 500"),
    except("19", &[5, 6, 55], Body, "a node may be named by its name, and a missing one is called so"),
    except("19", &[38], Status(404), "Ironic answers 500"),
    except("20", &[4], Status(400), "Ironic answers 500"),
    except("20", &[32], Status(400), "Ironic answers 500"),
    except("20", &[37], Body, "the keys are explained in other words"),
    except("20", &[40], Status(404), "there is nothing at this path"),
    except("20", &[48], Body, "of two faults of the body the other is named"),
    except("21", &[7], Status(400), "Ironic takes any text for a UUID"),
    except("21", &[12, 14], Status(400), "Ironic answers 500"),
    except("21", &[15], Status(201), "Ironic answers 500, and has made the rule"),
    except("21", &[20, 21, 22, 25, 27, 29], Body, "a rule without a UUID isn't there"),
    except("21", &[24], Body, "Ironic's link to the next page leads nowhere"),
    except("21", &[28], Body, "the words of other lists"),
    except("21", &[40], Body, "the words of other resources, which say what may be changed"),
    except("21", &[49], Status(204), "Ironic answers 500"),
    except("21", &[50], Body, "they were deleted"),
    except("22", &[8], Status(406), "a field of a newer version is refused in patches as everywhere"),
    except("22", &[61], Status(405), "there is nothing to POST in any version"),
    except("22", &[105], Status(200), "`detail` is a boolean, and changes nothing"),
    except("22", &[106, 108], Body, "`detail` is a boolean, and changes nothing"),
    except("23", &[3], Body, "Ironic shows the methods of the driver's default vendor interface"),
    except("23", &[9, 25, 41], Status(400), "Ironic answers 500, or fails afterwards, for an argument too many"),
    except("23", &[11, 12, 13, 27, 28, 29, 43, 44, 45], Status(400), "Ironic answers 500"),
    except("23", &[60], Status(404), "Ironic answers 500"),
    except("23", &[61], Status(405), "`methods` is the list of them"),
    except("23", &[63], Body, "the keys are explained in other words"),
    except("23", &[64], Body, "what Ironic fails at afterwards was refused"),
];
