//! One pass over a text: an automaton stops at every cue (a noun, a beginning, a command, a held secret), and whoever
//! the cue belongs to says what is there.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use zeroize::Zeroizing;

use super::armour::{self, Armour};
use super::automaton::Cues;
use super::command::{self, COMMANDS, Command};
use super::format::{self, FORMATS, Format};
use super::held::{Form, Held, SHORTEST, Unfit, forms};
use super::keyword::{self, NOUNS, Noun};
use super::placeholder::{self, Claim};
use super::text::{Finding, Text, What};
use super::{Kind, address, header, login, run};

/// What a stop of the automaton is about.
enum Cue {
    Noun(&'static Noun),
    Format(&'static Format),
    Command(&'static Command),
    Authorization,
    Cookie,
    Bearer,
    Login,
    Piped,
    Armour,
    Url,
    ApiToken,
    Brackets,
    /// The first bytes of these forms of held secrets.
    Held(Vec<Form>),
}

/// What stops the automaton, and what to do there. Built once.
pub(super) struct Scanner {
    automaton: Cues,
    /// By their numbers in the automaton.
    cues: Vec<Cue>,
}

/// What one pass has seen so far.
struct Pass<'a> {
    text: Text<'a>,
    findings: Vec<Finding>,
    armour: Armour,
    /// Where the last finding lies: cues within it say nothing new.
    covered: Range<usize>,
    /// Everything that is or claims to be a placeholder.
    claims: Vec<Claim>,
    /// Where the last placeholder that came in ends: cues in it are none.
    opaque: usize,
    /// Where the last command line ends.
    commanded: usize,
}

impl Scanner {
    pub(super) fn new<'a>(held: impl IntoIterator<Item = Held<'a>>) -> Result<Self, Unfit> {
        let mut words: Vec<Vec<u8>> = Vec::new();
        let mut cues = Vec::new();
        let mut add = |word: &[u8], cue: Cue| {
            words.push(word.to_vec());
            cues.push(cue);
        };
        for noun in NOUNS {
            add(noun.word.as_bytes(), Cue::Noun(noun));
        }
        for format in FORMATS {
            add(format.prefix.as_bytes(), Cue::Format(format));
        }
        for command in COMMANDS {
            add(command.name.as_bytes(), Cue::Command(command));
        }
        for (word, cue) in [
            ("authorization", Cue::Authorization),
            ("cookie", Cue::Cookie),
            ("bearer", Cue::Bearer),
            ("login", Cue::Login),
            ("zugang", Cue::Login),
            ("credential", Cue::Login),
            ("creds", Cue::Login),
            ("user", Cue::Login),
            ("chpasswd", Cue::Piped),
            (armour::BEGIN, Cue::Armour),
            ("://", Cue::Url),
            ("!", Cue::ApiToken),
            ("%21", Cue::ApiToken),
            ("<<", Cue::Brackets),
        ] {
            add(word.as_bytes(), cue);
        }
        // Only the first bytes of a held secret are in the automaton, which cannot be wiped and stays small like this.
        let mut by_start: HashMap<Vec<u8>, Vec<Form>> = HashMap::new();
        for form in forms(held)? {
            let start = form.bytes[..SHORTEST].to_ascii_lowercase();
            by_start.entry(start).or_default().push(form);
        }
        for (start, forms) in by_start {
            add(&start, Cue::Held(forms));
        }
        let automaton = Cues::new(&words).map_err(|_| Unfit::TooMany)?;
        Ok(Self { automaton, cues })
    }

    /// Everything in `text` that must change, in order, without overlaps.
    pub(super) fn findings(&self, text: &str) -> Vec<Finding> {
        let text = Text::new(text);
        let mut pass = Pass {
            text,
            findings: Vec::new(),
            armour: Armour::default(),
            claims: Vec::new(),
            covered: 0..0,
            opaque: 0,
            commanded: 0,
        };
        self.stops(text.bytes, |cue, range| pass.stop(cue, range));
        let Pass {
            mut findings,
            armour,
            claims,
            ..
        } = pass;
        let holds = |squeezed: &str| !self.held_in(squeezed).is_empty();
        run::find(text, &armour.public, holds, &mut findings);
        around_claims(text, merged(findings), &claims)
    }

    /// The secrets that only show now that others became placeholders, which end at the places `placed`: where one
    /// word ended, the next begins. Their lines are looked at, and those beside them.
    pub(super) fn secrets_beside(&self, text: &str, placed: &[usize]) -> Vec<Finding> {
        let line_start = |place: usize| text[..place].rfind('\n');
        let line_end = |place: usize| text[place..].find('\n').map(|at| place + at);
        let mut secrets = Vec::new();
        let mut done = 0;
        for place in placed {
            if *place < done {
                continue;
            }
            let start = line_start(*place)
                .and_then(line_start)
                .map_or(0, |at| at + 1)
                .max(done);
            let end = line_end(*place)
                .and_then(|at| line_end(at + 1))
                .unwrap_or(text.len());
            secrets.extend(
                self.findings(&text[start..end])
                    .into_iter()
                    .filter_map(|finding| {
                        let range = finding.range.start + start..finding.range.end + start;
                        (finding.what != What::Forged).then_some(Finding { range, ..finding })
                    }),
            );
            done = end;
        }
        secrets
    }

    /// What Argus holds of `text`, in any of its forms.
    pub(super) fn held_in(&self, text: &str) -> Vec<Finding> {
        let bytes = text.as_bytes();
        let mut findings = Vec::new();
        self.stops(bytes, |cue, range| {
            if let Cue::Held(forms) = cue {
                findings.extend(held(forms, bytes, range.start));
            }
        });
        merged(findings)
    }

    /// What all of `value` is where it stands behind this name.
    pub(super) fn beside(&self, name: &str, value: &str) -> Option<Kind> {
        let line = Zeroizing::new(format!("{name}: \"{value}\""));
        let inside = name.len() + 3..line.len() - 1;
        let findings = self.findings(&line);
        findings.into_iter().find_map(|finding| match finding.what {
            What::Secret(kind) if finding.range == inside => Some(kind),
            _ => None,
        })
    }

    /// Calls `stop` at each cue, in the order of their ends.
    fn stops(&self, bytes: &[u8], mut stop: impl FnMut(&Cue, Range<usize>)) {
        self.automaton
            .find(bytes, |number, range| stop(&self.cues[number], range));
    }
}

impl Pass<'_> {
    fn stop(&mut self, cue: &Cue, range: Range<usize>) {
        let text = self.text;
        if let Cue::Held(forms) = cue {
            self.findings.extend(held(forms, text.bytes, range.start));
            return;
        }
        if let Cue::Brackets = cue {
            return self.brackets(range.start);
        }
        if range.start < self.opaque || self.covered.contains(&range.start) {
            return;
        }
        let found = match cue {
            Cue::Held(_) | Cue::Brackets => None,
            Cue::Noun(noun) => keyword::find(text, &range, noun),
            Cue::Format(format) => format::find(text, range.start, format),
            Cue::Command(command) => return self.command(command, range.start),
            Cue::Authorization => header::authorization(text, &range),
            Cue::Cookie => header::cookie(text, &range),
            Cue::Bearer => header::bearer(text, &range),
            Cue::Login => login::find(text, range.end),
            Cue::Piped => login::piped(text, range.start),
            Cue::Armour => self.armour.find(text, range.start),
            Cue::Url => address::in_url(text, range.start),
            Cue::ApiToken => address::in_api_token(text, range.start, range.end),
        };
        if let Some(found) = found {
            self.covered = found.range.clone();
            self.findings.push(found);
        }
    }

