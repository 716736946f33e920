package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"sort"
	"strings"
	"sync"
	"time"

	"go.uber.org/atomic"
	corev1 "k8s.io/api/core/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	gatewayv1beta1 "sigs.k8s.io/gateway-api/apis/v1beta1"

	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/config/kube/gateway"
	"istio.io/istio/pilot/pkg/config/kube/gatewaycommon"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/constants"
	"istio.io/istio/pkg/kube/krt"
	istiorevisions "istio.io/istio/pkg/revisions"
)

// caseGatewayAPI are the objects of the Gateway API of a case, and what decides about them.
type caseGatewayAPI struct {
	kubernetesGateways []*gatewayv1.Gateway
	gatewayClasses     []*gatewayv1.GatewayClass
	// Those that certificates are in: a case names them, and the oracle puts a certificate and its key into each.
	secrets []*corev1.Secret
}

// gateways gives the Gateways that istiod makes of those of the Gateway API, one of each listener that is served. Its server is
// numbered, as those of other Gateways are.
func (c *caseGatewayAPI) gateways(namespaces []*corev1.Namespace) []config.Config {
	if len(c.kubernetesGateways) == 0 {
		return nil
	}
	for _, secret := range c.secrets {
		secret.Data = sharedCertificate()
	}
	stop := make(chan struct{})
	defer close(stop)
	opts := krt.NewOptionsBuilder(stop, "case", new(krt.DebugHandler))
	// Conditions of the status are written by what the registry holds, which nobody asks about here.
	context := gatewaycommon.NewGatewayContext(model.NewPushContext(), "cluster")
	kubernetesGateways := krt.NewStaticCollection(nil, c.kubernetesGateways, opts.WithName("gateways")...)
	allNamespaces := krt.NewStaticCollection(nil, namespaces, opts.WithName("namespaces")...)
	_, classes := gatewaycommon.GatewayClassesCollection(
		krt.NewStaticCollection(nil, c.gatewayClasses, opts.WithName("classes")...), opts)
	grants := krt.NewStaticCollection[*gatewayv1beta1.ReferenceGrant](nil, nil, opts.WithName("grants")...)
	conflicts := gatewaycommon.GatewayListenerConflictCollection(
		kubernetesGateways,
		krt.NewStaticCollection[*gatewayv1.ListenerSet](nil, nil, opts.WithName("sets")...),
		allNamespaces,
		gatewaycommon.FetchGatewayClassFetcher(classes),
		opts,
	)
	_, made := gateway.GatewayCollection(
		kubernetesGateways,
		krt.NewStaticCollection[gateway.ListenerSet](nil, nil, opts.WithName("listeners")...),
		conflicts,
		classes,
		allNamespaces,
		gatewaycommon.BuildReferenceGrants(gatewaycommon.ReferenceGrantsCollection(grants, opts)),
		krt.NewStaticCollection[*corev1.ConfigMap](nil, nil, opts.WithName("maps")...),
		krt.NewStaticCollection(nil, c.secrets, opts.WithName("secrets")...),
		"cluster.local",
		krt.NewRecomputeProtected(atomic.NewPointer(&context), true, opts.WithName("context")...),
		krt.RecomputeProtected[istiorevisions.TagWatcher]{},
		opts,
	)
	made.WaitUntilSynced(stop)
	var configs []config.Config
	for _, one := range made.List() {
		// The controller leaves the others out: `GatewayConfigs` of controller.go.
		if one.Valid {
			configs = append(configs, *one.Config)
		}
	}
	sort.Slice(configs, func(a, b int) bool {
		one, other := configs[a], configs[b]
		return one.Namespace < other.Namespace || one.Namespace == other.Namespace && one.Name < other.Name
	})
	for index := range configs {
		numberServers(&configs[index])
	}
	return configs
}

// madeGateway is a Gateway that istiod made of a listener.
type madeGateway struct {
	Name     string   `json:"name"`
	Services []string `json:"services"`
	// Whether the Gateways of Istio of other namespaces are left out beside it.
	HasAccount bool     `json:"hasAccount"`
	Port       uint32   `json:"port"`
	Protocol   string   `json:"protocol"`
	Hosts      []string `json:"hosts"`
	Mode       string   `json:"mode"`
	// The names of its certificates, as they are written.
	Credentials []string `json:"credentials"`
}

// reduceMade gives what was made of the Gateway API, in the order of the names.
func reduceMade(configs []config.Config) []madeGateway {
	var made []madeGateway
	for _, one := range configs {
		services, isOfGatewayAPI := one.Annotations[model.InternalGatewayServiceAnnotation]
		if !isOfGatewayAPI {
			continue
		}
		server := one.Spec.(*networking.Gateway).Servers[0]
		fact := madeGateway{
			Name:        one.Namespace + "/" + one.Name,
			Services:    strings.Split(services, ","),
			HasAccount:  one.Annotations[constants.InternalServiceAccount] != "",
			Port:        server.Port.Number,
			Protocol:    server.Port.Protocol,
			Hosts:       server.Hosts,
			Credentials: []string{},
		}
		if server.Tls != nil {
			fact.Mode = server.Tls.Mode.String()
			fact.Credentials = append(fact.Credentials, server.Tls.CredentialNames...)
			if len(server.Tls.CredentialNames) == 0 {
				fact.Credentials = append(fact.Credentials, server.Tls.CredentialName)
			}
		}
		made = append(made, fact)
	}
	return made
}

// sharedCertificate is a certificate with its key, as Secrets hold them.
var sharedCertificate = sync.OnceValue(func() map[string][]byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	block := func(kind string, der []byte) []byte {
		return bytes.TrimSpace(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return map[string][]byte{
		corev1.TLSCertKey: block("CERTIFICATE", certificate), corev1.TLSPrivateKeyKey: block("PRIVATE KEY", private),
	}
})
