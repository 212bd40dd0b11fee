//! Ranges: `web[01-12]` stands for `web01` to `web12`, `r[1,3-4]` for `r1`, `r3` and `r4`.

/// More than this in one row is a slip.
const MOST: usize = 10_000;

/// How the numbers of a range are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digits {
    /// Names and addresses.
    Decimal,
    /// MAC addresses.
    Hex,
}

impl Digits {
    fn radix(self) -> u32 {
        match self {
            Self::Decimal => 10,
            Self::Hex => 16,
        }
    }
}

/// Every text that `text` stands for: itself if it has no range, all combinations if it has
/// several (the last varies fastest). A leading zero keeps the width.
///
/// Brackets that hold no range stay as they are, so an IPv6 address in brackets is no range.
pub(super) fn expand(text: &str, digits: Digits) -> Result<Vec<String>, String> {
    let Some((before, items, after)) = first_range(text, digits) else {
        return Ok(vec![text.to_owned()]);
    };
    let mut middles = Vec::new();
    for item in items.split(',') {
        let (low, high) = item.split_once('-').unwrap_or((item, item));
        let number = |text| {
            u64::from_str_radix(text, digits.radix())
                .map_err(|_| format!("{text:?} in [{items}] is no number"))
        };
        let (from, to) = (number(low)?, number(high)?);
        if from > to {
            return Err(format!("the range [{item}] runs backwards"));
        }
        if usize::try_from(to - from).map_or(true, |steps| middles.len() + steps >= MOST) {
            return Err(format!("the range [{items}] is longer than {MOST}"));
        }
        let width = if low.starts_with('0') || low.len() == high.len() {
            low.len()
        } else {
            0
        };
        middles.extend((from..=to).map(|n| match digits {
            Digits::Decimal => format!("{n:0width$}"),
            Digits::Hex => format!("{n:0width$x}"),
        }));
    }
    let afters = expand(after, digits)?;
    if middles.len() * afters.len() > MOST {
        return Err(format!("{text} stands for more than {MOST}"));
    }
    Ok(middles
        .iter()
        .flat_map(|middle| {
            afters
                .iter()
                .map(move |after| format!("{before}{middle}{after}"))
        })
        .collect())
}

/// The text before the first range, what is in its brackets, and the text after it.
fn first_range(text: &str, digits: Digits) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find('[').map(|at| at + from) {
        let close = text[open..].find(']').map(|at| at + open)?;
        let inside = &text[open + 1..close];
        if !inside.is_empty()
            && inside
                .chars()
                .all(|c| c.is_digit(digits.radix()) || c == '-' || c == ',')
        {
            return Some((&text[..open], inside, &text[close + 1..]));
        }
        from = close + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Vec<String> {
        expand(text, Digits::Decimal).unwrap()
    }

    #[test]
    fn a_leading_zero_keeps_the_width() {
        assert_eq!(decimal("web[08-10]"), ["web08", "web09", "web10"]);
        assert_eq!(
            decimal("10.9.1.[9-11]"),
            ["10.9.1.9", "10.9.1.10", "10.9.1.11"]
        );
        assert_eq!(decimal("n[1,3-4,007]"), ["n1", "n3", "n4", "n007"]);
    }

    #[test]
    fn several_ranges_combine() {
        assert_eq!(decimal("r[1-2]n[1-2]"), ["r1n1", "r1n2", "r2n1", "r2n2"]);
    }

    #[test]
    fn mac_ranges_count_in_hex() {
        assert_eq!(
            expand("02:00:00:00:00:[09-0b]", Digits::Hex).unwrap(),
            [
                "02:00:00:00:00:09",
                "02:00:00:00:00:0a",
                "02:00:00:00:00:0b"
            ]
        );
    }

    #[test]
    fn brackets_without_a_range_stay() {
        assert_eq!(decimal("[fd00::1]:443"), ["[fd00::1]:443"]);
        assert_eq!(decimal("db01"), ["db01"]);
    }

    #[test]
    fn senseless_ranges_are_refused() {
        assert!(
            expand("web[12-01]", Digits::Decimal)
                .unwrap_err()
                .contains("backwards")
        );
        assert!(
            expand("web[1-]", Digits::Decimal)
                .unwrap_err()
                .contains("no number")
        );
        assert!(
            expand("web[1-99999999]", Digits::Decimal)
                .unwrap_err()
                .contains("longer")
        );
        assert!(
            expand("a[0-999]b[0-999]", Digits::Decimal)
                .unwrap_err()
                .contains("more than")
        );
        let all = format!("web[0-{}]", u64::MAX);
        assert!(
            expand(&all, Digits::Decimal)
                .unwrap_err()
                .contains("longer")
        );
    }
}
