//! Lists objects page by page, so that a list is whole, and no answer is larger than it has to be.

use kube::api::{Api, DynamicObject, ListParams};
use kube::core::{ObjectList, Request};

/// How many objects are asked for in a request.
pub const PAGE: u32 = 500;
/// How often a list is begun at most, where the API server has forgotten its begin.
const TIMES: usize = 4;

/// All objects of a list.
pub async fn list_all(
    api: &Api<DynamicObject>,
    params: &ListParams,
) -> Result<Vec<DynamicObject>, kube::Error> {
    let add = |all: &mut Vec<_>, page: &str| -> Result<_, kube::Error> {
        let page: ObjectList<DynamicObject> = serde_json::from_str(page).map_err(kube::Error::SerdeError)?;
        all.extend(page.items);
        Ok(page.metadata.continue_)
    };
    let (client, url) = (api.clone().into_client(), api.resource_url());
    list_pages(&client, url, params, add).await
}

/// All objects of a list, page by page: `add` takes the objects of a page into what is returned, and gives the token of the
/// next one. A page is a text, so that whoever reads it keeps what it needs, and no more is ever in memory.
///
/// A list whose pages the API server has forgotten (410) is begun anew.
pub async fn list_pages<T: Default, E: From<kube::Error>>(
    client: &kube::Client,
    url: &str,
    params: &ListParams,
    add: impl Fn(&mut T, &str) -> Result<Option<String>, E>,
) -> Result<T, E> {
    let requests = Request::new(url);
    let first_page = params.clone().limit(PAGE);
    let mut params = first_page.clone();
    let mut all = T::default();
    let mut begun = 1;
    loop {
        let mut request = requests.list(&params).map_err(kube::Error::BuildRequest)?;
        request.extensions_mut().insert("list");
        let page = match client.request_text(request).await {
            Err(kube::Error::Api(status)) if status.code == 410 && begun < TIMES => {
                tracing::debug!(url, "the list is begun anew");
                (all, params, begun) = (T::default(), first_page.clone(), begun + 1);
                continue;
            }
            page => page?,
        };
        match add(&mut all, &page)?.filter(|token| !token.is_empty()) {
            Some(token) => params.continue_token = Some(token),
            None => return Ok(all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::gvk;
    use http::{Request, Response};
    use http_body_util::Full;
    use kube::client::Body;
    use kube::core::ApiResource;
    use rstest::rstest;
    use serde_json::{Value, json};
    use std::convert::Infallible;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn page(name: &str, more: &str) -> (u16, Value) {
        let item = json!({"metadata": {"name": name}});
        (200, json!({"kind": "List", "metadata": {"continue": more}, "items": [item]}))
    }

    fn gone() -> (u16, Value) {
        (
            410,
            json!({"kind": "Status", "status": "Failure", "code": 410, "reason": "Expired", "message": "too old"}),
        )
    }

    /// An API server that gives these answers, the last one again and again.
    fn lamps(answers: Vec<(u16, Value)>) -> (Api<DynamicObject>, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let number = Arc::clone(&asked);
        let service = tower::service_fn(move |_: Request<Body>| {
            let number = number.fetch_add(1, Ordering::Relaxed).min(answers.len() - 1);
            let (code, body) = answers[number].clone();
            let body = Full::new(bytes::Bytes::from(body.to_string()));
            let response = Response::builder().status(code).body(body).unwrap();
            async move { Ok::<_, Infallible>(response) }
        });
        let resource = ApiResource::from_gvk_with_plural(&gvk("fakes.test/v1", "Lamp"), "lamps");
        (Api::all_with(kube::Client::new(service, "default"), &resource), asked)
    }

    #[rstest]
    #[case::pages(vec![page("a", "more"), page("b", "")], Some("a b"), 2)]
    #[case::forgotten_in_the_middle(vec![page("a", "more"), gone(), page("c", "more"), page("d", "")], Some("c d"), 4)]
    #[case::forgotten_each_time(vec![gone()], None, TIMES)]
    #[tokio::test]
    async fn list_is_whole_or_an_error(
        #[case] answers: Vec<(u16, Value)>,
        #[case] expected: Option<&str>,
        #[case] requests: usize,
    ) {
        let (api, asked) = lamps(answers);
        let listed = list_all(&api, &ListParams::default()).await;
        let names = listed
            .map(|all| all.into_iter().filter_map(|one| one.metadata.name).collect::<Vec<_>>().join(" "));
        assert_eq!(names.ok().as_deref(), expected);
        assert_eq!(asked.load(Ordering::Relaxed), requests);
    }
}
