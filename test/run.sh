#!/bin/sh
# All tests. Those that do not mind how long anything takes run three at a time on two CPUs, those of the page (one long file that mostly waits for a
# browser) beside the others from the start; those that watch the clock or load both CPUs run alone.
cd "$(dirname "$0")/.." || exit 1
patient='^dist-test/test/(admission|bench|cli|client|detector|docs|evaluation|golden|http|model-builder|models|onnx|package|page-builder|vendor)/|^dist-test/test/(architecture|config|counted-histogram|dependencies|healthcheck|log-destination|metrics|openapi|sbom)\.|/deploy/|/e2e/(dialects|eval-coco|odd-images|real-model|truth)\.'
page='^dist-test/test/page/'
files=$(find dist-test/test -name '*.test.js' | sort)
status=0
page_output=$(mktemp)
# What runs in the background does not hear Ctrl-C.
trap 'kill "$page_tests" 2> /dev/null; rm -f "$page_output"' EXIT
trap 'exit 130' INT TERM
# shellcheck disable=SC2046
node --test --test-concurrency=1 $(echo "$files" | grep -E "$page") > "$page_output" 2>&1 &
page_tests=$!
# shellcheck disable=SC2046
node --test --test-concurrency=2 $(echo "$files" | grep -E "$patient") || status=1
wait "$page_tests" || status=1
cat "$page_output"
# shellcheck disable=SC2046
node --test --test-concurrency=1 $(echo "$files" | grep -Ev "$patient|$page") || status=1
exit $status
