# The recipe on one host, in a process of its own. Output goes to the limiter, markers to fd 9, the outcome to the result file.
_run=$_base/runs/$_rollout.$_attempt
_target=$_dir/releases/$_release
# Who runs a part, in its first line, and then the steps.
_course=$_run/begun
_step=-

# Whoever listened may be gone: that is no trouble of the recipe.
_tell() { { printf 'houston-%s %s\n' "$_nonce" "$*" >&9; } 2>/dev/null; }

# Keeps what counts first, then tells whoever still listens. A result that is there already stands.
_finish() {
  set -C
  { printf '%s %s %s %s end\n' "$1" "$_step" "$2" "$3" >"$_run/result"; } 2>/dev/null
  _tell ran "$1" "$_step" "$2"
  exit 0
}

# TERM reaches the whole group: from the deadline, or from a newer rollout that left a stop file.
_stopped() {
  trap '' TERM
  _kind=timeout
  [ ! -e "$_run/stop" ] || _kind=interrupted
  (_finish "$_kind" 0 -)
  kill -s KILL 0
}

_enter() {
  _step=$1
  printf '%s\n' "$1" >>"$_course"
  _tell step "$1"
}

# A team's script: in a subshell, with signals as they were, and nothing of ours but its variables.
_user() {
  (
    trap - HUP PIPE TERM
    exec 9>&-
    cd "$2" || exit 1
    _variables
    set -e
    eval "set --; $1"
  )
  _code=$?
  [ "$_code" -eq 0 ] || _finish failed "$_code" -
}

_scripted() {
  [ -z "$2" ] || { _enter "$1"; _user "$2" "$3"; }
}

_must() {
  "$@" 9>&- || _finish failed $? -
}

_download() {
  if command -v curl >/dev/null; then _must curl -fsSL --retry 2 -o "$1" --url "$_url"
  else _must wget -q -O "$1" "$_url"; fi
  _sum=$(sha256sum <"$1")
  [ "${_sum%% *}" = "$_sha" ] || { echo "the download has another SHA-256: ${_sum%% *}"; rm -f "$1"; _finish failed 1 -; }
}

# What runs and transfers that were cut left behind.
_sweep() {
  for _file in "$_dir"/releases/.[!.]*; do rm -rf "$_file"; done
  for _file in "$_base"/incoming/*.tgz.*; do [ -d "/proc/${_file##*.}" ] || rm -f "$_file"; done
}

# Unpacked aside and renamed, so that a release directory is complete or absent.
_unpack() {
  _tgz=$_base/incoming/$_sha.tgz
  _aside=$_dir/releases/.$_release.$_rollout.$_attempt
  [ "$_artefact" = push ] || { _tgz=$_tgz.$$; _download "$_tgz"; }
  _sweep
  _must mkdir -p "$_aside"
  _must tar -xzof "$_tgz" -C "$_aside" ${_strip:+--strip-components="$_strip"}
  _must mv -T "$_aside" "$_target"
  printf '%s\n' "$_sha" >"$_base/sha256.$_release"
  rm -f "$_tgz"
}

_fetch() {
  if [ "$_artefact" != none ]; then
    _had=$_sha
    if [ ! -d "$_target" ]; then _enter fetch; _unpack
    else { read -r _had <"$_base/sha256.$_release"; } 2>/dev/null; fi
    [ "$_had" = "$_sha" ] || { _enter fetch; echo "release $_release is on this host with other contents: give the new ones another name"; _finish failed 1 -; }
  fi
  _scripted fetch "$_s_fetch" "$_target"
}

_switch() {
  [ ! "$_dir/current" -ef "$_target" ] || return 0
  _enter switch
  _must ln -sfn "releases/$_release" "$_dir/.current.$$"
  _must mv -T "$_dir/.current.$$" "$_dir/current"
}

_check() {
  timeout -k 5 "$_v_limit" sh -c "$_v_script" 9>&-
}

_validate() {
  _enter validate
  _tries=0
  until (trap - HUP PIPE TERM; cd "$_target" || exit 1; _variables; _v_script="set -e
$_s_validate"; _check); do
    _code=$?
    [ "$_tries" -lt "$_v_retries" ] || _finish failed "$_code" -
    _tries=$((_tries + 1))
    sleep "$_v_interval" 9>&-
  done
}

# What the host runs, written down and then read back from where the next reader will look.
_install() {
  _previous=- _old=- _older=- _end=
  { read -r _old _at _older _end <"$_base/installed"; } 2>/dev/null
  if [ "$_end" = end ]; then
    _previous=$_old
    [ "$_old" != "$_release" ] || _previous=$_older
  fi
  printf '%s %s %s end\n' "$_release" "$_rollout" "$_previous" >"$_base/installed" || _finish failed 1 -
  _got='' _end=''
  { read -r _got _at _older _end <"$_base/installed"; } 2>/dev/null
  [ "$_end" = end ] && [ "$_got" = "$_release" ] && [ "$_dir/current" -ef "$_dir/releases/$_got" ] ||
    { echo 'current is not the release that was installed'; _finish failed 1 -; }
}

# Prints the names in a directory that are older than the newest $2.
_surplus() { ls -1tc "$1" | tail -n "+$(($2 + 1))"; }

_count_all() { _total=$#; }

_cleanup() {
  _count_all "$_dir"/releases/*
  if [ "$_total" -gt "$_keep" ]; then
    _enter cleanup
    _surplus "$_dir/releases" "$_keep" | while read -r _name; do
      [ "$_name" = "$_release" ] || [ "$_name" = "$_previous" ] || rm -rf "$_dir/releases/$_name" "$_base/sha256.$_name"
    done
  fi
  _count_all "$_base"/runs/*
  [ "$_total" -le 20 ] || _surplus "$_base/runs" 10 | while read -r _name; do
    [ -s "$_base/runs/$_name/begun" ] && [ ! -e "$_base/runs/$_name/result" ] || rm -rf "$_base/runs/$_name"
  done
  _count_all "$_base"/fence.*
  [ "$_total" -le 20 ] || for _file in "$_base"/fence.*; do
    [ "${_file##*/fence.}" -ge "$_epoch" ] || rm -f "$_file"
  done
}

