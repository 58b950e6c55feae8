# Begins a run or attaches to it, and reports it. Its caller's stdin carries an artefact and a verdict, each only after it was
# asked for. It outlives its caller: a cut connection must not stop a recipe that was begun.
trap '' HUP PIPE TERM

# One file per epoch: the highest is the fence. Files are only added, so two writers cannot lower it.
_fenced() {
  _top=0
  for _mark in "$_base"/fence.*; do
    [ "${_mark##*/fence.}" -gt "$_top" ] 2>/dev/null && _top=${_mark##*/fence.}
  done
  [ "$_epoch" -lt "$_top" ]
}

# Said when nothing was begun: there is no run that could keep it.
_refuse() {
  _say result "$1" "$2" "$3" - end
  exit 1
}

# Keeps a result unless a whole one is there already. _r_* is then what counts.
_store() {
  _result "$_run" && return
  { printf '%s %s %s - end\n' "$1" "$2" "$3" >|"$_run/result"; } 2>/dev/null
  _result "$_run" || _r_kind=$1 _r_step=$2 _r_code=$3 _r_installed=-
}

# Says each step that was not said yet; sets _step to the last one.
_steps() {
  _count=0 _step=-
  for _file in "$_run/begun" "$_run/pid.2"; do
    [ ! -e "$_file" ] || {
      read -r _line
      while read -r _line; do
        _count=$((_count + 1)) _step=$_line
        [ "$_count" -le "$_shown" ] || _say step "$_step"
      done
    } <"$_file"
  done
  _shown=$_count
}

_lost() {
  _rest=0
  { read -r _rest <"$_run/rest.$1"; } 2>/dev/null
  [ "$_rest" -le "$_output" ] || _say lost $((_rest - _output))
}

_report() {
  if [ -s "$_run/log.1" ] || [ -s "$_run/log.2" ]; then
    printf 'houston-%s log\n' "$_nonce"
    _lost 1
    _lost 2
    cat "$_run/log.1" "$_run/tail.1" "$_run/log.2" "$_run/tail.2" 2>/dev/null
  fi
  if [ -e "$_run/reason" ]; then
    read -r _line <"$_run/reason"
    _say reason "$_line"
  fi
  _say result "$_r_kind" "$_r_step" "$_r_code" "$_r_installed" end
  [ "$_r_kind" = ok ]
  exit
}

# True when the run of _read_who was begun longer ago than it may take. Both ages are processes' own, in ticks since the boot:
# a clock that was set stops no recipe. Forks.
_overdue() { _now=$(_ticks) && [ $(((_now - _p_start) / 100)) -ge "$_p_rest" ]; } 2>/dev/null

# The recipe is gone without a result: killed with its group at the deadline, or by someone else.
_gone() {
  _steps
  _kind=interrupted
  if [ ! -e "$_run/stop" ] && _read_who "$_run/begun" && [ "$_p_boot" = "$_boot" ] && _overdue; then _kind=timeout; fi
  _store "$_kind" "$_step" 0
  _report
}

# Head and tail of the output, and a count of the rest. dd keeps each byte as it comes: head(1) would hold them back, and a
# daemon that inherited stdout never lets it end. Never ends before its writers do: the pipe would kill them. A shell whose
# claim comes too late adds nothing.
_limit() {
  _copied=$(dd bs=1 count="$_output" 2>&1 >>"$_run/log.$_part") || { head -c 2000 >&2; exec cat >/dev/null 2>&1; }
  exec 2>/dev/null
  # Its count of blocks, "65536+0 records in": fewer than all means that the output ended.
  case $_copied in
    *"$_output+0 "*) ;;
    *) return ;;
  esac
  { tee /dev/fd/5 | wc -c >"$_run/rest.$_part"; } 5>&1 | tail -c "$_output" >"$_run/tail.$_part"
}

# Runs a part of the recipe in a process of its own, and waits for its output to end.
_launch() {
  _part=$1 _seconds=$2
  # Redirected by exec: on a call the shell would keep copies of the channel's ends, and give them to daemons.
  { exec </dev/null 9>&2 2>&1; _turn; } | _limit
  # Nothing was begun, and why was told.
  [ -s "$_run/begun" ] || exit 1
  _settle
}

# Another shell may have claimed the run, or gone on meanwhile, when a daemon's output kept this one.
_settle() {
  if _result "$_run"; then _report; fi
  if _awaiting; then _ask; fi
  _follow
}

