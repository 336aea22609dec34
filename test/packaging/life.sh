#!/bin/bash
# In a clean Debian that systemd has booted: what /trial holds is installed, enrolled, used, upgraded, taken back, removed and purged.
# Says what it found, a word and a value a line; what it runs complains on standard error.
set -u
cd /trial
. ./ports
say() { echo "$1: ${*:2}"; }
log() { "$@" >>dpkg.log 2>&1; }
property() { systemctl show --property "$2" --value "edgeloop-$1"; }
active() { systemctl is-active "edgeloop-$1"; }
pid() { property agent MainPID; }
# At most five minutes: the machine may be busy with other tests.
wait_for() {
	local until=$((SECONDS + 300))
	while [ $SECONDS -lt $until ]; do "$@" >/dev/null 2>&1 && return 0; sleep 0.5; done
	echo "waited for $*" >&2
	return 1
}
status_has() { property "$1" StatusText | grep -q "$2"; }
working() { status_has agent '^[1-9][0-9]* frames classified'; }
another() { [ "$(pid)" != "$1" ] && [ "$(pid)" != 0 ] && [ "$(active agent)" = active ]; }
sum() { sha256sum "$1" | cut -d ' ' -f 1; }
# A field of JSON, by the package's own Node.
field() { /usr/lib/edgeloop-control-plane/bin/node -p "const it = JSON.parse(fs.readFileSync(0, 'utf8')); $1"; }
version_of() { dpkg-query --show --showformat '${Version}' "edgeloop-$1"; }

# Only the patience is the trial's.
mkdir -p /etc/systemd/system/edgeloop-agent.service.d /etc/systemd/system/edgeloop-agent-retry.service.d /etc/credstore
printf '[Service]\nWatchdogSec=15s\n' >/etc/systemd/system/edgeloop-agent.service.d/trial.conf
printf '[Service]\nEnvironment=REST=20s\n' >/etc/systemd/system/edgeloop-agent-retry.service.d/trial.conf
(umask 077 && echo 'of the broker' >/etc/credstore/edgeloop-agent.broker-key)

# Installed: all runs that can.
log dpkg --install edgeloop-control-plane_1.2.3_amd64.deb edgeloop-agent_1.2.3_amd64.deb edgeloop-trainer_1.2.3_amd64.deb
say installed $?
say enabled "$(systemctl is-enabled edgeloop-agent edgeloop-control-plane edgeloop-trainer | xargs)"
say compilers "$(command -v cc gcc g++ make python3 npm node | xargs)"

# As docs/install.md says, but for the ports.
echo '127.0.0.1 edgeloop.lan' >>/etc/hosts
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=edgeloop.lan \
	-addext subjectAltName=DNS:edgeloop.lan -out /etc/edgeloop/control-plane.pem \
	-keyout /etc/credstore/edgeloop-control-plane.tls-key >>dpkg.log 2>&1
cp /etc/credstore/edgeloop-control-plane.tls-key /etc/credstore/edgeloop-control-plane.mqtt-tls-key
say key "$(stat -c '%U %a' /etc/credstore/edgeloop-control-plane.*tls-key | xargs)"
sed -i -E 's/^#(EDGELOOP_(MQTT_)?(HOST|PORT|TLS_CERT|TLS_KEY)=)/\1/' /etc/edgeloop/control-plane.env
printf 'EDGELOOP_PORT=%s\nEDGELOOP_MQTT_TLS_PORT=%s\n' "$API" "$MQTT" >>/etc/edgeloop/control-plane.env
systemctl restart edgeloop-control-plane
wait_for status_has control-plane .
say control-plane "$(active control-plane); $(property control-plane StatusText)"
say login "$(edgeloop-control-plane login-link --url "https://edgeloop.lan:$API")"
say before-enrolment "$(active agent) $(active trainer)"

# Into the fleet, by one command.
cp -r models/first /var/lib/edgeloop-agent/model
chown -R edgeloop-agent: /var/lib/edgeloop-agent/model
sed -i 's/source: { kind: rpicam }/source: { kind: synthetic }\n    decide: { mode: frame }/' /etc/edgeloop/agent.yaml
export EDGELOOP_SERVER=https://edgeloop.lan:$API EDGELOOP_CA=/etc/edgeloop/control-plane.pem
EDGELOOP_TOKEN=$(cat /var/lib/edgeloop-control-plane/admin-token)
export EDGELOOP_TOKEN
token=$(edgeloop enrolment-tokens create trial --site works --json | field it.secret)
edgeloop-agent enrol "$EDGELOOP_SERVER" "$token" --ca "$EDGELOOP_CA" --device trial-1 >enrolled 2>&1
say enrolled $?
say findings "$(grep -oE '^(ok|warning|problem) +[a-z]+' enrolled | tr -s ' ' ' ' | xargs)"
say enrol-ends "$(tail -1 enrolled)"
say owner "$(stat -c '%U %a' /var/lib/edgeloop-agent/credential.json)"
wait_for working
say agent "$(active agent); $(property agent StatusText)"
detected() { edgeloop detections list --device trial-1 --json | grep -q '"camera"'; }
wait_for detected
say detection $?
# Debian's base has no authorities: a runtime that would report to its maker says that it can't.
say reports "$(cat enrolled <(journalctl --no-pager --output cat) | grep -c telemetry)"

