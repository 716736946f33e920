#!/bin/sh
# Runs a class of Kafka on the Java runtime of this image, with the variables that the released scripts read.
home=$(cd "$(dirname "$0")/.." && pwd)
# The options are lists of words: they are to be split.
# shellcheck disable=SC2086
exec "$home/jre/bin/java" ${KAFKA_HEAP_OPTS:--Xmx256m} ${KAFKA_OPTS:-} \
  ${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=$home/config/log4j2.properties} -cp "$home/libs/*" "$@"
