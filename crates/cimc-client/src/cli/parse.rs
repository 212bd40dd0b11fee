//! What `show …` prints: pages of `Key: value`, and tables with a line of dashes under the head.
//!
//! Both forms are those of the examples in Cisco's CLI configuration guides. A line that fits
//! neither is an error that quotes it: it is never skipped and never guessed at. Everything is
//! bounded, and nothing here knows what the words mean.

/// Records of one page, fields of one record, columns or rows of one table.
const ITEMS: usize = 1024;
/// The most text that is read.
const TEXT_LIMIT: usize = 256 * 1024;
/// How much of a line an error quotes.
const QUOTE: usize = 120;

/// A line that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}: {line:?}")]
pub struct NotUnderstood {
    /// What is wrong with it.
    pub why: &'static str,
    /// The line, cut to 120 characters.
    pub line: String,
}

fn bad(why: &'static str, line: &str) -> NotUnderstood {
    NotUnderstood {
        why,
        line: line.chars().take(QUOTE).collect(),
    }
}

/// One thing of a detail page: `Name eth0:` and the indented fields below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The heading without its colon, `Name eth0`; empty where there was none.
    pub title: String,
    /// The fields in their order.
    pub fields: Vec<(String, String)>,
}

impl Record {
    /// The value of a field, whatever the case of its name; `None` when it is missing or says
    /// "nothing".
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self
            .fields
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        told(value)
    }

    /// The last word of the heading: `eth0` of `Name eth0`.
    pub fn name(&self) -> &str {
        self.title.rsplit(' ').next().unwrap_or_default()
    }
}

/// A value, unless it is one of the firmware's words for none.
fn told(value: &str) -> Option<&str> {
    let none = [
        "",
        "n/a",
        "na",
        "unknown",
        "not specified",
        "unspecified",
        "-",
        "none",
    ];
    let lower = value.trim().to_ascii_lowercase();
    (!none.contains(&lower.as_str())).then_some(value.trim())
}

/// Reads a detail page.
///
/// A line without indentation that ends in a colon begins a record; `Key: value` lines belong to
/// the record above them. Where records have no headings, a key that comes again begins the next.
///
/// # Errors
///
/// [`NotUnderstood`] with the first line that is neither.
pub fn records(text: &str) -> Result<Vec<Record>, NotUnderstood> {
    let mut records: Vec<Record> = Vec::new();
    for line in lines(text)? {
        let Some((key, value)) = line.split_once(':') else {
            return Err(bad("neither a heading nor a field", line));
        };
        let (key, value) = (key.trim(), value.trim());
        if key.is_empty() {
            return Err(bad("a field without a name", line));
        }
        let is_heading = value.is_empty() && !line.starts_with([' ', '\t']);
        if is_heading {
            records.push(Record {
                title: key.to_owned(),
                fields: Vec::new(),
            });
        } else {
            field(&mut records, key, value);
        }
        let fields = records.last().map_or(0, |record| record.fields.len());
        if records.len() > ITEMS || fields > ITEMS {
            return Err(bad("more than a page can have", line));
        }
    }
    Ok(records)
}

fn field(records: &mut Vec<Record>, key: &str, value: &str) {
    let starts_another = match records.last() {
        None => true,
        Some(last) => last.title.is_empty() && last.fields.iter().any(|(known, _)| known == key),
    };
    if starts_another {
        records.push(Record::default());
    }
    if let Some(last) = records.last_mut() {
        last.fields.push((key.to_owned(), value.to_owned()));
    }
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// The rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The cell of a row in the first column whose head begins so, unless it says "nothing".
    pub fn cell<'r>(&self, row: &'r [String], head: &str) -> Option<&'r str> {
        let column = self.columns.iter().position(|column| {
            let column = column.to_ascii_lowercase();
            column.starts_with(&head.to_ascii_lowercase())
        })?;
        told(row.get(column)?)
    }
}

/// Reads a table: a head, a line of dashes that says how wide each column is, rows.
///
/// # Errors
///
/// [`NotUnderstood`] with the first line that doesn't fit.
pub fn table(text: &str) -> Result<Table, NotUnderstood> {
    let mut lines = lines(text)?.into_iter();
    let Some(head) = lines.next() else {
        return Ok(Table::default());
    };
    let dashes = lines.next().unwrap_or_default();
    let spans = spans(dashes);
    if spans.is_empty() {
        return Err(bad("no line of dashes under the head", head));
    }
    let mut table = Table {
        columns: cells(head, &spans)?,
        rows: Vec::new(),
    };
    for line in lines {
        if table.rows.len() == ITEMS {
            return Err(bad("more rows than a table can have", line));
        }
        table.rows.push(cells(line, &spans)?);
    }
    Ok(table)
}

