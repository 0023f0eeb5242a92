#!/bin/sh
# Puts a Chromium where the browser tests find it; does nothing where one is there already.
set -eu
python="$(dirname "$0")/../../.venv/bin/python"

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if "$python" - <<'PYTHON'
from pathlib import Path
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    raise SystemExit(not Path(playwright.chromium.executable_path).exists())
PYTHON
then exit 0; fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then as_root="sudo -n"; fi
if $as_root true 2>/dev/null; then may_install=yes; else may_install=no; fi

echo "installing Chromium for the browser tests (once)"
# Ubuntu's package is a snap, which containers cannot run: there, Playwright's own is taken.
if [ "$may_install" = yes ] && grep -qs '^ID=debian' /etc/os-release; then
    $as_root apt-get update -qq >/dev/null \
        && $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null 2>&1 \
        && exit 0
fi
if [ "$may_install" = yes ]; then with_libraries="--with-deps"; else with_libraries=""; fi
"$python" -m playwright install $with_libraries chromium && exit 0
echo "the browser tests need Chromium: install the package chromium or Google Chrome, then run make test again" >&2
exit 1
