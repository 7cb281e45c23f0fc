# For scripts to source: "hosts" that are network namespaces als1 … alsN with the addresses 10.77.0.N, and a hub. Needs
# root and iproute2, and a C compiler for delays where the kernel has no netem.

# Starts the script that calls this again, with mounts and processes of its own: whatever it starts ends with it, and so do
# its hosts.
isolate() {
  if [ "${ALS_ISOLATED:-}" != 1 ]; then
    ALS_ISOLATED=1 exec unshare --mount --pid --fork --kill-child --mount-proc "$0" "$@"
  fi
  unset ALS_ISOLATED
  mkdir -p /run/netns
  mount -t tmpfs none /run/netns
}

# Makes hosts: their number, Mb/s of each link in each direction (0 for no limit), and the milliseconds that a packet takes
# from one to another.
add_hosts() {
  local count=$1 mbit=$2 delay=$3 n
  ip netns add alshub
  ip -n alshub link set lo up
  for n in $(seq "$count"); do
    ip netns add "als$n"
    ip -n "als$n" link set lo up
    # As in a cluster that is set up for this: a connection that was idle goes on as fast as before.
    ip netns exec "als$n" sysctl -qw net.ipv4.tcp_slow_start_after_idle=0
  done
  if [ "${ALS_RELAY:-}" = 1 ] || { [ "$delay" != 0 ] && ! has_netem; }; then
    add_relay "$count" "$mbit" "$delay"
  else
    add_bridge "$count" "$mbit" "$delay"
  fi
}

has_netem() {
  ip netns exec alshub tc qdisc add dev lo root netem delay 1ms 2> /dev/null &&
    ip netns exec alshub tc qdisc del dev lo root
}

# Veth links to a bridge in the hub.
add_bridge() {
  local n
  ip -n alshub link add hub type bridge
  ip -n alshub link set hub up
  # Also for a script that only wants hosts.
  ip -n alshub addr add 10.77.0.254/24 dev hub
  for n in $(seq "$1"); do
    ip -n alshub link add "port$n" type veth peer name uplink netns "als$n"
    ip -n alshub link set "port$n" master hub up
    ip -n "als$n" addr add "10.77.0.$n/24" dev uplink
    ip -n "als$n" link set uplink up
    # Both directions of the host's link; the delay is that of the way there.
    limit "als$n" uplink "$2" "$3"
    limit alshub "port$n" "$2" 0
  done
}

limit() { # namespace, device, Mb/s, milliseconds
  local parent=(root)
  if [ "$3" != 0 ]; then
    ip netns exec "$1" tc qdisc add dev "$2" root handle 1: tbf rate "${3}mbit" burst 512kb latency 100ms
    parent=(parent 1:)
  fi
  [ "$4" = 0 ] || ip netns exec "$1" tc qdisc add dev "$2" "${parent[@]}" netem delay "${4}ms" limit 100000
}

# TUN devices, and a program that carries packets between them. Packets as large as jumbo frames.
add_relay() {
  local n hosts=()
  for n in $(seq "$1"); do
    ip -n "als$n" tuntap add dev uplink mode tun
    ip -n "als$n" addr add "10.77.0.$n/24" dev uplink
    ip -n "als$n" link set uplink mtu 9000 txqueuelen 10000 up
    hosts+=("als$n")
  done
  "$(command -v clang || command -v cc)" -O2 "$here/relay.c" -o "$scratch/relay"
  "$scratch/relay" "$3" "$2" uplink "${hosts[@]}" &
  # Before the ranks, with which it shares the processors.
  chrt --fifo --pid 10 $! 2> /dev/null || true
}