_recipe_start() {
  _scripted preflight "$_s_preflight" "$_dir"
  _fetch
  _scripted drain "$_s_drain" "$_target"
  _scripted stop "$_s_stop" "$_target"
  _switch
  _scripted start "$_s_start" "$_target"
  [ -z "$_s_validate" ] || _validate
  if [ "$_v_remote" = 1 ]; then
    _enter validate
    # Who waits for the verdict: the shell that began this part.
    _started $$ || _start=0
    printf '%s\n' "$$ $_start $_boot" >"$_run/awaiting" || _finish failed 1 -
    _tell ran awaiting
    exit 0
  fi
}

_recipe_end() {
  _scripted undrain "$_s_undrain" "$_target"
  _install
  _cleanup
  _finish ok 0 "$_got"
}

# Another shell was faster, and is followed; or nothing can be written at all.
_taken() {
  [ -s "$_run/begun" ] || sleep 0.2
  [ ! -s "$_run/begun" ] || exit 0
  echo 'nothing can be written below .houston: is the disk full?' >&9
  _tell result broken preflight 1 - end
  exit 1
}

# At most one recipe at a time: every run is announced by its begun file before it looks at the others. One that has yet to be
# announced will see this one. Sets _turned when there was something to wait for.
_clear_the_way() {
  _turned=0
  for _other in "$_base"/runs/*; do
    [ "$_other" != "$_run" ] && [ -s "$_other/begun" ] || continue
    _waited=0 _pressed=0
    while ! _result "$_other" && _alive "$_other"; do
      if _fenced; then _finish fenced 0 -; fi
      [ "$_preempt" = 0 ] || : >"$_other/stop"
      if [ "$_preempt" = 1 ] || _late; then _press; fi
      if [ "$_waited" -ge $((_seconds * 5)) ]; then _finish busy 0 -; fi
      _waited=$((_waited + 1)) _turned=1
      sleep 0.2 9>&-
    done
    _result "$_other" || printf 'interrupted - 0 - end\n' >|"$_other/result"
  done
}

# The time that a run waited for its turn is not its recipe's. Said again, since whoever listens counts from there.
_renew() {
  _now=$(_ticks) &&
    printf '%s\n' "$_who $((_seconds + (_now - _since) / 100 + 1)) $$" >"$_run/turn" && mv -f "$_run/turn" "$_run/begun"
  _tell begun
}

# A part of the recipe. Its process group must be this shell's own, as OpenSSH's are: whoever follows the run stops the recipe
# past its deadline with all that it forked, and nothing else.
_turn() {
  _started self || { _tell result broken preflight 1 - end; exit 1; }
  [ "$_group" = $$ ] || { _tell ungrouped; exit 1; }
  _who="$_pid $_start $_boot" _since=$_start
  if [ "$_part" = 1 ]; then
    set -C
    { printf '%s\n' "$_who $_seconds $$" >"$_run/begun"; } 2>/dev/null || _taken
    set +C
    _tell begun
    _clear_the_way
    [ "$_turned" = 0 ] || _renew
  else
    _course=$_run/pid.$_part
    printf '%s\n' "$_who $_seconds $$" >"$_course" || _finish failed 1 -
  fi
  # A newer rollout may have come, or given this run up.
  if _fenced; then _finish fenced 0 -; fi
  [ ! -e "$_run/result" ] || exit 0
  trap _stopped TERM
  [ "$_part" = 2 ] || _recipe_start
  _recipe_end
}
