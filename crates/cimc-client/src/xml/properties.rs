//! Properties of reading and writing, on made-up trees and on broken texts.

use proptest::prelude::*;

use super::{Element, parse};

/// Any value that XML 1.0 can carry: control characters but tab and line ends have no place in it.
fn value() -> impl Strategy<Value = String> {
    let plain = prop_oneof![
        Just("&".to_owned()),
        Just("&amp;".to_owned()),
        Just("<'\"\t\n\r>".to_owned()),
        "[^\\p{Cc}]{0,12}",
    ];
    proptest::collection::vec(plain, 0..4).prop_map(|parts| parts.concat())
}

fn tree() -> impl Strategy<Value = Element> {
    let leaf = (
        "[a-z][A-Za-z0-9_.-]{0,20}",
        proptest::collection::vec(("[a-zA-Z][A-Za-z0-9-]{0,12}", value()), 0..6),
    )
        .prop_map(|(name, attributes)| Element {
            name,
            attributes,
            children: Vec::new(),
        });
    leaf.prop_recursive(6, 60, 5, |inner| {
        (
            "[a-z][A-Za-z0-9]{0,20}",
            proptest::collection::vec(inner, 0..5),
        )
            .prop_map(|(name, children)| Element {
                name,
                children,
                ..Element::default()
            })
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(element in tree()) {
        prop_assert_eq!(parse(element.to_string().as_bytes()), Ok(element));
    }

    #[test]
    fn padding_changes_nothing(element in tree(), before in "[\\x00 \r\n]{0,9}", after in "[\\x00 \r\n]{0,9}") {
        let padded = format!("{before}{element}{after}");
        prop_assert_eq!(parse(padded.as_bytes()), Ok(element));
    }

    #[test]
    fn a_cut_answer_is_never_taken_for_a_whole_one(element in tree(), cut in any::<prop::sample::Index>()) {
        let text = element.to_string();
        let end = cut.index(text.len());
        prop_assert!(parse(&text.as_bytes()[..end]).is_err());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        // That it comes back at all is the property.
        let _ = parse(&bytes);
    }
}
