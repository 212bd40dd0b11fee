//! Finds the calls to the outside in the shell scripts of an answer file.
//!
//! This is no shell: it looks at lines whose first word is a command that matters. Lines in
//! comments, function definitions and here-documents don't count, as they don't run.

/// A call to the outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Call {
    /// `ferric_report URL [MESSAGE]`: POST.
    Report { url: String, message: String },
    /// `ferric_fetch URL FILE`, or `curl` or `wget` of a link into a file: GET, kept as FILE.
    Fetch { url: String, file: String },
    /// `ferric_watch URL`: POSTs of the progress while packages are installed.
    Watch { url: String },
    /// `sh FILE URL`: a fetched script that is given a link.
    Run { file: String, url: String },
    /// `curl` or `wget` of one of Cobbler's own services (`op/nopxe`, `op/trig`): GET.
    CobblerService { url: String },
}

/// The calls of a script in their order.
pub(super) fn calls(lines: &[&str]) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut depth = 0_usize;
    let mut here_document: Option<String> = None;
    for line in lines {
        let line = line.trim();
        if let Some(delimiter) = &here_document {
            if line == delimiter {
                here_document = None;
            }
            continue;
        }
        if line.starts_with('#') {
            continue;
        }
        here_document = here_document_delimiter(line);
        if depth > 0 || begins_function(line) {
            depth = depth_after(line, depth);
            continue;
        }
        // The brace may stand on the next line, which is then a block of its own.
        if line.ends_with("()") || line == "{" {
            depth = depth_after(line, depth);
            continue;
        }
        calls.extend(call(&words(line)));
    }
    calls
}

/// `name() {`, `name () {`, `function name {`.
fn begins_function(line: &str) -> bool {
    let Some(open) = line.find('{') else {
        return false;
    };
    let head = line[..open].trim_end();
    head.ends_with("()") || head.starts_with("function ")
}

/// Braces of blocks are words of their own in shell; `${x}` and `{}` inside words don't count.
fn depth_after(line: &str, mut depth: usize) -> usize {
    for word in line.split([' ', '\t', ';']) {
        match word {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            word if word.ends_with("(){") => depth += 1,
            _ => {}
        }
    }
    depth
}

/// The word that ends the here-document that this line begins.
fn here_document_delimiter(line: &str) -> Option<String> {
    let (_, after) = line.split_once("<<")?;
    if after.starts_with('<') {
        return None;
    }
    let after = after.trim_start_matches('-').trim_start();
    let end = after
        .find([' ', '\t', ';', '>', '|', ')'])
        .unwrap_or(after.len());
    let word = after[..end].trim_matches(['\'', '"', '\\']);
    (!word.is_empty()).then(|| word.to_owned())
}

/// The words of the first simple command of a line, quotes removed.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, ';' | '&' | '|' | '>' | '<') => break,
            (None, '#') if word.is_none() => break,
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

fn call(words: &[String]) -> Option<Call> {
    let argument = |position: usize| words.get(position).cloned();
    match words.first()?.as_str() {
        "ferric_report" => Some(Call::Report {
            url: argument(1)?,
            message: argument(2).unwrap_or_default(),
        }),
        "ferric_fetch" => Some(Call::Fetch {
            url: argument(1)?,
            file: argument(2)?,
        }),
        "ferric_watch" => Some(Call::Watch { url: argument(1)? }),
        "sh" => Some(Call::Run {
            file: argument(1)?,
            url: argument(2).filter(|url| url.starts_with("http"))?,
        }),
        "curl" | "wget" => {
            if let Some(url) = words.iter().find(|word| word.contains("/cblr/svc/op/")) {
                return Some(Call::CobblerService { url: url.clone() });
            }
            let url = words.iter().find(|word| word.starts_with("http"))?.clone();
            let option = words.iter().position(|word| word == "-o" || word == "-O")?;
            let file = argument(option + 1)?;
            Some(Call::Fetch { url, file })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(script: &str) -> Vec<String> {
        let lines: Vec<_> = script.lines().collect();
        let url = |call| match call {
            Call::Report { url, .. }
            | Call::Fetch { url, .. }
            | Call::Watch { url }
            | Call::Run { url, .. }
            | Call::CobblerService { url } => url,
        };
        calls(&lines).into_iter().map(url).collect()
    }

    #[test]
    fn comments_functions_and_here_documents_do_not_run() {
        let script = "ferric_report() {\n  ferric_report 'http://inside'\n  curl \"$1\"\n}\n\
                      # ferric_report 'http://comment'\n\
                      cat > /root/x <<'EOF'\nferric_report 'http://document'\nEOF\n\
                      function other {\n ferric_report http://inside2\n}\n\
                      one() { ferric_report http://inside3; }\n\
                      two ()\n{\nferric_report http://inside4\n}\n\
                      echo ferric_report http://argument\n\
                      \tferric_report 'http://real' || true\n";
        assert_eq!(urls(script), ["http://real"]);
    }

    #[test]
    fn quotes_redirections_and_messages_are_understood() {
        let lines = ["ferric_report \"http://h/failed?a=1&b=2\" 'it broke' >/dev/null 2>&1"];
        assert_eq!(
            calls(&lines),
            [Call::Report {
                url: "http://h/failed?a=1&b=2".to_owned(),
                message: "it broke".to_owned()
            }]
        );
    }

    #[test]
    fn cobbler_services_are_called_and_other_downloads_are_not() {
        let script = "curl \"http://c/cblr/svc/op/nopxe/system/a\" -o /dev/null\n\
                      wget http://elsewhere/file\n";
        assert_eq!(urls(script), ["http://c/cblr/svc/op/nopxe/system/a"]);
    }

    #[test]
    fn a_script_that_is_given_a_link_is_run() {
        assert_eq!(
            calls(&[
                "sh /root/node.sh 'http://h/n/t' || exit 1",
                "sh /root/other.sh"
            ]),
            [Call::Run {
                file: "/root/node.sh".to_owned(),
                url: "http://h/n/t".to_owned()
            }]
        );
    }

    #[test]
    fn a_download_into_a_file_is_a_fetch() {
        assert_eq!(
            calls(&["curl -fsS -o /tmp/r.sh 'http://h/script' && sh /tmp/r.sh"]),
            [Call::Fetch {
                url: "http://h/script".to_owned(),
                file: "/tmp/r.sh".to_owned()
            }]
        );
    }

    #[test]
    fn a_fetch_needs_a_file() {
        assert_eq!(
            urls("ferric_fetch 'http://h/userdata'"),
            Vec::<String>::new()
        );
        assert_eq!(
            urls("ferric_fetch 'http://h/userdata' /root/u"),
            ["http://h/userdata"]
        );
    }
}
