#!/bin/sh
# All tests. Those that do not mind how long anything takes run two at a time; those that watch the clock or load both CPUs run alone.
cd "$(dirname "$0")/.." || exit 1
patient='^dist-test/test/(admission|cli|detector|docs|evaluation|golden|model-builder|models|onnx|package|page/(api|draw|state))/|^dist-test/test/(architecture|config|dependencies|metrics|openapi|sbom)\.|/deploy/(alerts|compose|dashboard|dockerfile|kubernetes)\.|/e2e/(dialects|eval-coco|real-model|truth)\.'
files=$(find dist-test/test -name '*.test.js' | sort)
status=0
# shellcheck disable=SC2046
node --test --test-concurrency=2 $(echo "$files" | grep -E "$patient") || status=1
# shellcheck disable=SC2046
node --test --test-concurrency=1 $(echo "$files" | grep -Ev "$patient") || status=1
exit $status
