package main

import (
	"fmt"
	"strings"

	"go.uber.org/zap/zapcore"

	"istio.io/istio/pkg/log"
)

// dropReason says why Istio dropped a server.
type dropReason string

const (
	duplicateHosts   dropReason = "duplicateHosts"
	protocolConflict dropReason = "protocolConflict"
	noRouteName      dropReason = "noRouteName"
	samePortName     dropReason = "samePortName"
	noTLSOptions     dropReason = "noTlsOptions"
	// Istio says nothing of it: the server is neither skipped nor among those that are served.
	displaced dropReason = "displaced"
	// Nor of this: the Services that its Gateway names do not have its port.
	noServicePort dropReason = "noServicePort"
)

// What Istio's messages about a skipped server say.
var reasonsByMessage = map[string]dropReason{
	"duplicate host names":           duplicateHosts,
	"conflict with existing server":  protocolConflict,
	"could not build RDS name":       noRouteName,
	"non unique port name":           samePortName,
	"TLS server without TLS options": noTLSOptions,
}

// mergeLog is what Istio says while it merges the Gateways of a proxy. The merged Gateway does not tell why a server is
// missing; the log does: each server is named before it is taken or skipped.
type mergeLog struct {
	scope   *log.Scope
	current string
	dropped map[string]dropReason
	// The Gateways that are left out as a whole.
	leftOut []string
}

// captureMergeLog turns all logs of Istio off but this one, which goes nowhere else.
func captureMergeLog() (*mergeLog, error) {
	capture := &mergeLog{scope: log.FindScope("model")}
	if capture.scope == nil {
		return nil, fmt.Errorf("istio has no log of its model")
	}
	options := log.DefaultOptions()
	options.OutputPaths = nil
	options = options.WithExtension(func(zapcore.Core) (zapcore.Core, func() error, error) {
		return capture, func() error { return nil }, nil
	})
	if err := log.Configure(options); err != nil {
		return nil, err
	}
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	return capture, nil
}

// during gives the reasons of the servers that are skipped while merge runs, by the key of the server.
func (l *mergeLog) during(merge func()) map[string]dropReason {
	l.dropped, l.leftOut = map[string]dropReason{}, nil
	l.scope.SetOutputLevel(log.DebugLevel)
	defer l.scope.SetOutputLevel(log.NoneLevel)
	merge()
	return l.dropped
}

func (l *mergeLog) Write(entry zapcore.Entry, _ []zapcore.Field) error {
	message := entry.Message
	if rest, isServer := strings.CutPrefix(message, "mergeGateways: gateway \""); isServer {
		gateway, rest, _ := strings.Cut(rest, "\" ")
		if server, isTaken := strings.CutPrefix(rest, "processing server "); isTaken {
			index, _, _ := strings.Cut(server, " ")
			l.current = gateway + "#" + index
		}
		return nil
	}
	if rest, isLeftOut := strings.CutPrefix(message, "strict gateway merging: skipping gateway "); isLeftOut {
		gateway, _, _ := strings.Cut(rest, " ")
		l.leftOut = append(l.leftOut, gateway)
		return nil
	}
	for text, reason := range reasonsByMessage {
		if strings.Contains(message, text) && !strings.HasPrefix(message, "mergeGateways:") {
			l.dropped[l.current] = reason
		}
	}
	return nil
}

// Enabled is part of zapcore.Core.
func (l *mergeLog) Enabled(zapcore.Level) bool { return true }

// With is part of zapcore.Core.
func (l *mergeLog) With([]zapcore.Field) zapcore.Core { return l }

// Check is part of zapcore.Core.
func (l *mergeLog) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	return checked.AddCore(entry, l)
}

// Sync is part of zapcore.Core.
func (l *mergeLog) Sync() error { return nil }