# As the unit promises.
say memory "$(property agent MemoryMax) $(property agent MemoryHigh)"
say credential "$(nsenter --target "$(pid)" --mount setpriv --reuid=edgeloop-agent --regid=edgeloop-agent --clear-groups \
	cat /run/credentials/edgeloop-agent.service/broker-key)"
say user "$(ps -o user:20= -p "$(pid)" 2>/dev/null || stat -c %U "/proc/$(pid)")"
was=$(pid); kill -KILL "$was"; wait_for another "$was"
say after-kill "$(active agent)"
wait_for working
was=$(pid); kill -STOP "$was"; wait_for another "$was"
say after-hang "$(active agent) $(journalctl --unit edgeloop-agent --output cat | grep -c 'Watchdog timeout')"
wait_for working

# A better model, and back.
for name in first second; do
	[ $name = first ] && edgeloop tasks create colours >/dev/null
	edgeloop models push "models/$name" --task colours --json >"pushed-$name"
done
runs() { [ "$(edgeloop devices runs trial-1 --json | field 'it.runs.find(({ until }) => until === null).name')" = "$1" ]; }
wait_for runs first
say model-before $?
rollout=$(edgeloop rollouts create --model "$(field it.digest <pushed-second)" --task colours --wave 100% --bake 1h --json | field it.rollout)
wait_for runs second
say model-upgraded $?
edgeloop rollouts roll-back "$rollout" --yes >/dev/null
wait_for runs first
say model-back $?

# A trainer.
edgeloop tokens create trial --role trainer --json | field it.secret >/etc/edgeloop/trainer.token
chmod 600 /etc/edgeloop/trainer.token
sed -i "s|^EDGELOOP_SERVER=.*|EDGELOOP_SERVER=$EDGELOOP_SERVER|; s|^#NODE_EXTRA|NODE_EXTRA|" /etc/edgeloop/trainer.env
systemctl start edgeloop-trainer
say trainer "$(active trainer); $(edgeloop jobs trainers --json | field 'it.trainers.length')"

# Upgraded, and the package before: what it knows and what was configured stay.
credential=$(sum /var/lib/edgeloop-agent/credential.json)
yaml=$(sum /etc/edgeloop/agent.yaml)
kept() { [ "$credential" = "$(sum /var/lib/edgeloop-agent/credential.json)" ] && [ "$yaml" = "$(sum /etc/edgeloop/agent.yaml)" ] && echo kept; }
was=$(pid)
log dpkg --install edgeloop-agent_1.2.4_amd64.deb
say upgraded "$? $(version_of agent) $(kept)"
wait_for another "$was"
wait_for working
say after-upgrade "$(active agent)"
log dpkg --install edgeloop-agent_1.2.3_amd64.deb
say taken-back "$? $(version_of agent) $(kept)"
wait_for working
say after-taken-back "$(active agent)"

# What crashes again and again rests for a while, and is tried again.
for _ in $(seq 12); do
	was=$(pid); [ "$was" != 0 ] && kill -KILL "$was"
	for _ in $(seq 40); do [ "$(active agent)" = failed ] && break 2; another "$was" && break; sleep 0.5; done
done
say crash-loop "$(active agent) $(active agent-retry)"
wait_for working
say after-crash-loop "$(active agent) $(active agent-retry) $(property agent-retry Result)"
was=$(pid); kill -KILL "$was"; wait_for another "$was"
say after-another "$(active agent)"

# Other keys, with the commands that the dashboard shows; and as root, which is the trap.
keys=/var/lib/edgeloop-control-plane/keys
mv $keys/root-1.private.pem .
install -o edgeloop-control-plane -g edgeloop-control-plane -m 600 root-*.private.pem $keys/
setpriv --reuid=edgeloop-control-plane --regid=edgeloop-control-plane --init-groups \
	edgeloop keys rotate $keys --keys online >/dev/null
say keys "$? $(stat -c %U $keys/* | sort -u | xargs)"
edgeloop keys rotate $keys --keys package,online >/dev/null
say keys-as-root "$? $(stat -c %U $keys/* | sort -u | xargs) $(edgeloop keys server --json | field 'it.version + " " + it.problem')"

log dpkg --remove edgeloop-agent
say removed "$? $(kept) $(ls /usr/lib/edgeloop-agent /usr/bin/edgeloop-agent 2>/dev/null)"
say after-removal "$(active agent)"
log dpkg --purge edgeloop-agent edgeloop-control-plane edgeloop-trainer
rm -r /etc/systemd/system/edgeloop-agent.service.d /etc/systemd/system/edgeloop-agent-retry.service.d
say purged "$? $(ls -d /etc/edgeloop /var/lib/edgeloop-* /var/cache/edgeloop-* /usr/lib/edgeloop-* /etc/credstore/edgeloop-* 2>/dev/null)$(find /etc/systemd /usr/lib/systemd -name 'edgeloop-*')"
journalctl --no-pager --output short-monotonic >journal 2>&1
