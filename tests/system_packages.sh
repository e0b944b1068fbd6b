#!/usr/bin/env bash
# Sees to the system packages that the tests need (a browser, npm, a PostgreSQL server): installs them when this is root on Debian, else names them.
set -euo pipefail
missing=()
# The headless shell alone draws a page for a sixth of the processor time that the whole browser takes.
command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || missing+=(chromium-headless-shell)
fc-list 2>/dev/null | grep -ci "noto.*cjk" >/dev/null || missing+=(fonts-noto-cjk)
command -v npm >/dev/null || missing+=(npm)
command -v initdb >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]}"
  apt-get update -qq
  apt-cache show chromium-headless-shell >/dev/null 2>&1 || missing=("${missing[@]/chromium-headless-shell/chromium}")
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" fontconfig >/dev/null
else
  echo "The tests need: ${missing[*]}. On Debian: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
