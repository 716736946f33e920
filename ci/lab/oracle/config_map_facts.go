package main

import (
	"bytes"

	corev1 "k8s.io/api/core/v1"

	netconfig "knative.dev/networking/pkg/config"
	routeconfig "knative.dev/serving/pkg/reconciler/route/config"
)

// configMapFacts is what Serving reads in its ConfigMaps; nothing of one that it refuses.
type configMapFacts struct {
	Network *networkSettings `json:"network"`
	// What the template makes of a name, a namespace and a domain.
	Host *string `json:"host"`
	// The domains of routes with labels, in the order of routeLabels.
	Domains []string `json:"domains"`
}

// networkSettings is what Serving makes of config-network.
type networkSettings struct {
	IngressClass       string `json:"ingressClass"`
	CertificateClass   string `json:"certificateClass"`
	DomainTemplate     string `json:"domainTemplate"`
	ExternalScheme     string `json:"externalScheme"`
	HTTPProtocol       string `json:"httpProtocol"`
	MeshCompatibility  string `json:"meshCompatibility"`
	ArePodsAddressable bool   `json:"arePodsAddressable"`
	IsExternalTLS      bool   `json:"isExternalTls"`
	IsLocalTLS         bool   `json:"isLocalTls"`
	IsInternalTLS      bool   `json:"isInternalTls"`
	RolloutSeconds     int    `json:"rolloutSeconds"`
}

// routeLabels are the labels of the routes that are asked about.
var routeLabels = []map[string]string{{}, {"app": "a"}, {"app": "a", "tier": "1"}, {"app": "b"}}

func (c *oracleCase) configMapFacts() configMapFacts {
	facts := configMapFacts{}
	for _, configMap := range c.configMaps {
		switch configMap.Name {
		case netconfig.ConfigMapName:
			facts.Network, facts.Host = readNetwork(configMap)
		case routeconfig.DomainConfigName:
			domain, err := routeconfig.NewDomainFromConfigMap(configMap)
			if err != nil {
				continue
			}
			for _, labels := range routeLabels {
				facts.Domains = append(facts.Domains, domain.LookupDomainForLabels(labels))
			}
		}
	}
	return facts
}

func readNetwork(configMap *corev1.ConfigMap) (*networkSettings, *string) {
	config, err := netconfig.NewConfigFromConfigMap(configMap)
	if err != nil {
		return nil, nil
	}
	host := bytes.Buffer{}
	values := netconfig.DomainTemplateValues{Name: "hello", Namespace: "shop", Domain: "apps.test"}
	if err := config.GetDomainTemplate().Execute(&host, values); err != nil {
		return nil, nil
	}
	made := host.String()
	return &networkSettings{
		IngressClass:       config.DefaultIngressClass,
		CertificateClass:   config.DefaultCertificateClass,
		DomainTemplate:     config.DomainTemplate,
		ExternalScheme:     config.DefaultExternalScheme,
		HTTPProtocol:       string(config.HTTPProtocol),
		MeshCompatibility:  string(config.MeshCompatibilityMode),
		ArePodsAddressable: config.EnableMeshPodAddressability,
		IsExternalTLS:      config.ExternalDomainTLS,
		IsLocalTLS:         config.ClusterLocalDomainTLS == netconfig.EncryptionEnabled,
		IsInternalTLS:      config.SystemInternalTLSEnabled(),
		RolloutSeconds:     config.RolloutDurationSecs,
	}, &made
}
