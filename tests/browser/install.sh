#!/bin/sh
# Installs the browsers of the tests from Debian's packages when it may; else names exactly what is missing.
set -eu
packages=""
command -v chromium >/dev/null || packages="$packages chromium"
command -v firefox-esr >/dev/null || packages="$packages firefox-esr"
command -v WebKitWebDriver >/dev/null || packages="$packages webkit2gtk-driver"
command -v Xvfb >/dev/null || packages="$packages xvfb"
[ -z "$packages" ] && exit 0

if [ "$(id -u)" = 0 ]; then as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root="sudo -n"
else as_root="no"; fi

if [ "$as_root" != no ] && command -v apt-get >/dev/null; then
  echo "Installing$packages …"
  $as_root apt-get update -qq
  # shellcheck disable=SC2086 - a list of packages
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $packages >/dev/null
  exit 0
fi

echo "Missing for the browser tests:$packages"
echo "Install them with: sudo apt-get install --no-install-recommends$packages"
[ "${CI:-}" = true ] && exit 1
echo "The tests that need them are skipped."
