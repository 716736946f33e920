//! Secrets that are made for the occasion, each of which is known afterwards.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

/// What the inputs call secret, besides passwords.
pub(crate) const PATTERN: &str = "REG-[0-9A-Za-z]{24}";

/// A secret, and what carries it.
#[derive(Debug, Clone)]
pub(crate) struct Planted {
    /// Where it stands, and in which shape.
    pub(crate) carrier: String,
    /// The text that must be nowhere.
    pub(crate) text: String,
}

/// See the module text.
pub(crate) struct Plant {
    state: u64,
    place: &'static str,
    shape: &'static str,
    /// All that was made.
    pub(crate) planted: Vec<Planted>,
}

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Those that have no meaning in a URL, a header or a line.
const SAFE: &str = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_.~";
const ANY: &str = "ABCabcXYZxyz0189!#$%&()*+,-./:;<=>?@[]^_`{|}~ \"'\\";

impl Plant {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self { state: 0x9e37_79b9_7f4a_7c15, place: "", shape: "", planted: Vec::new() }
    }

    /// From here on, secrets stand there.
    pub(crate) fn at(&mut self, place: &'static str, shape: &'static str) -> &mut Self {
        (self.place, self.shape) = (place, shape);
        self
    }

    fn next(&mut self) -> u64 {
        // xorshift64: the same secrets each time.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    /// Letters that are nobody's secret.
    pub(crate) fn noise(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| letters[usize::try_from(self.next() % letters.len() as u64).unwrap()]).collect()
    }

    /// Remembers a secret.
    pub(crate) fn note(&mut self, text: &str) {
        self.planted
            .push(Planted { carrier: format!("{}: {}", self.place, self.shape), text: text.to_owned() });
    }

    fn noted(&mut self, text: String) -> String {
        self.note(&text);
        text
    }

    /// Letters and digits.
    pub(crate) fn word(&mut self) -> String {
        let word = self.noise(LETTERS, 24);
        self.noted(word)
    }

    /// What may stand in a URL.
    pub(crate) fn token(&mut self) -> String {
        let token = self.noise(SAFE, 28);
        self.noted(token)
    }

    /// Quotes, braces, backslashes, blanks.
    pub(crate) fn tricky(&mut self) -> String {
        let middle = self.noise(ANY, 14);
        let text = format!("{}{middle}{}", self.noise(LETTERS, 5), self.noise(LETTERS, 5));
        self.noted(text)
    }

    /// Several words.
    pub(crate) fn phrase(&mut self) -> String {
        let text = (0..4).map(|_| self.noise(LETTERS, 6)).collect::<Vec<_>>().join(" ");
        self.noted(text)
    }

    /// A JWT, of which the signature must not be seen.
    pub(crate) fn jwt(&mut self) -> String {
        let signature = self.noise("ABCDEFGHabcdefgh0123456789-_", 43);
        self.note(&signature);
        let claims = format!(r#"{{"sub":"{}"}}"#, self.noise(LETTERS, 8));
        format!("{}.{}.{signature}", url_safe(r#"{"alg":"RS256"}"#), url_safe(&claims))
    }

    /// The lines of a key's body, of which one must not be seen, each time another.
    pub(crate) fn body(&mut self) -> Vec<String> {
        let digits = format!("{LETTERS}+/");
        let mut lines: Vec<_> = (0..4).map(|_| self.noise(&digits, 64)).collect();
        lines.insert(0, format!("MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSk{}", self.noise(&digits, 24)));
        lines.push(format!("{}==", self.noise(&digits, 22)));
        let noted = usize::try_from(self.next() % 6).unwrap();
        self.note(&lines[noted].clone());
        lines
    }

    /// A key in PEM.
    pub(crate) fn pem(&mut self, label: &str) -> String {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", self.body().join("\n"))
    }

    /// Something that the registered pattern knows.
    pub(crate) fn registered(&mut self) -> String {
        let text = format!("REG-{}", self.noise(LETTERS, 24));
        self.noted(text)
    }

    /// Something that is registered itself.
    pub(crate) fn password(&mut self) -> String {
        let text =
            format!("{}\"{}&<é/{}", self.noise(LETTERS, 6), self.noise(LETTERS, 4), self.noise(LETTERS, 6));
        redact::register_secret(&text);
        self.noted(text)
    }
}

/// A text in base64.
pub(crate) fn encoded(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}

/// As URLs have it.
pub(crate) fn url_safe(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

/// A certificate: public, and no secret.
pub(crate) fn certificate() -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", encoded(&"public ".repeat(9)))
}