_awaiting() { [ -e "$_run/awaiting" ] && [ ! -e "$_run/verdict" ]; }

_ask() {
  _started $$
  [ "$_group" = $$ ] || { _say ungrouped; exit 1; }
  _say verdict
  read -r _v_nonce _v_kind _v_seconds _v_reason && [ "$_v_nonce" = "$_nonce" ] || exit 3
  set -C
  { printf '%s\n' "$$ $_start $_boot $_v_kind" >"$_run/verdict"; } 2>/dev/null || _follow
  set +C
  if [ "$_v_kind" = ok ]; then _launch 2 "$_v_seconds"; fi
  printf '%s\n' "$_v_reason" >"$_run/reason"
  _store failed validate 0
  _report
}

# The shell that began a part is about to end too, unless a daemon keeps the output that it waits for. That shell was there
# before the part: what has its number and came later is something else.
_dismiss() {
  for _file in begun pid.2; do
    _read_who "$_run/$_file" && [ "$_p_boot" = "$_boot" ] && [ "$_p_shell" != $$ ] || continue
    for _pause in 1 2 3 4 5; do
      _waits "$_p_shell" || break
      [ "$_held" = 1 ] || sleep 0.2
    done
    ! _waits "$_p_shell" || kill -s KILL "$_p_shell" 2>/dev/null
  done
}

_waits() { _started "$1" && [ "$_group" = "$1" ] && [ "$_start" -le "$_p_start" ]; }

# TERM to a recipe and all that it forked, KILL ten seconds later; called five times a second. A shell without a recipe waits
# for a verdict or for its turn: it ignores TERM and has nothing to put in order.
_press() {
  if [ "$_recipe" = 0 ]; then
    kill -s KILL -- "$_victim" 2>/dev/null
    return
  fi
  [ "$_pressed" -ne 0 ] || kill -s TERM -- "$_victim" 2>/dev/null
  [ "$_pressed" -ne 50 ] || kill -s KILL -- "$_victim" 2>/dev/null
  _pressed=$((_pressed + 1))
}

# True when a living recipe is past its deadline. Forks, so it looks once a second.
_late() {
  [ "$_pressed" -eq 0 ] || return 0
  [ "$_recipe" = 1 ] && [ $((_waited % 5)) -eq 0 ] && _overdue
}

# Another shell began this run. Rare, so it may poll.
_follow() {
  set +C
  _say hello
  _shown=0 _waited=0 _pressed=0
  while :; do
    _steps
    if _result "$_run"; then
      _dismiss
      _report
    fi
    if _awaiting; then _ask; fi
    # Looked at in this order: a recipe leaves its result before it ends.
    if _alive "$_run"; then
      if _late; then _press; fi
    elif ! _result "$_run" && ! _awaiting; then _gone; fi
    _waited=$((_waited + 1))
    sleep 0.2
  done
}

# The artefact, before anything is begun: a connection cut here leaves nothing behind that counts.
_receive() {
  [ "$_artefact" = push ] && [ ! -d "$_target" ] || return 0
  _tgz=$_base/incoming/$_sha.tgz
  [ ! -f "$_tgz" ] || return 0
  _say need
  head -c "$_bytes" >"$_tgz.$$" && _sum=$(sha256sum <"$_tgz.$$") && [ "${_sum%% *}" = "$_sha" ] && mv -f "$_tgz.$$" "$_tgz" && return
  rm -f "$_tgz.$$"
  _refuse transfer fetch 1
}

_main() {
  if _fenced; then _refuse fenced - 0; fi
  [ -d "$_base/runs" ] || mkdir -p -m 700 "$_base" "$_base/runs" "$_base/incoming" || _refuse broken preflight 1
  [ -e "$_base/fence.$_epoch" ] || : >"$_base/fence.$_epoch" || _refuse broken preflight 1
  if [ -e "$_run/begun" ]; then
    # Made and not yet written: whoever claims it needs a moment.
    [ -s "$_run/begun" ] || sleep 0.2
    _follow
  fi
  [ "$_begin" = 1 ] || _refuse absent - 0
  _receive
  set -- "$_run"
  [ -d "$_dir/shared" ] || set -- "$_run" "$_dir/releases" "$_dir/shared"
  [ "$_artefact" != none ] || [ -d "$_target" ] || set -- "$@" "$_target"
  mkdir -p "$@" || _refuse broken preflight 1
  _launch 1 "$_seconds"
}
