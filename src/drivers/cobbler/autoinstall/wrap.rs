//! A template of the customer's, with our reports around it. Its text is taken as it is.

use crate::drivers::DriverError;

/// The preseed questions with commands that both sides have something for: the last value wins,
/// so that theirs and ours become one.
const COMMANDS: [&str; 2] = ["preseed/early_command", "preseed/late_command"];

/// A kickstart with our sections after theirs; Anaconda runs sections of one kind in their order.
///
/// # Errors
/// [`DriverError::InvalidParameter`] for a template that is none of Cheetah's.
pub(super) fn kickstart(theirs: &str, ours: &str) -> Result<String, DriverError> {
    let theirs = cheetah(theirs)?;
    Ok(format!("{theirs}\n{ours}"))
}

/// A preseed with our commands after theirs.
///
/// # Errors
/// The same.
pub(super) fn preseed(theirs: &str, early: &str, late: &str) -> Result<String, DriverError> {
    let mut text = cheetah(theirs)?;
    for (question, ours) in COMMANDS.into_iter().zip([early, late]) {
        let (rest, own) = without_command(&text, question);
        let both = match own {
            Some(own) => format!("{own} ; {ours}"),
            None => ours.to_owned(),
        };
        text = format!("{rest}\nd-i {question} string {both}\n");
    }
    Ok(text)
}

/// The text, marked as Cheetah's, since our part is.
fn cheetah(theirs: &str) -> Result<String, DriverError> {
    let theirs = theirs.replace("\r\n", "\n");
    match theirs.strip_prefix("#template=") {
        None => Ok(format!("#template=cheetah\n{theirs}")),
        Some(rest) if rest.trim_start().starts_with("cheetah") => Ok(theirs),
        Some(_) => Err(DriverError::invalid(
            "The template in use is Jinja's (its first line says so), and only Cheetah's can be combined with the \
             reports that this service needs; use a Cheetah template.",
        )),
    }
}

/// The text without the answer to a question, and that answer. A command goes on over lines that
/// end with a backslash.
fn without_command(text: &str, question: &str) -> (String, Option<String>) {
    let (mut rest, mut answers) = (String::new(), Vec::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut words = line.split_whitespace();
        let is_it = words.next() == Some("d-i") && words.next() == Some(question);
        if !is_it {
            rest.push_str(line);
            rest.push('\n');
            continue;
        }
        let mut whole = line.to_owned();
        while whole.ends_with('\\') {
            let Some(next) = lines.next() else { break };
            whole.push('\n');
            whole.push_str(next);
        }
        let answer = whole
            .split_once(question)
            .and_then(|(_, value)| value.trim_start().strip_prefix("string"))
            .map(|value| value.trim().to_owned());
        answers = answer
            .into_iter()
            .filter(|value| !value.is_empty())
            .collect();
    }
    (rest, answers.pop())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn their_commands_run_before_ours() {
        let theirs = "d-i mirror/http/proxy string\n\
                      d-i preseed/late_command string echo one > /target/x; \\\n  in-target true\n\
                      d-i passwd/make-user boolean false\n";
        let text = preseed(theirs, "ours early", "ours late").unwrap();
        assert_eq!(
            text,
            "#template=cheetah\nd-i mirror/http/proxy string\nd-i passwd/make-user boolean false\n\n\
             d-i preseed/early_command string ours early\n\n\
             d-i preseed/late_command string echo one > /target/x; \\\n  in-target true ; ours late\n"
        );
    }

    #[test]
    fn a_kickstart_stays_as_it_is_before_our_sections() {
        let theirs = "lang en_US\n%post\necho $name\n%end\n";
        assert_eq!(
            kickstart(theirs, "%post\nours\n%end\n").unwrap(),
            format!("#template=cheetah\n{theirs}\n%post\nours\n%end\n")
        );
    }

    #[test]
    fn a_template_of_another_language_is_refused() {
        let error = kickstart("#template=jinja2\n", "").unwrap_err().to_string();
        assert!(error.contains("Cheetah"), "{error}");
    }
}
