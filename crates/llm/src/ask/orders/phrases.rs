//! Phrases that speak to a model, and phrases that name an approval.
//!
//! A phrase is words: `a|b` is one of them, `~3` up to three words of any kind, `^` in front the beginning of a clause, `:`
//! the end of one. Umlauts are written out. Each phrase stays within one sentence.

use std::sync::LazyLock;

use super::words::Word;

/// Whoever writes these means a reader that obeys.
#[rustfmt::skip]
const TO_A_MODEL: &[&str] = &[
    "ignore|disregard|forget|override|bypass|violate ~4 instruction|instructions|rules|prompt|prompts|guidelines|guardrails|safeguards",
    "ignore|disregard|forget ~1 user|operator|requester",
    "ignore|disregard|forget ~2 previous|prior|above|preceding|earlier ~1 text|message|messages|context|request|orders|task",
    "ignore|disregard|forget ~1 everything|all ~2 above|before|said|told",
    "ignoriere|vergiss|missachte|umgehe|uebergehe ~4 anweisung|anweisungen|regel|regeln|vorgaben|auftrag|prompt",
    "ignoriere|vergiss ~1 alles ~3 vorher|davor|oben|bisher|gesagt|gesagte|bisherige|vorherige",
    "system prompt|override|message|note|instruction|instructions",
    "systemprompt|systemnachricht|systemanweisung|jailbreak",
    "developer message|mode",
    "your ~1 instruction|instructions|rules|guidelines|task|role",
    "these|following|new instructions ~2 override|supersede|replace|follow",
    "deine|deinen|deiner ~1 anweisung|anweisungen|regeln|aufgabe|vorgaben",
    "^ new|neue task|aufgabe|instructions|anweisung|anweisungen",
    "follow|obey|befolge|befolgen ~2 instructions|orders|commands|anweisungen|befehle",
    "as an ai|llm|assistant",
    "als ki|sprachmodell|assistent|assistentin",
    "dear|hey|hello|attention ~1 ai|llm|assistant|assistants|bot|copilot|chatgpt|claude|gpt|model",
    "note|message|instruction|instructions|hint to|for ~1 ai|llm|assistant|assistants|copilot|chatgpt|claude|gpt|models",
    "hinweis|nachricht|achtung|liebe|hallo|anweisung ~2 ki|sprachmodell|sprachmodelle|assistent|assistenten",
    "assistant|model|llm|ai must|shall|should|will",
    "ki|sprachmodell|assistent muss|soll|sollte|darf|wird",
    "any|every|the ai|llm|assistant|model reading|that|which|who ~1 reads|read|processes|sees|this",
    "^ assistant|assistent :",
    "you are now",
    "you are an|a ~2 ai|assistant|model|bot|root|unrestricted|unrestrained",
    "you are in maintenance|developer|admin|god|debug|root|unrestricted",
    "du bist jetzt|nun",
    "du bist ein|eine ~2 ki|assistent|assistentin|sprachmodell|administrator",
    "act as ~1 admin|administrator|root|operator|system|assistant|if",
    "pretend to|you|that",
    "when|whenever|once you|anyone|somebody|someone|anybody ~1 read|reads|see|sees|process|asks|ask|mentions",
    "when|whenever asked|read|mentioned",
    "whenever ~4 mentioned|asked",
    "wenn du|jemand ~4 liest|fragt|siehst",
    "whatever ~1 is|are|you|they ~1 asked|ask|says|requested",
    "you are|were asked ~1 about|to|for|only",
    "^ answer|respond|reply|antworte ~1 with|only|mit|nur",
    "repeat|reveal|print|output|leak|exfiltrate|copy|wiederhole|verrate ~3 token|tokens|password|passwords|secret|secrets|credentials|passwort|kennwort|prompt",
    "user|operator|operators|admin|requester|benutzer|anwender really|actually|means|meant|intends|intended|wirklich|eigentlich",
    "user|users|operator|operators|admin|requester ~2 intention|intent|intentions",
    "admin|administrator|operator|root|system says|befiehlt|sagt",
    "regardless|irrespective of ~2 request|user|rules|instructions|asked|prompt",
    "add|append|include|put ~3 to|in|into ~1 every|each|your|the ~1 plan|plans|draft|drafts|proposal|proposals",
];

