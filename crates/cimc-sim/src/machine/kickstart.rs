//! Reads a kickstart file as far as an install needs it.

use super::script::{self, Call};

/// An answer file, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Kickstart {
    pub(super) pre: Vec<Call>,
    pub(super) post: Vec<Call>,
    pub(super) on_error: Vec<Call>,
    pub(super) packages: Vec<String>,
    pub(super) end: Ending,
    /// Nothing is installed: the scripts of `%pre` run, then there is a shell.
    pub(super) rescue: bool,
}

/// What the installer does when it is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Ending {
    /// Waits for somebody to press a key: the default.
    #[default]
    Wait,
    Reboot,
    PowerOff,
    Halt,
}

/// How Cobbler's answer begins when it couldn't render a file: the error comes as text.
const ERROR_TEXTS: [&str; 3] = [
    "# This automatic OS installation file had errors",
    "# system not found",
    "# profile not found",
];

/// Takes the file apart. The error says why an installer would stop at this file.
pub(super) fn parse(text: &str) -> Result<Kickstart, String> {
    let text = text.trim_start();
    if let Some(error) = ERROR_TEXTS.iter().find(|error| text.starts_with(**error)) {
        return Err(format!("the answer file is an error text: {error}"));
    }
    if text.is_empty() {
        return Err("the answer file is empty".to_owned());
    }
    let mut kickstart = Kickstart::default();
    let mut section: Option<(&str, Vec<&str>)> = None;
    for line in text.lines() {
        let word = line.split_whitespace().next().unwrap_or_default();
        match (&mut section, word) {
            (None, "%include" | "%ksappend" | "%end") => {}
            (None, start) if start.starts_with('%') => section = Some((start, Vec::new())),
            (None, command) => kickstart.command(command),
            (Some(_), "%end") => {
                if let Some((name, lines)) = section.take() {
                    kickstart.section(name, &lines);
                }
            }
            (Some((_, lines)), _) => lines.push(line),
        }
    }
    match section {
        Some((name, _)) => Err(format!("section {name} does not end with %end")),
        None => Ok(kickstart),
    }
}

impl Kickstart {
    fn command(&mut self, word: &str) {
        match word {
            "reboot" => self.end = Ending::Reboot,
            "poweroff" | "shutdown" => self.end = Ending::PowerOff,
            "halt" => self.end = Ending::Halt,
            "rescue" => self.rescue = true,
            _ => {}
        }
    }

    fn section(&mut self, name: &str, lines: &[&str]) {
        match name {
            "%pre" => self.pre.extend(script::calls(lines)),
            "%post" => self.post.extend(script::calls(lines)),
            "%onerror" => self.on_error.extend(script::calls(lines)),
            "%packages" => {
                let packages = lines.iter().map(|line| line.trim());
                let named = packages.filter(|line| !line.is_empty() && !line.starts_with('#'));
                self.packages.extend(named.map(str::to_owned));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_the_ending_are_found() {
        let file = "# a comment\nlang en_US\n%pre --log=/tmp/x\nferric_report 'http://h/started'\n\
                    %end\nreboot --eject\n%packages --ignoremissing\n@core\n# not this\nnginx\n\n\
                    %end\n%post --nochroot\nferric_report http://h/post 'half way'\n%end\n";
        let kickstart = parse(file).unwrap();
        assert_eq!(kickstart.packages, ["@core", "nginx"]);
        assert_eq!(kickstart.end, Ending::Reboot);
        assert_eq!(
            kickstart.pre,
            [Call::Report {
                url: "http://h/started".to_owned(),
                message: String::new()
            }]
        );
        assert_eq!(
            kickstart.post,
            [Call::Report {
                url: "http://h/post".to_owned(),
                message: "half way".to_owned()
            }]
        );
    }

    #[test]
    fn the_command_rescue_installs_nothing() {
        assert!(parse("rescue --nomount\n").unwrap().rescue);
        assert!(!parse("%pre\nrescue\n%end\n").unwrap().rescue);
    }

    #[test]
    fn without_an_ending_the_installer_waits() {
        assert_eq!(parse("lang en_US\n").unwrap().end, Ending::Wait);
    }

    #[test]
    fn error_texts_and_open_sections_stop_the_installer() {
        assert!(parse("# system not found").is_err());
        assert!(parse("# This automatic OS installation file had errors ...").is_err());
        assert!(parse("").is_err());
        assert!(parse("%post\necho x\n").unwrap_err().contains("%post"));
    }
}
