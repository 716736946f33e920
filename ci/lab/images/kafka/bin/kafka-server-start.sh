#!/bin/sh
# Starts a broker: `kafka-server-start.sh server.properties [--override KEY=VALUE]…`.
exec "$(dirname "$0")/kafka-run-class.sh" kafka.Kafka "$@"
