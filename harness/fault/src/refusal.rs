//! What becomes of a fault when its steps are sent: who states that it is refused has to be right, and so has who does not.

use crate::error::InjectError;
use report::fault_report::Fate;
use vocabulary::chain;

/// The fate of a fault by the answer to its steps, with its detail; nothing where it is in the cluster, as it should be. `stated`:
/// who refuses it, as its file says.
pub(crate) fn fate_at_admission<T>(
    injected: Result<T, InjectError>,
    stated: Option<&str>,
) -> Option<(Fate, String)> {
    let error = match (injected, stated) {
        (Ok(_), None) => return None,
        (Ok(_), Some(stated)) => {
            return Some((Fate::NotRefused, format!("expected: refused by {stated}; observed: accepted")));
        }
        (Err(error), _) => error,
    };
    let answer = chain(&error);
    Some(match (error.refused_at_admission_by(), stated) {
        (Some(by), Some(stated)) if by == stated => (Fate::Refused, answer),
        (Some(by), Some(stated)) => {
            let detail = format!("expected: refused by {stated}; observed: refused by {by}: {answer}");
            (Fate::NotRefused, detail)
        }
        (Some(by), None) => (
            Fate::Unviable,
            format!("{answer}; if it is meant to be refused, its file has to state `refused_by: {by}`"),
        ),
        (None, _) => (Fate::Unviable, answer),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FaultError;
    use cluster::answer::ApiServerError;
    use cluster::replace::ReplaceError;
    use rstest::rstest;
    use undo::ChangeError;
    use vocabulary::ObjectRef;

    const DENIED: &str = r#"admission webhook "w.test" denied the request: too dim"#;

    fn refused(code: u16, message: &str) -> InjectError {
        let object = ObjectRef { kind: "Lamp".to_owned(), namespace: None, name: "a".to_owned() };
        let source = ApiServerError::Status { message: message.to_owned(), code };
        ChangeError::from(ReplaceError::Refused { action: "replace", object, source }).into()
    }

    #[rstest]
    #[case::taken_in(Ok(()), None, None)]
    #[case::refused_as_stated(
        Err(refused(400, DENIED)),
        Some("w.test"),
        Some((Fate::Refused, r#"could not replace Lamp a: admission webhook "w.test" denied the request: too dim (400)"#))
    )]
    #[case::taken_in_though_stated(
        Ok(()),
        Some("w.test"),
        Some((Fate::NotRefused, "expected: refused by w.test; observed: accepted"))
    )]
    #[case::refused_by_another(
        Err(refused(422, "Lamp is invalid")),
        Some("w.test"),
        Some((Fate::NotRefused, "expected: refused by w.test; observed: refused by the API server: could not replace Lamp a: Lamp is invalid (422)"))
    )]
    #[case::refused_and_not_stated(
        Err(refused(422, "Lamp is invalid")),
        None,
        Some((Fate::Unviable, "could not replace Lamp a: Lamp is invalid (422); if it is meant to be refused, its file has to state `refused_by: the API server`"))
    )]
    #[case::no_right(
        Err(refused(403, "no")),
        Some("the API server"),
        Some((Fate::Unviable, "could not replace Lamp a: no (403)"))
    )]
    #[case::does_not_fit(
        Err(FaultError::NoObject("lamps a".to_owned()).into()),
        Some("w.test"),
        Some((Fate::Unviable, "there is no lamps a to change"))
    )]
    fn fate_follows_from_the_answer_and_from_what_is_stated(
        #[case] injected: Result<(), InjectError>,
        #[case] stated: Option<&str>,
        #[case] expected: Option<(Fate, &str)>,
    ) {
        let fate = fate_at_admission(injected, stated);
        assert_eq!(fate, expected.map(|(fate, detail)| (fate, detail.to_owned())));
    }
}
