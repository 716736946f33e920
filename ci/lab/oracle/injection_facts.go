package main

import (
	"fmt"
	"strconv"
	"sync"
	_ "unsafe" // for go:linkname

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"istio.io/istio/operator/pkg/render"
	"istio.io/istio/operator/pkg/util/clog"
	"istio.io/istio/pkg/kube/inject"
)

// injectorSettings is what a case sets of the injector, for pods that say nothing.
type injectorSettings struct {
	AreNamespacesEnabled bool `json:"areNamespacesEnabled"`
	IsAutoInjectEnabled  bool `json:"isAutoInjectEnabled"`
}

// injectionFacts is what becomes of the pods of a Deployment.
type injectionFacts struct {
	// The revision whose webhook is called; none where no webhook is.
	Revision   *string `json:"revision"`
	IsInjected bool    `json:"isInjected"`
}

// injectRequired is the function with which istiod answers its webhook.
//
//go:linkname injectRequired istio.io/istio/pkg/kube/inject.injectRequired
func injectRequired(ignored []string, config *inject.Config, podSpec *corev1.PodSpec, metadata metav1.ObjectMeta) bool

// The control planes of a case: one without a revision, and one with.
var revisions = []string{"", "canary"}

// renderedWebhooks are the webhooks of Istio's chart for both control planes, by the revision and by the setting for namespaces.
var renderedWebhooks = sync.OnceValues(func() (map[string][]admissionv1.MutatingWebhook, error) {
	rendered := map[string][]admissionv1.MutatingWebhook{}
	for _, revision := range revisions {
		for _, isEnabled := range []bool{false, true} {
			webhooks, err := renderWebhooks(revision, isEnabled)
			if err != nil {
				return nil, err
			}
			rendered[webhookKey(revision, isEnabled)] = webhooks
		}
	}
	return rendered, nil
})

func webhookKey(revision string, areNamespacesEnabled bool) string {
	return revision + "/" + strconv.FormatBool(areNamespacesEnabled)
}

func renderWebhooks(revision string, areNamespacesEnabled bool) ([]admissionv1.MutatingWebhook, error) {
	flags := []string{
		"profile=minimal",
		"revision=" + revision,
		"values.sidecarInjectorWebhook.enableNamespacesByDefault=" + strconv.FormatBool(areNamespacesEnabled),
	}
	sets, _, err := render.GenerateManifest(nil, flags, true, nil, clog.NewDefaultLogger())
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		for _, object := range set.Manifests {
			if object.GetKind() != "MutatingWebhookConfiguration" {
				continue
			}
			webhooks := &admissionv1.MutatingWebhookConfiguration{}
			if err := yaml.Unmarshal([]byte(object.Content), webhooks); err != nil {
				return nil, err
			}
			return webhooks.Webhooks, nil
		}
	}
	return nil, fmt.Errorf("the chart has no webhook for the revision %q", revision)
}

// injection answers as the API server does, which asks the selectors, and as istiod does, which is then called.
func injection(one *oracleCase, proxy caseProxy) (injectionFacts, error) {
	facts := injectionFacts{}
	deployment := one.deployment(proxy)
	if deployment == nil {
		return facts, fmt.Errorf("no Deployment %s/%s is in the case", proxy.Namespace, proxy.Name)
	}
	rendered, err := renderedWebhooks()
	if err != nil {
		return facts, err
	}
	pod := deployment.Spec.Template
	pod.Namespace = proxy.Namespace
	for _, revision := range revisions {
		for _, webhook := range rendered[webhookKey(revision, one.Injector.AreNamespacesEnabled)] {
			isCalled, err := isWebhookCalled(webhook, one.namespaceLabels(proxy.Namespace), pod.Labels)
			if err != nil {
				return facts, err
			}
			if !isCalled {
				continue
			}
			name := revision
			if name == "" {
				name = "default"
			}
			if facts.Revision != nil && *facts.Revision != name {
				return facts, fmt.Errorf("the webhooks of %s and %s are both called", *facts.Revision, name)
			}
			facts.Revision = &name
		}
	}
	policy := inject.InjectionPolicyDisabled
	if one.Injector.IsAutoInjectEnabled {
		policy = inject.InjectionPolicyEnabled
	}
	ignored := inject.IgnoredNamespaces.UnsortedList()
	facts.IsInjected = facts.Revision != nil &&
		injectRequired(ignored, &inject.Config{Policy: policy}, &pod.Spec, pod.ObjectMeta)
	return facts, nil
}

func isWebhookCalled(webhook admissionv1.MutatingWebhook, namespace, pod map[string]string) (bool, error) {
	for _, side := range []struct {
		selector *metav1.LabelSelector
		labels   map[string]string
	}{{webhook.NamespaceSelector, namespace}, {webhook.ObjectSelector, pod}} {
		selector, err := metav1.LabelSelectorAsSelector(side.selector)
		if err != nil {
			return false, err
		}
		if !selector.Matches(labels.Set(side.labels)) {
			return false, nil
		}
	}
	return true, nil
}

func (c *oracleCase) deployment(proxy caseProxy) *appsv1.Deployment {
	for _, deployment := range c.deployments {
		if deployment.Namespace == proxy.Namespace && deployment.Name == proxy.Name {
			return deployment
		}
	}
	return nil
}

// namespaceLabels are the labels of a namespace, with the one that every API server sets.
func (c *oracleCase) namespaceLabels(name string) map[string]string {
	all := map[string]string{"kubernetes.io/metadata.name": name}
	for _, namespace := range c.namespaces {
		if namespace.Name == name {
			for key, value := range namespace.Labels {
				all[key] = value
			}
		}
	}
	return all
}
