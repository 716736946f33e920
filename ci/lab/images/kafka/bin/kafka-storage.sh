#!/bin/sh
# Formats the storage of a broker: `kafka-storage.sh format --config FILE --cluster-id ID`.
exec "$(dirname "$0")/kafka-run-class.sh" kafka.tools.StorageTool "$@"
