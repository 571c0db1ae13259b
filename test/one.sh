#!/bin/sh
# One test file: e2e/overload is test/e2e/overload.test.ts. What follows it goes to node, as in: e2e/process --test-name-pattern=drain
cd "$(dirname "$0")/.." || exit 1
name=${1:?Usage: npm run test:one -- FILE, as in e2e/overload}
shift
file=dist-test/test/$name.test.js
if [ ! -f "$file" ]; then
  echo "There is no test/$name.test.ts." >&2
  exit 1
fi
exec node --test "$@" "$file"
