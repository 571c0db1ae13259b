#!/bin/sh
# All tests. Those that only compute, and do not mind how long it takes, run two at a time; those that start services, watch the clock or need a port run alone.
cd "$(dirname "$0")/.." || exit 1
computing='^dist-test/test/(admission|cli|detector|evaluation|golden|model-builder|models|onnx|page/(api|draw|state))/'
files=$(find dist-test/test -name '*.test.js' | sort)
status=0
# shellcheck disable=SC2046
node --test --test-concurrency=2 $(echo "$files" | grep -E "$computing") || status=1
# shellcheck disable=SC2046
node --test --test-concurrency=1 $(echo "$files" | grep -Ev "$computing") || status=1
exit $status