    fn command(&mut self, command: &Command, start: usize) {
        if start >= self.commanded {
            self.commanded = command::find(self.text, start, command, &mut self.findings);
        }
    }

    fn brackets(&mut self, start: usize) {
        if start >= self.opaque
            && let Some(claim) = placeholder::claim(self.text.str, start)
        {
            self.opaque = claim.end;
            self.claims.push(claim);
        }
    }
}

/// The forms that stand at `start`.
fn held(forms: &[Form], bytes: &[u8], start: usize) -> impl Iterator<Item = Finding> {
    let here = forms
        .iter()
        .filter(move |form| form.begins(&bytes[start..]));
    here.map(move |form| Finding::secret(start..start + form.bytes.len(), form.kind))
}

/// In order, and secrets that overlap as one. What else lies within one stays for [`around_claims`].
fn merged(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.range.start, Reverse(finding.range.end)));
    let mut merged: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match merged.last_mut() {
            Some(last) if finding.range.start < last.range.end => {
                last.range.end = last.range.end.max(finding.range.end);
            }
            _ => merged.push(finding),
        }
    }
    merged
}

/// The secrets without the placeholders in them, and the words of those.
fn around_claims(text: Text<'_>, secrets: Vec<Finding>, claims: &[Claim]) -> Vec<Finding> {
    if claims.is_empty() {
        return secrets;
    }
    let mut findings = Vec::with_capacity(secrets.len() + claims.len());
    let mut claims = claims.iter().peekable();
    let forged = |claim: &Claim| Finding {
        range: claim.word.clone(),
        what: What::Forged,
    };
    for Finding { range, what } in secrets {
        while let Some(claim) = claims.next_if(|claim| claim.end <= range.start) {
            findings.push(forged(claim));
        }
        let mut from = range.start;
        while from < range.end {
            let claim = claims.peek().filter(|claim| claim.start < range.end);
            let to = claim.map_or(range.end, |claim| claim.start.max(from));
            if !text.str[from..to].trim().is_empty() {
                findings.push(Finding {
                    range: from..to,
                    what,
                });
            }
            from = claim.map_or(range.end, |claim| claim.end);
            if claim.is_some_and(|claim| claim.end <= range.end)
                && let Some(claim) = claims.next()
            {
                findings.push(forged(claim));
            }
        }
    }
    findings.extend(claims.map(forged));
    findings
}
