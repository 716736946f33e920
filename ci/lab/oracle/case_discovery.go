package main

import (
	"fmt"
	"strings"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/serviceregistry/kube"
	"istio.io/istio/pilot/pkg/serviceregistry/kube/controller"
	"istio.io/istio/pkg/config/labels"
)

// caseDiscovery asks the registry that a batch shares about the pods of one case.
//
// A Service selects pods of its own namespace, so that other names for the namespaces of a case change nothing about which
// Services lead to a pod, nor about their order.
type caseDiscovery struct {
	model.ServiceDiscovery
	registry *controller.FakeController
	index    int
}

func namespaceOfCase(index int, namespace string) string {
	return fmt.Sprintf("case-%d-%s", index, namespace)
}

// GetProxyServiceTargets gives the ports of Services that lead to a proxy, by the names that the Services have in the case: a
// Gateway of the Gateway API names them.
func (d *caseDiscovery) GetProxyServiceTargets(proxy *model.Proxy) []model.ServiceTarget {
	targets := d.registry.GetProxyServiceTargets(d.inRegistry(proxy))
	for index, target := range targets {
		service := target.Service.ShallowCopy()
		service.Attributes.Namespace = proxy.Metadata.Namespace
		service.Hostname = kube.ServiceHostname(service.Attributes.Name, proxy.Metadata.Namespace, "cluster.local")
		targets[index].Service = service
	}
	return targets
}

// GetProxyWorkloadLabels gives the labels of a proxy's pod.
func (d *caseDiscovery) GetProxyWorkloadLabels(proxy *model.Proxy) labels.Instance {
	return d.registry.GetProxyWorkloadLabels(d.inRegistry(proxy))
}

func (d *caseDiscovery) inRegistry(proxy *model.Proxy) *model.Proxy {
	namespace := namespaceOfCase(d.index, proxy.Metadata.Namespace)
	name, _, _ := strings.Cut(proxy.ID, ".")
	return &model.Proxy{
		Type:            proxy.Type,
		ID:              name + "." + namespace,
		ConfigNamespace: namespace,
		IPAddresses:     proxy.IPAddresses,
		Metadata:        &model.NodeMetadata{Namespace: namespace},
	}
}
