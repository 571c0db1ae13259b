#!/usr/bin/env bash
# Finds objects in a picture with gfl-serve, in the three forms that it takes: detect.sh PICTURE [URL]
# Needs curl and base64. API_KEY in the environment is sent along.
set -euo pipefail
picture=${1:?which picture?}
server=${2:-http://127.0.0.1:8080}
# Repeats what is answered with 429 or 503, after Retry-After; shows the problem's text when it fails.
ask=(curl --silent --show-error --fail-with-body --retry 3)
[ -z "${API_KEY:-}" ] || ask+=(-H "X-API-Key: $API_KEY")

echo '# a form; options are fields'
"${ask[@]}" -F "image=@$picture" -F score_threshold=0.4 -F include=timings "$server/detect"
echo

echo '# the bytes alone; options are in the query'
"${ask[@]}" --data-binary "@$picture" -H 'Content-Type: application/octet-stream' "$server/detect?score_threshold=0.4&max_detections=1"
echo

echo '# JSON with base64'
printf '{"image": "%s", "classes": ["person"]}' "$(base64 < "$picture" | tr -d '\n')" |
  "${ask[@]}" --data-binary @- -H 'Content-Type: application/json' "$server/detect"
echo
