// Oracle says what Istio's own control plane makes of objects: a case a line in, its facts a line out.
//
// It calls the functions of the module istio.io/istio with which the lab's istiod is built, without a cluster and without
// Envoy. One process has one worker, since a log line of Istio tells why a server was dropped; for more, start more.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// How many cases share a registry of Services at most.
const batchSize = 256

func main() {
	// Memory is cheap here, and a third of the time would go into freeing it.
	debug.SetGCPercent(400)
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

// run answers each line of in with a line of out, in order. Cases are answered in batches: when an empty line asks for the
// answers, when a batch is full, and at the end.
func run(in io.Reader, out io.Writer) error {
	istiod, err := newControlPlane()
	if err != nil {
		return err
	}
	lines := bufio.NewReaderSize(in, 1<<20)
	answers := bufio.NewWriter(out)
	encoder := json.NewEncoder(answers)
	for {
		batch, readError := readBatch(lines)
		for _, answer := range istiod.answer(batch) {
			if err := encoder.Encode(answer); err != nil {
				return err
			}
		}
		if err := answers.Flush(); err != nil {
			return err
		}
		if readError == io.EOF {
			return nil
		}
		if readError != nil {
			return readError
		}
	}
}

func readBatch(lines *bufio.Reader) ([]oracleCase, error) {
	var batch []oracleCase
	for len(batch) < batchSize {
		line, err := lines.ReadBytes('\n')
		isEnd := len(bytes.TrimSpace(line)) == 0
		if !isEnd {
			batch = append(batch, parseCase(line))
		}
		if err != nil || isEnd {
			return batch, err
		}
	}
	return batch, nil
}
