#!/bin/sh
# Installs homeplan and Caddy on Debian 12 or newer, from the folder of a release: wheel, requirements.lock, units.
#
#   sh install.sh [--tls-internal] HOST EMAIL
#
# HOST is the name (and port, if unusual) in the browser's address bar, EMAIL where push services reach you.
# --tls-internal lets Caddy sign the certificate itself, to try homeplan without a public name.
# A second run with a newer release installs it beside the old one and keeps settings and data.
set -eu

say() { echo "install.sh: $*"; }
die() { say "$*" >&2; exit 1; }

tls=""
if [ "${1:-}" = --tls-internal ]; then tls="	tls internal"; shift; fi
[ $# = 2 ] || die "usage: sh install.sh [--tls-internal] HOST EMAIL"
host=$1 email=$2
[ "$(id -u)" = 0 ] || die "run this as root"
cd "$(dirname "$0")"
if [ -e SHA256SUMS ]; then sha256sum --check --quiet SHA256SUMS || die "a file of this release is damaged"; fi
set -- homeplan-*.whl
if [ $# != 1 ] || [ ! -e "$1" ]; then die "there must be one homeplan-*.whl beside this script"; fi
wheel=$1
version=$(echo "$wheel" | cut -d- -f2)

say "installing Python and Caddy from Debian"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  ca-certificates caddy curl openssl python3 python3-venv >/dev/null

say "installing homeplan $version into /opt/homeplan-$version, in the versions of requirements.lock"
rm -rf "/opt/homeplan-$version"
python3 -m venv "/opt/homeplan-$version"
pip="/opt/homeplan-$version/bin/pip --disable-pip-version-check --quiet"
$pip install --require-hashes --no-deps -r requirements.lock
$pip install --no-deps "./$wheel"
$pip check
ln -sfn "homeplan-$version" /opt/homeplan

id homeplan >/dev/null 2>&1 ||
  useradd --system --user-group --home-dir /var/lib/homeplan --no-create-home --shell /usr/sbin/nologin homeplan
install -d -m 700 -o homeplan -g homeplan /var/lib/homeplan /var/backups/homeplan
install -d -m 700 /etc/homeplan

settings=/etc/homeplan/homeplan.env
if [ -e "$settings" ]; then
  say "$settings is there already and stays as it is"
else
  say "writing $settings with new keys"
  secret() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
  umask 077
  {
    echo "HOMEPLAN_DATABASE_URL=sqlite:////var/lib/homeplan/homeplan.sqlite"
    echo "HOMEPLAN_ORIGIN=https://$host"
    echo "HOMEPLAN_TRUSTED_PROXIES=127.0.0.1"
    /opt/homeplan/bin/homeplan keys 2>/dev/null | grep '^HOMEPLAN_VAPID_PRIVATE_KEY='
    echo "HOMEPLAN_VAPID_SUBJECT=mailto:$email"
    echo "HOMEPLAN_AUDIT_KEY=$(secret)"
    echo "HOMEPLAN_FACTOR_KEY=$(secret)"
    echo "HOMEPLAN_METRICS_TOKEN=$(secret)"
    echo "HOMEPLAN_BACKUP_DIR=/var/backups/homeplan"
  } >"$settings.new"
  mv "$settings.new" "$settings"
  umask 022
fi

# Commands on the host run as the service does: with its settings, as its user, in its folder.
cat >/usr/local/bin/homeplan <<'WRAPPER'
#!/bin/sh
set -eu
while IFS= read -r line || [ -n "$line" ]; do
  case $line in HOMEPLAN_*=*) export "${line?}" ;; esac
done </etc/homeplan/homeplan.env
cd /var/lib/homeplan
exec setpriv --reuid homeplan --regid homeplan --init-groups /opt/homeplan/bin/homeplan "$@"
WRAPPER
chmod 755 /usr/local/bin/homeplan

install -m 644 homeplan.service homeplan-worker.service /etc/systemd/system/
caddyfile=/etc/caddy/Caddyfile
if grep -qs "^# homeplan behind Caddy" "$caddyfile"; then
  say "$caddyfile is homeplan's already and stays as it is"
else
  if [ -e "$caddyfile" ]; then mv "$caddyfile" "$caddyfile.before-homeplan"; fi
  sed "s|^homeplan.example.org {|$host {${tls:+\\
$tls}|; s|^http://homeplan.example.org {|http://${host%:*} {|" Caddyfile >"$caddyfile"
  chmod 644 "$caddyfile"
fi
setpriv --reuid caddy --regid caddy --init-groups env HOME=/var/lib/caddy \
  caddy validate --config "$caddyfile" --adapter caddyfile >/dev/null 2>&1 || die "$caddyfile is not valid"

if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl restart caddy
  # A newer version takes over at once; the first start waits until a clinic is there.
  systemctl try-restart homeplan homeplan-worker
fi
say "done. Next: homeplan clinic add …, as docs/operations/install.md says"
