//! The client side of SCRAM (RFC 5802, RFC 7677), on the primitives of ring.
//!
//! Name and password of a user are not normalised (SASLprep), which matters only beyond ASCII.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom, SystemRandom};
use ring::{digest, hmac, pbkdf2};
use std::num::NonZeroU32;
use thiserror::Error;

/// More than any broker requires, and few enough to be computed in a moment.
const MAX_ITERATIONS: u32 = 100_000;
/// The GS2 header: no channel binding, no other identity.
const GS2_HEADER: &str = "n,,";

/// The server does not speak SCRAM, or does not know the password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ScramError {
    #[error("no random numbers")]
    Random,
    #[error("the server's first message has no `{0}`")]
    Field(char),
    #[error("the server's nonce does not begin with the client's")]
    Nonce,
    #[error("the salt is not base64")]
    Salt,
    #[error("the iteration count is not between 1 and {MAX_ITERATIONS}")]
    Iterations,
    #[error("the server refused: {0}")]
    Refused(String),
    #[error("the server does not know the password")]
    ServerSignature,
}

/// The functions of one SCRAM mechanism.
pub(crate) struct Mechanism {
    pub(crate) name: &'static str,
    derivation: pbkdf2::Algorithm,
    mac: hmac::Algorithm,
    digest: &'static digest::Algorithm,
}

/// SCRAM-SHA-512.
pub(crate) static SCRAM_SHA_512: Mechanism = Mechanism {
    name: "SCRAM-SHA-512",
    derivation: pbkdf2::PBKDF2_HMAC_SHA512,
    mac: hmac::HMAC_SHA512,
    digest: &digest::SHA512,
};

/// A client, before the server has answered it.
pub(crate) struct ScramClient {
    mechanism: &'static Mechanism,
    /// The first message without its GS2 header.
    first_bare: String,
    nonce: String,
}

/// Verifies that the server knows the password, after the client has proven that it does.
pub(crate) struct ServerVerifier {
    /// The signature that the server has to send.
    signature: Vec<u8>,
}

impl ScramClient {
    /// A client of this user, with a random nonce.
    pub(crate) fn new(mechanism: &'static Mechanism, user: &str) -> Result<Self, ScramError> {
        let mut nonce = [0; 24];
        SystemRandom::new().fill(&mut nonce).map_err(|_| ScramError::Random)?;
        Ok(Self::with_nonce(mechanism, user, STANDARD.encode(nonce)))
    }

    fn with_nonce(mechanism: &'static Mechanism, user: &str, nonce: String) -> Self {
        let user = user.replace('=', "=3D").replace(',', "=2C");
        Self { mechanism, first_bare: format!("n={user},r={nonce}"), nonce }
    }

    /// The first message of the client.
    pub(crate) fn first_message(&self) -> String {
        format!("{GS2_HEADER}{}", self.first_bare)
    }

    /// The final message of the client, which proves that it knows the password, and the verifier of the server's.
    pub(crate) fn final_message(
        &self,
        password: &str,
        server_first: &str,
    ) -> Result<(String, ServerVerifier), ScramError> {
        let nonce = field(server_first, 'r')?;
        if !nonce.starts_with(&self.nonce) || nonce.len() == self.nonce.len() {
            return Err(ScramError::Nonce);
        }
        let salt = STANDARD.decode(field(server_first, 's')?).map_err(|_| ScramError::Salt)?;
        let iterations = field(server_first, 'i')?
            .parse()
            .ok()
            .filter(|count| *count <= MAX_ITERATIONS)
            .and_then(NonZeroU32::new)
            .ok_or(ScramError::Iterations)?;
        let mut salted_password = vec![0; self.mechanism.digest.output_len()];
        pbkdf2::derive(
            self.mechanism.derivation,
            iterations,
            &salt,
            password.as_bytes(),
            &mut salted_password,
        );
        let without_proof = format!("c={},r={nonce}", STANDARD.encode(GS2_HEADER));
        let auth_message = format!("{},{server_first},{without_proof}", self.first_bare);
        let client_key = self.sign(&salted_password, b"Client Key");
        let stored_key = digest::digest(self.mechanism.digest, &client_key);
        let signature = self.sign(stored_key.as_ref(), auth_message.as_bytes());
        let proof: Vec<u8> = client_key.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        let server_key = self.sign(&salted_password, b"Server Key");
        let server = ServerVerifier { signature: self.sign(&server_key, auth_message.as_bytes()) };
        Ok((format!("{without_proof},p={}", STANDARD.encode(proof)), server))
    }

    fn sign(&self, key: &[u8], text: &[u8]) -> Vec<u8> {
        hmac::sign(&hmac::Key::new(self.mechanism.mac, key), text).as_ref().to_vec()
    }
}

impl ServerVerifier {
    /// Verifies the final message of the server.
    pub(crate) fn verify(&self, server_final: &str) -> Result<(), ScramError> {
        if let Ok(error) = field(server_final, 'e') {
            return Err(ScramError::Refused(error.to_owned()));
        }
        let signature =
            STANDARD.decode(field(server_final, 'v')?).map_err(|_| ScramError::ServerSignature)?;
        if signature == self.signature { Ok(()) } else { Err(ScramError::ServerSignature) }
    }
}

fn field(message: &str, name: char) -> Result<&str, ScramError> {
    message
        .split(',')
        .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
        .ok_or(ScramError::Field(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    static SCRAM_SHA_256: Mechanism = Mechanism {
        name: "SCRAM-SHA-256",
        derivation: pbkdf2::PBKDF2_HMAC_SHA256,
        mac: hmac::HMAC_SHA256,
        digest: &digest::SHA256,
    };
    const SERVER_FIRST: &str =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    fn client() -> ScramClient {
        ScramClient::with_nonce(&SCRAM_SHA_256, "user", "rOprNGfwEbeRWgbNEkqO".into())
    }

    #[test]
    fn client_speaks_the_example_of_rfc_7677() {
        let (final_message, server) = client().final_message("pencil", SERVER_FIRST).unwrap();
        assert_eq!(client().first_message(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        assert_eq!(
            final_message,
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
             p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
        assert_eq!(server.verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), Ok(()));
        assert_eq!(server.verify("v=AAAA"), Err(ScramError::ServerSignature));
        assert_eq!(server.verify("e=invalid-proof"), Err(ScramError::Refused("invalid-proof".into())));
    }

    #[rstest]
    #[case::nonce_of_another("r=other,s=AAAA,i=1", ScramError::Nonce)]
    #[case::nonce_not_extended("r=rOprNGfwEbeRWgbNEkqO,s=AAAA,i=1", ScramError::Nonce)]
    #[case::no_salt("r=rOprNGfwEbeRWgbNEkqOx,i=1", ScramError::Field('s'))]
    #[case::no_iteration("r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=0", ScramError::Iterations)]
    #[case::too_many("r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=4000000000", ScramError::Iterations)]
    #[case::garbage("\u{0}", ScramError::Field('r'))]
    fn message_of_no_server_is_refused(#[case] message: &str, #[case] expected: ScramError) {
        assert_eq!(client().final_message("pencil", message).err(), Some(expected));
    }

    #[test]
    fn user_name_is_escaped() {
        let client = ScramClient::with_nonce(&SCRAM_SHA_512, "a,b=c", "n".into());
        assert_eq!(client.first_message(), "n,,n=a=2Cb=3Dc,r=n");
    }
}
