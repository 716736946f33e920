//! Which kind of request this is: whether its answer has an end, and whether it may be repeated.

use http::Method;
use http::header::UPGRADE;
use http::request::Parts;

/// A kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestKind {
    /// It only reads, and its answer has an end.
    Read,
    /// A watch: its answer has no end.
    Watch,
    /// A log that is followed. Its answer has no end, and the head comes with the first line.
    FollowedLog,
    /// A port of a pod that is forwarded: nothing is sent to the pod before the connection is upgraded.
    PortForward,
    /// Anything else. Only who sends it can know whether it may be repeated.
    Write,
}

impl RequestKind {
    /// The kind of a request with this head.
    pub(crate) fn of(head: &Parts) -> Self {
        let has = |parameter: &str| {
            // none: a URI without a query asks for nothing
            head.uri.query().unwrap_or_default().split('&').any(|one| {
                one.split_once('=').is_some_and(|(key, value)| key == parameter && value != "false")
            })
        };
        match head.method {
            Method::GET | Method::HEAD if head.headers.contains_key(UPGRADE) => {
                if head.uri.path().ends_with("/portforward") { Self::PortForward } else { Self::Write }
            }
            Method::GET | Method::HEAD if has("watch") => Self::Watch,
            Method::GET | Method::HEAD if has("follow") => Self::FollowedLog,
            Method::GET | Method::HEAD => Self::Read,
            _ => Self::Write,
        }
    }

    /// Whether the answer has an end.
    pub(crate) fn has_end(self) -> bool {
        matches!(self, Self::Read | Self::Write)
    }

    /// Whether it does nothing that a second one would do again.
    pub(crate) fn is_repeatable(self) -> bool {
        self != Self::Write
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::list("GET", "/api/v1/pods?limit=500&continue=x", false, RequestKind::Read)]
    #[case::discovery("GET", "/apis", false, RequestKind::Read)]
    #[case::watch("GET", "/api/v1/pods?&watch=true&timeoutSeconds=290", false, RequestKind::Watch)]
    #[case::log("GET", "/api/v1/namespaces/n/pods/p/log?&container=c", false, RequestKind::Read)]
    #[case::follow("GET", "/api/v1/namespaces/n/pods/p/log?&follow=true", false, RequestKind::FollowedLog)]
    #[case::forward("GET", "/api/v1/namespaces/n/pods/p/portforward?ports=1", true, RequestKind::PortForward)]
    #[case::exec("GET", "/api/v1/namespaces/n/pods/p/exec?command=rm", true, RequestKind::Write)]
    #[case::create("POST", "/api/v1/namespaces", false, RequestKind::Write)]
    #[case::apply("PATCH", "/api/v1/namespaces/n?fieldManager=meshproof", false, RequestKind::Write)]
    #[case::delete("DELETE", "/api/v1/namespaces/n", false, RequestKind::Write)]
    fn kind_is_told_by_the_head(
        #[case] method: &str,
        #[case] uri: &str,
        #[case] is_upgrade: bool,
        #[case] expected: RequestKind,
    ) {
        let mut request = http::Request::builder().method(method).uri(uri);
        if is_upgrade {
            request = request.header(UPGRADE, "websocket");
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        assert_eq!(RequestKind::of(&head), expected);
    }
}