/// Where the columns begin and end; nothing if the line has anything but dashes and blanks.
fn spans(dashes: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut begin = None;
    for (at, char) in dashes.chars().chain([' ']).enumerate() {
        match (char, begin) {
            ('-', None) => begin = Some(at),
            ('-', Some(_)) => {}
            (' ', Some(from)) => {
                spans.push((from, at));
                begin = None;
            }
            (' ', None) => {}
            _ => return Vec::new(),
        }
    }
    spans.truncate(ITEMS);
    spans
}

/// Cuts a line at the columns. A value that runs over its column's edge can't be told from its
/// neighbour; the last column may be as long as it likes.
fn cells(line: &str, spans: &[(usize, usize)]) -> Result<Vec<String>, NotUnderstood> {
    let chars: Vec<char> = line.chars().collect();
    let mut cells = Vec::with_capacity(spans.len());
    let mut from = 0;
    for (number, (_, end)) in spans.iter().enumerate() {
        let is_last = number + 1 == spans.len();
        let to = if is_last { chars.len() } else { *end };
        let (from_here, to) = (from.min(chars.len()), to.min(chars.len()));
        if !is_last && chars.get(to).is_some_and(|char| *char != ' ') {
            return Err(bad("a value runs over the edge of its column", line));
        }
        let cell: String = chars[from_here..to.max(from_here)].iter().collect();
        cells.push(cell.trim().to_owned());
        from = to;
    }
    Ok(cells)
}

/// The lines that say something, without the blanks at their ends.
fn lines(text: &str) -> Result<Vec<&str>, NotUnderstood> {
    if text.len() > TEXT_LIMIT {
        let first = text.lines().next().unwrap_or_default();
        return Err(bad("more text than is read", first));
    }
    let lines = text.lines().map(str::trim_end);
    Ok(lines.filter(|line| !line.is_empty()).collect())
}

/// How the command line says no: the words that such a line begins with.
///
/// `Error:`, `Failed` and `Invalid` are what scripts against these controllers look for; the
/// others are usual in Cisco's command lines.
const REFUSALS: &[&str] = &[
    "error",
    "invalid",
    "unknown",
    "failed",
    "%",
    "incomplete",
    "ambiguous",
    "syntax",
    "not supported",
    "command not",
    "operation failed",
    "permission",
    "insufficient",
    "access denied",
    "unsupported",
];

/// The line of an answer that says no, if one does. Indented lines are data.
pub fn refusal(text: &str) -> Option<&str> {
    text.lines().map(str::trim_end).find(|line| {
        let lower = line.to_ascii_lowercase();
        REFUSALS.iter().any(|word| lower.starts_with(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_a_heading_and_its_fields() {
        let page = "Name eth0:\n    MTU: 1500\n    MAC Address: 00:22:BD:D6:42:DA\n    Port Profile:\nName eth1:\n    MTU : 9000\n";
        let found = records(page).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].name(), "eth0");
        assert_eq!(found[0].get("mac address"), Some("00:22:BD:D6:42:DA"));
        assert_eq!(found[0].get("Port Profile"), None);
        assert_eq!(found[1].get("MTU"), Some("9000"));
    }

    #[test]
    fn without_headings_a_repeated_key_begins_the_next_record() {
        let found = records("Interface ID: 1\nMAC: a\nInterface ID: 2\nMAC: b\n").unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].get("MAC"), Some("b"));
    }

    #[test]
    fn a_line_that_is_not_understood_is_quoted() {
        let error = records("Chassis:\n    Power: on\nsomething else\n").unwrap_err();
        assert_eq!(error.line, "something else");
        assert!(records(": x\n").is_err());
    }

    #[test]
    fn a_table_is_cut_at_its_dashes() {
        let text = "Name         Cores    Version\n------------ -------- --------\nCPU1         4        Xeon E5630 @ 2.53GHz\nCPU2\n";
        let table = table(text).unwrap();
        assert_eq!(table.columns, ["Name", "Cores", "Version"]);
        assert_eq!(table.rows[0], ["CPU1", "4", "Xeon E5630 @ 2.53GHz"]);
        assert_eq!(table.cell(&table.rows[0], "core"), Some("4"));
        assert_eq!(table.cell(&table.rows[1], "Cores"), None);
    }

    #[test]
    fn a_value_over_the_edge_is_not_guessed_at() {
        let text = "A    B\n---- ----\nabcdefgh x\n";
        assert_eq!(table(text).unwrap_err().line, "abcdefgh x");
        assert!(table("A B\nno dashes\n").is_err());
    }

    #[test]
    fn a_refusal_is_told_from_data() {
        assert_eq!(
            refusal("\nError: Managed object does not exist\n").map(str::len),
            Some(36)
        );
        assert_eq!(refusal("DIMM Summary:\n    Failed Memory: 0 MB\n"), None);
        assert_eq!(refusal("To manage boot-order:\n- Reboot server\n"), None);
    }
}
