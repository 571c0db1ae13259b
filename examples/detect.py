#!/usr/bin/env python3
"""Finds objects in pictures with gfl-serve: python3 detect.py [--server URL] [--min-score S] PICTURE...

Needs Python 3.8 and requests (pip install requests).
"""

import argparse
import os
import sys
import time

import requests

TRIES = 4


def detect(session, server, path, **options):
    """The service's answer to one picture; a RuntimeError with its sentence when it refuses."""
    for tried in range(1, TRIES + 1):
        with open(path, "rb") as picture:
            response = session.post(f"{server}/detect", params=options, files={"image": picture}, timeout=60)
        # Overloaded or restarting: it says when to come again.
        if response.status_code not in (429, 503) or tried == TRIES:
            break
        time.sleep(float(response.headers.get("Retry-After", 1)))
    if not response.ok:
        problem = response.json()
        raise RuntimeError(f"{problem['code']}: {problem['detail']}")
    return response.json()


def main():
    parser = argparse.ArgumentParser(description="Finds objects in pictures with gfl-serve.")
    parser.add_argument("--server", default="http://127.0.0.1:8080")
    parser.add_argument("--min-score", type=float, default=0.4)
    parser.add_argument("pictures", nargs="+")
    arguments = parser.parse_args()

    session = requests.Session()
    if os.environ.get("API_KEY"):
        session.headers["X-API-Key"] = os.environ["API_KEY"]
    failed = False
    for path in arguments.pictures:
        try:
            answer = detect(session, arguments.server, path, score_threshold=arguments.min_score)
        except (OSError, RuntimeError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            failed = True
            continue
        for found in answer["detections"]:
            box = [round(found["box"][edge]) for edge in ("x1", "y1", "x2", "y2")]
            # Standard deviation of each edge in pixels; absent when the model predicts none.
            sigma = found.get("uncertainty", {})
            widest = max(sigma.values()) if sigma else 0
            print(f"{path}: {found['label']} {found['score']:.2f} at {box}, edges within {widest:.0f} pixels")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
