package main

import (
	"fmt"
	"slices"
	"sort"

	rbac "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	rbachttp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	rbactcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/rbac/v3"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/security/authz/builder"
	"istio.io/istio/pilot/pkg/security/trustdomain"
)

// authorizationFacts is what the filters that Istio builds of AuthorizationPolicies make of requests.
type authorizationFacts struct {
	Decisions []authorizationDecision `json:"decisions"`
}

// authorizationDecision is what becomes of a request.
type authorizationDecision struct {
	// "allowed", "denied" or "notKnown".
	Decision string `json:"decision"`
	// The first DENY rule that surely matches, as namespace/name#place; empty where none does.
	Rule string `json:"rule"`
}

// authorization builds the filters of a sidecar as its inbound listeners have them, and asks them about requests.
func authorization(node *model.Proxy, proxy caseProxy, push *model.PushContext) authorizationFacts {
	facts := authorizationFacts{Decisions: []authorizationDecision{}}
	matcher := model.PolicyMatcherForProxy(node).WithRootNamespace(push.Mesh.GetRootNamespace())
	policies := push.AuthzPolicies.ListAuthorizationPolicies(matcher)
	bundle := trustdomain.NewBundle(proxy.TrustDomains[0], proxy.TrustDomains[1:])
	// Whether a provider is asked is decided by rules that are built as those of DENY; what it says is not known.
	custom := model.AuthorizationPoliciesResult{Deny: policies.Custom}
	for _, request := range proxy.Requests {
		filters := builtRules(bundle, push, policies, request.Protocol)
		asked, _ := anyPolicy(builtRules(bundle, push, custom, request.Protocol)[rbac.RBAC_DENY], request)
		facts.Decisions = append(facts.Decisions, decide(filters, asked, request))
	}
	return facts
}

// builtRules gives the enforced rules of the filters, by their action.
func builtRules(bundle trustdomain.Bundle, push *model.PushContext, policies model.AuthorizationPoliciesResult,
	protocol string,
) map[rbac.RBAC_Action]*rbac.RBAC {
	rules := map[rbac.RBAC_Action]*rbac.RBAC{}
	policies.Custom = nil
	built := builder.New(bundle, push, policies, builder.Option{})
	if built == nil {
		return rules
	}
	add := func(enforced *rbac.RBAC) {
		if enforced != nil {
			rules[enforced.Action] = enforced
		}
	}
	if protocol == "tcp" {
		for _, filter := range built.BuildTCP() {
			message := &rbactcp.RBAC{}
			if err := filter.GetTypedConfig().UnmarshalTo(message); err != nil {
				panic(err)
			}
			add(message.Rules)
		}
		return rules
	}
	for _, filter := range built.BuildHTTP() {
		message := &rbachttp.RBAC{}
		if err := filter.GetTypedConfig().UnmarshalTo(message); err != nil {
			panic(err)
		}
		add(message.Rules)
	}
	return rules
}

func decide(filters map[rbac.RBAC_Action]*rbac.RBAC, asked certainty, request authorizationRequest) authorizationDecision {
	denied, rules := anyPolicy(filters[rbac.RBAC_DENY], request)
	if denied == yes {
		return authorizationDecision{Decision: "denied", Rule: rules[0]}
	}
	allowed := yes
	if allow := filters[rbac.RBAC_ALLOW]; allow != nil {
		allowed, _ = anyPolicy(allow, request)
	}
	switch {
	case allowed == no:
		return authorizationDecision{Decision: "denied"}
	case allowed == yes && denied == no && asked == no:
		return authorizationDecision{Decision: "allowed"}
	default:
		return authorizationDecision{Decision: "notKnown"}
	}
}

// anyPolicy says whether any of the rules matches, and which surely do.
func anyPolicy(rules *rbac.RBAC, request authorizationRequest) (certainty, []string) {
	matched := no
	var sure []string
	for name, policy := range rules.GetPolicies() {
		var permissions, principals []certainty
		for _, permission := range policy.Permissions {
			permissions = append(permissions, request.hasPermission(permission))
		}
		for _, principal := range policy.Principals {
			principals = append(principals, request.hasPrincipal(principal))
		}
		one := min(slices.Max(permissions), slices.Max(principals))
		matched = max(matched, one)
		if one == yes {
			sure = append(sure, ruleName(name))
		}
	}
	sort.Strings(sure)
	return matched, sure
}

// ruleName gives namespace/name#place of the name that Istio gives to a rule. Names of a case have no brackets.
func ruleName(policy string) string {
	var namespace, name string
	var place int
	read := func(r rune) rune {
		if r == '[' || r == ']' {
			return ' '
		}
		return r
	}
	spaced := []rune(policy)
	for index, letter := range spaced {
		spaced[index] = read(letter)
	}
	if _, err := fmt.Sscanf(string(spaced), "ns %s -policy %s -rule %d", &namespace, &name, &place); err != nil {
		panic(err)
	}
	return fmt.Sprintf("%s/%s#%d", namespace, name, place)
}
