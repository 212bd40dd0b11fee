//! Text tables: columns aligned, two spaces between.

/// Lays out rows under headings. Lines have no trailing spaces.
pub(super) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let width = |text: &str| text.chars().count();
    let mut widths: Vec<usize> = headings.iter().map(|heading| width(heading)).collect();
    for row in rows {
        for (column, cell) in row.iter().enumerate().take(widths.len()) {
            widths[column] = widths[column].max(width(cell));
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut line = String::new();
        for (cell, width) in cells.zip(&widths) {
            line.push_str(&format!("{cell:<width$}  "));
        }
        line.trim_end().to_owned()
    };
    let mut lines = Vec::new();
    if headings.iter().any(|heading| !heading.is_empty()) {
        lines.push(line(&mut headings.iter().copied()));
    }
    lines.extend(
        rows.iter()
            .map(|row| line(&mut row.iter().map(String::as_str))),
    );
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            vec!["a".to_owned(), "1".to_owned()],
            vec!["bbbbb".to_owned(), String::new()],
        ];
        assert_eq!(table(&["node", "n"], &rows), "node   n\na      1\nbbbbb");
        assert_eq!(table(&["", ""], &rows), "a      1\nbbbbb");
    }
}
