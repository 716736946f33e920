package main

import (
	"github.com/mattfenwick/cyclonus/pkg/matcher"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

// networkConnection is a connection in TCP that is asked about.
type networkConnection struct {
	From networkSide `json:"from"`
	To   networkSide `json:"to"`
	Port int         `json:"port"`
}

// networkSide is a pod, by its name, or an address outside of the network of pods.
type networkSide struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Address   string `json:"address"`
}

// networkFacts is what NetworkPolicies make of connections.
type networkFacts struct {
	// "open", "Egress" or "Ingress": the direction in which it is cut first.
	Passages []string `json:"passages"`
}

// networkPassages asks Cyclonus, which checks implementations of NetworkPolicies against a simulation of its own.
func networkPassages(one *oracleCase, connections []networkConnection) networkFacts {
	policies := matcher.BuildNetworkPolicies(false, defaulted(one.networkPolicies))
	facts := networkFacts{Passages: []string{}}
	for _, connection := range connections {
		traffic := &matcher.Traffic{
			Source:       one.trafficPeer(connection.From),
			Destination:  one.trafficPeer(connection.To),
			ResolvedPort: connection.Port, ResolvedPortName: one.portName(connection.To, connection.Port),
			Protocol: corev1.ProtocolTCP,
		}
		result := policies.IsTrafficAllowed(traffic)
		switch {
		case !result.Egress.IsAllowed():
			facts.Passages = append(facts.Passages, "Egress")
		case !result.Ingress.IsAllowed():
			facts.Passages = append(facts.Passages, "Ingress")
		default:
			facts.Passages = append(facts.Passages, "open")
		}
	}
	return facts
}

// defaulted sets what an API server sets in policies.
func defaulted(policies []*networkingv1.NetworkPolicy) []*networkingv1.NetworkPolicy {
	tcp := corev1.ProtocolTCP
	ports := func(ports []networkingv1.NetworkPolicyPort) {
		for index := range ports {
			if ports[index].Protocol == nil {
				ports[index].Protocol = &tcp
			}
		}
	}
	for _, policy := range policies {
		spec := &policy.Spec
		for _, rule := range spec.Ingress {
			ports(rule.Ports)
		}
		for _, rule := range spec.Egress {
			ports(rule.Ports)
		}
		if len(spec.PolicyTypes) == 0 {
			spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
			if len(spec.Egress) != 0 {
				spec.PolicyTypes = append(spec.PolicyTypes, networkingv1.PolicyTypeEgress)
			}
		}
	}
	return policies
}

func (c *oracleCase) pod(side networkSide) *corev1.Pod {
	for _, pod := range c.networkPods {
		if pod.Namespace == side.Namespace && pod.Name == side.Name {
			return pod
		}
	}
	return nil
}

func (c *oracleCase) trafficPeer(side networkSide) *matcher.TrafficPeer {
	pod := c.pod(side)
	if pod == nil {
		return &matcher.TrafficPeer{IP: side.Address}
	}
	peer := &matcher.InternalPeer{PodLabels: pod.Labels, Namespace: pod.Namespace}
	for _, namespace := range c.namespaces {
		if namespace.Name == pod.Namespace {
			peer.NamespaceLabels = namespace.Labels
		}
	}
	return &matcher.TrafficPeer{Internal: peer, IP: pod.Status.PodIP}
}

// portName is the name of a port of a pod; there is at most one.
func (c *oracleCase) portName(side networkSide, number int) string {
	if pod := c.pod(side); pod != nil {
		for _, container := range pod.Spec.Containers {
			for _, port := range container.Ports {
				if int(port.ContainerPort) == number {
					return port.Name
				}
			}
		}
	}
	return ""
}
