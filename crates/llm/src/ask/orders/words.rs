//! The words of a text, with where sentences and clauses begin.

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// In lower case, umlauts written out, without apostrophes.
    pub low: String,
    /// It begins a clause.
    pub opens: bool,
    /// It hangs on the word before without a blank: the `01` of `web-01`.
    pub joined: bool,
    /// Which sentence, from 0.
    pub sentence: usize,
    /// Which clause of the text, from 0.
    pub clause: usize,
}

impl Word {
    /// Whether it is one of these.
    pub(super) fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.low.as_str())
    }

    /// Whether it turns round what stands beside it.
    pub(super) fn negates(&self) -> bool {
        #[rustfmt::skip]
        const NEGATIONS: &[&str] = &[
            "not", "never", "dont", "no", "nothing", "cannot", "cant", "doesnt", "wont", "shouldnt", "mustnt",
            "nicht", "nie", "niemals", "kein", "keine", "keinen", "keiner", "keinesfalls", "nichts", "ohne", "without",
            "avoid",
        ];
        self.is(NEGATIONS)
    }

    /// Whether it is made of digits.
    pub(super) fn is_number(&self) -> bool {
        self.low.chars().all(|c| c.is_ascii_digit())
    }
}

/// The words of a text that has been through the hygiene, line breaks apart.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut reader = Reader::default();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        match c {
            c if c.is_alphanumeric() => reader.letter(c),
            // `don't` is one word.
            '\'' | '’' if reader.is_within && next.is_some_and(char::is_alphanumeric) => {}
            '-' | '.' | '_' | '/' | '@'
                if reader.is_within && next.is_some_and(char::is_alphanumeric) =>
            {
                reader.end();
                reader.joins = true;
            }
            '.' | '!' | '?' | ';' | '\n' => reader.break_sentence(),
            c if c.is_whitespace() => reader.end(),
            _ => reader.break_clause(),
        }
    }
    reader.end();
    reader.words
}

#[derive(Default)]
struct Reader {
    words: Vec<Word>,
    low: String,
    is_within: bool,
    joins: bool,
    opened: Option<(usize, usize)>,
    sentence: usize,
    clause: usize,
}

impl Reader {
    fn letter(&mut self, c: char) {
        self.is_within = true;
        for low in c.to_lowercase() {
            match low {
                'ä' => self.low.push_str("ae"),
                'ö' => self.low.push_str("oe"),
                'ü' => self.low.push_str("ue"),
                'ß' => self.low.push_str("ss"),
                low => self.low.push(low),
            }
        }
    }

    fn end(&mut self) {
        if self.is_within {
            let place = (self.sentence, self.clause);
            self.words.push(Word {
                low: std::mem::take(&mut self.low),
                opens: self.opened != Some(place),
                joined: self.joins,
                sentence: self.sentence,
                clause: self.clause,
            });
            self.opened = Some(place);
            self.joins = false;
        }
        self.is_within = false;
    }

    fn break_clause(&mut self) {
        self.end();
        self.clause += 1;
    }

    fn break_sentence(&mut self) {
        self.break_clause();
        self.sentence += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_sentences_and_names_are_told_apart() {
        let read: Vec<(String, bool, bool, usize)> = words("Don't: stop web-01. Lösche es")
            .into_iter()
            .map(|word| (word.low, word.opens, word.joined, word.sentence))
            .collect();
        let wanted = [
            ("dont", true, false, 0),
            ("stop", true, false, 0),
            ("web", false, false, 0),
            ("01", false, true, 0),
            ("loesche", true, false, 1),
            ("es", false, false, 1),
        ];
        let wanted = wanted.map(|(low, opens, joined, at)| (low.to_owned(), opens, joined, at));
        assert_eq!(read, wanted);
    }
}
