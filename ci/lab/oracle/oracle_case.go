package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/serviceregistry/kube"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
)

// oracleCase is what a line asks: what the proxies of these pods are sent, where these are the objects of the cluster.
type oracleCase struct {
	ID string `json:"id"`
	// What is asked: "authorization", "configMaps", "gatewayListeners", with Ingresses or the Gateway API among the objects or without,
	// "gatewayRoutes", "injection", "mutualTls", "networkPassages", "outboundClusters" or "sidecarRoutes".
	Asks    string            `json:"asks"`
	Proxies []caseProxy       `json:"proxies"`
	Objects []json.RawMessage `json:"objects"`
	// Whether pods see Gateways of their own namespace only: PILOT_SCOPE_GATEWAY_TO_NAMESPACE of istiod.
	ScopesGateways bool `json:"scopesGatewaysToNamespace"`
	// What the injector is set to, where injection is asked for.
	Injector injectorSettings `json:"injector"`
	// The mesh config, as a person writes it; Istio's defaults where it is absent.
	MeshConfig json.RawMessage `json:"meshConfig"`

	configs []config.Config
	// VirtualServices, which istiod merges before it keeps them.
	virtualServices []config.Config
	// What istiod makes of objects of other kinds.
	made     []config.Config
	services []*corev1.Service
	pods     []*corev1.Pod
	hosts    []*model.Service
	caseIngresses
	caseGatewayAPI
	// Where injection is asked for.
	deployments []*appsv1.Deployment
	namespaces  []*corev1.Namespace
	// Where passages of connections are asked for; the other pods are moved to namespaces of their case.
	networkPods     []*corev1.Pod
	networkPolicies []*networkingv1.NetworkPolicy
	// Where Serving's settings are asked for.
	configMaps []*corev1.ConfigMap
	err        error
}

// caseProxy is the proxy of one of the pods: a gateway where listeners are asked for, and a sidecar otherwise.
type caseProxy struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Whether it cannot bind ports below 1024: ISTIO_META_UNPRIVILEGED_POD.
	IsUnprivileged bool `json:"isUnprivileged"`
	// The ports of the workload that are asked about.
	Ports []uint32 `json:"ports"`
	// The requests to the workload that are asked about.
	Requests []authorizationRequest `json:"requests"`
	// The trust domain of the mesh, and then its aliases, where requests are asked about.
	TrustDomains []string `json:"trustDomains"`
	// The connections that are asked about.
	Connections []networkConnection `json:"connections"`
}

// configSchemas are the kinds of Istio that are put into the store as they are.
var configSchemas = map[string]resource.Schema{
	"AuthorizationPolicy": collections.AuthorizationPolicy,
	"DestinationRule":     collections.DestinationRule,
	"PeerAuthentication":  collections.PeerAuthentication,
	"Sidecar":             collections.Sidecar,
}

func parseCase(line []byte) oracleCase {
	var one oracleCase
	if one.err = json.Unmarshal(line, &one); one.err != nil {
		return one
	}
	for _, object := range one.Objects {
		if one.err = one.add(object); one.err != nil {
			return one
		}
	}
	one.made, one.err = one.caseIngresses.gateways(string(one.MeshConfig))
	one.made = append(one.made, one.caseGatewayAPI.gateways(one.namespaces)...)
	return one
}

func (c *oracleCase) add(object json.RawMessage) error {
	var meta metav1.TypeMeta
	if err := json.Unmarshal(object, &meta); err != nil {
		return err
	}
	switch meta.Kind {
	case "Gateway":
		if meta.GroupVersionKind().Group == gatewayv1.GroupName {
			return appendParsed(object, &c.kubernetesGateways)
		}
		gateway, err := parseConfig(collections.Gateway, object)
		if err != nil {
			return err
		}
		numberServers(gateway)
		c.configs = append(c.configs, *gateway)
	case "AuthorizationPolicy", "DestinationRule", "PeerAuthentication", "Sidecar":
		one, err := parseConfig(configSchemas[meta.Kind], object)
		if err != nil {
			return err
		}
		c.configs = append(c.configs, *one)
	case "VirtualService":
		service, err := parseConfig(collections.VirtualService, object)
		if err != nil {
			return err
		}
		numberRoutes(service)
		c.virtualServices = append(c.virtualServices, *service)
	case "ServiceEntry":
		entry, err := parseConfig(collections.ServiceEntry, object)
		if err != nil {
			return err
		}
		c.hosts = append(c.hosts, convertServices(*entry, nil, false)...)
	case "Service":
		if err := appendParsed(object, &c.services); err != nil {
			return err
		}
		service := *c.services[len(c.services)-1]
		c.hosts = append(c.hosts, kube.ConvertService(service, nil, "cluster.local", "Kubernetes", "cluster.local"))
	case "Pod":
		if err := appendParsed(object, &c.networkPods); err != nil {
			return err
		}
		return appendParsed(object, &c.pods)
	case "Deployment":
		return appendParsed(object, &c.deployments)
	case "Namespace":
		return appendParsed(object, &c.namespaces)
	case "ConfigMap":
		return appendParsed(object, &c.configMaps)
	case "NetworkPolicy":
		return appendParsed(object, &c.networkPolicies)
	case "GatewayClass":
		return appendParsed(object, &c.gatewayClasses)
	case "Secret":
		return appendParsed(object, &c.secrets)
	case "Ingress":
		return appendParsed(object, &c.ingresses)
	case "IngressClass":
		return appendParsed(object, &c.classes)
	default:
		return fmt.Errorf("no object of the kind %q is expected", meta.Kind)
	}
	return nil
}

// appendParsed reads an object of Kubernetes, and appends it to the others of its kind.
func appendParsed[T any](object json.RawMessage, list *[]*T) error {
	one := new(T)
	if err := json.Unmarshal(object, one); err != nil {
		return err
	}
	*list = append(*list, one)
	return nil
}

// parseConfig reads an object as istiod reads it from the API server.
func parseConfig(schema resource.Schema, object json.RawMessage) (*config.Config, error) {
	kind := &crd.IstioKind{}
	if err := json.Unmarshal(object, kind); err != nil {
		return nil, err
	}
	return crd.ConvertObject(schema, kind, "cluster.local")
}

// numberServers replaces the name of each server by its place in the list. The name is one for statistics only; and so servers
// can be told apart after they were copied.
func numberServers(gateway *config.Config) {
	for index, server := range gateway.Spec.(*networking.Gateway).Servers {
		server.Name = strconv.Itoa(index)
	}
}
