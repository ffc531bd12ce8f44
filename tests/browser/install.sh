#!/bin/sh
# Installs the browsers and nginx of the tests from Debian's packages when it may; else names exactly what is missing.
set -eu
packages=""
command -v chromium >/dev/null || packages="$packages chromium"
command -v firefox-esr >/dev/null || packages="$packages firefox-esr"
command -v WebKitWebDriver >/dev/null || packages="$packages webkit2gtk-driver"
command -v Xvfb >/dev/null || packages="$packages xvfb"
PATH="$PATH:/usr/sbin" command -v nginx >/dev/null || packages="$packages nginx"
[ -z "$packages" ] && exit 0

# shellcheck disable=SC2086
"$(dirname "$0")/../../.ci/install" $packages && exit 0
[ "${CI:-}" = true ] && exit 1
echo "The tests that need them are skipped."
