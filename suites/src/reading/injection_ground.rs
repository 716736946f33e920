//! What decides whether pods of a namespace get a sidecar, as far as it is known.

use semantics::flavour::OSSM2;
use semantics::istio::possible_injection::InjectionGround;
use view::namespace::Namespace;
use vocabulary::Objects;
use world::Context;

/// Whether the webhook is called for each pod, whatever its namespace asks for: Maistra's is, for members.
pub fn is_webhook_for_all(cx: &Context) -> bool {
    cx.flavour() == OSSM2
}

/// What decides it in the namespace of this name.
pub fn injection_ground<'a>(
    cx: &Context,
    name: &str,
    namespaces: &'a Objects<Namespace>,
) -> InjectionGround<'a> {
    InjectionGround::of_namespace(name, namespaces, is_webhook_for_all(cx), cx.flavour().missing())
}
