#!/usr/bin/env bash
# Makes the images that tests run the compose file with where no registry can be reached: a base of
# Debian's packages, Kafka of its published jars, Postgres of Debian's packages.
#
#   build.sh FOLDER_WITH_KAFKA_JARS
#
# Needs docker and, once, mmdebstrap as root. An image that is there is not made again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
jars=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
there() { docker image inspect "$1" > /dev/null 2>&1; }

if ! there leadwire-test-base:1; then
    mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates,bash bookworm "$work/root.tar"
    docker import "$work/root.tar" leadwire-test-plain:1 > /dev/null
    # This machine's own authorities too: a proxy may stand between it and the package index.
    cp /etc/ssl/certs/ca-certificates.crt "$work/"
    printf 'FROM leadwire-test-plain:1\nCOPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt\nENV LANG=C.UTF-8 PIP_CERT=/etc/ssl/certs/ca-certificates.crt\n' > "$work/Dockerfile"
    docker build --quiet --tag leadwire-test-base:1 "$work" > /dev/null
fi
if ! there leadwire-test-postgres:15; then
    docker build --quiet --build-arg BASE_IMAGE=leadwire-test-base:1 --tag leadwire-test-postgres:15 "$here/postgres" > /dev/null
fi
if ! there leadwire-test-kafka:4.3.1; then
    cp -r "$here/kafka" "$work/kafka"
    cp -r "$jars" "$work/kafka/lib"
    docker build --quiet --build-arg BASE_IMAGE=leadwire-test-base:1 --tag leadwire-test-kafka:4.3.1 "$work/kafka" > /dev/null
fi
