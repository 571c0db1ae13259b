#!/bin/sh
# All tests. Those that do not mind how long anything takes run three at a time on two CPUs; those that watch the clock or load both CPUs run alone.
cd "$(dirname "$0")/.." || exit 1
patient='^dist-test/test/(admission|bench|cli|client|detector|docs|evaluation|golden|http|model-builder|models|onnx|package|page|page-builder)/|^dist-test/test/(architecture|config|counted-histogram|dependencies|healthcheck|log-destination|metrics|openapi|sbom)\.|/deploy/|/e2e/(dialects|eval-coco|real-model|truth)\.'
files=$(find dist-test/test -name '*.test.js' | sort)
status=0
# shellcheck disable=SC2046
node --test --test-concurrency=3 $(echo "$files" | grep -E "$patient") || status=1
# shellcheck disable=SC2046
node --test --test-concurrency=1 $(echo "$files" | grep -Ev "$patient") || status=1
exit $status
