# Begins a run or attaches to it, and reports it. Its caller's stdin carries an artefact and a verdict, each only after it was
# asked for. It outlives its caller: a cut connection must not stop a recipe that was begun.
trap '' HUP PIPE TERM
run=$base/runs/$rollout.$attempt
target=$dir/releases/$release

# One file per epoch: the highest is the fence. Files are only added, so two writers cannot lower it.
fenced() {
  top=0
  for mark in "$base"/fence.*; do
    [ "${mark##*/fence.}" -gt "$top" ] 2>/dev/null && top=${mark##*/fence.}
  done
  [ "$epoch" -lt "$top" ]
}

# Said when nothing was begun: there is no run that could keep it.
refuse() {
  say result "$1" "$2" "$3" - end
  exit 1
}

# Keeps a result unless a whole one is there already. r_* is then what counts.
store() {
  result "$run" && return
  { printf '%s %s %s - end\n' "$1" "$2" "$3" >|"$run/result"; } 2>/dev/null
  result "$run" || r_kind=$1 r_step=$2 r_code=$3 r_installed=-
}

# Says each step that was not said yet; sets step to the last one.
steps() {
  count=0 step=-
  for file in "$run/pid" "$run/pid.2"; do
    [ ! -e "$file" ] || {
      read -r line
      while read -r line; do
        count=$((count + 1)) step=$line
        [ "$count" -le "$shown" ] || say step "$step"
      done
    } <"$file"
  done
  shown=$count
}

lost() {
  rest=0
  { read -r rest <"$run/rest.$1"; } 2>/dev/null
  [ "$rest" -le "$output" ] || say lost $((rest - output))
}

report() {
  if [ -s "$run/log.1" ] || [ -s "$run/log.2" ]; then
    printf 'houston-%s log\n' "$nonce"
    lost 1
    lost 2
    cat "$run/log.1" "$run/tail.1" "$run/log.2" "$run/tail.2" 2>/dev/null
  fi
  if [ -e "$run/reason" ]; then
    read -r line <"$run/reason"
    say reason "$line"
  fi
  say result "$r_kind" "$r_step" "$r_code" "$r_installed" end
  [ "$r_kind" = ok ]
  exit
}

# The recipe is gone without a result: killed with its group at the deadline, or by someone else.
gone() {
  steps
  kind=interrupted
  now=$(date +%s)
  at=$(stat -c %Y "$run/begun" 2>/dev/null) || at=$now
  [ -e "$run/stop" ] || [ $((now - at)) -lt "$seconds" ] || kind=timeout
  store "$kind" "$step" 0
  report
}

# Head and tail of the output, and a count of the rest. dd keeps each byte as it comes: head(1) would hold them back, and a
# daemon that inherited stdout never lets it end. Never ends before its writers do: the pipe would kill them.
limit() {
  trap '' HUP PIPE TERM
  exec 8>&2 2>"$run/read" 9>&-
  dd bs=1 count="$output" >"$run/log.$part" || { head -c 2000 >&8; exec cat >/dev/null 2>&1; }
  exec 8>&- 2>/dev/null
  # Its count of blocks, "65536+0 records in": fewer than all means that the output ended.
  read -r line <"$run/read"
  [ "${line%%+*}" = "$output" ] || return
  { tee /dev/fd/5 | wc -c >"$run/rest.$part"; } 5>&1 | tail -c "$output" >"$run/tail.$part"
}

# The recipe, in a shell of its own. Where this shell leads its process group, as OpenSSH's do, a fork is enough, and whoever
# follows the run enforces its deadline. Elsewhere timeout(1) or setsid(1) makes a group; GNU's timeout is no link.
guard() {
  trap - HUP PIPE TERM
  if [ "$own" = $$ ] && [ "$watchdog" = 0 ]; then
    set -- "$part" 0
    eval "$script"
  fi
  path=$(command -v timeout)
  if [ -n "$path" ] && [ ! -h "$path" ] && [ "$watchdog" = 0 ]; then set -- "$path" -k 10 "$1" sh -s "$part" 0
  elif command -v setsid >/dev/null; then set -- setsid sh -s "$part" "$1"
  else set -- sh -s "$part" "$1"; fi
  exec "$@" <<.
$script
.
}

launch() {
  part=$1
  guard "$2" </dev/null 9>&2 2>&1 | limit
  settle
}

# Another shell may have gone on meanwhile, when a daemon's output kept this one.
settle() {
  if result "$run"; then report; fi
  if awaiting; then ask; fi
  follow
}

awaiting() { [ -e "$run/awaiting" ] && [ ! -e "$run/verdict" ]; }

ask() {
  say verdict
  read -r v_nonce v_kind v_seconds v_reason && [ "$v_nonce" = "$nonce" ] || exit 3
  set -C
  { printf '%s\n' "$$ $mine $boot $v_kind" >"$run/verdict"; } 2>/dev/null || follow
  set +C
  if [ "$v_kind" = ok ]; then launch 2 "$v_seconds"; fi
  printf '%s\n' "$v_reason" >"$run/reason"
  store failed validate 0
  report
}

# The shell that began the run is about to end too, unless a daemon keeps the output that it waits for.
dismiss() {
  [ "$held" = 1 ] || for pause in 1 2 3 4 5; do
    alive "$run" || return
    sleep 0.2
  done
  ! alive "$run" || [ "$recipe" = 1 ] || kill -s KILL "$victim" 2>/dev/null
}

# TERM to a recipe and all that it forked, KILL ten seconds later; called five times a second. A shell without a recipe waits
# for a verdict or for its turn: it ignores TERM and has nothing to put in order.
press() {
  if [ "$recipe" = 0 ]; then
    kill -s KILL "$victim" 2>/dev/null
    return
  fi
  [ "$pressed" -ne 0 ] || kill -s TERM -- "$victim" 2>/dev/null
  [ "$pressed" -ne 50 ] || kill -s KILL -- "$victim" 2>/dev/null
  pressed=$((pressed + 1))
}

# True when a living recipe is past its deadline. Both ages are processes' own, in ticks since the boot: a clock that was set
# stops no recipe. Forks, so once a second.
late() {
  [ "$pressed" -eq 0 ] || return 0
  [ "$recipe" = 1 ] && [ $((waited % 5)) -eq 0 ] || return 1
  now=$(started self && echo "$start") && [ $(((now - p_start) / 100)) -ge "$p_rest" ]
} 2>/dev/null

# Another shell began this run. Rare, so it may poll.
follow() {
  set +C
  shown=0 waited=0 pressed=0
  while :; do
    steps
    if result "$run"; then
      dismiss
      report
    fi
    if awaiting; then ask; fi
    # Looked at in this order: a recipe leaves its result before it ends.
    if alive "$run"; then
      if late "$run"; then press; fi
    elif ! result "$run" && ! awaiting; then gone; fi
    waited=$((waited + 1))
    sleep 0.2
  done
}

# The artefact, before anything is begun: a connection cut here leaves nothing behind that counts.
receive() {
  [ "$artefact" = push ] && [ ! -d "$target" ] || return 0
  tgz=$base/incoming/$sha.tgz
  [ ! -f "$tgz" ] || return 0
  say need
  head -c "$bytes" >"$tgz.$$" && sum=$(sha256sum <"$tgz.$$") && [ "${sum%% *}" = "$sha" ] && mv -f "$tgz.$$" "$tgz" && return
  rm -f "$tgz.$$"
  refuse transfer fetch 1
}

# At most one recipe at a time: every run is announced by its begun file before it looks at the others.
clear_the_way() {
  for other in "$base"/runs/*; do
    [ "$other" != "$run" ] || continue
    waited=0 pressed=0
    while ! result "$other" && alive "$other"; do
      if fenced; then store fenced - 0; report; fi
      [ "$preempt" = 0 ] || : >"$other/stop"
      if [ "$preempt" = 1 ] || late "$other"; then press; fi
      if [ "$waited" -ge $((seconds * 5)) ]; then store busy - 0; report; fi
      waited=$((waited + 1))
      sleep 0.2
    done
    result "$other" || printf 'interrupted - 0 - end\n' >|"$other/result"
  done
}

# Not by us: by another shell that was faster, or not at all because nothing can be written.
taken() {
  [ -s "$run/begun" ] || sleep 0.2
  [ ! -s "$run/begun" ] || follow
  echo 'nothing can be written below .houston: is the disk full?' >&2
  refuse broken preflight 1
}

main() {
  say hello
  started $$ && mine=$start own=$group || refuse broken preflight 1
  if fenced; then refuse fenced - 0; fi
  [ -d "$base/runs" ] || mkdir -p -m 700 "$base" "$base/runs" "$base/incoming" || refuse broken preflight 1
  [ -e "$base/fence.$epoch" ] || : >"$base/fence.$epoch" || refuse broken preflight 1
  if [ -e "$run/begun" ]; then follow; fi
  [ "$begin" = 1 ] || refuse absent - 0
  receive
  set -- "$run"
  [ -d "$dir/shared" ] || set -- "$run" "$dir/releases" "$dir/shared"
  [ "$artefact" != none ] || [ -d "$target" ] || set -- "$@" "$target"
  mkdir -p "$@" || refuse broken preflight 1
  set -C
  { printf '%s\n' "$$ $mine $boot $epoch" >"$run/begun"; } 2>/dev/null || taken
  set +C
  say begun
  clear_the_way
  if fenced; then store fenced - 0; report; fi
  launch 1 "$seconds"
}
