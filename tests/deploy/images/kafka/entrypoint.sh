# KAFKA_SOME_NAME → some.name; formats the log folder where it is empty; runs the broker.
set -euo pipefail
properties=/tmp/server.properties
env | grep '^KAFKA_' | grep -v '^KAFKA_HEAP_OPTS=' | while IFS='=' read -r name value; do
    name=${name#KAFKA_}
    name=${name//_/.}
    echo "${name,,}=$value"
done > "$properties"
jvm() { java "$@"; }
jvm -cp '/opt/kafka/lib/*' kafka.tools.StorageTool format --ignore-formatted \
    --cluster-id "$CLUSTER_ID" --config "$properties" > /dev/null
# shellcheck disable=SC2086  # several options in one variable
exec java ${KAFKA_HEAP_OPTS:-} -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -cp '/opt/kafka/lib/*' kafka.Kafka "$properties"