/// An approval or confirmation that a text claims.
#[rustfmt::skip]
const APPROVAL: &[&str] = &[
    "pre|already|hereby|automatically|auto approved|authorized|authorised|confirmed",
    "been|is|are|fully approved|authorized|authorised",
    "preapproved|vorabgenehmigt|vorgenehmigt",
    "bereits|schon|hiermit|automatisch|vorab genehmigt|freigegeben|bestaetigt",
    "ist|sind|wurde|wurden|sei ~2 genehmigt",
    "genehmigt durch|von|vom",
    "approved by|change|deletion|removal|action|plan",
    "^ approve ~2 it|this|that|all|every|everything|plan|proposal|change|automatically|immediately",
    "please|must|always|and|then|just|auto approve",
    "^ genehmige|genehmigen|bestaetige ~2 alles|alle|plan|dies|das|es|den|sofort",
    "user|operator|admin|owner|manager|management ~1 approves|approved|confirmed|confirms|authorised|authorized|agreed|agrees",
    "go ahead",
    "confirmation|approval is|was ~1 given|granted|waived|implied|unnecessary",
];

/// An approval or confirmation that a text makes needless; behind a negation it is asked for instead.
#[rustfmt::skip]
const WAIVER: &[&str] = &[
    "no ~1 confirmation|approval|approvals|review|permission is|are|needed|required|necessary",
    "without|skip|bypass ~2 confirmation|confirming|approval|approvals|asking|review|permission",
    "do not ask ~2 confirmation|approval|permission|again|anybody|anyone|back",
    "dont ask ~2 confirmation|approval|permission|again|anybody|anyone|back",
    "ohne ~1 rueckfrage|rueckfragen|bestaetigung|genehmigung|freigabe|nachfrage|nachfragen|zustimmung",
    "keine|keiner ~1 rueckfrage|bestaetigung|genehmigung|freigabe|zustimmung ~1 noetig|erforderlich|notwendig",
];

enum Part {
    /// One of these.
    Word(Vec<&'static str>),
    /// Up to so many of any kind.
    Gap(usize),
    /// What follows is another clause.
    Break,
}

struct Phrase {
    opens: bool,
    parts: Vec<Part>,
}

static MODEL: LazyLock<Vec<Phrase>> = LazyLock::new(|| read(TO_A_MODEL));
static CLAIMED: LazyLock<Vec<Phrase>> = LazyLock::new(|| read(APPROVAL));
static WAIVED: LazyLock<Vec<Phrase>> = LazyLock::new(|| read(WAIVER));

/// Whether the words speak to a model or of its rules.
pub(super) fn speak_to_a_model(words: &[Word]) -> bool {
    places(&MODEL, words).next().is_some()
}

/// Whether the words name an approval or a confirmation, or say that none is needed.
pub(super) fn name_an_approval(words: &[Word]) -> bool {
    let is_asked_for = |at: &usize| {
        let before = words[..*at].iter().rev();
        before
            .take_while(|word| word.sentence == words[*at].sentence)
            .any(Word::negates)
    };
    places(&CLAIMED, words).next().is_some() || places(&WAIVED, words).any(|at| !is_asked_for(&at))
}

/// Where one of the phrases begins.
fn places<'a>(phrases: &'a [Phrase], words: &'a [Word]) -> impl Iterator<Item = usize> + 'a {
    (0..words.len()).filter(|at| phrases.iter().any(|phrase| phrase.begins(&words[*at..])))
}

impl Phrase {
    fn begins(&self, words: &[Word]) -> bool {
        let Some(first) = words.first() else {
            return false;
        };
        let within = words
            .iter()
            .take_while(|word| word.sentence == first.sentence);
        (first.opens || !self.opens) && matches(&self.parts, None, &words[..within.count()])
    }
}

/// Whether the words begin with these parts, behind this word.
fn matches(parts: &[Part], before: Option<&Word>, words: &[Word]) -> bool {
    match parts.split_first() {
        None => true,
        Some((Part::Word(all), rest)) => words
            .split_first()
            .is_some_and(|(word, after)| word.is(all) && matches(rest, Some(word), after)),
        Some((Part::Gap(most), rest)) => (0..=*most.min(&words.len())).any(|skipped| {
            let before = skipped
                .checked_sub(1)
                .map_or(before, |last| words.get(last));
            matches(rest, before, &words[skipped..])
        }),
        Some((Part::Break, rest)) => words.first().zip(before).is_some_and(|(word, before)| {
            word.clause != before.clause && matches(rest, None, words)
        }),
    }
}

fn read(phrases: &[&'static str]) -> Vec<Phrase> {
    let phrase = |text: &&'static str| {
        let inside = text.strip_prefix("^ ");
        let parts = inside.unwrap_or(text).split(' ').map(part);
        Phrase {
            opens: inside.is_some(),
            parts: parts.collect(),
        }
    };
    phrases.iter().map(phrase).collect()
}

fn part(text: &'static str) -> Part {
    match text.strip_prefix('~').map(str::parse) {
        Some(Ok(most)) => Part::Gap(most),
        _ if text == ":" => Part::Break,
        _ => Part::Word(text.split('|').collect()),
    }
}
