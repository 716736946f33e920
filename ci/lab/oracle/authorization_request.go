package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	rbac "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	template "github.com/envoyproxy/go-control-plane/envoy/extensions/path/match/uri_template/v3"
	envoy "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// certainty says whether something holds, where not all of a request is known.
type certainty int

const (
	no certainty = iota
	possible
	yes
)

func certain(holds bool) certainty {
	if holds {
		return yes
	}
	return no
}

// authorizationRequest is a request that filters are asked about. What is absent is not known, but for the caller.
//
// How Envoy matches it was written from the documentation of its API (envoy.config.rbac.v3, envoy.type.matcher.v3,
// envoy.extensions.path.match.uri_template.v3); Envoy itself is not asked.
type authorizationRequest struct {
	// The identity of the caller in its certificate, as a URI; empty for one without.
	Principal string `json:"principal"`
	Port      uint32 `json:"port"`
	// "http" or "tcp".
	Protocol string            `json:"protocol"`
	Host     *string           `json:"host"`
	Method   *string           `json:"method"`
	Path     *string           `json:"path"`
	Headers  map[string]string `json:"headers"`
	// Whether it has a token that was verified.
	HasToken *bool `json:"hasToken"`
}

func (r authorizationRequest) hasPermission(permission *rbac.Permission) certainty {
	each := func(set *rbac.Permission_Set) []certainty {
		var all []certainty
		for _, one := range set.Rules {
			all = append(all, r.hasPermission(one))
		}
		return all
	}
	switch rule := permission.Rule.(type) {
	case *rbac.Permission_Any:
		return yes
	case *rbac.Permission_AndRules:
		return slices.Min(each(rule.AndRules))
	case *rbac.Permission_OrRules:
		return slices.Max(each(rule.OrRules))
	case *rbac.Permission_NotRule:
		return yes - r.hasPermission(rule.NotRule)
	case *rbac.Permission_Header:
		return r.hasHeader(rule.Header)
	case *rbac.Permission_UrlPath:
		return textMatches(rule.UrlPath.GetPath(), r.Path)
	case *rbac.Permission_UriTemplate:
		config := &template.UriTemplateMatchConfig{}
		if err := rule.UriTemplate.GetTypedConfig().UnmarshalTo(config); err != nil {
			panic(err)
		}
		return templateMatches(config.PathTemplate, r.Path)
	case *rbac.Permission_DestinationPort:
		return certain(rule.DestinationPort == r.Port)
	case *rbac.Permission_DestinationIp, *rbac.Permission_RequestedServerName, *rbac.Permission_Metadata:
		return possible
	default:
		panic(fmt.Sprintf("permission %T", rule))
	}
}

func (r authorizationRequest) hasPrincipal(principal *rbac.Principal) certainty {
	each := func(set *rbac.Principal_Set) []certainty {
		var all []certainty
		for _, one := range set.Ids {
			all = append(all, r.hasPrincipal(one))
		}
		return all
	}
	switch identifier := principal.Identifier.(type) {
	case *rbac.Principal_Any:
		return yes
	case *rbac.Principal_AndIds:
		return slices.Min(each(identifier.AndIds))
	case *rbac.Principal_OrIds:
		return slices.Max(each(identifier.OrIds))
	case *rbac.Principal_NotId:
		return yes - r.hasPrincipal(identifier.NotId)
	case *rbac.Principal_Authenticated_:
		if r.Principal == "" {
			return no
		}
		return textMatches(identifier.Authenticated.PrincipalName, &r.Principal)
	case *rbac.Principal_Header:
		return r.hasHeader(identifier.Header)
	case *rbac.Principal_Metadata:
		if r.HasToken != nil && !*r.HasToken {
			return no
		}
		return possible
	case *rbac.Principal_DirectRemoteIp, *rbac.Principal_RemoteIp:
		return possible
	default:
		panic(fmt.Sprintf("principal %T", identifier))
	}
}

func (r authorizationRequest) hasHeader(header *route.HeaderMatcher) certainty {
	var value *string
	switch name := strings.ToLower(header.Name); name {
	case ":authority":
		value = r.Host
	case ":method":
		value = r.Method
	default:
		if r.Headers == nil {
			return possible
		}
		text, isThere := r.Headers[name]
		if !isThere {
			return no
		}
		value = &text
	}
	if header.GetPresentMatch() {
		return yes
	}
	return textMatches(header.GetStringMatch(), value)
}

func textMatches(matcher *envoy.StringMatcher, text *string) certainty {
	if text == nil {
		return possible
	}
	fold := func(text string) string {
		if matcher.IgnoreCase {
			return strings.ToLower(text)
		}
		return text
	}
	value := fold(*text)
	switch pattern := matcher.MatchPattern.(type) {
	case *envoy.StringMatcher_Exact:
		return certain(value == fold(pattern.Exact))
	case *envoy.StringMatcher_Prefix:
		return certain(strings.HasPrefix(value, fold(pattern.Prefix)))
	case *envoy.StringMatcher_Suffix:
		return certain(strings.HasSuffix(value, fold(pattern.Suffix)))
	case *envoy.StringMatcher_SafeRegex:
		return certain(regexp.MustCompile("^(?:" + pattern.SafeRegex.Regex + ")$").MatchString(value))
	default:
		panic(fmt.Sprintf("pattern %T", pattern))
	}
}

// templateMatches reads a template as Envoy does: * is a segment, ** is any number of characters, the slash among them.
func templateMatches(pattern string, path *string) certainty {
	if path == nil {
		return possible
	}
	expression := regexp.QuoteMeta(pattern)
	expression = strings.ReplaceAll(expression, `\*\*`, ".*")
	expression = strings.ReplaceAll(expression, `\*`, "[^/]+")
	return certain(regexp.MustCompile("^" + expression + "$").MatchString(*path))
}
